"""The links of the nodes: which networks each one is in by an address of its own, and what its interfaces are called.

Fed by Talos documents and talhelper's talconfig.yaml, read by the rules that ask who reaches whom directly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_interface
from typing import Any, Final

from fabricgen.addresses import Address, Network
from fabricgen.fabric.systems import TalosDocument
from fabricgen.repository import Item

_DEVICES: Final = frozenset({"LinkConfig", "BondConfig", "VLANConfig", "BridgeConfig"})
_DHCP: Final = frozenset({"DHCPv4Config", "DHCPv6Config"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLink:
    """What is told of the interfaces of one machine.

    Attributes:
        name: of the machine.
        networks: of its addresses, where they are written with a prefix length.
        interfaces: the names that are told.
        named: whether every interface that is told has its own name, rather than an alias, a selector of devices, or
            what SOPS has encrypted.
        dhcp: whether it gets addresses that nothing here tells.
    """

    name: str
    networks: frozenset[Network]
    interfaces: frozenset[str]
    named: bool = True
    dhcp: bool = False

    def holds(self, address: Address) -> bool:
        """Tell whether an address lies in one of the networks."""
        return any(address in network for network in self.networks)


@dataclass(slots=True, kw_only=True)
class _Told:
    networks: set[Network] = field(default_factory=set)
    interfaces: set[str] = field(default_factory=set)
    named: bool = True
    dhcp: bool = False

    def add(self, address: object) -> None:
        """Take in an address as it is written; one without a prefix length tells no network."""
        text = str(address).strip()
        try:
            network = ip_interface(text).network if "/" in text else None
        except ValueError:
            return
        if network is not None and network.prefixlen < network.max_prefixlen:
            self.networks.add(network)


def find_links(items: Sequence[Item], talos: Sequence[TalosDocument]) -> Iterator[NodeLink]:
    """Yield what is told of the interfaces of each machine, in the order of the documents; loopback has no say."""
    told: dict[str, _Told] = {}
    for item in items:
        if "kind" not in item.body and "talosVersion" in item.body:
            for node in item.items("nodes"):
                if isinstance(node, Mapping):
                    interfaces = node.get("networkInterfaces")
                    _read_interfaces(interfaces, told.setdefault(str(node.get("hostname")), _Told()))
    aliases = {document.get("name") for document in talos if document.kind == "LinkAliasConfig"}
    for document in talos:
        if document.role == "node":
            own = told.setdefault(document.node, _Told())
            _read_document(document, own)
            own.named &= "sops" not in document.body and not own.interfaces & aliases
    for name, one in told.items():
        if one.networks or one.interfaces or one.dhcp:
            yield NodeLink(
                name=name,
                networks=frozenset(one.networks),
                interfaces=frozenset(one.interfaces),
                named=one.named,
                dhcp=one.dhcp,
            )


def _read_document(document: TalosDocument, told: _Told) -> None:
    if document.kind in _DHCP:
        told.dhcp = True
    elif document.kind in _DEVICES:
        if (name := document.get("name")) and name != "lo":
            told.interfaces.add(str(name))
            _read_addresses(document.get("addresses"), told)
    elif not document.kind:
        _read_interfaces(document.get("machine", "network", "interfaces"), told)


def _read_interfaces(written: object, told: _Told) -> None:
    """Read `machine.network.interfaces`, which talhelper calls `networkInterfaces`."""
    for one in written if isinstance(written, list) else []:
        if not isinstance(one, Mapping) or one.get("interface") == "lo" or one.get("ignore") is True:
            continue
        name = one.get("interface")
        if isinstance(name, str):
            told.interfaces.add(name)
        told.named &= isinstance(name, str)
        _read_addresses(one.get("addresses"), told)
        told.dhcp |= one.get("dhcp") is True
        for vlan in _mappings(one.get("vlans")):
            if isinstance(name, str):
                told.interfaces.add(f"{name}.{vlan.get('vlanId')}")
            _read_addresses(vlan.get("addresses"), told)
            told.dhcp |= vlan.get("dhcp") is True


def _mappings(written: object) -> list[Mapping[str, Any]]:
    return [one for one in written if isinstance(one, Mapping)] if isinstance(written, list) else []


def _read_addresses(written: object, told: _Told) -> None:
    for one in written if isinstance(written, list) else []:
        told.add(one.get("address") if isinstance(one, Mapping) else one)
