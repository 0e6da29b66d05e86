"""The chart's values in every tree that we commit, against the chart at the version which the tree pins."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fabricgen.charts import values_problems
from fabricgen.charts.layers import layers_of
from fabricgen.charts.releases import Reference, chart_of, release_of
from fabricgen.yamlio import read_document, read_documents

ROOT = Path(__file__).resolve().parent.parent.parent
TREES = (ROOT / "gitops", ROOT / "tests" / "golden")
RELEASES = sorted(path for tree in TREES for path in tree.rglob("infrastructure/cilium/release.yaml"))
K3S = sorted(path for tree in TREES for path in tree.rglob("bootstrap/cilium-helmchart.yaml"))


def documents_beside(path: Path) -> dict[Reference, Mapping[str, Any]]:
    found: dict[Reference, Mapping[str, Any]] = {}
    for file in path.parent.glob("*.yaml"):
        for document in read_documents(file.read_text(encoding="utf-8")):
            metadata = document.value.get("metadata", {})
            identity = Reference(
                document.value["kind"], metadata.get("namespace", ""), metadata.get("name", "")
            )
            found[identity] = document.value
    return found


@pytest.mark.parametrize("path", RELEASES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_value_of_a_release_is_read_by_the_chart_at_its_version(path: Path) -> None:
    release = release_of(read_document(path.read_text(encoding="utf-8")).value)
    assert release is not None
    chart = chart_of(release, documents_beside(path))
    assert chart is not None
    values = layers_of(release, {}).merged()

    assert (chart.name, len(values) > 5) == ("cilium", True)
    assert values_problems(values, chart=chart.name, version=chart.version) == ()


@pytest.mark.parametrize("path", K3S, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_value_that_k3s_brings_up_is_read_by_the_chart_at_its_version(path: Path) -> None:
    release = release_of(read_documents(path.read_text(encoding="utf-8"))[0].value)
    assert release is not None
    assert release.chart is not None

    values = layers_of(release, {}).merged()

    assert len(values) > 5
    assert values_problems(values, chart="cilium", version=release.chart.version) == ()


def test_there_are_trees_to_look_at() -> None:
    assert len(RELEASES) >= 12
    assert K3S
