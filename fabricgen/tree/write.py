"""Writes a plan to disk, all or nothing. Fed by `plan`; the last step of the flow.

Everything new is staged first, in a folder inside the tree that only one render at a time may use. Then each file is
replaced by a rename. When a step fails, the steps before it are taken back. When the process is killed in between, the
record on disk is the plan's `transition`, which names each file of ours as it was and as it will be; the next render
carries on from there. Each stage is made durable before the next, so that this holds for a loss of power as well.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from fabricgen.atomic import sync_folder, write_new
from fabricgen.errors import Problem, TreeError
from fabricgen.tree.disk import read_file
from fabricgen.tree.lock import Patience, has_staging, open_staging
from fabricgen.tree.names import RECORD_NAME
from fabricgen.tree.plan import Plan, plan_tree
from fabricgen.tree.record import dump_record
from fabricgen.tree.refusal import KeepStagingError, refused

_Undo = list[Callable[[], object]]
_RECORD = PurePosixPath(RECORD_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One file to write or to remove."""

    root: Path
    path: PurePosixPath
    before: bytes | None  # what stands there now; None where nothing does
    staged: Path | None  # its new content; None when it is to be removed
    backup: Path  # where the file that stands there now goes

    @property
    def target(self) -> Path:
        return self.root / self.path


def write_plan(plan: Plan, *, patience: Patience | None = None) -> Plan:
    """Make the tree what the plan says: all of it, or nothing. A plan that is a no-op touches nothing.

    Returns the plan that was carried out: it is made anew once no other render can get in between, so that what
    changed since `plan` was made is judged by the same rules, and a file edited meanwhile is kept.

    Raises TreeError where foreign files are in the way, where another render is writing longer than `patience` lasts,
    where a file is read-only or changes under our hands, and where the system refuses a step.
    """
    if plan.problems:
        raise TreeError(plan.problems)
    if plan.is_noop and not has_staging(plan.root):
        return plan
    with (
        _removing_new_folders(plan.root),
        open_staging(plan.root, patience=patience or Patience()) as staging,
    ):
        current = _plan_again(plan)
        if problems := (*current.problems, *_find_read_only(current)):
            raise TreeError(problems)
        if not current.is_noop:
            _apply(current, _stage(current, staging))
    return current


def _plan_again(plan: Plan) -> Plan:
    files = {change.path: change.new_text for change in plan.changes if change.new_text is not None}
    return plan_tree(plan.root, files, force=plan.force)


def _find_read_only(plan: Plan) -> Iterator[Problem]:
    """Yield a problem for each file that its owner has protected; a rename would not even notice."""
    for change in () if plan.force else (*plan.changed, *plan.removed):
        place = plan.root / change.path
        with _failing_at(place):
            mode = place.lstat().st_mode
        if not mode & stat.S_IWUSR:
            hint = "Make it writable (chmod u+w), or overwrite it with --force"
            yield Problem(file=str(place), message="is read-only; nothing was written", hint=hint)


@contextmanager
def _removing_new_folders(root: Path) -> Iterator[None]:
    """Where the block fails, remove the folders down to `root` that are not there yet."""
    with _undoing() as undo:
        missing = [place for place in (root, *root.parents) if not place.exists()]
        undo.extend(partial(_remove_if_empty, folder) for folder in reversed(missing))
        yield


def _stage(plan: Plan, staging: Path) -> list[_Step]:
    """Write all new content into `staging` and return the steps, in the order that survives being killed."""
    transition, record = dump_record(plan.transition), dump_record(plan.record)
    contents: list[tuple[PurePosixPath, bytes | None, bytes | None]] = [
        (_RECORD, read_file(plan.root, _RECORD), transition),
        *(
            (change.path, change.on_disk, change.new_bytes)
            for change in (*plan.added, *plan.changed, *plan.removed)
        ),
        (_RECORD, transition, record),
    ]
    steps: list[_Step] = []
    for number, (path, before, after) in enumerate(contents):
        staged = None
        if after is not None:
            staged = staging / f"{number}.new"
            with _failing_at(plan.root / path):
                write_new(staged, after, mode=0o755 if path.suffix == ".sh" else 0o644)
        backup = staging / f"{number}.old"
        steps.append(_Step(root=plan.root, path=path, before=before, staged=staged, backup=backup))
    return steps


def _apply(plan: Plan, steps: list[_Step]) -> None:
    """Take all steps, or none. The record is on disk before the first file changes, and after the last one."""
    transition, *files, record = steps
    with _undoing() as undo:
        _take(transition, undo)
        _sync(plan.root)
        for step in files:
            _take(step, undo)
        _remove_emptied_folders(plan, undo)
        for folder in _folders_of(files):
            _sync(folder)
        _take(record, undo)
        _sync(plan.root)


def _sync(folder: Path) -> None:
    with _failing_at(folder):
        sync_folder(folder)


def _folders_of(steps: list[_Step]) -> list[Path]:
    """Return the folders in which a name may have come or gone."""
    folders = {step.root / folder for step in steps for folder in step.path.parents}
    return sorted(folder for folder in folders if folder.is_dir())


def _take(step: _Step, undo: _Undo) -> None:
    """Write or remove one file. How to take it back is noted first, so that no interrupt falls in between."""
    with _failing_at(step.target):
        _refuse_surprise(step)
        if step.staged is None:
            undo.append(partial(_take_back, step))
            step.target.replace(step.backup)
            return
        _make_folders(step.target.parent, undo)
        if step.before is not None:
            _copy(step.before, of=step.target, to=step.backup)
        undo.append(partial(_take_back, step))
        step.staged.replace(step.target)


def _refuse_surprise(step: _Step) -> None:
    """Raise TreeError if the file is not what the plan saw: someone else is at work."""
    if read_file(step.root, step.path) != step.before:
        message = "was changed by someone else while this render was writing"
        raise TreeError(
            [Problem(file=str(step.target), message=message, hint="Nothing was changed; render again")]
        )


def _take_back(step: _Step) -> None:
    """Undo one step. One that failed is left alone: where a file cannot be written, it cannot be put back either."""
    was_taken = step.backup.exists() if step.staged is None else not step.staged.exists()
    if not was_taken:
        return
    if step.before is not None:
        step.backup.replace(step.target)
    else:
        step.target.unlink()


def _copy(data: bytes, *, of: Path, to: Path) -> None:
    """Write `data`, which is what stands in `of`, with that one's mode and times: what is put back is what it was.

    A copy, since to rename the old file away would leave a moment in which there is none.
    """
    status = of.stat()
    write_new(to, data, mode=0o600, durable=False)
    to.chmod(stat.S_IMODE(status.st_mode))
    os.utime(to, ns=(status.st_atime_ns, status.st_mtime_ns))


def _make_folders(folder: Path, undo: _Undo) -> None:
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(exist_ok=True)
        undo.append(partial(_remove_if_empty, missing))


def _remove_if_empty(folder: Path) -> None:
    with suppress(
        OSError
    ):  # an empty folder that the system will not remove does no harm: git does not see it
        folder.rmdir()


def _remove_emptied_folders(plan: Plan, undo: _Undo) -> None:
    """Remove folders that held nothing but files that are gone, also those that a killed render left."""
    folders = {folder for path in plan.forgotten for folder in path.parents[:-1]}
    for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        place = plan.root / folder
        with suppress(OSError):  # not there, or not empty
            mode = stat.S_IMODE(place.lstat().st_mode)
            undo.append(partial(_restore_folder, place, mode=mode))
            place.rmdir()


def _restore_folder(place: Path, *, mode: int) -> None:
    with suppress(FileExistsError):
        place.mkdir()
        place.chmod(mode)


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
            raise KeepStagingError([Problem(file=place, message=message, hint=hint)]) from error
        raise


@contextmanager
def _failing_at(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refused(place, error) from error
