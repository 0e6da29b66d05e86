"""Typed models of everything that fabricgen emits: build one in Python and dump it, or check a body against it.

    from fabricgen.objects import CiliumLoadBalancerIPPool
    pool = CiliumLoadBalancerIPPool(metadata={"name": "lan"}, spec={"blocks": [{"cidr": "10.0.0.240/28"}]})
    print(pool.to_yaml())

Fed by nothing of the flow; `check` asks `problems_of` about every document. Names are imported when they are
used: the models of a hundred kinds cost nothing to those who need one. The parts of an object (its spec, its
rules) stand in the modules of this package, next to their kind.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fabricgen.objects.registry import MODELS, PLACES, TALOS_MODELS

if TYPE_CHECKING:
    from fabricgen.objects.cilium import CiliumL2AnnouncementPolicy, CiliumLoadBalancerIPPool
    from fabricgen.objects.cilium_bgp import (
        CiliumBGPAdvertisement,
        CiliumBGPClusterConfig,
        CiliumBGPPeerConfig,
    )
    from fabricgen.objects.flux import FluxKustomization
    from fabricgen.objects.flux_instance import FluxInstance
    from fabricgen.objects.gateway import Gateway, GatewayClass, ReferenceGrant
    from fabricgen.objects.helm_release import HelmRelease
    from fabricgen.objects.http_route import HTTPRoute
    from fabricgen.objects.k3s import AgentConfig, HelmChart, ServerConfig
    from fabricgen.objects.kubernetes import ConfigMap, Namespace, Service
    from fabricgen.objects.kustomize import Kustomization
    from fabricgen.objects.meta import KubernetesObject, LabelSelector, ObjectMeta
    from fabricgen.objects.metallb import BGPAdvertisement, BGPPeer, IPAddressPool, L2Advertisement
    from fabricgen.objects.model import Model
    from fabricgen.objects.monitoring import GrafanaDashboard, ServiceMonitor
    from fabricgen.objects.policies import CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy
    from fabricgen.objects.sources import GitRepository, HelmRepository, OCIRepository
    from fabricgen.objects.talconfig import TalhelperConfig
    from fabricgen.objects.talos import MachineConfigPatch
    from fabricgen.objects.talos_contract import talos_problems_of
    from fabricgen.objects.talos_kubernetes import (
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
        SecurityProfileConfig,
        SysctlConfig,
        UnattendedInstallConfig,
    )
    from fabricgen.objects.talos_network import (
        BondConfig,
        DHCPv4Config,
        DHCPv6Config,
        HostnameConfig,
        Layer2VIPConfig,
        LinkAliasConfig,
        LinkConfig,
        ResolverConfig,
        TimeSyncConfig,
        VLANConfig,
    )
    from fabricgen.objects.topf import TopfConfig
    from fabricgen.objects.validate import (
        k3s_problems_of,
        problems_of,
        talconfig_problems_of,
        topf_problems_of,
    )

_PLACES = {
    **PLACES,
    "KubernetesObject": "meta",
    "LabelSelector": "meta",
    "Model": "model",
    "ObjectMeta": "meta",
    "k3s_problems_of": "validate",
    "problems_of": "validate",
    "talconfig_problems_of": "validate",
    "talos_problems_of": "talos_contract",
    "topf_problems_of": "validate",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - each name has its own type, which type checkers read above
    """Return the name, imported now. Raises AttributeError for one that is not of this package."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


__all__ = [
    "MODELS",
    "TALOS_MODELS",
    "AgentConfig",
    "BGPAdvertisement",
    "BGPPeer",
    "BondConfig",
    "CiliumBGPAdvertisement",
    "CiliumBGPClusterConfig",
    "CiliumBGPPeerConfig",
    "CiliumClusterwideNetworkPolicy",
    "CiliumL2AnnouncementPolicy",
    "CiliumLoadBalancerIPPool",
    "CiliumNetworkPolicy",
    "ConfigMap",
    "DHCPv4Config",
    "DHCPv6Config",
    "FluxInstance",
    "FluxKustomization",
    "Gateway",
    "GatewayClass",
    "GitRepository",
    "GrafanaDashboard",
    "HTTPRoute",
    "HelmChart",
    "HelmRelease",
    "HelmRepository",
    "HostnameConfig",
    "IPAddressPool",
    "KernelModuleConfig",
    "KubeAPIServerConfig",
    "KubeClusterConfig",
    "KubeExternalManifestConfig",
    "KubeFlannelCNIConfig",
    "KubeInlineManifestConfig",
    "KubeNetworkConfig",
    "KubeNodeConfig",
    "KubePrismConfig",
    "KubeProxyConfig",
    "KubeletConfig",
    "KubernetesObject",
    "Kustomization",
    "L2Advertisement",
    "LabelSelector",
    "Layer2VIPConfig",
    "LinkAliasConfig",
    "LinkConfig",
    "MachineConfigPatch",
    "Model",
    "Namespace",
    "OCIRepository",
    "ObjectMeta",
    "ReferenceGrant",
    "ResolverConfig",
    "SecurityProfileConfig",
    "ServerConfig",
    "Service",
    "ServiceMonitor",
    "SysctlConfig",
    "TalhelperConfig",
    "TimeSyncConfig",
    "TopfConfig",
    "UnattendedInstallConfig",
    "VLANConfig",
    "k3s_problems_of",
    "problems_of",
    "talconfig_problems_of",
    "talos_problems_of",
    "topf_problems_of",
]
