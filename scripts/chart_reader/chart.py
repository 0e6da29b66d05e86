"""Reads one chart: which keys it has, which types they may have. Fed by `reads`; used by `table`."""

import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml
from semver import Version

from chart_reader.places import ANY
from chart_reader.reads import reads_of

ITEM: Final = "[]"
"""Stands in a path for any item of a list."""

Keys = dict[tuple[str, ...], "Key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a chart makes of a key.

    `types` are JSON's, as the chart's schema has them, () for any; `allowed` are the texts or the range
    (`0..255`) that it allows; `free`: anything may stand below; `refused`: read only in order to fail;
    `read`: a template reads it, or values.yaml lists it.
    """

    types: tuple[str, ...] = ()
    allowed: str = ""
    free: bool = False
    refused: bool = False
    read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart's files (path -> text), without those that are no text."""

    version: Version
    files: Mapping[str, str]


def read_chart(place: Path) -> Chart:
    """Return the chart in an archive or in a folder."""
    files = dict(_unpacked(place) if place.is_dir() else _packed(place))
    return Chart(version=Version.parse(yaml.safe_load(files["Chart.yaml"])["version"]), files=files)


def _packed(place: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(place) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name.partition("/")[2], content.read().decode("utf-8")


def _unpacked(place: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(place.rglob("*")):
        if path.is_file():
            yield path.relative_to(place).as_posix(), path.read_text(encoding="utf-8")


def keys_of(chart: Chart) -> Keys:
    """Return every key that the chart knows: listed in values.yaml, read by a template, refused, or typed."""
    values = yaml.load(chart.files["values.yaml"], Loader=yaml.CSafeLoader)
    listed = dict(_listed(values))
    reads = reads_of(chart.files)
    known = set(listed) | _with_containers(path for path in reads.read if ANY not in path)
    refused = _with_containers(path for path in reads.refused if ANY not in path) - known
    keys = {path: Key() for path in known} | {path: Key(refused=True) for path in refused}
    containers = {path[:-1] for path in known}
    for path in known:
        if path in reads.whole or (listed.get(path) == {} and path not in containers):
            keys[path] = replace(keys[path], free=True)
    for path, (types, allowed) in _typed(_schema(chart)):
        found = keys.get(path, Key(read=False))
        keys[path] = replace(found, types=types, allowed=allowed)
    return _without_all_below_free(keys)


def _listed(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        path = (*above, str(key))
        yield path, value
        if isinstance(value, Mapping):
            yield from _listed(value, path)


def _with_containers(paths: Iterator[tuple[str, ...]]) -> set[tuple[str, ...]]:
    return {path[:end] for path in paths for end in range(1, len(path) + 1)}


def _without_all_below_free(keys: Keys) -> Keys:
    """Return the keys without those below a free one, unless the schema gives them a type."""
    free = {path for path, key in keys.items() if key.free}
    return {
        path: key
        for path, key in keys.items()
        if key.types or not any(path[:end] in free for end in range(1, len(path)))
    }


def _schema(chart: Chart) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(chart.files["values.schema.json"])
    return schema


Typed = tuple[tuple[str, ...], tuple[tuple[str, ...], str]]


def _typed(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Typed]:
    """Yield each path that the schema restricts, with its types and what it allows."""
    types, allowed = _restriction(schema)
    if path and types:
        yield path, (types, allowed)
    for name, inner in schema.get("properties", {}).items():
        yield from _typed(inner, (*path, name))
    if items := schema.get("items"):
        yield from _typed(items, (*path, ITEM))
    if alternatives := [one for one in schema.get("anyOf", ()) if "properties" in one]:
        yield from _common(alternatives, path)


def _common(alternatives: list[Mapping[str, Any]], path: tuple[str, ...]) -> Iterator[Typed]:
    """Yield what all alternatives restrict alike: where one leaves a key alone, anything may stand there."""
    found = [dict(_typed({"properties": one["properties"]}, path)) for one in alternatives]
    yield from (
        (place, rule) for place, rule in found[0].items() if all(rule == one.get(place) for one in found)
    )


def _restriction(schema: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """Return the types of one node, alternatives taken together, and its texts or its range."""
    nodes = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    types = {name for node in nodes for name in _types(node)}
    texts = [text for node in nodes for text in node.get("enum", ())]
    if {"properties"} & set().union(*(set(node) for node in nodes[1:])):
        types = set()  # an alternative that names properties says nothing about what is no map
    if "minimum" in schema:
        return tuple(sorted(types)), f"{schema['minimum']}..{schema['maximum']}"
    return tuple(sorted(types)), ",".join(texts)


def _types(node: Mapping[str, Any]) -> list[str]:
    if "enum" in node and "type" not in node:
        return ["string"]
    found = node.get("type", [])
    return [found] if isinstance(found, str) else list(found)
