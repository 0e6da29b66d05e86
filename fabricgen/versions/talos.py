"""Talos: the dialects of its machine configuration, which documents exist since when, what each minor runs.

The dialect follows the config contract (the minor whose `talosctl gen config` wrote the base configuration), not
the version that a node runs: a node upgraded to 1.14 keeps its older configuration, and older patches stay valid.
Source: https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/contract.go
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from fabricgen.versions.version import Minor, Version

_TREE = "https://github.com/siderolabs/talos/blob"


class Dialect(Enum):
    """How a patch must say things."""

    V1ALPHA1 = auto()
    """Contracts up to 1.11: everything stands under `machine` and `cluster`."""
    NETWORK_DOCUMENTS = auto()
    """Contracts 1.12 and 1.13: host name, links, resolvers, time and registries are separate documents."""
    KUBERNETES_DOCUMENTS = auto()
    """Contracts from 1.14: Kubernetes, kubelet, install, sysctls and kernel modules as well."""


_NETWORK_DOCUMENTS_SINCE: Minor = (1, 12)
_KUBERNETES_DOCUMENTS_SINCE: Minor = (1, 14)


def dialect_of(contract: Minor) -> Dialect:
    """Return the dialect that a configuration of this contract takes.

    Source: MultidocNetworkConfigSupported and MultidocKubernetesConfigSupported in config/contract.go.
    """
    if contract < _NETWORK_DOCUMENTS_SINCE:
        return Dialect.V1ALPHA1
    if contract < _KUBERNETES_DOCUMENTS_SINCE:
        return Dialect.NETWORK_DOCUMENTS
    return Dialect.KUBERNETES_DOCUMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class TalosRelease:
    """A minor of Talos.

    `kubernetes_min` and `kubernetes_max` are what Talos itself accepts, both included; `kernel` is the oldest
    kernel of the minor, that of .0; `upgrade_from` is the oldest minor that can be upgraded to it in one step.
    """

    minor: Minor
    newest: Version
    kubernetes_min: Minor
    kubernetes_max: Minor
    kernel: Version
    upgrade_from: Minor
    source: str


def _release(
    *, newest: Version, kubernetes: tuple[int, int], kernel: Version, upgrade_from: int
) -> TalosRelease:
    folder = f"talos{newest.major}{newest.minor}"
    first = "v1.14.0-rc.1" if newest.minor == 14 else f"v1.{newest.minor}.0"  # noqa: PLR2004 - 1.14.0 itself was not read
    return TalosRelease(
        minor=(newest.major, newest.minor),
        newest=newest,
        kubernetes_min=(1, kubernetes[0]),
        kubernetes_max=(1, kubernetes[1]),
        kernel=kernel,
        upgrade_from=(1, upgrade_from),
        source=f"{_TREE}/v1.14.1/pkg/machinery/compatibility/{folder}/{folder}.go, "
        f"{_TREE}/{first}/pkg/machinery/constants/constants.go, "
        f"https://github.com/siderolabs/talos/releases/tag/v{newest}",
    )


_RELEASES = (
    _release(newest=Version(1, 9, 6), kubernetes=(27, 32), kernel=Version(6, 12, 5), upgrade_from=8),
    _release(newest=Version(1, 10, 9), kubernetes=(28, 33), kernel=Version(6, 12, 25), upgrade_from=8),
    _release(newest=Version(1, 11, 6), kubernetes=(29, 34), kernel=Version(6, 12, 43), upgrade_from=9),
    _release(newest=Version(1, 12, 12), kubernetes=(30, 35), kernel=Version(6, 18, 1), upgrade_from=10),
    _release(newest=Version(1, 13, 12), kubernetes=(31, 36), kernel=Version(6, 18, 24), upgrade_from=11),
    _release(newest=Version(1, 14, 4), kubernetes=(32, 37), kernel=Version(6, 18, 44), upgrade_from=12),
)

TALOS: Mapping[Minor, TalosRelease] = {release.minor: release for release in _RELEASES}

_KINDS_SINCE: Mapping[Minor, str] = {
    (1, 9): """
        EventSinkConfig ExtensionServiceConfig KmsgLogConfig KubeSpanEndpointsConfig
        NetworkDefaultActionConfig NetworkRuleConfig SideroLinkConfig TrustedRootsConfig VolumeConfig
        WatchdogTimerConfig
        """,
    (1, 10): "EthernetConfig PCIDriverRebindConfig UserVolumeConfig",
    (1, 11): "ExistingVolumeConfig RawVolumeConfig SwapVolumeConfig ZswapConfig",
    (1, 12): """
        BondConfig BridgeConfig DHCPv4Config DHCPv6Config DummyLinkConfig HCloudVIPConfig HostnameConfig
        Layer2VIPConfig LinkAliasConfig LinkConfig OOMConfig RegistryAuthConfig RegistryMirrorConfig
        RegistryTLSConfig ResolverConfig StaticHostConfig TimeSyncConfig VLANConfig WireguardConfig
        """,
    (1, 13): """
        BlackholeRouteConfig EnvironmentConfig ExternalVolumeConfig ImageVerificationConfig KubeSpanConfig
        RoutingRuleConfig TCPProbeConfig VRFConfig
        """,
    (1, 14): """
        BGPInstanceConfig CRIBaseRuntimeSpecConfig CRICustomizationConfig ContainerConfig
        DiscoveryIdentityConfig DiscoveryServiceConfig EtcFileConfig FilesystemScrubConfig
        FilesystemTrimConfig HTTPProbeConfig ImageCacheConfig KernelModuleConfig KubeAPIServerCAConfig
        KubeAPIServerConfig KubeAdmissionControlConfig KubeAggregatorCAConfig KubeAuditPolicyConfig
        KubeAuthenticationConfig KubeAuthorizerConfig KubeClusterConfig KubeControllerManagerConfig
        KubeCoreDNSConfig KubeCredentialProviderConfig KubeEtcdEncryptionConfig KubeExternalManifestConfig
        KubeFlannelCNIConfig KubeInlineManifestConfig KubeNetworkConfig KubeNodeConfig KubePrismConfig
        KubeProxyConfig KubeSchedulerConfig KubeServiceAccountConfig KubeStaticPodConfig
        KubeTalosAPIAccessConfig KubeletConfig LVMLogicalVolumeConfig LVMVolumeGroupConfig RAIDArrayConfig
        SecurityProfileConfig SysctlConfig SysfsConfig UdevRulesConfig UnattendedInstallConfig VethConfig
        """,
}

DOCUMENT_KINDS: Mapping[str, Minor] = {
    kind: since for since, kinds in _KINDS_SINCE.items() for kind in kinds.split()
}
"""Document kinds and the minor since which Talos knows them; 1.9 also stands for anything older.

Source: the kinds registered under pkg/machinery/config/types at v1.9.0 to v1.14.1. The published JSON schemas
disagree in three: ImageVerificationConfig is missing, UnattendedInstall and KubeSpanEndpoints lack "Config".
"""

CONTROL_PLANE_ONLY_KINDS: frozenset[str] = frozenset(
    {
        "KubeAPIServerConfig",
        "KubeAdmissionControlConfig",
        "KubeAggregatorCAConfig",
        "KubeAuditPolicyConfig",
        "KubeAuthenticationConfig",
        "KubeAuthorizerConfig",
        "KubeControllerManagerConfig",
        "KubeCoreDNSConfig",
        "KubeEtcdEncryptionConfig",
        "KubeFlannelCNIConfig",
        "KubeProxyConfig",
        "KubeSchedulerConfig",
        "KubeServiceAccountConfig",
        "KubeTalosAPIAccessConfig",
    }
)
"""Kinds that a worker's configuration may not hold: validation refuses them there.

Source: the implementations of ControlplaneOnlyDocument under pkg/machinery/config/types/k8s at v1.14.1.
"""


def has_document(kind: str, contract: Minor) -> bool:
    """Return whether a configuration of this contract may hold documents of `kind`; False for an unknown one."""
    since = DOCUMENT_KINDS.get(kind)
    return since is not None and since <= contract


def installer_image(
    version: Version, schematic_id: str, *, factory: str = "factory.talos.dev", secureboot: bool = False
) -> str:
    """Return the image that installs this version with this schematic on bare metal, whatever the arch.

    Source: https://github.com/siderolabs/image-factory/blob/main/internal/frontend/http/registry.go
    """
    name = "metal-installer-secureboot" if secureboot else "metal-installer"
    return f"{factory}/{name}/{schematic_id}:v{version}"
