"""Talos up to 1.11: everything stands in one document, under `machine` and `cluster`.

Fed by the facts of `facts`, `nodes` and `links`. The later dialects reuse what stayed in this document.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fabricgen.cluster import Bond, Cluster, DiskSelector, Node
from fabricgen.documents.document import Part, Setting
from fabricgen.documents.node_masks import SOURCE as MASK_SOURCE
from fabricgen.documents.node_masks import unusual_masks
from fabricgen.documents.talos import facts, links, nodes
from fabricgen.documents.talos.facts import Fact
from fabricgen.documents.talos.links import Link, link_of
from fabricgen.documents.talos.patches import Patches

_ANYWHERE = {4: "0.0.0.0/0", 6: "::/0"}


def document(settings: Iterable[Setting]) -> tuple[Part, ...]:
    """Return the one document with these settings; nothing if there are none."""
    every = tuple(settings)
    return (Part(base={}, settings=every),) if every else ()


def optional(fact: Fact | None, *path: str) -> Iterator[Setting]:
    """Yield the fact at its path, if there is one."""
    if fact is not None:
        yield fact.at(*path)


def kubernetes(cluster: Cluster) -> Iterator[Setting]:
    """Yield what every node must know of Kubernetes' networks."""
    network = ("cluster", "network")
    yield facts.dns_domain(cluster).at(*network, "dnsDomain")
    yield facts.pod_networks(cluster).at(*network, "podSubnets")
    yield facts.service_networks(cluster).at(*network, "serviceSubnets")
    yield facts.node_ip_subnets(cluster).at("machine", "kubelet", "nodeIP", "validSubnets")
    prism = ("machine", "features", "kubePrism")
    yield facts.kube_prism_enabled().at(*prism, "enabled")
    yield facts.kube_prism_port(cluster).at(*prism, "port")


def certificate(cluster: Cluster) -> Iterator[Setting]:
    """Yield what the certificate of Talos' API holds."""
    yield from optional(facts.machine_cert_sans(cluster), "machine", "certSANs")


def machine(cluster: Cluster) -> Iterator[Setting]:
    """Yield what holds for the system of every node, apart from its network."""
    yield from certificate(cluster)
    for key, fact in facts.sysctls(cluster).items():
        yield fact.at("machine", "sysctls", key)
    if modules := facts.kernel_modules(cluster):
        named = [{"name": module.value} for module in modules]
        yield Fact(
            value=named, why="kernel modules that the description asks for", source=facts.DESCRIPTION
        ).at("machine", "kernel", "modules")
    dns = ("machine", "features", "hostDNS")
    yield facts.host_dns_enabled().at(*dns, "enabled")
    yield facts.forward_dns(cluster).at(*dns, "forwardKubeDNSToHost")


def _network(cluster: Cluster) -> Iterator[Setting]:
    yield from optional(facts.name_servers(cluster), "machine", "network", "nameservers")
    yield from optional(facts.time_servers(cluster), "machine", "time", "servers")


def control_plane(cluster: Cluster) -> Iterator[Setting]:
    """Yield what only control planes know."""
    cni = facts.no_cni() if cluster.cilium else facts.flannel(cluster)
    yield cni.at("cluster", "network", "cni", "name")
    if facts.replaces_kube_proxy(cluster):
        off = Fact(value=True, why=facts.KUBE_PROXY_OFF_WHY, source=facts.KUBE_PROXY_OFF_SOURCE)
        yield off.at("cluster", "proxy", "disabled")
    yield from optional(facts.api_cert_sans(cluster), "cluster", "apiServer", "certSANs")
    for mask in unusual_masks(cluster.networks):
        fact = Fact(value=str(mask.prefix_length), why=mask.why, source=MASK_SOURCE)
        yield fact.at("cluster", "controllerManager", "extraArgs", mask.flag)
    yield from etcd(cluster)
    if nodes.same_for_all_control_planes(cluster):
        yield from _scheduling(cluster, cluster.control_planes[0])


def etcd(cluster: Cluster) -> Iterator[Setting]:
    """Yield where etcd's members find each other."""
    yield facts.etcd_subnets(cluster).at("cluster", "etcd", "advertisedSubnets")


def placement(cluster: Cluster, node: Node) -> Iterator[Setting]:
    """Yield what decides about pods and load balancers on this node: labels, taints, scheduling."""
    if not nodes.same_for_all_control_planes(cluster):
        yield from _scheduling(cluster, node)
    yield from optional(nodes.labels(node), "machine", "nodeLabels")
    if node.control_plane:
        yield from optional(nodes.taints(node), "machine", "nodeTaints")
    else:
        yield from optional(
            nodes.registered_taints(node), "machine", "kubelet", "extraConfig", "registerWithTaints"
        )


def _scheduling(cluster: Cluster, node: Node) -> Iterator[Setting]:
    # Each control plane reads this from its own config when it taints itself, so control planes may differ.
    yield from optional(nodes.schedulable_here(cluster, node), "cluster", "allowSchedulingOnControlPlanes")
    yield from optional(nodes.announces_again(cluster, node), "machine", "nodeLabels", nodes.NO_LOAD_BALANCER)


def install(cluster: Cluster, node: Node) -> Iterator[Setting]:
    """Yield where and from which image Talos is installed; nothing in containers."""
    image = nodes.install_image(cluster, node)
    if image is None:
        return
    disk = nodes.install_disk(node)
    if disk is not None and isinstance(node.disk, DiskSelector):
        selector = Fact(value=nodes.selector_fields(node.disk), why=disk.why, source=disk.source)
        yield selector.at("machine", "install", "diskSelector")
    elif disk is not None:
        yield disk.at("machine", "install", "disk")
    yield image.at("machine", "install", "image")


def _node_network(cluster: Cluster, node: Node) -> Iterator[Setting]:
    if not facts.in_docker(cluster):
        yield nodes.hostname(cluster, node).at("machine", "network", "hostname")
    link = link_of(cluster, node)
    if link is not None:
        yield Setting(
            path=("machine", "network", "interfaces"),
            value=[_interface(link)],
            why=_interface_why(link),
            source=facts.reference(cluster, "v1alpha1/config"),
        )


def _interface_why(link: Link) -> str:
    vlan = [f"VLAN {link.vlan}"] if link.vlan else []
    vip = [links.vip_why(link)] if link.vip else []
    return "; ".join((links.found_why(link), *vlan, links.addresses_why(link), *vip))


def _interface(link: Link) -> dict[str, Any]:
    interface = _selected(link)
    if link.bond is not None:
        interface["bond"] = _bond(link.bond)
    if link.mtu is not None:
        interface["mtu"] = link.mtu
    carried = _carried(link)
    if link.vlan is None:
        return {**interface, **carried}
    mtu = {"mtu": link.mtu} if link.mtu is not None else {}
    return {**interface, "vlans": [{"vlanId": link.vlan, **mtu, **carried}]}


def _selected(link: Link) -> dict[str, Any]:
    if link.bond is not None or link.name is not None:
        return {"interface": link.label}
    # A VLAN has its parent's MAC address, and a selector without `physical` would match both.
    mac = {"hardwareAddr": link.mac} if link.mac is not None else {}
    return {"deviceSelector": {**mac, "physical": True}}


def _bond(bond: Bond) -> dict[str, Any]:
    names = [link for link in bond.links if not links.is_mac(link)]
    # The members take over the bond's MAC address, so they are known by the one they were made with.
    selectors = [{"permanentAddr": link} for link in bond.links if links.is_mac(link)]
    return {
        **({"interfaces": names} if names else {}),
        **({"deviceSelectors": selectors} if selectors else {}),
        "mode": bond.mode,
        **links.BOND_TIMES,
    }


def _carried(link: Link) -> dict[str, Any]:
    vip = {"vip": {"ip": str(link.vip)}} if link.vip is not None else {}
    if link.dhcp:
        families = {f"ipv{family}": family in link.dhcp for family in _ANYWHERE}
        options = {"dhcpOptions": families} if link.dhcp != (4,) else {}
        return {"dhcp": True, **options, **vip}
    routes = [{"network": _ANYWHERE[one.version], "gateway": str(one)} for one in link.routers]
    return {
        "dhcp": False,
        "addresses": list(link.addresses),
        **({"routes": routes} if routes else {}),
        **vip,
    }


def _all_machine(cluster: Cluster) -> tuple[Part, ...]:
    return document((*machine(cluster), *_network(cluster)))


def _node_machine(cluster: Cluster, node: Node) -> tuple[Part, ...]:
    return document((*_node_network(cluster, node), *install(cluster, node)))


PATCHES = Patches(
    all_kubernetes=lambda cluster: document(kubernetes(cluster)),
    all_machine=_all_machine,
    control_plane=lambda cluster: document(control_plane(cluster)),
    node_machine=_node_machine,
    placement=lambda cluster, node: document(placement(cluster, node)),
)
