"""ConfigMaps and Secrets that kustomize makes of files beside its kustomization.yaml.

Used by `last`, for values that no document of the run holds.
Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/.
"""

import os
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.charts.releases import Reference
from fabricgen.validation.helm.nearby import Nearby, by_nearness, may_be
from fabricgen.validation.output.places import find_root

_GENERATORS: Final = {"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}

Made = Mapping[str, tuple[str, str]]
"""For each key of the data: the file that it is made of, and its text."""


def find_generated(reference: Reference, nearby: Nearby, *, near: str) -> Made | None:
    """Return what the ConfigMap or Secret is made of by the nearest kustomization.yaml; None if two are, or none is."""
    for level in by_nearness(nearby.kustomizations, near=near):
        made = [one for path in level for one in _made(path, reference, nearby)]
        if made:
            return made[0] if len(made) == 1 else None
    return None


def _made(path: str, reference: Reference, nearby: Nearby) -> Iterator[Made]:
    for found in nearby.documents(path, mentioning=(reference.name,)):
        generators = found.body.get(_GENERATORS.get(reference.kind, ""))
        for one in generators if isinstance(generators, list) else ():
            if isinstance(one, Mapping) and _is_meant(one, found.body, reference):
                yield dict(_files(one, path, nearby))


def _is_meant(generator: Mapping[str, Any], body: Mapping[str, Any], reference: Reference) -> bool:
    namespace = str(body.get("namespace") or generator.get("namespace") or "")
    return generator.get("name") == reference.name and may_be(namespace, reference.namespace)


def _files(generator: Mapping[str, Any], path: str, nearby: Nearby) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the key, the file and its text of each entry: `values.yaml`, or `key=file`."""
    files = generator.get("files")
    for entry in files if isinstance(files, list) else ():
        key, _, file = str(entry).rpartition("=")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
        text = nearby.text(place) if _is_inside(place, path) else None
        if text is not None:
            yield key or posixpath.basename(file), (place, text)


def _is_inside(file: str, kustomization: str) -> bool:
    """Tell whether a file lies in the checkout that a kustomization.yaml belongs to, links resolved.

    Nothing else is opened: what stands in a repository must not make a run in CI print files of its machine.
    """
    folder = os.path.realpath(posixpath.dirname(kustomization) or ".")
    root = find_root(folder)
    return os.path.realpath(file).startswith(root.rstrip(os.sep) + os.sep)
