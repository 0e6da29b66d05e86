"""Addresses of a cluster's network that no Service may get: the API's, and the router's.

Fed by Talos documents, talhelper's talconfig.yaml and topf's topf.yaml; read by the rules about the address plan.
Source: <https://docs.siderolabs.com/talos/v1.12/networking/vip>.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from fabricgen.addresses import Address
from fabricgen.fabric.facts import Fact
from fabricgen.fabric.machines import read_address
from fabricgen.fabric.systems import TalosDocument
from fabricgen.repository import Item

Use = Literal["API VIP", "API endpoint", "router"]
Path = tuple[str | int, ...]
_EVERYWHERE: Final = (None, "", "0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """An address with a use of its own; an API VIP is held by one control plane at a time."""

    use: Use
    address: Fact[Address]


def find_reserved(items: tuple[Item, ...], talos: tuple[TalosDocument, ...]) -> Iterator[Reserved]:
    """Yield each such address once for each use, where it is first told."""
    seen: set[tuple[Use, Address]] = set()
    for use, item, path, written in _written(items, talos):
        address = read_address(written)
        if address is not None and (use, address) not in seen:
            seen.add((use, address))
            yield Reserved(use=use, address=Fact(address, item, path))


def _written(
    items: tuple[Item, ...], talos: tuple[TalosDocument, ...]
) -> Iterator[tuple[Use, Item, Path, object]]:
    for item in items:
        if "kind" in item.body:
            continue
        if "clusterEndpoint" in item.body:
            yield "API endpoint", item, ("clusterEndpoint",), item.get("clusterEndpoint")
        if "talosVersion" in item.body:
            yield "API endpoint", item, ("endpoint",), item.get("endpoint")
            for number, node in enumerate(item.items("nodes")):
                interfaces = node.get("networkInterfaces") if isinstance(node, Mapping) else None
                for use, path, written in _of_interfaces(interfaces):
                    yield use, item, ("nodes", number, "networkInterfaces", *path), written
    for document in talos:
        for use, path, written in _of_talos(document):
            yield use, document.item, (*document.prefix, *path), written


def _of_talos(document: TalosDocument) -> Iterator[tuple[Use, Path, object]]:
    if document.kind == "Layer2VIPConfig":
        yield "API VIP", ("name",), document.get("name")
    elif document.kind in {"LinkConfig", "BondConfig", "VLANConfig", "BridgeConfig"}:
        yield from _routers(document.get("routes"), ("routes",), to="destination")
    elif not document.kind:
        at = ("machine", "network", "interfaces")
        for use, path, written in _of_interfaces(document.get(*at)):
            yield use, (*at, *path), written
        at = ("cluster", "controlPlane", "endpoint")
        yield "API endpoint", at, document.get(*at)


def _of_interfaces(written: object) -> Iterator[tuple[Use, Path, object]]:
    """Yield the addresses in `machine.network.interfaces`, which talhelper calls `networkInterfaces`."""
    for number, one in _mappings(written):
        for path, link in ((), one), *((("vlans", at), vlan) for at, vlan in _mappings(one.get("vlans"))):
            vip = link.get("vip")
            if isinstance(vip, Mapping):
                yield "API VIP", (number, *path, "vip", "ip"), vip.get("ip")
            for use, where, router in _routers(link.get("routes"), ("routes",), to="network"):
                yield use, (number, *path, *where), router


def _routers(written: object, path: Path, *, to: str) -> Iterator[tuple[Use, Path, object]]:
    for number, one in _mappings(written):
        if one.get(to) in _EVERYWHERE:
            yield "router", (*path, number, "gateway"), one.get("gateway")


def _mappings(written: object) -> list[tuple[int, Mapping[str, Any]]]:
    if not isinstance(written, list):
        return []
    return [(number, one) for number, one in enumerate(written) if isinstance(one, Mapping)]
