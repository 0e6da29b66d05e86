"""The rules about linting itself: files that cannot be read, and suppressions that are not what they should be.

They look at no fabric, so they stand outside the catalogue; `run`, the outputs and the pages know them like any other.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.lint.judged import JUDGED_FAMILIES, JUDGED_RULES
from fabricgen.rules import Hit, Rule
from fabricgen.rules.catalogue import FAMILIES, all_rules


def _nothing(_: Fabric) -> Iterator[Hit]:
    yield from ()


_PAGE: Final = "https://yaml.org/spec/1.2.2/"
_SUPPRESS: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"

YML001: Final = Rule(
    id="YML001",
    severity="error",
    title="The file is YAML as Kubernetes reads it",
    why="Flux builds nothing of a folder in which one file cannot be read; no other rule can look at it either.",
    source=_PAGE,
    fix="Mend the line that is told; a template of another tool belongs outside of what Flux applies.",
    check=_nothing,
)
LNT001: Final = Rule(
    id="LNT001",
    severity="warning",
    title="A suppression suppresses something",
    why="What it was for is gone, and the next fault of the same rule at this place would pass in silence.",
    source=_SUPPRESS,
    fix="Remove the suppression.",
    check=_nothing,
)
LNT002: Final = Rule(
    id="LNT002",
    severity="warning",
    title="A suppression names a rule that exists",
    why="A misspelt id suppresses nothing.",
    source=_SUPPRESS,
    fix="Write the id of a rule; docs/rules/README.md lists all of them.",
    check=_nothing,
)
LNT003: Final = Rule(
    id="LNT003",
    severity="warning",
    title="A suppression says why",
    why="Without a reason nobody can tell later whether it still holds; such a suppression does not count.",
    source=_SUPPRESS,
    fix="Write the reason behind the id: `# fabricgen: ignore CIL007 the upstream router does this`.",
    check=_nothing,
)

OWN: Final[Mapping[str, Rule]] = {one.id: one for one in (YML001, LNT001, LNT002, LNT003)}
OWN_FAMILIES: Final[Mapping[str, str]] = {"YML": "Files", "LNT": "Linting itself"}


JUDGED: Final = ("SCH001", "SCH002", "HLM001", "HLM002", "HLM003", "FLX008")
"""What documents that fabricgen renders are judged by besides: their schemas, their charts, their layers (`check`)."""


def known_ids() -> tuple[str, ...]:
    """Return every id that a selection or a suppression may name."""
    return (*(rule.id for rule in every_rule()), *JUDGED)


def every_rule() -> tuple[Rule, ...]:
    """Return all rules: those of the catalogue, in its order, then those about linting itself."""
    return (*all_rules(), *OWN.values())


def told_rules() -> tuple[Rule, ...]:
    """Return whatever a finding can stand for: all rules, then what judges besides (`judged`)."""
    return (*every_rule(), *JUDGED_RULES.values())


def family_name(prefix: str) -> str:
    """Return what people call the family of an id's first three characters."""
    if prefix in FAMILIES:
        return FAMILIES[prefix][1]
    return {**OWN_FAMILIES, **JUDGED_FAMILIES}.get(prefix, "of another package")
