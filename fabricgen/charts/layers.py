"""Which values go into a chart, from which places, and in which order. Fed by `releases`; used before `values`.

Flux takes whole values files in their order, then the release's own values, then single values by `targetPath`;
k3s takes the HelmChart's, then the HelmChartConfig's, then `set`.
Sources: https://fluxcd.io/flux/components/helm/helmreleases/#values-overrides, chartutil/values.go in
https://github.com/fluxcd/pkg, pkg/controllers/chart/chart.go in https://github.com/k3s-io/helm-controller.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from fabricgen import yamlio
from fabricgen.charts.releases import Reference, Release, ValuesFrom
from fabricgen.charts.values import UNKNOWN
from fabricgen.errors import Path
from fabricgen.yamlio import YamlSyntaxError

_STEP: Final = re.compile(r"((?:\\.|[^.\[\\])+)|\[\d+\]")
_SYNTAX: Final = frozenset("{}[],=\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Values that lie in one place.

    Attributes:
        values: what they are.
        document: the document that holds them; of a file by itself, the release's.
        file: the values file, when no document of the cluster holds them.
        path: where they are in the document: of the mapping, of the text, or of a single value.
        text: what they are read out of there, and so have lines and paths of their own in; None where they are not.
    """

    values: Mapping[str, Any]
    document: Reference
    file: str = ""
    path: Path = ()
    text: str | None = None


class Place(NamedTuple):
    """Where a value is written: `path` in the document; `inner` in the text that stands there, () if none does."""

    layer: Layer
    path: Path
    inner: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A text that should hold values and does not: where it stands, as with a layer, and what is wrong in it."""

    document: Reference
    path: Path
    text: str
    error: YamlSyntaxError
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """All values of a release: later layers count over earlier ones.

    Attributes:
        layers: in the order in which they count.
        missing: documents that the release needs and that were not at hand, optional ones left out.
        unreadable: texts that are no values.
    """

    layers: tuple[Layer, ...]
    missing: tuple[Reference, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing, so that what no layer sets is really not set."""
        return not self.missing and not self.unreadable

    def merged(self) -> dict[str, Any]:
        """Return the values as the chart gets them."""
        return merged_values(layer.values for layer in self.layers)

    def place_of(self, path: Path) -> Place:
        """Return where the value at `path` of the merged values was written: in the last layer that has it."""
        layers = [layer for layer in self.layers if _reaches(layer.values, path)] or list(self.layers[:1])
        layer = layers[-1]
        if layer.text is not None:
            return Place(layer, layer.path, path)
        return Place(layer, (*layer.path, *path) if layer.path[-1:] == ("values",) else layer.path, ())


def layers_of(
    release: Release,
    documents: Mapping[Reference, Mapping[str, Any]],
    *,
    files: Mapping[Reference, Mapping[str, tuple[str, str]]] | None = None,
    config: Release | None = None,
) -> Layers:
    """Return the values of a release.

    `documents` are ConfigMaps and Secrets; `files` stands for ConfigMaps that kustomize makes: for each of their
    keys, the file and its text. `config` is the HelmChartConfig that goes with a HelmChart.
    """
    found = _Found(documents, files or {})
    whole_files = [one for one in release.values_from if not one.target]
    if release.document.kind == "HelmRelease":
        found.references(whole_files)
        found.own(release)
    else:
        found.own(release)
        found.references(whole_files)
    if config is not None:
        found.own(config)
        found.references(config.values_from)
    found.references([one for one in release.values_from if one.target])
    for key, value in (release.sets or {}).items():
        found.add(_nested(key, _typed(value)), release.document, ("spec", "set", key))
    return Layers(
        layers=tuple(found.layers), missing=tuple(found.missing), unreadable=tuple(found.unreadable)
    )


def layer_of_file(text: str, *, file: str, document: Reference) -> Layer:
    """Return the values in a file that goes with a release. Raises YamlSyntaxError where it is no YAML."""
    return Layer(values=_read(text, file), document=document, file=file, text=text)


class _Found:
    """Layers as they are found."""

    def __init__(
        self,
        documents: Mapping[Reference, Mapping[str, Any]],
        files: Mapping[Reference, Mapping[str, tuple[str, str]]],
    ) -> None:
        self.documents = documents
        self.files = files
        self.layers: list[Layer] = []
        self.missing: list[Reference] = []
        self.unreadable: list[Unreadable] = []

    def add(self, values: Mapping[str, Any], document: Reference, path: Path) -> None:
        self.layers.append(Layer(values=values, document=document, path=path))

    def own(self, release: Release) -> None:
        for path, values in release.values:
            if isinstance(values, str):
                self.text(values, release.document, path)
            else:
                self.add(values, release.document, path)

    def references(self, references: Iterable[ValuesFrom]) -> None:
        for one in references:
            made = self.files.get(one.document, {}).get(one.key)
            if made is None:
                self.reference(one)
            elif one.target:
                values = _nested(one.target, _set_value(made[1], literal=one.literal))
                self.layers.append(Layer(values=values, document=one.document, file=made[0]))
            else:
                self.text(made[1], one.document, (), file=made[0])

    def reference(self, one: ValuesFrom) -> None:
        section, text = _data(self.documents.get(one.document), one.key)
        path = (section, one.key)
        if one.target and (text is not None or one.document.kind == "Secret"):
            value = UNKNOWN if text is None else _set_value(text, literal=one.literal)
            self.add(_nested(one.target, value), one.document, path)
        elif text is not None:
            self.text(text, one.document, path)
        elif not one.optional:
            self.missing.append(one.document)

    def text(self, text: str, document: Reference, path: Path, *, file: str = "") -> None:
        try:
            values = _read(text, file or document.name)
        except YamlSyntaxError as error:
            unreadable = Unreadable(document=document, path=path, text=text, error=error, file=file)
            self.unreadable.append(unreadable)
            return
        self.layers.append(Layer(values=values, document=document, file=file, path=path, text=text))


def _read(text: str, source: str) -> Mapping[str, Any]:
    """Return the mapping in a text; {} for an empty one, and for what is no mapping."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return {}
    value = yamlio.read_document(text, source=source).value  # loading that reader takes 10 ms
    return value if isinstance(value, Mapping) else {}


def _data(body: Mapping[str, Any] | None, key: str) -> tuple[str, str | None]:
    """Return the section and the text of a ConfigMap's or Secret's key; None for what is not there to be read.

    A Secret's `data` and all that SOPS has encrypted stay closed.
    """
    section = "stringData" if body is not None and body.get("kind") == "Secret" else "data"
    data = body.get(section) if body is not None else None
    text = data.get(key) if isinstance(data, Mapping) else None
    return section, text if isinstance(text, str) and not text.startswith("ENC[") else None


def merged_values(values: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return values over values: mappings are merged, all else is replaced by what comes later."""
    merged: dict[str, Any] = {}
    for one in values:
        merged = _over(merged, one)
    return merged


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            merged[key] = _over(old, value)
        else:
            merged[key] = value
    return merged


def _reaches(whole: object, path: Path) -> bool:
    values: Any = whole
    for step in path:
        in_list = isinstance(values, list) and isinstance(step, int) and step < len(values)
        if not in_list and not (isinstance(values, Mapping) and step in values):
            return False
        values = values[step]
    return True


def _nested(target: str, value: object) -> dict[str, Any]:
    r"""Return a value at a path such as `a.b\.c`; what an index leads into is not known."""
    names = list(_names(target))
    nested: Any = value if len(names) == len(_STEP.findall(target)) else UNKNOWN
    for name in reversed(names):
        nested = {name: nested}
    whole: dict[str, Any] = nested if isinstance(nested, dict) else {}
    return whole


def _names(target: str) -> Iterator[str]:
    for step in _STEP.finditer(target):
        if step[1] is None:
            return
        yield re.sub(r"\\(.)", r"\1", step[1])


def _set_value(text: str, *, literal: bool) -> object:
    """Return what Helm's `--set` makes of a text; what has that syntax of its own is not known."""
    if literal:
        return text
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return UNKNOWN if _SYNTAX & set(text) else _typed(text)


def _typed(value: object) -> object:
    """Return a value of `set` as Helm reads it: true, false, null and whole numbers lose their quotes."""
    if not isinstance(value, str):
        return value
    if value in {"true", "false", "null"}:
        return {"true": True, "false": False, "null": None}[value]
    is_number = re.fullmatch(r"-?(0|[1-9]\d{0,17})", value) is not None
    return int(value) if is_number else value
