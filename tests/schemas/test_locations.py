"""Where schemas are looked for: the order of locations, folders and their layouts, templates, and what is refused."""

import json
from pathlib import Path

import pytest

from fabricgen.schemas import Kind, SchemaError, open_schemas
from fabricgen.schemas.layout import addresses
from fabricgen.schemas.target import Target

RELEASE = Kind("helm.toolkit.fluxcd.io", "v2", "HelmRelease")
POD = Kind("", "v1", "Pod")
DEPLOYMENT = Kind("apps", "v1", "Deployment")
CATALOG_FILE = "helm.toolkit.fluxcd.io/helmrelease_v2.json"


def _write(folder: Path, name: str, *, title: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "object", "title": title}))
    return path


def _origin(kind: Kind, *locations: Path | str, kubernetes: str = "1.36", strict: bool = True) -> str | None:
    found = open_schemas([str(one) for one in locations], kubernetes=kubernetes, strict=strict).find(kind)
    return found.origin if found else None


def test_the_kinds_of_kubernetes_are_there_by_default() -> None:
    assert _origin(DEPLOYMENT, "default", kubernetes="1.30.1") == "Kubernetes 1.30"


def test_the_first_location_that_has_a_kind_decides(tmp_path: Path) -> None:
    own = _write(tmp_path, "apps/deployment_v1.json")

    assert _origin(DEPLOYMENT, tmp_path, "default") == str(own)
    assert _origin(DEPLOYMENT, "default", tmp_path) == "Kubernetes 1.36"
    assert _origin(POD, tmp_path, "default") == "Kubernetes 1.36"


def test_a_kind_that_no_location_has_is_not_found(tmp_path: Path) -> None:
    assert _origin(Kind("example.org", "v1", "Widget"), tmp_path, "default") is None


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (RELEASE, CATALOG_FILE),
        (POD, "core/pod_v1.json"),
        (POD, "v1/pod_v1.json"),
        (RELEASE, "v1.36.0-standalone-strict/helmrelease-helm-v2.json"),
        (POD, "v1.36.0-standalone-strict/pod-v1.json"),
    ],
)
def test_a_folder_may_be_laid_out_in_any_usual_way(tmp_path: Path, kind: Kind, name: str) -> None:
    path = _write(tmp_path, name)

    assert _origin(kind, f"{tmp_path}/") == str(path)


def test_a_folder_of_open_schemas_is_taken_when_unknown_fields_are_let_through(tmp_path: Path) -> None:
    path = _write(tmp_path, "v1.36.2-standalone/pod-v1.json")

    assert _origin(POD, tmp_path, kubernetes="1.36.2", strict=False) == str(path)
    assert _origin(POD, tmp_path, kubernetes="1.36.2") is None


@pytest.mark.parametrize(
    ("template", "kind", "expected"),
    [
        ("{{.Group}}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json", RELEASE, [CATALOG_FILE]),
        (
            "{{.Group}}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json",
            POD,
            ["core/pod_v1.json", "v1/pod_v1.json"],
        ),
        ("{{.Kind}}-{{.GroupPrefix}}-{{.Version}}.json", RELEASE, ["helmrelease-helm-v2.json"]),
        ("{{.Kind}}-{{.GroupPrefix}}.json", POD, ["pod-core.json"]),
        ("{{ .ResourceKind }}{{ .KindSuffix }}.json", RELEASE, ["helmrelease-helm-v2.json"]),
        ("{{ .ResourceKind }}{{ .KindSuffix }}.json", POD, ["pod-v1.json"]),
        ("{{ .NormalizedKubernetesVersion }}{{ .StrictSuffix }}.json", POD, ["v1.36.0-strict.json"]),
        ("one.json", POD, ["one.json"]),
    ],
)
def test_the_variables_of_kubeconform_and_of_flux_schema_are_known(
    template: str, kind: Kind, expected: list[str]
) -> None:
    target = Target(kubernetes="1.36", strict=True)

    assert list(addresses(template, kind, target=target)) == expected


@pytest.mark.parametrize(
    ("kubernetes", "version"),
    [("1.36", "v1.36.0"), ("1.36.2", "v1.36.2"), ("v1.36.2", "v1.36.2"), ("master", "master")],
)
def test_folders_are_named_by_whole_versions(kubernetes: str, version: str) -> None:
    assert Target(kubernetes=kubernetes, strict=True).version == version


def test_any_version_goes_where_the_bundle_is_not_asked(tmp_path: Path) -> None:
    path = _write(tmp_path, CATALOG_FILE)

    assert _origin(RELEASE, tmp_path, kubernetes="1.99") == str(path)


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        (
            "x/{{.Grop}}.json",
            r"x/{{\.Grop}}\.json: {{\.Grop}} is no variable of a schema location; there are {{\.Group}}, ",
        ),
        ("x/{{ lower .Kind }}.json", "only variables may stand in braces of a schema location; there are"),
        ("x/{{.Kind.json", "only variables may stand in braces"),
        (
            "nowhere",
            "nowhere: there is no such folder of schemas; a location is `default`, a folder, or an address",
        ),
        ("Default", "Default: there is no such folder of schemas"),
    ],
)
def test_a_location_that_makes_no_sense_is_refused_at_once(location: str, sentence: str) -> None:
    with pytest.raises(SchemaError, match=sentence):
        open_schemas([location], kubernetes="1.36")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "is not JSON: .*; is this the right address?"),
        (b"", "is not JSON"),
        (b"\xff\xfe{}", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is JSON, but not the schema of an object"),
        (b"true", "is JSON, but not the schema of an object"),
        (b'{"message": "404: Not Found"}', "is JSON, but not the schema of an object"),
        (b'{"type": "string"}', "is JSON, but not the schema of an object"),
        (b'{"properties": []}', "is JSON, but not the schema of an object"),
        (b'{"$ref": "_definitions.json#/definitions/Pod"}', "refers to another file, _definitions.json#/definitions/Pod; take"),
        (b'{"$ref": "https://example.org/a.json"}', "refers to another file, https://example.org/a.json"),
        (b" " * (32 * 2**20 + 1), "the schema is larger than 32 MiB"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_schema_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = _write(tmp_path, CATALOG_FILE)
    path.write_bytes(content)

    with pytest.raises(SchemaError, match=f"{path}: .*{sentence}"):
        _origin(RELEASE, tmp_path)


def test_a_folder_where_a_schema_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / CATALOG_FILE).mkdir(parents=True)

    with pytest.raises(SchemaError, match="the schema cannot be read: Is a directory"):
        _origin(RELEASE, tmp_path)


def test_a_byte_order_mark_and_references_within_the_file_are_fine(tmp_path: Path) -> None:
    path = _write(tmp_path, CATALOG_FILE)
    path.write_bytes(b'\xef\xbb\xbf{"$ref": "#/definitions/a", "definitions": {"a": {"type": "object"}}}')

    assert _origin(RELEASE, tmp_path) == str(path)


@pytest.mark.parametrize(
    "kind",
    [
        Kind("", "v1", "../../secret"),
        Kind("..", "v1", "Secret"),
        Kind("../..", "v1", "Secret"),
        Kind("a..b", "v1", "Secret"),
        Kind("", "..", "Secret"),
        Kind("", "v1/../..", "Secret"),
        Kind("", "v1", "Secret\0"),
        Kind("", "v1", "Secret\n"),
        Kind("", "v1", ""),
        Kind("", "", "Secret"),
        Kind("", "v1", "S" * 64),
        Kind("a." * 127 + "a", "v1", "Secret"),
        Kind("/etc", "v1", "Secret"),
        Kind("%2e%2e", "v1", "Secret"),
        Kind("~", "v1", "Secret"),
        Kind("Ⅷ", "v1", "Secret"),
    ],
)
def test_what_can_be_no_kind_never_becomes_a_path(tmp_path: Path, kind: Kind) -> None:
    _write(tmp_path, "secret_v1.json")
    _write(tmp_path, "schemas/core/secret_v1.json")
    template = f"{tmp_path}/schemas/{{{{.Group}}}}/{{{{.Kind}}}}_{{{{.Version}}}}.json"
    schemas = open_schemas([template], kubernetes="1.36")

    assert schemas.find(kind) is None
    assert schemas.digest(kind) is None


def test_the_digest_is_that_of_the_schema_and_follows_the_content(tmp_path: Path) -> None:
    _write(tmp_path, CATALOG_FILE, title="one")
    schemas = open_schemas([str(tmp_path), "default"], kubernetes="1.36")
    first = schemas.digest(RELEASE)
    _write(tmp_path, CATALOG_FILE, title="two")

    found, built_in = schemas.find(RELEASE), schemas.find(POD)

    assert found is not None
    assert built_in is not None
    assert schemas.digest(RELEASE) == found.digest != first
    assert schemas.digest(POD) == built_in.digest
    assert schemas.digest(Kind("example.org", "v1", "Widget")) is None
