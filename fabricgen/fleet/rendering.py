"""`render` of many descriptions: everything is rendered, checked and planned before the first byte of any is written.

Fed by the command; what is rendered waits in the spool until `writing` brings it to disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fabricgen import pipeline
from fabricgen.errors import Problem, TreeError
from fabricgen.fleet.changes import Changes, changes_of, remembered
from fabricgen.fleet.plain import Plain
from fabricgen.fleet.spool import Spool, open_spool
from fabricgen.fleet.work import each
from fabricgen.fleet.writing import Job, Waiting, Written, write_all
from fabricgen.memory.answers import Source, look, look_at_plugins
from fabricgen.tree.lock import has_staging


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFleet:
    """What was done to each tree, in the order of the descriptions; and why some could not be written."""

    done: tuple[Changes, ...]
    problems: tuple[Problem, ...]


def render_fleet(paths: Sequence[Path], job: Job) -> RenderedFleet:
    """Render all descriptions, and write all trees: nothing at all if anything is wrong with any of them.

    A tree that cannot be written after that (a full disk, another render) keeps no other from being written.

    Raises:
        ProblemsError: descriptions, templates or trees are wrong, or two clusters have one name.
        CheckFailedError: documents do not pass their checks.
    """
    shared = job.order.shared(paths)
    known = {path: job.memory.recall(job.order.question("render", path)) for path in paths}
    unknown = [path for path in paths if known[path] is None]
    with open_spool() as spool:
        planned = _plan_all(unknown, job, spool)
        names = [answer[0] for answer in known.values() if answer is not None]
        pipeline.refuse_same_names([*names, *(one.changes.name for one in planned)])
        written = write_all(planned, job, spool)
    if job.memory.remembers and job.order.shared(paths) == shared:
        for path, one in zip(unknown, written, strict=True):
            _learn(path, one, job, shared)
    return _in_order(paths, known, dict(zip(unknown, written, strict=True)))


def _plan_all(paths: Sequence[Path], job: Job, spool: Spool) -> list[Waiting]:
    try:
        plain = each(paths, lambda path, number: _plan(path, number, job=job, spool=spool), jobs=job.jobs)
    except KeyboardInterrupt:
        job.patience.tell("interrupted; nothing was written")
        raise
    return [
        Waiting(
            number=number,
            changes=Changes(name=name, root=root, by_kind=by_kind),
            is_done=is_done,
            own=tuple(Source(*one) for one in own),
        )
        for number, (name, root, by_kind, is_done, own) in enumerate(plain)
    ]


def _plan(path: Path, number: int, *, job: Job, spool: Spool) -> Plain:
    """Return name, folder and changes of a tree, whether there is nothing to write, and what all that is made of.

    Raises:
        ProblemsError: the description, a template or the tree is wrong.
        CheckFailedError: a document does not pass its checks.
    """
    before = look("file", str(path))
    rendered = pipeline.render_file(path, templates=job.order.templates)
    root = job.order.output / rendered.cluster.name
    tree = look("folder", str(root))
    plan = pipeline.plan_output(rendered, job.order.output, force=job.force)
    if plan.problems:
        raise TreeError(plan.problems)
    is_done = plan.is_noop and not has_staging(root)
    if not is_done:
        spool.keep(number, rendered.texts)
    sources = (before, *look_at_plugins(), *((tree,) if is_done else ()))
    is_same = all(look(one.kind, one.path) == one for one in (before, tree))
    own = [list(one) for one in sources] if is_same else []
    return [rendered.cluster.name, str(root), changes_of(plan), is_done, own]


def _learn(path: Path, written: Written, job: Job, shared: Sequence[Source]) -> None:
    """Remember that there is nothing to do from now on, if that was seen."""
    if written.after is not None:
        one = written.after
        answer = [one.name, one.root, one.by_kind]
        job.memory.learn(job.order.question("render", path), answer, made_of=(*shared, *written.own))


def _in_order(
    paths: Sequence[Path], known: dict[Path, Plain | None], written: dict[Path, Written]
) -> RenderedFleet:
    done: list[Changes] = []
    problems: list[Problem] = []
    for path in paths:
        if (answer := known[path]) is not None:
            done.append(remembered(answer))
        elif written[path].problems:
            problems += written[path].problems
        else:
            done.append(written[path].changes)
    return RenderedFleet(done=tuple(done), problems=tuple(problems))
