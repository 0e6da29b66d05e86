"""Compares what a tree should hold with what it holds, and writes nothing.

Fed by the pipeline with paths and text; feeds `write`, and the commands that show a difference.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from fabricgen.errors import Problem, TreeError
from fabricgen.tree.disk import list_names, read_file
from fabricgen.tree.names import find_bad_names, find_nested, find_twins, fold
from fabricgen.tree.record import Record, digest, read_record

_LOOKS = 20

Kind = Literal["add", "change", "remove", "keep", "edited", "foreign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one file.

    add: nothing is there. change: ours, and to be rewritten. remove: ours, and no longer wanted.
    keep: as it should be. edited: ours, but edited by hand; left alone.
    foreign: not ours, where a file of ours should go; nothing at all is written.

    Example:
        >>> plan = fabricgen.plan_output(rendered, Path("elsewhere"))
        >>> plan.changes[0].kind
        'add'
    """

    path: PurePosixPath
    kind: Kind
    on_disk: bytes | None  # what stands there now; None where nothing does
    new_text: str | None  # what should stand there; None where nothing should

    @property
    def new_bytes(self) -> bytes | None:
        """What is written: `new_text` in UTF-8."""
        return None if self.new_text is None else self.new_text.encode()

    @property
    def old_text(self) -> str | None:
        r"""What stands there now, for diffs: `\n` line ends, and stand-ins for what is not UTF-8."""
        return None if self.on_disk is None else self.on_disk.decode(errors="replace").replace("\r\n", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a render would do to the tree at `root`, file by file, sorted by path.

    `record` is the ownership record once it is done, and `record_changed` whether the one on disk says
    otherwise; `transition` is the record that stands on disk while files are being replaced. `forgotten` are the
    paths that the record on disk names, and that are no longer wanted.

    Example:
        >>> plan = fabricgen.plan_output(rendered, Path("elsewhere"))
        >>> len(plan.added) == len(rendered.texts), plan.is_noop
        (True, False)
    """

    root: Path
    changes: tuple[Change, ...]
    record: Record
    transition: Record
    record_changed: bool
    forgotten: frozenset[PurePosixPath]
    force: bool

    @property
    def added(self) -> tuple[Change, ...]:
        """Files that are not there yet."""
        return self._of("add")

    @property
    def changed(self) -> tuple[Change, ...]:
        """Files to be rewritten: ours; with `force` also those edited by hand, and foreign ones."""
        return self._of("change")

    @property
    def removed(self) -> tuple[Change, ...]:
        """Files of ours that are no longer wanted."""
        return self._of("remove")

    @property
    def kept(self) -> tuple[Change, ...]:
        """Files that are as they should be, and will not be touched."""
        return self._of("keep")

    @property
    def edited(self) -> tuple[Change, ...]:
        """Files of ours that were edited by hand, wanted or not; they will not be touched."""
        return self._of("edited")

    @property
    def foreign(self) -> tuple[Change, ...]:
        """Files of someone else's where ours should go: with any of them, `write_plan` refuses."""
        return self._of("foreign")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why `write_plan` would refuse, one for each foreign file; empty when it would not."""
        message = "is not ours, and stands where a file of ours should go"
        hint = "Move it away, or overwrite it with --force"
        return tuple(
            Problem(file=str(self.root / change.path), message=message, hint=hint) for change in self.foreign
        )

    @property
    def is_noop(self) -> bool:
        """Whether writing would change no byte, and not be refused. Files edited by hand do not count."""
        return not (self.added or self.changed or self.removed or self.foreign or self.record_changed)

    def _of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)


def plan_tree(root: Path, files: Mapping[PurePosixPath, str], *, force: bool = False) -> Plan:
    """Return what has to be done so that `root` holds `files`; with `force`, whatever stands in their place.

    Raises TreeError with every bad path, or with everything that is in the way: symlinks, folders, a record
    that cannot be read. Foreign files are no error here, so that a diff can show them: see `Plan.problems`.
    """
    recorded, disk = _look(root, files)
    owned = recorded.settle(disk).files
    changes = _compare(files, disk=disk, owned=owned, force=force)
    after = dict(_own_after(changes, owned))
    pending = {path: value for path, value in after.items() if owned.get(path) != value}
    return Plan(
        root=root,
        changes=changes,
        record=Record(files=after),
        transition=Record(files=owned, pending=pending),
        record_changed=recorded != Record(files=after),
        forgotten=frozenset({*recorded.files, *recorded.pending} - set(files)),
        force=force,
    )


def _look(root: Path, files: Mapping[PurePosixPath, str]) -> tuple[Record, dict[PurePosixPath, bytes | None]]:
    """Return the record and what stands on disk, of one moment.

    Another render replaces the record before its first file and after its last one. So if the record is the same
    before and after the files were read, it is the one that tells whose they are.
    """
    recorded = _check_input(root, files)
    for _ in range(_LOOKS):
        disk = _read_disk(root, files=files, recorded=recorded)
        before, recorded = recorded, read_record(root)
        if recorded == before:
            return recorded, disk
    message = f"has changed {_LOOKS} times while it was read"
    raise TreeError(
        [Problem(file=str(root), message=message, hint="Wait until nothing writes here any more")]
    )


def _check_input(root: Path, files: Mapping[PurePosixPath, str]) -> Record:
    """Return the record at `root`. Raises TreeError with its faults and those of `files`."""
    problems = [Problem(file=str(root), message=message) for message in _find_faults(files)]
    try:
        recorded = read_record(root)
    except TreeError as error:
        raise TreeError([*problems, *error.problems]) from error
    if problems:
        raise TreeError(problems)
    return recorded


def _find_faults(files: Mapping[PurePosixPath, str]) -> Iterator[str]:
    for name, reason in find_bad_names(str(path) for path in sorted(files)):
        yield f"cannot hold {name}, which {reason}"
    for file, other in find_nested(files):
        yield f"cannot hold both the file {str(file)!r} and {str(other)!r} inside it"
    for path, text in sorted(files.items()):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            yield f"cannot hold {str(path)!r}: its text at character {error.start}: {error.reason}"


def _read_disk(
    root: Path, *, files: Mapping[PurePosixPath, str], recorded: Record
) -> dict[PurePosixPath, bytes | None]:
    """Return what stands at each path that we want or wrote. Raises TreeError with everything in the way."""
    disk: dict[PurePosixPath, bytes | None] = {}
    problems: dict[Problem, None] = {}  # a folder in the way is in the way of many files, and told once
    for path in sorted({*files, *recorded.files, *recorded.pending}):
        try:
            disk[path] = read_file(root, path)
        except TreeError as error:
            problems.update(dict.fromkeys(error.problems))
    present = [path for path, data in disk.items() if path in files or data is not None]
    for first, second in (*find_twins(present), *_find_twins_on_disk(root, files)):
        message = f"'{first}' and '{second}' are one name on macOS and Windows"
        problems[Problem(file=str(root), message=message, hint="Rename or remove one of them")] = None
    if problems:
        raise TreeError(problems)
    return disk


def _find_twins_on_disk(
    root: Path, files: Mapping[PurePosixPath, str]
) -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """Yield pairs of a name on disk and a name that we want that are one on macOS and Windows, whoever owns the file on disk.

    On such a system itself the file that we want seems to be there, under the other spelling.
    """
    wanted = {place for path in files for place in (path, *path.parents[:-1])}
    folded = {fold(place): place for place in wanted}
    for folder in sorted({place.parent for place in wanted}):
        for place in (folder / name for name in list_names(root / folder)):
            twin = folded.get(fold(place), place)
            if place not in wanted and twin != place:
                yield min(place, twin), max(place, twin)


def _compare(
    files: Mapping[PurePosixPath, str],
    *,
    disk: Mapping[PurePosixPath, bytes | None],
    owned: Mapping[PurePosixPath, str],
    force: bool,
) -> tuple[Change, ...]:
    changes: list[Change] = []
    for path in sorted({*files, *owned}):
        old, new = disk[path], files.get(path)
        if old is None and new is None:
            continue  # of ours, no longer wanted, and someone has removed it already
        kind = _judge(old, new, recorded=owned.get(path), force=force)
        changes.append(Change(path=path, kind=kind, on_disk=old, new_text=new))
    return tuple(changes)


def _judge(old: bytes | None, new: str | None, *, recorded: str | None, force: bool) -> Kind:
    if old is None:
        return "add"
    found = digest(old)
    if new is not None and found == digest(new.encode()):
        return "keep"  # also where the record does not name it: after a merge, or when the record was lost
    if force or found == recorded:
        return "remove" if new is None else "change"
    return "foreign" if recorded is None else "edited"


def _own_after(
    changes: Iterable[Change], owned: Mapping[PurePosixPath, str]
) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield what the record will say. An edited file keeps its old hash, and so is reported each time."""
    for change in changes:
        if change.kind == "edited":
            yield change.path, owned[change.path]
        elif change.new_text is not None and change.kind != "foreign":
            yield change.path, digest(change.new_text.encode())
