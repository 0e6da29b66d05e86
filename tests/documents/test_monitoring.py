"""Dashboards for grafana-operator, over what Cilium's chart ships."""

from typing import Any

from homes import home

from fabricgen.documents import monitoring
from fabricgen.documents.document import Part


def dashboards(*, hubble: dict[str, Any] | None = None, **wanted: Any) -> dict[str, Part]:
    cluster = home(
        cni__cilium__monitoring={"dashboards": "grafana-operator", **wanted},
        cni__cilium__hubble=hubble or {"enabled": False},
    )
    return {
        part.body["metadata"]["name"]: part for draft in monitoring.drafts(cluster) for part in draft.parts
    }


def test_dashboards_as_config_maps_need_no_objects() -> None:
    assert dashboards(dashboards="configmaps") == {}


def test_a_dashboard_points_to_the_config_map_of_the_chart() -> None:
    found = dashboards(grafanaLabels={"instance": "main"})["cilium-dashboard"].body

    assert found["metadata"]["namespace"] == "kube-system"
    assert found["spec"] == {
        "instanceSelector": {"matchLabels": {"instance": "main"}},
        "allowCrossNamespaceImport": True,
        "configMapRef": {"name": "cilium-dashboard", "key": "cilium-dashboard.json"},
    }


def test_dashboards_lie_where_their_config_maps_do() -> None:
    found = dashboards(namespace="grafana")

    assert {part.body["metadata"]["namespace"] for part in found.values()} == {"grafana"}


def test_dashboards_of_flows_come_with_metrics_of_flows() -> None:
    assert set(dashboards()) == {"cilium-dashboard", "cilium-operator-dashboard"}
    assert len(dashboards(hubble={"metrics": ["dns"]})) == 6


def test_another_grafana_makes_a_new_object_since_the_old_one_cannot_change() -> None:
    annotations = dashboards()["cilium-dashboard"].body["metadata"]["annotations"]

    assert annotations == {"kustomize.toolkit.fluxcd.io/force": "Enabled"}
