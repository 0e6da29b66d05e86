"""Talos from 1.14: Kubernetes, install, kernel and host DNS have documents of their own too.

A setting that has such a document is refused in its old place as soon as the generated config holds the document.
Only certificates of Talos' API and etcd stay where `v1alpha1` puts them. Some documents are refused on workers, see
CONTROL_PLANE_ONLY_KINDS in fabricgen/versions/talos.py; here they stand in the control planes' file only.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cluster, Node
from fabricgen.documents.document import Part, Setting, setting
from fabricgen.documents.node_masks import SOURCE as MASK_SOURCE
from fabricgen.documents.node_masks import unusual_masks
from fabricgen.documents.talos import facts, nodes, v1alpha1
from fabricgen.documents.talos.disks import disk_expression
from fabricgen.documents.talos.facts import Fact
from fabricgen.documents.talos.network_documents import (
    document,
    node_documents,
    resolver_settings,
    time_documents,
)
from fabricgen.documents.talos.patches import Patches
from fabricgen.documents.talos.v1alpha1 import optional


def _all_kubernetes(cluster: Cluster) -> tuple[Part, ...]:
    return (
        document("KubeNetworkConfig", *_network(cluster)),
        document("KubeNodeConfig", facts.node_ip_subnets(cluster).at("nodeIP", "validSubnets")),
        document("KubePrismConfig", facts.kube_prism_port(cluster).at("port")),
    )


def _network(cluster: Cluster) -> Iterator[Setting]:
    yield facts.dns_domain(cluster).at("dnsDomain")
    yield facts.pod_networks(cluster).at("podSubnets")
    yield facts.service_networks(cluster).at("serviceSubnets")
    for mask in unusual_masks(cluster.networks):
        key = f"nodeCIDRMaskSizeIPv{mask.family}"
        yield setting(key, mask.prefix_length, why=mask.why, source=MASK_SOURCE)


def _all_machine(cluster: Cluster) -> tuple[Part, ...]:
    parameters = tuple(fact.at("params", key) for key, fact in facts.sysctls(cluster).items())
    return (
        *v1alpha1.document(v1alpha1.certificate(cluster)),
        document("ResolverConfig", *_host_dns(cluster), *resolver_settings(cluster)),
        *time_documents(cluster),
        *((document("SysctlConfig", *parameters),) if parameters else ()),
        *(document("KernelModuleConfig", module.at("name")) for module in facts.kernel_modules(cluster)),
    )


def _host_dns(cluster: Cluster) -> Iterator[Setting]:
    yield facts.host_dns_enabled().at("hostDNS", "enabled")
    yield facts.forward_dns(cluster).at("hostDNS", "forwardKubeDNSToHost")


def _control_plane(cluster: Cluster) -> tuple[Part, ...]:
    return (*v1alpha1.document(v1alpha1.etcd(cluster)), *_control_plane_documents(cluster))


def _control_plane_documents(cluster: Cluster) -> Iterator[Part]:
    if cluster.cilium is not None:
        no_cni = facts.no_cni()
        # There is no document that says "no CNI"; the generated one for Flannel is taken away.
        gone = Fact(value="delete", why=no_cni.why, source=no_cni.source)
        yield document("KubeFlannelCNIConfig", gone.at("$patch"))
    if facts.replaces_kube_proxy(cluster):
        off = Fact(value=False, why=facts.KUBE_PROXY_OFF_WHY, source=facts.KUBE_PROXY_OFF_SOURCE)
        yield document("KubeProxyConfig", off.at("enabled"))
    if settings := tuple(optional(facts.api_cert_sans(cluster), "certExtraSANs")):
        yield document("KubeAPIServerConfig", *settings)
    if nodes.same_for_all_control_planes(cluster):
        yield from _node_config(_scheduling(cluster, cluster.control_planes[0]))


def _node_config(settings: Iterator[Setting]) -> Iterator[Part]:
    if every := tuple(settings):
        yield document("KubeNodeConfig", *every)


def _scheduling(cluster: Cluster, node: Node) -> Iterator[Setting]:
    allowed = nodes.schedulable_here(cluster, node)
    if allowed is not None:
        gone = Fact(value=nodes.DELETE, why=allowed.why, source=allowed.source)
        yield gone.at("taints", nodes.CONTROL_PLANE_TAINT)
    yield from optional(nodes.announces_again(cluster, node), "labels", nodes.NO_LOAD_BALANCER)


def _node_machine(cluster: Cluster, node: Node) -> tuple[Part, ...]:
    return (*_install(cluster, node), *node_documents(cluster, node))


def _install(cluster: Cluster, node: Node) -> Iterator[Part]:
    image = nodes.install_image(cluster, node)
    if image is not None:
        yield document("UnattendedInstallConfig", image.at("installer", "image"), *_disk(cluster, node))


def _disk(cluster: Cluster, node: Node) -> Iterator[Setting]:
    disk = nodes.install_disk(node)
    if disk is None or node.disk is None:
        return
    match = Fact(value=disk_expression(node.disk), why=disk.why, source=disk.source)
    yield match.at("provisioning", "diskSelector", "match")
    why = "an installer that finds something on the disk leaves the rest of it alone; the default would erase it"
    source = facts.reference(cluster, "runtime/unattendedinstallconfig")
    yield setting("provisioning.wipe", value=False, why=why, source=source)


def _placement(cluster: Cluster, node: Node) -> tuple[Part, ...]:
    return tuple(_node_config(_placed(cluster, node)))


def _placed(cluster: Cluster, node: Node) -> Iterator[Setting]:
    if not nodes.same_for_all_control_planes(cluster):
        yield from _scheduling(cluster, node)
    yield from optional(nodes.labels(node), "labels")
    # The kubelet registers these, so they hold on workers as well.
    yield from optional(nodes.taints(node), "taints")


PATCHES = Patches(
    all_kubernetes=_all_kubernetes,
    all_machine=_all_machine,
    control_plane=_control_plane,
    node_machine=_node_machine,
    placement=_placement,
)
