"""No field of ours is misspelt: each one, as deep as they go, is a field of upstream's schema."""

from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest
from upstream_schemas import (
    TALOS_MINORS,
    FieldPair,
    has_schema,
    left_out,
    needs_schemas,
    read_schema,
    schema_of_kind,
    talos_root,
    talos_schema_of_kind,
    walk_fields,
)

from fabricgen.objects.registry import FILES, MODELS, TALOS_MODELS
from fabricgen.objects.talos_contract import FIELDS_SINCE, MOVED, kind_since

pytestmark = needs_schemas

# What v2alpha1 of Cilium's BGP objects does not have yet.
NEWER = {"spec.bgpInstances.peers.autoDiscovery"}
# The API server fills these in when they are absent; our models always write them.
ALWAYS_WRITTEN = {"apiVersion", "kind"}
# Talos still reads these beside its documents, though its schema no longer tells of them.
STILL_READ = {
    "machine.network",
    "machine.time",
    "machine.sysctls",
    "machine.kernel",
    "cluster.inlineManifests",
    "cluster.extraManifests",
}
# What the API server fills in.
NOT_WRITTEN = ("metadata.", "status")
# Our subsets of large kinds; everything else is whole.
SUBSETS = {"Kustomization", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "ServiceMonitor"}
LEFT_OUT = {
    "Namespace": {"spec"},
    "Service": {"spec.loadBalancerIP"},
    "HelmRelease": {"spec.install.skipCRDs", "spec.rollback.recreate"},
    "Gateway": {"spec.allowedListeners", "spec.tls"},
    "HTTPRoute": {"spec.rules.filters.cors", "spec.rules.backendRefs.filters.cors"},
    "BGPPeer": {"spec.password"},
    "GrafanaDashboard": {
        "spec.envFrom",
        "spec.envs",
        "spec.jsonnet",
        "spec.jsonnetLib",
        "spec.oci",
        "spec.plugins",
        "spec.urlAuthorization",
    },
}


def _served() -> Iterator[tuple[str, str, str]]:
    """(group, kind, apiVersion) of every version that a model allows and that has a schema."""
    for (group, kind), model in MODELS.items():
        for version in get_args(model.model_fields["api_version"].annotation):
            if has_schema(version, kind):
                yield group, kind, version


def _fields(group: str, kind: str, version: str) -> list[FieldPair]:
    schema = schema_of_kind(version, kind)
    pairs = walk_fields(MODELS[group, kind], schema, root=schema)
    return [pair for pair in pairs if not pair.path.startswith("metadata.")]


def _talos_fields(kind: str, minor: int) -> list[FieldPair]:
    pairs = walk_fields(TALOS_MODELS[kind], talos_schema_of_kind(kind, minor) or {}, root=talos_root(minor))
    return [pair for pair in pairs if not pair.path.endswith("$patch")]


@cache
def _patch_fields(minor: int) -> dict[str, FieldPair]:
    root = talos_root(minor)
    schema = root["$defs"]["v1alpha1.Config"]
    return {pair.path: pair for pair in walk_fields(FILES["MachineConfigPatch"], schema, root=root)}


def _known_in(minor: int) -> set[str]:
    return {path for path, pair in _patch_fields(minor).items() if pair.upstream is not None}


def _all_patch_fields() -> set[str]:
    """Every path of the model: the walk stops where upstream ends, so all minors together give them."""
    return {path for minor in TALOS_MINORS for path in _patch_fields(minor)}


SERVED = list(_served())
KINDS = [(group, kind) for group, kind in MODELS if kind not in {*SUBSETS, "HelmChart"}]
KINDS_AND_MINORS = [
    (kind, minor) for kind in TALOS_MODELS for minor in TALOS_MINORS if (1, minor) >= kind_since(kind)
]


def test_there_is_a_schema_for_every_kind_but_the_one_of_k3s() -> None:
    assert {(group, kind) for group, kind, _ in SERVED} == set(MODELS) - {("helm.cattle.io", "HelmChart")}


@pytest.mark.parametrize(("group", "kind", "version"), SERVED)
def test_every_field_of_an_object_exists_upstream(group: str, kind: str, version: str) -> None:
    unknown = {pair.path for pair in _fields(group, kind, version) if pair.upstream is None}

    assert unknown == (
        {path for path in NEWER if kind == "CiliumBGPClusterConfig"} if "alpha" in version else set()
    )


@pytest.mark.parametrize(("group", "kind", "version"), SERVED)
def test_what_upstream_requires_of_an_object_is_required(group: str, kind: str, version: str) -> None:
    pairs = _fields(group, kind, version)

    optional = {pair.path for pair in pairs if pair.upstream_requires and not pair.required}

    assert optional <= ALWAYS_WRITTEN


@pytest.mark.parametrize(("group", "kind", "version"), SERVED)
def test_every_value_that_is_allowed_in_an_object_is_allowed_upstream(
    group: str, kind: str, version: str
) -> None:
    pairs = [pair for pair in _fields(group, kind, version) if pair.upstream_values]

    assert {
        pair.path: pair.values - pair.upstream_values for pair in pairs if pair.values - pair.upstream_values
    } == {}


@pytest.mark.parametrize("key", KINDS, ids="/".join)
def test_what_is_left_out_of_an_object_is_left_out_on_purpose(key: tuple[str, str]) -> None:
    schema = schema_of_kind(str(MODELS[key].model_fields["api_version"].default), key[1])

    missing = {
        path for path in left_out(MODELS[key], schema, root=schema) if not path.startswith(NOT_WRITTEN)
    }

    assert missing == LEFT_OUT.get(key[1], set())


def test_metadata_is_spelt_as_upstream() -> None:
    schema = schema_of_kind("v1", "Namespace")
    pairs = [
        pair for pair in walk_fields(MODELS["", "Namespace"], schema, root=schema) if "metadata." in pair.path
    ]

    assert [pair.path for pair in pairs if pair.upstream is not None] == [
        "metadata.name",
        "metadata.namespace",
        "metadata.labels",
        "metadata.annotations",
    ]


@pytest.mark.parametrize(("kind", "minor"), KINDS_AND_MINORS)
def test_a_talos_document_has_upstreams_fields_and_tells_which_came_later(kind: str, minor: int) -> None:
    pairs = _talos_fields(kind, minor)

    missing = {tuple(pair.path.split(".")) for pair in pairs if pair.upstream is None}

    assert missing == {
        path[1:] for path, since in FIELDS_SINCE.items() if path[0] == kind and since > (1, minor)
    }


@pytest.mark.parametrize("kind", TALOS_MODELS)
def test_a_talos_document_exists_from_the_contract_on_that_we_say(kind: str) -> None:
    minors = [(1, minor) for minor in TALOS_MINORS if talos_schema_of_kind(kind, minor)]

    assert minors == [(1, minor) for minor in TALOS_MINORS if (1, minor) >= kind_since(kind)]


@pytest.mark.parametrize("kind", TALOS_MODELS)
def test_every_value_that_is_allowed_in_a_talos_document_is_allowed_upstream(kind: str) -> None:
    pairs = [pair for pair in _talos_fields(kind, TALOS_MINORS[-1]) if pair.upstream_values]

    assert {
        pair.path: pair.values - pair.upstream_values for pair in pairs if pair.values - pair.upstream_values
    } == {}


def test_every_field_of_a_v1alpha1_patch_exists_in_some_talos() -> None:
    assert _all_patch_fields() == set().union(*(_known_in(minor) for minor in TALOS_MINORS))


def test_fields_of_a_v1alpha1_patch_that_came_after_talos_1_9_say_so() -> None:
    first = {
        path: min(minor for minor in TALOS_MINORS if path in _known_in(minor)) for path in _all_patch_fields()
    }

    assert {
        tuple(path.split(".")): (1, minor) for path, minor in first.items() if minor > TALOS_MINORS[0]
    } == {path: since for path, since in FIELDS_SINCE.items() if path[0] in {"machine", "cluster"}}


@pytest.mark.parametrize("path", MOVED, ids=".".join)
def test_what_moved_to_a_document_is_in_the_schema_until_then_and_not_after(path: tuple[str, ...]) -> None:
    minors = {minor for minor in TALOS_MINORS if ".".join(path) in _known_in(minor)}

    assert TALOS_MINORS[0] in minors
    assert TALOS_MINORS[-1] not in minors


def test_what_the_newest_schema_no_longer_has_has_moved_or_is_still_read() -> None:
    gone = {path for path in _known_in(TALOS_MINORS[0]) if path not in _known_in(TALOS_MINORS[-1])}

    told = STILL_READ | {".".join(path) for path in MOVED}

    assert {path for path in gone if not any(f"{path}.".startswith(f"{one}.") for one in told)} == set()


def test_every_field_of_talconfig_exists_in_talhelper() -> None:
    root = read_schema("talos/talconfig.schema.json")
    pairs = list(walk_fields(FILES["TalhelperConfig"], root, root=root))

    assert [pair.path for pair in pairs if pair.upstream is None] == []
    assert [pair.path for pair in pairs if pair.upstream_requires and not pair.required] == []
