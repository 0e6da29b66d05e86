"""Which versions of their kinds Flux, Cilium and Kubernetes serve."""

import pytest

from fabricgen.versions import cilium_apis, flux_apis, kubernetes_apis
from fabricgen.versions.cilium import CILIUM, api_version
from fabricgen.versions.flux import FLUX
from fabricgen.versions.flux import api_version as flux_api_version


@pytest.mark.parametrize("minor", FLUX)
@pytest.mark.parametrize(
    ("group", "kind"), sorted(flux_apis.KINDS - {("source.toolkit.fluxcd.io", "Bucket")})
)
def test_the_version_to_write_for_flux_is_the_one_that_is_written(
    group: str, kind: str, minor: tuple[int, int]
) -> None:
    known = kind != "ExternalArtifact"

    assert not known or f"{group}/{flux_apis.newest(group, kind, minor)}" == flux_api_version(kind, minor)


def test_a_kind_that_came_later_has_no_version_to_write() -> None:
    with pytest.raises(KeyError):
        flux_apis.newest("source.toolkit.fluxcd.io", "ExternalArtifact", (2, 6))


@pytest.mark.parametrize(
    ("kind", "version", "until"),
    [("HelmRelease", "v2beta1", (2, 7)), ("HelmRelease", "v2beta2", (2, 8)), ("HelmRelease", "v2", None)],
)
def test_a_version_of_helm_releases_ends_where_the_crd_lost_it(
    kind: str, version: str, until: tuple[int, int] | None
) -> None:
    assert flux_apis.versions_of("helm.toolkit.fluxcd.io", kind)[version].until == until


@pytest.mark.parametrize("minor", CILIUM)
@pytest.mark.parametrize(
    "kind", ["CiliumLoadBalancerIPPool", "CiliumL2AnnouncementPolicy", "CiliumBGPPeerConfig"]
)
def test_cilium_serves_the_version_that_is_written_for_it(kind: str, minor: tuple[int, int]) -> None:
    written = api_version(kind, CILIUM[minor].newest).rpartition("/")[2]
    served = cilium_apis.versions_of(kind)[written]

    assert served.since <= minor
    assert served.until is None
    assert served.deprecated is None or minor < served.deprecated


def test_a_kind_that_is_not_in_the_table_has_no_versions() -> None:
    assert cilium_apis.versions_of("CiliumNothing") == {}
    assert flux_apis.versions_of("helm.toolkit.fluxcd.io", "Nothing") == {}


def test_kubernetes_took_kinds_away_one_by_one() -> None:
    assert kubernetes_apis.REMOVED["policy/v1beta1", "PodDisruptionBudget"] == (1, 25)
    assert kubernetes_apis.REMOVED["storage.k8s.io/v1beta1", "CSIStorageCapacity"] == (1, 27)
    assert ("networking.k8s.io/v1beta1", "IPAddress") not in kubernetes_apis.REMOVED
