"""A schema compiled: `holds` for tens of thousands of documents, `problems` for the few that do not.

Fed by `validation.validators` with the schemas that are found. The root of a schema is compiled for each kind, the
metadata that all kinds share once for all of them; both run in Rust. What JSON Schema cannot say (keys of lists, the
size of all annotations, null as a field left out) is looked at here, where it is there at all.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fabricgen.errors import Problem
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind
from fabricgen.validation.structure.engine import compiled
from fabricgen.validation.structure.lists import Plan, plan_lists
from fabricgen.validation.structure.metadata import (
    is_native,
    is_object,
    metadata_schema,
    name_class,
)
from fabricgen.validation.structure.prepare import DEFAULTS, prepare, reopen

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_TEXT: Final = {"type": "string", "minLength": 1}
_ALL_HAVE: Final = ("metadata", "apiVersion", "kind")


def compile_structure(schema: Mapping[str, Any], *, kind: Kind, strict: bool = True) -> "Structure":
    """Return the check of `kind` that `schema` describes; quick for one that `prepare` has rewritten before.

    Args:
        schema: as Kubernetes, a CustomResourceDefinition or a catalogue writes it, or as `prepare` returns it.
        kind: decides about the rules for names, and how the API server reads the object.
        strict: whether unknown fields are refused where the author of the schema did not say.

    Raises:
        SchemaError: the schema is none.
    """
    try:
        prepared = prepare(schema, native=is_native(kind))
        return Structure(prepared if strict else reopen(prepared), kind=kind, strict=strict)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = (str(error).splitlines() or ["it is nested too deeply"])[0]
        msg = f"the schema of {kind.kind} ({kind.api_version}) cannot be compiled: {reason}"
        raise SchemaError(msg) from error


class Structure:
    """What the API server asks of the structure of an object of one kind, CEL rules apart."""

    __slots__ = (
        "_compiled",
        "_defaults_decide",
        "_holds_metadata",
        "_holds_root",
        "_is_object",
        "_kind",
        "_plan",
        "_root",
        "_strict",
    )

    def __init__(self, prepared: Mapping[str, Any], *, kind: Kind, strict: bool) -> None:
        """Compile a prepared schema."""
        self._kind = kind
        self._strict = strict
        self._is_object = is_object(kind)
        self._root = _root_of(prepared, strict=strict) if self._is_object else dict(prepared)
        self._compiled = compiled(self._root)
        self._holds_root: Callable[[Any], bool] = self._compiled.is_valid
        self._defaults_decide = DEFAULTS in prepared
        self._holds_metadata = self._metadata(usual=True).is_valid if self._is_object else _holds_anything
        self._plan: Plan | None = plan_lists(self._root)

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Tell whether the API server would take the structure of `body`."""
        return self.holds_as_written(body) or self._holds_closely(body)

    def holds_as_written(self, body: Mapping[str, Any]) -> bool:
        """Tell whether `body` holds just as it stands; one that does not may still, once nulls are left out."""
        try:
            return (
                not self._defaults_decide
                and self._holds_root(body)
                and self._holds_metadata(body.get("metadata"))
                and (self._plan is None or self._plan.holds(body))
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            return False  # no JSON: a key that is no text, half a character, no end

    def problems(self, body: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Return everything that is wrong with the structure of `body`, in the order of the document."""
        from fabricgen.validation.structure.problems import problems_of  # noqa: PLC0415 - most documents hold

        metadata = (self._metadata(usual=False), self._metadata_schema()) if self._is_object else None
        root = (self._compiled, self._root)
        return problems_of(self.admitted(body), root=root, metadata=metadata, plan=self._plan)

    def admitted(self, body: Any) -> Any:  # noqa: ANN401 - a document holds anything
        """Return `body` as the API server looks at it: null left out of fields, defaults filled in."""
        from fabricgen.validation.structure.admission import Admission  # noqa: PLC0415 - as above

        if not self._is_object:
            return body
        return Admission(self._root, defaults=not is_native(self._kind)).take(body)

    def _holds_closely(self, body: Any) -> bool:  # noqa: ANN401 - a document holds anything
        """Judge what is not usual: null in fields, fields that need their defaults, large metadata."""
        from fabricgen.validation.structure.counts import count_problems  # noqa: PLC0415 - as above

        if not self._is_object or not isinstance(body, dict):
            return False
        try:
            body = self.admitted(body)
            metadata = body.get("metadata")
            return (
                self._holds_root(body)
                and self._metadata(usual=False).is_valid(metadata)
                and not any(count_problems(metadata))
                and (self._plan is None or self._plan.holds(body))
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            return False  # as above

    def _metadata(self, *, usual: bool) -> "Draft202012Validator":
        return _compiled_metadata(name_class(self._kind), strict=self._strict, usual=usual)

    def _metadata_schema(self) -> dict[str, Any]:
        return metadata_schema(self._kind, strict=self._strict)


def _holds_anything(_: object) -> bool:
    return True


def _root_of(prepared: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the schema of a kind with what every object has; of its metadata only what is the kind's own."""
    properties = prepared.get("properties", {})
    own = properties.get("metadata", {}).get("properties", {})
    names = {key: own[key] for key in ("name", "generateName") if len(own.get(key, ())) > 1}
    root = {
        **prepared,
        "type": "object",
        "properties": {
            **properties,
            "apiVersion": _TEXT,
            "kind": _TEXT,
            "metadata": {"properties": names} if names else {},
        },
        "required": [
            *(name for name in prepared.get("required", ()) if name not in _ALL_HAVE),
            *_ALL_HAVE[1:],
        ],
    }
    if strict and "properties" in prepared and not prepared.get("x-kubernetes-preserve-unknown-fields"):
        root.setdefault("additionalProperties", False)
    return root


@lru_cache(maxsize=64)
def _compiled_metadata(names: tuple[str, str], *, strict: bool, usual: bool) -> "Draft202012Validator":
    group, kind = names
    return compiled(metadata_schema(Kind(group, "v1", kind), strict=strict, usual=usual))
