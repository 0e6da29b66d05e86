"""Fields of Talos' v1alpha1 config that its schema has no more, though Talos still takes them: since when, what instead.

Read by `talos_schema`, which lets them through, and by `talos`, which tells of them. Where an older schema is pulled
too, it says what may stand below them.
Source: pkg/machinery/config/schemas/config.schema.json of siderolabs/talos at v1.9.0 to v1.14.0-rc.1, one compared with
the next; successors: the notes on deprecation in pkg/machinery/config/types at v1.14.1; what is refused beside which:
V1Alpha1ConflictValidate in the same, and fields patched into configs that the machinery of v1.11.6 to v1.14.1 generates.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

Names = tuple[str, ...]
Minor = tuple[int, int]


class Moved(NamedTuple):
    """What has become of a field.

    Attributes:
        since: the first minor whose schema does not have it.
        refused: the first minor that refuses it in the configs that it generates; None for none so far.
        successor: what has taken its place.
    """

    since: Minor
    refused: Minor | None
    successor: str


def minor_in(text: str) -> Minor:
    """Return the minor in `1.12` or `v1.12.4`. Raises ValueError if there is none."""
    major, minor, *_ = text.removeprefix("v").split(".")
    return int(major), int(minor)


def _rows(text: str) -> dict[Names, Moved]:
    made = {}
    for line in text.strip().splitlines():
        since, refused, path, successor = line.split(maxsplit=3)
        moved = Moved(minor_in(since), None if refused == "-" else minor_in(refused), successor)
        made[tuple(path.split("."))] = moved
    return made


# One field a line: since, refused since, its path with lists passed through, its successor.
MOVED_FIELDS: Final[Mapping[Names, Moved]] = _rows("""
1.9   -     persist                                     nothing: Talos always keeps its config
1.9   1.14  cluster.allowSchedulingOnMasters            cluster.allowSchedulingOnControlPlanes
1.9   -     cluster.etcd.subnet                         cluster.etcd.advertisedSubnets
1.9   -     machine.install.bootloader                  nothing: Talos always installs one
1.9   -     machine.network.interfaces.cidr             addresses
1.9   -     machine.network.interfaces.vlans.cidr       addresses
1.10  -     machine.disks                               UserVolumeConfig
1.10  -     machine.install.extensions                  the extensions of the image's schematic
1.11  -     machine.systemDiskEncryption                VolumeConfig
1.12  1.14  cluster.apiServer.disablePodSecurityPolicy  nothing: Kubernetes has no PodSecurityPolicy any more
1.12  -     machine.features.apidCheckExtKeyUsage       nothing: it is always on
1.12  -     machine.features.rbac                       nothing: it is always on
1.12  1.12  machine.features.stableHostname             HostnameConfig
1.12  1.12  machine.install.extraKernelArgs             the kernel arguments of the image's schematic
1.12  1.14  machine.network.disableSearchDomain         ResolverConfig
1.12  -     machine.network.extraHostEntries            StaticHostConfig
1.12  1.12  machine.network.hostname                    HostnameConfig
1.12  -     machine.network.interfaces                  LinkConfig, with VLANConfig, BondConfig, BridgeConfig, DHCPv4Config, Layer2VIPConfig
1.12  1.14  machine.network.nameservers                 ResolverConfig
1.12  1.14  machine.network.searchDomains               ResolverConfig
1.12  -     machine.registries                          RegistryMirrorConfig, RegistryAuthConfig and RegistryTLSConfig
1.12  -     machine.time                                TimeSyncConfig
1.13  -     machine.env                                 EnvironmentConfig
1.13  -     machine.network.kubespan                    KubeSpanConfig
1.14  1.14  cluster.acceptedCAs                         KubeAPIServerCAConfig
1.14  1.14  cluster.aescbcEncryptionSecret              KubeEtcdEncryptionConfig
1.14  1.14  cluster.aggregatorCA                        KubeAggregatorCAConfig
1.14  1.14  cluster.allowSchedulingOnControlPlanes      KubeNodeConfig (taints)
1.14  1.14  cluster.apiServer                           KubeAPIServerConfig, and a document for each of its policies
1.14  1.14  cluster.ca                                  KubeAPIServerCAConfig
1.14  1.14  cluster.clusterName                         KubeClusterConfig
1.14  1.14  cluster.controlPlane                        KubeClusterConfig
1.14  1.14  cluster.controllerManager                   KubeControllerManagerConfig
1.14  1.14  cluster.coreDNS                             KubeCoreDNSConfig
1.14  1.14  cluster.discovery                           DiscoveryServiceConfig
1.14  -     cluster.extraManifestHeaders                KubeExternalManifestConfig
1.14  -     cluster.extraManifests                      KubeExternalManifestConfig
1.14  1.14  cluster.id                                  DiscoveryIdentityConfig
1.14  -     cluster.inlineManifests                     KubeInlineManifestConfig
1.14  1.14  cluster.network                             KubeNetworkConfig and KubeFlannelCNIConfig
1.14  1.14  cluster.proxy                               KubeProxyConfig
1.14  1.14  cluster.scheduler                           KubeSchedulerConfig
1.14  1.14  cluster.secret                              DiscoveryIdentityConfig
1.14  1.14  cluster.secretboxEncryptionSecret           KubeEtcdEncryptionConfig
1.14  1.14  cluster.serviceAccount                      KubeServiceAccountConfig
1.14  -     machine.baseRuntimeSpecOverrides            CRIBaseRuntimeSpecConfig
1.14  1.14  machine.controlPlane                        KubeControllerManagerConfig and KubeSchedulerConfig
1.14  1.14  machine.features.hostDNS                    ResolverConfig (hostDNS)
1.14  -     machine.features.imageCache                 ImageCacheConfig
1.14  1.14  machine.features.kubePrism                  KubePrismConfig
1.14  -     machine.features.kubernetesTalosAPIAccess   KubeTalosAPIAccessConfig
1.14  -     machine.files                               EtcFileConfig, or CRICustomizationConfig
1.14  1.14  machine.install                             UnattendedInstallConfig
1.14  -     machine.kernel                              KernelModuleConfig
1.14  1.14  machine.kubelet                             KubeletConfig and KubeNodeConfig
1.14  1.14  machine.nodeAnnotations                     KubeNodeConfig
1.14  1.14  machine.nodeLabels                          KubeNodeConfig
1.14  1.14  machine.nodeTaints                          KubeNodeConfig
1.14  -     machine.pods                                KubeStaticPodConfig
1.14  -     machine.sysctls                             SysctlConfig
1.14  -     machine.sysfs                               SysfsConfig
1.14  -     machine.udev                                UdevRulesConfig
""")
