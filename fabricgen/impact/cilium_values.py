"""Values of the Cilium chart that change the way of packets, or that can never change: what breaks, and for how long.

They go before what `cilium_chart` says of the same keys or of those above them. Each row names Cilium's own word.
"""

from typing import Final

from fabricgen.impact.cilium_chart import FAMILY
from fabricgen.impact.impact import Impact
from fabricgen.impact.row import ADD, NOT_ADD, rows, same

TUNING: Final = "https://docs.cilium.io/en/latest/operations/performance/tuning/"
IPAM: Final = "https://docs.cilium.io/en/stable/network/concepts/ipam"
POOL: Final = (
    "https://docs.cilium.io/en/stable/network/concepts/ipam/cluster-pool/#expanding-the-cluster-pool"
)
PROXY: Final = "https://github.com/cilium/cilium/pull/16139"

_DATAPATH: Final = (
    "the way of packets changes: each agent switches when it restarts, running pods keep what they were given until they are "
    "made anew, and nodes that differ for a while may not reach each other's pods"
)
DATAPATH: Final = (
    *same(
        FAMILY,
        Impact.PODS_RECREATED,
        (
            "bandwidthManager.bbr",
            "bandwidthManager.enabled",
            "bpf.datapathMode",
            "bpf.hostLegacyRouting",
            "bpf.masquerade",
            "enableIPv4BIGTCP",
            "enableIPv6BIGTCP",
            "routingMode",
        ),
        why=_DATAPATH,
        source=TUNING,
    ),
    *rows(
        FAMILY,
        Impact.PODS_RECREATED,
        {
            "MTU": "running pods keep the MTU that they were given, until they are made anew",
            "encryption": "agents restart, and the MTU of pods changes: running pods keep the one that they were given, until "
            "they are made anew",
        },
        source="https://github.com/cilium/cilium/pull/32244",
    ),
    *rows(
        FAMILY,
        Impact.PODS_RECREATED,
        {
            "endpointRoutes": "pods that run stay in the old mode until they are made anew, and a mix of both is not tested"
        },
        source="https://github.com/cilium/cilium/pull/16767",
    ),
    *rows(
        FAMILY,
        Impact.PODS_RECREATED,
        {
            "ipv4": "pods get addresses of a family when they are made: those that run have none of it, or keep it",
            "ipv6": "pods get addresses of a family when they are made: those that run have none of it, or keep it",
        },
        source=IPAM,
    ),
    *same(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        (
            "autoDirectNodeRoutes",
            "directRoutingSkipUnreachable",
            "tunnelPort",
            "tunnelProtocol",
            "tunnelSourcePortRange",
            "underlayProtocol",
        ),
        why="packets between nodes travel another way: nodes whose agents restarted and those whose did not may lose each "
        "other meanwhile",
        source="https://docs.cilium.io/en/stable/network/concepts/routing/",
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
        },
        source=PROXY,
    ),
    *rows(
        FAMILY,
        Impact.TRAFFIC_PAUSES,
        {
            "loadBalancer": "connections through Services may be sent to another backend, or answered another way, as agents restart",
            "maglev": "the table of backends is made anew: connections may move to another one",
            "nodePort": "Services are served at other ports or devices as agents restart",
            "socketLB": "pods' sockets are treated another way from the restart on; connections through Services may break",
        },
        source="https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/",
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
            'hubble.ui.service.annotations."metallb.io/loadBalancerIPs"': "Hubble's interface moves to another address",
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

ROWS: Final = (*DATAPATH, *FOR_GOOD)
