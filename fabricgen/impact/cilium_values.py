"""Values of the Cilium chart: what a change of each restarts or breaks.

What restarts was measured: chart 1.20.0 was rendered by Helm with each of its 1,186 values set otherwise, and the objects
that differ were compared; templates/cilium-agent/daemonset.yaml carries a checksum of cilium-config, so that with
`rollOutCiliumPods` whatever changes that ConfigMap restarts the agents, and so for operator, Envoy, relay and interface.
What breaks besides is Cilium's own word; each row names the page.
"""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import ADD, NOT_ADD, rows, same

CHART: Final = (
    "https://github.com/cilium/charts/blob/master/cilium-1.20.0.tgz: templates/cilium-agent/daemonset.yaml"
)
OPERATOR: Final = "https://github.com/cilium/charts/blob/master/cilium-1.20.0.tgz: templates/cilium-operator/deployment.yaml"
ENVOY: Final = (
    "https://github.com/cilium/charts/blob/master/cilium-1.20.0.tgz: templates/cilium-envoy/daemonset.yaml"
)
HUBBLE: Final = "https://github.com/cilium/charts/blob/master/cilium-1.20.0.tgz: templates/hubble-relay/, templates/hubble-ui/"
TUNING: Final = "https://docs.cilium.io/en/latest/operations/performance/tuning/"
IPAM: Final = "https://docs.cilium.io/en/stable/network/concepts/ipam"
POOL: Final = (
    "https://docs.cilium.io/en/stable/network/concepts/ipam/cluster-pool/#expanding-the-cluster-pool"
)
PROXY: Final = "https://github.com/cilium/cilium/pull/16139"
FAMILY: Final = "values/cilium"

_AGENTS: Final = [
    "affinity",
    "agent",
    "agentNotReadyTaintKey",
    "aksbyocni",
    "alibabacloud",
    "annotateK8sNode",
    "annotations",
    "apiRateLimit",
    "authentication",
    "azure",
    "bandwidthManager",
    "bgpControlPlane",
    "bpf",
    "bpfClockProbe",
    "cgroup",
    "ciliumEndpointSlice",
    "cleanBpfState",
    "cleanState",
    "cluster",
    "clustermesh",
    "cni",
    "configDriftDetection",
    "connectivityProbeFrequencyRatio",
    "daemon",
    "datapathPlugins",
    "debug",
    "defaultLBServiceIPAM",
    "disableEndpointCRD",
    "dnsPolicy",
    "dnsProxy",
    "egressGateway",
    "enableIPv6Masquerade",
    "enableLBIPAM",
    "enableMasqueradeRouteSource",
    "enableNoServiceEndpointsRoutable",
    "enableNonDefaultDenyPolicies",
    "enableXTSocketFallback",
    "endpointHealthChecking",
    "endpointLockdownOnMapOverflow",
    "eni",
    "envoyConfig",
    "etcd",
    "extraArgs",
    "extraConfig",
    "extraContainers",
    "extraEnv",
    "extraHostPathMounts",
    "extraInitContainers",
    "extraVolumeMounts",
    "extraVolumes",
    "gatewayAPI",
    "gke",
    "healthCheckICMPFailureThreshold",
    "healthChecking",
    "healthPort",
    "hubble",
    "identityAllocationMode",
    "image",
    "imagePullSecrets",
    "ingressController",
    "initResources",
    "installNoConntrackIptablesRules",
    "ipMasqAgent",
    "ipam",
    "iptablesRandomFully",
    "k8s",
    "k8sClientExponentialBackoff",
    "k8sClientRateLimit",
    "k8sClusterNetworkPolicy",
    "k8sNetworkPolicy",
    "keepDeprecatedLabels",
    "keepDeprecatedProbes",
    "kubeConfigPath",
    "kubeProxyReplacementHealthzBindAddr",
    "l2NeighDiscovery",
    "livenessProbe",
    "localRedirectPolicies",
    "localRedirectPolicy",
    "logSystemLoad",
    "minReadySeconds",
    "monitor",
    "name",
    "nat",
    "nat46x64Gateway",
    "nodeIPAM",
    "nodeSelector",
    "nodeSelectorLabels",
    "nodeinit",
    "pmtuDiscovery",
    "podAnnotations",
    "podLabels",
    "podSecurityContext",
    "policyCIDRMatchMode",
    "policyDenyResponse",
    "pprof",
    "preferIpv6",
    "priorityClassName",
    "prometheus",
    "readinessProbe",
    "resources",
    "rollOutCiliumPods",
    "sctp",
    "securityContext",
    "serviceNoBackendResponse",
    "sleepAfterInit",
    "startupProbe",
    "synchronizeK8sNodes",
    "sysctlfix",
    "terminationGracePeriodSeconds",
    "tls",
    "tmpVolume",
    "tolerations",
    "updateStrategy",
    "vtep",
    "wellKnownIdentities",
]
_ENVOY_TOO: Final = (
    "commonLabels",
    "enableCriticalPriorityClass",
    "k8sServiceHost",
    "k8sServicePort",
    "namespaceOverride",
)
_NO_POD: Final = (
    "certgen",
    "dashboards",
    "envoy.prometheus.serviceMonitor",
    "hubble.metrics.dashboards",
    "hubble.metrics.serviceMonitor",
    "hubble.relay.podDisruptionBudget",
    "hubble.relay.service",
    "hubble.tls.auto",
    "hubble.ui.ingress",
    "hubble.ui.podDisruptionBudget",
    "hubble.ui.service.annotations",
    "operator.dashboards",
    "operator.podDisruptionBudget",
    "operator.prometheus.metricsService",
    "rbac",
    "resourceQuotas",
    "secretsNamespaceAnnotations",
    "secretsNamespaceLabels",
)

MEASURED: Final = (
    *same(
        FAMILY,
        Impact.AGENTS_ROLL,
        _AGENTS,
        why="agents restart node by node with the new configuration; packets of running pods keep flowing in eBPF",
        source=CHART,
    ),
    *same(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        (*_ENVOY_TOO, "envoy", "l7Proxy"),
        why="Envoy restarts node by node: connections through L7 policies and Gateways break there",
        source=ENVOY,
    ),
    *same(
        FAMILY,
        Impact.AGENTS_ROLL,
        ("operator",),
        why="the operator restarts; agents and traffic do not notice",
        source=OPERATOR,
    ),
    *same(
        FAMILY,
        Impact.AGENTS_ROLL,
        ("hubble.relay", "hubble.ui", "hubble.peerService"),
        why="Hubble's relay or interface restarts; agents and traffic do not notice",
        source=HUBBLE,
    ),
    *same(
        FAMILY,
        Impact.NOTHING,
        _NO_POD,
        why="objects beside the pods change; no pod's template does",
        source=CHART,
    ),
    *rows(
        FAMILY,
        Impact.AGENTS_ROLL,
        {
            "operator.prometheus.serviceMonitor": "the operator restarts; agents and traffic do not notice",
            "hubble.relay.enabled": "the relay comes or goes, and agents restart where their certificates do",
            "hubble.ui.enabled": "Hubble's interface comes or goes; agents and traffic do not notice",
            "hubble.ui.service.type": "the Service of Hubble's interface changes, and with it how people reach it",
            "prometheus.serviceMonitor": "agents restart node by node; packets of running pods keep flowing in eBPF",
        },
        source=CHART,
    ),
)

_DATAPATH: Final = (
    "the way of packets changes: each agent switches when it restarts, running pods keep what they were given until they are "
    "made anew, and nodes that differ for a while may not reach each other's pods"
)
DATAPATH: Final = (
    *same(
        FAMILY,
        Impact.PODS_RECREATED,
        (
            "MTU",
            "autoDirectNodeRoutes",
            "bandwidthManager.bbr",
            "bandwidthManager.enabled",
            "bpf.datapathMode",
            "bpf.hostLegacyRouting",
            "bpf.masquerade",
            "directRoutingSkipUnreachable",
            "enableIPv4BIGTCP",
            "enableIPv6BIGTCP",
            "endpointRoutes",
            "ipv4",
            "ipv6",
            "routingMode",
            "tunnelPort",
            "tunnelProtocol",
            "tunnelSourcePortRange",
            "underlayProtocol",
        ),
        why=_DATAPATH,
        source=TUNING,
    ),
    *rows(
        FAMILY,
        Impact.PODS_RECREATED,
        {
            "encryption": "nodes that encrypt and nodes that do not yet may not reach each other's pods while agents restart, and "
            "routes in running pods keep the old MTU until they are made anew",
        },
        source="https://github.com/cilium/cilium/pull/16020",
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "encryption.strictMode": "from now on pods' traffic that is not encrypted is dropped, or no longer",
            "encryption.nodeEncryption": "traffic between nodes moves into the tunnel, or out of it, as agents restart",
        },
        source="https://docs.cilium.io/en/stable/security/network/encryption-wireguard/",
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "kubeProxyReplacement": "connections through Services break on each node as it switches between kube-proxy and Cilium",
            "loadBalancer": "connections through Services may be sent to another backend, or answered another way, as agents restart",
            "maglev": "the table of backends is made anew: connections may move to another one",
            "nodePort": "Services are served at other ports or devices as agents restart",
            "socketLB": "pods' sockets are treated another way from the restart on; connections through Services may break",
        },
        source=PROXY,
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "devices": "Services, masquerading and announcements move to other links as agents restart",
            "forceDeviceDetection": "Services, masquerading and announcements move to other links as agents restart",
            "enableIPv4Masquerade": "the address under which pods are seen outside changes: open connections break",
            "ipv4NativeRoutingCIDR": "other destinations are masqueraded: open connections may break",
            "ipv6NativeRoutingCIDR": "other destinations are masqueraded: open connections may break",
            "nativeRoutingCIDRFromClusterPool": "other destinations are masqueraded: open connections may break",
        },
        source="https://github.com/cilium/cilium/issues/11369",
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "hostFirewall.enabled": "policies for nodes take hold, or no longer do: what they do not allow is dropped",
            "policyEnforcementMode": "traffic that was let through may be dropped from now on, or the other way round",
        },
        source="https://docs.cilium.io/en/stable/security/host-firewall/",
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "l2announcements": "announced addresses wait for a new lease when agents restart",
            "l2podAnnouncements": "announced addresses wait for a new announcement when agents restart",
        },
        source="https://docs.cilium.io/en/latest/network/l2-announcements/",
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "bgpControlPlane": "agents restart and with them their BGP sessions; without graceful restart routes are withdrawn meanwhile"
        },
        source="https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-operation/",
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "enableLBIPAM": "who hands out the addresses of LoadBalancer Services changes: they may get others, or none",
            "gatewayAPI.enabled": "Gateways start or stop being served",
            "gatewayAPI.externalTrafficPolicy": "Gateways are reached another way: connections may break",
            'hubble.ui.service.annotations."lbipam.cilium.io/ips"': "Hubble's interface moves to another address",
        },
        source="https://docs.cilium.io/en/stable/network/lb-ipam/",
    ),
)

_POOL: Final = "nodes hold blocks of this network, and pods addresses of these blocks: it can grow by more networks, never change"
FOR_GOOD: Final = (
    *rows(
        FAMILY,
        Impact.CLUSTER_REBUILT,
        {
            "ipam.mode": "Cilium warns against it on a cluster that runs: pods may lose the network for good",
        },
        source=IPAM,
    ),
    *rows(
        FAMILY,
        Impact.CLUSTER_REBUILT,
        {
            f"ipam.operator.clusterPoolIPv{one}MaskSize": "nodes hold blocks of this size: Cilium cannot change it"
            for one in (4, 6)
        },
        source=POOL,
    ),
    *rows(
        FAMILY,
        Impact.CLUSTER_REBUILT,
        {f"ipam.operator.clusterPoolIPv{one}PodCIDRList": _POOL for one in (4, 6)},
        source=POOL,
        does=NOT_ADD,
    ),
    *rows(
        FAMILY,
        Impact.CLUSTER_REBUILT,
        {f"ipam.operator.clusterPoolIPv{one}PodCIDRList.*": _POOL for one in (4, 6)},
        source=POOL,
        does=NOT_ADD,
    ),
    *rows(
        FAMILY,
        Impact.AGENTS_ROLL,
        {
            f"ipam.operator.clusterPoolIPv{one}PodCIDRList.*": "a further network for new blocks; those that nodes hold stay"
            for one in (4, 6)
        },
        source=POOL,
        does=ADD,
    ),
    *rows(
        FAMILY,
        Impact.CLUSTER_REBUILT,
        {
            "clustermesh.maxConnectedClusters": "identities are divided by it: it cannot change on a cluster that runs"
        },
        source="https://github.com/cilium/charts/blob/master/cilium-1.20.0.tgz: values.yaml, clustermesh",
    ),
)

ROWS: Final = (*MEASURED, *DATAPATH, *FOR_GOOD)
