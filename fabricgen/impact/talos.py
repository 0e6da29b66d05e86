"""Talos' machine configuration: what is taken over in place, what restarts kubelet, and what needs a reboot.

Until 1.13 a change outside a fixed list reboots the node (`CanApplyImmediate`); from 1.14 on nothing reboots by itself,
and a few settings wait for a reboot. Sources: each row's.
"""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import Row, rows, same

EDITING: Final = (
    "https://github.com/siderolabs/talos/blob/v1.13.9/internal/app/machined/pkg/runtime/v1alpha1/"
    "v1alpha1_runtime.go: CanApplyImmediate"
)
EDITING_1_14: Final = "https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/system-configuration/editing-machine-configuration"
KUBELET: Final = "https://github.com/siderolabs/talos/blob/v1.9.0/internal/app/machined/pkg/controllers/k8s/kubelet_service.go"
ETCD: Final = f"{EDITING_1_14}#changes-which-might-need-a-reboot"
UPGRADING: Final = "https://docs.siderolabs.com/talos/v1.13/configure-your-talos-cluster/lifecycle-management/upgrading-talos"
K8S: Final = "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes"
NODES: Final = "https://kubernetes.io/docs/concepts/architecture/nodes/"
POD_CIDR: Final = "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go: ValidateNodeUpdate"
SERVICE_CIDR: Final = "https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/"
DNS_DOMAIN: Final = "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"
LABELS: Final = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"

_NETWORKS: Final = {
    "podSubnets": "nodes hold a share of this network that Kubernetes does not let change, and pods hold addresses of it",
    "serviceSubnets": "Services hold addresses of this network and keep them, that of the API among them",
    "dnsDomain": "names of Services, and certificates made for them, end in it",
}
_NETWORK_SOURCES: Final = {
    "podSubnets": POD_CIDR,
    "serviceSubnets": SERVICE_CIDR,
    "dnsDomain": DNS_DOMAIN,
}


def networks(family: str, prefix: str) -> tuple[Row, ...]:
    """Return the rows of the cluster's networks, whose keys stand below `prefix`."""
    return tuple(
        Row(
            family=family,
            path=f"{prefix}{key}",
            impact=Impact.CLUSTER_REBUILT,
            why=why,
            source=_NETWORK_SOURCES[key],
        )
        for key, why in _NETWORKS.items()
    )


_IN_PLACE: Final = same(
    "talos",
    Impact.NOTHING,
    (
        "cluster.apiServer.certSANs",
        "cluster.discovery",
        "debug",
        "machine.acceptedCAs",
        "machine.ca",
        "machine.certSANs",
        "machine.features.hostDNS",
        "machine.features.imageCache",
        "machine.features.kubePrism",
        "machine.features.kubernetesTalosAPIAccess",
        "machine.features.nodeAddressSortAlgorithm",
        "machine.kernel",
        "machine.logging",
        "machine.network.nameservers",
        "machine.network.searchDomains",
        "machine.nodeAnnotations",
        "machine.nodeLabels",
        "machine.pods",
        "machine.registries",
        "machine.seccompProfiles",
        "machine.sysctls",
        "machine.sysfs",
        "machine.time",
    ),
    why="Talos takes it over in place, without a reboot",
    source=EDITING,
)
_REBOOTS: Final = tuple(
    Row(
        family="talos",
        path=path,
        impact=Impact.NODE_REBOOTS,
        why="Talos before 1.14 takes it over by rebooting the node",
        source=EDITING,
        until="1.14",
    )
    for path in (
        "machine.baseRuntimeSpecOverrides",
        "machine.disks",
        "machine.env",
        "machine.features",
        "machine.files",
        "machine.systemDiskEncryption",
        "machine.token",
        "machine.type",
        "machine.udev",
    )
)
_SINCE_1_14: Final = tuple(
    Row(
        family=family,
        path=path,
        impact=Impact.NODE_REBOOTS,
        why="nothing reboots by itself, but services that run keep the old value until the node reboots",
        source=ETCD,
        since=since,
    )
    for family, path, since in (("talos", "machine.env", "1.14"),)
)
_KUBELET: Final = (
    *rows(
        "talos",
        Impact.AGENTS_ROLL,
        {
            "machine.kubelet": "kubelet restarts; containers keep running",
            "cluster.apiServer": "the API server restarts, on one control plane after the other",
            "cluster.controllerManager": "the controller manager restarts, on one control plane after the other",
            "cluster.scheduler": "the scheduler restarts, on one control plane after the other",
            "cluster.controlPlane": "kubelets and clients look for the API elsewhere; control planes restart what uses it",
        },
        source=KUBELET,
    ),
    *rows(
        "talos",
        Impact.PODS_RECREATED,
        {
            "machine.kubelet.image": "kubelet restarts in another version, and that may restart what runs on the node"
        },
        source=K8S,
    ),
    *rows(
        "talos",
        Impact.PODS_RECREATED,
        {"machine.kubelet.clusterDNS": "pods keep the DNS server that they were started with"},
        source=DNS_DOMAIN,
    ),
    *rows(
        "talos",
        Impact.NODE_REBOOTS,
        {
            "cluster.etcd": "etcd reads it when it starts, and Talos does not restart etcd: reboot control planes one by one"
        },
        source=ETCD,
    ),
)
_CNI: Final = (
    *rows(
        "talos",
        Impact.PODS_RECREATED,
        {
            "cluster.network.cni": "another pod network: pods that the old one connected have to be made anew, and Talos before 1.13 "
            "leaves the old one's objects behind",
            "cluster.proxy": "who serves Services changes: open connections break, and Talos before 1.13 leaves kube-proxy running",
        },
        source=K8S,
    ),
    *rows(
        "talos",
        Impact.NOTHING,
        {
            "cluster.inlineManifests": "Talos applies it on `talosctl upgrade-k8s`, and new ones at the next boot of a control plane",
            "cluster.extraManifests": "Talos applies it on `talosctl upgrade-k8s`, and new ones at the next boot of a control plane",
            "cluster.coreDNS": "Talos applies it on `talosctl upgrade-k8s`",
            "cluster.allowSchedulingOnControlPlanes": "the taint of control planes comes or goes; pods that run stay",
        },
        source=K8S,
    ),
    *rows(
        "talos",
        Impact.NOTHING,
        {
            "machine.nodeTaints": "pods that run stay unless the taint says NoExecute; new ones look for another place"
        },
        source=LABELS,
    ),
    *rows(
        "talos",
        Impact.CLUSTER_REBUILT,
        {
            "cluster.clusterName": "names of the cluster stand in what was generated with it",
            "cluster.id": "members know each other by it",
        },
        source="https://docs.siderolabs.com/talos/v1.13/reference/configuration/v1alpha1/config",
    ),
    *rows(
        "talos",
        Impact.CLUSTER_REBUILT,
        {
            f"cluster.controllerManager.extraArgs.node-cidr-mask-size{family}": "nodes keep the shares that they have, of the old size"
            for family in ("", "-ipv4", "-ipv6")
        },
        source=POD_CIDR,
    ),
)
RENAMED: Final = "to Kubernetes it is another node: pods of the old one are made anew"
LINKS: Final = "the node's address, routes or link change: connections over it break"
_NETWORK: Final = (
    *rows("talos", Impact.TRAFFIC_PAUSES, {"machine.network": LINKS}, source=EDITING),
    *rows(
        "talos",
        Impact.PODS_RECREATED,
        {"machine.network.hostname": RENAMED},
        source=NODES,
    ),
    *rows(
        "talos",
        Impact.NODE_REBOOTS,
        {
            "machine.install.image": "nothing by itself: `talosctl upgrade` with this image drains and reboots the node"
        },
        source=UPGRADING,
    ),
    *rows(
        "talos",
        Impact.NOTHING,
        {
            "machine.install": "only read when Talos is installed or upgraded: a node that is installed stays where it is"
        },
        source=EDITING_1_14,
    ),
)

ROWS: Final = (
    *_IN_PLACE,
    *_REBOOTS,
    *_SINCE_1_14,
    *_KUBELET,
    *_CNI,
    *_NETWORK,
    *networks("talos", "cluster.network."),
)
