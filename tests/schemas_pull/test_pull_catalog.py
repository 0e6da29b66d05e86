"""Upstream's own catalogues as a second opinion: what they made of the same definitions, we make too."""

import json
from pathlib import Path
from typing import Any

import pytest

from fabricgen.schemas import Kind
from fabricgen.schemas.pull.conversion import to_json_schema

pytestmark = pytest.mark.schemas

# Of the catalogue that keeps CEL rules and list semantics, so that a definition can be had back from its schemas.
KINDS = (
    Kind("helm.toolkit.fluxcd.io", "v2", "HelmRelease"),
    Kind("kustomize.toolkit.fluxcd.io", "v1", "Kustomization"),
    Kind("source.toolkit.fluxcd.io", "v1", "Bucket"),
    Kind("source.toolkit.fluxcd.io", "v1", "GitRepository"),
    Kind("source.toolkit.fluxcd.io", "v1", "HelmRepository"),
    Kind("source.toolkit.fluxcd.io", "v1", "OCIRepository"),
    Kind("fluxcd.controlplane.io", "v1", "FluxInstance"),
    Kind("fluxcd.controlplane.io", "v1", "ResourceSet"),
    Kind("gateway.networking.k8s.io", "v1", "Gateway"),
    Kind("gateway.networking.k8s.io", "v1", "GatewayClass"),
    Kind("gateway.networking.k8s.io", "v1", "HTTPRoute"),
    Kind("gateway.networking.k8s.io", "v1", "TLSRoute"),
    Kind("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant"),
)


def _reopened(schema: Any) -> Any:
    """Return a catalogue's schema as it was in its definition: nothing closed."""
    if isinstance(schema, list):
        return [_reopened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _reopened(value)
        for key, value in schema.items()
        if not (key == "additionalProperties" and value is False)
    }


def _catalogued(folder: Path, kind: Kind) -> dict[str, Any]:
    text = (folder / kind.group / f"{kind.kind.lower()}_{kind.version}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return {key: value for key, value in schema.items() if not key.startswith("x-flux-schema")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.kind} {kind.version}")
def test_objects_are_closed_where_the_catalogue_closes_them(schemas_dir: Path, kind: Kind) -> None:
    catalogued = _catalogued(schemas_dir, kind)

    made = to_json_schema(_reopened(catalogued), kind=kind)

    properties = {**made["properties"], "apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    assert properties == catalogued["properties"]
    assert made["required"] == sorted({"apiVersion", "kind", *catalogued.get("required", ())})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.kind} {kind.version}")
def test_the_root_is_closed_where_the_catalogue_leaves_it_open(schemas_dir: Path, kind: Kind) -> None:
    catalogued = _catalogued(schemas_dir, kind)

    made = to_json_schema(_reopened(catalogued), kind=kind)

    assert "additionalProperties" not in catalogued
    assert made["additionalProperties"] is False
