"""In which order several products are taken."""

import pytest

from fabricgen.upgrade.order import Leg, VersionSet, find_way
from fabricgen.upgrade.products import Product
from fabricgen.versions.version import Version, parse_version

VERSIONS: dict[Product, str] = {
    "talos": "1.12.12",
    "kubernetes": "1.33.13",
    "cilium": "1.18.12",
    "flux": "2.8.8",
}


def _set(changes: dict[Product, str] | None = None, *, follows: bool = True) -> VersionSet:
    versions = {product: parse_version(text) for product, text in (VERSIONS | (changes or {})).items()}
    return VersionSet(
        versions=versions, contract=(1, 12), gateway_api="gateway-api" in versions, follows=follows
    )


def _target(texts: dict[Product, str]) -> dict[Product, Version]:
    return {product: parse_version(text) for product, text in texts.items()}


def _told(way: tuple[Leg, ...] | None) -> list[str]:
    assert way is not None
    return [" and ".join(str(move) for move in leg.moves) for leg in way]


def test_talos_goes_before_a_kubernetes_that_it_does_not_run_yet() -> None:
    way = find_way(
        _set(), _target({"talos": "1.14.4", "kubernetes": "1.36.6", "cilium": "1.20.2", "flux": "2.9.5"})
    )

    told = _told(way)
    assert told.index("Talos v1.12.12 to v1.13.12") < told.index("Kubernetes 1.35.10 to 1.36.6")
    assert told.index("Cilium 1.19.7 to 1.20.2") < told.index("Kubernetes 1.35.10 to 1.36.6")
    assert told.index("Flux 2.8.8 to 2.9.5") < told.index("Kubernetes 1.35.10 to 1.36.6")


def test_kubernetes_goes_before_a_cilium_that_is_not_tested_with_the_old_one() -> None:
    start = _set({"kubernetes": "1.31.14", "talos": "1.13.12", "cilium": "1.18.12", "flux": "2.6.4"})

    way = find_way(start, _target({"kubernetes": "1.33.13", "cilium": "1.19.7"}))

    assert _told(way)[0] == "Kubernetes 1.31.14 to 1.32.13"
    assert _told(way).index("Cilium 1.18.12 to 1.19.7") > 0


def test_every_set_on_the_way_works_together() -> None:
    way = find_way(
        _set(), _target({"talos": "1.14.4", "kubernetes": "1.36.6", "cilium": "1.20.2", "flux": "2.10.0"})
    )

    assert way is not None
    assert [leg.together.clashes() for leg in way] == [()] * len(way)


def test_the_reason_for_an_order_is_what_would_be_wrong_without_it() -> None:
    start = _set({"kubernetes": "1.35.10", "cilium": "1.19.7", "flux": "2.9.5"})

    way = find_way(start, _target({"kubernetes": "1.36.6", "cilium": "1.20.2", "talos": "1.13.12"}))

    assert way is not None
    assert ("Talos 1.12.12", "Kubernetes 1.36.6") in [(one.left, one.right) for one in way[0].lets_go]


def test_crds_with_a_pin_of_their_own_go_with_cilium_where_neither_can_go_first() -> None:
    start = _set({"cilium": "1.19.7", "gateway-api": "1.4.1"}, follows=False)

    way = find_way(start, _target({"cilium": "1.20.2", "gateway-api": "1.6.1"}))

    assert _told(way) == ["Gateway API 1.4.1 to 1.6.1 and Cilium 1.19.7 to 1.20.2"]


def test_crds_with_a_pin_of_their_own_go_before_cilium_where_they_can() -> None:
    start = _set({"cilium": "1.18.12", "gateway-api": "1.3.0"}, follows=False)

    way = find_way(start, _target({"cilium": "1.19.7", "gateway-api": "1.4.1"}))

    assert way is not None
    assert len(way) in {1, 2}
    assert all(not leg.together.clashes() for leg in way)


@pytest.mark.parametrize(
    ("start", "target"),
    [
        (_set({"kubernetes": "1.30.14", "talos": "1.10.9"}), _target({"cilium": "1.20.2"})),
        (_set(), _target({"kubernetes": "1.36.6"})),
    ],
)
def test_a_goal_that_cannot_work_has_no_way(start: VersionSet, target: dict[Product, Version]) -> None:
    assert find_way(start, target) is None


def test_containers_are_made_anew_at_once() -> None:
    start = VersionSet(versions=_set().versions, contract=None, gateway_api=False, follows=False, anew=True)

    assert _told(find_way(start, _target({"talos": "1.14.4"}))) == ["Talos v1.12.12 to v1.14.4"]
