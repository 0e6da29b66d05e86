"""New versions written into the text of a description: everything else in it stays as it is, byte for byte.

Fed by `planning` with moves; uses the editor of `yamlio`. Pure: text in, text out.
"""

import re
from collections.abc import Iterator, Sequence

from fabricgen.description import Description
from fabricgen.errors import DescriptionError, Path, Problem, format_path
from fabricgen.load import Loaded
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.pins import Pin, cilium_of, pins_of
from fabricgen.versions import format_minor, kubernetes_of, minor_of
from fabricgen.versions.version import Version
from fabricgen.yamlio import Position, read_value
from fabricgen.yamlio.edits import CannotEditError, Edit, edit_document

_KEY_ALONE = re.compile(r"(?P<margin>[ ]*)[A-Za-z]+:[ ]+[^{\[&*|>\s][^\n]*?(?P<end>\r?\n)")


def edit_description(text: str, loaded: Loaded, moves: Sequence[Move]) -> str:
    """Return the text with the moves made; `loaded` is what it says now.

    Raises DescriptionError where the change cannot be made without touching more.
    """
    edits = [edit for move in moves for edit in _edits(text, loaded.description, move)]
    added = [edit for edit in edits if edit.path not in loaded.positions]
    try:
        edited = (
            edit_document(text, [edit for edit in edits if edit not in added]) if edits != added else text
        )
        for one in sorted(added, key=lambda edit: -_line_beside(edit, loaded)):
            edited = _add(edited, one, below=_line_beside(one, loaded))
    except CannotEditError as error:
        raise DescriptionError([_by_hand(edits, loaded, reason=str(error))]) from error
    return edited


def _by_hand(edits: Sequence[Edit], loaded: Loaded, *, reason: str) -> Problem:
    first = edits[0].path
    place = loaded.positions.get(first, Position(line=0, column=0))
    return Problem(
        file=loaded.file,
        line=place.line,
        path=first,
        message=f"cannot be changed in place: {reason}",
        hint="; ".join(f"write {format_path(one.path)}: {one.value} by hand" for one in edits),
    )


def _line_beside(edit: Edit, loaded: Loaded) -> int:
    """Return the line, from 1, of the key beside which a new one belongs; 0 where there is none."""
    above = edit.path[:-1]
    beside = ("version", "enabled")
    return next(
        (loaded.positions[(*above, key)].line for key in beside if (*above, key) in loaded.positions), 0
    )


def _add(text: str, edit: Edit, *, below: int) -> str:
    """Return the text with a key that is not there yet, on a line of its own below another key of its mapping.

    ruamel.yaml would put it at the mapping's end, which is behind the comment of whatever comes next.
    """
    lines = text.splitlines(keepends=True)
    beside = _KEY_ALONE.fullmatch(lines[below - 1]) if below else None
    if beside is None:
        return edit_document(text, [edit])
    lines.insert(below, f"{beside['margin']}{edit.path[-1]}: {edit.value}{beside['end']}")
    edited = "".join(lines)
    if read_value(edited) != read_value(edit_document(text, [edit])):
        raise CannotEditError("a new key would not stand where it should")
    return edited


def _edits(text: str, description: Description, move: Move) -> Iterator[Edit]:
    if move.product == "talos":
        yield from _kept_contract(description, move)
    pins = {pin.name: pin for pin in pins_of(description)}
    if move.product == "gateway-api" and "gateway-api" not in pins:
        yield _set(_gateway_api_path(description), str(move.after))
        return
    yield _rewritten(text, pins[move.product], move.after)
    if move.product == "k3s" and "kubernetes" in pins:
        yield _rewritten(text, pins["kubernetes"], kubernetes_of(move.after))
    if move.product == "talos" and "talosctl" in pins and pins["talosctl"].version < move.after:
        yield _rewritten(text, pins["talosctl"], move.after)


def _kept_contract(description: Description, move: Move) -> Iterator[Edit]:
    """Yield the contract that the machine configs were made for, once the version no longer tells it.

    In docker talosctl makes them anew for the image. Source: upgrading-talos in Talos' documentation: a config that
    was made for an older minor keeps working on a newer one.
    """
    talos = description.distribution.talos
    if talos is None or talos.contract is not None or talos.docker is not None:
        return
    if minor_of(move.before) != minor_of(move.after):
        yield _set(("distribution", "talos", "contract"), f"v{format_minor(minor_of(move.before))}")


def _gateway_api_path(description: Description) -> Path:
    found = cilium_of(description)
    path: Path = found[0] if found else ("cni", "cilium")
    return (*path, "gatewayAPI", "version")


def _rewritten(text: str, pin: Pin, version: Version) -> Edit:
    """Return the edit of a pin, with a leading v where it had one."""
    was = read_value(text)
    for part in pin.path:
        was = was[part]
    return _set(pin.path, f"v{version}" if str(was).startswith("v") else str(version))


def _set(path: Path, value: str) -> Edit:
    return Edit("set", path, value)
