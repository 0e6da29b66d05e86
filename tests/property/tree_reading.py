"""A tree as the laws read it: its documents by kind, its layers, the pools of whoever serves them."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network

import fabricgen
from fabricgen.addresses import AddressRange, parse_address


def documents_of(rendered: fabricgen.Rendered) -> Iterator[fabricgen.Document]:
    """Every YAML document, in the order in which they were built."""
    yield from (file for file in rendered.files if isinstance(file, fabricgen.Document))


def synced(rendered: fabricgen.Rendered) -> Iterator[fabricgen.Document]:
    """What Flux applies."""
    yield from (one for one in documents_of(rendered) if one.path.parts[0] in {"flux", "infrastructure"})


def of_kind(rendered: fabricgen.Rendered, kind: str, *, group: str = "") -> list[fabricgen.Document]:
    """The objects of a kind that Flux applies; `group` is any part of the API group."""
    wanted = (one for one in synced(rendered) if one.identity.kind == kind)
    return [one for one in wanted if group in one.identity.group]


def layers(rendered: fabricgen.Rendered) -> list[fabricgen.Document]:
    """Flux' Kustomizations."""
    return of_kind(rendered, "Kustomization", group="kustomize.toolkit.fluxcd.io")


def range_of(block: Mapping[str, str]) -> AddressRange:
    """A block of a pool, in either form."""
    if "cidr" in block:
        return AddressRange.of(ip_network(block["cidr"]))
    return AddressRange(parse_address(block["start"]), parse_address(block["stop"]))


def pools(rendered: fabricgen.Rendered) -> Iterator[tuple[fabricgen.Document, list[AddressRange]]]:
    """Yield pools of Cilium and of MetalLB, each with what it hands out."""
    for pool in of_kind(rendered, "CiliumLoadBalancerIPPool"):
        yield pool, [range_of(block) for block in pool.body["spec"]["blocks"]]
    for pool in of_kind(rendered, "IPAddressPool"):
        yield pool, [range_of(_metallb_block(text)) for text in pool.body["spec"]["addresses"]]


def _metallb_block(text: str) -> dict[str, str]:
    first, _, last = text.partition("-")
    return {"start": first, "stop": last} if last else {"cidr": text}
