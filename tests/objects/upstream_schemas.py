"""Upstream's JSON Schemas as oracles: found, read, freed of their known faults, and walked beside our models.

The folder is FABRICGEN_SCHEMAS, or `../shared/schemas` beside the checkout; without one the tests are skipped.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from fabricgen.objects.model import Model
from fabricgen.objects.problems import models_within

Schema = dict[str, Any]
# Whatever JSON holds, or typing: what is looked at decides.
Anything = Any

TALOS_MINORS = (9, 10, 11, 12, 13, 14)
_CHECKOUT = Path(__file__).resolve().parents[2]
_CANDIDATES = (os.environ.get("FABRICGEN_SCHEMAS", ""), str(_CHECKOUT.parent / "shared" / "schemas"))
FOLDER = next((Path(text) for text in _CANDIDATES if text and Path(text).is_dir()), None)

needs_schemas = [
    pytest.mark.schemas,
    pytest.mark.skipif(FOLDER is None, reason="no folder of upstream schemas: set FABRICGEN_SCHEMAS"),
]


@cache
def read_schema(path: str) -> Schema:
    """One schema file, with patterns that Python's `re` can read (RE2 has classes such as \\PC)."""
    if FOLDER is None:
        raise FileNotFoundError("no folder of upstream schemas")
    text = (FOLDER / path).read_text(encoding="utf-8")
    schema: Schema = json.loads(text.replace(r"\\PC", r"[^\\x00-\\x1f\\x7f-\\x9f]"))
    return schema


def schema_of_kind(api_version: str, kind: str) -> Schema:
    """The schema of a Kubernetes object, in kubeconform's layout of the folder."""
    group, _, version = api_version.rpartition("/")
    return read_schema(f"{group or 'core'}/{kind.lower()}_{version}.json")


def has_schema(api_version: str, kind: str) -> bool:
    """Whether the folder has a schema of this version of a kind."""
    group, _, version = api_version.rpartition("/")
    return FOLDER is not None and (FOLDER / (group or "core") / f"{kind.lower()}_{version}.json").is_file()


def talos_root(minor: int) -> Schema:
    """The whole schema of Talos 1.`minor`, with its wrong kind put right."""
    root = read_schema(f"talos/config-v1.{minor}.schema.json")
    install = root["$defs"].get("runtime.UnattendedInstallConfigV1Alpha1")
    if install:
        # Upstream's schema says UnattendedInstall, its code UnattendedInstallConfig.
        install["properties"]["kind"]["enum"] = ["UnattendedInstallConfig"]
    return root


def talos_schema_of_kind(kind: str, minor: int) -> Schema | None:
    """The definition of a Talos document, None if that Talos has none; to be read with `talos_root`."""
    definitions = talos_root(minor)["$defs"].values()
    kinds = {
        name: one
        for one in definitions
        for name in one.get("properties", {}).get("kind", {}).get("enum", ())
        if "apiVersion" in one["properties"]
    }
    return kinds.get(kind)


def faults(body: Anything, *, schema: Schema, root: Schema | None = None) -> list[str]:
    """What the schema says of a body, as `path: message`."""
    whole = {**(root or {}), "oneOf": [{}], **schema} if root else schema
    validator = validator_for(whole, default=Draft7Validator)(whole)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


def as_patch(schema: Anything) -> Anything:
    """The schema without `required`: what is merged into a document may leave everything out."""
    if isinstance(schema, dict):
        return {key: as_patch(value) for key, value in schema.items() if key != "required"}
    return [as_patch(item) for item in schema] if isinstance(schema, list) else schema


def without_deletions(body: Anything) -> Anything:
    """The body without `$patch: delete`, which upstream's schemas do not know."""
    if isinstance(body, dict):
        kept = {
            key: value for key, value in body.items() if key != "$patch" and value != {"$patch": "delete"}
        }
        return {key: without_deletions(value) for key, value in kept.items()}
    return [without_deletions(item) for item in body] if isinstance(body, list) else body


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPair:
    """A field of ours beside upstream's of the same name, if there is one."""

    path: str
    required: bool
    values: frozenset[str]
    upstream: Schema | None
    upstream_requires: bool
    upstream_values: frozenset[str]


def walk_fields(model: type[Model], schema: Schema, *, root: Schema, path: str = "") -> Iterator[FieldPair]:
    """Every field of a model and of the models in it, paired with upstream's; a path is made of aliases."""
    theirs = _properties(schema, root)
    for name, field in model.model_fields.items():
        alias = field.alias or name
        here = f"{path}.{alias}" if path else alias
        node = theirs.get(alias)
        yield FieldPair(
            path=here,
            required=field.is_required(),
            values=frozenset(_literals(field.annotation)),
            upstream=node,
            upstream_requires=alias in _resolve(schema, root).get("required", ()),
            upstream_values=_enum(node or {}, root),
        )
        for inner in models_within(field.annotation):
            if node is not None and (content := _content(node, root)):
                yield from walk_fields(inner, content, root=root, path=here)


def left_out(model: type[Model], schema: Schema, *, root: Schema, path: str = "") -> Iterator[str]:
    """Every field of upstream's that ours has not, in the models that there are; a path is made of aliases."""
    theirs = _properties(schema, root)
    ours = {field.alias or name: field for name, field in model.model_fields.items()}
    here = f"{path}." if path else ""
    yield from (f"{here}{name}" for name in theirs if name not in ours)
    for alias, field in ours.items():
        for inner in models_within(field.annotation):
            if alias in theirs and (content := _content(theirs[alias], root)):
                yield from left_out(inner, content, root=root, path=f"{here}{alias}")


def _resolve(node: Schema, root: Schema) -> Schema:
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return {**found, **{key: value for key, value in node.items() if key != "$ref"}}


def _alternatives(node: Schema, root: Schema) -> Iterator[Schema]:
    node = _resolve(node, root)
    yield node
    for key in ("allOf", "anyOf", "oneOf"):
        for one in node.get(key, ()):
            yield from _alternatives(one, root)


def _properties(node: Schema, root: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for one in _alternatives(node, root):
        for name, schema in (one.get("properties") or {}).items():
            found.setdefault(name, schema)
    return found


def _content(node: Schema, root: Schema) -> Schema | None:
    """What lists and maps hold, down to an object with properties; None for free-form content."""
    if _properties(node, root):
        return _resolve(node, root)
    for one in _alternatives(node, root):
        inner = one.get("items") or one.get("additionalProperties")
        if isinstance(inner, dict) and (found := _content(inner, root)):
            return found
    return None


def _enum(node: Schema, root: Schema) -> frozenset[str]:
    found: set[str] = set()
    for one in _alternatives(node, root):
        found.update(value for value in one.get("enum", ()) if isinstance(value, str))
        inner = one.get("items")
        if isinstance(inner, dict):
            found |= _enum(inner, root)
    return frozenset(found)


def _literals(annotation: Anything) -> Iterator[str]:
    origin: object = get_origin(annotation)
    if origin is Literal:
        yield from (value for value in get_args(annotation) if isinstance(value, str))
        return
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return
    for inner in get_args(annotation):
        yield from _literals(inner)
