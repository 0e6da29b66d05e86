"""Single events of libyaml to values: scalars with their tags, and what an alias stands for.

Used by `builder`, which knows where in the document each of them is.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from yaml import Event, ScalarEvent

from fabricgen.yamlio.limits import MOST_COPIES, MOST_LEVELS, shorten
from fabricgen.yamlio.places import Parts
from fabricgen.yamlio.problems import Problems, StopReading, problem_at
from fabricgen.yamlio.scalars import PlainScalar, read_plain

STANDARD_TAG: Final = "tag:yaml.org,2002:"

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_ODD_BREAK: Final = re.compile("[\x85\u2028\u2029]")
_ODD_BREAK_READINGS: Final = (
    "with U+{:04X} as a line break for Kubernetes and YAML 1.1, as an ordinary character for YAML 1.2"
)
_NO_TYPE_READINGS: Final = "text for Kubernetes and YAML 1.2, whatever it looks like for YAML 1.1"


class ScalarReader:
    """Reads the scalars of one text as Kubernetes' reader does; what is wrong is added to `problems`."""

    def __init__(self, *, text: str, problems: Problems) -> None:
        """Read scalars of `text`."""
        self._text = text
        self._problems = problems
        self._has_odd_breaks = _ODD_BREAK.search(text) is not None

    def read(self, event: ScalarEvent) -> PlainScalar:
        """The value of a scalar, and who reads it otherwise."""
        if event.tag is not None:
            return self._read_tagged(event, event.tag)
        found = read_plain(event.value) if event.implicit[0] else PlainScalar(event.value, "")
        return self._find_odd_breaks(event, found) if self._has_odd_breaks else found

    def refuse_tag(self, event: Event, tag: str) -> None:
        """Report a tag that does not belong to plain data."""
        name = f"!!{tag.removeprefix(STANDARD_TAG)}" if tag.startswith(STANDARD_TAG) else tag
        self._problems.add(
            event, f"the tag {shorten(name)} is not plain data, which is all that is read here"
        )

    def _read_tagged(self, event: ScalarEvent, tag: str) -> PlainScalar:
        if tag == STANDARD_TAG + "str":
            return PlainScalar(event.value, "")
        if tag == "!":
            return PlainScalar(event.value, _NO_TYPE_READINGS)
        name = tag.removeprefix(STANDARD_TAG)
        found = read_plain(event.value)
        if name == tag or name not in _TYPES:
            self.refuse_tag(event, tag)
        elif type(found.value) not in _TYPES[name]:
            self._problems.add(event, f"'{shorten(event.value)}' is not a value for the tag !!{name}")
        elif name == "float" and isinstance(found.value, int):
            return PlainScalar(float(found.value), found.readings)
        return found

    def _find_odd_breaks(self, event: ScalarEvent, found: PlainScalar) -> PlainScalar:
        if event.start_mark is None or event.end_mark is None:
            return found
        odd = _ODD_BREAK.search(self._text, event.start_mark.index, event.end_mark.index)
        return found if odd is None else PlainScalar(found.value, _ODD_BREAK_READINGS.format(ord(odd[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """A value that aliases can repeat; `is_open` while its own end has not come.

    `parts` are the places of what a mapping or a list holds; a scalar has none.
    """

    value: Any
    parts: Parts | None
    is_open: bool = False


class AliasCopier:
    """Copies what has an anchor, so that no two places of a document share a value."""

    def __init__(self) -> None:
        """Nothing is copied yet."""
        self._copies = 0

    def copy(self, value: object, *, level: int, alias: Event) -> object:
        """A copy of `value` for a place at `level`; what is no mapping and no list may be shared.

        Raises:
            StopReading: at `alias`, when the document would grow too large or too deep.
        """
        if not isinstance(value, dict | list):
            return value
        try:
            return self._copy(value, level)
        except OverflowError as excess:
            raise StopReading(problem_at(alias, str(excess))) from None

    def _copy(self, value: object, level: int) -> object:
        self._copies += 1
        if self._copies > MOST_COPIES:
            raise OverflowError(f"the aliases of this document stand for more than {MOST_COPIES:,} values")
        if level > MOST_LEVELS:
            raise OverflowError(f"this alias nests values deeper than {MOST_LEVELS} levels")
        match value:
            case dict():
                return {key: self._copy(part, level + 1) for key, part in value.items()}
            case list():
                return [self._copy(part, level + 1) for part in value]
            case _:
                return value
