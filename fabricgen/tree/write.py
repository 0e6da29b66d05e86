"""Writes a plan to disk, all or nothing. Fed by `plan`; the last step of the flow.

Everything new is staged first, in a folder inside the tree that is also the lock: it can be made only once.
Then each file is replaced by a rename. When a step fails, the steps before it are taken back. When the
process is killed in between, the record on disk is the plan's `transition`, which names each file of ours as
it was and as it will be; the next render carries on from there.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from fabricgen.errors import Problem, TreeError
from fabricgen.tree.names import RECORD_NAME, STAGING_NAME
from fabricgen.tree.plan import Plan, plan_tree
from fabricgen.tree.record import dump_record

_Undo = list[Callable[[], object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One file to write or to remove."""

    target: Path
    staged: Path | None  # its new content; None when it is to be removed
    backup: Path  # where the file that stands there now goes


def write_plan(plan: Plan) -> None:
    """Make the tree what the plan says: all of it, or nothing. A plan that is a no-op touches nothing.

    Raises TreeError where foreign files are in the way, where the tree is no longer what it was when the plan
    was made, where another render is writing it, and where the system refuses a step.
    """
    if plan.problems:
        raise TreeError(plan.problems)
    if plan.is_noop:
        return
    with _open_staging(plan.root) as staging:
        _refuse_outdated(plan)
        _apply(_stage(plan, staging))
    _remove_emptied_folders(plan)


def _refuse_outdated(plan: Plan) -> None:
    files = {change.path: change.new_text for change in plan.changes if change.new_text is not None}
    if plan_tree(plan.root, files, force=plan.force) != plan:
        message = "has changed since this render looked at it; nothing was written"
        raise TreeError([Problem(file=str(plan.root), message=message, hint="Render again")])


@contextmanager
def _open_staging(root: Path) -> Iterator[Path]:
    """Give an empty folder inside `root` for us alone. It is gone afterwards; on failure a new `root` too."""
    staging = root / STAGING_NAME
    with _undoing() as undo:
        with _failing_at(root):
            _make_folders(root, undo)
        _make_staging(staging)
        try:
            yield staging
        finally:
            _remove_staging(staging)


def _make_staging(staging: Path) -> None:
    with _failing_at(staging):
        try:
            staging.mkdir(mode=0o700)
        except FileExistsError as error:
            message = "is there already: another render is writing here, or one was killed"
            hint = "If none is running, delete this folder and render again"
            raise TreeError([Problem(file=str(staging), message=message, hint=hint)]) from error


def _remove_staging(staging: Path) -> None:
    try:
        for leftover in staging.iterdir():
            leftover.unlink()
        staging.rmdir()
    except OSError as error:
        message = f"cannot be removed: {error.strerror or error}"
        raise TreeError([Problem(file=str(staging), message=message, hint="Delete it by hand")]) from error


def _stage(plan: Plan, staging: Path) -> list[_Step]:
    """Write all new content into `staging` and return the steps, in the order that survives being killed."""
    contents: list[tuple[PurePosixPath, bytes | None]] = [
        (PurePosixPath(RECORD_NAME), dump_record(plan.transition)),
        *((change.path, change.new_bytes) for change in (*plan.added, *plan.changed, *plan.removed)),
        (PurePosixPath(RECORD_NAME), dump_record(plan.record)),
    ]
    steps: list[_Step] = []
    for number, (path, data) in enumerate(contents):
        target, staged = plan.root / path, None
        if data is not None:
            staged = staging / f"{number}.new"
            with _failing_at(target):
                _write_new(staged, data, mode=0o755 if path.suffix == ".sh" else 0o644)
        steps.append(_Step(target=target, staged=staged, backup=staging / f"{number}.old"))
    return steps


def _write_new(place: Path, data: bytes, *, mode: int) -> None:
    """Write a file that is not there yet; `mode` is subject to the umask."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _apply(steps: Iterable[_Step]) -> None:
    """Take all steps, or none."""
    with _undoing() as undo:
        for step in steps:
            with _failing_at(step.target):
                _take(step, undo)


def _take(step: _Step, undo: _Undo) -> None:
    """Write or remove one file. How to take it back is noted first, so that no interrupt falls in between."""
    if step.staged is None:
        undo.append(partial(_take_back, step, existed=True))
        step.target.replace(step.backup)
        return
    _make_folders(step.target.parent, undo)
    existed = step.target.exists()
    if existed:
        _copy(step.target, step.backup)
    undo.append(partial(_take_back, step, existed=existed))
    step.staged.replace(step.target)


def _take_back(step: _Step, *, existed: bool) -> None:
    """Undo one step. One that failed is left alone: where a file cannot be written, it cannot be put back either."""
    was_taken = step.backup.exists() if step.staged is None else not step.staged.exists()
    if not was_taken:
        return
    if existed:
        step.backup.replace(step.target)
    else:
        step.target.unlink()


def _copy(source: Path, copy: Path) -> None:
    """Copy with mode and times, so that what is put back is what it was.

    A copy, since to rename the old file away would leave a moment in which there is none.
    """
    status = source.stat()
    _write_new(copy, source.read_bytes(), mode=0o600)
    copy.chmod(stat.S_IMODE(status.st_mode))
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))


def _make_folders(folder: Path, undo: _Undo) -> None:
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(exist_ok=True)
        undo.append(partial(_remove_if_empty, missing))


def _remove_if_empty(folder: Path) -> None:
    with suppress(
        OSError
    ):  # an empty folder that the system will not remove does no harm: git does not see it
        folder.rmdir()


def _remove_emptied_folders(plan: Plan) -> None:
    for change in plan.removed:
        for folder in change.path.parents[:-1]:
            _remove_if_empty(plan.root / folder)


@contextmanager
def _undoing() -> Iterator[_Undo]:
    """Give a list to note on what takes each step back; when the block fails, it is worked off, last first.

    When a step cannot be taken back, those before it are not either: the first of them is the record's, and
    the record must go on naming the files as they are.
    """
    undo: _Undo = []
    try:
        yield undo
    except BaseException:
        try:
            for take_back in reversed(undo):
                take_back()
        except OSError as error:
            message = f"cannot be put back as it was: {error.strerror or error}"
            hint = "Some files are new, some old; render again once that is mended"
            place = str(error.filename2 or error.filename)
            raise TreeError([Problem(file=place, message=message, hint=hint)]) from error
        raise


@contextmanager
def _failing_at(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"the system refuses to write it: {error.strerror or error}"
        raise TreeError([Problem(file=str(place), message=message, hint="Nothing was changed")]) from error
