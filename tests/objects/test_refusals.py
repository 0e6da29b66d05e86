"""One fault in a right object, and the one sentence that says what is wrong: the cases are in refusals.yaml."""

from pathlib import Path
from typing import Any

import cilium_examples
import core_examples
import flux_examples
import gateway_examples
import lan_examples
import pytest
import yaml
from changed import GONE, changed

from fabricgen.objects import problems_of

EXAMPLES = {
    **core_examples.EXAMPLES,
    **core_examples.WITHOUT_SCHEMA,
    **flux_examples.EXAMPLES,
    **cilium_examples.EXAMPLES,
    **lan_examples.EXAMPLES,
    **gateway_examples.EXAMPLES,
}
CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['example']}: {case['path']}")
def test_one_fault_gives_one_problem_in_plain_words(case: dict[str, Any]) -> None:
    body = changed(EXAMPLES[case["example"]].to_body(), case["path"], case.get("value", GONE))

    assert [str(problem) for problem in problems_of(body)] == [case["problem"]]
