import json
from typing import Any

import pytest
from upstream_server import crd, yaml_of

from fabricgen.schemas import Kind
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.pull.crds import schemas_of


def _refusal(data: bytes) -> str:
    with pytest.raises(SchemaError) as refused:
        schemas_of(data, source="crds.yaml")
    return str(refused.value)


def _changed(**changes: Any) -> bytes:
    body = crd()
    body["spec"].update(changes)
    return yaml_of(body)


def test_every_served_version_gets_a_schema() -> None:
    body = crd(versions=("v1", "v1beta1", "v1alpha1"))
    body["spec"]["versions"][2]["served"] = False

    found = schemas_of(yaml_of(body), source="crds.yaml")

    assert list(found) == [Kind("example.org", "v1", "Widget"), Kind("example.org", "v1beta1", "Widget")]


def test_other_objects_are_passed_over() -> None:
    data = yaml_of(
        {"apiVersion": "v1", "kind": "Namespace"}, crd(), {"apiVersion": "apps/v1", "kind": "Deployment"}
    )

    assert set(schemas_of(data, source="install.yaml")) == {Kind("example.org", "v1", "Widget")}


def test_what_kubectl_prints_is_unpacked() -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": [crd("Widget"), crd("Gadget")]}

    found = schemas_of(json.dumps(listed).encode(), source="stdin")

    assert {kind.kind for kind in found} == {"Widget", "Gadget"}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert schemas_of(b"\xef\xbb\xbf" + yaml_of(crd()), source="crds.yaml")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"kind: [CustomResourceDefinition", "is not closed"),
        (
            b"<!DOCTYPE html><html><body>Not found</body></html>",
            "crds.yaml:1: no object stands here, but '<!DOC",
        ),
        (b"- a\n- b\n", "crds.yaml:1: no object stands here, but ['a', 'b']"),
        (b"kind: \xff\xfe", "crds.yaml: is no text in UTF-8: byte 6 cannot be read"),
        (b"\x00\x01", "crds.yaml:1:1: the character U+0000 is not allowed in YAML"),
    ],
    ids=["half a document", "a web page", "a list", "another encoding", "bytes"],
)
def test_what_is_no_manifest_is_refused(data: bytes, why: str) -> None:
    assert why in _refusal(data)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"versions": []}, "spec.versions is missing"),
        ({"versions": "v1"}, "spec.versions is missing"),
        ({"versions": ["v1"]}, "spec.versions holds something else than versions"),
        ({"versions": [{"name": "v1", "served": True}]}, "version v1 has no schema.openAPIV3Schema"),
        (
            {"versions": [{"name": "v1", "served": True, "schema": {"openAPIV3Schema": []}}]},
            "version v1 has no schema.openAPIV3Schema",
        ),
        (
            {
                "versions": [
                    {"name": "v1", "served": True, "schema": {"openAPIV3Schema": {"properties": ["a"]}}}
                ]
            },
            "version v1 has a schema that no API server takes",
        ),
        ({"group": "../../etc"}, "'../../etc' cannot be a group"),
        ({"group": "core"}, "'core' cannot be a group"),
        ({"names": {"kind": "../Widget"}}, "'../Widget' cannot be a kind"),
        ({"names": {}}, "'' cannot be a kind"),
        (
            {"versions": [{"name": "v1/../..", "served": True}]},
            "'v1/../..' cannot be a version",
        ),
    ],
)
def test_a_definition_that_is_none_is_refused_by_name(changes: dict[str, Any], why: str) -> None:
    refusal = _refusal(_changed(**changes))

    assert refusal.startswith("crds.yaml: CustomResourceDefinition widgets.example.org: ")
    assert why in refusal


def test_an_old_definition_is_refused() -> None:
    old = {**crd(), "apiVersion": "apiextensions.k8s.io/v1beta1"}

    assert "apiVersion is 'apiextensions.k8s.io/v1beta1', not apiextensions.k8s.io/v1" in _refusal(
        yaml_of(old)
    )


def test_all_faults_are_told_at_once() -> None:
    refusal = _refusal(
        yaml_of(
            {**crd("Widget"), "spec": {}},
            crd("Good"),
            {**crd("Gadget"), "spec": {}},
        )
    )

    assert "widgets.example.org" in refusal
    assert "gadgets.example.org" in refusal
    assert "goods" not in refusal


def test_one_kind_defined_twice_is_refused_only_where_the_two_differ() -> None:
    other = crd(spec={"type": "object"})

    assert len(schemas_of(yaml_of(crd(), crd()), source="crds.yaml")) == 1
    assert "example.org/v1 Widget is defined twice, differently" in _refusal(yaml_of(crd(), other))
