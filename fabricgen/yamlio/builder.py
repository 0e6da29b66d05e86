"""libyaml's events of one document to its values, places and ambiguities.

Driven by `reader`. PyYAML's own composer is no use here: it drops the places of keys and all but the last of
duplicate keys, refuses an anchor that is set twice, and overruns the stack on deep nesting.
"""

from math import isfinite
from typing import Any, Final

from yaml import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from fabricgen.yamlio.limits import MOST_AMBIGUITIES, MOST_LEVELS, MOST_PROBLEMS, MOST_VALUES, shorten
from fabricgen.yamlio.nodes import STANDARD_TAG, AliasCopier, Anchored, ScalarReader
from fabricgen.yamlio.parsed import Ambiguity, YamlDocument, YamlProblem
from fabricgen.yamlio.places import Parts, Place, Positions, parts_of, place_at
from fabricgen.yamlio.problems import Problems, StopReading, find_position, problem_at
from fabricgen.yamlio.scalars import PlainScalar, Scalar, to_key

_MERGE: Final = "<<"
# kustomize writes `!!merge <<:` itself, and Go's reader takes it. Source: isMerge in decode.go of go.yaml.in/yaml/v3.
_MERGE_TAG: Final = STANDARD_TAG + "merge"
_MERGE_READINGS: Final = "a merge for Kubernetes and YAML 1.1, an ordinary key for YAML 1.2"
_COMPLEX_KEY: Final = "a mapping or a list cannot be a key; if text is meant, put it in quotes"


class _Mapping:
    """A mapping whose end has not come yet; `has_key` while its key waits for its value."""

    __slots__ = ("anchor", "has_key", "key", "key_event", "keys", "mark", "merges", "parts", "value")

    def __init__(self, *, mark: object, anchor: str | None) -> None:
        self.mark = mark
        self.anchor = anchor
        self.value: dict[str, Any] = {}
        self.parts: dict[str, Place] = {}
        self.keys: dict[str, Event] = {}
        self.key = ""
        self.key_event: Any = None
        self.has_key = False
        self.merges = False


class _List:
    """A list whose end has not come yet."""

    __slots__ = ("anchor", "mark", "parts", "value")

    def __init__(self, *, mark: object, anchor: str | None) -> None:
        self.mark = mark
        self.anchor = anchor
        self.value: list[Any] = []
        self.parts: list[Place] = []


class DocumentBuilder:
    """Takes the events between a document's start and its end, then gives the document.

    What is wrong but lets reading go on is added to `problems`; what does not raises `StopReading`.
    """

    def __init__(self, start: DocumentStartEvent, *, scalars: ScalarReader, problems: Problems) -> None:
        """Begin the document of `start`."""
        self._line = find_position(start).line
        self._problems = problems
        self._scalars = scalars
        self._copier = AliasCopier()
        self._anchors: dict[str, Anchored] = {}
        self._ambiguous: list[Ambiguity] = []
        self._refused: list[YamlProblem] = []
        self._open: list[_Mapping | _List] = []
        self._values = 0
        self._root: Any = None
        self._root_place: Place = start.start_mark
        self._is_empty = False
        if start.version not in (None, (1, 1)):
            self._problems.add(
                start, "Kubernetes' reader refuses a %YAML line for anything but 1.1: remove the line"
            )

    def finish(self) -> list[YamlDocument]:
        """The document, or nothing when there was nothing in it."""
        document = YamlDocument(
            value=self._root,
            positions=Positions(self._root_place),
            line=self._line,
            ambiguous=tuple(self._ambiguous),
            refused=tuple(self._refused[:MOST_PROBLEMS]),
        )
        return [] if self._is_empty else [document]

    def take(self, event: Event | None) -> None:
        """Take the next event."""
        if isinstance(event, ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, CollectionStartEvent):
            self._open_collection(event)
        elif isinstance(event, AliasEvent):
            self._take_alias(event)
        else:
            self._close_collection()

    def _take_scalar(self, event: ScalarEvent) -> None:
        innermost = self._open[-1] if self._open else None
        if type(innermost) is _Mapping and not innermost.has_key:
            self._take_key(innermost, event)
            return
        value, readings = self._scalars.read(event)
        if readings:
            self._note(event, readings)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(value=value, parts=None)
        if type(value) is float and not isfinite(value):
            self._refused.append(
                problem_at(event, f"{event.value} is no number that JSON has, or Kubernetes")
            )
        if innermost is None:
            self._is_empty = value is None and not event.value
        self._place(value, event.start_mark, None)

    def _take_key(self, mapping: _Mapping, event: ScalarEvent) -> None:
        mapping.merges = event.value == _MERGE and (event.implicit[0] or event.tag == _MERGE_TAG)
        found = PlainScalar(_MERGE, _MERGE_READINGS) if mapping.merges else self._scalars.read(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(value=found.value, parts=None)
        self._set_key(mapping, found.value, event)
        if found.readings:
            self._note(event, found.readings)

    def _set_key(self, mapping: _Mapping, value: Scalar, event: Event) -> None:
        key = value if type(value) is str else to_key(value)
        if key is None:
            found = "null" if value is None else value
            self._problems.add(event, f"{found} cannot be a key; if the text is meant, put it in quotes")
            key = str(found)
        elif key in mapping.keys:
            line, column = find_position(mapping.keys[key])
            self._problems.add(
                event, f"the key '{shorten(key)}' is already set in line {line}, column {column}"
            )
        else:
            mapping.keys[key] = event
        mapping.key, mapping.key_event, mapping.has_key = key, event, True

    def _open_collection(self, event: CollectionStartEvent) -> None:
        innermost = self._open[-1] if self._open else None
        if type(innermost) is _Mapping and not innermost.has_key:
            raise StopReading(problem_at(event, _COMPLEX_KEY))
        if len(self._open) >= MOST_LEVELS:
            raise StopReading(problem_at(event, f"this is nested deeper than {MOST_LEVELS} levels"))
        is_mapping = type(event) is MappingStartEvent
        if event.tag not in (None, STANDARD_TAG + ("map" if is_mapping else "seq")):
            self._scalars.refuse_tag(event, event.tag)
        kind = _Mapping if is_mapping else _List
        opened = kind(mark=event.start_mark, anchor=event.anchor)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(value=opened.value, parts=opened.parts, is_open=True)
        self._open.append(opened)

    def _close_collection(self) -> None:
        closed = self._open.pop()
        if closed.anchor is not None:
            self._anchors[closed.anchor] = Anchored(value=closed.value, parts=closed.parts)
        self._place(closed.value, closed.mark, closed.parts)

    def _take_alias(self, event: AliasEvent) -> None:
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is None:
            raise StopReading(
                problem_at(event, f"*{shorten(name)} repeats nothing: no &{shorten(name)} is above it")
            )
        if anchored.is_open:
            raise StopReading(problem_at(event, f"*{shorten(name)} stands inside the value that it repeats"))
        innermost = self._open[-1] if self._open else None
        if not (type(innermost) is _Mapping and not innermost.has_key):
            value = self._copier.copy(anchored.value, level=len(self._open), alias=event)
            self._place(value, event.start_mark, anchored.parts)
        elif anchored.parts is not None:
            raise StopReading(problem_at(event, _COMPLEX_KEY))
        else:
            innermost.merges = False
            self._set_key(innermost, anchored.value, event)

    def _place(self, value: object, mark: object, parts: Parts | None) -> None:
        """Put a finished value where it belongs."""
        self._values += 1
        if self._values > MOST_VALUES:
            raise StopReading(problem_at(mark, f"this document has more than {MOST_VALUES:,} values"))
        innermost = self._open[-1] if self._open else None
        if type(innermost) is _Mapping:
            innermost.has_key = False
            if innermost.merges:
                self._merge(innermost, value, parts)
            else:
                innermost.value[innermost.key] = value
                innermost.parts[innermost.key] = place_at(innermost.key_event.start_mark, parts)
        elif type(innermost) is _List:
            innermost.value.append(value)
            innermost.parts.append(place_at(mark, parts))
        else:
            self._root, self._root_place = value, place_at(mark, parts)

    def _merge(self, mapping: _Mapping, value: object, parts: Parts | None) -> None:
        """Set the entries of what `<<` names, over those above it and under those below it, as Go does."""
        merged = [(value, parts)]
        if isinstance(value, list) and isinstance(parts, list):  # the first of several wins
            merged = [(item, parts_of(place)) for item, place in zip(value[::-1], parts[::-1], strict=True)]
        for entries, places in merged:
            if isinstance(entries, dict) and isinstance(places, dict):
                for key, entry in entries.items():
                    level = len(self._open)
                    mapping.value[key] = self._copier.copy(entry, level=level, alias=mapping.key_event)
                    mapping.parts[key] = places[key]
            else:
                self._problems.add(mapping.key_event, "'<<' takes a mapping or a list of mappings")

    def _note(self, event: ScalarEvent, readings: str) -> None:
        """Keep that readers disagree about the scalar which has just been read."""
        if len(self._ambiguous) < MOST_AMBIGUITIES:
            path = tuple(
                opened.key if type(opened) is _Mapping else len(opened.value) for opened in self._open
            )
            self._ambiguous.append(
                Ambiguity(path=path, position=find_position(event), text=event.value, readings=readings)
            )
