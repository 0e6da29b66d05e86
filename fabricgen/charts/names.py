"""Says what was meant by a key that the Cilium chart does not know. Fed by `table` and `successors`; used by `values`."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from fabricgen.charts.successors import Successor, successor_of
from fabricgen.charts.table import Key, Release, Stretch, format_release, stretches, written

_TELLING: Final = 5
_AGENT_OPTION: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


class Meant(NamedTuple):
    """What is known of such a key: a clause about the past or future, what to write instead, and where it says so.

    `key` is the dotted path that stands in the old key's place, "" for none.
    """

    when: str
    hint: str
    key: str = ""
    source: str = ""


def meant_by(path: Sequence[str], *, only: Sequence[str], keys: Mapping[str, Key], release: Release) -> Meant:
    """Return what is known of `path`, the shortest part of a key that the chart does not know.

    `only` is the one path that is written below it, or `path` itself where there are more or none.
    """
    when, comes_with = _when(stretches(written(path)), release)
    if replaced := _replaced(path, keys) or _replaced(only, keys):
        when = when or (f"gone since {replaced.gone}" if replaced.gone else "")
        return Meant(when, _instead(replaced), replaced.key, replaced.source)
    if comes_with:
        return Meant(when, f"leave it out, or move the chart to {comes_with}")
    if when:
        return Meant(when, "leave it out")
    if near := nearest(path, keys):
        return Meant("", f"did you mean {near}?", near)
    if len(path) == 1 and _AGENT_OPTION.fullmatch(path[0]):
        return Meant("", "options of the agent go into extraConfig")
    return Meant("", "leave it out")


def _when(known: Sequence[Stretch], release: Release) -> tuple[str, str]:
    """Return when a key went or comes, as a clause, and the next version that has it; "" for what is not so."""
    later = [stretch.since for stretch in known if stretch.since is not None and release < stretch.since]
    before = [stretch.until for stretch in known if stretch.until is not None and stretch.until <= release]
    gone = f"gone since {format_release(before[-1])}" if before else ""
    comes = format_release(later[0]) if later else ""
    if gone and comes:
        return f"{gone}, back with {comes}", comes
    return gone or (f"comes with {comes}" if comes else ""), comes


def _replaced(path: Sequence[str], keys: Mapping[str, Key]) -> Successor | None:
    """Return the successor of a key, as far as this chart knows it; the rest of the path goes with it."""
    found = successor_of(path)
    if found is None or not found.key:
        return found
    whole = (*found.key.split("."), *path[len(found.old) :])
    for key in (whole, whole[: found.key.count(".") + 1]):
        if is_known(key, keys):
            return found._replace(key=".".join(key))
    return None


def _instead(successor: Successor) -> str:
    if successor.key and successor.note.startswith(successor.key):
        return successor.note
    if successor.key:
        return f"write {successor.key}" + (f", {successor.note}" if successor.note else "")
    return f"leave it out: {successor.note}"


def is_known(path: Sequence[str], keys: Mapping[str, Key]) -> bool:
    """Return whether a chart with these keys knows `path`; anything is known below a free map."""
    for end in range(1, len(path) + 1):
        key = keys.get(written(path[:end]))
        if key is None or not key.is_known:
            return False
        if "*" in key.marks:
            return True
    return True


def nearest(path: Sequence[str], keys: Mapping[str, Key]) -> str:
    """Return the dotted path of the known key that is most like `path`, "" for none.

    First one that differs in case or in - and _ alone, then one spelt alike, both beside it; then one of that very
    name that stands elsewhere.
    """
    start = f"{written(path[:-1])}." if path[:-1] else ""
    known = [name for name, key in keys.items() if key.is_known]
    beside = [
        name[len(start) :] for name in known if name.startswith(start) and "." not in name[len(start) :]
    ]
    same = [name for name in beside if _folded(name) == _folded(path[-1])]
    near = same or get_close_matches(path[-1], beside, n=1, cutoff=0.8) or _ends(path[-1], beside)
    return start + near[0] if near else _elsewhere(path, start, known)


def _ends(name: str, beside: Sequence[str]) -> list[str]:
    """Return the one name that ends the given one: `className` for `ingressClassName`."""
    found = [one for one in beside if len(one) >= _TELLING and _folded(name).endswith(_folded(one))]
    return found if len(found) == 1 else []


def _elsewhere(path: Sequence[str], start: str, known: Sequence[str]) -> str:
    """Return the key of the same name that stands deeper, or is the end of `path`, if there is one such nearest."""
    deeper = [name for name in known if name.startswith(start) and name.endswith(f".{path[-1]}")]
    ends = [
        name for name in known if 1 < name.count(".") + 1 < len(path) and written(path).endswith(f".{name}")
    ]
    found = sorted(ends or deeper, key=lambda name: name.count("."))
    is_one = len(found) == 1 or (len(found) > 1 and found[0].count(".") < found[1].count("."))
    return found[0] if is_one else ""


def _folded(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()
