"""Rules about Talos' images: extensions, kernel arguments, and the schematics that hold them."""

import re
from collections.abc import Iterator

from fabricgen.description import Description, Node
from fabricgen.errors import Path, Problem, format_path
from fabricgen.hardware import BUILT_IN
from fabricgen.resolve.machines import hardware_of, schematic_name
from fabricgen.resolve.rules.hardware import board_name
from fabricgen.schematic import is_plain

_EXTENSION = re.compile(r"[a-z0-9][-a-z0-9]*/[a-z0-9][-a-z0-9.]*")


def _extensions(description: Description) -> Iterator[tuple[Path, tuple[str, ...]]]:
    talos = description.distribution.talos
    yield ("distribution", "talos", "extensions"), talos.extensions if talos else ()
    for name, hardware in description.hardware.items():
        yield ("hardware", name, "extensions"), hardware.extensions
    for index, node in enumerate(description.nodes):
        yield ("nodes", index, "extensions"), node.extensions


def _kernel_args(description: Description) -> Iterator[tuple[Path, tuple[str, ...]]]:
    talos = description.distribution.talos
    yield ("distribution", "talos", "kernelArgs"), talos.kernel_args if talos else ()
    for name, hardware in description.hardware.items():
        yield ("hardware", name, "kernelArgs"), hardware.kernel_args


def rule_extensions_are_named_as_the_factory_does(description: Description) -> Iterator[Problem]:
    """The image factory knows extensions by owner and name, without registry and version.

    Source: https://docs.siderolabs.com/talos/v1.12/learn-more/image-factory
    """
    for path, names in _extensions(description):
        for index, name in enumerate(names):
            if _EXTENSION.fullmatch(name) is None:
                bare = re.sub(r"(:[^/]*|@.*)$", "", name).removeprefix("ghcr.io/")
                meant = bare if "/" in bare else f"siderolabs/{bare}"
                hint = f"did you mean {meant}?" if _EXTENSION.fullmatch(meant) else ""
                message = f"{name!r} is no extension such as siderolabs/iscsi-tools"
                yield Problem(message=message, path=(*path, index), hint=hint)


def rule_images_are_for_talos_on_machines(description: Description) -> Iterator[Problem]:
    """k3s runs on a system that has its own packages, and containers share the host's kernel."""
    talos = description.distribution.talos
    if talos is not None and talos.docker is None:
        return
    where = (
        "k3s runs on a system that you install" if talos is None else "containers run Talos' image as it is"
    )
    for path, texts in (*_extensions(description), *_kernel_args(description)):
        if texts:
            message = f"{texts[0]} goes into the image that a Talos machine is installed from, and {where}"
            yield Problem(message=message, path=path, hint="remove it")


def rule_schematics_have_an_id_that_is_known(description: Description) -> Iterator[Problem]:
    """The factory hashes the YAML it writes, and which quotes it would write depends on its release."""
    for path, texts in (*_extensions(description), *_kernel_args(description)):
        for index, text in enumerate(texts):
            if not is_plain(text):
                yield Problem(
                    message=f"{text!r} needs quotes in YAML, and which ones depends on the image factory's release, "
                    "so the ID of its image cannot be known here",
                    path=(*path, index),
                    hint="write text that begins with a letter, has no space at its ends, no ': ' and no ' #' in it, "
                    "and is no word such as on or null",
                )


def rule_schematics_have_files_of_their_own(description: Description) -> Iterator[Problem]:
    """A schematic's file is named after the hardware class, and after the node too if it has extensions of its own."""
    talos = description.distribution.talos
    first: dict[str, int] = {}
    for index, node in enumerate(description.nodes if talos and talos.docker is None else ()):
        one = first.setdefault(schematic_name(node), index)
        if _image_of(node) != _image_of(description.nodes[one]):
            other = description.nodes[one]
            yield Problem(
                message=f"the image of {node.name} and that of {format_path(('nodes', one))} ({other.name}) "
                f"would both be described in talos/schematics/{schematic_name(node)}.yaml",
                path=("nodes", index, "name"),
                hint="rename one of the hardware classes",
            )


def rule_boards_have_images_of_this_talos(description: Description) -> Iterator[Problem]:
    """The factory builds a board's images only from the Talos on that knows the board: see `hardware`."""
    talos = description.distribution.talos
    for index, node in enumerate(description.nodes if talos and talos.docker is None else ()):
        board = BUILT_IN.get(board_name(description, node))
        since = board.talos_since if board else None
        if since is not None and talos is not None and talos.version < since:
            yield Problem(
                message=f"the image factory has no {hardware_of(node)} image of Talos {talos.version}",
                path=("nodes", index, "hardware"),
                hint=f"use Talos {since} or newer",
            )


def _image_of(node: Node) -> tuple[str, str]:
    return hardware_of(node), node.name if node.extensions else ""
