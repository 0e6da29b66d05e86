"""The CEL runtime, loaded when the first rule is to be evaluated: text -> something that can be evaluated, once.

Fed by `rules`; the only place that imports `cel_expr_python`, Google's C++ runtime. Expressions are compiled once in a
process, however many schemas and places have them.

Source: https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries (what
Kubernetes adds to CEL), https://github.com/cel-expr/cel-python (the runtime).
"""

import re
from functools import cache
from typing import NamedTuple, get_args

from fabricgen.validation.cel import addresses, formats, lists, quantities, urls, versions, wire
from fabricgen.validation.cel.expression import Expression, walk
from fabricgen.validation.cel.function import CelType, Function, Value
from fabricgen.validation.cel.messages import Failure

_EXTENSIONS = ("lists", "math", "optional", "sets", "strings", "two-var-comprehensions")
_LIBRARY: tuple[Function, ...] = (
    *addresses.FUNCTIONS,
    *formats.FUNCTIONS,
    *lists.FUNCTIONS,
    *quantities.FUNCTIONS,
    *urls.FUNCTIONS,
    *versions.FUNCTIONS,
)


_UNPLANNED = "No overload found in reference resolve step for cel.@mapInsert"
"""The types of the expression are checked and right; the function is one that `calls` makes another of."""


EXHAUSTED = "Iteration budget exceeded"
"""The runtime goes through 10,000 elements for one rule, and gives up; Python cannot tell it otherwise."""


class UncompilableError(Exception):
    """The runtime does not take an expression; the text says why."""


class Compiled(NamedTuple):
    """An expression that can be evaluated: the runtime's own, its tree, and the bytes the tree was read from."""

    program: Value
    tree: Expression
    data: bytes


@cache
def _cel() -> Value:
    from cel_expr_python import cel  # noqa: PLC0415 - a run without rules does not pay for it

    return cel


@cache
def _environment() -> Value:
    cel = _cel()
    names = "".join(f"  - name: {name}\n" for name in _EXTENSIONS)
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(f"extensions:\n{names}"),
        variables={"self": cel.Type.DYN, "oldSelf": cel.Type.DYN},
        extensions=[cel.CelExtension("kubernetes", _declarations())],
    )


def _declarations() -> list[Value]:
    cel = _cel()
    types = {kind: getattr(cel.Type, kind.upper()) for kind in get_args(CelType)}
    overloads: dict[str, list[Value]] = {}
    for one in _LIBRARY:
        known = overloads.setdefault(one.name, [])
        name = f"kubernetes_{one.name}_{len(known)}"
        parameters = [types[kind] for kind in one.parameters]
        known.append(cel.Overload(name, types[one.result], parameters, is_member=one.member, impl=one.call))
    return [cel.FunctionDecl(name, known) for name, known in overloads.items()]


@cache
def compiled(text: str) -> Compiled:
    """Return the expression that `text` is.

    Raises:
        UncompilableError: the runtime does not know a function, or a type does not fit.
    """
    try:
        program = _environment().compile(text)
    except RuntimeError as error:
        if _UNPLANNED not in str(error):
            raise UncompilableError(_reason(str(error))) from error
        program = _environment().compile(text, disable_check=True)
    kind = program.return_type()
    if kind not in (_cel().Type.BOOL, _cel().Type.STRING, _cel().Type.DYN):
        raise UncompilableError(f"gives {kind.name()}")
    data = program.serialize()
    return Compiled(program, wire.read(data), data)


@cache
def _rewritten(data: bytes) -> Value:
    return _environment().deserialize(data)


def rewritten(tree: Expression, *, original: Compiled) -> Value:
    """Return the program of `original` with its tree replaced; the same one when no part of the tree is new."""
    if all(node.id for node in walk(tree)):
        return original.program
    return _rewritten(wire.write(tree, original=original.data))


def activation(value: Value) -> Value:
    """Return `value` as the `self` that programs are evaluated with, to be shared between them."""
    return _environment().Activation({"self": value})


def evaluated(program: Value, shared: Value) -> Value:
    """Return what a program gives for an `activation`, or a Failure."""
    try:
        result = program.eval(shared)
        value = result.value()
    except (RuntimeError, TypeError) as error:
        return Failure(str(error))
    return Failure(value) if type(value) is str and result.type() == _cel().Type.ERROR else value


def _reason(message: str) -> str:
    """The first error of the compiler's listing, without the listing."""
    found = re.search(r"ERROR: <input>:\d+:\d+: (.*)", message)
    return found[1] if found else message.splitlines()[0]
