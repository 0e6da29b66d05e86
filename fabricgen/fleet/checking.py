"""`check` of many descriptions: those that nothing changed for are remembered, the others go through the pipeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fabricgen import pipeline
from fabricgen.fleet.plain import Plain, checked_of, plain_of
from fabricgen.fleet.work import each
from fabricgen.lint.selection import Selection
from fabricgen.memory.answers import Memory, Source, look, look_at_plugins
from fabricgen.memory.questions import Order
from fabricgen.pipeline import Checked, refuse_same_names


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFleet:
    """What was found of each description, and what all of it is made of; None where that changed under our hands."""

    checked: tuple[Checked, ...]
    made_of: tuple[Source, ...] | None


def check_fleet(
    paths: Sequence[Path], order: Order, selection: Selection, *, memory: Memory, jobs: int = 0
) -> CheckedFleet:
    """Return what differs and what is found, in the order of the descriptions. Writes nothing but the memory.

    Raises:
        ProblemsError: descriptions or templates are wrong, or two clusters have one name.
    """
    shared = order.shared(paths)
    known = {path: memory.recall(order.question("check", path)) for path in paths}
    unknown = [path for path in paths if known[path] is None]

    def step(path: Path, _number: int) -> Plain:
        return _check(path, order, selection)

    fresh = dict(zip(unknown, each(unknown, step, jobs=jobs), strict=True))
    if order.shared(paths) == shared:
        for path, (answer, own) in fresh.items():
            if own:
                sources = [Source(*one) for one in own]
                memory.learn(order.question("check", path), [answer, own], made_of=(*shared, *sources))
    every = [fresh.get(path, known[path]) for path in paths]
    checked = tuple(checked_of(answer) for answer, _ in every)
    refuse_same_names(one.name for one in checked)
    return CheckedFleet(checked=checked, made_of=_joined(shared, (own for _, own in every)))


def _check(path: Path, order: Order, selection: Selection) -> Plain:
    """Return what was found, and what it is made of besides what all descriptions share; empty if that changed meanwhile."""
    before = look("file", str(path))
    described = pipeline.describe(path, templates=order.templates)
    root = order.output / described.cluster.name
    tree = look("folder", str(root))
    checked = pipeline.check_described(described, order.output, selection=selection)
    is_same = (look("file", str(path)), look("folder", str(root))) == (before, tree)
    own = [list(one) for one in (before, tree, *look_at_plugins())]
    return [plain_of(checked), own if is_same else []]


def _joined(shared: Iterable[Source], own: Iterable[Plain]) -> tuple[Source, ...] | None:
    each_own = list(own)
    if not all(each_own):
        return None
    return (*shared, *(Source(*one) for sources in each_own for one in sources))


def still_holds(made_of: Iterable[Source]) -> bool:
    """Tell whether the files are as they were: what was told of them was read once more."""
    return all(look("file", one.path) == one for one in made_of if one.kind == "file")
