"""Checks the values of a HelmRelease against its chart, as far as a table here knows it: Cilium's.

Fed by `table`, `words`, `names` and `versions`. Other charts are checked by `schema`, where theirs is at hand.
What Helm itself refuses was tried with Helm 4 on the charts: types and words of values.schema.json, after the
chart's own defaults; null takes a default away, and is fine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

from fabricgen.charts.names import Meant, meant_by
from fabricgen.charts.problem import ValuesProblem
from fabricgen.charts.table import (
    FREE,
    REFUSED,
    Key,
    Release,
    containers_at,
    format_release,
    keys_at,
    releases,
    written,
)
from fabricgen.charts.versions import Chosen, choose
from fabricgen.charts.words import Words, words_of
from fabricgen.errors import format_path

UNKNOWN: Final = object()
"""Stands in values for one that is not at hand, such as a Secret's: only its key is checked."""

_GLOBAL: Final = "global"
_PEOPLE: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_ITEM: Final = "[]"
_HUGE: Final = 1 << 64
_SHOWN: Final = 40
_MOST_EXPLAINED: Final = 200
"""Keys that are not read of which it is told what was meant: seeking that takes milliseconds each."""
_UNRESOLVED: Final = ("${", "ENC[", "{{", "#{")


def values_problems(values: Mapping[str, Any], *, chart: str, version: str) -> tuple[ValuesProblem, ...]:
    """Return what is wrong with the values of a chart, in their order; () for charts that no table knows.

    `version` is what the HelmRelease asks for: exact, a range, or empty for any. It is judged by the newest known
    version that fits, which the messages then say; where none fits, nothing is said.
    """
    chosen = choose(version, releases()) if chart == "cilium" else None
    return tuple(_Check(chosen).mapping(values, ())) if chosen else ()


def judges(chart: str, version: str) -> bool:
    """Tell whether `values_problems` knows this chart at a version that fits."""
    return chart == "cilium" and choose(version, releases()) is not None


class _Check:
    """The check of one set of values against one version of the chart."""

    def __init__(self, chosen: Chosen) -> None:
        self.release: Release = chosen.release
        self.keys = keys_at(chosen.release)
        self.containers = containers_at(chosen.release)
        self.left_to_explain = _MOST_EXPLAINED
        self.chart = f"the chart cilium {format_release(chosen.release)}"
        if chosen.how:
            self.chart += f" ({chosen.how})"

    def mapping(
        self, values: Mapping[str, Any], above: tuple[str, ...], *, free: bool = False
    ) -> Iterator[ValuesProblem]:
        for name, value in values.items():
            if not _is_left_alone(name, above):
                yield from self.key((*above, name), value, free=free)

    def key(self, path: tuple[str, ...], value: object, *, free: bool) -> Iterator[ValuesProblem]:
        key = self.keys.get(written(path))
        if free or (key is not None and key.is_known):
            yield from self.known(path, value, key, free=free)
        elif key is not None and REFUSED in key.marks:
            yield from self.refused(path, value)
        elif value is not None:
            yield self.unread(path, value)

    def known(
        self, path: tuple[str, ...], value: object, key: Key | None, *, free: bool
    ) -> Iterator[ValuesProblem]:
        if value is None or value is UNKNOWN or is_unresolved(value):
            return
        wrong = self.wrong_type(path, value, key) or self.wrong_word(path, value, key)
        if wrong is not None:
            yield wrong
        elif written(path) not in self.containers:
            return
        elif isinstance(value, Mapping):
            yield from self.mapping(value, path, free=free or (key is not None and FREE in key.marks))
        elif isinstance(value, list):
            for place, item in enumerate(value):
                yield from self.item(path, place, item)

    def item(self, path: tuple[str, ...], place: int, value: object) -> Iterator[ValuesProblem]:
        """Check the types inside of an item of a list; which keys it has is its own matter."""
        found = self.known((*path, _ITEM), value, self.keys.get(written((*path, _ITEM))), free=True)
        for problem in found:
            yield _moved(problem, at=len(path), place=place)

    def refused(self, path: tuple[str, ...], value: object) -> Iterator[ValuesProblem]:
        inner = [(*path, str(name)) for name in value] if isinstance(value, Mapping) else []
        deeper = [one for one in inner if written(one) in self.keys]
        if isinstance(value, Mapping) and deeper:
            yield from self.mapping(value, path)
        elif value is not None:
            yield self.unread(path, value, refused=bool(value) and not inner)

    def unread(self, path: tuple[str, ...], value: object, *, refused: bool = False) -> ValuesProblem:
        self.left_to_explain -= 1
        only = _only_leaf(value, path)
        meant = (
            meant_by(path, only=only, keys=self.keys, release=self.release)
            if self.left_to_explain >= 0
            else Meant("", "")
        )
        name = format_path(path)
        when = f" ({meant.when})" if meant.when else ""
        does = f"refuses {name}{when}" if refused else f"does not read {name}{when}, so it changes nothing"
        return ValuesProblem(
            rule="HLM001",
            severity="error" if refused else "warning",
            message=f"{self.chart} {does}",
            path=path,
            hint=meant.hint,
            source=meant.source,
            instead=meant.key,
        )

    def wrong_type(self, path: tuple[str, ...], value: object, key: Key | None) -> ValuesProblem | None:
        if key is None or not key.types or _types(value) & set(key.types):
            return None
        wanted = " or ".join(_PEOPLE[name] for name in key.types if name != "null")
        return ValuesProblem(
            rule="HLM002",
            severity="error",
            message=f"{self.chart} refuses {_shown(value)} here: {wanted} is allowed",
            path=path,
            hint=_retyped(value, key.types),
        )

    def wrong_word(self, path: tuple[str, ...], value: object, key: Key | None) -> ValuesProblem | None:
        text = _text(value)
        if text is None:
            return None
        if key is not None and key.allowed and not _is_allowed(value, key.allowed):
            return self.other_word(path, value, key.allowed.split(","))
        words = words_of(written(path), self.release)
        if words is None or text == "" or (text.lower() if words.any_case else text) in words.words:
            return None
        return self.other_word(path, value, words.words, words)

    def other_word(
        self, path: tuple[str, ...], value: object, allowed: Sequence[str], words: Words | None = None
    ) -> ValuesProblem:
        near = (
            get_close_matches(str(value).lower(), allowed, n=1, cutoff=0.5) if isinstance(value, str) else []
        )
        follows = words.when_else if words else "the chart does not render with anything else"
        taken = ", ".join(allowed).replace("..", " to ")
        return ValuesProblem(
            rule="HLM003",
            severity="error",
            message=f"{self.chart} takes {taken} here, not {_shown(value)}: {follows}",
            path=path,
            hint=f"did you mean {near[0]}?" if near else "",
            source=words.source if words else "",
        )


def _is_left_alone(name: object, above: tuple[str, ...]) -> bool:
    """Whether a key is Helm's own (`global`), a place for YAML anchors (`x-…`), not resolved yet, or no text."""
    return (
        not isinstance(name, str)
        or (not above and (name == _GLOBAL or name.startswith("x-")))
        or is_unresolved(name)
    )


def is_unresolved(value: object) -> bool:
    """Whether Flux, SOPS or a template has yet to write this text, which may become of another type."""
    return isinstance(value, str) and any(mark in value for mark in _UNRESOLVED)


def _only_leaf(value: object, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of the one value in these mappings; `path` itself where there are more."""
    leaf = path
    while isinstance(value, Mapping) and len(value) == 1:
        ((name, value),) = value.items()
        leaf = (*leaf, str(name))
    return path if isinstance(value, Mapping) and value else leaf


def _moved(problem: ValuesProblem, *, at: int, place: int) -> ValuesProblem:
    """Return the problem with the index of its item in place of `[]`."""
    return replace(problem, path=(*problem.path[:at], place, *problem.path[at + 1 :]))


def _types(value: object) -> set[str]:
    """Return what JSON Schema calls a value: 1.0 is an integer as well."""
    match value:
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"integer", "number"} if value.is_integer() else {"number"}
        case str():
            return {"string"}
        case Mapping():
            return {"object"}
        case list() | tuple():
            return {"array"}
        case _:
            return {"null"}


def _is_allowed(value: object, allowed: str) -> bool:
    first, dots, last = allowed.partition("..")
    if not dots:
        return not isinstance(value, str) or value in allowed.split(",")
    return not isinstance(value, int | float) or int(first) <= value <= int(last)


def _text(value: object) -> str | None:
    """Return a scalar as the chart's templates print it; None for what is no scalar."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() if abs(value) < _HUGE:
            return str(value)
        case str():
            return value
        case float():
            return f"{value:g}"
        case _:
            return None


def _shown(value: object) -> str:
    """Return a value as people write it, cut short."""
    match value:
        case str():
            return f'"{value if len(value) <= _SHOWN else value[:_SHOWN] + "…"}"'
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return _text(value) or "such a number"


def _retyped(value: object, types: tuple[str, ...]) -> str:
    """Return how the same value is written in an allowed type, as a sentence; "" where that is not plain."""
    text = _text(value)
    if text is None:
        return ""
    if isinstance(value, str):
        is_flag = "boolean" in types and text in {"true", "false"}
        is_number = {"integer", "number"} & set(types) and text.lstrip("-").isdigit()
        if is_flag or is_number:
            return f"write {text}, without quotes"
    elif "string" in types:
        return f'write "{text}", in quotes'
    items = ", ".join(text.strip("{}").split(","))
    return f"write [{items}], a list" if "array" in types else ""
