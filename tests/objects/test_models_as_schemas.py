"""The models as JSON Schemas, which need no pydantic, say what the models say."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from changed import GONE, changed
from test_refusals import CASES, EXAMPLES

from fabricgen.objects import MODELS, problems_of
from fabricgen.schemas import Kind, open_schemas
from fabricgen.schemas.models import ModelSchemas
from fabricgen.validation.cel import compile_rules
from fabricgen.validation.structure import compile_structure

ROOT = Path(__file__).parent.parent.parent
KINDS = sorted(ModelSchemas().kinds())

# What only the models refuse: what belongs to upstream's kinds but not into what fabricgen writes, and what the API
# server does not mind in metadata.
MODELS_ALONE = {
    ("HelmRelease, least", "spec.install"),
    ("BGPPeer, least", "spec.password"),
    ("CiliumLoadBalancerIPPool, least", "metadata.namespace"),
    ("CiliumClusterwideNetworkPolicy, least", "metadata.namespace"),
    ("GatewayClass, least", "metadata.namespace"),
}


@cache
def _problems(kind: Kind, text: str) -> tuple[str, ...]:
    schema = ModelSchemas().find(kind)
    assert schema is not None
    body = yaml.safe_load(text)
    structure, rules = compile_structure(schema.body, kind=kind), compile_rules(schema.body)
    found = structure.problems(body) or (rules.problems(body) if rules else ())
    return tuple(str(problem) for problem in found)


def _said(body: dict[str, Any]) -> tuple[str, ...]:
    """Return what the schemas say of a body."""
    return _problems(Kind.of(body["apiVersion"], body["kind"]), yaml.safe_dump(body))


def _has_schema(body: dict[str, Any]) -> bool:
    return Kind.of(str(body.get("apiVersion", "")), str(body.get("kind", ""))) in KINDS


ACCEPTED = {name: body for name, one in EXAMPLES.items() if _has_schema(body := one.to_body())}
REFUSED = [
    case
    for case in CASES
    if case["example"] in ACCEPTED
    and (case["example"], case["path"]) not in MODELS_ALONE
    and not case["path"].startswith(("apiVersion", "kind"))
]
TREES = sorted([*(ROOT / "gitops").iterdir(), *(ROOT / "tests/golden").glob("*/expected")])


def test_the_file_is_what_the_models_say() -> None:
    generator = ROOT / "scripts" / "generate_model_schemas.py"
    program = f"import runpy; print(runpy.run_path({str(generator)!r})['model_schemas'](), end='')"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT / "scripts"
    )

    assert done.stdout == (ROOT / "fabricgen/schemas/models.json").read_text(encoding="utf-8"), (
        "run `make generated`"
    )


def test_every_model_of_a_kind_that_is_not_kubernetes_own_has_a_schema() -> None:
    assert {(kind.group, kind.kind) for kind in KINDS} == {key for key in MODELS if key[0]}


def test_a_model_stands_for_each_version_it_knows() -> None:
    versions = {kind.version for kind in KINDS if kind.kind == "CiliumLoadBalancerIPPool"}

    assert versions == {"v2", "v2alpha1"}


@pytest.mark.parametrize("kind", KINDS, ids="/".join)
def test_a_schema_is_in_one_piece_and_compiles_with_all_its_rules(kind: Kind) -> None:
    schema = ModelSchemas().find(kind)

    assert schema is not None
    assert "$ref" not in str(schema.body)
    assert schema.origin == f"fabricgen's model of {kind.kind}"
    assert schema.digest == ModelSchemas().digest(kind)
    assert jsonschema_rs.validator_for(dict(schema.body)).is_valid([]) is False
    compile_rules(schema.body)


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_scripts_build_with_the_models_holds(name: str) -> None:
    assert _said(ACCEPTED[name]) == ()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case['example']}: {case['path']}")
def test_what_a_model_refuses_its_schema_or_a_rule_refuses(case: dict[str, Any]) -> None:
    body = changed(ACCEPTED[case["example"]], case["path"], case.get("value", GONE))

    assert len(_said(body)) >= 1


@pytest.mark.parametrize(("example", "path"), sorted(MODELS_ALONE), ids=lambda one: one)
def test_what_only_fabricgen_does_not_write_holds(example: str, path: str) -> None:
    case = next(case for case in CASES if (case["example"], case["path"]) == (example, path))

    assert _said(changed(ACCEPTED[example], path, case["value"])) == ()


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: str(tree.relative_to(ROOT)))
def test_models_and_schemas_judge_every_document_of_a_tree_alike(tree: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(tree.rglob("*.yaml"))]
    documents = [body for text in texts for body in yaml.load_all(text, Loader=yaml.CSafeLoader) if body]
    bodies = [body for body in documents if _has_schema(body)]

    assert [body for body in bodies if bool(problems_of(body)) != bool(_said(body))] == []
    assert bodies


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"spec.blocks.0": {"start": "fd00::1", "stop": "10.0.0.9"}}, "start and stop are of one family"),
        ({"spec.blocks.0": {"cidr": "10.0.0.1/24"}}, "this has host bits set"),
        ({"spec.blocks.0": {"cidr": "fd00::1/64"}}, "this has host bits set"),
        ({"spec.blocks.0": {}}, "write either cidr, or start and stop"),
    ],
)
def test_a_rule_says_what_is_wrong_in_plain_words(changes: dict[str, object], problem: str) -> None:
    [(path, value)] = changes.items()
    body = changed(ACCEPTED["CiliumLoadBalancerIPPool, least"], path, value)

    [said] = _said(body)

    assert problem in said


def test_nothing_of_pydantic_is_imported_to_find_a_schema() -> None:
    program = (
        "import sys; from fabricgen.schemas import Kind, open_schemas;"
        "found = open_schemas(['default'], kubernetes='1.36').find(Kind('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease'));"
        "print(found.origin, 'pydantic' in sys.modules, 'jinja2' in sys.modules, 'urllib.request' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd="/"
    )

    assert done.stdout == "fabricgen's model of HelmRelease False False False\n"


def test_kubernetes_own_kinds_are_never_a_models() -> None:
    found = open_schemas(["default"], kubernetes="1.36").find(Kind("", "v1", "Namespace"))

    assert found is not None
    assert found.origin == "Kubernetes 1.36"


# What newer releases removed, and what Cilium refuses although its CRD has it.
LEFT_OUT = {"toRequires", "fromRequires", "kafka", "nodeSelector", "inventory"}


@pytest.mark.schemas
@pytest.mark.parametrize("kind", KINDS, ids="/".join)
def test_a_field_that_upstream_knows_is_no_unknown_field(kind: Kind, schemas_dir: Path) -> None:
    path = schemas_dir / kind.group / f"{kind.kind.lower()}_{kind.version}.json"
    upstream = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    schema = ModelSchemas().find(kind)
    assert schema is not None

    assert {place[-1] for place in _unknown(schema.body, upstream)} <= LEFT_OUT


def _unknown(ours: Any, upstream: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the fields of `upstream` that we do not know where we name fields."""
    named = ours.get("properties", {})
    for key, inner in upstream.get("properties", {}).items() if named else ():
        if key not in named:
            yield (*place, key)
        elif place or key != "metadata":
            yield from _unknown(named[key], inner, (*place, key))
    for key in ("items", "additionalProperties"):
        both = ours.get(key), upstream.get(key)
        if isinstance(both[0], dict) and isinstance(both[1], dict):
            yield from _unknown(*both, place=(*place, key))
