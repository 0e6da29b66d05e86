"""Reads `cilium.tsv`: which key the Cilium chart has in which version. Used by `cilium` and `values`.

The table is made by scripts/generate_chart_keys.py from every chart's values.yaml, values.schema.json and templates.
A key is known where values.yaml lists it or a template reads it. One line is one key over a stretch of versions:
path, first version with it, first without it, types=allowed, and marks: `*` anything may stand below, `!` templates
only mention it to refuse it, `-` only the schema knows it (inside of a free map, or of a list's items, `[]`).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

Release = tuple[int, int, int]

_FILE: Final = Path(__file__).with_name("cilium.tsv")

FREE: Final = "*"
REFUSED: Final = "!"
ONLY_TYPED: Final = "-"


class Key(NamedTuple):
    """A key in one version: JSON's types, () for any; the texts or the range (`0..255`) allowed; its marks."""

    types: tuple[str, ...]
    allowed: str
    marks: str

    @property
    def is_known(self) -> bool:
        """Whether the chart lists or reads it."""
        return REFUSED not in self.marks and ONLY_TYPED not in self.marks


class Stretch(NamedTuple):
    """Versions in a row that have a key: from `since`, None for the first known, to before `until`, None for ever."""

    since: Release | None
    until: Release | None


def written(path: Sequence[str]) -> str:
    """Return a path as the table writes it: dots inside of a name are escaped."""
    return ".".join(name.replace(".", "\\.") for name in path)


def release_of(text: str) -> Release:
    """Return `1.20.2` as numbers."""
    major, minor, patch = text.split(".")
    return int(major), int(minor), int(patch)


def format_release(release: Release) -> str:
    """Return numbers as `1.20.2`."""
    return ".".join(str(number) for number in release)


@cache
def _lines() -> list[str]:
    return _FILE.read_text(encoding="utf-8").splitlines()


@cache
def releases() -> tuple[Release, ...]:
    """Return every version that the table knows, oldest first."""
    return tuple(release_of(text) for text in _lines()[1].split(" "))


@cache
def keys_at(release: Release) -> Mapping[str, Key]:
    """Return the keys of one of `releases()`, by their written paths."""
    place = {text: at for at, text in enumerate(_lines()[1].split(" "))}
    here = place[format_release(release)]
    keys: dict[str, Key] = {}
    for line in _lines()[2:]:
        path, since, until, rule, marks = _cells(line)
        if (not since or place[since] <= here) and (not until or here < place[until]):
            types, _, allowed = rule.partition("=")
            keys[path] = Key(tuple(types.split("|")) if types else (), allowed, marks)
    return keys


@cache
def containers_at(release: Release) -> frozenset[str]:
    """Return the written paths that keys of this version stand below."""
    found: set[str] = set()
    for path in keys_at(release):
        above = path.rpartition(".")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition(".")[0]
    return frozenset(found)


def _cells(line: str) -> list[str]:
    cells = line.split("\t")
    return cells + [""] * (5 - len(cells))


def stretches(path: str) -> tuple[Stretch, ...]:
    """Return when the chart knew the key at a written path, oldest first; () if it never did."""
    found: list[Stretch] = []
    for since, until in _spans(path):
        if found and found[-1].until == since:
            found[-1] = Stretch(found[-1].since, until)
        else:
            found.append(Stretch(since, until))
    return tuple(found)


def _spans(path: str) -> Iterator[Stretch]:
    for line in _lines()[2:]:
        if line.partition("\t")[0] == path:
            _, since, until, rule, marks = _cells(line)
            if Key((), rule, marks).is_known:
                yield Stretch(release_of(since) if since else None, release_of(until) if until else None)
