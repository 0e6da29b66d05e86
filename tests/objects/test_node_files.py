"""Files without a kind: k3s' config.yaml, talconfig.yaml, topf.yaml; and the names of k3s' HelmChart."""

from typing import Literal

import pytest
from changed import GONE, changed
from node_file_examples import K3S, TALHELPER, TOPF

from fabricgen.objects import k3s_problems_of, talconfig_problems_of, topf_problems_of
from fabricgen.objects.k3s import HelmChartSpec

# spec of HelmChart, pkg/apis/helm.cattle.io/v1/types.go of k3s-io/helm-controller, July 2026.
CHART_FIELDS = [
    "targetNamespace",
    "createNamespace",
    "chart",
    "version",
    "repo",
    "repoCA",
    "repoCAConfigMap",
    "set",
    "values",
    "valuesContent",
    "valuesSecrets",
    "bootstrap",
    "takeOwnership",
    "serverSide",
    "forceConflicts",
    "chartContent",
    "jobImage",
    "backOffLimit",
    "timeout",
    "failurePolicy",
    "authSecret",
    "authPassCredentials",
    "insecureSkipTLSVerify",
    "plainHTTP",
    "dockerRegistrySecret",
    "podSecurityContext",
    "securityContext",
    "driver",
]

BACKENDS = "'none', 'vxlan', 'host-gw' or 'wireguard-native'"


def test_the_fields_of_a_helm_chart_are_those_of_k3s_but_for_the_version_of_helm() -> None:
    assert {field.alias for field in HelmChartSpec.model_fields.values()} == set(CHART_FIELDS)


@pytest.mark.parametrize(
    ("role", "path", "value", "told"),
    [
        (
            "server",
            "server",
            "https://a:6443",
            "cluster-init starts a cluster and server joins one; write one of the two",
        ),
        (
            "server",
            "token",
            "secret",
            "token: unknown field; a token does not belong in git; token-file names the file that holds it",
        ),
        (
            "server",
            "write-kubeconfig-mode",
            420,
            "write-kubeconfig-mode: 420 is a number; expected text; put it in quotes",
        ),
        (
            "server",
            "flannel-backend",
            "wireguard",
            f"flannel-backend: 'wireguard' is not allowed; allowed: {BACKENDS}; did you mean wireguard-native?",
        ),
        (
            "server",
            "disable_kube_proxy",
            True,
            "disable_kube_proxy: unknown field; did you mean disable-kube-proxy?",
        ),
        (
            "server",
            "disable-kube-proxy",
            "true",
            "disable-kube-proxy: 'true' is text; expected true or false",
        ),
        ("server", "disable", True, "disable: true is a truth value; expected text or a list"),
        (
            "server",
            "disable-apiserver-lb",
            True,
            "disable-apiserver-lb: unknown field; only agents have this key",
        ),
        ("agent", "server", GONE, "server: this must be given: an agent joins a server"),
        (
            "agent",
            "server",
            "192.168.1.10:6443",
            "server: '192.168.1.10:6443' is not a server's address such as https://192.168.1.10:6443",
        ),
        ("agent", "flannel-backend", "none", "flannel-backend: unknown field; only servers have this key"),
        ("agent", "tls-san", ["a"], "tls-san: unknown field; only servers have this key"),
        ("agent", "cluster-cidr", "10.0.0.0/8", "cluster-cidr: unknown field; only servers have this key"),
        (
            "agent",
            "node-name",
            "pi_2",
            "node-name: 'pi_2' is not a DNS label: at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends",
        ),
    ],
)
def test_a_fault_in_a_k3s_config_is_told(
    role: Literal["server", "agent"], path: str, value: object, told: str
) -> None:
    body = changed(K3S[role].to_body(), path, value)

    assert [str(problem) for problem in k3s_problems_of(body, role=role)] == [told]


def test_a_part_of_an_agents_config_need_not_say_which_server_it_joins() -> None:
    assert k3s_problems_of({"node-name": "pi-2"}, role="agent", fragment=True) == ()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("nodes", [], "nodes: this must not be empty"),
        ("nodes.1.hostname", "allyrion", "two nodes have the hostname 'allyrion'"),
        ("nodes.1.ipAddress", "10.4.0.10", "two nodes have the ipAddress '10.4.0.10'"),
        ("nodes.0.installDisk", GONE, "nodes[0]: write exactly one of: installDisk, installDiskSelector"),
        (
            "nodes.0.installDiskSelector",
            {},
            "nodes[0]: write exactly one of: installDisk, installDiskSelector",
        ),
        ("nodes.0.controlplane", True, "nodes[0].controlplane: unknown field; did you mean controlPlane?"),
        ("endpoint", "10.4.0.9", "endpoint: '10.4.0.9' is not an endpoint such as https://10.4.0.9:6443"),
        ("patches.0", {"machine": {}}, "patches[0]: this is a mapping; expected text"),
        (
            "controlPlane.machineSpec.arch",
            "aarch64",
            "controlPlane.machineSpec.arch: 'aarch64' is not allowed; allowed: 'amd64' or 'arm64'; did you mean arm64?",
        ),
        ("kubernetesVersion", 1.35, "kubernetesVersion: 1.35 is a number; expected text; put it in quotes"),
    ],
)
def test_a_fault_in_a_talconfig_is_told(path: str, value: object, told: str) -> None:
    body = changed(TALHELPER["most"].to_body(), path, value)

    assert [str(problem) for problem in talconfig_problems_of(body)] == [told]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            "nodes.0.role",
            "controlplane",
            "nodes[0].role: 'controlplane' is not allowed; allowed: 'control-plane' or 'worker'; did you mean control-plane?",
        ),
        (
            "nodes.0.ip",
            "10.4.0.10/20",
            "nodes[0].ip: 10.4.0.10/20 is a network form; an address has no prefix length: 10.4.0.10",
        ),
        ("nodes.1.host", "allyrion", "two nodes have the host 'allyrion'"),
        (
            "schematicId",
            "pi4",
            "schematicId: 'pi4' is not a schematic: the 64 hexadecimal digits of its id, or @ and a file",
        ),
        ("kubernetesVersion", "1.35", "kubernetesVersion: '1.35' is not a version such as 1.35.2"),
        ("clusterEndpoint", GONE, "clusterEndpoint: this must be given"),
        ("endpoint", "https://a", "endpoint: unknown field; did you mean clusterEndpoint?"),
    ],
)
def test_a_fault_in_a_topf_file_is_told(path: str, value: object, told: str) -> None:
    body = changed(TOPF["most"].to_body(), path, value)

    assert [str(problem) for problem in topf_problems_of(body)] == [told]
