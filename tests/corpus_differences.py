"""Where we, flux-schema and the API server do not say the same: read from tests/corpus/differences.yaml.

The file has two lists of groups. `upstream`: with upstream's schemas, every case whose verdict by us or by flux-schema is
not the API server's. `own`: with the schemas that fabricgen brings along, every case whose verdict by us is not; kinds
that it brings no schema for are listed apart. A case in no group is judged as the API server judges it, by everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import yaml
from corpus_cases import CORPUS, Case, cases

Run = Literal["upstream", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A reason to judge some cases differently.

    Attributes:
        title, why, source: told in docs/validation.md.
        ours, theirs: whether the cases are taken by us and by flux-schema; `theirs` is empty in a run of our own.
        names: of the cases.
        everywhere: whether it holds whatever the schemas are, so that it need not stand in both lists.
    """

    title: str
    why: str
    source: str
    ours: bool
    theirs: bool | None
    names: tuple[str, ...]
    everywhere: bool = False


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((CORPUS / "differences.yaml").read_text(encoding="utf-8"))
    return content


@cache
def differences(run: Run) -> tuple[Difference, ...]:
    """Return the groups of one list, as they stand there."""
    return tuple(_difference(group) for group in _file()[run])


def kinds_without_schema() -> tuple[str, ...]:
    """Return the kinds of the corpus, as `apiVersion/kind`, that fabricgen brings no schema for."""
    return tuple(_file()["kinds without schema"])


def _difference(group: Mapping[str, Any]) -> Difference:
    faults = group.get("faults", ())
    by_fault = [case.name for case in cases() if case.fault in faults]
    return Difference(
        title=group["title"],
        why=group["why"],
        source=group["source"],
        ours=group["ours"] == "taken",
        theirs=group["theirs"] == "taken" if "theirs" in group else None,
        names=(*by_fault, *group.get("cases", ())),
        everywhere=group.get("everywhere") == "yes",
    )


def expected(run: Run) -> dict[str, Difference]:
    """Return the difference of each listed case by the case's name; a case stands in one group only."""
    found: dict[str, Difference] = {}
    shared = [one for one in differences("upstream") if one.everywhere and run == "own"]
    for difference in (*shared, *differences(run)):
        for name in difference.names:
            assert name not in found, f"{name} is in two groups"
            found[name] = difference
    return found


def by_name() -> dict[str, Case]:
    """Return every case by its name."""
    return {case.name: case for case in cases()}
