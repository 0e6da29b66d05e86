"""An object as it reaches the cluster: what a document says after kustomize and Flux have worked on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fabricgen.repository.document import Place, SourceDocument

if TYPE_CHECKING:
    from fabricgen.repository.flux import Layer


@dataclass(frozen=True, eq=False, kw_only=True)
class Item:
    """A document of a repository, as it is applied.

    Attributes:
        origin: where it is written.
        body: what it says after kustomize (namespace, patches) and Flux (substitutions); as written, where nothing
            applies it: a Talos patch, bootstrap values.
        layer: the Flux Kustomization that applies it; none for files that Flux does not apply.
        exact: whether `body` is all there is to know. A patch or a generator that only kustomize itself can work
            out leaves it inexact, and then what is missing in it may be there all the same.
        formerly: the namespaces and names that it had before kustomize gave it others, as written first; patches
            find it by these, too.
        parts: of a ConfigMap or Secret that is generated, the files behind its keys, as far as they are one document
            of YAML.

    Example:
        >>> def check(fabric):
        ...     for item in fabric.items:
        ...         if item.get("metadata", "labels", "owner") is None:
        ...             yield fabricgen.Hit.at(item, ("metadata",), f"{item.label} has no owner")
    """

    origin: SourceDocument
    body: Mapping[str, Any]
    layer: "Layer | None" = None
    exact: bool = True
    formerly: tuple[tuple[str, str], ...] = ()
    parts: Mapping[str, SourceDocument] = field(default_factory=dict)

    @cached_property
    def api_version(self) -> str:
        """`apiVersion`, or empty."""
        return _text(self.body.get("apiVersion"))

    @cached_property
    def kind(self) -> str:
        """`kind`, or empty."""
        return _text(self.body.get("kind"))

    @cached_property
    def group(self) -> str:
        """API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @cached_property
    def name(self) -> str:
        """`metadata.name`, or the top-level `name` of a Talos document."""
        metadata = self.body.get("metadata")
        return _text((metadata if isinstance(metadata, Mapping) else self.body).get("name"))

    @cached_property
    def namespace(self) -> str:
        """`metadata.namespace`, or empty."""
        metadata = self.body.get("metadata")
        return _text(metadata.get("namespace")) if isinstance(metadata, Mapping) else ""

    @property
    def label(self) -> str:
        """How people name the object: `Kind namespace/name`."""
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}".strip()

    def get(self, *path: str | int) -> Any:  # noqa: ANN401 - a document holds anything
        """Return what stands at `path`; nothing where something on the way is missing or no mapping or list."""
        value: Any = self.body
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
                value = value[part]
            else:
                return None
        return value

    def mapping(self, *path: str | int) -> Mapping[str, Any]:
        """Return the mapping at `path`, an empty one where there is none."""
        value = self.get(*path)
        return value if isinstance(value, Mapping) else {}

    def items(self, *path: str | int) -> list[Any]:
        """Return the list at `path`, an empty one where there is none."""
        value = self.get(*path)
        return value if isinstance(value, list) else []

    def place(self, *path: str | int) -> Place:
        """Return where `path` is written."""
        return self.origin.place(path)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
