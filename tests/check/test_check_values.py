"""The values that a tree gives to Helm, against the chart that it pins."""

from typing import Any

import pytest
from check_documents import config_map, findings, written

from fabricgen.documents.document import Document

SOURCE = {"kind": "HelmRepository", "name": "cilium"}


def release(values: dict[str, Any], **spec: Any) -> Document:
    chart = {"chart": {"spec": {"chart": "cilium", "version": "1.20.2", "sourceRef": SOURCE}}}
    body = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "cilium", "namespace": "kube-system"},
        "spec": {"interval": "1h", **(spec or chart), "values": values},
    }
    return written("infrastructure/cilium/release.yaml", body)


def told(*documents: Document) -> list[tuple[str, str, str, str]]:
    return [
        (one.rule, one.file, one.path, one.fix) for one in findings(*documents) if one.rule.startswith("HLM")
    ]


def test_a_key_that_the_chart_does_not_read_is_found_with_the_one_that_is_meant() -> None:
    assert told(release({"mtu": 1400, "MTU": 1500})) == [
        ("HLM001", "infrastructure/cilium/release.yaml", "spec.values.mtu", "did you mean MTU?")
    ]


def test_a_chart_may_be_named_by_another_document() -> None:
    repository = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "OCIRepository",
        "metadata": {"name": "cilium", "namespace": "kube-system"},
        "spec": {"interval": "1h", "url": "oci://quay.io/cilium/charts/cilium", "ref": {"tag": "1.18.0"}},
    }
    reference = {"chartRef": {"kind": "OCIRepository", "name": "cilium"}}

    found = told(
        release({"bpf": {"masquerade": "yes"}}, **reference),
        written("infrastructure/cilium/repository.yaml", repository),
    )

    assert [(rule, path) for rule, _, path, _ in found] == [("HLM002", "spec.values.bpf.masquerade")]


def test_values_of_a_config_map_are_found_where_they_stand() -> None:
    values_from = {"valuesFrom": [{"kind": "ConfigMap", "name": "values"}]}
    chart = {"chart": {"spec": {"chart": "cilium", "version": "1.20.2", "sourceRef": SOURCE}}}
    values = config_map(
        "infrastructure/cilium/values.yaml",
        "values",
        namespace="kube-system",
        **{"values.yaml": "routingMode: nativ\n"},
    )

    assert told(release({}, **chart, **values_from), values) == [
        (
            "HLM003",
            "infrastructure/cilium/values.yaml",
            'data["values.yaml"].routingMode',
            "did you mean native?",
        )
    ]


def test_values_that_the_cluster_is_brought_up_with_go_into_the_same_chart() -> None:
    start = written("bootstrap/cilium-values.yaml", {"gatewayApi": {"enabled": True}})

    assert told(release({"MTU": 1500}), start) == [
        ("HLM001", "bootstrap/cilium-values.yaml", "gatewayApi", "did you mean gatewayAPI?")
    ]


@pytest.mark.parametrize(
    "values", [{}, {"MTU": 1500}, {"podAnnotations": {"any": "thing"}}, {"global": {"any": 1}}]
)
def test_what_the_chart_reads_is_no_finding(values: dict[str, Any]) -> None:
    assert told(release(values)) == []
