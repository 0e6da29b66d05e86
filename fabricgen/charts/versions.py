"""Picks the version of a chart that a HelmRelease asks for, among those that a table knows.

Source of the ranges: https://github.com/Masterminds/semver, which Helm and Flux read versions with.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from fabricgen.charts.table import Release, format_release

_NUMBER: Final = r"(?:\d+|[xX*])"
_VERSION: Final = rf"v?({_NUMBER})(?:\.({_NUMBER}))?(?:\.({_NUMBER}))?(?:-[\w.-]+)?(?:\+[\w.-]+)?"
_EXACT: Final = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-[\w.-]+)?(?:\+[\w.-]+)?")
_RELEASED: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_PART: Final = re.compile(rf"\s*(>=|=>|<=|=<|!=|~>|[=<>~^])?\s*{_VERSION}\s*(?:,\s*|(?=\s|$|[=<>~^!]))")
_ARCHIVE: Final = re.compile(r"([A-Za-z][\w-]*?)-(v?\d[\w.+-]*)\.tgz")
_HYPHEN: Final = re.compile(rf"\s*{_VERSION}\s+-\s+{_VERSION}\s*")
_END: Final = 1 << 30
_LONGEST: Final = 256
"""Characters of a range; what is longer is none that people write, and would be read once for each known version."""


class Chosen(NamedTuple):
    """The version to judge by, and how it was found, in words that follow it: empty when it was asked for."""

    release: Release
    how: str


class _Span(NamedTuple):
    first: Release
    after: Release

    def __contains__(self, release: object) -> bool:
        return isinstance(release, tuple) and self.first <= release < self.after


def choose(asked: str, known: Sequence[Release]) -> Chosen | None:
    """Return the version to judge by, among `known` (oldest first); None where nothing can be said.

    A version that is not known counts as the newest known of its minor before it; so does a pre-release of a
    release. A range, or no version at all, counts as the newest known that it allows.
    """
    bare = asked.strip().partition("@")[0]
    if not bare:
        return Chosen(known[-1], "the newest known, as no version is pinned")
    if len(bare) > _LONGEST:
        return None
    if exact := _EXACT.fullmatch(bare):
        return _nearest((int(exact[1]), int(exact[2]), int(exact[3])), known)
    try:
        allowed = [release for release in known if _allows(bare, release)]
    except ValueError:
        return None
    return Chosen(allowed[-1], f"the newest known that {asked} allows") if allowed else None


def pick(asked: str, known: Iterable[str]) -> str | None:
    """Return which of the versions `known` is asked for: itself, or the newest release that a range allows."""
    bare = asked.strip().partition("@")[0]
    by_name = {version.removeprefix("v"): version for version in known}
    if bare.removeprefix("v") in by_name:
        return by_name[bare.removeprefix("v")]
    released = {_released(exact): name for name in by_name if (exact := _RELEASED.fullmatch(name))}
    if not released or _EXACT.fullmatch(bare):
        return None
    chosen = choose(bare, sorted(released))
    return by_name[released[chosen.release]] if chosen else None


def _released(exact: re.Match[str]) -> Release:
    return int(exact[1]), int(exact[2]), int(exact[3])


def _nearest(asked: Release, known: Sequence[Release]) -> Chosen | None:
    minor = [release for release in known if release[:2] == asked[:2]]
    if asked in minor:
        return Chosen(asked, "")
    if not minor:
        return None
    earlier = [release for release in minor if release < asked] or minor[:1]
    return Chosen(earlier[-1], f"the nearest known to {format_release(asked)}")


def _allows(constraint: str, release: Release) -> bool:
    """Return whether a range allows a version. Raises ValueError for what is no range."""
    return any(all(_holds(part, release) for part in _parts(side)) for side in constraint.split("||"))


def _holds(part: tuple[str, _Span], release: Release) -> bool:
    operator, span = part
    return (release in span) is not (operator == "!=")


def _parts(side: str) -> Iterator[tuple[str, _Span]]:
    if between := _HYPHEN.fullmatch(side):
        first, last = _span(between.groups()[:3]), _span(between.groups()[3:])
        yield "", _Span(first.first, last.after)
        return
    position = 0
    while position < len(side.rstrip()):
        found = _PART.match(side, position)
        if found is None:
            raise ValueError(f"{side!r} is no range of versions")
        yield found[1] or "", _ranged(found[1] or "", found.groups()[1:])
        position = found.end()


def _ranged(operator: str, numbers: Sequence[str | None]) -> _Span:
    first, after = _span(numbers)
    given = _given(numbers)
    match operator:
        case ">":
            return _Span(after, (_END, 0, 0))
        case ">=" | "=>":
            return _Span(first, (_END, 0, 0))
        case "<":
            return _Span((0, 0, 0), first)
        case "<=" | "=<":
            return _Span((0, 0, 0), after)
        case "~" | "~>":
            return _span([str(number) for number in given[:2]])
        case "^":
            leading = next((at for at, number in enumerate(given) if number), len(given) - 1)
            return _Span(first, _span([str(number) for number in given[: leading + 1]]).after)
        case _:
            return _Span(first, after)


def _given(numbers: Sequence[str | None]) -> list[int]:
    """Return the numbers up to the first that is missing, or any (`x`, `*`)."""
    given: list[int] = []
    for number in numbers:
        if number is None or not number.isdigit():
            break
        given.append(int(number))
    return given


def _span(numbers: Sequence[str | None]) -> _Span:
    """Return the releases that begin with these numbers."""
    given = _given(numbers)
    if not given:
        return _Span((0, 0, 0), (_END, 0, 0))
    after = [*given[:-1], given[-1] + 1]
    return _Span(_filled(given), _filled(after))


def _filled(numbers: Sequence[int]) -> Release:
    major, minor, patch = (*numbers, 0, 0)[:3]
    return major, minor, patch


def split_reference(chart: str, version: str) -> tuple[str, str]:
    """Return name and version of a chart that is named by `repository/name`, an OCI address or an archive's."""
    last = chart.rstrip("/").rpartition("/")[2]
    if packed := _ARCHIVE.fullmatch(last):
        return packed[1], version or packed[2]
    return last.partition(":")[0].partition("@")[0], version
