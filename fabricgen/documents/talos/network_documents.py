"""Talos 1.12 and 1.13: host name, links, VIP, resolvers and time servers are documents of their own.

Everything else is still where `v1alpha1` puts it; `kubernetes_documents` takes the network documents from here.
A document of the same kind and name is merged with the generated one, an unknown one is added.
"""

from collections.abc import Iterator

from fabricgen.cluster import Bond, Cluster, Node
from fabricgen.documents.document import Part, Setting, setting
from fabricgen.documents.talos import facts, links, nodes, v1alpha1
from fabricgen.documents.talos.links import Link, link_of
from fabricgen.documents.talos.patches import Patches


def document(kind: str, *settings: Setting) -> Part:
    """Return a document of this kind; one of the settings is its name, where the kind has many."""
    return Part(base={"apiVersion": "v1alpha1", "kind": kind}, settings=settings)


def resolver_settings(cluster: Cluster) -> Iterator[Setting]:
    """Yield the nodes' resolvers, where they are not left to DHCP."""
    servers = facts.name_servers(cluster)
    if servers is not None:
        addresses = [{"address": address} for address in servers.value]
        yield Setting(path=("nameservers",), value=addresses, why=servers.why, source=servers.source)


def time_documents(cluster: Cluster) -> Iterator[Part]:
    """Yield the time servers, where the description names some."""
    if settings := tuple(v1alpha1.optional(facts.time_servers(cluster), "ntp", "servers")):
        yield document("TimeSyncConfig", *settings)


def node_documents(cluster: Cluster, node: Node) -> Iterator[Part]:
    """Yield the host name and everything about the node's link; nothing in containers."""
    if facts.in_docker(cluster):
        return
    why = "the generated config makes a name up, and a name of its own is refused beside that"
    source = facts.reference(cluster, "network/hostnameconfig")
    off = setting("auto", "off", why=why, source=source)
    yield document("HostnameConfig", off, nodes.hostname(cluster, node).at("hostname"))
    link = link_of(cluster, node)
    if link is not None:
        yield from _Documents(cluster, link).all()


class _Documents:
    """The documents of one link, from the cable to the shared address."""

    def __init__(self, cluster: Cluster, link: Link) -> None:
        self._cluster = cluster
        self._link = link

    def all(self) -> Iterator[Part]:
        yield from self._aliases()
        if not self._link.plain:
            yield from self._links()
            yield from self._dhcp()
        yield from self._vip()

    def _aliases(self) -> Iterator[Part]:
        if self._link.bond is not None:
            for index, link in enumerate(self._link.bond.links):
                if links.is_mac(link):
                    yield self._alias(_port(self._link.bond, index), link)
        elif self._link.name is None:
            yield self._alias(self._link.label, self._link.mac)

    def _alias(self, name: str, mac: str | None) -> Part:
        page = self._page("linkaliasconfig")
        match = f'mac(link.permanent_addr) == "{mac}"' if mac is not None else "true"
        return document(
            "LinkAliasConfig",
            setting("name", name, why="what the other documents call this link", source=page),
            setting("selector.match", match, why=links.found_why(self._link), source=page),
        )

    def _links(self) -> Iterator[Part]:
        link = self._link
        bottom = tuple(self._carried() if link.vlan is None else self._parent())
        kind = "BondConfig" if link.bond is not None else "LinkConfig"
        why = (
            links.found_why(link)
            if link.name is not None or link.bond is not None
            else "the link of the alias"
        )
        name = setting("name", link.label, why=why, source=self._page(kind.lower()))
        yield document(kind, name, *self._bond(), *bottom)
        if link.vlan is not None:
            yield document("VLANConfig", *self._vlan(link.vlan), *self._carried())

    def _parent(self) -> Iterator[Setting]:
        why = f"VLAN {self._link.vlan} is on it, and nothing else brings it up"
        yield setting("up", value=True, why=why, source=self._page("linkconfig"))
        yield from self._mtu()

    def _bond(self) -> Iterator[Setting]:
        bond, page = self._link.bond, self._page("bondconfig")
        if bond is None:
            return
        members = [
            _port(bond, index) if links.is_mac(link) else link for index, link in enumerate(bond.links)
        ]
        yield setting(
            "links", members, why="the members, the first of which lends its MAC address", source=page
        )
        yield setting("bondMode", bond.mode, why="the switch must be set up for the same", source=page)
        for key, milliseconds in links.BOND_TIMES.items():
            yield setting(key, milliseconds, why=links.BOND_TIMES_WHY, source=links.BOND_TIMES_SOURCE)

    def _vlan(self, vlan: int) -> Iterator[Setting]:
        page, carrier, parent = self._page("vlanconfig"), self._link.carrier, self._link.label
        yield setting("name", carrier, why="named as Linux names VLANs", source=page)
        yield setting("vlanID", vlan, why="the nodes' network is this tagged one", source=page)
        yield setting("parent", parent, why="the link that the tagged packets pass", source=page)

    def _carried(self) -> Iterator[Setting]:
        link, page = self._link, self._page("linkconfig")
        yield from self._mtu()
        if link.dhcp:
            why = "brought up here, since saying anything about a link switches the default off"
            yield setting("up", value=True, why=why, source=page)
            return
        addresses = [{"address": address} for address in link.addresses]
        yield setting("addresses", addresses, why=links.addresses_why(link), source=page)
        if link.routers:
            routes = [{"gateway": str(router)} for router in link.routers]
            yield setting("routes", routes, why="the way out of the nodes' network", source=page)

    def _mtu(self) -> Iterator[Setting]:
        if self._link.mtu is not None:
            why = "bytes in a packet, as the description says; the switch must carry as much"
            yield setting("mtu", self._link.mtu, why=why, source=self._page("linkconfig"))

    def _dhcp(self) -> Iterator[Part]:
        for family in self._link.dhcp:
            page, why = self._page(f"dhcpv{family}config"), links.addresses_why(self._link)
            yield document(f"DHCPv{family}Config", setting("name", self._link.carrier, why=why, source=page))

    def _vip(self) -> Iterator[Part]:
        if self._link.vip is not None:
            page = self._page("layer2vipconfig")
            vip = setting("name", str(self._link.vip), why=links.vip_why(self._link), source=page)
            why = "the link with the node's address, which is in the same network"
            yield document("Layer2VIPConfig", vip, setting("link", self._link.carrier, why=why, source=page))

    def _page(self, kind: str) -> str:
        return facts.reference(self._cluster, f"network/{kind}")


def _port(bond: Bond, index: int) -> str:
    return f"{bond.name}port{index}"


def _all_machine(cluster: Cluster) -> tuple[Part, ...]:
    parts = [*v1alpha1.document(v1alpha1.machine(cluster))]
    if settings := tuple(resolver_settings(cluster)):
        parts.append(document("ResolverConfig", *settings))
    return (*parts, *time_documents(cluster))


def _node_machine(cluster: Cluster, node: Node) -> tuple[Part, ...]:
    return (*v1alpha1.document(v1alpha1.install(cluster, node)), *node_documents(cluster, node))


PATCHES = Patches(
    all_kubernetes=v1alpha1.PATCHES.all_kubernetes,
    all_machine=_all_machine,
    control_plane=v1alpha1.PATCHES.control_plane,
    node_machine=_node_machine,
    placement=v1alpha1.PATCHES.placement,
)
