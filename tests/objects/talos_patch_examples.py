"""Patches of Talos' v1alpha1 config, with the minor whose contract they are for."""

from fabricgen.objects import (
    MachineConfigPatch,
)
from fabricgen.objects.model import Model

INTERFACES = [
    {
        "interface": "end0",
        "addresses": ["10.4.0.10/20"],
        "routes": [
            {"network": "0.0.0.0/0", "gateway": "10.4.0.1", "source": "10.4.0.10", "metric": 1, "mtu": 1500}
        ],
        "dhcp": False,
        "mtu": 1500,
        "vip": {"ip": "10.4.0.9"},
        "vlans": [
            {
                "vlan_id": 10,
                "addresses": ["10.5.0.10/24"],
                "dhcp": False,
                "mtu": 1500,
                "vip": {"ip": "10.5.0.9"},
            }
        ],
    },
    {
        "interface": "bond0",
        "dhcp": True,
        "dhcp_options": {"route_metric": 1, "ipv4": True, "ipv6": False, "duidv6": "00"},
        "bond": {
            "device_selectors": [{"hardware_addr": "d8:3a:*", "driver": "macb", "physical": True}],
            "mode": "802.3ad",
            "lacp_rate": "fast",
            "xmit_hash_policy": "layer3+4",
            "miimon": 100,
            "updelay": 200,
            "downdelay": 200,
        },
    },
    {"device_selector": {"bus_path": "00:*", "pci_id": "a:b", "permanent_addr": "d8:*"}, "ignore": True},
]

# In contracts before 1.12 all of it is v1alpha1.
EVERYTHING = MachineConfigPatch(
    machine={
        "cert_sans": ["10.4.0.9"],
        "kubelet": {
            "image": "ghcr.io/siderolabs/kubelet:v1.34.0",
            "cluster_dns": ["10.96.0.10"],
            "extra_args": {"v": "4"},
            "extra_config": {"maxPods": 200},
            "extra_mounts": [
                {"destination": "/var/lib/a", "type": "bind", "source": "/var/lib/a", "options": ["rw"]}
            ],
            "node_ip": {"valid_subnets": ["10.4.0.0/20"]},
            "register_with_fqdn": False,
            "default_runtime_seccomp_profile_enabled": True,
            "disable_manifests_directory": True,
            "skip_node_registration": False,
        },
        "network": {
            "hostname": "allyrion",
            "interfaces": INTERFACES,
            "nameservers": ["10.4.0.1"],
            "search_domains": ["example.com"],
            "disable_search_domain": True,
            "extra_host_entries": [{"ip": "10.4.0.1", "aliases": ["router"]}],
        },
        "install": {
            "disk_selector": {
                "size": ">= 100GB",
                "model": "A*",
                "serial": "1",
                "modalias": "a",
                "uuid": "b",
                "wwid": "c",
                "type": "nvme",
                "bus_path": "/pci0000:00/*",
            },
            "image": "factory.talos.dev/metal-installer/0:v1.11.0",
            "wipe": False,
            "extra_kernel_args": ["console=ttyS0"],
        },
        "features": {
            "kube_prism": {"enabled": True, "port": 7445},
            "host_dns": {"enabled": True, "forward_kube_dns_to_host": True, "resolve_member_names": True},
            "stable_hostname": True,
            "disk_quota_support": True,
            "node_address_sort_algorithm": "v2",
        },
        "time": {"disabled": False, "servers": ["pool.ntp.org"], "boot_timeout": "2m"},
        "sysctls": {"net.core.rmem_max": "7500000"},
        "kernel": {"modules": [{"name": "br_netfilter", "parameters": ["a=1"]}]},
        "node_labels": {"rack": "1"},
        "node_annotations": {"note": "any text"},
        "node_taints": {"pi": "true:NoSchedule"},
    },
    cluster={
        "cluster_name": "goldentooth",
        "control_plane": {"endpoint": "https://10.4.0.9:6443", "local_api_server_port": 6443},
        "network": {
            "cni": {"name": "none"},
            "dns_domain": "cluster.local",
            "pod_subnets": ["10.244.0.0/16"],
            "service_subnets": ["10.96.0.0/12"],
        },
        "proxy": {"disabled": True, "image": "a:v1", "mode": "ipvs", "extra_args": {"v": "4"}},
        "api_server": {"cert_sans": ["10.4.0.9"], "image": "a:v1", "extra_args": {"v": "4"}},
        "controller_manager": {"image": "a:v1", "extra_args": {"v": "4"}},
        "scheduler": {"image": "a:v1", "extra_args": {"v": "4"}},
        "etcd": {
            "image": "a:v1",
            "extra_args": {"v": "4"},
            "advertised_subnets": ["10.4.0.0/20"],
            "listen_subnets": ["10.4.0.0/20"],
        },
        "discovery": {"enabled": True},
        "core_dns": {"disabled": False, "image": "a:v1"},
        "inline_manifests": [{"name": "cilium", "contents": "apiVersion: v1\n"}],
        "extra_manifests": ["https://example.com/crds.yaml"],
        "allow_scheduling_on_control_planes": True,
    },
)
# In 1.12 and 1.13 the network has documents of its own.
WITHOUT_NETWORK = MachineConfigPatch(
    machine={
        "install": {"disk": "/dev/sda", "grub_use_uki_cmdline": True},
        "kubelet": {"extra_args": {"v": "4"}},
    },
    cluster={"network": {"cni": {"name": "custom", "urls": ["https://example.com/cni.yaml"]}}},
)
FLANNEL = {
    "cni": {"name": "flannel", "flannel": {"extra_args": ["--a"], "kube_network_policies_enabled": True}}
}
# From 1.14 on only this is left.
REMAINS = MachineConfigPatch(
    machine={"cert_sans": ["10.4.0.9"], "features": {"disk_quota_support": True}},
    cluster={"etcd": {"advertised_subnets": ["10.4.0.0/20"]}},
)
PATCHES: dict[str, tuple[Model, int]] = {
    "before 1.12": (EVERYTHING, 11),
    "1.12": (WITHOUT_NETWORK, 12),
    "1.13": (MachineConfigPatch(cluster={"network": FLANNEL}), 13),
    "1.14": (REMAINS, 14),
}
