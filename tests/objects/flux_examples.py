"""Objects of Flux, each as little and as much as it can say, as scripts build them."""

from core_examples import EVERYWHERE, IMAGE, META, PATCH, TARGET

from fabricgen.objects import (
    FluxInstance,
    FluxKustomization,
    HelmRelease,
)
from fabricgen.objects.model import Model

IGNORE = {"paths": ("/spec/replicas",), "target": TARGET}
EXPRESSION = {
    "api_version": "cilium.io/v2",
    "kind": "CiliumLoadBalancerIPPool",
    "current": "true",
    "in_progress": "false",
    "failed": "false",
}
DEPENDENCY = {"name": "gateway-api-crds", "namespace": "flux-system", "ready_expr": "dep.status.ready"}
STRATEGY = {"name": "RetryOnFailure", "retry_interval": "2m"}
ACTION = {"timeout": "15m", "disable_hooks": False, "disable_wait": False, "disable_wait_for_jobs": False}
APPLY = {
    **ACTION,
    "crds": "CreateReplace",
    "strategy": STRATEGY,
    "disable_open_api_validation": False,
    "disable_schema_validation": False,
    "disable_take_ownership": False,
}
REMEDIATION = {"retries": -1, "ignore_test_failures": False, "remediate_last_failure": False}

EXAMPLES: dict[str, Model] = {
    "HelmRelease, least": HelmRelease(
        metadata={"name": "cilium"},
        spec={"interval": "30m", "chart_ref": {"kind": "OCIRepository", "name": "cilium"}},
    ),
    "HelmRelease, most": HelmRelease(
        metadata=META,
        spec={
            "interval": "30m",
            "chart": {
                "metadata": EVERYWHERE,
                "spec": {
                    "chart": "cilium",
                    "version": "1.20.1",
                    "source_ref": {
                        "api_version": "source.toolkit.fluxcd.io/v1",
                        "kind": "HelmRepository",
                        "name": "cilium",
                        "namespace": "flux-system",
                    },
                    "interval": "1h",
                    "reconcile_strategy": "ChartVersion",
                    "values_files": ["values.yaml"],
                    "ignore_missing_values_files": False,
                    "verify": {"provider": "cosign", "secret_ref": {"name": "keys"}},
                },
            },
            "release_name": "cilium",
            "target_namespace": "kube-system",
            "storage_namespace": "kube-system",
            "timeout": "15m",
            "depends_on": [DEPENDENCY],
            "service_account_name": "flux",
            "persistent_client": False,
            "max_history": 5,
            "install": {
                **APPLY,
                "remediation": REMEDIATION,
                "create_namespace": False,
                "replace": False,
                "server_side_apply": True,
            },
            "upgrade": {
                **APPLY,
                "remediation": {**REMEDIATION, "strategy": "rollback"},
                "chart_name_change_strategy": "InPlaceUpdate",
                "cleanup_on_fail": False,
                "force": False,
                "preserve_values": False,
                "server_side_apply": "auto",
            },
            "rollback": {**ACTION, "cleanup_on_fail": True, "force": False, "server_side_apply": "auto"},
            "uninstall": {
                "timeout": "5m",
                "disable_hooks": False,
                "disable_wait": False,
                "deletion_propagation": "orphan",
                "keep_history": True,
            },
            "test": {
                "enable": True,
                "timeout": "5m",
                "ignore_failures": True,
                "filters": [{"name": "slow", "exclude": True}],
            },
            "drift_detection": {"mode": "warn", "ignore": [IGNORE]},
            "wait_strategy": {"name": "poller"},
            "health_check_exprs": [EXPRESSION],
            "common_metadata": EVERYWHERE,
            "post_renderers": [{"kustomize": {"patches": [PATCH], "images": [IMAGE]}}],
            "post_render_strategy": "combined",
            "kube_config": {"secret_ref": {"name": "other", "key": "value"}},
            "suspend": False,
            "values_from": [
                {
                    "kind": "ConfigMap",
                    "name": "values",
                    "values_key": "values.yaml",
                    "target_path": "a.b[0]",
                    "optional": True,
                    "literal": False,
                }
            ],
            "values": {"ipam": {"mode": "kubernetes"}, "devices": ["end0"], "removed": None},
        },
    ),
    "HelmRelease, that remediates": HelmRelease(
        metadata={"name": "a"},
        spec={
            "interval": "1h",
            "chart_ref": {"kind": "HelmChart", "name": "a", "namespace": "b", "api_version": "v1"},
            "install": {"strategy": {"name": "RemediateOnFailure"}},
            "kube_config": {"config_map_ref": {"name": "other"}},
        },
    ),
    "FluxKustomization, least": FluxKustomization(
        metadata={"name": "cilium"},
        spec={
            "interval": "1h",
            "prune": True,
            "source_ref": {"kind": "GitRepository", "name": "flux-system"},
        },
    ),
    "FluxKustomization, most": FluxKustomization(
        metadata=META,
        spec={
            "interval": "1h",
            "retry_interval": "2m",
            "timeout": "20m",
            "path": "./gitops/home/infrastructure/cilium",
            "source_ref": {
                "api_version": "source.toolkit.fluxcd.io/v1",
                "kind": "OCIRepository",
                "name": "flux-system",
                "namespace": "flux-system",
            },
            "prune": True,
            "deletion_policy": "Orphan",
            "wait": True,
            "force": False,
            "suspend": False,
            "depends_on": [DEPENDENCY],
            "health_checks": [
                {"api_version": "apps/v1", "kind": "DaemonSet", "name": "cilium", "namespace": "kube-system"}
            ],
            "health_check_exprs": [EXPRESSION],
            "target_namespace": "kube-system",
            "service_account_name": "flux",
            "kube_config": {"secret_ref": {"name": "other"}},
            "common_metadata": EVERYWHERE,
            "name_prefix": "a-",
            "name_suffix": "-b",
            "patches": [PATCH],
            "images": [IMAGE],
            "components": ["../component"],
            "ignore_missing_components": False,
            "decryption": {"provider": "sops", "secret_ref": {"name": "age"}, "service_account_name": "sops"},
            "post_build": {
                "substitute": {"a": "b"},
                "substitute_from": [{"kind": "ConfigMap", "name": "vars", "optional": True}],
                "substitute_strategy": "WithVariables",
            },
            "build_metadata": ["originAnnotations"],
            "ignore": [IGNORE],
        },
    ),
    "FluxInstance, least": FluxInstance(
        metadata={"name": "flux"}, spec={"distribution": {"version": "2.9.4", "registry": "ghcr.io/fluxcd"}}
    ),
    "FluxInstance, most": FluxInstance(
        metadata={"name": "flux", "namespace": "flux-system", **EVERYWHERE},
        spec={
            "distribution": {
                "version": "2.9.4",
                "registry": "ghcr.io/fluxcd",
                "artifact": "oci://ghcr.io/controlplaneio-fluxcd/flux-operator-manifests",
                "artifact_pull_secret": "a",
                "image_pull_secret": "b",
                "variant": "upstream-alpine",
            },
            "components": ["source-controller", "kustomize-controller", "helm-controller"],
            "cluster": {
                "type": "kubernetes",
                "size": "small",
                "domain": "cluster.local",
                "network_policy": True,
                "multitenant": True,
                "tenant_default_service_account": "flux",
                "multitenant_workload_identity": True,
                "object_level_workload_identity": True,
                "tenant_default_decryption_service_account": "flux",
                "tenant_default_kube_config_service_account": "flux",
            },
            "sync": {
                "kind": "GitRepository",
                "url": "ssh://git@github.com/me/home.git",
                "ref": "refs/heads/main",
                "path": "gitops/home/flux",
                "name": "flux-system",
                "interval": "1m",
                "provider": "generic",
                "pull_secret": "flux-system",
            },
            "kustomize": {"patches": [PATCH]},
            "common_metadata": EVERYWHERE,
            "sharding": {"key": "shard", "shards": ["a"], "storage": "persistent"},
            "storage": {"storage_class": "standard", "size": "10Gi"},
            "migrate_resources": True,
            "wait": True,
        },
    ),
}
