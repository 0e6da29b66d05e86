"""Talos' documents beside v1alpha1 (from 1.12 on for the network, from 1.14 on for Kubernetes): what a change of each costs."""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import Row, rows
from fabricgen.impact.talos import (
    EDITING_1_14,
    ETCD,
    K8S,
    KUBELET,
    LINKS,
    NODES,
    RENAMED,
    UPGRADING,
    networks,
)

_DOCUMENTS: Final = (
    *(
        Row(family=f"talos/{kind}", path="", impact=Impact.TRAFFIC_PAUSES, why=LINKS, source=EDITING_1_14)
        for kind in (
            "BondConfig",
            "BridgeConfig",
            "DHCPv4Config",
            "DHCPv6Config",
            "LinkAliasConfig",
            "LinkConfig",
            "VLANConfig",
            "Layer2VIPConfig",
        )
    ),
    *(
        Row(
            family=f"talos/{kind}",
            path="",
            impact=Impact.NOTHING,
            why="Talos takes it over in place, without a reboot",
            source=EDITING_1_14,
        )
        for kind in (
            "DiscoveryServiceConfig",
            "KubePrismConfig",
            "RegistryMirrorConfig",
            "ResolverConfig",
            "SysctlConfig",
            "SysfsConfig",
            "TimeSyncConfig",
        )
    ),
    *rows(
        "talos/KubeNodeConfig",
        Impact.NOTHING,
        dict.fromkeys(
            ("labels", "annotations", "taints"), "Talos takes it over in place; pods that run stay"
        ),
        source=EDITING_1_14,
    ),
    *rows(
        "talos/KubeNodeConfig",
        Impact.AGENTS_ROLL,
        {"nodeIP": "kubelet restarts with another address; containers keep running"},
        source=KUBELET,
    ),
    *rows(
        "talos/KubeletConfig",
        Impact.AGENTS_ROLL,
        {"": "kubelet restarts; containers keep running"},
        source=KUBELET,
    ),
    *rows(
        "talos/KubeletConfig",
        Impact.PODS_RECREATED,
        {"image": "kubelet restarts in another version, and that may restart what runs on the node"},
        source=K8S,
    ),
    *rows(
        "talos/HostnameConfig",
        Impact.PODS_RECREATED,
        {"": RENAMED},
        source=NODES,
    ),
    *(
        Row(
            family=f"talos/{kind}",
            path="",
            impact=Impact.PODS_RECREATED,
            why="who connects pods or serves Services changes: open connections break, and pods have to be made anew",
            source=K8S,
        )
        for kind in ("KubeFlannelCNIConfig", "KubeProxyConfig")
    ),
    *rows(
        "talos/UnattendedInstallConfig",
        Impact.NOTHING,
        {"": "only read when Talos is installed or upgraded: a node that is installed stays where it is"},
        source=EDITING_1_14,
    ),
    *rows(
        "talos/UnattendedInstallConfig",
        Impact.NODE_REBOOTS,
        {
            "installer.image": "nothing by itself: `talosctl upgrade` with this image drains and reboots the node"
        },
        source=UPGRADING,
    ),
    *rows(
        "talos/*",
        Impact.NOTHING,
        {"apiVersion": "how the document is written"},
        source=EDITING_1_14,
    ),
)
_REBOOTS: Final = tuple(
    Row(
        family=f"talos/{kind}",
        path="",
        impact=Impact.NODE_REBOOTS,
        why="nothing reboots by itself, but services that run keep the old value until the node reboots",
        source=ETCD,
    )
    for kind in ("EnvironmentConfig", "KernelModuleConfig")
)

ROWS: Final = (*_DOCUMENTS, *_REBOOTS, *networks("talos/KubeNetworkConfig", ""))
