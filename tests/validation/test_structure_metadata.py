"""What every object's metadata must be: names, labels, annotations, and the kinds that are stricter or laxer."""

from typing import Any

import pytest
from structures import told

from fabricgen.schemas.kind import Kind
from fabricgen.validation.structure import Structure, compile_structure

_TEXT = {"type": "string"}
_OPEN = {"type": "object", "properties": {"apiVersion": _TEXT, "kind": _TEXT, "metadata": {"type": "object"}}}
_LONG_PREFIX = ".".join(["x" * 63] * 3)


def _judged(api_version: str = "example.com/v1", kind: str = "Thing") -> Structure:
    return compile_structure(_OPEN, kind=Kind.of(api_version, kind))


def _object(metadata: Any, *, api_version: str = "example.com/v1", kind: str = "Thing") -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "a"},
        {"name": "a.b-c.9"},
        {"name": "a" * 253},
        {"generateName": "a-"},
        {"name": "a", "generateName": "A-"},
        {"name": "a", "generateName": "a.-"},
        {"generateName": "a.b-"},
        {"name": "", "generateName": "a"},
        {"name": "a", "namespace": ""},
        {"name": "a", "namespace": "b" * 63},
        {"name": "a", "labels": {"a": "", "example.com/A_b": "C.d"}},
        {"name": "a", "labels": {f"{_LONG_PREFIX}.{'y' * 61}/a": "b"}},
        {"name": "a", "labels": None, "annotations": None, "creationTimestamp": None},
        {"name": "a", "annotations": {"Example.com/A": "any\ntext"}},
        {"name": "a", "annotations": {f"a{number}": "b" * 6000 for number in range(43)}},
        {"name": "a", "finalizers": ["a", "b"]},
        {
            "name": "a",
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "1"},
                {"apiVersion": "v1", "kind": "Pod", "name": "b", "uid": "2"},
            ],
        },
    ],
)
def test_metadata_that_the_api_server_takes_holds(metadata: dict[str, Any]) -> None:
    assert told(_judged(), _object(metadata)) == []
    assert _judged().holds(_object(metadata))


@pytest.mark.parametrize(
    ("metadata", "place"),
    [
        ({"name": "A"}, "name"),
        ({"name": "a_b"}, "name"),
        ({"name": "a..b"}, "name"),
        ({"name": "a" * 254}, "name"),
        ({"name": 1}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({}, "name"),
        ({"generateName": "A-"}, "generateName"),
        ({"generateName": "a.-"}, "generateName"),
        ({"name": "a", "generateName": "AB-"}, "generateName"),
        ({"generateName": "a."}, "generateName"),
        ({"generateName": "a..b-"}, "generateName"),
        ({"generateName": "-"}, "generateName"),
        ({"name": "a", "namespace": "b.c"}, "namespace"),
        ({"name": "a", "namespace": "b" * 64}, "namespace"),
        ({"name": "a", "labels": {"a b": "c"}}, "a b"),
        ({"name": "a", "labels": {"a/b/c": "d"}}, "a/b/c"),
        ({"name": "a", "labels": {"A/b": "c"}}, "A/b"),
        ({"name": "a", "labels": {"x" * 64: "c"}}, "x" * 64),
        ({"name": "a", "labels": {f"{_LONG_PREFIX}.{'y' * 62}/a": "b"}}, f"{_LONG_PREFIX}.{'y' * 62}/a"),
        ({"name": "a", "labels": {"a": "b c"}}, "a"),
        ({"name": "a", "labels": {"a": "b" * 64}}, "a"),
        ({"name": "a", "labels": {"a": True}}, "a"),
        ({"name": "a", "labels": ["a"]}, "labels"),
        ({"name": "a", "annotations": {"a b": "c"}}, "a b"),
        ({"name": "a", "annotations": {"a": 1}}, "a"),
        ({"name": "a", "annotations": {f"a{number}": "b" * 6000 for number in range(44)}}, "annotations"),
        ({"name": "a", "annotations": {"a": "é" * 131_072}}, "annotations"),
        ({"name": "a", "finalizers": ["a", "a"]}, 1),
        ({"name": "a", "lables": {}}, "lables"),
        ({"name": "a", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "a"}]}, "uid"),
        (
            {
                "name": "a",
                "ownerReferences": [{"apiVersion": "v1", "kind": "A", "name": "a", "uid": "1"}] * 2,
            },
            1,
        ),
    ],
)
def test_metadata_that_the_api_server_refuses_is_one_problem(
    metadata: dict[str, Any], place: str | int
) -> None:
    problems = _judged().problems(_object(metadata))

    assert [problem.path[-1] for problem in problems] == [place]
    assert problems[0].path[0] == "metadata"
    assert not _judged().holds(_object(metadata))


def test_half_a_character_in_a_name_is_refused_and_not_raised() -> None:
    assert not _judged().holds(_object({"name": "\ud800"}))


@pytest.mark.parametrize("metadata", [None, "text", [], 1])
def test_metadata_that_is_no_mapping_is_refused(metadata: Any) -> None:
    assert len(told(_judged(), _object(metadata))) == 1
    assert not _judged().holds(_object(metadata))


@pytest.mark.parametrize(
    ("api_version", "kind", "name", "holds"),
    [
        ("rbac.authorization.k8s.io/v1", "Role", "system:A_b", True),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "a/b", False),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "..", False),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "...", True),
        ("example.com/v1", "Role", "a:b", False),
        ("v1", "Namespace", "a.b", False),
        ("v1", "Service", "a.b", False),
        ("v1", "Service", "a" * 64, False),
        ("v1", "Service", "a-b", True),
        ("v1", "ConfigMap", "a.b", True),
        ("batch/v1", "CronJob", "a" * 52, True),
        ("batch/v1", "CronJob", "a" * 53, False),
        ("serving.knative.dev/v1", "Service", "a.b", True),
    ],
)
def test_some_kinds_have_rules_of_their_own_for_names(
    api_version: str, kind: str, name: str, *, holds: bool
) -> None:
    body = _object({"name": name}, api_version=api_version, kind=kind)

    assert _judged(api_version, kind).holds(body) is holds


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("authorization.k8s.io/v1", "SubjectAccessReview"),
        ("kustomize.config.k8s.io/v1beta1", "Kustomization"),
        ("schema.plugin.fluxcd.io/v1beta1", "Config"),
    ],
)
def test_what_is_never_stored_needs_no_name(api_version: str, kind: str) -> None:
    assert _judged(api_version, kind).holds(_object({}, api_version=api_version, kind=kind))


def test_unknown_metadata_passes_where_unknown_fields_may() -> None:
    judged = compile_structure(_OPEN, kind=Kind("example.com", "v1", "Thing"), strict=False)

    assert judged.holds(_object({"name": "a", "lables": {}}))
    assert not judged.holds(_object({"name": "A"}))


def test_a_schema_s_own_rules_for_the_name_count_too() -> None:
    name = {"type": "string", "maxLength": 3}
    schema = {"type": "object", "properties": {"metadata": {"type": "object", "properties": {"name": name}}}}
    judged = compile_structure(schema, kind=Kind("example.com", "v1", "Thing"))

    assert judged.holds(_object({"name": "abc"}))
    assert told(judged, _object({"name": "abcd"})) == [
        "metadata.name: this is longer than the 3 characters that are allowed"
    ]
