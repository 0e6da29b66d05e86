"""New versions written into the text of a description: everything else in it stays as it is, byte for byte.

Fed by `planning` with moves; uses the editor of `yamlio`. Pure: text in, text out.
"""

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


def edit_description(text: str, loaded: Loaded, moves: Sequence[Move]) -> str:
    """Return the text with the moves made; `loaded` is what it says now.

    Raises DescriptionError where the change cannot be made without touching more.
    """
    edits = [edit for move in moves for edit in _edits(text, loaded.description, move)]
    try:
        return edit_document(text, edits)
    except CannotEditError as error:
        first = edits[0].path
        place = loaded.positions.get(first, Position(line=0, column=0))
        raise DescriptionError(
            [
                Problem(
                    file=loaded.file,
                    line=place.line,
                    path=first,
                    message=f"cannot be changed in place: {error}",
                    hint="; ".join(f"write {format_path(one.path)}: {one.value} by hand" for one in edits),
                )
            ]
        ) from error


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
