"""One validator a kind, made when its first document comes: the structure of its schema, and its CEL rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fabricgen.errors import Problem
from fabricgen.schemas import Kind, Schemas
from fabricgen.validation.cel import Rules, compile_rules
from fabricgen.validation.structure import Structure, compile_structure


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """What every document of a kind must hold."""

    structure: Structure
    rules: Rules | None

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Tell whether the API server would take `body`."""
        return self.structure.holds(body) and (self.rules is None or self.rules.holds(body))

    def problems(self, body: Mapping[str, Any]) -> tuple[tuple[str, Problem], ...]:
        """Return what is wrong with `body`, each with the rule that it breaks.

        CEL rules are written for objects of the right shape, so, like the API server, they come after it.
        """
        if found := self.structure.problems(body):
            return tuple(("SCH001", problem) for problem in found)
        broken = self.rules.problems(body) if self.rules else ()
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

    def _make(self, kind: Kind) -> Validator | None:
        schema = self._schemas.find(kind)
        if schema is None:
            return None
        return Validator(
            structure=compile_structure(schema.body, kind=kind, strict=self._strict),
            rules=compile_rules(schema.body) if self._cel else None,
        )
