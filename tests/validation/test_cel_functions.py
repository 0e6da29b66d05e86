"""Kubernetes' CEL functions, each in a rule: what they give, compared with the API server's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cel_cases import (
    Case,
    flux_messages,
    flux_results,
    function_cases,
    rule_schema,
    write_bodies,
    write_schemas,
)

from fabricgen.validation.cel import Rules, compile_rules


def compiled(schema: dict[str, Any]) -> Rules:
    rules = compile_rules(schema)
    assert rules is not None
    return rules


def outcome(messages: str) -> str:
    """Whether a rule holds, is false, or could not be evaluated; by the words both sides use."""
    if not messages:
        return "holds"
    return "errors" if " evaluating rule: " in messages or "did not match" in messages else "fails"


@pytest.mark.parametrize("case", function_cases(), ids=str)
def test_an_expression_comes_to_what_its_documentation_says(case: Case) -> None:
    rules = compiled(case.schema)

    problems = rules.problems(case.body)

    assert rules.unchecked == ()
    assert (outcome("\n".join(map(str, problems))),) == case.expected
    assert rules.holds(case.body) is (not problems)


@pytest.mark.tools
def test_the_api_servers_functions_come_to_the_same(tool: Callable[[str], str], tmp_path: Path) -> None:
    cases = function_cases()
    schemas, file = write_schemas(cases, tmp_path / "schemas"), write_bodies(cases, tmp_path / "all.yaml")

    results = flux_results(tool("flux-schema"), schemas=schemas, file=file)

    theirs = [
        (case.title, outcome(flux_messages(result))) for case, result in zip(cases, results, strict=True)
    ]
    assert theirs == [(case.title, *case.expected) for case in cases]
    assert "compile error" not in "".join(map(flux_messages, results))


@pytest.mark.parametrize(
    "rule",
    [
        "ip('10.0.0.1').isInteger()",
        "quantity('1').family() == 4",
        "string({'a': 1}) == ''",
        "[1, 'a'].isSorted()",
        "[[1], [2]].isSorted()",
        "url('/a').major() == 1",
        "semver('1.0.0').compareTo(quantity('1')) == 0",
    ],
)
def test_a_function_called_on_something_else_is_an_error_and_no_crash(rule: str) -> None:
    body = {"spec": {"text": "x"}}

    (problem,) = compiled(rule_schema(rule)).problems(body)

    assert "no such overload evaluating rule" in problem.message


def test_lists_are_searched_as_cel_compares_not_as_python_does() -> None:
    rule = "dyn([1, true, [1]]).indexOf(true) == 1 && dyn([{'a': 1}]).indexOf({'a': 1}) == 0"

    assert compiled(rule_schema(rule)).holds({"spec": {"text": "x"}})
