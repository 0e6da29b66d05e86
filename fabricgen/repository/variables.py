"""What Flux substitutes in a Kustomization: its own variables, and those of ConfigMaps and Secrets.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from fabricgen.repository.item import Item


class _Source(NamedTuple):
    file: str
    namespace: str
    data: Mapping[str, str] | None
    keys: frozenset[str] | None
    """What it defines; None where that is unknown, too."""


class Variables:
    """Every ConfigMap and Secret of a repository; of several with one name, the one that stands nearest counts."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._sources: defaultdict[tuple[str, str], list[_Source]] = defaultdict(list)
        for item in items:
            if item.group == "" and item.kind in {"ConfigMap", "Secret"}:
                source = _Source(item.origin.file, item.namespace, _data(item), _keys(item))
                self._sources[item.kind, item.name].append(source)

    def of(self, item: Item) -> tuple[Mapping[str, str] | None, bool]:
        """Return the variables of a Kustomization, None if it substitutes nothing; and whether some are unknown.

        The last source that has a variable counts, so one that cannot be read leaves open what it may define.
        """
        if not item.get("spec", "postBuild"):
            return None, False
        variables: dict[str, str] = {}
        unknown = False
        for one in item.items("spec", "postBuild", "substituteFrom"):
            found = self._find(one, item) if isinstance(one, Mapping) else []
            if found and all(source.data == found[0].data for source in found) and found[0].data is not None:
                variables |= found[0].data
                continue
            unknown = True
            keys = [source.keys for source in found]
            if not keys or None in keys:
                variables.clear()
            for key in frozenset[str]().union(*(one for one in keys if one is not None)):
                variables.pop(key, None)
        own = item.mapping("spec", "postBuild", "substitute")
        return variables | {key: _text(value) for key, value in own.items()}, unknown

    def _find(self, reference: Mapping[str, object], item: Item) -> list[_Source]:
        """Return the objects that a reference may mean: of all with the name, those that stand nearest."""
        sources = self._sources.get((str(reference.get("kind")), str(reference.get("name"))), [])
        fitting = [one for one in sources if one.namespace in {"", item.namespace} or not item.namespace]
        nearest = max((_shared(one.file, item) for one in fitting), default=0)
        return [one for one in fitting if _shared(one.file, item) == nearest]


def _shared(file: str, item: Item) -> int:
    """Return how many folders a file has in common with a Kustomization or with what it applies."""
    parts = PurePosixPath(file).parent.parts
    path = str(item.get("spec", "path") or "")
    others = (PurePosixPath(item.origin.file).parent.parts, PurePosixPath(path.lstrip("./")).parts)
    return max(_common(parts, other) for other in others)


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    pairs = zip(left, right, strict=False)
    return next(
        (number for number, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right))
    )


# What Flux leaves as it is once it is there: somebody else writes the values that count.
# Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources>.
_LEFT_ALONE = frozenset({"IfNotPresent", "Ignore"})


def _data(item: Item) -> Mapping[str, str] | None:
    """Return the texts that an object holds; None if it is encrypted, or not all of it is known."""
    how = item.get("metadata", "annotations", "kustomize.toolkit.fluxcd.io/ssa")
    if item.get("sops") or not item.exact or how in _LEFT_ALONE:
        return None
    texts = item.mapping("data" if item.kind == "ConfigMap" else "stringData")
    if item.kind == "Secret" and item.get("data"):
        return None
    return {key: _text(value) for key, value in texts.items()}


def _keys(item: Item) -> frozenset[str] | None:
    """Return the keys of an object, which encryption leaves readable; None where there may be others."""
    how = item.get("metadata", "annotations", "kustomize.toolkit.fluxcd.io/ssa")
    if not item.exact or how in _LEFT_ALONE:
        return None
    return frozenset(item.mapping("data")) | frozenset(item.mapping("stringData"))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
