"""Keys of the Cilium chart whose presence changed between 1.16.0 and 1.20.2, by exact chart version.

A key counts as present when the chart lists it in values.yaml or a template reads it: several keys (devices,
kubeProxyReplacement, loadBalancer.serviceTopology, …) were read for years before they were listed. What a
template only mentions in order to refuse it counts as absent. A container stands for all below it; free maps such
as securityContext are left out, because anything may be written into them.

Source: each cilium-<version>.tgz from 1.16.0 to 1.20.0 in https://github.com/cilium/charts, and
install/kubernetes/cilium at v1.19.7, v1.20.1 and v1.20.2 in https://github.com/cilium/cilium.
Used by `cilium`, which answers questions from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fabricgen.versions.version import Version

_CHARTS: Final = "https://github.com/cilium/charts"

# Chart version -> the keys that it has and the chart before it had not.
_ADDED: Mapping[str, str] = {
    "1.16.1": """
        hubble.metrics.tls.server.existingSecret hubble.relay.tls.client.existingSecret
        hubble.relay.tls.server.existingSecret hubble.tls.server.existingSecret
        hubble.ui.tls.client.existingSecret nat
        """,
    "1.16.4": """
        envoy.initialFetchTimeoutSeconds
        """,
    "1.16.7": """
        envoy.log.accessLogBufferSize
        """,
    "1.16.10": """
        livenessProbe.requireK8sConnectivity
        """,
    "1.17.0": """
        authentication.mutual.spire.install.agent.priorityClassName
        authentication.mutual.spire.install.agent.resources
        authentication.mutual.spire.install.server.priorityClassName
        authentication.mutual.spire.install.server.resources bgpControlPlane.statusReport
        bpf.ctAccounting bpf.events.default bpf.lbAlgorithmAnnotation bpf.lbModeAnnotation
        bpf.lbSourceRangeAllTypes certgen.generateCA certgen.nodeSelector certgen.priorityClassName
        ciliumEndpointSlice.sliceMode clustermesh.apiserver.service.loadBalancerSourceRanges
        commonLabels daemon.enableSourceIPVerification defaultLBServiceIPAM
        enableInternalTrafficPolicy enableLBIPAM enableNonDefaultDenyPolicies
        endpointLockdownOnMapOverflow envoy.bootstrapConfigMap envoy.httpRetryCount
        envoy.log.defaultLevel envoy.log.format_json envoy.maxConcurrentRetries
        healthCheckICMPFailureThreshold hubble.metrics.dynamic hubble.ui.labels
        ipam.installUplinkRoutesForDelegatedIPAM ipam.multiPoolPreAllocation
        k8sClientRateLimit.operator k8sServiceLookupConfigMapName k8sServiceLookupNamespace
        loadBalancer.experimental loadBalancer.protocolDifferentiation namespaceOverride
        operator.prometheus.metricsService prometheus.metricsService scheduling
        tls.readSecretsOnlyFromSecretsNamespace tls.secretSync tls.secretsNamespace
        """,
    "1.17.2": """
        bpf.distributedLRU envoy.policyRestoreTimeoutDuration tunnelSourcePortRange
        """,
    "1.17.4": """
        livenessProbe.requireK8sConnectivity
        """,
    "1.17.5": """
        clustermesh.apiserver.service.labels
        """,
    "1.18.0": """
        bandwidthManager.bbrHostNamespaceOnly bgpControlPlane.routerIDAllocation
        bpf.policyStatsMapMax certgen.resources clustermesh.apiserver.kvstoremesh.kvstoreMode
        clustermesh.apiserver.metrics.serviceMonitor.etcd.scrapeTimeout
        clustermesh.apiserver.metrics.serviceMonitor.kvstoremesh.scrapeTimeout
        clustermesh.apiserver.metrics.serviceMonitor.scrapeTimeout
        clustermesh.apiserver.podDisruptionBudget.unhealthyPodEvictionPolicy
        clustermesh.policyDefaultLocalCluster cni.iptablesRemoveAWSRules
        connectivityProbeFrequencyRatio debug.metricsSamplingInterval dnsProxy.preAllocateIdentities
        envoy.httpUpstreamLingerTimeout envoy.livenessProbe.enabled
        envoy.prometheus.serviceMonitor.scrapeTimeout envoy.startupProbe.enabled
        envoy.streamIdleTimeoutDurationSeconds hubble.export.fileCompress
        hubble.export.static.fileCompress hubble.export.static.fileMaxBackups
        hubble.export.static.fileMaxSizeMb hubble.metrics.serviceMonitor.scrapeTimeout
        hubble.networkPolicyCorrelation hubble.relay.podDisruptionBudget.unhealthyPodEvictionPolicy
        hubble.relay.prometheus.serviceMonitor.scrapeTimeout
        hubble.ui.podDisruptionBudget.unhealthyPodEvictionPolicy hubble.ui.service.labels
        identityManagementMode k8s.apiServerURLs k8sClientExponentialBackoff k8sServiceHostRef
        l2podAnnouncements.interfacePattern localRedirectPolicies nodeLabels
        operator.podDisruptionBudget.unhealthyPodEvictionPolicy
        operator.prometheus.serviceMonitor.scrapeTimeout preflight.envoy
        preflight.podDisruptionBudget.unhealthyPodEvictionPolicy
        prometheus.serviceMonitor.scrapeTimeout secretsNamespaceAnnotations underlayProtocol
        """,
    "1.18.2": """
        bgpControlPlane.legacyOriginAttribute
        """,
    "1.18.7": """
        hubble.relay.logOptions
        """,
    "1.18.9": """
        configDriftDetection endpointPolicyUpdateTimeoutDuration
        """,
    "1.19.0": """
        alibabacloud.nodeSpec azure.nodeSpec bpf.monitorTraceIPOption
        bpf.policyMapPressureMetricsThreshold certgen.cronJob
        clustermesh.apiserver.service.externallyCreated clustermesh.cacheTTL clustermesh.mcsapi
        enableNoServiceEndpointsRoutable enableTunnelBIGTCP encryption.strictMode.egress
        encryption.strictMode.ingress eni.nodeSpec envoy.clusterMaxConnections
        envoy.clusterMaxRequests envoy.initContainers envoy.maxGlobalDownstreamConnections
        envoy.useOriginalSourceAddress hubble.export.aggregationInterval
        hubble.export.static.aggregationInterval hubble.export.static.fieldAggregate
        hubble.lostEventSendInterval hubble.relay.pprof.blockProfileRate
        hubble.relay.pprof.mutexProfileFraction hubble.ui.tmpVolume ipam.nodeSpec
        nodeinit.waitForCloudInit nonIdempotentAnnotations operator.pprof.blockProfileRate
        operator.pprof.mutexProfileFraction operator.prometheus.tls
        operator.unmanagedPodWatcher.selector pmtuDiscovery.packetizationLayerPMTUDMode
        policyDenyResponse pprof.blockProfileRate pprof.mutexProfileFraction secretsNamespaceLabels
        serviceAccounts.corednsMCSAPI standaloneDnsProxy tmpVolume
        """,
    "1.19.2": """
        encryption.ztunnel serviceAccounts.ztunnel
        """,
    "1.19.3": """
        configDriftDetection endpointPolicyUpdateTimeoutDuration
        """,
    "1.20.0": """
        certgen.enforceCAValidityThroughoutLeavesDuration clustermesh.apiserver.etcdQPS
        clustermesh.apiserver.kvstoremesh.etcdQPS clustermesh.apiserver.tls.auto.privateKey
        clustermesh.apiserver.tls.auto.server clustermesh.apiserver.tls.auto.subject
        clustermesh.defaultGlobalNamespace clustermesh.disableKubernetesHostAliases datapathPlugins
        encryption.ztunnel.ca encryption.ztunnel.minReadySeconds envoy.clusterMaxPendingRequests
        envoy.livenessProbe.initialDelaySeconds envoy.livenessProbe.timeoutSeconds
        envoy.log.accessLogEnabled envoy.minReadySeconds envoy.nodeLocality
        envoy.readinessProbe.initialDelaySeconds envoy.readinessProbe.timeoutSeconds
        envoy.startupProbe.initialDelaySeconds envoy.startupProbe.timeoutSeconds envoy.xdsMode
        gatewayAPI.useRemoteAddress hubble.hostUsers hubble.tls.auto.privateKey
        hubble.tls.auto.subject ingressController.hostNetwork.httpPort
        ingressController.hostNetwork.httpsPort ingressController.hostNetwork.tlsPassthroughPort
        ingressController.useRemoteAddress ingressController.xffNumTrustedHops
        ipam.operator.autoCreateCiliumPodIPPools.allowFirstIP
        ipam.operator.autoCreateCiliumPodIPPools.allowLastIP k8sClusterNetworkPolicy
        loadBalancer.reflectorWaitTime minReadySeconds nativeRoutingCIDRFromClusterPool
        nodePort.enableDynamicSourceLookup nodeinit.minReadySeconds operator.hostUsers preferIpv6
        standaloneDnsProxy.minReadySeconds
        """,
}

# Chart version -> the keys that the chart before it had and it has not; 1.16.0 stands for anything older.
_REMOVED: Mapping[str, str] = {
    "1.16.0": """
        clustermesh.apiserver.tls.ca containerRuntime enableCnpStatusUpdates enableK8sEventHandover
        encryption.interface encryption.keyFile encryption.mountPath encryption.secretName
        endpointStatus etcd.managed ipam.operator.clusterPoolIPv4PodCIDR
        ipam.operator.clusterPoolIPv6PodCIDR proxy.prometheus remoteNodeIdentity tunnel
        """,
    "1.17.0": """
        bgp encryption.wireguard.userspaceFallback livenessProbe.requireK8sConnectivity
        """,
    "1.17.6": """
        externalIPs
        """,
    "1.18.0": """
        ciliumEndpointSlice.sliceMode enableCiliumEndpointSlice enableK8sTerminatingEndpoint
        enableRuntimeDeviceDetection eni.updateEC2AdapterLimitViaAPI externalWorkloads
        highScaleIPcache hostPort hubble.relay.dialTimeout l2NeighDiscovery.refreshPeriod
        loadBalancer.experimental
        """,
    "1.19.0": """
        clustermesh.apiserver.tls.client configDriftDetection customCalls enableK8sEndpointSlice
        endpointPolicyUpdateTimeoutDuration loadBalancer.protocolDifferentiation nodePort.enabled
        sessionAffinity svcSourceRangeCheck
        """,
    "1.19.3": """
        enableTunnelBIGTCP
        """,
    "1.19.5": """
        l2podAnnouncements.interface loadBalancer.standalone
        """,
    "1.20.0": """
        clustermesh.apiserver.tls.admin clustermesh.apiserver.tls.enableSecrets
        clustermesh.apiserver.tls.remote clustermesh.apiserver.tls.server
        clustermesh.enableMCSAPISupport encryption.ipsec.encryptedOverlay
        encryption.strictMode.allowRemoteNodeIdentities encryption.strictMode.cidr
        encryption.strictMode.enabled hubble.redact.kafka hubble.ui.backend.livenessProbe
        hubble.ui.backend.readinessProbe preflight.tofqdnsPreCache
        """,
}

_STRICT_EGRESS: Final = "encryption.strictMode.egress"

SUCCESSORS: Mapping[str, str] = {
    "bgp": "bgpControlPlane",
    "clustermesh.enableMCSAPISupport": "clustermesh.mcsapi.enabled",
    "enableCiliumEndpointSlice": "ciliumEndpointSlice.enabled",
    "encryption.interface": "encryption.ipsec.interface",
    "encryption.keyFile": "encryption.ipsec.keyFile",
    "encryption.mountPath": "encryption.ipsec.mountPath",
    "encryption.secretName": "encryption.ipsec.secretName",
    "encryption.strictMode.allowRemoteNodeIdentities": f"{_STRICT_EGRESS}.allowRemoteNodeIdentities",
    "encryption.strictMode.cidr": f"{_STRICT_EGRESS}.cidr",
    "encryption.strictMode.enabled": f"{_STRICT_EGRESS}.enabled",
    "externalIPs": "kubeProxyReplacement",
    "hostPort": "kubeProxyReplacement",
    "ipam.operator.clusterPoolIPv4PodCIDR": "ipam.operator.clusterPoolIPv4PodCIDRList",
    "ipam.operator.clusterPoolIPv6PodCIDR": "ipam.operator.clusterPoolIPv6PodCIDRList",
    "l2podAnnouncements.interface": "l2podAnnouncements.interfacePattern",
    "localRedirectPolicy": "localRedirectPolicies.enabled",
    "nodePort.enabled": "kubeProxyReplacement",
    "proxy.prometheus": "envoy.prometheus",
    "sessionAffinity": "kubeProxyReplacement",
    "tunnel": "routingMode",
}
"""What to write instead of a key that is gone, or going: `localRedirectPolicy` is still read by 1.20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmKey:
    """A stretch of chart versions that have a key: from `since`, None for the first known, to before `until`.

    A key that came back, as some did in patch releases, has one row for each stretch. `until` is the first
    version without it, None while it lasts; `successor` is what to write instead.
    """

    path: str
    since: Version | None
    until: Version | None
    successor: str | None
    source: str


def _changes() -> dict[str, list[tuple[Version, bool]]]:
    """Return for each path its changes in order of versions: True where it appears, False where it goes."""
    changes: dict[str, list[tuple[Version, bool]]] = {}
    for table, appears in ((_ADDED, True), (_REMOVED, False)):
        for version, paths in table.items():
            for path in paths.split():
                changes.setdefault(path, []).append((Version.parse(version), appears))
    return {path: sorted(changes[path]) for path in sorted(changes)}


def _rows(path: str, changes: list[tuple[Version, bool]]) -> Iterator[HelmKey]:
    """Yield one row for each stretch of versions with `path`."""
    starts = [version for version, appears in changes if appears]
    ends: list[Version | None] = [version for version, appears in changes if not appears]
    since: list[Version | None] = [*starts] if changes[0][1] else [None, *starts]
    until = ends if len(ends) == len(since) else [*ends, None]
    for first, last in zip(since, until, strict=True):
        yield HelmKey(
            path=path, since=first, until=last, successor=SUCCESSORS.get(path), source=_source(first, last)
        )


def _source(since: Version | None, until: Version | None) -> str:
    charts = " and ".join(f"cilium-{version}.tgz" for version in (since, until) if version is not None)
    return f"{_CHARTS}: {charts}, each compared with the chart before it"


HELM_KEYS: tuple[HelmKey, ...] = tuple(
    row for path, changes in _changes().items() for row in _rows(path, changes)
)
"""All rows, sorted by path, then by version. A path that is not here is in all these charts, or in none."""
