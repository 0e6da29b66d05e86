"""talconfig.yaml, topf.yaml and k3s' config.yaml, each as little and as much as it can say."""

from talos_patch_examples import INTERFACES

from fabricgen.objects import (
    AgentConfig,
    ServerConfig,
    TalhelperConfig,
    TopfConfig,
)
from fabricgen.objects.model import Model

NODE = {"hostname": "allyrion", "ip_address": "10.4.0.10", "install_disk": "/dev/sda"}
ROLE = {
    "node_labels": {"a": "b"},
    "node_annotations": {"note": "any text"},
    "node_taints": {"pi": "true:NoSchedule"},
    "nameservers": ["10.4.0.1"],
    "disable_search_domain": True,
    "network_interfaces": INTERFACES,
    "kernel_modules": [{"name": "br_netfilter", "parameters": ["a=1"]}],
    "extra_manifests": ["crds.yaml"],
    "cert_sans": ["10.4.0.9"],
    "patches": ["@./all/cni.yaml"],
    "talos_image_url": "factory.talos.dev/metal-installer/0",
    "no_schematic_validate": True,
    "schematic": {
        "overlay": {
            "image": "siderolabs/sbc-raspberrypi",
            "name": "rpi_generic",
            "options": {"configTxt": "a"},
        },
        "customization": {
            "extra_kernel_args": ["console=ttyS0"],
            "system_extensions": {"official_extensions": ["siderolabs/iscsi-tools"]},
        },
    },
    "machine_spec": {"mode": "metal", "arch": "arm64", "secureboot": False, "use_uki": False},
}
CLUSTER = {
    "cluster_name": "goldentooth",
    "kubernetes_version": "v1.35.2",
    "endpoint": "https://10.4.0.9:6443",
}
TALHELPER: dict[str, Model] = {
    "least": TalhelperConfig(**CLUSTER, nodes=[NODE]),
    "most": TalhelperConfig(
        **CLUSTER,
        talos_version="v1.12.5",
        domain="cluster.local",
        allow_scheduling_on_control_planes=True,
        additional_api_server_cert_sans=["10.4.0.9"],
        cluster_pod_nets=["10.244.0.0/16"],
        cluster_svc_nets=["10.96.0.0/12"],
        cni_config={"name": "custom", "urls": ["https://example.com/cni.yaml"]},
        image_factory={"registry_url": "factory.talos.dev"},
        inline_manifests=[{"name": "cilium", "contents": "apiVersion: v1\n"}],
        patches=["@./all/cni.yaml"],
        control_plane=ROLE,
        worker=ROLE,
        nodes=[
            {**NODE, **ROLE, "control_plane": True, "ignore_hostname": True, "override_patches": False},
            {"hostname": "dalt", "ip_address": "10.4.0.13", "install_disk_selector": {"type": "ssd"}},
        ],
    ),
}

TOPF: dict[str, Model] = {
    "least": TopfConfig(
        cluster_name="goldentooth",
        cluster_endpoint="https://10.4.0.9:6443",
        kubernetes_version="1.35.2",
        nodes=[{"host": "allyrion", "role": "control-plane"}],
    ),
    "most": TopfConfig(
        cluster_name="goldentooth",
        cluster_endpoint="https://10.4.0.9:6443",
        kubernetes_version="v1.35.2",
        talos_version="1.12.5",
        schematic_id="@schematics/pi4.yaml",
        factory="factory.talos.dev",
        platform="metal",
        secureboot=False,
        patches_dir=".",
        secrets_path="secrets.yaml",
        secrets_provider="./secrets.sh",
        nodes_provider="./nodes.sh",
        data={"region": "home"},
        nodes=[
            {"host": "allyrion", "ip": "10.4.0.10", "role": "control-plane", "schematic_id": "0" * 64},
            {
                "host": "dalt",
                "ip": "10.4.0.13",
                "role": "worker",
                "talos_version": "v1.12.5",
                "data": {"rack": 1},
            },
        ],
    ),
}

K3S: dict[str, Model] = {
    "agent": AgentConfig(
        server="https://192.168.1.10:6443",
        token_file="/etc/rancher/k3s/token",  # noqa: S106 - where it is, not what it is
        node_name="pi-2",
        node_ip=["192.168.1.11", "fd00::11"],
        node_label=["rack=1"],
        kubelet_arg="max-pods=200",
    ),
    "server": ServerConfig(
        cluster_init=True,
        token_file="/etc/rancher/k3s/token",  # noqa: S106 - where it is, not what it is
        cluster_cidr="10.244.0.0/16",
        service_cidr=["10.96.0.0/12"],
        flannel_backend="none",
        disable_network_policy=True,
        disable_kube_proxy=True,
        disable=["servicelb", "traefik"],
        tls_san=["192.168.1.10"],
        write_kubeconfig_mode="0600",
        secrets_encryption=True,
        etcd_s3=False,
        v=2,
    ),
}
