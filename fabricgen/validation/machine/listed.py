"""Files that a kustomization.yaml takes for something else than an object: data of a ConfigMap, Helm values, patches.

Asked by `machines` about files that nothing else explains. What it finds depends on other files than the one that is
judged, so it says which: a cache must know when these change.
Source: the fields of api/types/kustomization.go in kubernetes-sigs/kustomize.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from fabricgen.digests import digest_of
from fabricgen.yamlio import UnreadableFileError, YamlSyntaxError, decode, read_limited, read_value

DEPENDENCY: Final = "kustomization"
"""What stands for the apiVersion in a dependency; the path of the kustomization.yaml stands for the kind."""

_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LEVELS: Final = 4
_MOST: Final = 2**20


class Listed(NamedTuple):
    """What a file is for, empty if nothing tells; and the kustomizations that were asked."""

    reason: str
    asked: tuple[str, ...]


def digest_of_file(path: str) -> str:
    """Return what names the content of a kustomization; empty if there is none."""
    try:
        return digest_of(read_limited(path, most=_MOST))
    except (UnreadableFileError, YamlSyntaxError, OSError):
        return ""


class Kustomizations:
    """The kustomizations of a run, each read once."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._uses: dict[str, Mapping[str, str]] = {}

    def find(self, file: str) -> Listed:
        """Return what the nearest kustomization above `file`, or one of a few above that, says of it."""
        asked: list[str] = []
        here = os.path.abspath(file)  # noqa: PTH100 - paths are compared as texts
        if not os.path.isfile(here):  # noqa: PTH113 - as above
            return Listed("", ())
        folder = os.path.dirname(here)  # noqa: PTH120 - as above
        for _ in range(_LEVELS):
            for name in _NAMES:
                path = os.path.join(folder, name)  # noqa: PTH118 - as above
                asked.append(path)
                if reason := self._uses_of(path).get(here):
                    return Listed(reason, tuple(asked))
            folder = os.path.dirname(folder)  # noqa: PTH120 - as above
        return Listed("", tuple(asked))

    def _uses_of(self, path: str) -> Mapping[str, str]:
        if path not in self._uses:
            self._uses[path] = _read_uses(path)
        return self._uses[path]


def _read_uses(path: str) -> dict[str, str]:
    """Return the files that a kustomization names for another use than an object, each with that use."""
    try:
        body = read_value(decode(read_limited(path, most=_MOST), source=path))
    except (UnreadableFileError, YamlSyntaxError, OSError):
        return {}
    if not isinstance(body, Mapping):
        return {}
    folder = os.path.dirname(path)  # noqa: PTH120 - paths are compared as texts
    return {
        os.path.normpath(os.path.join(folder, name)): use  # noqa: PTH118 - as above
        for name, use in _named(body)
        if isinstance(name, str)
    }


def _named(body: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    for key, what in (("configMapGenerator", "a ConfigMap"), ("secretGenerator", "a Secret")):
        for one in _mappings(body.get(key)):
            for name in _texts(one.get("files")):
                yield name.rpartition("=")[2], f"kustomize makes {what} of it"
    for one in _mappings(body.get("helmCharts")):
        for values in (one.get("valuesFile"), *_texts(one.get("additionalValuesFiles"))):
            yield values, "values of a Helm chart"
    for name in _texts(body.get("configurations")):
        yield name, "kustomize's own configuration"
    for one in _mappings(body.get("replacements")):
        yield one.get("path"), "replacements of kustomize's"
    for name in _texts(body.get("crds")):
        yield name, "kustomize's own configuration"


def _mappings(value: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - any part of a document
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - as above
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
