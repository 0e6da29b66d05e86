"""The resolved machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fabricgen.addresses import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSelector:
    """Which disk, by what it says of itself; None where it does not matter."""

    type: str | None = None
    size: str | None = None
    model: str | None = None
    serial: str | None = None
    wwid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """Several links, by name or MAC address, as one."""

    name: str
    links: tuple[str, ...]
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """The link with the node's address: by name, MAC or bond; all None means the first physical one."""

    name: str | None = None
    mac: str | None = None
    bond: Bond | None = None
    vlan: int | None = None
    mtu: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taint:
    """A taint of a node."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schematic:
    """What a Talos image holds. `id` is the hash by which the image factory knows it; `text` is what was hashed."""

    id: str
    text: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One machine. `addresses` are in the order of `Networks.nodes`; `memory_mib` is None when unknown."""

    name: str
    control_plane: bool
    addresses: tuple[Address, ...]
    hardware: str
    arch: Literal["amd64", "arm64"]
    memory_mib: int | None
    disk: str | DiskSelector | None
    interface: Interface
    extensions: tuple[str, ...]
    kernel_args: tuple[str, ...]
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    schedulable: bool
    schematic: Schematic | None = None
    external_address: Address | None = None

    @property
    def address(self) -> Address:
        """The first address, IPv4 where there is one."""
        return self.addresses[0]

    @property
    def role(self) -> Literal["control-plane", "worker"]:
        """The role in the words of topf's folders and of Kubernetes' label."""
        return "control-plane" if self.control_plane else "worker"
