"""Laws about addresses: what pools hand out, and what machines are told that they have."""

from collections.abc import Iterator
from ipaddress import ip_interface
from itertools import combinations
from pathlib import PurePosixPath

from tree_reading import documents_of, pools

import fabricgen
from fabricgen.addresses import Address, AddressRange, Network, parse_address

ADDRESSED = {"LinkConfig", "BondConfig", "VLANConfig"}


def _blocks(rendered: fabricgen.Rendered) -> Iterator[tuple[str, AddressRange]]:
    yield from ((pool.identity.name, block) for pool, blocks in pools(rendered) for block in blocks)


def pools_hand_something_out(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A pool without a block is a mistake that nobody sees."""
    yield from (f"{pool.label} is empty" for pool, blocks in pools(rendered) if not blocks)


def blocks_lie_in_what_was_written(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Nothing is handed out that the description did not give."""
    written = {pool.name: pool.written for pool in rendered.cluster.pools}
    for name, block in _blocks(rendered):
        if not any(block.first in one and block.last in one for one in written[name]):
            yield f"{name}: {block} is not in {written[name]}"


def blocks_announced_by_l2_lie_in_the_lan(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Nobody asks for other addresses."""
    by_l2 = {pool.name for pool in rendered.cluster.pools if "l2" in pool.announce}
    for name, block in _blocks(rendered):
        lan = [one for one in rendered.cluster.networks.nodes if one.version == block.version]
        if name in by_l2 and not any(block.within(network) for network in lan):
            yield f"{name}: {block} is outside the LAN"


def _taken(cluster: fabricgen.Cluster) -> Iterator[tuple[str, AddressRange]]:
    for network in cluster.networks.nodes:
        yield "network address", AddressRange.of(network.network_address)
    for network in (one for one in cluster.networks.nodes if one.version == 4):
        yield "broadcast address", AddressRange.of(network.broadcast_address)
    yield from (("router", AddressRange.of(router)) for router in cluster.networks.routers)
    yield from (("reserved", one.addresses) for one in cluster.reserved)
    for node in cluster.nodes:
        yield from ((node.name, AddressRange.of(address)) for address in node.addresses)
    yield from (("API", AddressRange.of(one)) for one in (cluster.endpoint.vip,) if one is not None)


def no_block_holds_a_taken_address(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A Service would get it, and two machines would answer."""
    for name, block in _blocks(rendered):
        hits = [(who, one) for who, one in _taken(rendered.cluster) if one.overlaps(block)]
        yield from (f"{name}: {block} holds {one} ({who})" for who, one in hits)


def no_two_blocks_overlap(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Cilium stops serving the newer of two pools that do."""
    for (one_name, one), (name, block) in combinations(_blocks(rendered), 2):
        if one.overlaps(block):
            yield f"{name} and {one_name} overlap: {block}, {one}"


def _node_addresses(rendered: fabricgen.Rendered) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield what the machines' own files say that they have, with prefix length where one is said."""
    for document in (one for one in documents_of(rendered) if one.path.parts[0] in {"talos", "k3s"}):
        body = document.body
        if document.identity.kind in ADDRESSED:
            yield from ((document.path, one["address"]) for one in body.get("addresses", ()))
        for link in body.get("machine", {}).get("network", {}).get("interfaces", ()):
            parts = (link, *link.get("vlans", ()))
            yield from ((document.path, address) for part in parts for address in part.get("addresses", ()))
        yield from ((document.path, one) for one in body.get("node-ip", "").split(",") if one)


def nodes_have_their_own_addresses_in_the_lan(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Each file of a node gives it exactly what the description gives it, in the prefix length of the LAN."""
    addresses = {node.name: node.addresses for node in rendered.cluster.nodes}
    lan = rendered.cluster.networks.nodes
    for path, text in _node_addresses(rendered):
        interface = ip_interface(text)
        if interface.ip not in addresses[path.parts[-2]]:
            yield f"{path}: {text} is not the node's"
        if not any(interface.ip in one and _same_prefix(text, one) for one in lan):
            yield f"{path}: {text} is not of {lan}"


def _same_prefix(text: str, network: Network) -> bool:
    return "/" not in text or text.endswith(f"/{network.prefixlen}")


def _shared_addresses(rendered: fabricgen.Rendered) -> Iterator[tuple[PurePosixPath, Address]]:
    for document in (one for one in documents_of(rendered) if one.path.parts[0] == "talos"):
        if document.identity.kind == "Layer2VIPConfig":
            yield document.path, parse_address(document.body["name"])
        for link in document.body.get("machine", {}).get("network", {}).get("interfaces", ()):
            for part in (one for one in (link, *link.get("vlans", ())) if "vip" in one):
                yield document.path, parse_address(part["vip"]["ip"])


def control_planes_share_the_address_of_the_api(rendered: fabricgen.Rendered) -> Iterator[str]:
    """All of them and nobody else, and only where the address is nobody's own."""
    cluster = rendered.cluster
    found = {(path.parts[-2], address) for path, address in _shared_addresses(rendered)}
    shared = cluster.endpoint.vip if cluster.talos else None
    wanted = {(node.name, shared) for node in cluster.control_planes} if shared else set()
    yield from (f"{name} and {address}" for name, address in found ^ wanted)
