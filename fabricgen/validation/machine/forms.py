"""Which documents configure machines: Talos and k3s are told by their keys, and by where they stand.

Used by validation and by the fabric that rules look at: what is a Talos patch is decided here alone.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, Literal


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


K3sRole = Literal["server", "agent", "unknown"]

TALOS_VERSION: Final = "v1alpha1"
TALOS_PLACE: Final = re.compile(r"talos|topf|talm|patches|machineconfig|clusterconfig", re.IGNORECASE)
_TALOS_ROOT: Final = frozenset({"machine", "cluster", "version", "debug", "persist", "sops"})
# Source: the fields of MachineConfig and ClusterConfig in pkg/machinery/config/types/v1alpha1/v1alpha1_types.go of
# siderolabs/talos, the same at v1.9.5 and v1.14.1.
_MACHINE: Final = _names(
    """
    type token ca acceptedCAs certSANs controlPlane kubelet pods network disks install files env time sysctls sysfs
    registries systemDiskEncryption features udev logging kernel seccompProfiles baseRuntimeSpecOverrides nodeLabels
    nodeAnnotations nodeTaints
    """
)
_CLUSTER: Final = _names(
    """
    id secret controlPlane clusterName network token aescbcEncryptionSecret secretboxEncryptionSecret ca acceptedCAs
    aggregatorCA serviceAccount apiServer controllerManager proxy scheduler discovery etcd coreDNS
    externalCloudProvider extraManifests extraManifestHeaders inlineManifests adminKubeconfig allowSchedulingOnMasters
    allowSchedulingOnControlPlanes
    """
)
# Any of these in a mapping without a kind makes it k3s' config. Source: <https://docs.k3s.io/cli/server>
_K3S_KEYS: Final = _names(
    """
    cluster-cidr cluster-init disable-kube-proxy disable-network-policy disable-cloud-controller etcd-expose-metrics
    flannel-backend kube-apiserver-arg kubelet-arg node-ip node-label node-taint secrets-encryption service-cidr tls-san
    write-kubeconfig-mode
    """
)
# Source: pkg/cli/cmds/{server,agent,root}.go of rancher/rke2, <https://docs.rke2.io/reference/server_config>
_RKE2_KEYS: Final = _names(
    """
    audit-policy-file cloud-provider-config cloud-provider-name cni control-plane-probe-configuration
    control-plane-resource-limits control-plane-resource-requests enable-servicelb etcd-image ingress-controller
    kube-apiserver-image kube-proxy-image pod-security-admission-config-file profile
    """
)
# A server's alone, and none that people also give to agents. Source: <https://docs.k3s.io/cli/agent>
_SERVERS_KEYS: Final = frozenset(
    {"cluster-init", "cluster-cidr", "service-cidr", "tls-san", "flannel-backend", "disable"}
)
_K3S_PLACE: Final = re.compile(r"k3s|rancher", re.IGNORECASE)
_SERVER_PLACE: Final = re.compile(r"(?:servers?|masters?|control-?planes?)-?\d*", re.IGNORECASE)
_AGENT_PLACE: Final = re.compile(r"(?:workers?|agents?)-?\d*", re.IGNORECASE)


def is_talos(body: Mapping[str, Any], *, file: str = "") -> bool:
    """Tell whether a mapping is a Talos machine config, a document of one, or a patch of it.

    A mapping with `machine` or `cluster` whose keys Talos does not know counts if `file` stands in a folder for such.
    """
    if body.get("apiVersion") == TALOS_VERSION and isinstance(body.get("kind"), str):
        return True
    if "kind" in body or "apiVersion" in body or not body.keys() <= _TALOS_ROOT:
        return False
    parts = [part for key in ("machine", "cluster") if isinstance(part := body.get(key), Mapping)]
    known = any(part.keys() & names for part, names in _known_parts(body))
    return known or (bool(parts) and TALOS_PLACE.search(file) is not None)


def _known_parts(body: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], frozenset[str]]]:
    both = ((body.get("machine"), _MACHINE), (body.get("cluster"), _CLUSTER))
    return [(part, names) for part, names in both if isinstance(part, Mapping)]


def is_k3s(body: Mapping[str, Any], *, file: str = "") -> bool:
    """Tell whether a mapping is a config.yaml of k3s, or a part of one."""
    if "kind" in body or "apiVersion" in body or not all(isinstance(key, str) for key in body):
        return False
    keys = {key.removesuffix("+") for key in body}
    joins = "server" in keys and bool(keys & {"token", "token-file"})
    return bool(keys & _K3S_KEYS) or (
        (joins or "agent-token" in keys) and _K3S_PLACE.search(file) is not None
    )


def is_rke2(body: Mapping[str, Any]) -> bool:
    """Tell whether a config is RKE2's, which is otherwise much like k3s'."""
    return any(key.removesuffix("+") in _RKE2_KEYS for key in body)


def k3s_role(keys: Collection[str], *, file: str) -> K3sRole:
    """Return whose config it is, as far as its place and its keys tell; keys without a `+` at the end."""
    from pathlib import PurePosixPath  # noqa: PLC0415 - takes 3 ms, and few runs have configs of k3s

    stems = [PurePosixPath(part).stem for part in PurePosixPath(file).parts]
    if any(_AGENT_PLACE.fullmatch(stem) for stem in stems):
        return "agent"
    if _SERVERS_KEYS & set(keys) or any(_SERVER_PLACE.fullmatch(stem) for stem in stems):
        return "server"
    return "unknown"
