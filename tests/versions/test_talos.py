"""Talos' dialects, documents and releases; the documents also against the published schemas."""

import json
from pathlib import Path

import pytest

from fabricgen.versions import (
    CONTROL_PLANE_ONLY_KINDS,
    DOCUMENT_KINDS,
    TALOS,
    Dialect,
    dialect_of,
    minor_of,
    parse_minor,
    parse_version,
)
from fabricgen.versions.talos import has_document, installer_image

# The published schemas name three kinds otherwise than the code that reads configurations does.
SCHEMA_NAMES = {
    "UnattendedInstallConfig": "UnattendedInstall",
    "KubeSpanEndpointsConfig": "KubeSpanEndpoints",
}
MISSING_IN_SCHEMAS = {"ImageVerificationConfig"}


@pytest.mark.parametrize(
    ("contract", "dialect"),
    [
        ("1.9", Dialect.V1ALPHA1),
        ("1.11", Dialect.V1ALPHA1),
        ("1.12", Dialect.NETWORK_DOCUMENTS),
        ("1.13", Dialect.NETWORK_DOCUMENTS),
        ("1.14", Dialect.KUBERNETES_DOCUMENTS),
        ("1.15", Dialect.KUBERNETES_DOCUMENTS),
    ],
)
def test_the_dialect_changes_at_1_12_and_at_1_14(contract: str, dialect: Dialect) -> None:
    assert dialect_of(parse_minor(contract)) is dialect


def test_talos_1_9_to_1_14_are_known_each_by_its_own_minor() -> None:
    assert list(TALOS) == [(1, minor) for minor in range(9, 15)]
    assert [minor_of(release.newest) for release in TALOS.values()] == list(TALOS)


def test_each_talos_runs_six_minors_of_kubernetes_and_the_next_talos_one_newer() -> None:
    spans = [(release.kubernetes_min[1], release.kubernetes_max[1]) for release in TALOS.values()]
    assert spans == [(first, first + 5) for first in range(27, 33)]


def test_every_kernel_of_talos_is_new_enough_for_every_cilium() -> None:
    assert min(release.kernel for release in TALOS.values()) >= parse_version("6.8.0")


@pytest.mark.parametrize(
    ("kind", "since"),
    [
        ("HostnameConfig", "1.12"),
        ("Layer2VIPConfig", "1.12"),
        ("KubeNetworkConfig", "1.14"),
        ("UserVolumeConfig", "1.10"),
    ],
)
def test_a_document_exists_from_its_minor_on(kind: str, since: str) -> None:
    major, minor = parse_minor(since)
    assert has_document(kind, (major, minor))
    assert not has_document(kind, (major, minor - 1))


def test_an_unknown_kind_is_in_no_contract() -> None:
    assert not has_document("HostNameConfig", (1, 14))


def test_documents_for_control_planes_only_came_with_1_14() -> None:
    assert {DOCUMENT_KINDS[kind] for kind in CONTROL_PLANE_ONLY_KINDS} == {(1, 14)}


def test_workers_take_the_documents_that_both_roles_share() -> None:
    shared = {"KubeNetworkConfig", "KubeNodeConfig", "KubeletConfig", "KubeClusterConfig", "KubePrismConfig"}
    assert not shared & CONTROL_PLANE_ONLY_KINDS


def test_the_installer_image_names_factory_schematic_and_version() -> None:
    schematic = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"
    image = installer_image(parse_version("v1.12.5"), schematic)
    assert image == f"factory.talos.dev/metal-installer/{schematic}:v1.12.5"


def test_the_installer_image_can_be_for_secure_boot_and_from_another_factory() -> None:
    image = installer_image(parse_version("1.13.9"), "abc", factory="factory.example.org", secureboot=True)
    assert image == "factory.example.org/metal-installer-secureboot/abc:v1.13.9"


@pytest.mark.schemas
@pytest.mark.parametrize("minor", list(TALOS))
def test_the_document_kinds_of_a_minor_are_those_of_its_schema(
    schemas_dir: Path, minor: tuple[int, int]
) -> None:
    path = schemas_dir / "talos" / f"config-v1.{minor[1]}.schema.json"
    definitions = json.loads(path.read_text(encoding="utf-8"))["$defs"].values()
    kinds = [
        definition["properties"]["kind"]["enum"]
        for definition in definitions
        if "kind" in definition.get("properties", {})
    ]
    published = {name for names in kinds for name in names}
    ours = {kind for kind, since in DOCUMENT_KINDS.items() if since <= minor} - MISSING_IN_SCHEMAS
    assert {SCHEMA_NAMES.get(kind, kind) for kind in ours} == published
