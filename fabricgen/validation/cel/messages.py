"""What is said about a value that does not keep a rule. Fed by `programs`; its problems go to the engine.

The schema's author has the word: `message`, or what `messageExpression` gives. The rule itself stands in for a message
that is missing. Source for which is taken when:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#message-expression.
"""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from fabricgen.errors import Path, Problem
from fabricgen.validation.cel.expression import Schema
from fabricgen.validation.cel.function import Value
from fabricgen.validation.cel.places import property_schema

_LONGEST_RULE = 120
_LONGEST_VALUE = 60
_LONGEST_MESSAGE = 5 * 1024  # what Kubernetes takes from a messageExpression
_FIELD = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
_FAULTS = (
    (re.compile(r'Key not found in map : "(.*)"', re.DOTALL), r"no such key: \1"),
    (re.compile(r"Index error: index=(-?\d+) size=\d+"), r"index out of bounds: \1"),
    (re.compile(r"No matching overloads found : (.*)", re.DOTALL), r"no such overload: \1"),
    (re.compile(r"divide by zero"), "division by zero"),
)


class Failure(str):
    """What the runtime said when it could not evaluate a rule."""

    __slots__ = ()


class Outcome(NamedTuple):
    """A rule that does not hold: `result` is false or a Failure, `said` what its messageExpression gave."""

    rule: Mapping[str, Value]
    schema: Schema
    value: Value
    result: Value
    said: Value


def problem_of(outcome: Outcome, *, path: Path) -> Problem:
    """Return what is wrong with the value at `path`."""
    rule = outcome.rule
    if isinstance(outcome.result, Failure):
        named = str(rule.get("message") or rule["rule"])
        return Problem(message=f"{_fault(outcome.result)} evaluating rule: {shortened(named)}", path=path)
    inside = _field_path(str(rule.get("fieldPath") or ""), outcome.schema)
    return Problem(message=_message(outcome) + ("" if inside else _found(outcome.value)), path=path + inside)


def shortened(rule: str) -> str:
    """Return a rule on one line, and no longer than is read."""
    line = " ".join(rule.split())
    return line if len(line) <= _LONGEST_RULE else f"{line[: _LONGEST_RULE - 1]}…"


def _message(outcome: Outcome) -> str:
    said = outcome.said.strip() if type(outcome.said) is str else ""
    if said and "\n" not in said and len(said) <= _LONGEST_MESSAGE:
        return said
    written = str(outcome.rule.get("message") or "").strip()
    return written or f"failed rule: {shortened(outcome.rule['rule'])}"


def _found(value: Value) -> str:
    if isinstance(value, dict | list):
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return f" (found {text})" if len(text) <= _LONGEST_VALUE else ""


def _fault(failure: Failure) -> str:
    """The runtime's fault in the words of the API server, where they differ."""
    text = re.sub(r"^[A-Z_]+: ", "", failure)
    for form, words in _FAULTS:
        text = form.sub(words, text)
    return text


def _field_path(written: str, schema: Schema) -> Path:
    """The `fieldPath` of a rule, as far as it leads to fields that the schema has."""
    path: list[str] = []
    end = 0
    while found := _FIELD.match(written, end):
        end = found.end()
        name = found[1] or re.sub(r"\\(.)", r"\1", found[2] or "")
        schema = property_schema(schema, name)
        if schema is None:
            return ()
        path.append(name)
    return tuple(path) if end == len(written) else ()
