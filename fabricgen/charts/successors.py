"""What to write instead of keys that the Cilium chart read once: pure data. Used by `values`.

When a key went is told by `table`, for charts since 1.16; `gone` here tells it of those that went before.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_TREE: Final = "https://github.com/cilium/cilium/blob"
_NOTES: Final = "Documentation/operations/upgrade.rst"
_UP_TO_1_16: Final = f"{_TREE}/v1.16.0/{_NOTES}"
_UP_TO_1_17: Final = f"{_TREE}/v1.17.0/{_NOTES}"
_UP_TO_1_18: Final = f"{_TREE}/v1.18.0/{_NOTES}"
_UP_TO_1_19: Final = f"{_TREE}/v1.19.0/{_NOTES}"
_CHARTS: Final = "https://github.com/cilium/charts"
_VALIDATE: Final = f"{_TREE}/v1.20.2/install/kubernetes/cilium/templates/validate.yaml"


class Successor(NamedTuple):
    """What took the place of a key.

    `key` is the dotted path to write, "" for none; `note` says more, or why nothing is needed, as a clause.
    `gone` is the first minor without the old key, where that was before 1.16; `old` is the path that was replaced.
    """

    key: str
    note: str
    source: str
    gone: str = ""
    old: tuple[str, ...] = ()


_PROXY: Final = "kubeProxyReplacement: true does it now"
_STRICT: Final = "encryption.strictMode.egress"
_MESH_SECRETS: Final = "make the Secrets yourself, or leave them to clustermesh.apiserver.tls.auto"
_ALWAYS: Final = "it is always on now"

_SUCCESSORS: Final[dict[str, Successor]] = {
    "bgp": Successor("bgpControlPlane", "with CiliumBGP objects: MetalLB's BGP is gone", _UP_TO_1_17),
    "bpf.clockProbe": Successor("bpfClockProbe", "", _CHARTS, "1.13"),
    "bpf.hostRouting": Successor("bpf.hostLegacyRouting", "which means the opposite", _CHARTS, "1.13"),
    "ciliumEndpointSlice.sliceMode": Successor("", "there is one way of slicing now", _UP_TO_1_18),
    "clustermesh.apiserver.tls.admin": Successor("", _MESH_SECRETS, _VALIDATE),
    "clustermesh.apiserver.tls.ca": Successor("tls.ca", "", _VALIDATE, "1.15"),
    "clustermesh.apiserver.tls.client": Successor("", "external workloads are gone", _CHARTS),
    "clustermesh.apiserver.tls.enableSecrets": Successor("", _MESH_SECRETS, _VALIDATE),
    "clustermesh.apiserver.tls.remote": Successor("", _MESH_SECRETS, _VALIDATE),
    "clustermesh.apiserver.tls.server.cert": Successor("", _MESH_SECRETS, _VALIDATE),
    "clustermesh.apiserver.tls.server.key": Successor("", _MESH_SECRETS, _VALIDATE),
    "clustermesh.enableMCSAPISupport": Successor("clustermesh.mcsapi.enabled", "", _UP_TO_1_19),
    "containerRuntime": Successor("", "the runtime is found without it", _VALIDATE, "1.16"),
    "customCalls": Successor("", "custom calls are gone", _UP_TO_1_19),
    "datapathMode": Successor("bpf.datapathMode", "", _CHARTS, "1.13"),
    "enableCiliumEndpointSlice": Successor("ciliumEndpointSlice.enabled", "", _UP_TO_1_18),
    "enableCnpStatusUpdates": Successor("", "policies have no such status any more", _VALIDATE, "1.15"),
    "enableK8sEndpointSlice": Successor("", _ALWAYS, _CHARTS),
    "enableK8sEventHandover": Successor("", "the feature is gone", _VALIDATE, "1.15"),
    "enableK8sTerminatingEndpoint": Successor("", _ALWAYS, _UP_TO_1_17),
    "enableRuntimeDeviceDetection": Successor("", _ALWAYS, _UP_TO_1_18),
    "encryption.interface": Successor("encryption.ipsec.interface", "", _VALIDATE, "1.16"),
    "encryption.ipsec.encryptedOverlay": Successor("", _ALWAYS, _UP_TO_1_19),
    "encryption.keyFile": Successor("encryption.ipsec.keyFile", "", _VALIDATE, "1.16"),
    "encryption.mountPath": Successor("encryption.ipsec.mountPath", "", _VALIDATE, "1.16"),
    "encryption.secretName": Successor("encryption.ipsec.secretName", "", _VALIDATE, "1.16"),
    "encryption.strictMode.allowRemoteNodeIdentities": Successor(
        f"{_STRICT}.allowRemoteNodeIdentities", "", _UP_TO_1_19
    ),
    "encryption.strictMode.cidr": Successor(f"{_STRICT}.cidr", "", _UP_TO_1_19),
    "encryption.strictMode.enabled": Successor(f"{_STRICT}.enabled", "", _UP_TO_1_19),
    "encryption.wireguard.userspaceFallback": Successor(
        "", "WireGuard is in every kernel it needs", _UP_TO_1_17
    ),
    "endpointStatus": Successor("", "the feature is gone", _VALIDATE, "1.16"),
    "eni.updateEC2AdapterLimitViaAPI": Successor("", _ALWAYS, _UP_TO_1_18),
    "etcd.managed": Successor("", "an etcd of your own is named in etcd.endpoints", _VALIDATE, "1.16"),
    "externalIPs": Successor("kubeProxyReplacement", _PROXY, _UP_TO_1_19),
    "externalWorkloads": Successor("", "external workloads are gone", _CHARTS),
    "highScaleIPcache": Successor("", "the feature is gone", _CHARTS),
    "hostPort": Successor("kubeProxyReplacement", _PROXY, _UP_TO_1_19),
    "hubble.redact.kafka": Successor("", "rules for Kafka are gone", _CHARTS),
    "hubble.relay.dialTimeout": Successor("", "it had no effect any more", _UP_TO_1_18),
    "hubble.tls.ca": Successor("tls.ca", "", _CHARTS, "1.14"),
    "identityGCInterval": Successor("operator.identityGCInterval", "", _CHARTS, "1.13"),
    "identityHeartbeatTimeout": Successor("operator.identityHeartbeatTimeout", "", _CHARTS, "1.13"),
    "ipam.operator.clusterPoolIPv4PodCIDR": Successor(
        "ipam.operator.clusterPoolIPv4PodCIDRList", "", _CHARTS, "1.14"
    ),
    "ipam.operator.clusterPoolIPv6PodCIDR": Successor(
        "ipam.operator.clusterPoolIPv6PodCIDRList", "", _CHARTS, "1.14"
    ),
    "l2NeighDiscovery.refreshPeriod": Successor(
        "", "the kernel's base_reachable_time_ms decides now", _UP_TO_1_18
    ),
    "l2podAnnouncements.interface": Successor("l2podAnnouncements.interfacePattern", "", _UP_TO_1_19),
    "loadBalancer.experimental": Successor("", _ALWAYS, _CHARTS),
    "loadBalancer.protocolDifferentiation": Successor("", _ALWAYS, _UP_TO_1_19),
    "localRedirectPolicy": Successor("localRedirectPolicies.enabled", "", _UP_TO_1_18),
    "masquerade": Successor("enableIPv4Masquerade", "", _CHARTS, "1.10"),
    "nativeRoutingCIDR": Successor("ipv4NativeRoutingCIDR", "", _CHARTS, "1.12"),
    "nodePort.enabled": Successor("kubeProxyReplacement", _PROXY, _UP_TO_1_19),
    "operator.serviceAccountName": Successor("serviceAccounts.operator.name", "", _CHARTS, "1.12"),
    "proxy": Successor("envoy", "", _VALIDATE, "1.16"),
    "proxy.prometheus": Successor("envoy.prometheus", "", _VALIDATE, "1.16"),
    "remoteNodeIdentity": Successor("", _ALWAYS, _VALIDATE, "1.16"),
    "securityContext.extraCapabilities": Successor(
        "securityContext.capabilities.ciliumAgent", "", _CHARTS, "1.13"
    ),
    "sessionAffinity": Successor("kubeProxyReplacement", _PROXY, _UP_TO_1_19),
    "sockops": Successor("", "the feature is gone", _CHARTS, "1.14"),
    "svcSourceRangeCheck": Successor("", _ALWAYS, _UP_TO_1_19),
    "tunnel": Successor("routingMode", "with tunnelProtocol, where it is a tunnel", _VALIDATE, "1.15"),
}


def successor_of(path: Sequence[str]) -> Successor | None:
    """Return what took the place of a key, or of its nearest container that was replaced; None if nothing is known."""
    for end in range(len(path), 0, -1):
        found = _SUCCESSORS.get(".".join(path[:end]))
        if found is not None:
            return found._replace(old=tuple(path[:end]))
    return None


def replaced_paths() -> Iterator[str]:
    """Yield every dotted path that has a successor, in order."""
    yield from _SUCCESSORS
