"""The tables in cel/ as cases: an object, the schema it is judged by, and what is expected of it."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cel"
_TEXT = {"type": "string"}
_OBJECT = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": {"type": "object"}}
_SPEC = {"text": "a.b-c", "number": 5, "list": [3, 1]}
_SPEC_PROPERTIES = {
    "text": _TEXT,
    "number": {"type": "integer"},
    "other": _TEXT,
    "absent": {"type": "object", "properties": {"deeper": {"type": "integer"}}},
    "list": {"type": "array", "items": {"type": "integer"}},
}


@dataclass(frozen=True)
class Case:
    """`expected` are problems, whole or the beginning of one message; none for what holds."""

    title: str
    body: dict[str, Any]
    schema: dict[str, Any] = field(default_factory=dict)
    schema_path: str = ""
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.title


def _table(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _body(kind: str, spec: Any, *, api_version: str = "cel.test/v1", name: str = "name") -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec}


@cache
def function_cases() -> tuple[Case, ...]:
    """One case an expression; what is expected of it is `holds`, `fails` or `errors`."""
    lines = [
        (line, outcome) for outcome, text in _table("functions.yaml").items() for line in text.splitlines()
    ]
    return tuple(
        Case(title=line, body=_body(f"Case{number}", _SPEC), schema=rule_schema(line), expected=(outcome,))
        for number, (line, outcome) in enumerate(lines)
    )


def rule_schema(rule: str) -> dict[str, Any]:
    """The schema of an object whose `spec` has one rule."""
    spec = {"type": "object", "properties": _SPEC_PROPERTIES, "x-kubernetes-validations": [{"rule": rule}]}
    return {"type": "object", "properties": {**_OBJECT, "spec": spec}}


@cache
def semantics_cases() -> tuple[Case, ...]:
    return tuple(
        Case(
            title=f"{case['title']} ({index})",
            body=_body(f"Case{number}", one["spec"]),
            schema=_whole(case),
            expected=tuple(one["problems"]),
        )
        for number, case in enumerate(_table("semantics.yaml"))
        for index, one in enumerate(case["specs"])
    )


def _whole(case: dict[str, Any]) -> dict[str, Any]:
    root: dict[str, Any] = case.get("root", {"type": "object", "properties": {"spec": case.get("schema")}})
    return {**root, "properties": {**root["properties"], **_OBJECT}}


@cache
def kind_cases() -> tuple[Case, ...]:
    return tuple(one for entry in _table("kinds.yaml") for one in _kind_cases(entry))


def _kind_cases(entry: dict[str, Any]) -> Iterator[Case]:
    group, _, file = entry["schema"].partition("/")
    kind, _, version = file.partition("_")
    specs = [("", spec) for spec in entry["keeps"]] + list(entry["breaks"].items())
    for number, (begins, spec) in enumerate(specs):
        body = _body(kind, spec, api_version=f"{group}/{version}", name=entry.get("name", "name"))
        yield Case(
            title=f"{file} {begins or number}",
            body={**body, "status": entry["status"]} if "status" in entry else body,
            schema_path=f"{entry['schema']}.json",
            expected=(begins,) if begins else (),
        )


def write_schemas(cases: Iterable[Case], folder: Path) -> Path:
    """Write the schemas of made-up kinds as tools look for them: <group>/<kind>_<version>.json."""
    (folder / "cel.test").mkdir(parents=True)
    for case in cases:
        path = folder / "cel.test" / f"{case.body['kind'].lower()}_v1.json"
        path.write_text(json.dumps(case.schema, ensure_ascii=False), encoding="utf-8")
    return folder


def write_bodies(cases: Iterable[Case], file: Path) -> Path:
    file.write_text("\n---\n".join(json.dumps(case.body) for case in cases), encoding="utf-8")
    return file


def flux_results(tool: str, *, schemas: Path, file: Path) -> list[dict[str, Any]]:
    """What flux-schema says of each document, in order."""
    command = [tool, "validate", "-s", str(schemas), "-o", "json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    results = json.loads(done.stdout)["report"]["results"]
    return sorted(results, key=lambda result: int(result["idx"]))


def flux_messages(result: dict[str, Any]) -> str:
    return "\n".join(violation["message"] for violation in result.get("violations", ()))
