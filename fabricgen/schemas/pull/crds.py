"""Finds CustomResourceDefinitions in YAML, whatever else is in it, and makes schemas of them.

Fed by `pull` (manifests of releases) and by `schemas import` (files of the user); uses `conversion`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind
from fabricgen.schemas.pull.conversion import to_json_schema
from fabricgen.yamlio import YamlSyntaxError, read_documents

Body = Mapping[str, Any]

_API_VERSION: Final = "apiextensions.k8s.io/v1"
# Source: validation of CustomResourceDefinitions in k8s.io/apiextensions-apiserver, and DNS names of RFC 1123.
_GROUP = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+")
_VERSION = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_KIND = re.compile(r"[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?")


def schemas_of(data: bytes, *, source: str) -> dict[Kind, Body]:
    """Return the JSON Schema of every served version of every CustomResourceDefinition in `data`.

    `data` is YAML or JSON; `List`s are unpacked, other objects passed over. `source` is its name in messages.

    Raises:
        SchemaError: it is no YAML, or one of its definitions is none that an API server takes; all of them are named.
    """
    found: dict[Kind, Body] = {}
    problems: list[str] = []
    for crd in _definitions(data, source):
        try:
            for kind, body in _served(crd):
                if found.setdefault(kind, body) != body:
                    problems.append(f"{source}: {kind.api_version} {kind.kind} is defined twice, differently")
        except SchemaError as error:
            problems.append(f"{source}: {error}")
    if problems:
        raise SchemaError("\n".join(problems))
    return found


def _definitions(data: bytes, source: str) -> Iterator[Body]:
    try:
        documents = read_documents(data.decode("utf-8-sig"), source=source)
    except UnicodeDecodeError as error:
        raise SchemaError(f"{source}: is no text in UTF-8: byte {error.start} cannot be read") from error
    except YamlSyntaxError as error:
        raise SchemaError(str(error)) from error
    for document in documents:
        if not isinstance(document.value, dict):
            raise SchemaError(f"{source}:{document.line}: no object stands here, but {_told(document.value)}")
        yield from _unpacked(document.value)


def _told(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - what fits in a message


def _unpacked(body: Body) -> Iterator[Body]:
    if body.get("kind") == "CustomResourceDefinition":
        yield body
    items = body.get("items")
    if isinstance(items, list):
        for item in items:
            if isinstance(item, dict):
                yield from _unpacked(item)


def _served(crd: Body) -> Iterator[tuple[Kind, Body]]:
    """Yield what one definition serves. Raises SchemaError, naming the definition."""
    name = _text(crd, "metadata", "name") or "without a name"
    if crd.get("apiVersion") != _API_VERSION:
        raise SchemaError(
            f"CustomResourceDefinition {name}: apiVersion is {crd.get('apiVersion')!r}, not {_API_VERSION}"
        )
    spec = crd.get("spec")
    versions = spec.get("versions") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(versions, list) or not versions:
        raise SchemaError(f"CustomResourceDefinition {name}: spec.versions is missing")
    for version in versions:
        if not isinstance(version, dict):
            raise SchemaError(
                f"CustomResourceDefinition {name}: spec.versions holds something else than versions"
            )
        if version.get("served") is True:
            yield _schema(name, spec, version)


def _schema(name: str, spec: Body, version: Body) -> tuple[Kind, Body]:
    kind = Kind(_text(spec, "group"), _text(version, "name"), _text(spec, "names", "kind"))
    parts = ((_GROUP, kind.group, "group"), (_VERSION, kind.version, "version"), (_KIND, kind.kind, "kind"))
    for pattern, text, what in parts:
        if not pattern.fullmatch(text):
            raise SchemaError(f"CustomResourceDefinition {name}: {text!r} cannot be a {what}")
    where = f"CustomResourceDefinition {name}: version {kind.version}"
    holder = version.get("schema")
    structural = holder.get("openAPIV3Schema") if isinstance(holder, dict) else None
    if not isinstance(structural, dict):
        raise SchemaError(f"{where} has no schema.openAPIV3Schema")
    try:
        return kind, to_json_schema(structural, kind=kind)
    except (AttributeError, TypeError, ValueError) as error:
        raise SchemaError(f"{where} has a schema that no API server takes: {error}") from error


def _text(body: Body, *path: str) -> str:
    """Return the text at `path`, empty where there is none."""
    value: Any = body
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
