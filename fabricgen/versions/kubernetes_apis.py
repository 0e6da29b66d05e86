"""Kubernetes: versions of its own kinds that are served no more, with the minor that took them away.

Used by the rules that read anybody's repository.
Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from collections.abc import Mapping
from typing import Final

from fabricgen.versions.version import Minor

_TABLE: Final[Mapping[Minor, Mapping[str, str]]] = {
    (1, 16): {
        "extensions/v1beta1": "DaemonSet Deployment NetworkPolicy PodSecurityPolicy ReplicaSet",
        "apps/v1beta1": "Deployment StatefulSet",
        "apps/v1beta2": "DaemonSet Deployment ReplicaSet StatefulSet",
    },
    (1, 22): {
        "admissionregistration.k8s.io/v1beta1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
        "apiextensions.k8s.io/v1beta1": "CustomResourceDefinition",
        "apiregistration.k8s.io/v1beta1": "APIService",
        "certificates.k8s.io/v1beta1": "CertificateSigningRequest",
        "coordination.k8s.io/v1beta1": "Lease",
        "extensions/v1beta1": "Ingress",
        "networking.k8s.io/v1beta1": "Ingress IngressClass",
        "rbac.authorization.k8s.io/v1beta1": "ClusterRole ClusterRoleBinding Role RoleBinding",
        "scheduling.k8s.io/v1beta1": "PriorityClass",
        "storage.k8s.io/v1beta1": "CSIDriver CSINode StorageClass VolumeAttachment",
    },
    (1, 25): {
        "autoscaling/v2beta1": "HorizontalPodAutoscaler",
        "batch/v1beta1": "CronJob",
        "discovery.k8s.io/v1beta1": "EndpointSlice",
        "events.k8s.io/v1beta1": "Event",
        "node.k8s.io/v1beta1": "RuntimeClass",
        "policy/v1beta1": "PodDisruptionBudget PodSecurityPolicy",
    },
    (1, 26): {
        "autoscaling/v2beta2": "HorizontalPodAutoscaler",
        "flowcontrol.apiserver.k8s.io/v1beta1": "FlowSchema PriorityLevelConfiguration",
    },
    (1, 27): {"storage.k8s.io/v1beta1": "CSIStorageCapacity"},
    (1, 29): {"flowcontrol.apiserver.k8s.io/v1beta2": "FlowSchema PriorityLevelConfiguration"},
    (1, 32): {"flowcontrol.apiserver.k8s.io/v1beta3": "FlowSchema PriorityLevelConfiguration"},
}

REMOVED: Final[Mapping[tuple[str, str], Minor]] = {
    (api_version, kind): minor
    for minor, versions in _TABLE.items()
    for api_version, kinds in versions.items()
    for kind in kinds.split()
}
"""apiVersion and kind -> the first minor that no longer serves them."""
