"""libyaml's events of one document to its values, places and ambiguities.

Driven by `reader`. PyYAML's own composer is no use here: it drops the places of keys and all but the last of
duplicate keys, refuses an anchor that is set twice, and overruns the stack on deep nesting.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from yaml import AliasEvent, CollectionStartEvent, DocumentStartEvent, Event, MappingStartEvent, ScalarEvent

from fabricgen.yamlio.nodes import STANDARD_TAG, AliasCopier, Anchored, ScalarReader
from fabricgen.yamlio.parsed import MOST_LEVELS, Ambiguity, Path, Position, YamlDocument, find_position
from fabricgen.yamlio.problems import StopReading, YamlProblem, problem_at
from fabricgen.yamlio.scalars import PlainScalar, Scalar, to_key

_MERGE: Final = "<<"
_MERGE_READINGS: Final = "a merge for Kubernetes and YAML 1.1, an ordinary key for YAML 1.2"
_COMPLEX_KEY: Final = "a mapping or a list cannot be a key; if text is meant, put it in quotes"


@dataclass(slots=True)
class _Mapping:
    """A mapping whose end has not come yet; `has_key` while its key waits for its value."""

    path: Path
    anchor: str | None
    key_event: Event
    value: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)
    key: str = ""
    has_key: bool = False
    merges: bool = False


@dataclass(slots=True)
class _List:
    """A list whose end has not come yet."""

    path: Path
    anchor: str | None
    value: list[Any] = field(default_factory=list)


class DocumentBuilder:
    """Takes the events between a document's start and its end, then gives the document.

    What is wrong but lets reading go on is added to `problems`; what does not raises `StopReading`.
    """

    def __init__(
        self, start: DocumentStartEvent, *, scalars: ScalarReader, problems: list[YamlProblem]
    ) -> None:
        """Begin the document of `start`."""
        self._line = find_position(start).line
        self._problems = problems
        self._scalars = scalars
        self._positions: dict[Path, Position] = {}
        self._copier = AliasCopier(self._positions)
        self._anchors: dict[str, Anchored] = {}
        self._ambiguous: list[Ambiguity] = []
        self._open: list[_Mapping | _List] = []
        self._root: Any = None
        self._is_empty = False
        if start.version not in (None, (1, 1)):
            self._report(
                start, "Kubernetes' reader refuses a %YAML line for anything but 1.1: remove the line"
            )

    def finish(self) -> list[YamlDocument]:
        """The document, or nothing when there was nothing in it."""
        document = YamlDocument(
            value=self._root,
            positions=self._positions,
            line=self._line,
            ambiguous=tuple(self._ambiguous),
        )
        return [] if self._is_empty else [document]

    def take(self, event: Event | None) -> None:
        """Take the next event."""
        match event:
            case ScalarEvent():
                self._take_scalar(event)
            case CollectionStartEvent():
                self._open_collection(event)
            case AliasEvent():
                self._take_alias(event)
            case _:
                self._close_collection()

    def _take_scalar(self, event: ScalarEvent) -> None:
        if mapping := self._mapping_without_key():
            self._take_key(mapping, event)
            return
        path = self._begin_value(event)
        value, readings = self._scalars.read(event)
        self._note(event, path, readings)
        self._anchor(event.anchor, Anchored(value=value, path=path))
        self._is_empty = not self._open and value is None and not event.value
        self._place(value)

    def _take_key(self, mapping: _Mapping, event: ScalarEvent) -> None:
        mapping.merges = event.value == _MERGE and event.implicit[0]
        found = PlainScalar(_MERGE, _MERGE_READINGS) if mapping.merges else self._scalars.read(event)
        self._anchor(event.anchor, Anchored(value=found.value, path=()))
        self._set_key(mapping, found.value, event)
        self._note(event, (*mapping.path, mapping.key), found.readings)

    def _set_key(self, mapping: _Mapping, value: Scalar, event: Event) -> None:
        key = to_key(value)
        if key is None:
            found = "null" if value is None else value
            self._report(event, f"{found} cannot be a key; if the text is meant, put it in quotes")
            key = str(found)
        elif key in mapping.keys:
            line, column = mapping.keys[key]
            self._report(event, f"the key '{key}' is already set in line {line}, column {column}")
        mapping.key, mapping.key_event, mapping.has_key = key, event, True
        mapping.keys.setdefault(key, find_position(event))

    def _open_collection(self, event: CollectionStartEvent) -> None:
        if self._mapping_without_key():
            raise StopReading(problem_at(event, _COMPLEX_KEY))
        if len(self._open) >= MOST_LEVELS:
            raise StopReading(problem_at(event, f"this is nested deeper than {MOST_LEVELS} levels"))
        is_mapping = isinstance(event, MappingStartEvent)
        if event.tag not in (None, STANDARD_TAG + ("map" if is_mapping else "seq")):
            self._scalars.refuse_tag(event, event.tag)
        path = self._begin_value(event)
        opened = _Mapping(path, event.anchor, event) if is_mapping else _List(path, event.anchor)
        self._anchor(event.anchor, Anchored(value=opened.value, path=path, is_open=True))
        self._open.append(opened)

    def _close_collection(self) -> None:
        closed = self._open.pop()
        self._anchor(closed.anchor, Anchored(value=closed.value, path=closed.path))
        self._place(closed.value)

    def _take_alias(self, event: AliasEvent) -> None:
        anchored = self._anchors.get(event.anchor or "")
        if anchored is None:
            raise StopReading(
                problem_at(event, f"*{event.anchor} repeats nothing: no &{event.anchor} is above it")
            )
        if anchored.is_open:
            raise StopReading(problem_at(event, f"*{event.anchor} stands inside the value that it repeats"))
        mapping = self._mapping_without_key()
        if mapping is None:
            path = self._begin_value(event)
            self._place(self._copier.copy(anchored, path, alias=event))
        elif isinstance(anchored.value, dict | list):
            raise StopReading(problem_at(event, _COMPLEX_KEY))
        else:
            mapping.merges = False
            self._set_key(mapping, anchored.value, event)

    def _mapping_without_key(self) -> _Mapping | None:
        """The innermost open mapping, when what comes next is a key of it."""
        innermost = self._open[-1] if self._open else None
        return innermost if isinstance(innermost, _Mapping) and not innermost.has_key else None

    def _begin_value(self, event: Event) -> Path:
        """The path of the value that starts with `event`; its position is kept."""
        innermost = self._open[-1] if self._open else None
        path: Path = ()
        if isinstance(innermost, _Mapping):
            path, event = (*innermost.path, innermost.key), innermost.key_event
        elif innermost:
            path = (*innermost.path, len(innermost.value))
        self._positions[path] = find_position(event)
        return path

    def _place(self, value: object) -> None:
        """Put a finished value where it belongs."""
        match self._open[-1] if self._open else None:
            case _Mapping() as mapping:
                if mapping.merges:
                    self._merge(mapping, value)
                else:
                    mapping.value[mapping.key] = value
                mapping.has_key = False
            case _List() as items:
                items.value.append(value)
            case None:
                self._root = value

    def _merge(self, mapping: _Mapping, value: object) -> None:
        """Set the entries of what `<<` names, over those above it and under those below it, as Go does."""
        path = (*mapping.path, _MERGE)
        merged = [(path, value)]
        if isinstance(value, list):  # the first of several wins
            merged = [((*path, index), item) for index, item in reversed(list(enumerate(value)))]
        for source, entries in merged:
            if isinstance(entries, dict):
                self._merge_entries(mapping, source, entries)
            else:
                self._report(mapping.key_event, "'<<' takes a mapping or a list of mappings")

    def _merge_entries(self, mapping: _Mapping, source: Path, entries: dict[str, Any]) -> None:
        for key, value in entries.items():
            target = (*mapping.path, key)
            entry = Anchored(value=value, path=(*source, key))
            self._positions[target] = self._positions[entry.path]
            mapping.value[key] = self._copier.copy(entry, target, alias=mapping.key_event)

    def _anchor(self, name: str | None, anchored: Anchored) -> None:
        if name is not None:
            self._anchors[name] = anchored

    def _note(self, event: ScalarEvent, path: Path, readings: str) -> None:
        if readings:
            position = find_position(event)
            self._ambiguous.append(
                Ambiguity(path=path, position=position, text=event.value, readings=readings)
            )

    def _report(self, event: Event, sentence: str) -> None:
        self._problems.append(problem_at(event, sentence))
