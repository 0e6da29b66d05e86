"""Each rule fails on the example that fails and is silent on the one that passes."""

from pathlib import Path

import pytest

import fabricgen.rules
from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Rule
from fabricgen.rules.catalogue import FAMILIES, all_rules
from fabricgen.rules.example import Outcome, clusters_of, read_example

RULES = all_rules()
EXAMPLES = Path(fabricgen.rules.__file__).parent / "examples"


def _hits(rule: Rule, outcome: Outcome) -> list[str]:
    clusters = clusters_of(read_example(rule.id, outcome))
    return [hit.message for cluster in clusters for _, hit in hits_of(infer(cluster), [rule])]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_its_failing_example(rule: Rule) -> None:
    assert _hits(rule, "fail")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_silent_on_its_passing_example(rule: Rule) -> None:
    assert _hits(rule, "pass") == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_points_at_a_line_of_its_example(rule: Rule) -> None:
    text = read_example(rule.id, "fail")
    clusters = clusters_of(text)

    (_, hit), *_ = [found for cluster in clusters for found in hits_of(infer(cluster), [rule])]

    assert f"# file: {hit.place.file}\n" in text
    assert 1 <= hit.place.line <= text.count("\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_why_with_a_source_and_what_to_do(rule: Rule) -> None:
    assert rule.source.startswith("https://")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert not rule.title.endswith(".")


def test_every_example_belongs_to_a_rule() -> None:
    names = {path.name for path in EXAMPLES.iterdir()}

    assert names == {f"{rule.id}.{outcome}.yaml" for rule in RULES for outcome in ("fail", "pass")}


def test_every_family_has_rules() -> None:
    assert {rule.id[:3] for rule in RULES} == set(FAMILIES)
