"""Flux' apiVersions and features."""

from pathlib import Path

import pytest

from fabricgen.versions import FLUX, minor_of, parse_minor
from fabricgen.versions.flux import FEATURES, Feature, api_version, has_feature


@pytest.mark.parametrize(
    ("kind", "flux", "expected"),
    [
        ("HelmRelease", "2.5", "helm.toolkit.fluxcd.io/v2"),
        ("Kustomization", "2.5", "kustomize.toolkit.fluxcd.io/v1"),
        ("GitRepository", "2.5", "source.toolkit.fluxcd.io/v1"),
        ("HelmRepository", "2.10", "source.toolkit.fluxcd.io/v1"),
        ("HelmChart", "2.9", "source.toolkit.fluxcd.io/v1"),
        ("OCIRepository", "2.5", "source.toolkit.fluxcd.io/v1beta2"),
        ("OCIRepository", "2.6", "source.toolkit.fluxcd.io/v1"),
        ("OCIRepository", "2.10", "source.toolkit.fluxcd.io/v1"),
        ("FluxInstance", "2.9", "fluxcd.controlplane.io/v1"),
    ],
)
def test_an_object_takes_the_version_that_this_flux_stores(kind: str, flux: str, expected: str) -> None:
    assert api_version(kind, parse_minor(flux)) == expected


@pytest.mark.schemas
@pytest.mark.parametrize(
    "kind",
    [
        "FluxInstance",
        "GitRepository",
        "HelmChart",
        "HelmRelease",
        "HelmRepository",
        "Kustomization",
        "OCIRepository",
    ],
)
def test_every_version_has_a_schema(schemas_dir: Path, kind: str) -> None:
    group, version = api_version(kind, (2, 9)).split("/")
    assert (schemas_dir / group / f"{kind.lower()}_{version}.json").exists()


def test_a_kind_that_is_not_flux_has_no_version() -> None:
    with pytest.raises(KeyError):
        api_version("HelmReleases", (2, 9))


def test_flux_2_5_to_2_10_are_known_each_by_its_own_minor() -> None:
    assert list(FLUX) == [(2, minor) for minor in range(5, 11)]
    assert [minor_of(release.newest) for release in FLUX.values()] == list(FLUX)


@pytest.mark.parametrize(
    ("feature", "since"),
    [
        ("HelmRelease.retryOnFailure", (2, 7)),
        ("HelmRelease.healthCheckExprs", (2, 8)),
        ("GitRepository.sparseCheckout", (2, 6)),
        ("Kustomization.ignore", (2, 9)),
    ],
)
def test_a_feature_exists_from_its_minor_on(feature: Feature, since: tuple[int, int]) -> None:
    assert has_feature(feature, since)
    assert not has_feature(feature, (since[0], since[1] - 1))


@pytest.mark.parametrize(
    "feature",
    ["HelmRelease.persistentClient", "HelmRelease.driftDetection", "Kustomization.healthCheckExprs"],
)
def test_what_every_flux_that_we_write_for_knows_is_in_the_oldest(feature: Feature) -> None:
    assert has_feature(feature, min(FLUX))


def test_every_feature_is_in_the_newest_flux() -> None:
    assert all(has_feature(feature, max(FLUX)) for feature in FEATURES)
