"""Values of charts whose values.schema.json was pulled, and what is remembered from run to run."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from helm_values import config_map, findings, oci_repository, release, run, said, write

from fabricgen.schemas.lock import Entry, Pin, dump_lock, hash_of
from fabricgen.schemas.pulled import CHART_SCHEMA

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"replicas": {"type": "integer"}, "mode": {"enum": ["fast", "slow"]}},
}
FROM_OCI = "chartRef: {kind: OCIRepository, name: cilium}"
FROM_MAP = "valuesFrom: [{kind: ConfigMap, name: values}]"


def pull(folder: Path, schemas: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
    """Fill a folder as `fabricgen schemas pull` does; return it as a location."""
    lock = {}
    for (chart, version), schema in schemas.items():
        data = json.dumps(schema).encode()
        path = folder / chart / version / CHART_SCHEMA
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        lock[Pin(chart, version)] = Entry(sources={}, files={CHART_SCHEMA: hash_of(data)})
    (folder / "lock.json").write_bytes(dump_lock(lock))
    return str(folder)


def of_podinfo(values: str, version: str = "6.9.0") -> str:
    return release(values, version=version).replace("chart: cilium", "chart: podinfo")


@pytest.fixture
def pulled(tmp_path: Path) -> tuple[str, str]:
    """The locations of a run: a pulled folder, and what is there by default."""
    return pull(tmp_path / "schemas", {("podinfo", "6.9.0"): SCHEMA}), "default"


@pytest.mark.parametrize(
    ("values", "rule", "path"),
    [
        ("replicas: two", "HLM002", "spec.values.replicas"),
        ("replica: 2", "HLM001", "spec.values.replica"),
        ("mode: fsat", "HLM003", "spec.values.mode"),
    ],
)
def test_what_the_schema_of_a_pulled_chart_refuses_is_told(
    values: str, rule: str, path: str, pulled: tuple[str, str], tmp_path: Path
) -> None:
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo(values)})

    assert said(folder, schema_locations=pulled) == [(rule, path)]


@pytest.mark.parametrize("values", ["replicas: 2", "replicas: ${REPLICAS}", "mode: null"])
def test_what_the_schema_takes_is_no_finding(values: str, pulled: tuple[str, str], tmp_path: Path) -> None:
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo(values)})

    assert said(folder, schema_locations=pulled) == []


@pytest.mark.parametrize(
    ("version", "told"),
    [("6.9.0", 1), ("v6.9.0", 1), ("6.x", 1), (">=6.0.0", 1), ("6.9.1", 0), ("6.8.0", 0), ("5.x", 0)],
)
def test_a_chart_is_judged_by_a_version_that_it_may_be(
    version: str, told: int, pulled: tuple[str, str], tmp_path: Path
) -> None:
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo("replica: 2", version)})

    assert len(said(folder, schema_locations=pulled)) == told


def test_a_pulled_chart_may_be_named_by_another_document(pulled: tuple[str, str], tmp_path: Path) -> None:
    files = {
        "release.yaml": release("replica: 2", spec=FROM_OCI),
        "source.yaml": oci_repository("6.9.0", chart="podinfo"),
    }

    assert said(write(tmp_path / "apps", files), schema_locations=pulled) == [
        ("HLM001", "spec.values.replica")
    ]


def test_the_newest_of_two_counts_for_a_range(tmp_path: Path) -> None:
    location = pull(tmp_path / "schemas", {("podinfo", "6.9.0"): SCHEMA, ("podinfo", "6.10.0"): {}})
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo("replica: 2", "6.x")})

    assert said(folder, schema_locations=(location, "default")) == []


def test_cilium_of_a_version_that_our_table_does_not_know_is_judged_by_its_schema(tmp_path: Path) -> None:
    location = pull(tmp_path / "schemas", {("cilium", "1.99.0"): SCHEMA, ("cilium", "1.20.2"): SCHEMA})
    files = {"old.yaml": release("MTU: 1400"), "new.yaml": release("MTU: 1400", version="1.99.0", name="new")}

    found = findings(write(tmp_path / "apps", files), schema_locations=(location, "default"))

    assert [one.object for one in found] == ["HelmRelease kube-system/new"]


def test_a_damaged_schema_is_an_error_and_says_what_to_do(pulled: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "schemas" / "podinfo" / "6.9.0" / CHART_SCHEMA).write_text("{}", encoding="utf-8")
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo("replicas: 2")})

    verdicts, _ = run(folder, schema_locations=pulled)

    assert verdicts[0].status == "error"
    assert "is not the file that the lock names" in verdicts[0].findings[0].message


def test_a_schema_that_points_elsewhere_is_a_warning(tmp_path: Path) -> None:
    location = pull(tmp_path / "schemas", {("podinfo", "6.9.0"): {"$ref": "https://example.org/a.json"}})
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo("replicas: 2")})

    verdicts, _ = run(folder, schema_locations=(location, "default"))

    (found,) = verdicts[0].findings
    assert (verdicts[0].status, found.severity) == ("valid", "warning")
    assert found.message.startswith("not checked: the schema of the chart podinfo 6.9.0 cannot be used")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cache, at a time long after every file was written: what has just changed is not trusted."""
    monkeypatch.setattr(time, "time_ns", lambda: 10**19)
    return tmp_path / "cache"


def told_twice(folder: Path, cache: Path, **options: Any) -> list[list[tuple[str, str]]]:
    return [said(folder, cache=cache, **options) for _ in range(2)]


def test_a_second_run_says_what_the_first_one_said(tmp_path: Path, cache: Path) -> None:
    files = {
        "release.yaml": release("mtu: 1400", spec=f"{FROM_OCI}\n{FROM_MAP}"),
        "source.yaml": oci_repository("1.20.2"),
        "values.yaml": config_map("gatewayApi: {}"),
    }

    first, second = told_twice(write(tmp_path / "apps", files), cache)

    assert first == second == [("HLM001", 'data["values.yaml"].gatewayApi'), ("HLM001", "spec.values.mtu")]


def test_where_a_finding_stands_is_remembered_too(tmp_path: Path, cache: Path) -> None:
    folder = write(tmp_path / "apps", {"a.yaml": release(spec=FROM_MAP), "b.yaml": config_map("mtu: 1400")})

    first, second = [findings(folder, cache=cache) for _ in range(2)]

    assert [path.name.partition("-")[2] for path in cache.iterdir() if "-" in path.name] == ["releases.json"]
    assert first == second
    assert second[0].file == str(folder / "b.yaml")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("source.yaml", oci_repository("1.17.0"), [("HLM001", 'data["values.yaml"].mtu')]),
        ("values.yaml", config_map("MTU: 1400"), [("HLM001", "spec.values.externalIPs")]),
        ("release.yaml", release(spec=f"{FROM_OCI}\n{FROM_MAP}"), [("HLM001", 'data["values.yaml"].mtu')]),
        ("near/source.yaml", oci_repository("1.17.0", name="other"), None),
    ],
)
def test_a_change_of_any_file_that_decides_is_seen(
    name: str, text: str, expected: list[tuple[str, str]] | None, *, tmp_path: Path, cache: Path
) -> None:
    files = {
        "release.yaml": release("externalIPs: {}", spec=f"{FROM_OCI}\n{FROM_MAP}"),
        "source.yaml": oci_repository("1.18.0"),
        "values.yaml": config_map("mtu: 1400"),
    }
    folder = write(tmp_path / "apps", files)
    before = said(folder, cache=cache)

    write(folder, {name: text})

    assert before == [("HLM001", 'data["values.yaml"].mtu'), ("HLM001", "spec.values.externalIPs")]
    assert said(folder, cache=cache) == (before if expected is None else expected)


def test_a_chart_that_is_pulled_later_is_judged(tmp_path: Path, cache: Path) -> None:
    folder = write(tmp_path / "apps", {"release.yaml": of_podinfo("replica: 2")})
    (tmp_path / "schemas").mkdir()
    pull(tmp_path / "schemas", {})
    locations = (str(tmp_path / "schemas"), "default")

    before = said(folder, cache=cache, schema_locations=locations)
    pull(tmp_path / "schemas", {("podinfo", "6.9.0"): SCHEMA})

    assert before == []
    assert said(folder, cache=cache, schema_locations=locations) == [("HLM001", "spec.values.replica")]


@pytest.mark.parametrize("damage", [b"", b"x\n[]", b"\xff"])
def test_a_damaged_memory_is_as_good_as_none(damage: bytes, tmp_path: Path, cache: Path) -> None:
    files = {"release.yaml": release("mtu: 1400", spec=FROM_OCI), "source.yaml": oci_repository("1.20.2")}
    folder = write(tmp_path / "apps", files)
    before = said(folder, cache=cache)
    for path in cache.iterdir():
        path.write_bytes(damage)

    assert said(folder, cache=cache) == before == [("HLM001", "spec.values.mtu")]
