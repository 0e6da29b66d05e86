"""Derives the bundle of Kubernetes' own kinds from what the package kubernetes-validate ships. Run by every build.

Fed by the package's `-strict` definitions of each minor; fills `fabricgen/schemas/_bundle/`, which is never committed
and which `fabricgen.schemas.bundle` reads. The schemas are prepared for the compiler here, so that no run has to.
Only the standard library is there when this runs: what it takes from fabricgen needs nothing else.

    definitions.jsonl   each distinct definition once over all minors, one a line: `"name":{…}`
    1.36                one line a kind: `apps/v1/Deployment digest root 0-120,400-460,…` (bytes in definitions.jsonl)
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from fabricgen.validation.structure.prepare import PREPARED, prepare

Definition = dict[str, Any]
Definitions = Mapping[str, Definition]

MINORS: Final = range(29, 38)
DEFINITIONS: Final = "definitions.jsonl"

_SOURCE: Final = "kubernetes-json-schema/v1.{minor}.0-local-strict/_definitions.json"
_REFERENCE: Final = re.compile(r'"#/\$defs/([^"]+)"')

_KEPT: Final = frozenset(
    {
        "$ref",
        "additionalProperties",
        "enum",
        "format",
        "items",
        "properties",
        "required",
        "type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
    }
)
# What does not decide whether an object is taken: prose, what the index holds, and how patches merge.
_DROPPED: Final = frozenset(
    {
        "description",
        "x-kubernetes-group-version-kind",
        "x-kubernetes-patch-merge-key",
        "x-kubernetes-patch-strategy",
        "x-kubernetes-unions",
    }
)
_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1."
_CRD: Final = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
# Objects that hold any key.
_FREE: Final = frozenset(
    {_META + "FieldsV1", _META + "Patch", "io.k8s.apimachinery.pkg.runtime.RawExtension"}
)
# Types whose own reader in Go tells more than the definition.
# From: https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/intstr/intstr.go (IntOrString.UnmarshalJSON)
# From: https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/resource/quantity.go (ParseQuantity)
# From: https://github.com/kubernetes/apiextensions-apiserver/blob/v0.36.0/pkg/apis/apiextensions/v1/marshal.go
_CORRECTED: Final[Definitions] = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        "type": ["string", "integer", "null"],
        "minimum": -(2**31),
        "maximum": 2**31 - 1,
        "x-kubernetes-int-or-string": True,
    },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "type": ["string", "number", "null"],
        "pattern": r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?\s*$",
    },
    _CRD + "JSONSchemaPropsOrArray": {"type": ["object", "array", "null"]},
    _CRD + "JSONSchemaPropsOrBool": {"type": ["object", "boolean", "null"]},
    _CRD + "JSONSchemaPropsOrStringArray": {"type": ["object", "array", "null"]},
}


def main() -> None:
    """Make the bundle of this checkout again, as installing does: `prepare` may have changed since."""
    found = find_spec("kubernetes_validate")
    if found is None or found.origin is None:
        sys.exit("kubernetes-validate is not installed: run `make install-dev`")
    root = Path(__file__).resolve().parent.parent
    write_bundle(root / "fabricgen/schemas/_bundle", package=Path(found.origin).parent)


def write_bundle(folder: Path, *, package: Path) -> None:
    """Write the bundle to `folder`, from the installed package kubernetes-validate in `package`.

    Raises:
        ValueError: the package says something that this program does not know how to carry over.
        OSError: a file cannot be read or written.
    """
    lines: dict[str, tuple[int, int]] = {}
    indexes = {minor: "".join(_index(package, minor=minor, lines=lines)) for minor in MINORS}
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / DEFINITIONS).write_text("".join(lines), encoding="ascii", newline="")
    for minor, text in indexes.items():
        (folder / f"1.{minor}").write_text(text, encoding="ascii", newline="")


def _index(package: Path, *, minor: int, lines: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Yield the lines of one minor's index, sorted; `lines` gains the definitions that are new."""
    read = json.loads((package / _SOURCE.format(minor=minor)).read_text(encoding="utf-8"))["$defs"]
    kinds = sorted(_kinds(read), key=lambda pair: pair[1])
    definitions = _prepared(
        {name: carried_over(name, read=read) for name in sorted(read)}, kinds=[name for name, _ in kinds]
    )
    texts = {name: f'"{name}":{_compact(definition)}\n' for name, definition in definitions.items()}
    for name, kind in kinds:
        reached = sorted(_reached(name, texts=texts))
        digest = hashlib.sha256("".join([name, *(texts[one] for one in reached)]).encode()).hexdigest()[:32]
        places = ",".join("{}-{}".format(*_placed(texts[one], lines=lines)) for one in reached)
        yield f"{kind} {digest} {name} {places}\n"


def _prepared(definitions: Definitions, *, kinds: Iterable[str]) -> Definitions:
    """Return all definitions as the compiler takes them; those of kinds say that they are."""
    everything = {
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in kinds},
        "$defs": definitions,
    }
    prepared = prepare(everything, native=True)
    marked = {name: {**prepared["$defs"][name], PREPARED: prepared[PREPARED]} for name in kinds}
    return {**prepared["$defs"], **marked}


def _placed(text: str, *, lines: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Return where a line stands in the file of definitions: its first byte, and the one after its last."""
    if text not in lines:
        start = next(reversed(lines.values()))[1] + 1 if lines else 0
        lines[text] = (start, start + len(text) - 1)
    return lines[text]


def _kinds(read: Definitions) -> Iterator[tuple[str, str]]:
    """Yield the definition and the `group/version/kind` of each kind.

    Those of the package meta are requests and answers, such as DeleteOptions and Status, not objects.
    """
    for name, definition in read.items():
        for kind in definition.get("x-kubernetes-group-version-kind", ()):
            if not name.startswith(_META):
                yield name, "{group}/{version}/{kind}".format(**kind)


def _reached(name: str, *, texts: Mapping[str, str]) -> set[str]:
    """Return the names of all definitions that a kind needs, itself among them."""
    reached, todo = set[str](), [name]
    while todo:
        one = todo.pop()
        if one not in reached:
            reached.add(one)
            todo.extend(_REFERENCE.findall(texts[one]))
    if any(f'"#/$defs/{name}"' in texts[one] for one in reached):
        msg = f"{name} holds itself: the bundle's reader takes the definition of a kind out of the others"
        raise ValueError(msg)
    return reached


def _compact(definition: Definition) -> str:
    return json.dumps(definition, separators=(",", ":"), sort_keys=True)


def carried_over(name: str, *, read: Definitions) -> Definition:
    """Return one definition as the bundle holds it.

    An optional field may be null, which is to leave it out; a required one, an item of a list and a value of a map may
    not. An object is closed unless it may hold any key.

    Raises:
        ValueError: it has a keyword that is neither carried over nor known not to matter.
    """
    if name in _CORRECTED:
        return _CORRECTED[name]
    definition = _node(read[name], read=read)
    if "x-kubernetes-group-version-kind" in read[name]:
        # The apiVersion and kind of an object within another are not looked at; those of the object itself found this.
        text = {"type": ["string", "null"]}
        definition["properties"] |= {"apiVersion": text, "kind": text}
    if definition.get("type") == ["object", "null"] and "properties" not in definition and name not in _FREE:
        definition["additionalProperties"] = False
    return definition


def _node(node: Definition, *, read: Definitions) -> Definition:
    if unknown := node.keys() - _KEPT - _DROPPED:
        msg = f"keywords that are new: {', '.join(sorted(unknown))}"
        raise ValueError(msg)
    carried = {key: value for key, value in node.items() if key in _KEPT}
    for key in ("items", "additionalProperties"):
        if isinstance(carried.get(key), dict):
            carried[key] = _not_null(_node(carried[key], read=read), read=read)
    if "properties" in carried:
        required = frozenset(carried.get("required", ()))
        carried["properties"] = dict(_properties(carried["properties"], required=required, read=read))
    return carried


def _properties(
    properties: Definitions, *, required: frozenset[str], read: Definitions
) -> Iterator[tuple[str, Definition]]:
    for key, value in properties.items():
        carried = _node(value, read=read)
        yield key, _not_null(carried, read=read) if key in required else carried


def _not_null(node: Definition, *, read: Definitions) -> Definition:
    """Return the node with null taken from its types; what may be anything stays so."""
    name = node.get("$ref", "").removeprefix("#/$defs/")
    target = _CORRECTED.get(name, read[name]) if name else node
    types: Iterable[str] = target.get("type", ())
    others = [one for one in ([types] if isinstance(types, str) else types) if one != "null"]
    return {**node, "type": others if len(others) > 1 else others[0]} if others else node


if __name__ == "__main__":
    main()
