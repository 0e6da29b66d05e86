"""Reads `cilium_defaults.tsv`: how the defaults of the Cilium chart changed. Used by `changes`.

The table is made by scripts/generate_chart_defaults.py from every chart's values.yaml. A line is one default over a
stretch of releases: key, first release with it, first without it, the default as JSON; `...` and a length stand for a
longer one. What templates make of a default that is null or empty is not in it.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from fabricgen.charts import has_key
from fabricgen.versions.version import Version, parse_version

_FILE: Final = Path(__file__).with_name("cilium_defaults.tsv")
SOURCE: Final = "https://github.com/cilium/charts (values.yaml of both charts)"

_OFF: Final = (None, False, "", 0)


class DefaultChange(NamedTuple):
    """A key of the chart whose default is another in the later release, or that one of the two does not have.

    `before` and `after` are JSON, "" where the chart does not list the key.
    """

    key: str
    kind: Literal["changed", "new", "gone"]
    before: str
    after: str

    @property
    def is_on(self) -> bool:
        """Whether the new default says anything: neither off, nor nothing, nor empty."""
        return not self.after.startswith("...") and self.after != "" and not _is_off(json.loads(self.after))


def _is_off(value: Any) -> bool:  # noqa: ANN401 - a default is whatever JSON holds
    return value in _OFF or value in ([], {})


def default_changes(before: Version, after: Version) -> tuple[DefaultChange, ...]:
    """Return what differs between two charts, by key. A release that the table lacks counts as the one before it.

    A key that one chart only lists, and the other reads without listing it, is neither new nor gone.
    """
    first, last = _at(before), _at(after)
    found: list[DefaultChange] = []
    for key in sorted({*first, *last}):
        was, becomes = first.get(key), last.get(key)
        if was == becomes:
            continue
        if was is None:
            if not has_key(key, before):
                found.append(DefaultChange(key, "new", "", becomes or ""))
        elif becomes is None:
            if not has_key(key, after):
                found.append(DefaultChange(key, "gone", was, ""))
        else:
            found.append(DefaultChange(key, "changed", was, becomes))
    return tuple(found)


@cache
def _lines() -> tuple[str, ...]:
    return tuple(_FILE.read_text(encoding="utf-8").splitlines())


@cache
def _releases() -> tuple[Version, ...]:
    return tuple(parse_version(text) for text in _lines()[1].split(" "))


def _at(version: Version) -> dict[str, str]:
    known = _releases()
    here = max((one for one in known if one <= version), default=known[0])
    return dict(_defaults(here))


def _defaults(here: Version) -> Iterator[tuple[str, str]]:
    for line in _lines()[2:]:
        key, since, until, default = line.split("\t")
        if (not since or parse_version(since) <= here) and (not until or here < parse_version(until)):
            yield key, default
