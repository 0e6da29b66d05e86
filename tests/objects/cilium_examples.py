"""Objects of Cilium, each as little and as much as it can say."""

from fabricgen.objects import (
    CiliumBGPAdvertisement,
    CiliumBGPClusterConfig,
    CiliumBGPPeerConfig,
    CiliumClusterwideNetworkPolicy,
    CiliumL2AnnouncementPolicy,
    CiliumLoadBalancerIPPool,
    CiliumNetworkPolicy,
)
from fabricgen.objects.model import Model

META = {"name": "lan", "labels": {"announce": "bgp"}, "annotations": {"note": "a"}}
LOCAL = {**META, "namespace": "gateway"}
SELECTOR = {
    "match_labels": {"io.kubernetes.service.namespace": "gateway"},
    "match_expressions": [
        {"key": "a", "operator": "In", "values": ["b", "c"]},
        {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"},
    ],
}
PODS = {
    "match_labels": {"k8s:io.kubernetes.pod.namespace": "kube-system", "k8s-app": "kube-dns"},
    "match_expressions": [{"key": "any:app", "operator": "Exists"}],
}
TCP = {"port": "443", "protocol": "TCP"}
NAMES = [{"match_name": "example.com"}, {"match_pattern": "*.example.com"}]
SETS = [
    {"cidr": "10.0.0.0/8", "except_": ["10.96.0.0/12"]},
    {"cidr_group_ref": "office"},
    {"cidr_group_selector": SELECTOR},
]
ICMPS = [{"fields_": [{"type": 8}, {"type": "EchoRequest", "family": "IPv6"}]}]
HTTP = {
    "method": "GET",
    "path": "/api/.*",
    "host": "a.example",
    "headers": ["X-A: b"],
    "header_matches": [
        {"name": "X-B", "value": "c", "mismatch": "LOG", "secret": {"name": "header", "namespace": "gateway"}}
    ],
}
INGRESS = [
    {},
    {"from_endpoints": [{}, PODS], "to_ports": [{"ports": [{**TCP, "end_port": 445}]}]},
    {
        "from_entities": ["cluster", "kube-apiserver"],
        "to_ports": [{"ports": [TCP], "rules": {"http": [HTTP, {}]}}],
    },
    {"from_cidr": ["192.168.0.0/16"], "icmps": ICMPS},
    {"from_cidr_set": SETS, "authentication": {"mode": "required"}},
    {
        "from_nodes": [SELECTOR],
        "to_ports": [{"ports": [{"port": "http"}], "server_names": ["*.example.com"]}],
    },
]
EGRESS = [
    {
        "to_endpoints": [PODS],
        "to_ports": [
            {
                "ports": [{"port": "53", "protocol": "UDP"}, {"port": "53", "protocol": "TCP"}],
                "rules": {"dns": [{"match_pattern": "*"}]},
            }
        ],
    },
    {"to_fqdns": NAMES, "to_ports": [{"ports": [TCP]}]},
    {"to_entities": ["world"], "authentication": {"mode": "disabled"}},
    {"to_cidr": ["fd00::/8"], "icmps": ICMPS},
    {"to_cidr_set": SETS},
    {
        "to_services": [
            {"k8s_service": {"service_name": "web", "namespace": "gateway"}},
            {"k8s_service_selector": {"selector": PODS, "namespace": "gateway"}},
        ]
    },
    {"to_nodes": [SELECTOR]},
]
DENY_PORTS = [{"ports": [{"port": "22", "protocol": "TCP"}]}]
RULES = {
    "description": "Who may talk to whom.",
    "ingress": INGRESS,
    "ingress_deny": [{"from_entities": ["world"], "to_ports": DENY_PORTS}],
    "egress": EGRESS,
    "egress_deny": [{"to_cidr": ["169.254.169.254/32"], "to_ports": DENY_PORTS}],
    "enable_default_deny": {"ingress": True, "egress": False},
    "labels": [{"key": "a", "value": "b", "source": "k8s"}],
    "log": {"value": "dns"},
}

EXAMPLES: dict[str, Model] = {
    "CiliumLoadBalancerIPPool, least": CiliumLoadBalancerIPPool(
        metadata={"name": "lan"}, spec={"blocks": [{"start": "192.168.1.200"}]}
    ),
    "CiliumLoadBalancerIPPool, most": CiliumLoadBalancerIPPool(
        metadata=META,
        spec={
            "blocks": [{"cidr": "10.0.0.240/28"}, {"start": "fd00::10", "stop": "fd00::1f"}],
            "service_selector": SELECTOR,
            "allow_first_last_ips": "No",
            "disabled": False,
        },
    ),
    "CiliumLoadBalancerIPPool, before 1.18": CiliumLoadBalancerIPPool(
        api_version="cilium.io/v2alpha1", metadata=META, spec={"blocks": [{"cidr": "10.0.0.240/28"}]}
    ),
    "CiliumL2AnnouncementPolicy, least": CiliumL2AnnouncementPolicy(
        metadata={"name": "lan"}, spec={"load_balancer_ips": True}
    ),
    "CiliumL2AnnouncementPolicy, most": CiliumL2AnnouncementPolicy(
        metadata=META,
        spec={
            "load_balancer_ips": True,
            "external_ips": False,
            "interfaces": ["^end0$"],
            "node_selector": SELECTOR,
            "service_selector": SELECTOR,
        },
    ),
    "CiliumBGPClusterConfig, least": CiliumBGPClusterConfig(
        metadata={"name": "lan"}, spec={"bgp_instances": [{"name": "home"}]}
    ),
    "CiliumBGPClusterConfig, most": CiliumBGPClusterConfig(
        metadata=META,
        spec={
            "node_selector": SELECTOR,
            "bgp_instances": [
                {
                    "name": "home",
                    "local_asn": 64512,
                    "local_port": 1790,
                    "peers": [
                        {
                            "name": "router",
                            "peer_asn": 4200000000,
                            "peer_address": "10.0.0.1",
                            "peer_config_ref": {"name": "router"},
                        },
                        {
                            "name": "gateway",
                            "peer_asn": 0,
                            "auto_discovery": {
                                "mode": "DefaultGateway",
                                "default_gateway": {"address_family": "ipv6"},
                            },
                        },
                    ],
                }
            ],
        },
    ),
    "CiliumBGPPeerConfig, least": CiliumBGPPeerConfig(metadata={"name": "router"}, spec={}),
    "CiliumBGPPeerConfig, most": CiliumBGPPeerConfig(
        metadata=META,
        spec={
            "auth_secret_ref": "bgp",
            "ebgp_multihop": 4,
            "families": [{"afi": "ipv4", "safi": "unicast", "advertisements": SELECTOR}],
            "graceful_restart": {"enabled": True, "restart_time_seconds": 120},
            "timers": {
                "connect_retry_time_seconds": 5,
                "hold_time_seconds": 9,
                "keep_alive_time_seconds": 3,
            },
            "transport": {"peer_port": 179},
        },
    ),
    "CiliumBGPAdvertisement, least": CiliumBGPAdvertisement(
        metadata={"name": "pods"}, spec={"advertisements": [{"advertisement_type": "PodCIDR"}]}
    ),
    "CiliumBGPAdvertisement, most": CiliumBGPAdvertisement(
        metadata=META,
        spec={
            "advertisements": [
                {
                    "advertisement_type": "Service",
                    "service": {
                        "addresses": ["LoadBalancerIP", "ExternalIP"],
                        "aggregation_length_ipv4": 24,
                        "aggregation_length_ipv6": 64,
                    },
                    "selector": SELECTOR,
                    "attributes": {
                        "communities": {
                            "standard": ["64512:100", "100"],
                            "large": ["64512:1:2"],
                            "well_known": ["no-export"],
                        },
                        "local_preference": 100,
                    },
                },
                {"advertisement_type": "CiliumPodIPPool", "selector": SELECTOR},
            ]
        },
    ),
    "CiliumNetworkPolicy, least": CiliumNetworkPolicy(
        metadata={"name": "deny", "namespace": "web"}, spec={"endpoint_selector": {}, "ingress": [{}]}
    ),
    "CiliumNetworkPolicy, most": CiliumNetworkPolicy(
        metadata=LOCAL, spec={"endpoint_selector": PODS, **RULES}
    ),
    "CiliumNetworkPolicy, several": CiliumNetworkPolicy(
        metadata=LOCAL, specs=[{"endpoint_selector": {}, "egress": []}]
    ),
    "CiliumClusterwideNetworkPolicy, least": CiliumClusterwideNetworkPolicy(
        metadata={"name": "deny"}, spec={"node_selector": {}, "egress_deny": []}
    ),
    "CiliumClusterwideNetworkPolicy, most": CiliumClusterwideNetworkPolicy(
        metadata=META, spec={"endpoint_selector": PODS, **RULES}
    ),
    "CiliumClusterwideNetworkPolicy, several": CiliumClusterwideNetworkPolicy(
        metadata=META, specs=[{"node_selector": SELECTOR, "ingress": [{"from_entities": ["cluster"]}]}]
    ),
}
