"""The version of a chart that a release asks for: exact, a range as Helm and Flux read it, or none."""

import pytest

from fabricgen.charts.table import Release
from fabricgen.charts.versions import choose, pick, split_reference

KNOWN: tuple[Release, ...] = ((1, 18, 0), (1, 18, 12), (1, 19, 0), (1, 19, 6), (1, 20, 0), (1, 20, 2))


@pytest.mark.parametrize(
    ("asked", "release"),
    [
        ("1.20.2", (1, 20, 2)),
        ("v1.20.0", (1, 20, 0)),
        ("1.20.1@sha256:0123", (1, 20, 0)),
        ("1.20.0-rc.1", (1, 20, 0)),
        ("1.20.0+build", (1, 20, 0)),
        ("1.19.3", (1, 19, 0)),
        ("1.20.9", (1, 20, 2)),
        ("1.20", (1, 20, 2)),
        ("1.19.x", (1, 19, 6)),
        ("1.19.*", (1, 19, 6)),
        ("1.x", (1, 20, 2)),
        ("*", (1, 20, 2)),
        ("", (1, 20, 2)),
        ("~1.19.0", (1, 19, 6)),
        ("~1", (1, 20, 2)),
        ("^1.18", (1, 20, 2)),
        (">=1.19 <1.20", (1, 19, 6)),
        (">= 1.19.0, < 1.20.0-0", (1, 19, 6)),
        (">=1.19.0<1.20.0", (1, 19, 6)),
        ("=1.20.0", (1, 20, 0)),
        ("!=1.20.2", (1, 20, 0)),
        ("<=1.19", (1, 19, 6)),
        ("<1.20.2", (1, 20, 0)),
        (">1.19", (1, 20, 2)),
        (">1.20.0", (1, 20, 2)),
        ("1.18.0 - 1.19", (1, 19, 6)),
        ("1.18.x || 1.19.0", (1, 19, 0)),
    ],
)
def test_the_newest_known_version_that_fits_is_taken(asked: str, release: Release) -> None:
    chosen = choose(asked, KNOWN)

    assert chosen is not None
    assert chosen.release == release


@pytest.mark.parametrize(
    "asked", ["1.21.0", "1.17.3", "<1.18", ">=1.21", "latest", "${VERSION}", "1.2.3.4", ">=1 " * 100]
)
def test_nothing_is_taken_where_nothing_fits(asked: str) -> None:
    assert choose(asked, KNOWN) is None


@pytest.mark.parametrize(
    ("chart", "version", "expected"),
    [
        ("cilium", "1.20.1", ("cilium", "1.20.1")),
        ("cilium/cilium", "", ("cilium", "")),
        ("oci://quay.io/cilium/charts/cilium", "1.20.1", ("cilium", "1.20.1")),
        ("oci://localhost:5000/cilium:1.20.1", "", ("cilium", "")),
        ("https://helm.cilium.io/cilium-1.20.1.tgz", "", ("cilium", "1.20.1")),
        ("https://example.org/cert-manager-v1.18.2.tgz", "", ("cert-manager", "v1.18.2")),
    ],
)
def test_a_chart_is_named_by_the_end_of_its_address(
    chart: str, version: str, expected: tuple[str, str]
) -> None:
    assert split_reference(chart, version) == expected


@pytest.mark.parametrize(
    ("asked", "picked"),
    [
        ("1.2.0", "1.2.0"),
        ("v1.2.0", "1.2.0"),
        ("1.3.0-rc.1", "1.3.0-rc.1"),
        ("1.x", "1.10.0"),
        ("", "1.10.0"),
        ("~1.2", "1.2.0"),
        ("1.2.1", None),
        ("2.x", None),
        ("latest", None),
    ],
)
def test_of_named_versions_the_very_one_is_picked_or_the_newest_release_in_a_range(
    asked: str, picked: str | None
) -> None:
    assert pick(asked, ["1.2.0", "1.10.0", "1.3.0-rc.1", "imported"]) == picked
