"""What Talos is told, in either form: a field of v1alpha1, or the document of its own that has taken its place.

Fed by Talos documents; read by rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fabricgen.fabric.systems import TalosDocument
from fabricgen.repository import Place
from fabricgen.repository.substitution import is_open

Path = tuple[str | int, ...]


class Told(NamedTuple):
    """One setting: the document that tells it, where, and the value."""

    document: TalosDocument
    path: Path
    value: Any

    @property
    def place(self) -> Place:
        """Where it is written."""
        return self.document.item.place(*self.document.prefix, *self.path)

    @property
    def label(self) -> str:
        """What people call the document."""
        name = self.document.get("name")
        return f"{self.document.kind} {name if isinstance(name, str) else ''}".strip() or "machine config"


def told(documents: Sequence[TalosDocument], path: str, *, kind: str = "", key: str = "") -> Iterator[Told]:
    """Yield what stands at `path` of v1alpha1, or at `key` of documents of `kind`; without a key, these documents.

    What is taken away, or filled in later, is not told.
    """
    for document in documents:
        if not document.kind:
            names: Path = tuple(path.split(".")) if path else ()
        elif document.kind == kind:
            names = tuple(key.split(".")) if key else ()
        else:
            continue
        if not document.kind and not path:
            continue
        value = document.get(*names)
        if value is not None and not is_deletion(value) and not is_open(value):
            yield Told(document, names, value)


def is_deletion(value: Any) -> bool:  # noqa: ANN401 - any part of a document
    """Tell whether this takes away what it stands for; talhelper wants the dollar sign twice."""
    return isinstance(value, Mapping) and "delete" in (value.get("$patch"), value.get("$$patch"))


def deletions(documents: Sequence[TalosDocument], kind: str) -> Iterator[Told]:
    """Yield the patches that take documents of `kind` away."""
    for document in documents:
        if document.kind == kind and is_deletion(document.body):
            yield Told(document, (), document.body)
