"""The rules of kinds that people have: each compiles, and each message is reached by a document that breaks it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cel_cases import Case, flux_messages, flux_results, kind_cases, write_bodies

from fabricgen.errors import Problem
from fabricgen.validation.cel import Rules, compile_rules, runtime


def rules_of(schema: Path) -> Rules:
    rules = compile_rules(json.loads(schema.read_text(encoding="utf-8")))
    assert rules is not None
    return rules


def written_rules(node: Any) -> Iterator[dict[str, Any]]:
    """Every rule anywhere in a schema."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    written = node.get("x-kubernetes-validations") if isinstance(node, dict) else None
    yield from written if isinstance(written, list) else ()
    for one in inner:
        yield from written_rules(one)


def all_rules(folder: Path) -> list[dict[str, Any]]:
    schemas = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.*/*.json")))
    return [rule for schema in schemas for rule in written_rules(schema)]


@pytest.mark.schemas
def test_every_rule_of_the_schemas_compiles(schemas_dir: Path) -> None:
    texts = {rule["rule"] for rule in all_rules(schemas_dir)}

    compiled = [runtime.compiled(text) for text in texts]

    assert len(compiled) > 100


@pytest.mark.schemas
@pytest.mark.parametrize("case", kind_cases(), ids=str)
def test_a_spec_keeps_its_rules_or_breaks_the_one_it_is_made_for(case: Case, schemas_dir: Path) -> None:
    rules = rules_of(schemas_dir / case.schema_path)

    problems = rules.problems(case.body)

    assert rules.holds(case.body) is (not problems) is (not case.expected)
    assert [begins for begins in case.expected if not _is_said(begins, problems)] == []
    assert rules.unchecked == ()


def _is_said(begins: str, problems: tuple[Problem, ...]) -> bool:
    return any(problem.message.startswith(begins) for problem in problems)


@pytest.mark.schemas
def test_every_message_of_the_schemas_is_reached(schemas_dir: Path) -> None:
    written = {rule["message"].strip() for rule in all_rules(schemas_dir) if "oldSelf" not in rule["rule"]}
    said = {
        problem.message.partition(" (found ")[0]
        for case in kind_cases()
        for problem in rules_of(schemas_dir / case.schema_path).problems(case.body)
    }

    assert written <= said


@pytest.mark.schemas
@pytest.mark.tools
def test_flux_schema_says_the_same(tool: Callable[[str], str], schemas_dir: Path, tmp_path: Path) -> None:
    cases = kind_cases()
    file = write_bodies(cases, tmp_path / "all.yaml")

    results = flux_results(tool("flux-schema"), schemas=schemas_dir, file=file)

    verdicts = [(case.title, result["status"]) for case, result in zip(cases, results, strict=True)]
    assert verdicts == [(case.title, "invalid" if case.expected else "valid") for case in cases]
    ours = [rules_of(schemas_dir / case.schema_path).problems(case.body) for case in cases]
    assert [_unsaid(problems, result) for problems, result in zip(ours, results, strict=True)] == [
        [] for _ in cases
    ]


def _unsaid(problems: tuple[Problem, ...], result: dict[str, Any]) -> list[str]:
    """Our messages that flux-schema does not give; it stops at the structure where that is wrong as well."""
    said = flux_messages(result) if result.get("reason") == "cel-violation" else None
    messages = [problem.message.partition(" (found ")[0] for problem in problems]
    return [message for message in messages if said is not None and message not in said]
