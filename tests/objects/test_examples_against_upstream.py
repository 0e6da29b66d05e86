"""What scripts build with our models is right for upstream's schemas, and for ours when it is read back."""

import cilium_examples
import core_examples
import flux_examples
import gateway_examples
import lan_examples
import pytest
from node_file_examples import K3S, TALHELPER, TOPF
from talos_document_examples import KUBERNETES, NETWORK
from talos_patch_examples import PATCHES
from upstream_schemas import (
    as_patch,
    faults,
    needs_schemas,
    read_schema,
    schema_of_kind,
    talos_root,
    talos_schema_of_kind,
    without_deletions,
)

from fabricgen.objects import (
    k3s_problems_of,
    problems_of,
    talconfig_problems_of,
    talos_problems_of,
    topf_problems_of,
)
from fabricgen.objects.model import Model
from fabricgen.objects.registry import MODELS, TALOS_MODELS

OBJECTS: dict[str, Model] = {
    **core_examples.EXAMPLES,
    **flux_examples.EXAMPLES,
    **cilium_examples.EXAMPLES,
    **lan_examples.EXAMPLES,
    **gateway_examples.EXAMPLES,
}
ALL_OBJECTS = {**OBJECTS, **core_examples.WITHOUT_SCHEMA}
DOCUMENTS = [
    *((name, minor) for name in NETWORK for minor in (12, 13, 14)),
    *((name, 14) for name in KUBERNETES),
]


@pytest.mark.parametrize("name", ALL_OBJECTS)
def test_an_object_that_was_built_is_read_back_without_a_problem(name: str) -> None:
    assert problems_of(ALL_OBJECTS[name].to_body()) == ()


def test_there_is_an_example_of_every_kind_of_object() -> None:
    assert {type(example) for example in ALL_OBJECTS.values()} == set(MODELS.values())


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.schemas
@needs_schemas[1]
def test_an_object_that_was_built_passes_upstreams_schema(name: str) -> None:
    body = OBJECTS[name].to_body()

    assert faults(body, schema=schema_of_kind(body["apiVersion"], body["kind"])) == []


@pytest.mark.parametrize(("name", "minor"), DOCUMENTS)
def test_a_talos_document_that_was_built_is_read_back_without_a_problem(name: str, minor: int) -> None:
    body = {**NETWORK, **KUBERNETES}[name].to_body()

    assert talos_problems_of(body, contract=(1, minor)) == ()


def test_there_is_an_example_of_every_talos_document() -> None:
    assert {type(example) for example in [*NETWORK.values(), *KUBERNETES.values()]} == set(
        TALOS_MODELS.values()
    )


@pytest.mark.parametrize(("name", "minor"), DOCUMENTS)
@pytest.mark.schemas
@needs_schemas[1]
def test_a_talos_document_that_was_built_passes_the_schema_of_its_talos(name: str, minor: int) -> None:
    body = {**NETWORK, **KUBERNETES}[name].to_body()
    schema = as_patch(talos_schema_of_kind(body["kind"], minor))

    assert faults(without_deletions(body), schema=schema, root=talos_root(minor)) == []


@pytest.mark.parametrize("name", PATCHES)
def test_a_talos_patch_that_was_built_is_read_back_without_a_problem(name: str) -> None:
    patch, minor = PATCHES[name]

    assert talos_problems_of(patch.to_body(), contract=(1, minor)) == ()


@pytest.mark.parametrize("name", PATCHES)
@pytest.mark.schemas
@needs_schemas[1]
def test_a_talos_patch_that_was_built_passes_the_schema_of_its_talos(name: str) -> None:
    patch, minor = PATCHES[name]
    root = talos_root(minor)

    assert faults(patch.to_body(), schema=root["$defs"]["v1alpha1.Config"], root=root) == []


@pytest.mark.parametrize("name", TALHELPER)
def test_a_talconfig_that_was_built_is_read_back_without_a_problem(name: str) -> None:
    assert talconfig_problems_of(TALHELPER[name].to_body()) == ()


@pytest.mark.parametrize("name", TALHELPER)
@pytest.mark.schemas
@needs_schemas[1]
def test_a_talconfig_that_was_built_passes_talhelpers_schema(name: str) -> None:
    assert faults(TALHELPER[name].to_body(), schema=read_schema("talos/talconfig.schema.json")) == []


@pytest.mark.parametrize("name", TOPF)
def test_a_topf_file_that_was_built_is_read_back_without_a_problem(name: str) -> None:
    assert topf_problems_of(TOPF[name].to_body()) == ()


def test_a_k3s_server_that_was_built_is_read_back_without_a_problem() -> None:
    assert k3s_problems_of(K3S["server"].to_body(), role="server") == ()


def test_a_k3s_agent_that_was_built_is_read_back_without_a_problem() -> None:
    assert k3s_problems_of(K3S["agent"].to_body(), role="agent") == ()
