"""Rules of network policies: what they must not say, versions, what is unknown."""

import pytest

from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit, policies
from fabricgen.rules.example import clusters_of
from fabricgen.rules.rule import RULES

assert policies.__all__

POLICY = """\
# file: policies/{name}.yaml
apiVersion: cilium.io/v2
kind: {kind}
metadata:
  name: {name}
  namespace: shop
spec:
  endpointSelector: {{}}
"""
CILIUM = """\
# file: infrastructure/cilium/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cilium, namespace: kube-system}}
spec:
  chart: {{spec: {{chart: cilium, version: {version}, sourceRef: {{kind: HelmRepository, name: cilium}}}}}}
  values: {values}
"""
NODES = """\
# file: talconfig.yaml
clusterName: home
talosVersion: v1.12.0
nodes:
  - {hostname: cp-1, ipAddress: 192.168.10.11, controlPlane: true}
  - {hostname: cp-2, ipAddress: 192.168.10.12, controlPlane: true}
"""


def policy(spec: str, *, name: str = "shop", kind: str = "CiliumNetworkPolicy") -> str:
    return POLICY.format(name=name, kind=kind) + "".join(f"  {line}\n" for line in spec.splitlines())


def cilium(values: str = "{}", version: str = "1.20.2") -> str:
    return CILIUM.format(values=values, version=version)


def hits(rule: str, *files: str) -> list[Hit]:
    clusters = clusters_of("".join(files))
    return [hit for cluster in clusters for _, hit in hits_of(infer(cluster), [RULES[rule]])]


@pytest.mark.parametrize("version", ["1.17.16", "1.18.11"])
def test_requirements_were_valid_before_cilium_1_19(version: str) -> None:
    spec = "ingress:\n- fromRequires: [{matchLabels: {zone: inside}}]"

    assert hits("POL002", policy(spec), cilium(version=version)) == []


def test_requirements_are_passed_over_where_no_version_is_told() -> None:
    spec = "ingress:\n- fromRequires: [{matchLabels: {zone: inside}}]"

    assert hits("POL002", policy(spec), cilium(version="'>=1.18'")) == []


def test_an_empty_list_is_meant_where_default_deny_is_told() -> None:
    spec = "enableDefaultDeny: {ingress: false}\ningress: []\negress: [{toEntities: [world]}]"

    assert hits("POL005", policy(spec)) == []


def test_a_port_that_flux_fills_in_is_no_number() -> None:
    spec = "ingress:\n- toPorts: [{ports: [{port: '${PORT}'}]}]"

    assert hits("POL006", policy(spec)) == []


def test_a_number_becomes_a_text_by_the_fix() -> None:
    spec = "ingress:\n- toPorts: [{ports: [{port: 80}]}]"

    (hit,) = hits("POL006", policy(spec))

    assert [(edit.operation, edit.path[-1], edit.value) for edit in hit.edits] == [("set", "port", "80")]


@pytest.mark.parametrize(("version", "found"), [("1.19.6", 1), ("1.20.2", 0)])
def test_the_mesh_is_an_entity_since_cilium_1_20(version: str, found: int) -> None:
    spec = "egress:\n- toEntities: [cluster-mesh]"

    assert len(hits("POL011", policy(spec), cilium(version=version))) == found


def test_the_dns_of_the_policys_own_namespace_needs_no_namespace() -> None:
    spec = "egress:\n- toEndpoints: [{matchLabels: {k8s-app: kube-dns}}]"
    own = policy(spec).replace("namespace: shop", "namespace: kube-system")

    assert hits("POL013", own) == []


def test_labels_that_the_chart_is_told_to_keep_may_be_any() -> None:
    spec = "ingress:\n- fromEndpoints: [{matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}]"

    assert len(hits("POL015", policy(spec), cilium())) == 1
    assert hits("POL015", policy(spec), cilium("{labels: 'k8s:.*'}")) == []


def test_a_network_with_more_than_the_cluster_in_it_matches_something() -> None:
    spec = "egress:\n- toCIDR: [192.168.10.0/24]"

    assert hits("POL023", policy(spec), cilium(), NODES) == []


def test_nodes_by_address_match_where_the_agents_are_told_so() -> None:
    spec = "egress:\n- toCIDR: [192.168.10.11/32]"

    assert len(hits("POL023", policy(spec), cilium(), NODES)) == 1
    assert hits("POL023", policy(spec), cilium("{policyCIDRMatchMode: [nodes]}"), NODES) == []


def test_lookups_that_a_policy_for_the_whole_cluster_shows_count() -> None:
    named = policy("egress:\n- toFQDNs: [{matchName: api.example.com}]")
    lookups = "egress:\n- toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]"

    assert len(hits("POL031", named)) == 1
    assert hits("POL031", named, policy(lookups, name="dns", kind="CiliumClusterwideNetworkPolicy")) == []


@pytest.mark.parametrize(
    "spec",
    [
        "egress:\n- {}",
        "egress:\n- toCIDR: [192.0.2.1/32]",
        "egress:\n- toEntities: [kube-apiserver]",
        "egress:\n- toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system}}]",
        "egress:\n- toEndpoints: [{matchLabels: {app: db}}]\n- toEntities: [cluster]",
    ],
)
def test_pods_that_need_no_names_or_get_them_are_left_alone(spec: str) -> None:
    assert hits("POL035", policy(spec)) == []


def test_a_rule_that_denies_beside_one_that_allows_is_meant() -> None:
    spec = "egress: [{toEntities: [world]}]\negressDeny: [{toCIDR: [192.0.2.1/32]}]"

    assert hits("POL034", policy(spec)) == []


def test_hosts_in_audit_mode_are_not_locked() -> None:
    spec = "ingress: [{toPorts: [{ports: [{port: '443'}]}]}]"
    hosts = policy(spec, kind="CiliumClusterwideNetworkPolicy").replace("endpointSelector", "nodeSelector")
    firewall = "{routingMode: tunnel, hostFirewall: {enabled: true}, policyAuditMode: %s}"

    assert len(hits("POL043", hosts, cilium(firewall % "false"))) == 1
    assert hits("POL043", hosts, cilium(firewall % "true")) == []


def test_values_from_a_secret_keep_the_host_firewall_unknown() -> None:
    hosts = policy("ingress: [{}]", kind="CiliumClusterwideNetworkPolicy").replace(
        "endpointSelector", "nodeSelector"
    )
    secret = cilium() + "  valuesFrom: [{kind: Secret, name: cilium-values}]\n"

    assert len(hits("POL042", hosts, cilium())) == 1
    assert hits("POL042", hosts, secret) == []
