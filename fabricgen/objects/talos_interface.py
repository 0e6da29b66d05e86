"""Talos' v1alpha1 network interfaces (`machine.network.interfaces`), which talhelper's talconfig.yaml has too.

Fed by `fields`; used by `talos` (config contracts up to 1.11) and `talconfig`.
Source: https://www.talos.dev/v1.11/reference/configuration/v1alpha1/config/#Config.machine.network.interfaces.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Cidr, Count, Flag, Ip, NotEmpty, Text, shaped
from fabricgen.objects.model import Model

# An address with the prefix length of its network: unlike a network it keeps its host bits.
InterfaceAddress = Annotated[
    str, shaped(r"[0-9a-fA-F.:]+/\d{1,3}", "is not an address with its prefix length such as 10.4.0.10/20")
]


class DeviceSelector(Model):
    """A network card, by what it says of itself."""

    bus_path: Text | None = None
    hardware_addr: Text | None = None
    permanent_addr: Text | None = None
    pci_id: Text | None = Field(default=None, alias="pciID")
    driver: Text | None = None
    physical: Flag | None = None


class Route(Model):
    """A static route; without a network the default route."""

    network: Cidr | None = None
    gateway: Ip | None = None
    source: Ip | None = None
    metric: Count | None = None
    mtu: Count | None = None


class DhcpOptions(Model):
    """Details of DHCP."""

    route_metric: Count | None = None
    ipv4: Flag | None = None
    ipv6: Flag | None = None
    duidv6: Text | None = None


class Vip(Model):
    """An address that control planes hold in turn."""

    ip: Ip


BondMode = Literal[
    "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"
]
_MODES_WITH_A_PRIMARY = {"active-backup", "balance-tlb", "balance-alb"}


class Bond(Model):
    """Several cards as one link."""

    interfaces: tuple[Text, ...] | None = None
    device_selectors: tuple[DeviceSelector, ...] | None = None
    mode: BondMode
    lacp_rate: Literal["slow", "fast"] | None = None
    xmit_hash_policy: Text | None = None
    miimon: Count | None = None
    updelay: Count | None = None
    downdelay: Count | None = None
    primary: Text | None = None

    @model_validator(mode="after")
    def _cards_as_the_mode_wants_them(self) -> Self:
        if not (self.interfaces or self.device_selectors):
            raise ValueError("a bond needs interfaces or deviceSelectors")
        if self.primary is not None and self.mode not in _MODES_WITH_A_PRIMARY:
            raise ValueError(f"primary does not go with mode {self.mode}")
        return self


class Vlan(Model):
    """A VLAN on a link."""

    vlan_id: Annotated[int, Field(strict=True, ge=1, le=4094)]
    addresses: tuple[InterfaceAddress, ...] | None = None
    routes: tuple[Route, ...] | None = None
    dhcp: Flag | None = None
    dhcp_options: DhcpOptions | None = None
    mtu: Count | None = None
    vip: Vip | None = None


class Interface(Model):
    """A link, by name or by selector, and its addresses."""

    interface: Text | None = None
    device_selector: DeviceSelector | None = None
    addresses: tuple[InterfaceAddress, ...] | None = None
    routes: tuple[Route, ...] | None = None
    dhcp: Flag | None = None
    dhcp_options: DhcpOptions | None = None
    mtu: Count | None = None
    vip: Vip | None = None
    bond: Bond | None = None
    vlans: Annotated[tuple[Vlan, ...], NotEmpty] | None = None
    ignore: Flag | None = None

    @model_validator(mode="after")
    def _name_or_selector(self) -> Self:
        if (self.interface is None) == (self.device_selector is None):
            raise ValueError("write exactly one of: interface, deviceSelector")
        return self
