"""Cilium's apiVersions, also against its CRDs' schemas."""

from pathlib import Path

import pytest

from fabricgen.versions import CILIUM, minor_of, parse_version
from fabricgen.versions.cilium import api_version


@pytest.mark.parametrize(
    ("kind", "cilium", "expected"),
    [
        ("CiliumLoadBalancerIPPool", "1.17.18", "cilium.io/v2alpha1"),
        ("CiliumLoadBalancerIPPool", "1.18.0", "cilium.io/v2"),
        ("CiliumBGPClusterConfig", "1.16.6", "cilium.io/v2alpha1"),
        ("CiliumBGPClusterConfig", "1.20.1", "cilium.io/v2"),
        ("CiliumBGPPeerConfig", "1.18.6", "cilium.io/v2"),
        ("CiliumBGPAdvertisement", "1.17.0", "cilium.io/v2alpha1"),
        ("CiliumCIDRGroup", "1.17.0", "cilium.io/v2alpha1"),
        ("CiliumCIDRGroup", "1.18.0", "cilium.io/v2"),
        ("CiliumL2AnnouncementPolicy", "1.20.2", "cilium.io/v2alpha1"),
        ("CiliumNetworkPolicy", "1.16.0", "cilium.io/v2"),
        ("CiliumClusterwideNetworkPolicy", "1.20.2", "cilium.io/v2"),
        ("CiliumNodeConfig", "1.16.0", "cilium.io/v2"),
    ],
)
def test_an_object_takes_the_version_that_this_cilium_stores(kind: str, cilium: str, expected: str) -> None:
    assert api_version(kind, parse_version(cilium)) == expected


def test_a_kind_that_is_not_ciliums_has_no_version() -> None:
    with pytest.raises(KeyError):
        api_version("CiliumLoadBalancerPool", parse_version("1.20.1"))


@pytest.mark.schemas
@pytest.mark.parametrize(
    "kind",
    [
        "CiliumBGPAdvertisement",
        "CiliumBGPClusterConfig",
        "CiliumBGPPeerConfig",
        "CiliumCIDRGroup",
        "CiliumClusterwideNetworkPolicy",
        "CiliumL2AnnouncementPolicy",
        "CiliumLoadBalancerIPPool",
        "CiliumNetworkPolicy",
        "CiliumNodeConfig",
        "CiliumPodIPPool",
    ],
)
def test_v2_is_used_just_when_there_is_a_schema_of_it(schemas_dir: Path, kind: str) -> None:
    has_v2 = (schemas_dir / "cilium.io" / f"{kind.lower()}_v2.json").exists()
    assert (api_version(kind, parse_version("1.20.0")) == "cilium.io/v2") is has_v2


def test_cilium_1_16_to_1_20_are_known_each_by_its_own_minor() -> None:
    assert list(CILIUM) == [(1, minor) for minor in range(16, 21)]
    assert [minor_of(release.newest) for release in CILIUM.values()] == list(CILIUM)


def test_each_cilium_is_tested_with_four_minors_of_kubernetes() -> None:
    spans = [release.kubernetes_max[1] - release.kubernetes_min[1] for release in CILIUM.values()]
    assert spans == [3] * len(CILIUM)
