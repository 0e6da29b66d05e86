"""Trees that wait in the spool -> disk, several at once: a write waits for the disk most of its time.

Threads rather than processes, so that nothing is killed in the middle of a tree: Ctrl-C ends the run after the trees that
are being written. Fed by `rendering`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fabricgen.errors import Problem, TreeError
from fabricgen.fleet.changes import Changes, changes_of
from fabricgen.fleet.spool import Spool
from fabricgen.memory.answers import Memory, Source, look
from fabricgen.memory.questions import Order
from fabricgen.tree import Patience, plan_tree, write_plan

_WRITERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """How a fleet is rendered.

    Attributes:
        order: what is wanted of each description.
        force: overwrite what was edited by hand, and what is someone else's.
        memory: what earlier runs found.
        jobs: processes; 0 is one a core.
        patience: with other renders.
    """

    order: Order
    force: bool
    memory: Memory
    jobs: int = 0
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A tree that is planned: what is to be done, whether that is nothing, and what the plan is made of, if it held still."""

    number: int
    changes: Changes
    is_done: bool
    own: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was done to a tree, or why it could not be; what the next render finds to do, and what that is made of."""

    changes: Changes
    problems: tuple[Problem, ...] = ()
    after: Changes | None = None
    own: tuple[Source, ...] = ()


def write_all(planned: Sequence[Waiting], job: Job, spool: Spool) -> list[Written]:
    """Write all trees, each as a whole or not at all; return what was done, in their order."""
    waiting = [one for one in planned if not one.is_done]
    fresh = dict(zip((one.number for one in waiting), _written(waiting, job, spool), strict=True))
    return [
        Written(changes=one.changes, after=one.changes if one.own else None, own=one.own)
        if one.is_done
        else fresh[one.number]
        for one in planned
    ]


def _written(waiting: Sequence[Waiting], job: Job, spool: Spool) -> list[Written]:
    if len(waiting) == 1:
        return [_write(waiting[0], job, spool)]
    done: list[Written] = []
    pool = ThreadPoolExecutor(_WRITERS)
    try:
        done.extend(pool.map(lambda one: _write(one, job, spool), waiting))
    except KeyboardInterrupt:
        pool.shutdown(cancel_futures=True)
        job.patience.tell(f"interrupted; {len(waiting)} trees were to be written, those that were are whole")
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return done


def _write(one: Waiting, job: Job, spool: Spool) -> Written:
    """Write a tree, and look at what the next render would find. Writes all of it, or nothing and says why."""
    root = Path(one.changes.root)
    try:
        texts = spool.take(one.number)
        done = changes_of(write_plan(plan_tree(root, texts, force=job.force), patience=job.patience))
        changes = Changes(name=one.changes.name, root=one.changes.root, by_kind=done)
        if not one.own or not job.memory.remembers:
            return Written(changes=changes)
        tree = look("folder", str(root))
        again = plan_tree(root, texts, force=job.force)
    except TreeError as error:
        return Written(changes=one.changes, problems=error.problems)
    if not again.is_noop or look("folder", str(root)) != tree:
        return Written(changes=changes)
    after = Changes(name=one.changes.name, root=one.changes.root, by_kind=changes_of(again))
    return Written(changes=changes, after=after, own=(*one.own, tree))
