"""Pairs that cannot work, and pairs that nobody tests."""

import pytest

from fabricgen.versions import CILIUM, Clash, Version, cautions, clashes, parse_minor, parse_version

V = parse_version


def _names(found: tuple[Clash, ...]) -> list[tuple[str, str]]:
    return [(clash.left, clash.right) for clash in found]


def _about_gateway(cilium: str, gateway_api: str, kubernetes: str = "1.33.5") -> list[tuple[str, str]]:
    return _names(clashes(kubernetes=V(kubernetes), cilium=V(cilium), gateway_api=V(gateway_api)))


@pytest.mark.parametrize(
    ("kubernetes", "talos", "cilium", "flux"),
    [
        ("1.34.2", "1.12.5", "1.18.6", "2.9.4"),
        ("1.35.0", "1.12.4", "1.20.1", "2.6.4"),
        ("1.29.0", "1.9.0", "1.16.0", "2.5.0"),
        ("1.37.0", "1.14.0", "1.20.2", "2.10.0"),
        ("1.34.2", "1.13.9", "1.16.6", "2.9.4"),
    ],
)
def test_versions_that_run_together_do_not_clash(kubernetes: str, talos: str, cilium: str, flux: str) -> None:
    assert (
        clashes(
            kubernetes=V(kubernetes), talos=V(talos), talos_contract=(1, 9), cilium=V(cilium), flux=V(flux)
        )
        == ()
    )


def test_kubernetes_outside_the_range_of_talos_is_refused_with_both_versions_and_the_range() -> None:
    (clash,) = clashes(kubernetes=V("1.36.0"), talos=V("1.12.5"))
    assert (clash.left, clash.right, clash.allowed) == (
        "Talos 1.12.5",
        "Kubernetes 1.36.0",
        "Kubernetes 1.30 to 1.35",
    )
    assert clash.source.startswith("https://github.com/siderolabs/talos/")


@pytest.mark.parametrize("kubernetes", ["1.30.0", "1.35.99"])
def test_the_ends_of_the_range_of_talos_are_inside(kubernetes: str) -> None:
    assert clashes(kubernetes=V(kubernetes), talos=V("1.12.5")) == ()


def test_kubernetes_older_than_talos_accepts_is_refused_too() -> None:
    assert _names(clashes(kubernetes=V("1.31.5"), talos=V("1.14.1"))) == [
        ("Talos 1.14.1", "Kubernetes 1.31.5")
    ]


def test_a_contract_newer_than_talos_is_refused() -> None:
    (clash,) = clashes(kubernetes=V("1.34.2"), talos=V("1.12.5"), talos_contract=parse_minor("1.14"))
    assert (clash.right, clash.allowed) == ("config contract 1.14", "a contract up to 1.12")


@pytest.mark.parametrize("contract", ["1.6", "1.11", "1.12"])
def test_a_contract_as_old_or_older_than_talos_is_fine(contract: str) -> None:
    assert clashes(kubernetes=V("1.34.2"), talos=V("1.12.5"), talos_contract=parse_minor(contract)) == ()


def test_k3s_with_another_kubernetes_inside_is_refused() -> None:
    (clash,) = clashes(kubernetes=V("1.34.2"), k3s=V("1.34.9+k3s1"))
    assert (clash.left, clash.right, clash.allowed) == (
        "k3s 1.34.9+k3s1",
        "Kubernetes 1.34.2",
        "Kubernetes 1.34.9",
    )


def test_k3s_and_the_kubernetes_inside_it_go_together() -> None:
    assert clashes(kubernetes=V("1.34.9"), k3s=V("1.34.9+k3s1")) == ()


def test_kubernetes_written_like_its_k3s_goes_together_with_it() -> None:
    assert clashes(kubernetes=V("1.34.9+k3s1"), k3s=V("1.34.9+k3s2")) == ()


@pytest.mark.parametrize(
    ("found", "left", "allowed"),
    [
        (clashes(kubernetes=V("1.28.1")), "Kubernetes 1.28.1", "Kubernetes 1.29 to 1.37"),
        (clashes(kubernetes=V("1.33.1"), talos=V("1.8.4")), "Talos 1.8.4", "Talos 1.9 to 1.14"),
        (clashes(kubernetes=V("1.33.1"), cilium=V("1.15.9")), "Cilium 1.15.9", "Cilium 1.16 to 1.20"),
        (clashes(kubernetes=V("1.33.1"), cilium=V("1.21.0")), "Cilium 1.21.0", "Cilium 1.16 to 1.20"),
        (clashes(kubernetes=V("1.33.1"), flux=V("2.4.0")), "Flux 2.4.0", "Flux 2.5 to 2.10"),
        (
            clashes(kubernetes=V("1.33.1"), gateway_api=V("1.0.0")),
            "Gateway API 1.0.0",
            "Gateway API 1.1 to 1.7",
        ),
    ],
)
def test_a_minor_without_facts_is_refused_with_the_range_that_we_know(
    found: tuple[Clash, ...], left: str, allowed: str
) -> None:
    assert [(clash.left, clash.right, clash.allowed) for clash in found] == [(left, "fabricgen", allowed)]


def test_an_unknown_k3s_is_refused_as_such_and_as_its_kubernetes() -> None:
    found = clashes(kubernetes=V("1.38.0"), k3s=V("1.38.0+k3s1"))
    assert [clash.left for clash in found] == ["Kubernetes 1.38.0", "k3s 1.38.0+k3s1"]


@pytest.mark.parametrize(
    ("cilium", "gateway_api"),
    [
        ("1.16.19", "1.2.0"),
        ("1.16.6", "1.5.1"),
        ("1.17.0", "1.1.0"),
        ("1.17.18", "1.5.0"),
        ("1.18.6", "1.6.1"),
        ("1.19.7", "1.5.1"),
        ("1.20.0", "1.4.1"),
    ],
)
def test_crds_that_a_cilium_cannot_use_are_refused(cilium: str, gateway_api: str) -> None:
    assert _about_gateway(cilium, gateway_api) == [(f"Cilium {cilium}", f"Gateway API {gateway_api}")]


@pytest.mark.parametrize(
    ("cilium", "gateway_api"),
    [
        ("1.16.19", "1.1.0"),
        ("1.17.0", "1.2.1"),
        ("1.17.18", "1.4.1"),
        ("1.18.6", "1.2.0"),
        ("1.19.7", "1.4.1"),
        ("1.20.1", "1.5.1"),
        ("1.20.2", "1.6.3"),
        ("1.20.2", "1.7.0"),
    ],
)
def test_crds_that_a_cilium_can_use_are_not(cilium: str, gateway_api: str) -> None:
    assert _about_gateway(cilium, gateway_api) == []


@pytest.mark.parametrize("minor", list(CILIUM))
def test_the_crds_of_the_documentation_neither_clash_nor_need_a_caution(minor: tuple[int, int]) -> None:
    release = CILIUM[minor]
    kubernetes = Version(*release.kubernetes_max, 0)
    refused = clashes(kubernetes=kubernetes, cilium=release.newest, gateway_api=release.gateway_api)
    untested = cautions(kubernetes=kubernetes, cilium=release.newest, gateway_api=release.gateway_api)
    assert (refused, untested) == ((), ())


@pytest.mark.parametrize("kubernetes", ["1.29.5", "1.30.1"])
def test_api_servers_before_1_31_cannot_take_newer_crds(kubernetes: str) -> None:
    found = clashes(kubernetes=V(kubernetes), cilium=V("1.20.1"), gateway_api=V("1.6.1"))
    assert [clash.allowed for clash in found] == [
        "Kubernetes 1.31 and newer, or Gateway API older than 1.5",
        "Kubernetes 1.31 and newer, or Cilium older than 1.20",
    ]


def test_api_servers_before_1_31_take_older_crds() -> None:
    assert clashes(kubernetes=V("1.30.1"), cilium=V("1.19.7"), gateway_api=V("1.4.1")) == ()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = clashes(
        kubernetes=V("1.36.0"),
        talos=V("1.12.5"),
        talos_contract=(1, 13),
        cilium=V("1.18.6"),
        gateway_api=V("1.5.1"),
        flux=V("2.11.0"),
    )
    assert [clash.left for clash in found] == ["Flux 2.11.0", "Talos 1.12.5", "Talos 1.12.5", "Cilium 1.18.6"]


def test_cilium_on_a_kubernetes_that_it_is_not_tested_with_is_a_caution_only() -> None:
    (caution,) = cautions(kubernetes=V("1.34.2"), cilium=V("1.18.6"))
    assert (caution.left, caution.right, caution.allowed) == (
        "Cilium 1.18.6",
        "Kubernetes 1.34.2",
        "Kubernetes 1.30 to 1.33",
    )
    assert clashes(kubernetes=V("1.34.2"), cilium=V("1.18.6")) == ()


def test_flux_below_and_above_its_range_is_a_caution_only() -> None:
    assert _names(cautions(kubernetes=V("1.32.1"), flux=V("2.9.4"))) == [("Flux 2.9.4", "Kubernetes 1.32.1")]
    assert _names(cautions(kubernetes=V("1.36.1"), flux=V("2.6.4"))) == [("Flux 2.6.4", "Kubernetes 1.36.1")]


def test_crds_that_work_but_are_not_the_documented_ones_are_a_caution() -> None:
    (caution,) = cautions(kubernetes=V("1.34.2"), cilium=V("1.20.1"), gateway_api=V("1.5.1"))
    assert (caution.right, caution.allowed) == ("Gateway API 1.5.1", "Gateway API 1.6.1")


def test_another_patch_of_the_documented_crds_needs_no_caution() -> None:
    assert cautions(kubernetes=V("1.34.2"), cilium=V("1.20.1"), gateway_api=V("1.6.3")) == ()


def test_what_is_refused_is_not_cautioned_about_as_well() -> None:
    assert cautions(kubernetes=V("1.33.2"), cilium=V("1.19.7"), gateway_api=V("1.6.1")) == ()
