"""What is emitted: settings with their reasons, documents, text files, and the parts from which they are rendered.

Fed by the modules of this folder; read by `check`, `tree`, `explain` and the README of a cluster.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from fabricgen.errors import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One declaration: where a value goes, the value, why, and where the fact comes from.

    `path` counts from the root of the document's body. `why` is one sentence for whoever reads the YAML; it
    becomes the comment. `source` is an address, or a document and its section.

    Example:
        >>> pods = fabricgen.Setting(path=("hard", "pods"), value="10", why="a small share", source="https://…")
        >>> pods.under("spec").path
        ('spec', 'hard', 'pods')
    """

    path: Path
    value: Any
    why: str
    source: str

    def under(self, *prefix: str | int) -> "Setting":
        """Return the same setting further down: `("spec", "values")` put before its path."""
        return Setting(path=(*prefix, *self.path), value=self.value, why=self.why, source=self.source)


def setting(path: str, value: Any, *, why: str, source: str) -> Setting:  # noqa: ANN401 - a value is whatever YAML holds
    """Return a Setting at a dotted path; a key that has dots of its own needs `Setting(path=(…))`."""
    return Setting(path=tuple(path.split(".")), value=value, why=why, source=source)


def nest(settings: Iterable[Setting]) -> dict[str, Any]:
    """Return the nested mapping that the settings make together, keys in the order of the settings.

    A later setting replaces an earlier one at the same path; mappings merge. Raises ValueError if one setting
    needs a mapping where another put a scalar.
    """
    root: dict[str, Any] = {}
    for one in settings:
        _place(root, one)
    return root


def _place(root: dict[str, Any], one: Setting) -> None:
    here = root
    for part in one.path[:-1]:
        if not isinstance(part, str):
            raise TypeError(f"a setting's path names keys, not list positions: {one.path}")
        here = here.setdefault(part, {})
        if not isinstance(here, dict):
            raise ValueError(f"{one.path}: {part} is not a mapping")  # noqa: TRY004 - the value clashes, not its type
    last = one.path[-1]
    if not isinstance(last, str):
        raise TypeError(f"a setting's path names keys, not list positions: {one.path}")
    here[last] = merge(here[last], one.value) if last in here else copy_of(one.value)


def copy_of(value: Any) -> Any:  # noqa: ANN401 - a value is whatever YAML holds
    """Return the value with mappings as dict and sequences as list, so that nothing is shared."""
    if isinstance(value, Mapping):
        return {key: copy_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [copy_of(item) for item in value]
    return value


def merge(below: Any, above: Any) -> Any:  # noqa: ANN401 - values are whatever YAML holds
    """Return `below` with `above` over it, as Helm merges values: mappings merge, everything else is replaced."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        merged = {key: copy_of(item) for key, item in below.items()}
        for key, item in above.items():
            merged[key] = merge(merged[key], item) if key in merged else copy_of(item)
        return merged
    return copy_of(above)


class Identity(NamedTuple):
    """What makes two documents the same object; empty text where a part is missing."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def group(self) -> str:
        """API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]


def identity_of(body: Mapping[str, Any]) -> Identity:
    """Return the identity of a document's body; Talos documents carry their name at the top."""
    metadata = body.get("metadata")
    place = metadata if isinstance(metadata, Mapping) else body
    return Identity(
        str(body.get("apiVersion", "")),
        str(body.get("kind", "")),
        str(place.get("namespace", "")),
        str(place.get("name", "")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document to be: what a template gets as `parts[i]`, and the reasons that belong to it.

    `base` holds what needs no reason (apiVersion, kind, metadata); the settings fill the rest.

    Example:
        >>> pods = fabricgen.Setting(path=("spec", "hard", "pods"), value="10", why="a small share", source="https://…")
        >>> base = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "guests"}}
        >>> fabricgen.Part(base=base, settings=(pods,)).body["spec"]
        {'hard': {'pods': '10'}}
    """

    base: Mapping[str, Any]
    settings: tuple[Setting, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        """The whole document: base, then the settings over it."""
        merged: dict[str, Any] = merge(self.base, nest(self.settings))
        return merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file to be: its path, the template that gives it its shape, and what that template may use.

    YAML drafts give `parts` (the template sees `parts`, and `part` when there is exactly one); text drafts
    (README, scripts) only `context`. `synced` says whether Flux applies the file: then it must stand in a
    kustomization.yaml.

    Example:
        >>> part = fabricgen.Part(base={"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "guests"}})
        >>> fabricgen.Draft(path="infrastructure/guests/namespace.yaml", parts=(part,)).is_yaml
        True
    """

    path: str
    template: str = "documents.yaml.j2"
    parts: tuple[Part, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    header: str = ""

    @property
    def is_yaml(self) -> bool:
        """Whether the rendered text is YAML documents."""
        return bool(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML document of a file: what it says (`body`) and why (`settings`, in the order of the document).

    Example:
        >>> release = next(one for one in documents if one.label == "HelmRelease kube-system/cilium")
        >>> release.body["spec"]["values"]["ipam"]["mode"]
        'kubernetes'
    """

    path: PurePosixPath
    body: Mapping[str, Any]
    settings: tuple[Setting, ...] = ()
    header: str = ""

    @property
    def identity(self) -> Identity:
        """API version, kind, namespace and name."""
        return identity_of(self.body)

    @property
    def label(self) -> str:
        """How people name the object: `Kind namespace/name`."""
        _, kind, namespace, name = self.identity
        place = f"{namespace}/{name}" if namespace else name
        return f"{kind} {place}".strip()

    def comments(self) -> dict[Path, str]:
        """Return the comment for each path that has a reason; the last reason at a path wins."""
        return {one.path: one.why for one in self.settings}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file that is not YAML documents: a README, a script.

    Example:
        >>> "README.md" in [str(one.path) for one in rendered.files if isinstance(one, fabricgen.TextFile)]
        True
    """

    path: PurePosixPath
    text: str


File = Document | TextFile


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - a value is whatever YAML holds
    """Yield every scalar, empty mapping and empty list of a body with its path, in document order."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list | tuple) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value
