"""Which kinds have a model, and where it is. Importing this imports no model: each comes when it is asked for.

Read by `validate` and `talos_contract`, and by the package itself for its names.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from fabricgen.objects.model import Model

K = TypeVar("K")

_CILIUM = "cilium.io"
_GATEWAY = "gateway.networking.k8s.io"
_SOURCE = "source.toolkit.fluxcd.io"
_METALLB = "metallb.io"


class LazyModels(Mapping[K, "type[Model]"], Generic[K]):
    """Models by key; looking one up imports its module."""

    def __init__(self, places: Mapping[K, tuple[str, str]]) -> None:
        """Keep where each model is: (module of this package, class)."""
        self.places = places

    def __getitem__(self, key: K) -> "type[Model]":
        module, name = self.places[key]
        model: type[Model] = getattr(import_module(f"fabricgen.objects.{module}"), name)
        return model

    def __iter__(self) -> Iterator[K]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


MODELS: Mapping[tuple[str, str], "type[Model]"] = (
    _models := LazyModels[tuple[str, str]](
        {
            ("", "Namespace"): ("kubernetes", "Namespace"),
            ("", "ConfigMap"): ("kubernetes", "ConfigMap"),
            ("", "Service"): ("kubernetes", "Service"),
            ("kustomize.config.k8s.io", "Kustomization"): ("kustomize", "Kustomization"),
            (_SOURCE, "GitRepository"): ("sources", "GitRepository"),
            (_SOURCE, "HelmRepository"): ("sources", "HelmRepository"),
            (_SOURCE, "OCIRepository"): ("sources", "OCIRepository"),
            ("helm.toolkit.fluxcd.io", "HelmRelease"): ("helm_release", "HelmRelease"),
            ("kustomize.toolkit.fluxcd.io", "Kustomization"): ("flux", "FluxKustomization"),
            ("fluxcd.controlplane.io", "FluxInstance"): ("flux_instance", "FluxInstance"),
            (_CILIUM, "CiliumLoadBalancerIPPool"): ("cilium", "CiliumLoadBalancerIPPool"),
            (_CILIUM, "CiliumL2AnnouncementPolicy"): ("cilium", "CiliumL2AnnouncementPolicy"),
            (_CILIUM, "CiliumBGPClusterConfig"): ("cilium_bgp", "CiliumBGPClusterConfig"),
            (_CILIUM, "CiliumBGPPeerConfig"): ("cilium_bgp", "CiliumBGPPeerConfig"),
            (_CILIUM, "CiliumBGPAdvertisement"): ("cilium_bgp", "CiliumBGPAdvertisement"),
            (_CILIUM, "CiliumNetworkPolicy"): ("policies", "CiliumNetworkPolicy"),
            (_CILIUM, "CiliumClusterwideNetworkPolicy"): ("policies", "CiliumClusterwideNetworkPolicy"),
            (_GATEWAY, "GatewayClass"): ("gateway", "GatewayClass"),
            (_GATEWAY, "Gateway"): ("gateway", "Gateway"),
            (_GATEWAY, "ReferenceGrant"): ("gateway", "ReferenceGrant"),
            (_GATEWAY, "HTTPRoute"): ("http_route", "HTTPRoute"),
            (_METALLB, "IPAddressPool"): ("metallb", "IPAddressPool"),
            (_METALLB, "L2Advertisement"): ("metallb", "L2Advertisement"),
            (_METALLB, "BGPPeer"): ("metallb", "BGPPeer"),
            (_METALLB, "BGPAdvertisement"): ("metallb", "BGPAdvertisement"),
            ("monitoring.coreos.com", "ServiceMonitor"): ("monitoring", "ServiceMonitor"),
            ("grafana.integreatly.org", "GrafanaDashboard"): ("monitoring", "GrafanaDashboard"),
            ("helm.cattle.io", "HelmChart"): ("k3s", "HelmChart"),
        }
    )
)

_NETWORK_KINDS = (
    "HostnameConfig",
    "LinkConfig",
    "LinkAliasConfig",
    "BondConfig",
    "VLANConfig",
    "DHCPv4Config",
    "DHCPv6Config",
    "Layer2VIPConfig",
    "ResolverConfig",
    "TimeSyncConfig",
)
_KUBERNETES_KINDS = (
    "KubeNetworkConfig",
    "KubeFlannelCNIConfig",
    "KubeProxyConfig",
    "KubeNodeConfig",
    "KubePrismConfig",
    "KubeletConfig",
    "KubeAPIServerConfig",
    "KubeClusterConfig",
    "KubeInlineManifestConfig",
    "KubeExternalManifestConfig",
    "UnattendedInstallConfig",
    "SysctlConfig",
    "KernelModuleConfig",
    "SecurityProfileConfig",
)
TALOS_MODELS: Mapping[str, "type[Model]"] = (
    _talos := LazyModels[str](
        {kind: ("talos_network", kind) for kind in _NETWORK_KINDS}
        | {kind: ("talos_kubernetes", kind) for kind in _KUBERNETES_KINDS}
    )
)

# Documents without a kind: where their models are.
FILES: Mapping[str, "type[Model]"] = (
    _files := LazyModels[str](
        {
            "MachineConfigPatch": ("talos", "MachineConfigPatch"),
            "ServerConfig": ("k3s", "ServerConfig"),
            "AgentConfig": ("k3s", "AgentConfig"),
            "TalhelperConfig": ("talconfig", "TalhelperConfig"),
            "TopfConfig": ("topf", "TopfConfig"),
        }
    )
)

PLACES: Mapping[str, str] = {
    name: module
    for places in (_models.places, _talos.places, _files.places)
    for module, name in places.values()
}
