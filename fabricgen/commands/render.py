"""`fabricgen render`: descriptions to trees. stdout: what changed; stderr: what was kept and why.

What renders is imported when there is anything to render: most runs find that nothing changed.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from fabricgen.commands.changes import report_edited
from fabricgen.commands.descriptions import find_wanted
from fabricgen.commands.progress import Progress
from fabricgen.commands.remembering import open_memory, order_of
from fabricgen.errors import Problem, TreeError
from fabricgen.fleet.changes import Changes, remembered
from fabricgen.memory import Memory
from fabricgen.memory.questions import Order
from fabricgen.validation.output.sentences import count


def run(args: argparse.Namespace) -> int:
    """Render everything in memory, plan every tree, then write. Returns 1 if a file edited by hand was kept."""
    paths = find_wanted(args)
    order, memory = order_of(args, "force" if args.force else ""), open_memory(args)
    problems: Sequence[Problem] = ()
    done = _known(paths, order, memory)
    if done is None:
        with Progress(f"render: {count(len(paths), 'description')}") as progress:
            done, problems = _render(paths, order, memory, args, progress)
    _print(done, as_json=args.format == "json")
    report_edited(done, out=sys.stderr)
    if problems:
        raise TreeError(problems)
    return 1 if any(one.edited for one in done) else 0


def _known(paths: Sequence[Path], order: Order, memory: Memory) -> tuple[Changes, ...] | None:
    """Return what there is to tell if nothing is to be done for any description; None if that is not known."""
    done: list[Changes] = []
    for path in paths:
        answer = memory.recall(order.question("render", path))
        if answer is None:
            return None
        done.append(remembered(answer))
    return tuple(done) if len({one.name for one in done}) == len(done) else None


def _render(
    paths: Sequence[Path], order: Order, memory: Memory, args: argparse.Namespace, progress: Progress
) -> tuple[tuple[Changes, ...], tuple[Problem, ...]]:
    from fabricgen.fleet.rendering import render_fleet  # noqa: PLC0415 - as said above
    from fabricgen.fleet.writing import Job  # noqa: PLC0415 - the same
    from fabricgen.tree import Patience  # noqa: PLC0415 - the same

    memory.forget_old()
    job = Job(
        order=order, force=args.force, memory=memory, jobs=args.jobs, patience=Patience(tell=progress.say)
    )
    fleet = render_fleet(paths, job)
    return fleet.done, fleet.problems


def _print(trees: Sequence[Changes], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({one.root: one.by_kind for one in trees}, indent=2))
        return
    for one in trees:
        counts = ", ".join(f"{len(paths)} {kind}" for kind, paths in one.by_kind.items() if paths)
        print(f"{one.root}: {counts or 'nothing to do'}")
