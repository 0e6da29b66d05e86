"""Bootstrap: the same Helm values as the HelmRelease, and steps that script and runbook share."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from homes import BY_CLI, DOCKER, FLANNEL, K3S, TALOS, document, home, read, rendered

from fabricgen.documents.bootstrap import credentials
from fabricgen.documents.bootstrap.cilium import plural
from fabricgen.yamlio import dump_document

VALUES, RELEASE = "bootstrap/cilium-values.yaml", "infrastructure/cilium/release.yaml"
HELM_CHART, SYNC = "bootstrap/cilium-helmchart.yaml", "bootstrap/flux-sync.yaml"
SCRIPT, RUNBOOK = "bootstrap/bootstrap.sh", "bootstrap/README.md"
SERVERS = {
    "nodes": [
        {"name": f"server{at}", "role": "control-plane", "address": f"10.0.0.1{at}"} for at in range(1, 4)
    ]
}
OCI = {"cni__cilium__chart": {"oci": "oci://quay.io/cilium/charts/cilium"}}
DIGEST = f"sha256:{'ab' * 32}"
GATEWAY = {"gateways": [{"name": "web", "listeners": [{"name": "http", "port": 80}]}]}
CERTIFICATE = {
    "gateways": [
        {
            "name": "web",
            "listeners": [{"name": "https", "port": 443, "protocol": "HTTPS", "certificate": "tls"}],
        }
    ]
}
WITH_SECRET: dict[str, Any] = {"flux__git__secret": "deploy"}
RELAY = {"cni__cilium__hubble": {"enabled": True, "relay": True}}
BGP = {
    "asn": 64512,
    "peers": [
        {"name": name, "address": address, "asn": 64513, "passwordSecret": "bgp"}
        for name, address in (("left", "10.0.0.2"), ("right", "10.0.0.3"))
    ],
}
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "talos": (TALOS, {"cni__cilium__gatewayAPI": GATEWAY}),
    "talos-cli": (TALOS, {**BY_CLI, "flux__git__secret": "flux-system"}),
    "talos-flannel": (TALOS, FLANNEL),
    "docker": (DOCKER, {}),
    "docker-flannel": (DOCKER, FLANNEL),
    "k3s": (K3S, {"cni__cilium__monitoring": {"serviceMonitors": True}}),
    "k3s-servers": (K3S, SERVERS),
    "k3s-flannel": (K3S, FLANNEL),
}


@pytest.fixture(params=KINDS)
def files(request: pytest.FixtureRequest) -> dict[str, str]:
    """The tree of one kind of cluster."""
    description, changes = KINDS[request.param]
    return rendered(home(description, **changes))


def steps_of(script: str) -> list[str]:
    block = re.search(r"^steps=\(\n(.*?)^\)", script, flags=re.MULTILINE | re.DOTALL)
    assert block
    return block[1].split()


def function_of(script: str, step: str) -> str:
    body = re.search(rf"^{step.replace('-', '_')}\(\) {{\n(.*?)^}}", script, flags=re.MULTILINE | re.DOTALL)
    assert body
    return body[1]


def section_of(runbook: str, step: str) -> str:
    section = re.search(rf"^`{step}`: .*?```bash\n(.*?)```", runbook, flags=re.MULTILINE | re.DOTALL)
    assert section
    return section[1]


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


# The values


@pytest.mark.parametrize(
    ("description", "changes"),
    [(TALOS, {}), (TALOS, OCI), (K3S, RELAY), (TALOS, {"cni__cilium__values": {"debug": {"enabled": True}}})],
)
def test_the_values_are_byte_for_byte_those_of_the_release(description: dict[str, Any], changes: Any) -> None:
    cluster = home(description, **changes)

    values = document(cluster, VALUES).body
    release = document(cluster, RELEASE).body["spec"]["values"]

    assert dump_document(values) == dump_document(release)


def test_the_values_carry_the_reasons_of_the_release() -> None:
    cluster = home()

    values = {one.path: one.why for one in document(cluster, VALUES).settings}
    release = {
        one.path[2:]: one.why for one in document(cluster, RELEASE).settings if one.path[1] == "values"
    }

    assert values == release
    assert len(values) > 10


def test_k3s_installs_the_very_same_values_under_the_same_name() -> None:
    cluster = home(K3S)

    chart = document(cluster, HELM_CHART).body
    release = document(cluster, RELEASE).body["spec"]

    assert chart["spec"]["valuesContent"] == dump_document(release["values"])
    assert chart["metadata"] == {"name": release["releaseName"], "namespace": release["storageNamespace"]}
    assert chart["spec"]["targetNamespace"] == release["targetNamespace"]
    assert chart["spec"]["version"] == release["chart"]["spec"]["version"]


def test_the_values_content_survives_being_written() -> None:
    cluster = home(K3S)

    chart = read(rendered(cluster)[HELM_CHART].partition("---\n")[2])

    assert read(chart["spec"]["valuesContent"]) == document(cluster, VALUES).body


def test_k3s_neither_uninstalls_a_cni_nor_waits_for_a_ready_node() -> None:
    spec = document(home(K3S), HELM_CHART).body["spec"]

    assert spec["failurePolicy"] == "abort"
    assert spec["bootstrap"] is True


def test_a_chart_from_a_registry_has_no_repository_in_k3s() -> None:
    spec = document(home(K3S, **OCI), HELM_CHART).body["spec"]

    assert spec["chart"] == "oci://quay.io/cilium/charts/cilium"
    assert "repo" not in spec


def test_a_helm_chart_object_is_for_k3s_only() -> None:
    assert HELM_CHART not in rendered(home())
    assert VALUES in rendered(home())


@pytest.mark.parametrize("description", [TALOS, K3S, DOCKER])
def test_with_flannel_there_are_no_values(description: dict[str, Any]) -> None:
    tree = rendered(home(description, **FLANNEL))

    assert VALUES not in tree
    assert HELM_CHART not in tree


# Flux' own objects


def test_the_cli_install_gets_the_objects_of_flux_bootstrap() -> None:
    cluster = home(**BY_CLI, **WITH_SECRET)

    source, root = (document(cluster, SYNC, index=at).body for at in range(2))

    assert source["kind"] == "GitRepository"
    assert source["spec"] == {
        "interval": "1m",
        "url": "https://example.org/home.git",
        "ref": {"branch": "main"},
        "secretRef": {"name": "deploy"},
    }
    assert root["spec"]["path"] == "./gitops/home/flux"
    assert root["spec"]["sourceRef"] == {"kind": "GitRepository", "name": "flux-system"}
    assert {one["metadata"]["name"] for one in (source, root)} == {"flux-system"}


def test_an_artifact_is_read_by_its_tag_in_the_version_of_that_flux() -> None:
    oci = {"version": "2.5.1", "install": "cli", "oci": {"url": "oci://example.org/home", "tag": "v1"}}
    cluster = home(kubernetes="1.32.1", flux=oci)

    source = document(cluster, SYNC).body

    assert source["apiVersion"] == "source.toolkit.fluxcd.io/v1beta2"
    assert source["spec"]["ref"] == {"tag": "v1"}


def test_the_operator_needs_no_sync_objects_of_ours() -> None:
    tree = rendered(home())

    assert SYNC not in tree
    assert "infrastructure/flux-instance/instance.yaml" in function_of(tree[SCRIPT], "start-flux")


# Script and runbook


def test_nothing_of_bootstrap_is_synced(files: dict[str, str]) -> None:
    synced = [text for path, text in files.items() if path.endswith("kustomization.yaml")]

    assert not any("bootstrap" in text for text in synced)
    assert not any(path.startswith("bootstrap/") for path in files if path.endswith("kustomization.yaml"))


def test_script_and_runbook_have_the_same_steps(files: dict[str, str]) -> None:
    told = re.findall(r"^`([a-z0-9-]+)`: ", files[RUNBOOK], flags=re.MULTILINE)

    assert told == steps_of(files[SCRIPT])


def test_script_and_runbook_have_the_same_commands(files: dict[str, str]) -> None:
    differing = [
        step
        for step in steps_of(files[SCRIPT])
        if "\n".join(lines_of(section_of(files[RUNBOOK], step)))
        not in "\n".join(lines_of(function_of(files[SCRIPT], step)))
    ]

    assert differing == []


def test_the_tables_of_the_runbook_and_its_lines_end_cleanly(files: dict[str, str]) -> None:
    text = files[RUNBOOK]

    assert text.endswith("\n")
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert "\n\n\n" not in text


def test_every_file_that_a_step_reads_is_there(files: dict[str, str]) -> None:
    folders = "bootstrap|infrastructure|k3s|talos"
    named = set(re.findall(rf"[@ =]((?:{folders})/[\w./-]+\.(?:yaml|sh))", files[SCRIPT]))

    assert named
    assert named <= set(files)


def test_the_script_passes_shellcheck(
    files: dict[str, str], tool: Callable[[str], str], tmp_path: Path
) -> None:
    script = tmp_path / "bootstrap.sh"
    script.write_text(files[SCRIPT])

    done = subprocess.run([tool("shellcheck"), script], capture_output=True, text=True, check=False)

    assert done.stdout == ""
    assert done.returncode == 0


def test_only_cilium_needs_cilium(files: dict[str, str]) -> None:
    cilium_runs = RELEASE in files

    assert ("install-cilium" in steps_of(files[SCRIPT])) == cilium_runs
    assert ("helm upgrade --install cilium" in files[SCRIPT]) == cilium_runs


def test_the_pod_network_comes_before_flux_and_the_crds_before_the_pod_network() -> None:
    steps = steps_of(rendered(home(cni__cilium__gatewayAPI=GATEWAY))[SCRIPT])
    order = [
        "wait-for-nodes",
        "install-gateway-crds",
        "install-cilium",
        "wait-for-network",
        "install-flux",
        "start-flux",
    ]

    assert [step for step in steps if step in order] == order


def test_the_crds_come_from_the_pinned_commit_under_their_own_plurals() -> None:
    cluster = home(cni__cilium={"version": "1.20.1", "gatewayAPI": GATEWAY})
    body = function_of(rendered(cluster)[SCRIPT], "install-gateway-crds")

    assert "config/crd?ref=8bb74df00e56ec8f944d48c25e6c1c9c2f6848e3" in body
    assert "crd/gateways.gateway.networking.k8s.io" in body
    assert "crd/backendtlspolicies.gateway.networking.k8s.io" in body


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Gateway", "gateways"), ("GatewayClass", "gatewayclasses"), ("BackendTLSPolicy", "backendtlspolicies")],
)
def test_a_kind_has_the_plural_of_its_crd(kind: str, name: str) -> None:
    assert plural(kind) == name


@pytest.mark.parametrize(("version", "waits"), [("1.18.6", False), ("1.19.6", True)])
def test_helm_waits_only_where_the_certificates_do_not_wait_for_it(version: str, *, waits: bool) -> None:
    cluster = home(kubernetes="1.33.4", cni__cilium__version=version, **RELAY)
    body = function_of(rendered(cluster)[SCRIPT], "install-cilium")

    assert ("--wait" in body) == waits


@pytest.mark.parametrize(("expose", "waits"), [("none", True), ("load-balancer", False)])
def test_helm_does_not_wait_for_an_address_that_a_later_layer_hands_out(expose: str, *, waits: bool) -> None:
    tree = rendered(home(cni__cilium__hubble={"relay": True, "ui": {"expose": expose}}))

    assert ("--wait" in section_of(tree[RUNBOOK], "install-cilium")) == waits
    assert ("--wait" in function_of(tree[SCRIPT], "install-cilium")) == waits
    assert (
        " Without --wait: Helm would wait for the address of Hubble's interface, which a later layer hands out."
        in tree[RUNBOOK]
    ) != waits


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "cilium cilium \\\n    --repo https://helm.cilium.io/ --version 1.19.6"),
        (OCI, "cilium oci://quay.io/cilium/charts/cilium \\\n    --version 1.19.6"),
        (
            {"cni__cilium__chart": {"oci": "oci://quay.io/cilium/charts/cilium", "digest": DIGEST}},
            f"cilium oci://quay.io/cilium/charts/cilium@{DIGEST}",
        ),
    ],
)
def test_helm_installs_the_pinned_chart_from_where_flux_takes_it(changes: Any, expected: str) -> None:
    assert expected in function_of(rendered(home(**changes))[SCRIPT], "install-cilium")


def test_service_monitors_need_their_crd_first() -> None:
    steps = steps_of(rendered(home(cni__cilium__monitoring={"serviceMonitors": True}))[SCRIPT])

    assert steps.index("install-monitor-crd") < steps.index("install-cilium")


def test_dashboards_have_their_namespace_before_the_chart_puts_them_there() -> None:
    elsewhere = {"dashboards": "configmaps", "namespace": "observability"}
    files = rendered(home(cni__cilium__monitoring=elsewhere))
    at_home = steps_of(rendered(home(cni__cilium__monitoring={"dashboards": "configmaps"}))[SCRIPT])

    steps = steps_of(files[SCRIPT])

    assert steps.index("make-namespaces") < steps.index("install-cilium")
    assert "infrastructure/namespaces/namespaces.yaml" in function_of(files[SCRIPT], "make-namespaces")
    assert "name: observability" in files["infrastructure/namespaces/namespaces.yaml"]
    assert "make-namespaces" not in at_home


def test_each_machine_gets_its_own_patches_and_its_own_address() -> None:
    script = rendered(home())[SCRIPT]

    assert "talosctl gen config home https://10.0.0.9:6443" in function_of(script, "generate-configs")
    assert "--patch @talos/node/two/machine.yaml" in function_of(script, "generate-node-configs")
    assert "give_config two 10.0.0.12" in function_of(script, "apply-configs")
    assert "talosctl --nodes 10.0.0.11 bootstrap" in function_of(script, "bootstrap-etcd")


def test_the_runbook_names_the_image_of_each_kind_of_hardware() -> None:
    nodes = [
        {"name": "one", "role": "control-plane", "address": "10.0.0.11", "hardware": "raspberry-pi-4"},
        {"name": "two", "role": "worker", "address": "10.0.0.12", "disk": "/dev/sda"},
    ]
    runbook = rendered(home(nodes=nodes))[RUNBOOK]

    assert "| raspberry-pi-4 | one | <https://factory.talos.dev/image/ee21ef4a" in runbook
    assert "/v1.12.5/metal-arm64.raw.xz>" in runbook
    assert "/v1.12.5/metal-amd64.iso>" in runbook


def test_containers_are_made_in_the_background_only_where_cilium_makes_them_ready() -> None:
    with_cilium = section_of(rendered(home(DOCKER))[RUNBOOK], "create-containers")
    with_flannel = section_of(rendered(home(DOCKER, **FLANNEL))[RUNBOOK], "create-containers").replace(
        "2>&1", ""
    )

    assert with_cilium.rstrip().endswith("&")
    assert "&" not in with_flannel


@pytest.mark.parametrize(
    ("description", "changes", "needed"),
    [(DOCKER, FLANNEL, True), (DOCKER, {}, False), (TALOS, FLANNEL, False), (K3S, FLANNEL, False)],
)
def test_flannel_in_containers_needs_a_module_of_the_kernel_under_docker(
    description: dict[str, Any], changes: dict[str, Any], *, needed: bool
) -> None:
    needs = (
        rendered(home(description, **changes))[RUNBOOK].partition("## What you need")[2].partition("\n## ")[0]
    )

    assert ("`sudo modprobe br_netfilter`" in needs) == needed


def test_servers_join_with_the_servers_config_and_agents_with_the_agents() -> None:
    script = rendered(home(K3S, **SERVERS))[SCRIPT]
    alone = rendered(home(K3S))[SCRIPT]

    assert "k3s/server/config.yaml" in function_of(script, "join-servers")
    assert "join-agents" not in steps_of(script)
    assert "k3s/agent/config.yaml" in function_of(alone, "join-agents")
    assert "join-servers" not in steps_of(alone)


def test_k3s_lets_go_of_the_release_before_its_object_is_deleted() -> None:
    runbook = rendered(home(K3S))[RUNBOOK]
    marks = ["sudo rm ", "unmanaged=true", '"finalizers":null', "delete helmcharts.helm.cattle.io cilium"]

    places = [runbook.index(mark) for mark in marks]

    assert places == sorted(places)


# Secrets


@pytest.mark.parametrize(
    ("flux", "make"),
    [
        (
            {"git": {"url": "https://example.org/home.git", "secret": "deploy"}},
            '--from-literal=password="$(cat ',
        ),
        (
            {"git": {"url": "ssh://git@example.org/home.git", "secret": "deploy"}},
            '--from-file=identity="$SECRETS/',
        ),
        (
            {"oci": {"url": "oci://example.org/home", "secret": "deploy"}},
            "create secret docker-registry deploy",
        ),
    ],
)
def test_the_credentials_of_flux_are_named_and_never_written(flux: dict[str, Any], make: str) -> None:
    cluster = home(flux={"version": "2.9.5", "install": "cli", **flux})
    tree = rendered(cluster)

    (found,) = credentials(cluster)

    assert make in found.one_line
    assert make in tree[RUNBOOK]
    assert "get secret deploy" in function_of(tree[SCRIPT], "check-secrets")
    assert "create secret" not in tree[SCRIPT]


def test_a_secret_that_two_peers_share_is_told_once() -> None:
    found = credentials(home(cni__cilium__bgp=BGP, networks__loadBalancers__lan__announce=["bgp"]))

    assert [(one.namespace, one.name) for one in found] == [("kube-system", "bgp")]


def test_a_certificate_can_come_later() -> None:
    cluster = home(cni__cilium__gatewayAPI=CERTIFICATE)

    (found,) = credentials(cluster)

    assert not found.early
    assert "check-secrets" not in steps_of(rendered(cluster)[SCRIPT])
