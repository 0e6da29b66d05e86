"""What is wrong with the values of a release, as findings at the place where each value is written.

Fed by `releases` and `last`; a value may stand in the release, in a ConfigMap, or in a file that becomes one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fabricgen.charts import UNKNOWN, ValuesProblem
from fabricgen.charts.layers import Layer, Layers, Unreadable
from fabricgen.charts.releases import Reference
from fabricgen.charts.values import is_unresolved
from fabricgen.errors import Path, format_path
from fabricgen.finding import Finding
from fabricgen.validation.helm.lines import outer_position
from fabricgen.validation.place import Place, position_at, positions_of
from fabricgen.yamlio import Position

_VALUES: Final = "https://helm.sh/docs/chart_template_guide/values_files/"
_START: Final = Position(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The values of a release, and where each document is that holds some."""

    layers: Layers
    documents: Mapping[Reference, Place]
    _positions: dict[Place, Mapping[Path, Position]] = field(default_factory=dict)

    def findings(self, problems: Iterable[ValuesProblem]) -> Iterator[Finding]:
        """Yield a finding for each problem with a value, then those on texts that hold no values."""
        for problem in problems:
            yield self._finding(problem)
        for unreadable in self.layers.unreadable:
            if not is_unresolved(unreadable.text):
                yield self._unreadable(unreadable)

    def _finding(self, problem: ValuesProblem) -> Finding:
        layer, path, inner = self.layers.place_of(problem.path)
        start = _START if layer.text is None else self._in(_place_of(layer.text), inner)
        file, position = self._position(layer, path, start)
        return Finding(
            rule=problem.rule,
            severity=problem.severity,
            file=file,
            line=position.line,
            column=position.column,
            path=format_path((*path, *inner)),
            object=label_of(layer.document),
            message=problem.message,
            fix=problem.hint,
            source=problem.source or _VALUES,
        )

    def _unreadable(self, found: Unreadable) -> Finding:
        """Return the finding on a text that is not YAML; of a Secret's, nothing that stands in it."""
        first = found.error.problems[0]
        file, position = self._position(found, found.path, Position(first.line, first.column))
        reason = "" if found.document.kind == "Secret" else f": {first.problem}"
        return Finding(
            rule="YML001",
            severity="error",
            file=file,
            line=position.line,
            column=position.column,
            path=format_path(found.path),
            object=label_of(found.document),
            message=f"this text is to be the values of a chart, and cannot be read{reason}",
            source=_VALUES,
        )

    def _position(self, spot: Layer | Unreadable, path: Path, inner: Position) -> tuple[str, Position]:
        """Return the file and the place in it of what stands at `path`, or at `inner` of the text there."""
        if spot.file:
            return spot.file, inner
        place = self.documents[spot.document]
        key = self._in(place, (*place.within, *path))
        if spot.text is not None:
            key = outer_position(spot.text, document=place.text, key=key, inner=inner)
        return place.file, key._replace(line=place.line + key.line - 1)

    def _in(self, place: Place, path: Path) -> Position:
        """Return where it stands in a document, which is read for the first finding in it."""
        if place not in self._positions:
            self._positions[place] = positions_of(place)
        return position_at(path, self._positions[place])


def _place_of(text: str) -> Place:
    return Place(file="", text=text, line=1, index=0)


def label_of(document: Reference) -> str:
    """Return how findings call a document: `Kind namespace/name`."""
    named = f"{document.namespace}/{document.name}" if document.namespace else document.name
    return f"{document.kind} {named}".strip()


def without_secrets(layers: Layers) -> Layers:
    """Return the layers without what Secrets hold: of their values only the keys are left."""
    return replace(
        layers,
        layers=tuple(
            replace(layer, values=_keys_of(layer.values)) if layer.document.kind == "Secret" else layer
            for layer in layers.layers
        ),
    )


def _keys_of(values: Any) -> Any:  # noqa: ANN401 - values hold anything
    if not isinstance(values, Mapping):
        return UNKNOWN
    return {key: _keys_of(value) for key, value in values.items()}
