"""What is inferred from the files that people have: the faults that other people's repositories brought to light."""

import pytest

from fabricgen.fabric import Fabric, UnknownError, infer
from fabricgen.rules.example import clusters_of


def only(text: str) -> Fabric:
    (cluster,) = clusters_of(text)
    return infer(cluster)


def release(version: str, values: str) -> str:
    return f"""\
# file: cilium/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cilium, namespace: kube-system}}
spec:
  chart:
    spec: {{chart: cilium, version: {version}, sourceRef: {{kind: HelmRepository, name: cilium}}}}
  values: {values}
"""


def test_a_node_that_is_called_by_the_loopback_address_has_no_address() -> None:
    fabric = only("""\
# file: talos/talconfig.yaml
clusterName: home
talosVersion: v1.12.0
nodes:
  - {hostname: one, ipAddress: 127.0.0.1}
  - {hostname: two, ipAddress: 10.0.0.2}
""")

    assert [node.name for node in fabric.nodes] == ["two"]


def test_the_defaults_of_charts_before_those_that_are_known_are_unknown() -> None:
    fabric = only(release("1.12.0", "{tunnel: disabled}"))

    assert fabric.cilium is not None
    with pytest.raises(UnknownError):
        fabric.cilium.value("routingMode")


def test_what_a_chart_of_any_age_is_told_is_known() -> None:
    fabric = only(release("1.12.0", "{autoDirectNodeRoutes: true}"))

    assert fabric.cilium is not None
    assert fabric.cilium.is_on("autoDirectNodeRoutes")


def test_what_programs_are_tested_with_says_nothing_about_a_cluster() -> None:
    fabric = only("""\
# file: cmd/tool/testdata/talos/talconfig.yaml
clusterName: home
talosVersion: v1.12.0
nodes:
  - {hostname: one, ipAddress: 10.0.0.1}
""")

    assert not fabric.nodes
    assert not fabric.talos


def test_values_out_of_a_file_are_told_where_they_stand_in_it() -> None:
    fabric = only("""\
# file: cilium/kustomization.yaml
resources: [release.yaml]
configMapGenerator:
  - {name: cilium-values, files: [values.yaml=helm/values.yaml]}
# file: cilium/helm/values.yaml
hubble: {enabled: false}
bpf:
  masquerade: true
# file: cilium/release.yaml
apiVersion: v1
kind: Namespace
metadata: {name: cilium}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium}
spec:
  chart:
    spec: {chart: cilium, version: 1.19.0, sourceRef: {kind: HelmRepository, name: cilium}}
  valuesFrom:
    - {kind: ConfigMap, name: cilium-values}
# file: flux/cluster.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cilium, namespace: flux-system}
spec: {path: ./cilium, sourceRef: {kind: GitRepository, name: flux-system}}
""")

    assert fabric.cilium is not None
    assert fabric.cilium.place("bpf.masquerade")[:2] == ("cilium/helm/values.yaml", 3)
    assert fabric.cilium.document("bpf.masquerade") == 0
    assert fabric.cilium.document("routingMode") == 1
