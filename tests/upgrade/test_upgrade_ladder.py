"""Which releases one product stops at, and which goals are none."""

import pytest

from fabricgen.upgrade.ladder import ladder, missing, refusals
from fabricgen.upgrade.products import Product
from fabricgen.versions.version import parse_version


@pytest.mark.parametrize(
    ("product", "before", "after", "stops"),
    [
        ("cilium", "1.17.6", "1.20.2", ["1.17.18", "1.18.12", "1.19.7", "1.20.2"]),
        ("cilium", "1.17.18", "1.18.3", ["1.18.3"]),
        ("cilium", "1.18.6", "1.18.12", ["1.18.12"]),
        ("cilium", "1.18.12", "1.18.12", []),
        ("talos", "1.12.5", "1.14.4", ["1.12.12", "1.13.12", "1.14.4"]),
        ("kubernetes", "1.33.2", "1.36.6", ["1.34.13", "1.35.10", "1.36.6"]),
        ("k3s", "1.30.14+k3s1", "1.30.14+k3s2", ["1.30.14+k3s2"]),
        ("k3s", "1.29.15+k3s1", "1.31.14+k3s1", ["1.30.14+k3s2", "1.31.14+k3s1"]),
        ("flux", "2.6.4", "2.10.0", ["2.10.0"]),
        ("flux", "2.5.1", "2.9.5", ["2.7.5", "2.9.5"]),
        ("gateway-api", "1.2.0", "1.4.1", ["1.4.1"]),
    ],
)
def test_a_product_stops_where_upstream_asks_for_it(
    product: Product, before: str, after: str, stops: list[str]
) -> None:
    way = ladder(product, before=parse_version(before), after=parse_version(after))

    assert [str(version) for version in way] == stops


@pytest.mark.parametrize(
    ("product", "after", "message", "hint"),
    [
        (
            "cilium",
            "1.17.0",
            "Cilium is at 1.18.12: 1.17.0 is a step back, which is no upgrade",
            "to undo one, revert its commit and follow the rollback of its stop",
        ),
        (
            "cilium",
            "1.21.0",
            "Cilium 1.21.0 is unknown to fabricgen",
            "known: 1.16 to 1.20, the newest is 1.20.2",
        ),
        (
            "cilium",
            "1.20.0-rc.1",
            "Cilium 1.20.0-rc.1 is a pre-release, and a cluster takes releases",
            "the newest release of that minor is 1.20.2",
        ),
        (
            "cilium",
            "1.22.0-pre.0",
            "Cilium 1.22.0-pre.0 is a pre-release, and a cluster takes releases",
            "known: 1.16 to 1.20, the newest is 1.20.2",
        ),
    ],
)
def test_what_is_no_goal_is_refused_with_the_nearest(
    product: Product, after: str, message: str, hint: str
) -> None:
    (problem,) = refusals(product, before=parse_version("1.18.12"), after=parse_version(after))

    assert (problem.message, problem.hint) == (message, hint)


def test_a_patch_that_is_newer_than_our_tables_is_a_goal() -> None:
    assert not [*refusals("cilium", before=parse_version("1.18.12"), after=parse_version("1.20.9"))]


def test_a_step_back_of_k3s_itself_is_seen() -> None:
    (problem,) = refusals("k3s", before=parse_version("1.30.14+k3s2"), after=parse_version("1.30.14+k3s1"))

    assert "is a step back" in problem.message


def test_a_minor_without_a_known_release_is_named_before_it_is_skipped() -> None:
    (problem,) = missing("k3s", before=parse_version("1.31.14+k3s1"), after=parse_version("1.33.5+k3s1"))

    assert problem.message == "k3s 1.32 comes first, and fabricgen knows no release of it"
