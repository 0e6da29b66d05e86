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
from fabricgen.validation.cel.messages import Failure, Outcome, shortened
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
        unchecked: what cannot be evaluated here, each with why; known once a value has come.
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
        shared = None
        for program in self._prepared() if self._programs is None else self._programs:
            try:
                decided: bool | None = program.decide(value)
            except UNDECIDED:
                decided = None
            if decided:
                continue
            if shared is None:
                shared = runtime.activation(self._hand(value))
            if self._judged(program, shared, decided=decided) is not True:
                return False
        return True

    def outcomes(self, value: Value) -> Iterator[Outcome]:
        """Yield each rule that does not hold for `value`, with what came out."""
        programs = self._prepared() if self._programs is None else self._programs
        shared = runtime.activation(self._hand(value))
        for program in programs:
            result = self._judged(program, shared, decided=_decided(program, value))
            if result is not True:
                said = "" if program.explain is None else runtime.evaluated(program.explain, shared)
                yield Outcome(rule=program.rule, schema=self._schema, value=value, result=result, said=said)

    def _judged(self, program: Program, shared: Value, *, decided: bool | None) -> Value:
        """What the runtime says. It gives up on long lists: then what was decided counts, or nothing is said."""
        result = runtime.evaluated(program.run, shared)
        if not (isinstance(result, Failure) and runtime.EXHAUSTED in result):
            return result
        if decided is None:
            self._leave(program.rule, why="the lists that it goes through are too long")
        return decided is not False

    def _leave(self, rule: Rule, *, why: str) -> None:
        text = f"cannot be evaluated here, so nothing is said about it: {shortened(rule['rule'])} ({why})"
        problem = Problem(message=text, path=self.path)
        if problem not in self.unchecked:
            self.unchecked += (problem,)

    def _prepared(self) -> tuple[Program, ...]:
        found: list[Program] = []
        for rule in self._rules:
            try:
                program = _program(rule, self._schema)
            except runtime.UncompilableError as error:
                self._leave(rule, why=str(error))
            else:
                found.extend([program] if program else [])
        self._hand = handing(self._schema, reads(tree for program in found for tree in program.trees))
        self._programs = tuple(found)
        return self._programs


def _decided(program: Program, value: Value) -> bool | None:
    try:
        return program.decide(value)
    except UNDECIDED:
        return None


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
