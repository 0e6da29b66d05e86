"""Flux itself by flux-operator, and what every release does when it fails."""

from typing import Any

import pytest
from homes import BY_CLI, FLANNEL, document, home

from fabricgen.documents import flux
from fabricgen.documents.document import nest
from fabricgen.documents.flux import failure_settings, oci_settings

INSTANCE = "infrastructure/flux-instance/instance.yaml"
OPERATOR = "infrastructure/flux-operator"


def spec(path: str, **at: Any) -> Any:
    return document(home(**at), path).body["spec"]


def test_flux_is_pinned_to_its_very_release() -> None:
    assert spec(INSTANCE)["distribution"] == {
        "version": "2.9.5",
        "registry": "ghcr.io/fluxcd",
        "artifact": "oci://ghcr.io/controlplaneio-fluxcd/flux-operator-manifests",
    }


def test_flux_is_given_the_entry_point_of_the_tree() -> None:
    assert spec(INSTANCE)["sync"] == {
        "kind": "GitRepository",
        "url": "https://example.org/home.git",
        "ref": "refs/heads/main",
        "path": "gitops/home/flux",
    }


def test_a_registry_is_synced_by_its_tag_with_its_secret() -> None:
    oci = {"url": "oci://example.org/fabric", "tag": "stable", "secret": "registry"}

    sync = spec(INSTANCE, flux={"version": "2.9.5", "operatorVersion": "0.58.1", "oci": oci})["sync"]

    assert (sync["kind"], sync["ref"], sync["pullSecret"]) == ("OCIRepository", "stable", "registry")


def test_flux_knows_the_domain_of_the_cluster() -> None:
    assert spec(INSTANCE, networks__domain="home.arpa")["cluster"]["domain"] == "home.arpa"


def test_the_operator_is_adopted_under_the_name_that_bootstrap_gives_it() -> None:
    release = document(home(), f"{OPERATOR}/release.yaml").body

    assert (release["metadata"]["namespace"], release["spec"]["releaseName"]) == (
        "flux-system",
        "flux-operator",
    )
    assert release["spec"]["chartRef"] == {"kind": "OCIRepository", "name": "flux-operator"}


def test_the_chart_of_the_operator_is_pinned() -> None:
    repository = spec(f"{OPERATOR}/repository.yaml")

    assert repository["ref"] == {"tag": "0.58.1"}
    assert repository["layerSelector"]["mediaType"] == "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


@pytest.mark.parametrize("path", [INSTANCE, f"{OPERATOR}/namespace.yaml", f"{OPERATOR}/release.yaml"])
def test_nothing_of_flux_can_be_pruned(path: str) -> None:
    annotations = document(home(), path).body["metadata"]["annotations"]

    assert annotations["kustomize.toolkit.fluxcd.io/prune"] == "disabled"


def test_by_the_command_line_there_is_nothing_of_flux_in_the_tree() -> None:
    assert list(flux.drafts(home(**BY_CLI))) == []


def test_a_failed_release_is_tried_again_and_never_uninstalled() -> None:
    settings = nest(failure_settings(home(), crds="they are new"))

    retry = {"crds": "CreateReplace", "strategy": {"name": "RetryOnFailure", "retryInterval": "2m"}}
    assert settings == {"install": retry, "upgrade": retry}


@pytest.mark.parametrize("version", ["2.5.1", "2.6.4"])
def test_before_strategies_an_install_is_not_remediated_and_an_upgrade_without_end(version: str) -> None:
    flux = {"version": version, "install": "cli", "git": {"url": "https://example.org/home.git"}}

    settings = nest(failure_settings(home(**FLANNEL, flux=flux, kubernetes="1.32.3"), crds="they are new"))

    assert settings["install"] == {"crds": "CreateReplace", "remediation": {"retries": 0}}
    assert settings["upgrade"] == {"crds": "CreateReplace", "remediation": {"retries": -1}}


def test_a_digest_wins_over_the_tag_and_both_are_written() -> None:
    settings = nest(
        oci_settings(home(), url="oci://example.org/chart", tag="1.0.0", digest=f"sha256:{'0' * 64}")
    )

    assert settings["spec"]["ref"] == {"tag": "1.0.0", "digest": f"sha256:{'0' * 64}"}


def test_the_oldest_flux_reads_registries_by_the_version_that_it_serves() -> None:
    old = {"version": "2.5.1", "operatorVersion": "0.58.1", "git": {"url": "https://example.org/home.git"}}

    repository = document(home(**FLANNEL, flux=old, kubernetes="1.32.3"), f"{OPERATOR}/repository.yaml")

    assert repository.identity.api_version == "source.toolkit.fluxcd.io/v1beta2"
