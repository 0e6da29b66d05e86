"""The values that Cilium is brought up with are those of its HelmRelease."""

from typing import Any

import pytest
from check_documents import applied, findings, written

from fabricgen.documents.document import Document

VALUES = {"ipam": {"mode": "kubernetes"}, "MTU": 1400}


def _documents(start: dict[str, Any], *, tree: str = "") -> tuple[Document, ...]:
    chart = {
        "chart": "cilium",
        "version": "1.20.2",
        "sourceRef": {"kind": "HelmRepository", "name": "cilium"},
    }
    release = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "cilium", "namespace": "kube-system"},
        "spec": {"interval": "1h", "chart": {"spec": chart}, "values": VALUES},
    }
    source = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "HelmRepository",
        "metadata": {"name": "cilium", "namespace": "kube-system"},
        "spec": {"interval": "1h", "url": "https://helm.cilium.io"},
    }
    return applied(
        written(f"{tree}infrastructure/cilium/release.yaml", release),
        written(f"{tree}infrastructure/cilium/repository.yaml", source),
        written(f"{tree}bootstrap/cilium-values.yaml", start),
    )


def test_the_same_values_are_right() -> None:
    assert [one for one in findings(*_documents(VALUES)) if one.rule == "BTS008"] == []


@pytest.mark.parametrize(
    "start",
    [
        {**VALUES, "MTU": 1500},
        {"ipam": VALUES["ipam"]},
        {**VALUES, "debug": {"enabled": False}},
        {"MTU": 1400, "ipam": VALUES["ipam"], "hubble": {}},
        {**VALUES, "MTU": "1400"},
    ],
)
@pytest.mark.parametrize("tree", ["", "considered/cilium/"])
def test_any_other_value_is_found_even_one_that_changes_nothing(start: dict[str, Any], tree: str) -> None:
    found = [(one.rule, one.file) for one in findings(*_documents(start, tree=tree))]

    assert ("BTS008", f"{tree}bootstrap/cilium-values.yaml") in found
