"""Which kinds stand in no namespace: kustomize and Flux give those none.

Source: `kubectl api-resources --namespaced=false` of Kubernetes 1.36, and the CRDs of the groups named here.
"""

from typing import Final

_CLUSTER_SCOPED: Final = frozenset(
    {
        ("", "Namespace"),
        ("", "Node"),
        ("", "PersistentVolume"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("cert-manager.io", "ClusterIssuer"),
        ("cilium.io", "CiliumBGPAdvertisement"),
        ("cilium.io", "CiliumBGPClusterConfig"),
        ("cilium.io", "CiliumBGPNodeConfig"),
        ("cilium.io", "CiliumBGPNodeConfigOverride"),
        ("cilium.io", "CiliumBGPPeerConfig"),
        ("cilium.io", "CiliumBGPPeeringPolicy"),
        ("cilium.io", "CiliumCIDRGroup"),
        ("cilium.io", "CiliumClusterwideEnvoyConfig"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ("cilium.io", "CiliumEgressGatewayPolicy"),
        ("cilium.io", "CiliumL2AnnouncementPolicy"),
        ("cilium.io", "CiliumLoadBalancerIPPool"),
        ("cilium.io", "CiliumNode"),
        ("cilium.io", "CiliumPodIPPool"),
        ("gateway.networking.k8s.io", "GatewayClass"),
        ("networking.k8s.io", "IngressClass"),
        ("node.k8s.io", "RuntimeClass"),
        ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
        ("storage.k8s.io", "CSIDriver"),
        ("storage.k8s.io", "StorageClass"),
    }
)


def is_cluster_scoped(group: str, kind: str) -> bool:
    """Tell whether objects of this kind stand in no namespace."""
    return (group, kind) in _CLUSTER_SCOPED
