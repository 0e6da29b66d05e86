"""The published schema of one Talos minor as a check of patches: fields optional, older ones let through, faults mended.

Fed by `machines` with the schemas that are pulled; asked by `talos`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from fabricgen.validation.machine.talos_moved import MOVED_FIELDS, Minor, Names
from fabricgen.validation.structure.engine import compiled

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Node = dict[str, Any]
_MAIN: Final = "v1alpha1.Config"
_REFERENCE: Final = "#/$defs/"
_DROPPED: Final = frozenset(
    {"title", "description", "markdownDescription", "x-intellij-html-description", "required"}
)
_DEEPEST: Final = 12
# The schema names two kinds otherwise than the code does. Source: the constants of the kinds in
# pkg/machinery/config/types/runtime/unattended_install.go and network/kubespan_endpoints.go at v1.14.1.
_MISNAMED: Final = {
    "UnattendedInstall": "UnattendedInstallConfig",
    "KubeSpanEndpoints": "KubeSpanEndpointsConfig",
}
# And it has forgotten one. Source: pkg/machinery/config/types/security/image_verification.go at v1.13.9 and v1.14.1.
_FORGOTTEN: Final = "ImageVerificationConfig"
_FORGOTTEN_SINCE: Final = (1, 13)

# Lists that the schema takes for one of their items. Source: the structs of these names in pkg/machinery/config/types at
# v1.9.5 and v1.14.1.
_LISTS: Final = (
    ("block.EncryptionSpec", "options"),
    ("container.ContainerDependsOn", "networks"),
    ("container.UserVolumeMount", "options"),
    ("v1alpha1.ClusterConfig", "acceptedCAs"),
    ("v1alpha1.EncryptionConfig", "options"),
    ("v1alpha1.MachineConfig", "acceptedCAs"),
)
# The address that logs go to, which the schema takes for an empty mapping. Source: `Endpoint` there.
_ADDRESS: Final = "v1alpha1.Endpoint"


def _object(**properties: Any) -> Node:  # noqa: ANN401 - schemas
    return {"type": "object", "properties": properties, "additionalProperties": False}


_TEXT: Final = {"type": "string"}
_IMAGE_RULE: Final = _object(
    image=_TEXT,
    skip={"type": "boolean"},
    deny={"type": "boolean"},
    keyless=_object(issuer=_TEXT, subject=_TEXT, subjectRegex=_TEXT),
    publicKey=_object(certificate=_TEXT),
)
_IMAGE_VERIFICATION: Final = _object(
    apiVersion={"enum": ["v1alpha1"]},
    kind={"enum": [_FORGOTTEN]},
    rules={"type": "array", "items": _IMAGE_RULE},
)


class TalosSchema:
    """What the config of one minor may hold."""

    def __init__(self, minor: Minor, schemas: Sequence[Mapping[str, Any]]) -> None:
        """Take the schema of `minor`, and after it those of older minors, newest first."""
        self.minor = minor
        self._own, *self._older = schemas
        self._compiled: dict[str, tuple[Draft202012Validator, Mapping[str, Any]]] = {}

    @cached_property
    def kinds(self) -> Mapping[str, Node]:
        """The kinds with their schemas; the v1alpha1 config is the empty kind."""
        found = {"": {"$ref": f"{_REFERENCE}{_MAIN}"}}
        for one in self._own["oneOf"]:
            document = _plain(self._own["$defs"][_name_in(one)])
            for kind in document["properties"].get("kind", {}).get("enum", ()):
                found[_MISNAMED.get(kind, kind)] = _mended(document, kind=_MISNAMED.get(kind, kind))
        if self.minor >= _FORGOTTEN_SINCE:
            found.setdefault(_FORGOTTEN, _IMAGE_VERIFICATION)
        return found

    def check(self, kind: str) -> "tuple[Draft202012Validator, Mapping[str, Any]]":
        """Return the compiled schema of a kind, and its text."""
        if kind not in self._compiled:
            schema = {**self.kinds[kind], "$defs": self._definitions}
            self._compiled[kind] = compiled(schema), schema
        return self._compiled[kind]

    @cached_property
    def older_fields(self) -> tuple[Names, ...]:
        """The fields of the v1alpha1 config that only older schemas have, without those below them; shortest first."""
        gone = {path for one in self._older for path in _fields(one["$defs"])} - {
            *_fields(self._own["$defs"])
        }
        return tuple(sorted((path for path in gone if path[:-1] not in gone), key=_by_length))

    @cached_property
    def _definitions(self) -> Node:
        made: Node = {name: _plain(one) for name, one in self._own["$defs"].items()}
        moved = {path for path, one in MOVED_FIELDS.items() if one.since <= self.minor}
        for path in sorted(moved.union(self.older_fields), key=_by_length):
            _graft(path, into=made, older=[one["$defs"] for one in self._older])
        for name, field in _LISTS:
            _make_list(made.get(name), field)
        made[_ADDRESS] = _TEXT
        return made


def _by_length(path: Names) -> tuple[int, Names]:
    return len(path), path


def _name_in(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).removeprefix(_REFERENCE)


def _plain(node: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema without texts, and with nothing that must be there: a patch is a part of a config."""
    match node:
        case dict():
            return {
                key: {name: _plain(one) for name, one in value.items()}
                if key in {"properties", "patternProperties"}
                else _plain(value)
                for key, value in node.items()
                if key not in _DROPPED
            }
        case list():
            return [_plain(one) for one in node]
        case _:
            return node


def _mended(document: Node, *, kind: str) -> Node:
    """Return the schema of a document under its right kind; a name that it has is what it is merged by."""
    properties = {**document["properties"], "kind": {"enum": [kind]}}
    required = {"required": ["name"]} if "name" in properties else {}
    return {**document, "properties": properties, **required}


def _make_list(definition: Any, field: str) -> None:  # noqa: ANN401 - any part of a schema
    properties = definition.get("properties", {}) if isinstance(definition, dict) else {}
    if isinstance(one := properties.get(field), dict) and one.get("type") != "array":
        properties[field] = {"type": "array", "items": one}


def _graft(path: Names, *, into: Node, older: Sequence[Mapping[str, Any]]) -> None:
    """Let a field of the v1alpha1 config through, as the newest older schema has it; as anything if none has it."""
    for length in range(1, len(path) + 1):
        holder = _at(path[: length - 1], into)
        if not isinstance(holder, dict) or "properties" not in holder:
            return  # anything may stand here
        if path[length - 1] not in holder["properties"]:
            found = next((one for defs in older if (one := _field(path[:length], defs))), None)
            holder["properties"][path[length - 1]] = _adopt(found, into=into, older=older)


def _adopt(node: Any, *, into: Node, older: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - any part of a schema
    """Return `node`, an older schema's, for use among the definitions `into`: what it refers to comes with it."""
    if node is None:
        return True
    plain = _plain(node)
    for name in _references(plain):
        if name not in into:
            into[name] = True  # while it is looked at, as it may refer to itself
            into[name] = _adopt(next(one[name] for one in older if name in one), into=into, older=older)
    return plain


def _references(node: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    match node:
        case {"$ref": str(), **rest} if not rest:
            yield _name_in(node)
        case dict():
            for one in node.values():
                yield from _references(one)
        case list():
            for one in node:
                yield from _references(one)
        case _:
            pass


def _at(path: Names, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    """Return the schema of what stands at `path` of the v1alpha1 config, or in the lists there; None if it is unknown."""
    return _object_of(_field(path, definitions) if path else definitions[_MAIN], definitions)


def _field(path: Names, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    here: Any = definitions[_MAIN]
    for part in path:
        here = _object_of(here, definitions)
        if not isinstance(here, dict):
            return None
        here = here.get("properties", {}).get(part, next(_of_any_key(here), None) if part == "*" else None)
    return here


def _object_of(node: Any, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    """Follow references, and lists to their items."""
    for _ in range(_DEEPEST):
        if isinstance(node, dict) and "$ref" in node:
            node = definitions.get(_name_in(node))
        elif isinstance(node, dict) and "items" in node:
            node = node["items"]
    return node


def _fields(definitions: Mapping[str, Any]) -> Iterator[Names]:
    """Yield the path of every field of the v1alpha1 config; lists are passed through, `*` is any key."""
    pending: list[tuple[Names, Any]] = [((), definitions[_MAIN])]
    while pending:
        path, node = pending.pop()
        node = _object_of(node, definitions)
        if not isinstance(node, dict) or len(path) > _DEEPEST:
            continue
        inner = [*node.get("properties", {}).items()]
        inner += [("*", one) for one in _of_any_key(node)]
        for name, one in inner:
            yield (*path, name)
            pending.append(((*path, name), one))


def _of_any_key(node: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the schemas of the values of a mapping with free keys, in either way of writing it."""
    yield from node.get("patternProperties", {}).values()
    if isinstance(one := node.get("additionalProperties"), dict):
        yield one
