"""Objects of MetalLB and monitoring, each as little and as much as it can say."""

from cilium_examples import LOCAL, SELECTOR

from fabricgen.objects import (
    BGPAdvertisement,
    BGPPeer,
    GrafanaDashboard,
    IPAddressPool,
    L2Advertisement,
    ServiceMonitor,
)
from fabricgen.objects.model import Model

KEY = {"name": "dashboards", "key": "cilium.json", "optional": True}
RELABELING = {
    "action": "replace",
    "source_labels": ["a"],
    "separator": ";",
    "regex": "(.*)",
    "target_label": "b",
    "replacement": "$1",
    "modulus": 2,
}

_METALLB: dict[str, Model] = {
    "IPAddressPool, least": IPAddressPool(metadata={"name": "lan"}, spec={"addresses": ["10.4.11.0/24"]}),
    "IPAddressPool, most": IPAddressPool(
        metadata=LOCAL,
        spec={
            "addresses": ["10.4.11.0-10.4.15.254", "fd00:4::/64"],
            "auto_assign": True,
            "avoid_buggy_ips": True,
            "service_allocation": {
                "priority": 50,
                "namespaces": ["gateway"],
                "namespace_selectors": [SELECTOR],
                "service_selectors": [SELECTOR],
            },
        },
    ),
    "L2Advertisement, least": L2Advertisement(metadata={"name": "lan"}),
    "L2Advertisement, most": L2Advertisement(
        metadata=LOCAL,
        spec={
            "ip_address_pools": ["lan"],
            "ip_address_pool_selectors": [SELECTOR],
            "node_selectors": [SELECTOR],
            "interfaces": ["end0"],
        },
    ),
    "BGPPeer, least": BGPPeer(
        metadata={"name": "router"}, spec={"my_asn": 64512, "peer_asn": 64513, "peer_address": "10.4.0.1"}
    ),
    "BGPPeer, most": BGPPeer(
        metadata=LOCAL,
        spec={
            "my_asn": 64512,
            "dynamic_asn": "external",
            "interface": "end0",
            "peer_port": 179,
            "source_address": "10.4.0.10",
            "router_id": "10.4.0.10",
            "hold_time": "90s",
            "keepalive_time": "30s",
            "connect_time": "10s",
            "ebgp_multi_hop": True,
            "enable_graceful_restart": True,
            "dual_stack_address_family": False,
            "disable_mp": False,
            "bfd_profile": "fast",
            "vrf": "red",
            "password_secret": {"name": "bgp", "namespace": "metallb-system"},
            "node_selectors": [SELECTOR],
        },
    ),
    "BGPAdvertisement, least": BGPAdvertisement(metadata={"name": "lan"}),
    "BGPAdvertisement, most": BGPAdvertisement(
        metadata=LOCAL,
        spec={
            "ip_address_pools": ["lan"],
            "ip_address_pool_selectors": [SELECTOR],
            "node_selectors": [SELECTOR],
            "peers": ["router"],
            "aggregation_length": 24,
            "aggregation_length_v6": 64,
            "local_pref": 100,
            "communities": ["64512:100"],
        },
    ),
}

_MONITORING: dict[str, Model] = {
    "ServiceMonitor, least": ServiceMonitor(
        metadata={"name": "hubble"}, spec={"selector": {}, "endpoints": [{"port": "metrics"}]}
    ),
    "ServiceMonitor, most": ServiceMonitor(
        metadata=LOCAL,
        spec={
            "selector": SELECTOR,
            "namespace_selector": {"any": False, "match_names": ["kube-system"]},
            "endpoints": [
                {
                    "target_port": 9965,
                    "path": "/metrics",
                    "scheme": "https",
                    "interval": "1m30s",
                    "scrape_timeout": "10s",
                    "honor_labels": True,
                    "honor_timestamps": True,
                    "params": {"a": ["b", "c"]},
                    "relabelings": [RELABELING],
                    "metric_relabelings": [{"action": "drop"}],
                    "tls_config": {
                        "ca": {"config_map": KEY},
                        "cert": {"secret": KEY},
                        "key_secret": KEY,
                        "server_name": "hubble",
                        "insecure_skip_verify": False,
                    },
                    "follow_redirects": False,
                    "enable_http2": True,
                    "filter_running": True,
                }
            ],
            "job_label": "app",
            "target_labels": ["a"],
            "pod_target_labels": ["b"],
            "sample_limit": 1000,
            "target_limit": 10,
            "label_limit": 30,
        },
    ),
    "GrafanaDashboard, least": GrafanaDashboard(
        metadata={"name": "cilium"}, spec={"instance_selector": {}, "json_": "{}"}
    ),
    "GrafanaDashboard, most": GrafanaDashboard(
        metadata=LOCAL,
        spec={
            "instance_selector": SELECTOR,
            "config_map_ref": KEY,
            "datasources": [{"input_name": "DS_PROMETHEUS", "datasource_name": "Prometheus"}],
            "folder": "Network",
            "uid": "cilium-agent",
            "allow_cross_namespace_import": True,
            "content_cache_duration": "24h",
            "resync_period": "10m",
            "suspend": False,
        },
    ),
    "GrafanaDashboard, from grafana.com": GrafanaDashboard(
        metadata=LOCAL,
        spec={"instance_selector": {}, "grafana_com": {"id": 16611, "revision": 1}, "folder_ref": "network"},
    ),
    "GrafanaDashboard, from an address": GrafanaDashboard(
        metadata=LOCAL, spec={"instance_selector": {}, "url": "https://a.example/b.json", "folder_uid": "net"}
    ),
}

EXAMPLES = {**_METALLB, **_MONITORING}
