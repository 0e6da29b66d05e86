"""Machines as people write them: hardware classes, disks, interfaces, and the nodes themselves."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import (
    AddressField,
    AddressPair,
    Flag,
    Labels,
    LinkOrMac,
    Mac,
    MemoryMiB,
    Model,
    Name,
    Text,
    check_one_of,
)

Arch = Literal["amd64", "arm64"]
Role = Literal["control-plane", "worker"]
BondMode = Literal[
    "802.3ad", "active-backup", "balance-alb", "balance-rr", "balance-tlb", "balance-xor", "broadcast"
]
VlanId = Annotated[int, Field(strict=True, ge=1, le=4094)]
MtuBytes = Annotated[int, Field(strict=True, ge=1280, le=9216)]


class DiskSelector(Model):
    """Which disk Talos is installed on, by what the disk says of itself. All that is given must hold."""

    type: Literal["ssd", "hdd", "nvme", "sd"] | None = Field(default=None, description="Kind of disk.")
    size: Text | None = Field(default=None, description="Size, such as `>= 100GB`.")
    model: Text | None = Field(default=None, description="Model, `*` allowed at the end.")
    serial: Text | None = Field(default=None, description="Serial number; unique, so never on two nodes.")
    wwid: Text | None = Field(default=None, description="World wide ID; unique, so never on two nodes.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "says nothing of the disk; write at least one of: type, size, model, serial, wwid"
            )
        return self


class Bond(Model):
    """Several links as one."""

    name: Name = Field(default="bond0", description="Name of the bond.")
    links: tuple[LinkOrMac, ...] = Field(min_length=1, description="The links, by name or MAC address.")
    mode: BondMode = Field(
        default="802.3ad", description="802.3ad needs LACP on the switch; active-backup does not."
    )


class Interface(Model):
    """The link that carries the node's address."""

    name: Text | None = Field(default=None, description="Name of the link, such as end0 or enp1s0.")
    mac: Mac | None = Field(default=None, description="MAC address of the link, in any usual form.")
    bond: Bond | None = Field(default=None, description="A bond, instead of a single link.")
    vlan: VlanId | None = Field(
        default=None, description="VLAN ID, when the address lies in a tagged network."
    )
    mtu: MtuBytes | None = Field(default=None, description="MTU in bytes. Default: the link's own.")

    @model_validator(mode="after")
    def _one_link(self) -> Self:
        if self.name is not None or self.mac is not None or self.bond is not None:
            check_one_of("a link is found in one way", name=self.name, mac=self.mac, bond=self.bond)
        return self


class Hardware(Model):
    """A class of machines: what its nodes have unless they say otherwise."""

    extends: Name | None = Field(
        default=None,
        description="A class to start from: raspberry-pi-4, raspberry-pi-5, generic-amd64, generic-arm64.",
    )
    arch: Arch | None = Field(default=None, description="amd64 or arm64.")
    memory: MemoryMiB | None = Field(default=None, description="Memory, such as 8GiB.")
    disk: Text | DiskSelector | None = Field(
        default=None, description="Install disk: a device such as /dev/sda, or a selector."
    )
    interface: Text | Interface | None = Field(
        default=None, description="Link: a name such as end0, or its details."
    )
    extensions: tuple[Text, ...] = Field(
        default=(), description="Talos system extensions, such as siderolabs/iscsi-tools."
    )
    kernel_args: tuple[Text, ...] = Field(default=(), description="Kernel arguments of the Talos image.")


class Taint(Model):
    """A taint of a node."""

    key: Text = Field(description="Key of the taint.")
    value: str = Field(default="", strict=True, description="Value of the taint.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = Field(
        description="What it does to pods."
    )


class Node(Model):
    """One machine."""

    name: Name = Field(description="Host name, one DNS label.")
    role: Role = Field(description="control-plane or worker.")
    address: AddressPair = Field(description="Its address in `networks.nodes`, or an IPv4/IPv6 pair.")
    hardware: Name | None = Field(
        default=None,
        description="Class: raspberry-pi-4, raspberry-pi-5, generic-amd64, generic-arm64, or your own.",
    )
    arch: Arch | None = Field(default=None, description="amd64 or arm64. Default: the class's.")
    memory: MemoryMiB | None = Field(default=None, description="Memory, such as 8GiB. Default: the class's.")
    disk: Text | DiskSelector | None = Field(default=None, description="Install disk. Default: the class's.")
    interface: Text | Interface | None = Field(
        default=None, description="Link that carries the address. Default: the class's."
    )
    extensions: tuple[Text, ...] = Field(
        default=(), description="Talos system extensions beyond the class's."
    )
    labels: Labels = Field(default_factory=dict, description="Kubernetes labels of the node.")
    taints: tuple[Taint, ...] = Field(default=(), description="Kubernetes taints of the node.")
    schedulable: Flag | None = Field(
        default=None, description="May a control plane run workloads? Default: only if there is no worker."
    )
    external_address: AddressField | None = Field(
        default=None, description="k3s only: the address others reach it by."
    )
