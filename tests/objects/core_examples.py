"""Objects of Kubernetes, kustomize, Flux' sources and k3s, each as little and as much as it can say, as scripts build them."""

from fabricgen.objects import (
    ConfigMap,
    GitRepository,
    HelmChart,
    HelmRepository,
    Kustomization,
    Namespace,
    OCIRepository,
    Service,
)
from fabricgen.objects.model import Model

LABELS = {"app.kubernetes.io/name": "cilium", "team": ""}
ANNOTATIONS = {"kustomize.toolkit.fluxcd.io/prune": "disabled", "note": "any text, also äöü\nand lines"}
EVERYWHERE = {"labels": LABELS, "annotations": ANNOTATIONS}
META = {"name": "cilium", "namespace": "kube-system", **EVERYWHERE}
TARGET = {
    "group": "apps",
    "version": "v1",
    "kind": "DaemonSet",
    "name": "cilium.*",
    "namespace": "kube-system",
    "label_selector": "app=cilium",
    "annotation_selector": "a=b",
}
PATCH = {"patch": "- op: remove\n  path: /spec/a\n", "target": TARGET}
IMAGE = {
    "name": "quay.io/cilium/cilium",
    "new_name": "mirror/cilium",
    "new_tag": "v1.20.1",
    "digest": "sha256:00",
}
_KUBERNETES: dict[str, Model] = {
    "Namespace, least": Namespace(metadata={"name": "gateway"}),
    "Namespace, most": Namespace(metadata={"name": "gateway", **EVERYWHERE}),
    "ConfigMap, least": ConfigMap(metadata={"name": "empty"}),
    "ConfigMap, most": ConfigMap(
        metadata=META, data={"values.yaml": "a: 1\n"}, binary_data={"logo": "AAAA"}, immutable=True
    ),
    "Service, least": Service(metadata={"name": "web"}, spec={"ports": [{"port": 80}]}),
    "Service, most": Service(
        metadata=META,
        spec={
            "type": "LoadBalancer",
            "ports": (
                {"name": "http", "port": 80, "target_port": "web", "node_port": 30080, "protocol": "TCP"},
                {
                    "name": "dns",
                    "port": 53,
                    "target_port": 5353,
                    "protocol": "UDP",
                    "app_protocol": "example/dns",
                },
            ),
            "selector": LABELS,
            "cluster_ip": "10.96.0.20",
            "cluster_ips": ("10.96.0.20", "fd00:96::20"),
            "external_ips": ("192.0.2.1",),
            "external_traffic_policy": "Local",
            "internal_traffic_policy": "Cluster",
            "ip_families": ("IPv4", "IPv6"),
            "ip_family_policy": "PreferDualStack",
            "load_balancer_class": "io.cilium/l2-announcer",
            "load_balancer_source_ranges": ("10.0.0.0/8",),
            "allocate_load_balancer_node_ports": False,
            "health_check_node_port": 32000,
            "publish_not_ready_addresses": False,
            "session_affinity": "ClientIP",
            "session_affinity_config": {"client_ip": {"timeout_seconds": 600}},
            "traffic_distribution": "PreferClose",
        },
    ),
    "Service, headless": Service(
        metadata={"name": "peers"}, spec={"cluster_ip": "None", "selector": {"a": "b"}}
    ),
    "Service, external": Service(
        metadata={"name": "x"}, spec={"type": "ExternalName", "external_name": "a.example"}
    ),
    "Kustomization, least": Kustomization(),
    "Kustomization, most": Kustomization(
        metadata=META,
        namespace="kube-system",
        name_prefix="a-",
        name_suffix="-b",
        labels=[{"pairs": LABELS, "include_selectors": False, "include_templates": True}],
        common_annotations=ANNOTATIONS,
        resources=["namespace.yaml", "release.yaml"],
        components=["../component"],
        crds=["crds.yaml"],
        patches=[{**PATCH, "options": {"allowNameChange": True}}, {"path": "patch.yaml"}],
        config_map_generator=[
            {
                "name": "values",
                "namespace": "kube-system",
                "behavior": "create",
                "files": ["values.yaml"],
                "literals": ["a=b"],
                "envs": [".env"],
                "options": {"disable_name_suffix_hash": True, "immutable": True, **EVERYWHERE},
            }
        ],
        generator_options={"disable_name_suffix_hash": True},
        images=[IMAGE],
        build_metadata=["originAnnotations"],
    ),
}

_SOURCES: dict[str, Model] = {
    "GitRepository, least": GitRepository(
        metadata={"name": "home"}, spec={"interval": "1m", "url": "ssh://git@github.com/me/home.git"}
    ),
    "GitRepository, most": GitRepository(
        metadata=META,
        spec={
            "interval": "1m30s",
            "url": "https://github.com/me/home.git",
            "ref": {
                "branch": "main",
                "tag": "v1",
                "semver": "1.x",
                "name": "refs/heads/main",
                "commit": "abc",
            },
            "secret_ref": {"name": "key"},
            "provider": "azure",
            "service_account_name": "flux",
            "timeout": "90s",
            "ignore": "/*\n!/deploy\n",
            "include": [{"repository": {"name": "other"}, "from_path": "a", "to_path": "b"}],
            "sparse_checkout": ["deploy"],
            "recurse_submodules": False,
            "proxy_secret_ref": {"name": "proxy"},
            "verify": {"mode": "HEAD", "secret_ref": {"name": "keys"}},
            "suspend": False,
        },
    ),
    "HelmRepository, least": HelmRepository(
        metadata={"name": "cilium"}, spec={"url": "https://helm.cilium.io/"}
    ),
    "HelmRepository, most": HelmRepository(
        metadata=META,
        spec={
            "url": "oci://ghcr.io/charts",
            "type": "oci",
            "interval": "1h",
            "provider": "generic",
            "secret_ref": {"name": "login"},
            "cert_secret_ref": {"name": "ca"},
            "pass_credentials": False,
            "insecure": False,
            "timeout": "1m",
            "access_from": {"namespace_selectors": [{"match_labels": LABELS}]},
            "suspend": False,
        },
    ),
    "OCIRepository, least": OCIRepository(
        metadata={"name": "cilium"}, spec={"interval": "1h", "url": "oci://quay.io/cilium/charts/cilium"}
    ),
    "OCIRepository, most": OCIRepository(
        metadata=META,
        spec={
            "interval": "1h",
            "url": "oci://quay.io/cilium/charts/cilium",
            "ref": {"tag": "1.20.1", "semver": "1.x", "semver_filter": ".*", "digest": f"sha256:{'0' * 64}"},
            "layer_selector": {
                "media_type": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                "operation": "copy",
            },
            "secret_ref": {"name": "login"},
            "cert_secret_ref": {"name": "ca"},
            "proxy_secret_ref": {"name": "proxy"},
            "provider": "generic",
            "service_account_name": "flux",
            "timeout": "1m",
            "ignore": "*.md",
            "insecure": False,
            "verify": {
                "provider": "cosign",
                "secret_ref": {"name": "keys"},
                "trusted_root_secret_ref": {"name": "root"},
                "match_oidc_identity": [{"issuer": "^https://a$", "subject": "^b$"}],
            },
            "suspend": False,
        },
    ),
}

WITHOUT_SCHEMA: dict[str, Model] = {
    "HelmChart, least": HelmChart(metadata={"name": "cilium"}, spec={"chart": "cilium"}),
    "HelmChart, most": HelmChart(
        metadata=META,
        spec={
            "chart": "cilium",
            "repo": "https://helm.cilium.io/",
            "repo_ca": "-----BEGIN CERTIFICATE-----",
            "repo_ca_config_map": {"name": "ca"},
            "version": "1.20.1",
            "target_namespace": "kube-system",
            "create_namespace": False,
            "bootstrap": True,
            "values_content": "ipam:\n  mode: kubernetes\n",
            "values": {"ipam": {"mode": "kubernetes"}},
            "values_secrets": [{"name": "more", "keys_": ["values.yaml"], "ignore_updates": True}],
            "set_": {"a": 1, "b": "c"},
            "timeout": "10m",
            "failure_policy": "retry",
            "back_off_limit": 10,
            "take_ownership": True,
            "server_side": "auto",
            "force_conflicts": False,
            "job_image": "rancher/klipper-helm:v0.9.4",
            "auth_secret": {"name": "login"},
            "auth_pass_credentials": False,
            "docker_registry_secret": {"name": "registry"},
            "insecure_skip_tls_verify": False,
            "plain_http": False,
            "driver": "secret",
            "pod_security_context": {"runAsNonRoot": True},
            "security_context": {"readOnlyRootFilesystem": True},
        },
    ),
}

EXAMPLES = {**_KUBERNETES, **_SOURCES}
