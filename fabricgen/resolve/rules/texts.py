"""Every text that somebody wrote in a description, with its path. Used by rules about what no text may hold."""

from collections.abc import Iterator, Mapping, Sequence

from fabricgen.description import Description
from fabricgen.errors import Path


def texts_of(description: Description) -> Iterator[tuple[Path, str]]:
    """Yield every text that was written, in the order of the models; defaults are left out."""
    yield from _texts(description.model_dump(by_alias=True, exclude_unset=True), ())


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
