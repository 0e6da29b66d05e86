"""The rules of one place, ready to be evaluated on the values there. Made for `rules`.

Everything is prepared when the first value comes: rules are compiled, what they read is worked out, and those that
Python can decide get their shortcut.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fabricgen.errors import Path, Problem
from fabricgen.validation.cel import runtime
from fabricgen.validation.cel.expression import Expression, Schema, mentions
from fabricgen.validation.cel.function import Value
from fabricgen.validation.cel.handing import Handing, handing
from fabricgen.validation.cel.messages import Outcome, shortened
from fabricgen.validation.cel.places import locate
from fabricgen.validation.cel.reads import reads
from fabricgen.validation.cel.shortcut import UNDECIDED, shortcut

Rule = Mapping[str, Value]
"""An entry of `x-kubernetes-validations`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A rule that can be evaluated; `decide` is asked first, and `run` when it does not say that the rule holds."""

    rule: Rule
    decide: Callable[[Value], bool]
    run: Value
    explain: Value = None
    trees: tuple[Expression, ...]


class Programs:
    """The rules of a place.

    Attributes:
        unchecked: what the runtime cannot compile, each with why; known once a value has come.
    """

    __slots__ = ("_hand", "_programs", "_rules", "_schema", "path", "unchecked")

    def __init__(self, rules: tuple[Rule, ...], *, schema: Schema, path: Path) -> None:
        self._rules = rules
        self._schema = schema
        self._programs: tuple[Program, ...] | None = None
        self._hand: Handing = handing(None, None)
        self.path = path
        self.unchecked: tuple[Problem, ...] = ()

    def keep(self, value: Value) -> bool:
        """Return whether every rule holds for `value`."""
        programs = self._prepared() if self._programs is None else self._programs
        shared = None
        for program in programs:
            try:
                if program.decide(value):
                    continue
            except UNDECIDED:
                pass
            if shared is None:
                shared = runtime.activation(self._hand(value))
            if runtime.evaluated(program.run, shared) is not True:
                return False
        return True

    def outcomes(self, value: Value) -> Iterator[Outcome]:
        """Yield each rule that does not hold for `value`, with what came out."""
        programs = self._prepared() if self._programs is None else self._programs
        shared = runtime.activation(self._hand(value))
        for program in programs:
            result = runtime.evaluated(program.run, shared)
            if result is not True:
                said = "" if program.explain is None else runtime.evaluated(program.explain, shared)
                yield Outcome(rule=program.rule, schema=self._schema, value=value, result=result, said=said)

    def _prepared(self) -> tuple[Program, ...]:
        found, unchecked = [], []
        for rule in self._rules:
            try:
                program = _program(rule, self._schema)
            except runtime.UncompilableError as error:
                text = f"cannot be evaluated here, so nothing is said about it: {shortened(rule['rule'])} ({error})"
                unchecked.append(Problem(message=text, path=self.path))
            else:
                found.extend([program] if program else [])
        self.unchecked = tuple(unchecked)
        self._hand = handing(self._schema, reads(tree for program in found for tree in program.trees))
        self._programs = tuple(found)
        return self._programs


def _program(rule: Rule, schema: Schema) -> Program | None:
    """The rule, ready; nothing when it has nothing to say about a new object. Raises UncompilableError."""
    source = rule["rule"]
    if "oldSelf" in source and not rule.get("optionalOldSelf") and _is_transition(source):
        return None
    compiled = runtime.compiled(source)
    tree = locate(compiled.tree, schema)
    run, explain, trees = runtime.rewritten(tree, original=compiled), None, [tree]
    if rule.get("messageExpression"):
        message = _compiled_message(rule["messageExpression"])
        if message:
            trees.append(locate(message.tree, schema))
            explain = runtime.rewritten(trees[-1], original=message)
    return Program(rule=rule, decide=shortcut(tree), run=run, explain=explain, trees=tuple(trees))


def _is_transition(source: str) -> bool:
    return mentions(runtime.compiled(source).tree, "oldSelf")


def _compiled_message(source: str) -> runtime.Compiled | None:
    """What words the message; without it the rule is worded as if it had none, as in Kubernetes."""
    try:
        return runtime.compiled(source)
    except runtime.UncompilableError:
        return None
