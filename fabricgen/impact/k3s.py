"""k3s' configuration files: read when k3s starts, so that whatever changes takes a restart of the service.

Containers keep running while k3s restarts. What can never change on a cluster that runs is told by itself.
"""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import rows, same

RESTART: Final = "https://docs.k3s.io/upgrades/killall"
CONFIG: Final = "https://docs.k3s.io/installation/configuration"
NETWORK: Final = "https://docs.k3s.io/networking/basic-network-options"
SERVER: Final = "https://docs.k3s.io/cli/server"
AGENT: Final = "https://docs.k3s.io/cli/agent"
KUBE_PROXY: Final = "https://github.com/cilium/cilium/pull/16139"
POD_CIDR: Final = "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go: ValidateNodeUpdate"
SERVICE_CIDR: Final = "https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/"

ROWS: Final = (
    *same(
        "k3s",
        Impact.AGENTS_ROLL,
        (
            "cluster-init",
            "disable-cloud-controller",
            "disable-helm-controller",
            "egress-selector-mode",
            "embedded-registry",
            "etcd-arg",
            "kube-apiserver-arg",
            "kube-controller-manager-arg",
            "kube-proxy-arg",
            "kube-scheduler-arg",
            "kubelet-arg",
            "lb-server-port",
            "log",
            "node-external-ip",
            "private-registry",
            "resolv-conf",
            "server",
            "snapshotter",
            "tls-san",
            "tls-san-security",
            "token-file",
            "v",
            "write-kubeconfig-mode",
        ),
        why="k3s reads it when it starts: restart the service node by node; containers keep running, the API of a single "
        "server pauses",
        source=RESTART,
    ),
    *rows(
        "k3s",
        Impact.CLUSTER_REBUILT,
        {
            "cluster-cidr": "nodes hold a share of this network that Kubernetes does not let change; a second family cannot be "
            "added later either",
        },
        source=NETWORK,
    ),
    *rows(
        "k3s",
        Impact.CLUSTER_REBUILT,
        {
            "service-cidr": "Services hold addresses of this network and keep them, that of the API among them",
            "cluster-domain": "names of Services, and certificates made for them, end in it",
        },
        source=SERVICE_CIDR,
    ),
    *rows(
        "k3s",
        Impact.PODS_RECREATED,
        {
            "cluster-dns": "the DNS Service keeps its address, and pods keep the DNS server that they were started with"
        },
        source="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    ),
    *rows(
        "k3s",
        Impact.PODS_RECREATED,
        {
            "flannel-backend": "the pod network changes when k3s restarts, on all servers alike: reboot all nodes, servers first",
            "flannel-ipv6-masq": "the pod network changes when k3s restarts, on all servers alike",
            "flannel-iface": "the pod network changes when k3s restarts",
        },
        source=NETWORK,
    ),
    *rows(
        "k3s",
        Impact.TRAFFIC_PAUSES,
        {
            "disable-kube-proxy": "who serves Services changes when k3s restarts: open connections break",
        },
        source=KUBE_PROXY,
    ),
    *rows(
        "k3s",
        Impact.TRAFFIC_PAUSES,
        {
            "disable-network-policy": "who enforces policies changes when k3s restarts: what one dropped the other may let through",
            "disable": "what k3s brought along is removed or comes back when servers restart: addresses of Services may change",
        },
        source=SERVER,
    ),
    *rows(
        "k3s",
        Impact.NOTHING,
        {
            "node-label": "only read when the node joins: a node that has joined keeps its labels",
            "node-taint": "only read when the node joins: a node that has joined keeps its taints",
        },
        source=AGENT,
    ),
    *rows(
        "k3s",
        Impact.PODS_RECREATED,
        {
            "node-name": "Kubernetes knows a node by its name: it comes as another node, and pods of the old one are made anew",
        },
        source="https://kubernetes.io/docs/concepts/architecture/nodes/",
    ),
    *rows(
        "k3s",
        Impact.TRAFFIC_PAUSES,
        {
            "node-ip": "the node has another address from the restart on: connections to it break, and etcd has to learn of it"
        },
        source=AGENT,
    ),
    *rows(
        "k3s",
        Impact.CLUSTER_REBUILT,
        {
            f"kube-controller-manager-arg.node-cidr-mask-size{family}": "nodes keep the shares that they have, of the old size"
            for family in ("", "-ipv4", "-ipv6")
        },
        source=POD_CIDR,
    ),
    *rows(
        "k3s",
        Impact.AGENTS_ROLL,
        {
            "secrets-encryption": "servers restart; Secrets that are there stay as they are until `k3s secrets-encrypt` rewrites them"
        },
        source="https://docs.k3s.io/security/secrets-encryption",
    ),
    *rows(
        "values/traefik",
        Impact.TRAFFIC_PAUSES,
        {"": "traefik restarts: connections through it break"},
        source="https://docs.k3s.io/networking/networking-services",
    ),
)
