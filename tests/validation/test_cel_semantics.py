"""What rules see of a document and where they run, compared with the API server's own code."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cel_cases import Case, semantics_cases, write_bodies, write_schemas

from fabricgen.validation.cel import compile_rules


@pytest.mark.parametrize("case", semantics_cases(), ids=str)
def test_problems_are_found_where_they_are_and_nowhere_else(case: Case) -> None:
    before = json.dumps(case.body)
    rules = compile_rules(case.schema)
    assert rules is not None

    problems = rules.problems(case.body)

    assert sorted(map(str, problems)) == sorted(case.expected)
    assert rules.holds(case.body) is (not problems)
    assert rules.unchecked == ()
    assert json.dumps(case.body) == before


@pytest.mark.tools
def test_the_api_server_says_the_same(tool: Callable[[str], str], tmp_path: Path) -> None:
    cases = semantics_cases()
    schemas, file = write_schemas(cases, tmp_path / "schemas"), write_bodies(cases, tmp_path / "all.yaml")

    done = subprocess.run(
        [tool("apiserver"), str(schemas), str(file)], capture_output=True, text=True, check=True
    )

    said = json.loads(done.stdout)["said"]
    assert [bool(text) for text in said] == [bool(case.expected) for case in cases]
    assert "compile error" not in "".join(said)
    assert [_missing(case, text) for case, text in zip(cases, said, strict=True)] == [[] for _ in cases]


def _missing(case: Case, said: str) -> list[str]:
    """The messages that the API server does not give; it never says what was found as we do."""
    messages = [problem.partition(": ")[2] or problem for problem in case.expected]
    return [message for message in messages if message.partition(" (found ")[0] not in said]
