"""Kubernetes' own kinds, from the bundle that installing derived."""

import json
import runpy
from importlib.util import find_spec
from pathlib import Path

import jsonschema_rs
import pytest

from fabricgen.schemas import Kind
from fabricgen.schemas.bundle import NEWEST, OLDEST, BundledSchemas, minor_of
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.missing import explain_missing
from fabricgen.validation.structure import prepare

ROOT = Path(__file__).parent.parent.parent
MINORS = [f"1.{minor}" for minor in range(OLDEST, NEWEST + 1)]
POD = Kind("", "v1", "Pod")
FLOW = "flowcontrol.apiserver.k8s.io"


def _holds(kind: Kind, body: object, *, kubernetes: str = "1.36") -> bool:
    schema = BundledSchemas(kubernetes).find(kind)
    assert schema is not None
    return jsonschema_rs.validator_for(dict(schema.body)).is_valid(body)


@pytest.mark.parametrize("kubernetes", MINORS)
@pytest.mark.parametrize("kind", ["v1/Namespace", "apps/v1/Deployment", "networking.k8s.io/v1/Ingress"])
def test_every_minor_has_the_kinds_that_everybody_uses(kubernetes: str, kind: str) -> None:
    api_version, _, name = kind.rpartition("/")

    schema = BundledSchemas(kubernetes).find(Kind.of(api_version, name))

    assert schema is not None
    assert schema.origin == f"Kubernetes {kubernetes}"


def test_a_kind_that_kubernetes_does_not_have_is_not_found() -> None:
    assert BundledSchemas("1.36").find(Kind("helm.toolkit.fluxcd.io", "v2", "HelmRelease")) is None


@pytest.mark.parametrize("kind", [Kind("", "v1", "DeleteOptions"), Kind("", "v1", "WatchEvent")])
def test_what_only_requests_carry_is_no_kind(kind: Kind) -> None:
    assert BundledSchemas("1.36").find(kind) is None


def test_the_bundle_that_is_installed_is_the_one_that_would_be_made_today(tmp_path: Path) -> None:
    spec = find_spec("kubernetes_validate")
    assert spec is not None
    assert spec.origin is not None
    write_bundle = runpy.run_path(str(ROOT / "scripts" / "bundle_schemas.py"))["write_bundle"]

    write_bundle(tmp_path, package=Path(spec.origin).parent)

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    installed = {path.name: path.read_bytes() for path in (ROOT / "fabricgen/schemas/_bundle").iterdir()}
    assert made == installed, "run `make bundle`"


def test_schemas_are_prepared_for_the_compiler() -> None:
    schema = BundledSchemas("1.36").find(POD)
    assert schema is not None

    assert prepare(schema.body, native=True) == schema.body


def test_a_schema_refers_to_nothing_outside_itself() -> None:
    schema = BundledSchemas("1.36").find(POD)
    assert schema is not None

    text = json.dumps(schema.body)

    assert set(schema.body["$defs"]) == {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}


def test_equal_schemas_of_two_minors_have_one_digest_and_others_have_not() -> None:
    old, new = BundledSchemas("1.35"), BundledSchemas("1.36")
    kinds = (Kind("", "v1", "Secret"), POD)

    digests = [{schema.digest for schema in (old.find(kind), new.find(kind)) if schema} for kind in kinds]

    assert [len(distinct) for distinct in digests] == [1, 2]


@pytest.mark.parametrize("kubernetes", ["1.36", "1.36.2", "v1.36.0-rc.1", "1.36.2+k3s1"])
def test_a_version_is_told_by_its_minor(kubernetes: str) -> None:
    assert minor_of(kubernetes) == 36


def test_master_is_the_newest() -> None:
    assert minor_of("master") == NEWEST


@pytest.mark.parametrize(
    ("kubernetes", "sentence"),
    [
        ("1.28", "no bundled schemas for Kubernetes 1.28, only for 1.29 to 1.37; take one of these, or name"),
        ("1.38.1", "no bundled schemas for Kubernetes 1.38, only for 1.29 to 1.37"),
        ("latest", "'latest' is not a version of Kubernetes such as 1.36 or 1.36.2"),
        ("1.36/../..", "'1.36/../..' is not a version"),
    ],
)
def test_a_version_that_is_not_covered_is_refused_with_those_that_are(kubernetes: str, sentence: str) -> None:
    with pytest.raises(SchemaError, match=sentence.replace(".", r"\.")) as raised:
        BundledSchemas(kubernetes)

    assert raised.value.exit_code == 2


def test_a_checkout_that_was_never_installed_is_told_how_to(tmp_path: Path) -> None:
    with pytest.raises(
        SchemaError, match="not there; they are derived when fabricgen is installed: run `make install`"
    ):
        BundledSchemas("1.36", folder=tmp_path / "_bundle").find(POD)


CONTAINER = {"name": "web", "image": "web:1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"resources": {"limits": {"memory": "64Mi", "cpu": 0.5}}},
        {"resources": {"limits": {"memory": "1e3", "cpu": " 100m "}}},
        {"resources": None},
        {"env": None},
        {"livenessProbe": {"httpGet": {"port": "http"}}},
        {"livenessProbe": {"httpGet": {"port": 8080}}},
    ],
)
def test_what_the_api_server_takes_in_a_pod_holds(changes: dict[str, object]) -> None:
    assert _holds(POD, {"spec": {"containers": [CONTAINER | changes]}})


@pytest.mark.parametrize(
    "changes",
    [
        {"resources": {"limits": {"memory": "64MB"}}},
        {"resources": {"limits": {"memory": ""}}},
        {"resources": {"limits": {"memory": True}}},
        {"resources": {"limits": {"memory": None}}},
        {"livenessProbe": {"httpGet": {"port": 80.5}}},
        {"livenessProbe": {"httpGet": {"port": 2**31}}},
        {"livenessProbe": {"httpGet": {"port": None}}},
        {"livenessprobe": {}},
        {"name": None},
        {"args": [1]},
        {"args": [None]},
    ],
)
def test_what_the_api_server_or_flux_schema_refuses_in_a_pod_does_not_hold(
    changes: dict[str, object],
) -> None:
    assert not _holds(POD, {"spec": {"containers": [CONTAINER | changes]}})


@pytest.mark.parametrize(
    ("subresources", "holds"),
    [({"status": {}}, True), ({"status": None}, True), ({"status": {"a": 1}}, False)],
)
def test_an_object_without_fields_is_closed(subresources: object, *, holds: bool) -> None:
    assert _holds(_CRD, _definition(subresources=subresources)) is holds


@pytest.mark.parametrize(
    ("schema", "holds"),
    [
        ({"type": "object", "additionalProperties": True}, True),
        ({"properties": {"a": {"items": {"type": "string"}, "default": [1]}}}, True),
        ({"properties": {"a": {"properties": {"b": {"allOf": [{"minimum": 1}]}}}}}, True),
        ({"x-kubernetes-validations": [{"rule": "true"}]}, True),
        ({"properties": {"a": {"properties": {"b": {"allOf": [{"minimun": 1}]}}}}}, False),
        ({"additionalProperties": "true"}, False),
        ({"items": "string"}, False),
    ],
)
def test_schemas_inside_a_definition_of_a_kind_are_looked_into_at_every_depth(
    schema: object, *, holds: bool
) -> None:
    assert _holds(_CRD, _definition(schema={"openAPIV3Schema": schema})) is holds


_CRD = Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")


def _definition(**version: object) -> object:
    names = {"kind": "Widget", "plural": "widgets"}
    versions = [{"name": "v1", "served": True, "storage": True, **version}]
    return {"spec": {"group": "example.org", "names": names, "scope": "Namespaced", "versions": versions}}


def test_the_kind_of_an_object_within_another_is_not_looked_at() -> None:
    template = {"apiVersion": "v1beta1", "kind": "Volume", "spec": {"accessModes": ["ReadWriteOnce"]}}
    spec = {"serviceName": "a", "selector": {}, "template": {}, "volumeClaimTemplates": [template]}

    assert _holds(Kind("apps", "v1", "StatefulSet"), {"spec": spec})


@pytest.mark.parametrize(
    ("api_version", "kind", "kubernetes", "sentence"),
    [
        ("extensions/v1beta1", "Ingress", "1.36", "Kubernetes 1.36 has Ingress as networking.k8s.io/v1"),
        ("apps/v1", "Job", "1.33.1", "Kubernetes 1.33 has Job as batch/v1"),
        ("apps/v1", "Deploymnet", "1.36", "did you mean kind Deployment of apps/v1?"),
        ("v1", "deployment", "1.36", "did you mean kind Deployment of apps/v1?"),
        (
            "networking.k8s.io/v1",
            "ServiceCIDR",
            "1.29",
            "ServiceCIDR of networking.k8s.io/v1 comes with Kubernetes 1.33; Kubernetes 1.29 has ServiceCIDR as networking.k8s.io/v1alpha1",
        ),
        (
            f"{FLOW}/v1beta3",
            "FlowSchema",
            "1.36",
            f"FlowSchema of {FLOW}/v1beta3 was removed in Kubernetes 1.32; Kubernetes 1.36 has FlowSchema as {FLOW}/v1",
        ),
        ("serving.knative.dev/v1", "Service", "1.36", ""),
        ("v1", "Zzz", "1.36", ""),
    ],
)
def test_where_a_kind_is_to_be_found_is_told(
    api_version: str, kind: str, kubernetes: str, sentence: str
) -> None:
    assert explain_missing(Kind.of(api_version, kind), kubernetes) == sentence
