"""One validator a kind, made when its first document comes: the structure of its schema, and its CEL rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fabricgen.errors import Problem
from fabricgen.schemas import Kind, Schemas
from fabricgen.validation.structure import Structure, compile_structure

if TYPE_CHECKING:
    from fabricgen.validation.cel import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """What every document of a kind must hold."""

    structure: Structure
    rules: "Rules | None"

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Tell whether the API server would take `body`."""
        if self.structure.holds_as_written(body):
            return self.rules is None or self.rules.holds(body)
        if not self.structure.holds(body):
            return False
        return self.rules is None or self.rules.holds(self.structure.admitted(body))

    def problems(self, body: Mapping[str, Any]) -> tuple[tuple[str, Problem], ...]:
        """Return what is wrong with `body`, each with the rule that it breaks.

        CEL rules are written for objects of the right shape, so, like the API server, they come after it.
        """
        if found := self.structure.problems(body):
            return tuple(("SCH001", problem) for problem in found)
        broken = self.rules.problems(self.structure.admitted(body)) if self.rules else ()
        return tuple(("SCH002", problem) for problem in broken)


class Validators:
    """The validators of a run, by `apiVersion` and `kind`."""

    def __init__(self, schemas: Schemas, *, strict: bool, cel: bool) -> None:
        """Look schemas up in `schemas`; nothing is read or compiled yet."""
        self._schemas = schemas
        self._strict = strict
        self._cel = cel
        self._made: dict[tuple[str, str], Validator | None] = {}

    def find(self, key: tuple[str, str]) -> Validator | None:
        """Return the validator of (apiVersion, kind), or nothing when there is no schema.

        Raises:
            SchemaError: the schema cannot be had, read or compiled.
        """
        if key not in self._made:
            self._made[key] = self._make(Kind.of(*key))
        return self._made[key]

    def unchecked(self) -> Iterator[str]:
        """Yield, so far as documents came to them, the rules that cannot be evaluated: with the kind, and why."""
        for (api_version, kind), validator in self._made.items():
            for problem in validator.rules.unchecked if validator and validator.rules else ():
                yield f"{api_version}/{kind}: {problem}"

    def _make(self, kind: Kind) -> Validator | None:
        schema = self._schemas.find(kind)
        if schema is None:
            return None
        return Validator(
            structure=compile_structure(schema.body, kind=kind, strict=self._strict),
            rules=_rules_of(schema.body) if self._cel else None,
        )


def _rules_of(schema: Mapping[str, Any]) -> "Rules | None":
    """Return the CEL rules of a schema; the runtime is loaded for the first schema that has any."""
    if not _has_rules(schema):
        return None
    from fabricgen.validation.cel import compile_rules  # noqa: PLC0415 - as said above

    return compile_rules(schema)


def _has_rules(schema: Mapping[str, Any]) -> bool:
    ahead: list[Any] = [schema]
    while ahead:
        node = ahead.pop()
        if isinstance(node, dict):
            if "x-kubernetes-validations" in node:
                return True
            ahead.extend(node.values())
        elif isinstance(node, list):
            ahead.extend(node)
    return False
