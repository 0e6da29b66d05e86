"""Names of the Cilium chart's values, to find those that are spelt otherwise. Used by `values`.

`TOP` holds every name at the top; `BELOW` those one step below that are not all lower-case, since the chart's schema
passes over any unknown name, and these are the ones that people get wrong. Versions are told by
`fabricgen.versions.cilium`.

Source: values.schema.json of the charts 1.16.19, 1.17.18, 1.18.12, 1.19.6 and 1.20.0 in
https://github.com/cilium/charts, taken together; and what their templates read without listing it.
"""

from collections.abc import Mapping
from typing import Final

_TOP: Final = """
    MTU affinity agent agentNotReadyTaintKey aksbyocni alibabacloud annotateK8sNode annotations
    apiRateLimit authentication autoDirectNodeRoutes azure bandwidthManager bgp bgpControlPlane bpf
    bpfClockProbe certgen cgroup ciliumEndpointSlice cleanBpfState cleanState cluster clustermesh cni
    commonLabels configDriftDetection connectivityProbeFrequencyRatio conntrackGCInterval
    conntrackGCMaxInterval crdWaitTimeout customCalls daemon dashboards datapathPlugins debug
    defaultLBServiceIPAM devices directRoutingSkipUnreachable disableEndpointCRD dnsPolicy dnsProxy
    egressGateway enableCiliumEndpointSlice enableCriticalPriorityClass enableIPv4BIGTCP
    enableIPv4Masquerade enableIPv6BIGTCP enableIPv6Masquerade enableInternalTrafficPolicy
    enableK8sTerminatingEndpoint enableLBIPAM enableMasqueradeRouteSource
    enableNoServiceEndpointsRoutable enableNonDefaultDenyPolicies enableRuntimeDeviceDetection
    enableXTSocketFallback encryption endpointHealthChecking endpointLockdownOnMapOverflow
    endpointPolicyUpdateTimeoutDuration endpointRoutes eni envoy envoyConfig etcd externalIPs
    externalWorkloads extraArgs extraConfig extraContainers extraEnv extraHostPathMounts
    extraInitContainers extraVolumeMounts extraVolumes forceDeviceDetection gatewayAPI gke global
    healthCheckICMPFailureThreshold healthChecking healthPort highScaleIPcache hostFirewall hostPort
    hubble identityAllocationMode identityChangeGracePeriod identityManagementMode image
    imagePullSecrets ingressController initResources installNoConntrackIptablesRules ipMasqAgent ipam
    iptablesRandomFully ipv4 ipv4NativeRoutingCIDR ipv6 ipv6NativeRoutingCIDR k8s
    k8sClientExponentialBackoff k8sClientRateLimit k8sClusterNetworkPolicy k8sNetworkPolicy
    k8sServiceHost k8sServiceHostRef k8sServiceLookupConfigMapName k8sServiceLookupNamespace
    k8sServicePort keepDeprecatedLabels keepDeprecatedProbes kubeConfigPath kubeProxyReplacement
    kubeProxyReplacementHealthzBindAddr l2NeighDiscovery l2announcements l2podAnnouncements l7Proxy
    livenessProbe loadBalancer localRedirectPolicies localRedirectPolicy logSystemLoad maglev
    minReadySeconds monitor name namespaceOverride nat nat46x64Gateway nativeRoutingCIDRFromClusterPool
    nodeIPAM nodePort nodeSelector nodeSelectorLabels nodeinit operator pmtuDiscovery podAnnotations
    podLabels podSecurityContext policyCIDRMatchMode policyDenyResponse policyEnforcementMode pprof
    preferIpv6 preflight priorityClassName prometheus rbac readinessProbe resourceQuotas resources
    rollOutCiliumPods routingMode scheduling sctp secretsNamespaceAnnotations secretsNamespaceLabels
    securityContext serviceAccounts serviceNoBackendResponse sleepAfterInit socketLB standaloneDnsProxy
    startupProbe svcSourceRangeCheck synchronizeK8sNodes sysctlfix terminationGracePeriodSeconds tls
    tmpVolume tolerations tunnelPort tunnelProtocol tunnelSourcePortRange underlayProtocol
    updateStrategy upgradeCompatibility vtep waitForKubeProxy wellKnownIdentities
    """

_BELOW: Final[Mapping[str, str]] = {
    "alibabacloud": "nodeSpec",
    "authentication": "gcInterval queueSize rotatedIdentitiesQueueSize",
    "azure": "nodeSpec",
    "bandwidthManager": "bbrHostNamespaceOnly",
    "bgpControlPlane": "legacyOriginAttribute routerIDAllocation secretsNamespace statusReport",
    "bpf": """
        authMapMax autoMount ctAccounting ctAnyMax ctTcpMax datapathMode disableExternalIPMitigation
        distributedLRU enableTCX hostLegacyRouting lbAlgorithmAnnotation lbExternalClusterIP lbMapMax
        lbModeAnnotation lbSourceRangeAllTypes mapDynamicSizeRatio monitorAggregation monitorFlags
        monitorInterval monitorTraceIPOption natMax neighMax nodeMapMax policyMapMax
        policyMapPressureMetricsThreshold policyStatsMapMax preallocateMaps vlanBypass
        """,
    "certgen": """
        cronJob enforceCAValidityThroughoutLeavesDuration extraVolumeMounts extraVolumes generateCA
        nodeSelector podLabels priorityClassName ttlSecondsAfterFinished
        """,
    "cgroup": "autoMount hostRoot",
    "ciliumEndpointSlice": "rateLimits sliceMode",
    "clustermesh": """
        cacheTTL defaultGlobalNamespace enableEndpointSliceSynchronization enableMCSAPISupport
        maxConnectedClusters policyDefaultLocalCluster useAPIServer
        """,
    "cni": """
        binPath chainingMode chainingTarget confFileMountPath confPath configMap configMapKey customConf
        enableRouteMTUForCNIChaining hostConfDirMountPath iptablesRemoveAWSRules logFile
        """,
    "configDriftDetection": "driftChecker ignoredKeys",
    "daemon": """
        allowedConfigOverrides blockedConfigOverrides configSources enableSourceIPVerification runPath
        """,
    "dashboards": "labelValue",
    "datapathPlugins": "stateDir",
    "debug": "metricsSamplingInterval",
    "dnsProxy": """
        dnsRejectResponseCode enableDnsCompression endpointMaxIpPerHostname idleConnectionGracePeriod
        maxDeferredConnectionDeletes minTtl preAllocateIdentities preCache proxyPort
        proxyResponseMaxDelay socketLingerTimeout
        """,
    "egressGateway": "reconciliationTriggerInterval",
    "encryption": "nodeEncryption strictMode",
    "eni": """
        awsEnablePrefixDelegation awsReleaseExcessIPs ec2APIEndpoint eniTags gcInterval gcTags iamRole
        instanceTagsFilter nodeSpec subnetIDsFilter subnetTagsFilter updateEC2AdapterLimitViaAPI
        """,
    "envoy": """
        baseID bootstrapConfigMap clusterMaxConnections clusterMaxPendingRequests clusterMaxRequests
        connectTimeoutSeconds dnsPolicy extraArgs extraContainers extraEnv extraHostPathMounts
        extraVolumeMounts extraVolumes healthPort httpRetryCount httpUpstreamLingerTimeout
        idleTimeoutDurationSeconds initContainers initialFetchTimeoutSeconds livenessProbe
        maxConcurrentRetries maxConnectionDurationSeconds maxGlobalDownstreamConnections
        maxRequestsPerConnection minReadySeconds nodeLocality nodeSelector podAnnotations podLabels
        podSecurityContext policyRestoreTimeoutDuration priorityClassName readinessProbe rollOutPods
        securityContext startupProbe streamIdleTimeoutDurationSeconds terminationGracePeriodSeconds
        updateStrategy useOriginalSourceAddress xdsMode xffNumTrustedHopsL7PolicyEgress
        xffNumTrustedHopsL7PolicyIngress
        """,
    "envoyConfig": "retryInterval secretsNamespace",
    "gatewayAPI": """
        enableAlpn enableAppProtocol enableProxyProtocol externalTrafficPolicy gatewayClass hostNetwork
        secretsNamespace useRemoteAddress xffNumTrustedHops
        """,
    "hubble": """
        dropEventEmitter hostUsers listenAddress networkPolicyCorrelation peerService preferIpv6
        skipUnknownCGroupIDs socketPath
        """,
    "image": "pullPolicy useDigest",
    "ingressController": """
        defaultSecretName defaultSecretNamespace enableProxyProtocol enforceHttps hostNetwork
        ingressLBAnnotationPrefixes loadbalancerMode secretsNamespace useRemoteAddress xffNumTrustedHops
        """,
    "ipam": "ciliumNodeUpdateRate installUplinkRoutesForDelegatedIPAM multiPoolPreAllocation nodeSpec",
    "k8s": "apiServerURLs requireIPv4PodCIDR requireIPv6PodCIDR",
    "k8sClientExponentialBackoff": "backoffBaseSeconds backoffMaxDurationSeconds",
    "l2NeighDiscovery": "refreshPeriod",
    "l2announcements": "leaseDuration leaseRenewDeadline leaseRetryPeriod",
    "l2podAnnouncements": "interfacePattern",
    "livenessProbe": "failureThreshold periodSeconds requireK8sConnectivity",
    "loadBalancer": "dsrDispatch serviceTopology",
    "localRedirectPolicies": "addressMatcherCIDRs",
    "maglev": "hashSeed tableSize",
    "nat": "mapStatsEntries mapStatsInterval",
    "nodePort": """
        autoProtectPortRange bindProtection directRoutingDevice enableDynamicSourceLookup
        enableHealthCheck enableHealthCheckLoadBalancerIP
        """,
    "nodeinit": """
        bootstrapFile extraEnv extraVolumeMounts extraVolumes minReadySeconds nodeSelector
        podAnnotations podLabels podSecurityContext priorityClassName securityContext updateStrategy
        waitForCloudInit
        """,
    "operator": """
        dnsPolicy endpointGCInterval extraArgs extraEnv extraHostPathMounts extraVolumeMounts
        extraVolumes hostNetwork hostUsers identityGCInterval identityHeartbeatTimeout nodeGCInterval
        nodeSelector podAnnotations podDisruptionBudget podLabels podSecurityContext priorityClassName
        removeNodeTaints rollOutPods securityContext setNodeNetworkStatus setNodeTaints skipCRDCreation
        topologySpreadConstraints unmanagedPodWatcher updateStrategy
        """,
    "pmtuDiscovery": "packetizationLayerPMTUDMode",
    "pprof": "blockProfileRate mutexProfileFraction",
    "preflight": """
        extraEnv extraVolumeMounts extraVolumes nodeSelector podAnnotations podDisruptionBudget
        podLabels podSecurityContext priorityClassName readinessProbe securityContext
        terminationGracePeriodSeconds tofqdnsPreCache updateStrategy validateCNPs
        """,
    "prometheus": "controllerGroupMetrics metricsService serviceMonitor",
    "readinessProbe": "failureThreshold periodSeconds",
    "serviceAccounts": "clustermeshApiserver corednsMCSAPI",
    "socketLB": "hostNamespaceOnly terminatePodConnections",
    "standaloneDnsProxy": """
        automountServiceAccountToken minReadySeconds nodeSelector rollOutPods serverPort updateStrategy
        """,
    "startupProbe": "failureThreshold periodSeconds",
    "tls": "caBundle readSecretsOnlyFromSecretsNamespace secretSync secretsBackend secretsNamespace",
    "updateStrategy": "rollingUpdate",
}

TOP: Final = frozenset(_TOP.split())
BELOW: Final[Mapping[str, frozenset[str]]] = {key: frozenset(names.split()) for key, names in _BELOW.items()}
