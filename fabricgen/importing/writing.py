"""A draft -> the text of a description: keys in the usual order, each value with where it is from.

The order is that of the models; pins get the comment that Renovate reads.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from fabricgen.description.schema import description_schema
from fabricgen.errors import Path
from fabricgen.importing.draft import Draft, Origin
from fabricgen.yamlio import dump_document

SCHEMA_LINE: Final = "yaml-language-server: $schema={}"
SCHEMA: Final = "../schema/description.schema.json"
_DOCKER: Final = "renovate: datasource=docker depName="
_RELEASES: Final = "renovate: datasource=github-releases depName="
_PINS: Final[Mapping[Path, str]] = {
    ("kubernetes",): f"{_RELEASES}kubernetes/kubernetes",
    ("distribution", "talos", "version"): f"{_RELEASES}siderolabs/talos",
    ("distribution", "talos", "docker", "talosctl"): f"{_RELEASES}siderolabs/talos",
    ("distribution", "k3s", "version"): f"{_RELEASES}k3s-io/k3s",
    ("flux", "version"): f"{_RELEASES}fluxcd/flux2",
    ("flux", "operatorVersion"): f"{_DOCKER}ghcr.io/controlplaneio-fluxcd/charts/flux-operator",
}
_CHARTS: Final = {
    ("cni", "cilium"): ("cilium", "https://helm.cilium.io/"),
    ("metallb",): ("metallb", "https://metallb.github.io/metallb"),
}


def write_description(draft: Draft, *, source: str) -> str:
    """Return the description as YAML; `source` is what it was imported from, in words."""
    body = in_order(draft.values)
    header = [SCHEMA_LINE.format(SCHEMA), "", f"Imported by fabricgen from {source}."]
    header.append(
        "Above each value stands the line that it is from; what has no such line is told with its reason."
    )
    top = "".join(f"# {line}".rstrip() + "\n" for line in header)
    return f"{top}\n{dump_document(body, comments=_comments(draft, body))}"


def _comments(draft: Draft, body: Mapping[str, Any]) -> dict[Path, str]:
    told = _gathered(draft)
    comments = {path: text for path, origin in told.items() if (text := str(origin))}
    pins = dict(_PINS)
    for above, (name, home) in _CHARTS.items():
        chart = draft.get(*above, "chart") or {}
        if oci := chart.get("oci"):
            pins[*above, "version"] = f"{_DOCKER}{str(oci).removeprefix('oci://')}"
        else:
            url = chart.get("helm") or home
            pins[*above, "version"] = f"renovate: datasource=helm depName={name} registryUrl={url}"
    for path, line in pins.items():
        if draft.get(*path) is not None:
            comments[path] = "\n".join(one for one in (comments.get(path, ""), line) if one)
    return {path: text for path, text in comments.items() if _exists(body, path)}


def _gathered(draft: Draft) -> dict[Path, Origin]:
    """Return the origins; where a whole mapping or node is from one line, it is said once, above it."""
    found = {path: one for path, one in draft.origins.items() if draft.get(*path) is not None}
    kept: dict[Path, Origin] = {}
    for path, one in sorted(found.items(), key=lambda pair: len(pair[0])):
        above = next((kept[path[:end]] for end in range(len(path) - 1, 0, -1) if path[:end] in kept), None)
        if above is None or (str(above) != str(one)):
            kept[path] = one
    return _by_node(kept)


def _by_node(found: dict[Path, Origin]) -> dict[Path, Origin]:
    """Put the lines of a node's values above the node, if they are few."""
    nodes: dict[Path, list[str]] = {}
    rest: dict[Path, Origin] = {}
    for path, one in found.items():
        if path[0] == "nodes" and len(path) > 1:
            nodes.setdefault(path[:2], []).append(str(one))
        else:
            rest[path] = one
    for path, texts in nodes.items():
        rest[path] = Origin(place=", ".join(_short(texts)))
    return rest


def _short(texts: list[str]) -> list[str]:
    """Return `file:12, 14-16` for lines of one file."""
    lines: dict[str, list[int]] = {}
    other: list[str] = []
    for text in dict.fromkeys(texts):
        file, colon, line = text.rpartition(":")
        if colon and line.isdigit():
            lines.setdefault(file, []).append(int(line))
        elif text:
            other.append(text)
    shown = [
        f"{file}:{min(found)}" + (f"-{max(found)}" if len(found) > 1 else "") for file, found in lines.items()
    ]
    return [*shown, *other]


def _exists(body: Any, path: Path) -> bool:  # noqa: ANN401 - a description holds anything
    part: Any
    for part in path:
        if (isinstance(body, Mapping) and part in body) or (
            isinstance(body, list) and isinstance(part, int) and part < len(body)
        ):
            body = body[part]
        else:
            return False
    return True


def in_order(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description with its keys as the models have them; what has names of people's own keeps its order."""
    schema = _schema()
    found = _ordered(values, schema, schema.get("$defs", {}))
    return dict(found)


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return description_schema()


def _ordered(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    schema = _model(value, schema, defs)
    if isinstance(value, list):
        return [_ordered(one, schema.get("items", {}), defs) for one in value]
    if not isinstance(value, Mapping):
        return value
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    rest = rest if isinstance(rest, Mapping) else {}
    first = [key for key in known if key in value]
    keys = [*first, *(key for key in value if key not in known)]
    return {key: _ordered(value[key], known.get(key, rest), defs) for key in keys}


def _model(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ANN401
    """Return the schema behind references, and of several the one for what stands there."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
            continue
        wanted = "array" if isinstance(value, list) else "object" if isinstance(value, Mapping) else ""
        fitting = [one for one in schema["anyOf"] if "$ref" in one or one.get("type") == wanted]
        if not fitting:
            return {}
        schema = fitting[0]
    return schema
