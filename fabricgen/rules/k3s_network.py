"""k3s beside Cilium, further: addresses of pods, charts that k3s installs, CRDs that it brings."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric, agreed
from fabricgen.fabric.machines import read_network
from fabricgen.repository.substitution import is_open
from fabricgen.rules.k3s import hit_at, is_disabled, is_on, servers, set_key
from fabricgen.rules.rule import Edit, Hit, rule
from fabricgen.versions import minor_of

_OPTIONS: Final = "https://docs.k3s.io/networking/basic-network-options"
_GUIDE: Final = "https://docs.cilium.io/en/v1.20/installation/k3s/"
_HELM: Final = "https://docs.k3s.io/add-ons/helm"
_GATEWAY_CRDS_SINCE: Final = (1, 37)
_IPV4: Final = 4


@rule(
    "K3S008",
    "warning",
    "Pods get addresses out of the network that k3s is told",
    why="With ipam.mode: cluster-pool Cilium ignores cluster-cidr: what reads it (k3s' egress selector, routers) speaks "
    "of a network that no pod is in.",
    source=_GUIDE,
    fix="Set ipam.operator.clusterPoolIPv4PodCIDRList to cluster-cidr, or ipam.mode: kubernetes.",
)
def pods_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield pools of Cilium's that are not in cluster-cidr."""
    cilium = fabric.cilium
    if cilium is None or not servers(fabric) or cilium.value("ipam.mode") != "cluster-pool":
        return
    path = "ipam.operator.clusterPoolIPv4PodCIDRList"
    pools = cilium.value(path, ["10.0.0.0/8"])
    networks = [fact.value for fact in fabric.pod_networks if fact.value.version == _IPV4]
    default = [one for one in (read_network("10.42.0.0/16"),) if one is not None]
    for text in pools if isinstance(pools, list) else [pools]:
        pool = read_network(text)
        known = networks or default
        if pool is not None and not any(pool.subnet_of(one) for one in known):  # type: ignore[arg-type]  # both are IPv4
            shown = ", ".join(sorted({str(one) for one in known}))
            message = f"Cilium takes addresses of pods from {pool}, and cluster-cidr is {shown}"
            yield Hit(place=cilium.place(path), message=message, object=cilium.item.label)


@rule(
    "K3S009",
    "error",
    "egress-selector-mode: pod needs pods in the networks of their nodes",
    why="The API server finds the node of a Service's endpoint by the node's pod network: webhooks and aggregated APIs "
    "time out where Cilium hands out addresses itself.",
    source=_OPTIONS,
    fix="Set egress-selector-mode: cluster, or ipam.mode: kubernetes.",
)
def egress_by_pod_network(fabric: Fabric) -> Iterator[Hit]:
    """Yield the mode where Cilium has its own address management."""
    cilium = fabric.cilium
    for config in fabric.k3s if cilium else ():
        if (
            config.get("egress-selector-mode") == "pod"
            and cilium is not None
            and cilium.value("ipam.mode") != "kubernetes"
        ):
            message = f"egress-selector-mode is pod, and Cilium's ipam.mode is {cilium.value('ipam.mode')}"
            yield hit_at(
                config, "egress-selector-mode", message, set_key(config, "egress-selector-mode", "cluster")
            )


@rule(
    "K3S010",
    "error",
    "A chart that brings the network is one of bootstrap",
    why="Without bootstrap: true the job that installs the chart waits for a node that is ready, and no node is ready "
    "without a network.",
    source=_HELM,
    fix="Set spec.bootstrap: true in the HelmChart.",
)
def chart_waits_for_itself(fabric: Fabric) -> Iterator[Hit]:
    """Yield HelmCharts of Cilium's that wait for the network."""
    for cilium in fabric.all_cilium:
        bootstrap = cilium.item.get("spec", "bootstrap")
        if cilium.role == "k3s" and bootstrap is not True and cilium.item.exact and not is_open(bootstrap):
            path = ("spec", "bootstrap")
            place = cilium.item.place(*path)
            edit = Edit(place, cilium.item.origin.index, "set", path, True)  # noqa: FBT003 - the value that is set
            message = "this HelmChart installs the network, and bootstrap is not true"
            yield Hit(place=place, message=message, object=cilium.item.label, edits=(edit,))


@rule(
    "K3S011",
    "error",
    "The Helm controller is on where a HelmChart installs Cilium",
    why="Nobody acts on the HelmChart, so the network is never installed.",
    source=_HELM,
    fix="Leave disable-helm-controller out, or install Cilium by other means.",
)
def nobody_installs(fabric: Fabric) -> Iterator[Hit]:
    """Yield what turns the controller off that a HelmChart waits for."""
    charts = [one for one in fabric.all_cilium if one.role == "k3s"]
    for config in fabric.k3s if charts else ():
        if is_on(config, "disable-helm-controller"):
            message = f"the Helm controller is off, and {charts[0].item.label} waits for it"
            yield hit_at(config, "disable-helm-controller", message)


@rule(
    "K3S012",
    "info",
    "The CRDs of Gateway API have one owner",
    why="k3s 1.37 brings them itself and takes over those that are there: whoever else applies them changes them back, "
    "and the version that is in force changes with it.",
    source="https://github.com/k3s-io/k3s/pull/14565",
    fix="Add gateway-api-crd to disable on every server, or leave the CRDs to k3s.",
    since="1.37",
)
def gateway_crds_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield CRDs of Gateway API in a repository whose k3s brings them too."""
    if not fabric.gateway_crds or not fabric.k3s or is_disabled(fabric, "gateway-api-crd"):
        return
    version = agreed(fabric.pins.k3s)
    if minor_of(version.value) >= _GATEWAY_CRDS_SINCE:
        message = f"k3s {version.value} brings the CRDs of Gateway API, and so does this repository"
        yield Hit(place=version.place, message=message, object=version.item.label)
