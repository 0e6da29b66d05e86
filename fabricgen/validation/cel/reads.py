"""Which parts of `self` an expression reads, so that no more is handed to the runtime: handing over costs the most.

Fed by `rules` with located trees; `handing` cuts by what comes out.
"""

from collections.abc import Iterable, Iterator

from fabricgen.errors import Path
from fabricgen.validation.cel.expression import Expression, Ident, Select, children

Reads = dict[str, "Reads | None"]
"""The fields that are read and what is read of each; nothing stands for the whole."""


def reads(trees: Iterable[Expression]) -> Reads | None:
    """Return what any of the expressions reads of `self`."""
    found: Reads = {}
    for path in sorted({path for tree in trees for path in _paths(tree)}, key=len):
        if not path:
            return None
        _add(found, path)
    return found


def _add(found: Reads, path: Path) -> None:
    *above, last = map(str, path)
    for name in above:
        inner = found.setdefault(name, {})
        if inner is None:
            return
        found = inner
    found.setdefault(last, None)


def _paths(node: Expression) -> Iterator[Path]:
    names: list[str] = []
    below = node
    while isinstance(below, Select):
        names.append(below.field)
        below = below.operand
    if isinstance(below, Ident):
        if below.name == "self":
            yield tuple(reversed(names))
        return
    for child in children(below):
        yield from _paths(child)
