"""What people read of a rule: its page in docs/rules/, and the same on the terminal. Made of the rule and its examples."""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from textwrap import fill
from typing import Final

from fabricgen.lint.judged import JUDGED_RULES
from fabricgen.lint.own import OWN, OWN_FAMILIES, family_name
from fabricgen.rules import Rule
from fabricgen.rules.catalogue import FAMILIES
from fabricgen.rules.example import Outcome, read_example
from fabricgen.validation.output.sentences import count

_MEANING: Final = {
    "error": "it cannot work, or loses traffic, data or encryption",
    "warning": "it will bite",
    "info": "worth knowing",
}
_FILE: Final = re.compile(r"^# file: (?P<path>\S+)\n", re.MULTILINE)
_WIDTH: Final = 110


def page_of(rule: Rule) -> str:
    """Return a rule's page, Markdown."""
    parts = [
        f"# {rule.id}: {rule.title}",
        f"*{rule.severity}* ({_MEANING[rule.severity]}) · {family_name(rule.id[:3])}{_versions(rule)}",
        fill(rule.why, _WIDTH, break_long_words=False, break_on_hyphens=False),
        fill(f"**Fix:** {rule.fix}", _WIDTH, break_long_words=False, break_on_hyphens=False),
        f"**Source:** <{rule.source}>",
        *_examples(rule),
        f"Where it is meant to be so: `# fabricgen: ignore {rule.id} <why>` on the line or above it."
        if rule.id not in OWN and rule.id not in JUDGED_RULES
        else "",
        "<!-- Made by `make generated` from the rule and its examples; change those. -->",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _examples(rule: Rule) -> Iterator[str]:
    """Yield both examples; what judges besides the rules of lint has none."""
    if has_examples(rule):
        yield "## Found here"
        yield from _listings(example_of(rule, "fail"))
        yield "## Nothing is found here"
        yield from _listings(example_of(rule, "pass"))


def text_of(rule: Rule) -> str:
    """Return a rule's page for the terminal."""
    shown: tuple[str, ...] = ()
    if has_examples(rule):
        fails, passes = (_indented(example_of(rule, outcome)) for outcome in ("fail", "pass"))
        shown = ("Found here:", fails, "Nothing is found here:", passes)
    parts = [
        f"{rule.id}: {rule.title}",
        f"{rule.severity} ({_MEANING[rule.severity]}) · {family_name(rule.id[:3])}{_versions(rule)}",
        fill(rule.why, _WIDTH, break_long_words=False, break_on_hyphens=False),
        fill(f"Fix: {rule.fix}", _WIDTH, break_long_words=False, break_on_hyphens=False),
        f"Source: {rule.source}",
        *shown,
    ]
    return "\n\n".join(parts)


def index_of(rules: Sequence[Rule]) -> str:
    """Return the index of all rules, a table a family, Markdown."""
    counts = ", ".join(
        count(sum(rule.severity == severity for rule in rules), noun)
        for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
    )
    head = (
        "# Rules\n\n"
        f"The {len(rules)} rules of `fabricgen lint` ({counts}), by family.\n"
        "`fabricgen explain RTE001` prints the page of a rule; how to choose, suppress and fix is told in\n"
        "[lint.md](../lint.md).\n"
    )
    tail = "<!-- Made by `make generated` from the rules; change those. -->\n"
    besides = (
        "# What is judged besides\n\n"
        "`fabricgen validate`, `check` and `render` judge by schemas and charts as well, search for secrets, and compare\n"
        "the committed tree.\n"
    )
    judged = tuple(JUDGED_RULES.values())
    return "\n".join([head, *_families(rules), besides, *_families(judged), tail])


def _families(rules: Sequence[Rule]) -> Iterator[str]:
    for prefix, family in groupby(rules, key=lambda rule: rule.id[:3]):
        yield f"## {family_name(prefix)} ({prefix})\n\n| rule | severity | what it is about |\n|---|---|---|"
        for rule in family:
            title = rule.title.replace("|", "\\|")
            yield f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {title} |"
        yield ""


def has_examples(rule: Rule) -> bool:
    """Tell whether the rule comes with files that break it and keep it: all of ours that lint runs."""
    return rule.id[:3] in {*FAMILIES, *OWN_FAMILIES} and rule.id not in JUDGED_RULES


def example_of(rule: Rule, outcome: Outcome) -> str:
    """Return the text of an example of a rule, of the catalogue or of linting itself."""
    if rule.id in OWN:
        return (files("fabricgen.lint") / "examples" / f"{rule.id}.{outcome}.yaml").read_text("utf-8")
    return read_example(rule.id, outcome)


def _versions(rule: Rule) -> str:
    since = f" · since {rule.since}" if rule.since else ""
    return since + (f" · until {rule.until}" if rule.until else "")


def _listings(example: str) -> Iterator[str]:
    _, *parts = _FILE.split(example)
    for path, text in zip(parts[::2], parts[1::2], strict=True):
        language = "text" if path.endswith((".txt", ".md")) else "yaml"
        yield f"`{path}`"
        yield f"```{language}\n{text.strip(chr(10))}\n```"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))
