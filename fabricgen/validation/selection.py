"""Which documents are left out, which are unwanted, and which parts are taken out before judging.

Fed by the options; used by the engine for each document, so that each question is answered from a set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.errors import DescriptionError, Problem
from fabricgen.validation.options import Options

Key = tuple[str, str]
"""`apiVersion` and `kind`."""
LIST: Final = "List"
"""How the kinds of lists end: kubectl and Flux apply what is in them, one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Kinds as people select them: `Secret`, `v1/Secret`, `apps/v1/Deployment`."""

    written: frozenset[str]

    def __contains__(self, key: Key) -> bool:
        """Tell whether (apiVersion, kind) is one of them."""
        api_version, kind = key
        return kind in self.written or f"{api_version}/{kind}" in self.written


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A part that is taken out of documents of a kind before they are judged."""

    kinds: Kinds | None
    keys: tuple[str, ...]

    def without(self, body: Mapping[str, Any], *, key: Key) -> Mapping[str, Any]:
        """Return `body` without this part; `body` itself is left as it is."""
        if self.kinds is not None and key not in self.kinds:
            return body
        return _without(body, self.keys)


def _without(body: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any]:
    first, *rest = keys
    if first not in body:
        return body
    if not rest:
        return {key: value for key, value in body.items() if key != first}
    inner = body[first]
    return {**body, first: _without(inner, tuple(rest))} if isinstance(inner, Mapping) else body


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the options say about kinds and parts."""

    skip: Kinds
    reject: Kinds
    removals: tuple[Removal, ...]

    def without(self, body: Mapping[str, Any], *, key: Key) -> Mapping[str, Any]:
        """Return a document of this kind without the parts that are not to be judged."""
        for removal in self.removals:
            body = removal.without(body, key=key)
        return body

    def touches(self, key: Key) -> bool:
        """Tell whether documents of a kind need more than their validator: a List is unpacked, some are left out."""
        return (
            key[1].endswith(LIST)
            or key in self.skip
            or key in self.reject
            or any(removal.kinds is None or key in removal.kinds for removal in self.removals)
        )


def read_selection(options: Options) -> Selection:
    """Return what the options select.

    Raises:
        DescriptionError: with every entry of `skip_paths` that has no JSON Pointer, or one that leads nowhere.
    """
    return Selection(
        skip=read_kinds(options.skip),
        reject=read_kinds(options.reject),
        removals=read_removals(options.skip_paths),
    )


def read_kinds(written: Iterable[str]) -> Kinds:
    """Return the kinds of a selection; empty entries are left out."""
    return Kinds(written=frozenset(one.strip() for one in written if one.strip()))


def read_removals(written: Iterable[str]) -> tuple[Removal, ...]:
    """Return what `/sops` or `v1/Secret:/data` take out.

    Raises:
        DescriptionError: with every entry that has no JSON Pointer, or one that leads nowhere.
    """
    entries = tuple(written)
    wrong = [
        Problem(
            message=f"{one!r} does not name a part of a document",
            hint="write a JSON Pointer, for one kind or for all: /sops, Secret:/sops, v1/Secret:/data/key",
        )
        for one in entries
        if not _pointer(one)
    ]
    if wrong:
        raise DescriptionError(wrong)
    return tuple(_removal(one) for one in entries)


def _pointer(written: str) -> tuple[str, ...]:
    pointer = written if written.startswith("/") else written.partition(":")[2]
    keys = pointer.split("/")[1:] if pointer.startswith("/") else []
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in keys) if all(keys) else ()


def _removal(written: str) -> Removal:
    scope = "" if written.startswith("/") else written.partition(":")[0]
    return Removal(kinds=read_kinds((scope,)) if scope else None, keys=_pointer(written))
