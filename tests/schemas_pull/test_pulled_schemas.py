import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from upstream_server import crd, yaml_of

from fabricgen.schemas import Kind
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import Entry, Pin, dump_lock, hash_of
from fabricgen.schemas.pull.pull import import_crds
from fabricgen.schemas.pulled import PulledSchemas

WIDGET = Kind("example.org", "v1", "Widget")
GADGET = Kind("example.org", "v1", "Gadget")
SCHEMA = "example.org/widget_v1.json"


def _fill(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files and a lock of them, `<component>/<version>/…` each."""
    lock: dict[Pin, Entry] = {}
    for path, data in files.items():
        component, version, rest = path.split("/", 2)
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        before = lock.get(Pin(component, version), Entry(sources={}, files={}))
        lock[Pin(component, version)] = Entry(sources={}, files={**before.files, rest: hash_of(data)})
    (folder / "lock.json").write_bytes(dump_lock(lock))
    return folder


def _origin(schemas: PulledSchemas, kind: Kind) -> str | None:
    found = schemas.find(kind)
    return None if found is None else found.origin


def test_a_schema_is_found_by_its_kind_with_the_digest_of_the_lock(tmp_path: Path) -> None:
    body = json.dumps({"type": "object"}).encode()
    schemas = PulledSchemas(_fill(tmp_path, {f"flux/2.9.5/{SCHEMA}": body}), pins={})

    found = schemas.find(WIDGET)

    assert found is not None
    assert (found.body, found.digest) == ({"type": "object"}, hash_of(body))
    assert found.origin == f"{tmp_path}/flux/2.9.5/{SCHEMA}"


def test_a_digest_is_told_without_opening_the_file(tmp_path: Path) -> None:
    schemas = PulledSchemas(_fill(tmp_path, {f"flux/2.9.5/{SCHEMA}": b"{}"}), pins={})
    (tmp_path / "flux/2.9.5" / SCHEMA).unlink()

    assert schemas.digest(WIDGET) == hash_of(b"{}")
    assert schemas.digest(GADGET) is None


@pytest.mark.parametrize(
    "kind",
    [GADGET, Kind("example.org", "v2", "Widget"), Kind("", "v1", "Widget"), Kind("../flux", "v1", "Widget")],
)
def test_what_was_not_pulled_is_not_found(tmp_path: Path, kind: Kind) -> None:
    assert PulledSchemas(_fill(tmp_path, {f"flux/2.9.5/{SCHEMA}": b"{}"}), pins={}).find(kind) is None


def test_a_folder_without_a_lock_holds_nothing(tmp_path: Path) -> None:
    assert PulledSchemas(tmp_path / "none", pins={}).find(WIDGET) is None


@pytest.mark.parametrize(
    ("pins", "version"),
    [
        ({}, "2.10.0"),
        ({"cilium": "1.20.2"}, "2.10.0"),
        ({"flux": "2.9.5"}, "2.9.5"),
        ({"flux": "v2.9.5"}, "2.9.5"),
        ({"flux": "2.10.0-rc.1"}, "2.10.0-rc.1"),
    ],
)
def test_the_pinned_version_counts_else_the_newest(
    tmp_path: Path, pins: dict[str, str], version: str
) -> None:
    versions = ("2.9.5", "2.10.0-rc.1", "2.10.0", "2.8.8")
    _fill(tmp_path, {f"flux/{one}/{SCHEMA}": b"{}" for one in versions})

    assert _origin(PulledSchemas(tmp_path, pins=pins), WIDGET) == f"{tmp_path}/flux/{version}/{SCHEMA}"


def test_a_pinned_version_that_was_not_pulled_has_no_schemas(tmp_path: Path) -> None:
    _fill(tmp_path, {f"flux/2.9.5/{SCHEMA}": b"{}"})

    assert PulledSchemas(tmp_path, pins={"flux": "2.8.8"}).find(WIDGET) is None


def test_a_kind_that_newer_versions_lack_comes_from_the_newest_that_has_it(tmp_path: Path) -> None:
    _fill(
        tmp_path,
        {
            f"flux/2.6.4/{SCHEMA}": b"{}",
            "flux/2.9.5/example.org/gadget_v1.json": b"{}",
            f"flux/2.5.1/{SCHEMA}": b"{}",
        },
    )

    assert _origin(PulledSchemas(tmp_path, pins={}), WIDGET) == f"{tmp_path}/flux/2.6.4/{SCHEMA}"


def test_what_was_imported_comes_before_the_newest_and_after_what_is_pinned(tmp_path: Path) -> None:
    _fill(tmp_path, {f"flux/2.9.5/{SCHEMA}": b"{}"})
    import_crds(tmp_path, {"mine.yaml": yaml_of(crd("Widget"))})

    assert _origin(PulledSchemas(tmp_path, pins={}), WIDGET) == f"{tmp_path}/own/imported/{SCHEMA}"
    assert (
        _origin(PulledSchemas(tmp_path, pins={"flux": "2.9.5"}), WIDGET) == f"{tmp_path}/flux/2.9.5/{SCHEMA}"
    )


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda place: place.write_text("[]"), "is not the file that the lock names"),
        (Path.unlink, "cannot be read: No such file"),
    ],
    ids=["changed", "missing"],
)
def test_a_file_that_is_not_the_locked_one_is_an_error(
    tmp_path: Path, damage: Callable[[Path], object], why: str
) -> None:
    schemas = PulledSchemas(_fill(tmp_path, {f"flux/2.9.5/{SCHEMA}": b"{}"}), pins={})
    place = tmp_path / "flux/2.9.5" / SCHEMA
    damage(place)

    with pytest.raises(SchemaError) as refused:
        schemas.find(WIDGET)

    assert str(refused.value).startswith(str(place))
    assert why in str(refused.value)
    assert "`fabricgen schemas pull` fetches it again" in str(refused.value)


def test_a_chart_is_found_in_exactly_its_version(tmp_path: Path) -> None:
    schema = json.dumps({"properties": {"a": {}}}).encode()
    files = {"cilium/1.20.2/chart/values.schema.json": schema, "cilium/1.20.2/chart/values.yaml": b"a: 1\n"}
    schemas = PulledSchemas(_fill(tmp_path, files), pins={})

    assert schemas.chart_values_schema("cilium", "v1.20.2") == {"properties": {"a": {}}}
    assert schemas.chart_values("cilium", "1.20.2") == "a: 1\n"
    assert schemas.chart_values_schema("cilium", "1.20.1") is None
    assert schemas.chart_values("metallb", "0.15.2") is None


@pytest.mark.parametrize(
    ("pins", "minor", "found"),
    [
        ({}, (1, 12), {"title": "1.12.10"}),
        ({"talos": "1.12.5"}, (1, 12), {"title": "1.12.5"}),
        ({"talos": "1.13.0"}, (1, 12), {"title": "1.12.10"}),
        ({}, (1, 13), {"title": "1.13.0"}),
        ({}, (1, 14), None),
    ],
)
def test_talos_schema_is_that_of_the_minor(
    tmp_path: Path, pins: dict[str, str], minor: tuple[int, int], found: dict[str, str] | None
) -> None:
    versions = ("1.12.5", "1.12.10", "1.13.0")
    _fill(
        tmp_path, {f"talos/{one}/config.schema.json": json.dumps({"title": one}).encode() for one in versions}
    )

    assert PulledSchemas(tmp_path, pins=pins).talos_config_schema(minor) == found
