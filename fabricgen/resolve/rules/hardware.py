"""Rules about hardware classes, and what a node has by its own word, its classes and its board."""

from collections.abc import Iterator
from difflib import get_close_matches

from fabricgen.description import Description, Node
from fabricgen.description.nodes import Hardware
from fabricgen.errors import Path, Problem
from fabricgen.hardware import BUILT_IN


def class_chain(description: Description, name: str) -> tuple[tuple[str, Hardware], ...]:
    """Return the user's classes from `name` up, each once, even if they extend each other in a circle."""
    found: dict[str, Hardware] = {}
    while name in description.hardware and name not in found:
        found[name] = description.hardware[name]
        name = found[name].extends or ""
    return tuple(found.items())


def board_name(description: Description, node: Node) -> str:
    """Return the built-in class that the node's classes end at; "" if they end nowhere."""
    classes = class_chain(description, node.hardware or "")
    if node.hardware is None:
        return f"generic-{node.arch or 'amd64'}"
    last = classes[-1][1].extends if classes else node.hardware
    arches = (node.arch, *(one.arch for _, one in classes), "amd64")
    end = last or f"generic-{next(arch for arch in arches if arch)}"
    return end if end in BUILT_IN else ""


def _known_classes(description: Description) -> tuple[str, ...]:
    return (*description.hardware, *BUILT_IN)


def _unknown_class(description: Description, name: str, path: Path) -> Problem:
    known = _known_classes(description)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    return Problem(message=f"there is no hardware class {name}", path=path, hint=hint)


def rule_hardware_classes_exist(description: Description) -> Iterator[Problem]:
    """A class is built in, or one of `hardware`."""
    known = _known_classes(description)
    for name, hardware in description.hardware.items():
        if hardware.extends is not None and hardware.extends not in known:
            yield _unknown_class(description, hardware.extends, ("hardware", name, "extends"))
    for index, node in enumerate(description.nodes):
        if node.hardware is not None and node.hardware not in known:
            yield _unknown_class(description, node.hardware, ("nodes", index, "hardware"))


def rule_hardware_classes_have_names_of_their_own(description: Description) -> Iterator[Problem]:
    """A class that hides a built-in one would change what the name means."""
    for name in description.hardware:
        if name in BUILT_IN:
            hint = f"choose another name, with extends: {name}"
            yield Problem(message=f"{name} is built in", path=("hardware", name), hint=hint)


def rule_hardware_classes_do_not_extend_in_a_circle(description: Description) -> Iterator[Problem]:
    """Told once for each circle, at the class that was written first."""
    told: set[str] = set()
    for name in description.hardware:
        names = [one for one, _ in class_chain(description, name)]
        last = description.hardware[names[-1]].extends
        if last in names and last not in told and name in names[names.index(last) :]:
            told.update(names)
            circle = " → ".join((*names[names.index(last) :], last))
            yield Problem(
                message=f"classes extend each other in a circle: {circle}",
                path=("hardware", name, "extends"),
                hint="let one of them extend a built-in class, or nothing",
            )


def rule_arch_is_that_of_the_board(description: Description) -> Iterator[Problem]:
    """A board has one architecture; an image of another does not boot."""
    for name, hardware in description.hardware.items():
        board = BUILT_IN.get(hardware.extends or "")
        if board is not None and hardware.arch is not None and hardware.arch != board.arch:
            message = f"{hardware.extends} is {board.arch}, not {hardware.arch}"
            yield Problem(message=message, path=("hardware", name, "arch"), hint="remove it")
    for index, node in enumerate(description.nodes):
        arches = _class_arches(description, node)
        if node.arch is not None and arches and node.arch != arches[0][1]:
            message = f"{arches[0][0]} is {arches[0][1]}, not {node.arch}"
            yield Problem(
                message=message, path=("nodes", index, "arch"), hint="remove it, or choose another hardware"
            )


def _class_arches(description: Description, node: Node) -> list[tuple[str, str]]:
    """Return the classes of a node that say an architecture, nearest first."""
    classes = class_chain(description, node.hardware or "")
    own = [(name, hardware.arch) for name, hardware in classes if hardware.arch is not None]
    last = classes[-1][1].extends if classes else node.hardware
    board = BUILT_IN.get(last or "")
    return [*own, *([(last or "", board.arch)] if board is not None else [])]
