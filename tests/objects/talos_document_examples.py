"""Talos' documents, each as little and as much as it can say, by the contract that brought them."""

from fabricgen.objects import (
    BondConfig,
    DHCPv4Config,
    DHCPv6Config,
    HostnameConfig,
    KernelModuleConfig,
    KubeAPIServerConfig,
    KubeClusterConfig,
    KubeExternalManifestConfig,
    KubeFlannelCNIConfig,
    KubeInlineManifestConfig,
    KubeletConfig,
    KubeNetworkConfig,
    KubeNodeConfig,
    KubePrismConfig,
    KubeProxyConfig,
    Layer2VIPConfig,
    LinkAliasConfig,
    LinkConfig,
    ResolverConfig,
    SecurityProfileConfig,
    SysctlConfig,
    TimeSyncConfig,
    UnattendedInstallConfig,
    VLANConfig,
)
from fabricgen.objects.model import Model
from fabricgen.objects.talos import Deletion

ROUTES = [
    {"gateway": "10.4.0.1", "metric": 1024, "mtu": 1500, "source": "10.4.0.10", "table": "main"},
    {"destination": "10.8.0.0/16", "gateway": "10.4.0.2"},
]
LINK = {
    "up": True,
    "mtu": 1500,
    "addresses": [{"address": "10.4.0.10/20", "route_priority": 1024}],
    "routes": ROUTES,
    "multicast": True,
}
DHCP = {
    "name": "end0",
    "route_metric": 1024,
    "ignore_hostname": True,
    "client_identifier": "duid",
    "duid_raw": "00:01:02:03",
}
ARGUMENTS = {"v": "4", "feature-gates": ["A=true", "B=false"]}

NETWORK: dict[str, Model] = {
    "HostnameConfig, least": HostnameConfig(auto="stable"),
    "HostnameConfig, most": HostnameConfig(auto="off", hostname="allyrion.example.com"),
    "LinkConfig, least": LinkConfig(name="end0"),
    "LinkConfig, most": LinkConfig(name="net0", **LINK),
    "LinkAliasConfig": LinkAliasConfig(
        name="net0", selector={"match": 'mac(link.permanent_addr) == "d8:3a:dd:01:02:03"'}
    ),
    "BondConfig, least": BondConfig(name="bond0", links=["net0"], bond_mode="active-backup"),
    "BondConfig, most": BondConfig(
        name="bond0",
        links=["net0", "net1"],
        bond_mode="802.3ad",
        hardware_addr="d8:3a:dd:01:02:03",
        xmit_hash_policy="layer3+4",
        lacp_rate="fast",
        ad_select="stable",
        miimon=100,
        updelay=200,
        downdelay=200,
        min_links=1,
        **LINK,
    ),
    "VLANConfig, least": VLANConfig(name="end0.10", vlan_id=10, parent="end0"),
    "VLANConfig, most": VLANConfig(name="end0.10", vlan_id=10, vlan_mode="802.1q", parent="end0", **LINK),
    "DHCPv4Config, least": DHCPv4Config(name="end0"),
    "DHCPv4Config, most": DHCPv4Config(**DHCP),
    "DHCPv6Config, least": DHCPv6Config(name="end0", client_identifier="mac"),
    "DHCPv6Config, most": DHCPv6Config(**DHCP),
    "Layer2VIPConfig": Layer2VIPConfig(name="10.4.0.9", link="end0"),
    "ResolverConfig, least": ResolverConfig(),
    "ResolverConfig, most": ResolverConfig(
        nameservers=[{"address": "10.4.0.1"}],
        search_domains={"domains": ["example.com"], "disable_default": True},
    ),
    "TimeSyncConfig, least": TimeSyncConfig(enabled=False),
    "TimeSyncConfig, most": TimeSyncConfig(
        enabled=True, boot_timeout="2m", ntp={"servers": ["pool.ntp.org"]}
    ),
    "TimeSyncConfig, by PTP": TimeSyncConfig(ptp={"devices": ["/dev/ptp0"]}),
}

KUBERNETES: dict[str, Model] = {
    "ResolverConfig, of 1.14": ResolverConfig(
        nameservers=[
            {"address": "1.1.1.1", "protocol": "DoT", "tls_server_name": "one.example"},
            {"address": "10.4.0.1", "protocol": "Do53"},
        ],
        host_dns={"enabled": True, "forward_kube_dns_to_host": False, "resolve_member_names": True},
    ),
    "TimeSyncConfig, of 1.14": TimeSyncConfig(ntp={"servers": ["time.example"], "use_nts": True}),
    "DHCPv4Config, of 1.14": DHCPv4Config(name="end0", ignore_routes=True),
    "KubeNetworkConfig, least": KubeNetworkConfig(dns_domain="cluster.local"),
    "KubeNetworkConfig, most": KubeNetworkConfig(
        dns_domain="cluster.local",
        pod_subnets=["10.244.0.0/16", "fd00:244::/56"],
        service_subnets=["10.96.0.0/12", "fd00:96::/112"],
        node_cidr_mask_size_ipv4=24,
        node_cidr_mask_size_ipv6=64,
    ),
    "KubeFlannelCNIConfig, deleted": KubeFlannelCNIConfig(patch="delete"),
    "KubeFlannelCNIConfig, most": KubeFlannelCNIConfig(
        backend_type="vxlan",
        backend_port=4789,
        backend_mtu=1450,
        backend_extra_config={"DirectRouting": True},
        extra_args=["--iface=end0"],
        kube_network_policies_enabled=True,
    ),
    "KubeProxyConfig, least": KubeProxyConfig(enabled=False),
    "KubeProxyConfig, most": KubeProxyConfig(
        enabled=True,
        image="registry.k8s.io/kube-proxy:v1.36.0",
        mode="nftables",
        config={"a": 1},
        extra_args=ARGUMENTS,
    ),
    "KubeNodeConfig, least": KubeNodeConfig(labels={"a": "b"}),
    "KubeNodeConfig, most": KubeNodeConfig(
        node_ip={"valid_subnets": ["10.4.0.0/20", "!10.4.0.9/32"]},
        labels={
            "example.com/rack": "1",
            "node.kubernetes.io/exclude-from-external-load-balancers": Deletion(),
        },
        annotations={"note": "any text"},
        taints={"node-role.kubernetes.io/control-plane": Deletion(), "pi": "true:NoSchedule"},
        register_with_fqdn=False,
        skip_node_registration=False,
    ),
    "KubePrismConfig, least": KubePrismConfig(port=7445),
    "KubePrismConfig, most": KubePrismConfig(port=7445, tls_server_name="kubernetes"),
    "KubeletConfig, least": KubeletConfig(cluster_dns=["10.96.0.10"]),
    "KubeletConfig, most": KubeletConfig(
        image="ghcr.io/siderolabs/kubelet:v1.36.0",
        config={"maxPods": 200},
        extra_args=ARGUMENTS,
        cluster_dns=["10.96.0.10"],
        default_runtime_seccomp_profile_enabled=True,
    ),
    "KubeAPIServerConfig": KubeAPIServerConfig(
        image="registry.k8s.io/kube-apiserver:v1.36.0",
        extra_args=ARGUMENTS,
        api_port=6443,
        cert_extra_sans=["10.4.0.9"],
    ),
    "KubeClusterConfig": KubeClusterConfig(cluster_name="goldentooth", endpoint="https://10.4.0.9:6443"),
    "KubeInlineManifestConfig": KubeInlineManifestConfig(name="cilium", manifest="apiVersion: v1\n"),
    "KubeExternalManifestConfig": KubeExternalManifestConfig(
        name="crds", url="https://example.com/crds.yaml", headers={"X-A": "b"}
    ),
    "UnattendedInstallConfig": UnattendedInstallConfig(
        installer={"image": "factory.talos.dev/metal-installer/0:v1.14.0"},
        provisioning={"disk_selector": {"match": 'disk.dev_path == "/dev/sda"'}, "wipe": False},
        reboot=True,
    ),
    "SysctlConfig": SysctlConfig(params={"net.core.rmem_max": "7500000"}),
    "KernelModuleConfig": KernelModuleConfig(name="br_netfilter", parameters=["a=1"]),
    "SecurityProfileConfig": SecurityProfileConfig(workload_isolation=False),
}
