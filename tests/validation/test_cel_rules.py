"""Rules as a whole: none where there are none, what cannot be evaluated, odd documents, and what is loaded when."""

import subprocess
import sys
from typing import Any

import pytest

from fabricgen.errors import Problem
from fabricgen.validation.cel import Rules, compile_rules


def rules_of(*rules: dict[str, Any], **properties: Any) -> Rules:
    spec = {"type": "object", "properties": properties, "x-kubernetes-validations": list(rules)}
    found = compile_rules({"type": "object", "properties": {"spec": spec}})
    assert found is not None
    return found


def test_a_schema_without_rules_has_none() -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-validations": []}}}

    assert compile_rules(schema) is None


def test_a_rule_that_does_not_compile_is_named_once_and_is_no_fault() -> None:
    rules = rules_of({"rule": "nothing.known(self.a)"}, {"rule": "self.a > 1"}, a={"type": "integer"})

    held = [rules.holds({"spec": {"a": 2}}), rules.holds({"spec": {"a": 2}}), rules.holds({"spec": {"a": 1}})]

    assert held == [True, True, False]
    (unchecked,) = rules.unchecked
    assert str(unchecked).startswith(
        "spec: cannot be evaluated here, so nothing is said about it: nothing.known(self.a) ("
    )


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": None, "allOf": None},
        {"properties": {"a": True, "b": {"items": True, "additionalProperties": True}}, "allOf": [True]},
        {"x-kubernetes-validations": [None, {}, {"rule": " "}, {"rule": 1}]},
        {"x-kubernetes-validations": {"rule": "false"}},
        {
            "type": "object",
            "properties": {"x-kubernetes-validations": {"type": "array"}, "metadata": {"properties": []}},
        },
    ],
    ids=str,
)
def test_a_schema_that_is_none_has_no_rules(schema: dict[str, Any]) -> None:
    assert compile_rules(schema) is None


def long_lists(rule: str, length: int) -> tuple[Rules, dict[str, Any]]:
    named = {"type": "object", "properties": {"name": {"type": "string"}}}
    rules = rules_of({"rule": rule}, a={"type": "array", "items": named})
    return rules, {"spec": {"a": [{"name": f"n{number}"} for number in range(length)]}}


def test_a_list_that_is_too_long_for_the_runtime_is_still_decided() -> None:
    rules, body = long_lists("self.a.all(x, self.a.exists_one(y, x.name == y.name))", 200)
    twice = {"spec": {"a": [*body["spec"]["a"], {"name": "n0"}]}}

    assert (rules.holds(body), rules.problems(body)) == (True, ())
    assert (rules.holds(twice), len(rules.problems(twice))) == (False, 1)
    assert rules.unchecked == ()


@pytest.mark.parametrize(
    ("rule", "length"),
    [
        ("self.a.all(x, x.name.split('n').size() == 2)", 20_000),
        ("self.a.all(x, self.a.exists_one(y, x.name == y.name))", 5_000),
    ],
)
def test_what_would_take_too_long_is_named_and_is_no_fault(rule: str, length: int) -> None:
    rules, body = long_lists(rule, length)

    assert (rules.holds(body), rules.problems(body)) == (True, ())
    assert "too long" in str(rules.unchecked)


def test_nothing_is_unchecked_before_a_document_has_come() -> None:
    assert rules_of({"rule": "nothing.known(self.a)"}).unchecked == ()


def test_a_rule_that_is_no_question_is_unchecked() -> None:
    rules = rules_of({"rule": "1 + 1"})

    assert rules.holds({"spec": {}})
    assert "gives INT" in rules.unchecked[0].message


@pytest.mark.parametrize("place", ["a", "b"])
def test_where_cel_has_no_type_no_rule_runs(place: str) -> None:
    never = [{"rule": "false"}]
    fields: dict[str, Any] = {
        "a": {"x-kubernetes-preserve-unknown-fields": True, "x-kubernetes-validations": never},
        "b": {
            "type": "array",
            "items": {"x-kubernetes-preserve-unknown-fields": True},
            "x-kubernetes-validations": never,
        },
    }
    rules = rules_of({"rule": "true"}, **fields)

    assert rules.holds({"spec": {place: [1]}})


def test_a_long_rule_without_a_message_is_shortened() -> None:
    rule = " || ".join(f"self.a == {number}" for number in range(100))

    (problem,) = rules_of({"rule": rule}, a={"type": "integer"}).problems({"spec": {"a": 100}})

    assert problem.message.startswith("failed rule: self.a == 0 || self.a == 1")
    assert len(problem.message) < 150


@pytest.mark.parametrize(
    "value",
    [2**64, 2**70, float("nan"), "\ud800", {"a": "\ud800"}, [[[]]], {"": None}, None, True],
    ids=repr,
)
def test_a_value_that_cel_has_no_place_for_is_a_problem_and_no_crash(value: Any) -> None:
    rules = rules_of({"rule": "self.a == 7"}, a={"type": "integer"})

    assert not rules.holds({"spec": {"a": value}})
    assert len(rules.problems({"spec": {"a": value}})) == 1


def test_a_deeply_nested_value_is_judged() -> None:
    value: Any = "x"
    for _ in range(200):
        value = {"a": value}

    assert rules_of({"rule": "dyn(self.a).size() == 1"}, a={"type": "object"}).holds({"spec": {"a": value}})


def test_the_document_is_not_touched() -> None:
    body = {"spec": {"a": None, "b": 5}}
    rules = rules_of(
        {"rule": "self.a == 'x' && self.b / 2.0 == 2.5"},
        a={"type": "string", "default": "x"},
        b={"type": "number"},
    )

    assert rules.holds(body)
    assert body == {"spec": {"a": None, "b": 5}}


def test_problems_of_one_place_come_in_the_order_of_its_rules() -> None:
    rules = rules_of({"rule": "false", "message": "one"}, {"rule": "1 > 2", "message": "two"})

    assert rules.problems({"spec": {}}) == (
        Problem(message="one", path=("spec",)),
        Problem(message="two", path=("spec",)),
    )


def test_the_runtime_is_loaded_when_the_first_rule_runs() -> None:
    program = """
import sys
from fabricgen.validation.cel import compile_rules
rule = {"x-kubernetes-validations": [{"rule": "self.a.size() > 1"}]}
rules = compile_rules({"type": "object", "properties": {"spec": {"type": "object", **rule}}})
assert rules.holds({"metadata": {"name": "a"}})
print("cel_expr_python" in sys.modules, "re2" in sys.modules, "pydantic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False", "False"]
