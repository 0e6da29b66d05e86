"""The bundle decides as the files do that it is derived from, over documents made from those files."""

import json
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import kubernetes_validate
import pytest
import yaml
from full_examples import Place, full_example, with_one_fault

from fabricgen.schemas import Kind
from fabricgen.schemas.bundle import NEWEST, OLDEST, BundledSchemas

MINORS = range(OLDEST, NEWEST + 1)


def _source(minor: int) -> Path:
    spec = find_spec("kubernetes_validate")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / f"kubernetes-json-schema/v1.{minor}.0-local-strict"


@cache
def _definitions(minor: int) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((_source(minor) / "_definitions.json").read_text()))


def _source_schema(kind: Kind, minor: int) -> dict[str, Any]:
    group = f"-{kind.group.partition('.')[0]}" if kind.group else ""
    text = (_source(minor) / f"{kind.kind.lower()}{group}-{kind.version}.json").read_text()
    return cast("dict[str, Any]", json.loads(text))


def _judge(kind: Kind, minor: int) -> Callable[[object], bool]:
    """Return what the source says: its own file, with the definitions that it refers to."""
    schema = _source_schema(kind, minor)
    return jsonschema_rs.validator_for(schema, retriever=lambda _: _definitions(minor)).is_valid


def _ours(kind: Kind, minor: int) -> Callable[[object], bool]:
    schema = BundledSchemas(f"1.{minor}").find(kind)
    assert schema is not None
    return jsonschema_rs.validator_for(dict(schema.body)).is_valid


def _kinds(minor: int) -> list[Kind]:
    """Return the kinds that people write; those that API servers keep for themselves stand in files of other names."""
    return sorted(
        kind for kind in BundledSchemas(f"1.{minor}").kinds() if not kind.group.startswith("internal.")
    )


def _example(kind: Kind, minor: int) -> object:
    return full_example(_source_schema(kind, minor), definitions=_definitions(minor)["$defs"])


@pytest.mark.parametrize("minor", MINORS)
def test_a_document_with_every_field_of_its_kind_holds(minor: int) -> None:
    refused = [kind for kind in _kinds(minor) if not _ours(kind, minor)(_example(kind, minor))]

    assert refused == []


def _differences(kind: Kind, minor: int) -> list[Place]:
    """Return where a single fault is judged in two ways.

    Left out is an unknown field in an object that has no fields: its source lets it through, the API server does not.
    So are managedFields, which the API server writes and nobody else.
    """
    judge, ours, example = _judge(kind, minor), _ours(kind, minor), _example(kind, minor)
    return [
        place
        for place, before, body in with_one_fault(example)
        if judge(body) != ours(body) and (before != {} or ours(body)) and "managedFields" not in place
    ]


@pytest.mark.parametrize(
    "kind", [kind for kind in _kinds(NEWEST) if not kind.kind.endswith("List")], ids="/".join
)
def test_a_single_fault_is_judged_as_the_source_judges_it(kind: Kind) -> None:
    assert _differences(kind, NEWEST) == []


@pytest.mark.parametrize("minor", MINORS)
def test_so_it_is_in_every_minor(minor: int) -> None:
    assert _differences(Kind("", "v1", "Service"), minor) == []


DEPLOYMENT = yaml.safe_load("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "web:1", ports: [{containerPort: 80}], resources: {limits: {memory: 64Mi, cpu: 0.5}}}
""")


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"replicas": 2, "revisionHistoryLimit": None, "strategy": {"rollingUpdate": {"maxSurge": "25%"}}},
        {"replicas": "2"},
        {"replica": 2},
        {"strategy": {"rollingUpdate": {"maxSurge": 1.5}}},
        {"template": {"spec": {"containers": [{"image": "web:1"}]}}},
        {"template": {"spec": {"containers": {"name": "web"}}}},
    ],
)
def test_what_the_package_itself_says_of_a_deployment_is_what_the_bundle_says(
    spec: dict[str, object],
) -> None:
    document = {**DEPLOYMENT, "spec": DEPLOYMENT["spec"] | spec}

    assert _ours(Kind("apps", "v1", "Deployment"), 36)(document) is _package_takes(document)


def _package_takes(document: dict[str, Any]) -> bool:
    try:
        kubernetes_validate.validate(document, "1.36", strict=True)
    except kubernetes_validate.ValidationError:
        return False
    return True
