"""The verdict: what the reasons add up to, and whether the description says the same.

Fed by the reasons of the modules beside this one. The rule is short on purpose: no cluster has one of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from fabricgen.advise.reason import Reason

Verdict = Literal["yes", "yes, with notes", "not yet", "no need"]

RULE: Final[Mapping[Verdict, str]] = {
    "no need": "nothing is asked for that Flannel lacks",
    "not yet": "something is asked for, and what speaks against it weighs as much or more",
    "yes, with notes": "what is asked for weighs more, and there is something to know",
    "yes": "what is asked for weighs more, and nothing speaks against it",
}
"""Each verdict and when it is given."""

_AGREES: Final[Mapping[str, frozenset[Verdict]]] = {
    "soon": frozenset({"yes", "yes, with notes"}),
    "not yet": frozenset({"not yet"}),
    "never": frozenset({"no need", "not yet"}),
}
"""What a description may say of a considered network, and the verdicts that do not contradict it."""


def score_of(reasons: Iterable[Reason]) -> int:
    """Return the sum of all reasons."""
    return sum(one.value for one in reasons)


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """Return the verdict by the rule above."""
    every = tuple(reasons)
    if not any(one.side == "for" for one in every):
        return "no need"
    if score_of(every) <= 0:
        return "not yet"
    return "yes, with notes" if any(one.side in {"against", "note"} for one in every) else "yes"


def sum_of(reasons: Iterable[Reason]) -> str:
    """Return the sum with its numbers: `1 - 2 - 2 = -3`."""
    every = [one for one in reasons if one.weight]
    ordered = sorted(every, key=lambda one: one.side == "against")
    terms = [str(one.value) if one.value > 0 else f"- {one.weight}" for one in ordered]
    written = " + ".join(terms).replace("+ -", "-") or "0"
    return f"{written.replace('- ', '-', 1) if written.startswith('-') else written} = {score_of(every)}"


def agrees(described: str, verdict: Verdict) -> bool:
    """Tell whether what the description says of a considered network goes with the verdict."""
    return verdict in _AGREES[described]
