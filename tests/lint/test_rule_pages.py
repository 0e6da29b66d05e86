"""Pages of rules: made of the rules, up to date, and the same on the terminal."""

import ast
import json
import re
from pathlib import Path

import pytest

import fabricgen
from fabricgen.cli import main
from fabricgen.lint.judged import JUDGED_RULES
from fabricgen.lint.own import OWN, every_rule, told_rules
from fabricgen.lint.pages import example_of, index_of, page_of
from fabricgen.rules import Rule
from fabricgen.rules.example import Outcome

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "rules"
_ID = re.compile(r"[A-Z][A-Z0-9]{2}\d{3}")


def test_the_pages_are_those_of_the_rules() -> None:
    names = {file.name for file in PAGES.iterdir()}

    assert names == {"README.md", *(f"{rule.id}.md" for rule in told_rules())}, "run `make generated`"


@pytest.mark.parametrize("rule", told_rules(), ids=lambda rule: rule.id)
def test_a_page_is_up_to_date(rule: Rule) -> None:
    assert (PAGES / f"{rule.id}.md").read_text(encoding="utf-8") == page_of(rule), "run `make generated`"


def test_the_index_is_up_to_date_and_has_every_rule() -> None:
    index = index_of(every_rule())

    assert (PAGES / "README.md").read_text(encoding="utf-8") == index, "run `make generated`"
    assert all(f"| [{rule.id}]({rule.id}.md) |" in index for rule in told_rules())


def test_explain_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    rule = next(one for one in every_rule() if one.id == "RTE001")

    assert main(["explain", "RTE001"]) == 0

    told = " ".join(capsys.readouterr().out.split())
    assert all(part in told for part in (rule.title, rule.why, rule.fix, rule.source, "loadBalancer:"))


def test_explain_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "RTE001", "--format", "json"]) == 0

    assert json.loads(capsys.readouterr().out)["id"] == "RTE001"


def test_explain_of_no_rule_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "RTX001"]) == 2

    assert "there is no rule RTX001; did you mean RTE001?" in capsys.readouterr().err


def _printed() -> list[str]:
    """Return every id that stands in the code as a text of its own, whoever prints it."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "fabricgen").rglob("*.py"))
    texts = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return sorted({one for one in texts if isinstance(one, str) and _ID.fullmatch(one)})


@pytest.mark.parametrize("rule", _printed())
def test_explain_knows_every_id_that_can_be_printed(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule]) == 0

    assert capsys.readouterr().out.startswith(f"{rule}: ")


@pytest.mark.parametrize("rule", JUDGED_RULES.values(), ids=lambda rule: rule.id)
def test_what_judges_besides_says_why_with_a_source_and_what_to_do(rule: Rule) -> None:
    assert rule.source.startswith("https://")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")


def _lint(folder: Path, rule: str, outcome: Outcome) -> set[str]:
    path, _, text = example_of(OWN[rule], outcome).removeprefix("# file: ").partition("\n")
    (folder / path).parent.mkdir()
    (folder / path).write_text(text, encoding="utf-8")
    return {one.rule for one in fabricgen.lint_path(folder)}


@pytest.mark.parametrize("rule", OWN)
def test_a_rule_about_linting_itself_finds_its_failing_example(tmp_path: Path, rule: str) -> None:
    assert rule in _lint(tmp_path, rule, "fail")


@pytest.mark.parametrize("rule", OWN)
def test_a_rule_about_linting_itself_is_silent_on_its_passing_example(tmp_path: Path, rule: str) -> None:
    assert rule not in _lint(tmp_path, rule, "pass")
