"""How a node's link is found, what it carries, and why, whatever the dialect.

Fed by the cluster and one node; `v1alpha1` and `network_documents` write it down.
"""

from dataclasses import dataclass

from fabricgen.addresses import Address
from fabricgen.cluster import Bond, Cluster, Node
from fabricgen.documents.talos.facts import in_docker

ONLY_LINK = "net0"
# How a bond watches its members, in milliseconds; the delays must be multiples of the interval.
BOND_TIMES = {"miimon": 100, "updelay": 200, "downdelay": 200}
BOND_TIMES_WHY = (
    "a dead cable is noticed within 100 ms and given up after 200; Linux would not look by itself"
)
BOND_TIMES_SOURCE = "https://docs.kernel.org/networking/bonding.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The link that carries a node's address.

    `name` and `mac` are both None for the machine's only physical link. `addresses` have their prefix lengths;
    they and `routers` are empty with DHCP. `vip` is the API's address, on control planes only.
    """

    node: str
    name: str | None
    mac: str | None
    bond: Bond | None
    vlan: int | None
    mtu: int | None
    addresses: tuple[str, ...]
    routers: tuple[Address, ...]
    dhcp: tuple[int, ...]
    vip: Address | None

    @property
    def label(self) -> str:
        """The name that the documents use for it: its own, its bond's, or an alias."""
        return self.bond.name if self.bond else self.name or ONLY_LINK

    @property
    def carrier(self) -> str:
        """The link that has the addresses: the VLAN where there is one."""
        return f"{self.label}.{self.vlan}" if self.vlan else self.label

    @property
    def plain(self) -> bool:
        """Whether nothing has to be said of the link itself: DHCP for IPv4 runs on it by default."""
        return self.dhcp == (4,) and not (self.vlan or self.bond or self.mtu)


def link_of(cluster: Cluster, node: Node) -> Link | None:
    """Return what must be said about the node's link; None if nothing: in containers, or if DHCP says all."""
    networks, interface = cluster.networks, node.interface
    if in_docker(cluster):
        return None
    pairs = zip(node.addresses, networks.nodes, strict=True)
    link = Link(
        node=node.name,
        name=interface.name,
        mac=interface.mac,
        bond=interface.bond,
        vlan=interface.vlan,
        mtu=interface.mtu,
        addresses=tuple(f"{address}/{lan.prefixlen}" for address, lan in pairs) if networks.static else (),
        routers=networks.routers if networks.static else (),
        dhcp=() if networks.static else tuple(lan.version for lan in networks.nodes),
        vip=cluster.endpoint.vip if node.control_plane else None,
    )
    return None if link.plain and link.vip is None else link


def is_mac(link: str) -> bool:
    """Tell a MAC address from the name of a link; names hold no colon."""
    return ":" in link


def found_why(link: Link) -> str:
    """Return how the link is found, as a reason."""
    if link.bond is not None:
        return f"{link.bond.name} joins {', '.join(link.bond.links)}"
    if link.mac is not None:
        return f"the link of {link.node} is found by its MAC address, which stays when names change"
    if link.name is not None:
        return f"the link of {link.node} is {link.name}"
    return f"{link.node} has one physical link; with more, name the one that is meant in the description"


def addresses_why(link: Link) -> str:
    """Return what addresses the link has, as a reason."""
    if link.dhcp:
        return "the router hands out the address; saying anything about a link switches the default DHCP off"
    return f"{link.node} is {' and '.join(link.addresses)}, whether or not DHCP answers"


def vip_why(link: Link) -> str:
    """Return what the shared address is for."""
    return f"the control planes share {link.vip} for the API; it answers once etcd runs, so never use it for talosctl"
