"""Who has which addresses in a description: the inventory that the rules about the address plan compare.

Fed by the description; used by `plan`, `pools`, `vips` and `endpoint`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fabricgen.addresses import Address, AddressRange, Network, parse_address
from fabricgen.description import Description
from fabricgen.description.networks import Pool, Range
from fabricgen.errors import Path, format_path

IPV4 = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Addresses and who has them.

    `path` is where they are written, `what` the thing that has them, `name` what people call it. Of `kind`
    "outside" are single machines that the cluster only talks to: one of them may be several things at once, and
    may lie in a reserved range.
    """

    addresses: AddressRange
    path: Path
    what: Path
    name: str = ""
    kind: Literal["ours", "outside", "reserved"] = "ours"

    def __str__(self) -> str:
        """Return `nodes[2] (cargyll)`."""
        return f"{format_path(self.what)} ({self.name})" if self.name else format_path(self.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One range of a pool, as it was written: `form` is "cidr", "address" or "start" (and stop)."""

    pool: str
    addresses: AddressRange
    path: Path
    form: Literal["cidr", "address", "start"]

    def __str__(self) -> str:
        """Return where it stands, without the form."""
        return format_path(self.path[:-1])


def endpoint_address(description: Description) -> Address | None:
    """Return the endpoint's address; None if it is a name."""
    try:
        return parse_address(description.endpoint.host)
    except ValueError:
        return None


def node_owners(description: Description) -> Iterator[Owner]:
    """Yield every address of every node."""
    for index, node in enumerate(description.nodes):
        for address in node.address:
            yield Owner(
                addresses=AddressRange.of(address),
                path=("nodes", index, "address"),
                what=("nodes", index),
                name=node.name,
            )


def endpoint_owners(description: Description) -> Iterator[Owner]:
    """Yield the API's address, if it is not a node's own: the shared one, or that of something outside."""
    address = endpoint_address(description)
    if address is None or any(address in node.address for node in description.nodes):
        return
    external = description.endpoint.external
    yield Owner(
        addresses=AddressRange.of(address),
        path=("endpoint", "host"),
        what=("endpoint", "host"),
        name="the Kubernetes API",
        kind="outside" if external else "ours",
    )


def router_owners(description: Description) -> Iterator[Owner]:
    """Yield the default gateways."""
    path: Path = ("networks", "router")
    for address in description.networks.router or ():
        yield Owner(addresses=AddressRange.of(address), path=path, what=path, kind="outside")


def dns_owners(description: Description) -> Iterator[Owner]:
    """Yield the resolvers of the nodes."""
    for index, address in enumerate(description.networks.dns_servers):
        path: Path = ("networks", "dnsServers", index)
        yield Owner(addresses=AddressRange.of(address), path=path, what=path, kind="outside")


def peer_owners(description: Description) -> Iterator[Owner]:
    """Yield the routers that Cilium speaks BGP with."""
    cilium = description.cni.cilium
    for index, peer in enumerate(cilium.bgp.peers if cilium and cilium.bgp else ()):
        what: Path = ("cni", "cilium", "bgp", "peers", index)
        addresses = AddressRange.of(peer.address)
        yield Owner(addresses=addresses, path=(*what, "address"), what=what, name=peer.name, kind="outside")


def reserved_owners(description: Description) -> Iterator[Owner]:
    """Yield the reserved ranges."""
    for index, reserved in enumerate(description.networks.reserved):
        what: Path = ("networks", "reserved", index)
        yield Owner(
            addresses=reserved.addresses(),
            path=(*what, form_of(reserved)),
            what=what,
            name=reserved.purpose,
            kind="reserved",
        )


def vip_owners(description: Description) -> Iterator[Owner]:
    """Yield the pinned addresses."""
    for name, vip in description.networks.vips.items():
        what: Path = ("networks", "vips", name)
        yield Owner(addresses=AddressRange.of(vip.address), path=(*what, "address"), what=what)


def pool_blocks(description: Description) -> Iterator[Block]:
    """Yield every range of every pool, in the order they were written."""
    for name, pool in description.networks.load_balancers.items():
        for path, block in _ranges_of(pool, ("networks", "loadBalancers", name)):
            form = form_of(block)
            yield Block(pool=name, addresses=block.addresses(), path=(*path, form), form=form)


def _ranges_of(pool: Pool, path: Path) -> Iterator[tuple[Path, Range]]:
    if not pool.blocks:
        yield path, pool
    for index, block in enumerate(pool.blocks):
        yield (*path, "blocks", index), block


def form_of(written: Range) -> Literal["cidr", "address", "start"]:
    """Return the key that tells which of the three forms was chosen."""
    if written.cidr is not None:
        return "cidr"
    return "address" if written.address is not None else "start"


def outer_addresses(network: Network) -> dict[Address, str]:
    """Return the addresses of a network that nobody can have, with what they are.

    IPv4 keeps the first and the last (RFC 919), except in /31 (RFC 3021) and /32; IPv6 keeps the first for
    routers (RFC 4291, section 2.6.1), except in /127 (RFC 6164) and /128.
    """
    if network.num_addresses <= 2:  # noqa: PLR2004 - point-to-point links and single addresses
        return {}
    if network.version == IPV4:
        return {network[0]: "network address", network[-1]: "broadcast address"}
    return {network[0]: "subnet-router address"}
