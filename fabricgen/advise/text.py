"""Advice as lines for a terminal. Fed by `advice`; printed by `fabricgen advise`, pinned by tests."""

import textwrap
from collections.abc import Iterator
from typing import Final

from fabricgen.advise.advice import Advice
from fabricgen.advise.figures import mib
from fabricgen.advise.reason import Reason
from fabricgen.advise.verdict import RULE

_WIDTH: Final = 110
_INDENT: Final = "      "


def text_of(advice: Advice) -> str:
    """Return the advice as text, the verdict first, without a line end."""
    return "\n".join(line.rstrip() for line in _lines(advice))


def _lines(advice: Advice) -> Iterator[str]:
    yield f"{advice.name}: {advice.verdict}"
    yield from _wrapped(situation(advice), "")
    yield ""
    for one in advice.reasons:
        yield from _reason(one)
    yield ""
    yield f"The sum: {advice.total}"
    yield from _wrapped(f"{advice.verdict}: {RULE[advice.verdict]}", "")
    yield from _memory(advice)
    yield from _changes(advice)
    yield from _spare(advice)
    yield from _wrapped(described(advice), "", before=True)


def situation(advice: Advice) -> str:
    """Return what runs and what is looked at, in a sentence."""
    if advice.today == "cilium":
        stay = "stay with it" if advice.verdict.startswith("yes") else "Flannel would do"
        return f"Cilium {advice.version} runs by the description; {stay}."
    if advice.supposed:
        return f"Flannel runs and nothing is considered; this is what Cilium {advice.version} with careful defaults would take."
    return f"Flannel runs, Cilium {advice.version} is considered."


def described(advice: Advice) -> str:
    """Return how the description's own verdict compares; empty where it has none."""
    if advice.described is None:
        return ""
    if advice.described.agrees:
        return f"The description says {advice.described.verdict!r}; so does the sum."
    return f"The description says {advice.described.verdict!r}, and the sum says {advice.verdict!r}: one of them is out of date."


def change_title(advice: Advice) -> str:
    """Return the heading of what moves the sum."""
    return "What would change the answer" if advice.verdict.startswith("yes") else "Look again with"


def _reason(one: Reason) -> Iterator[str]:
    mark = f"{one.value:+d}" if one.weight else "·"
    yield from _wrapped(f"{one.about}: {one.text}", "      ", first=f"  {mark:>2}  ")
    if one.asks:
        yield from _wrapped(f"asks: {one.asks}", "        ", first="      ")
    if one.total:
        yield from _wrapped(f"sum: {one.total}", "        ", first="      ")
    if one.source:
        yield from _wrapped(f"source: {one.source}", "        ", first="      ")


def _memory(advice: Advice) -> Iterator[str]:
    if not advice.memory:
        return
    yield ""
    yield "Memory, by kind of node"
    for row in advice.memory:
        nodes = row.nodes[0] if len(row.nodes) == 1 else f"{len(row.nodes)} nodes"
        yield f"  {row.hardware} ({nodes}, {mib(row.memory_mib)}): {row.low} to {row.high} MiB, {row.shares}"
    if advice.cost:
        yield from _wrapped(f"all nodes: {advice.cost}", "    ", first="  ")
    for part in advice.parts:
        figure = "not known" if part.low is None else f"{part.low} to {part.high} MiB"
        where = "each node" if part.everywhere else "one node"
        yield from _wrapped(f"{part.name}, {where}: {figure}; source: {part.source}", "    ", first="  ")


def _changes(advice: Advice) -> Iterator[str]:
    if not advice.triggers:
        return
    yield ""
    yield change_title(advice)
    for one in advice.triggers:
        yield from _wrapped(f"{one.text} (sum: {one.total})", "    ", first="  - ")


def _spare(advice: Advice) -> Iterator[str]:
    if not advice.spare:
        return
    yield ""
    yield "What could be off"
    for one in advice.spare:
        yield from _wrapped(f"cni.cilium.{one.key}: {one.text}", "    ", first="  - ")
        yield from _wrapped(f"frees: {one.total}", "      ", first="    ")
        yield from _wrapped(f"source: {one.source}", "      ", first="    ")


def _wrapped(text: str, indent: str, *, first: str | None = None, before: bool = False) -> Iterator[str]:
    if not text:
        return
    if before:
        yield ""
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
