"""Renders that are killed, or whose system refuses, at every single operation on files. Run as a program by the tests.

`os` is wrapped in the process that renders, so that each call that changes a file system is counted, and the n-th one is
where the process dies (SIGKILL) or the system refuses. One process imports and renders once, and forks for each point.
"""

import argparse
import errno
import gc
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any, Final

from fabricgen import cli, pipeline
from fabricgen.errors import TreeError
from fabricgen.tree import RECORD_NAME, Plan, read_record
from fabricgen.tree.record import digest

CLUSTERS: Final = Path(__file__).resolve().parent.parent / "clusters"
STAGING: Final = ".fabricgen.tmp"
OPERATIONS: Final = [
    "open",
    "write",
    "pwrite",
    "ftruncate",
    "fsync",
    "replace",
    "rename",
    "unlink",
    "mkdir",
    "rmdir",
    "chmod",
    "utime",
]
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_REAL: Final = {name: getattr(os, name) for name in OPERATIONS}

Texts = Mapping[PurePosixPath, str]
Content = dict[str, bytes]


@dataclass(kw_only=True)
class Break:
    """Where a render breaks: at the operation of number `at` (from 0), and if it `lasts` at all that follow.

    `error` is what the system says; 0 kills the process. `halfway` lets half of a write through first.
    """

    at: int = -1
    error: int = 0
    halfway: bool = False
    lasts: bool = False
    only: str = ""
    seen: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def wrap(self, name: str) -> Callable[..., Any]:
        """Return the operation with the break built in."""

        def operation(*args: Any, **options: Any) -> Any:
            if name == "open" and not args[1] & _WRITES:
                return _REAL[name](*args, **options)
            number = len(self.seen)
            self.seen.append(name)
            self.places.append(str(args[0]))
            hit = number == self.at or (self.lasts and 0 <= self.at <= number)
            if hit and self.only in {"", name}:
                if self.halfway and name == "write":
                    _REAL[name](args[0], bytes(args[1])[: len(args[1]) // 2])
                self.strike(args)
            return _REAL[name](*args, **options)

        return operation

    def strike(self, args: tuple[Any, ...]) -> None:
        """Kill this process, or refuse."""
        if not self.error:
            os.kill(os.getpid(), signal.SIGKILL)
        place = args[0] if isinstance(args[0], str | os.PathLike) else None
        raise OSError(self.error, os.strerror(self.error), place)

    @contextmanager
    def built_in(self) -> Iterator[None]:
        """Wrap `os` while the block runs."""
        for name in OPERATIONS:
            setattr(os, name, self.wrap(name))
        try:
            yield
        finally:
            for name, real in _REAL.items():
                setattr(os, name, real)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is there, what is wanted, by folder name of the cluster; `mine` is what someone else put there by hand."""

    before: Mapping[str, Texts]
    wish: Mapping[str, Texts]
    mine: Mapping[str, str] = field(default_factory=dict)
    force: bool = False
    crashed: Mapping[str, Texts] | None = None  # the wish of a render that was killed halfway before
    failing: str = ""  # an operation whose last call fails, so that everything is taken back
    command: bool = False


@cache
def rendered(name: str) -> pipeline.Rendered:
    return pipeline.render_all([CLUSTERS / f"{name}.yaml"])[0]


def texts(name: str) -> dict[PurePosixPath, str]:
    return dict(rendered(name).texts)


def some(name: str, *, start: str = "", every: int = 1) -> dict[PurePosixPath, str]:
    """Every so manieth text of a cluster, with something in front of its folder's name."""
    paths = sorted(texts(name))[::every]
    return {PurePosixPath(f"{start}{path}"): texts(name)[path] for path in paths}


def scenarios() -> dict[str, Callable[[], Scenario]]:
    """Return how each scenario is made."""
    return {
        "first": lambda: Scenario(
            before={}, wish={"a": texts("homeops")}, mine={"a/notes/mine.txt": "mine\n"}
        ),
        "mix": lambda: Scenario(
            before={"a": some("k3s-homelab", every=2)},
            wish={"a": some("joelclaw", every=2)},
            mine={"a/talos/mine.txt": "mine\n", "a/k3s/mine.txt": "mine\n"},
        ),
        "removal": lambda: Scenario(before={"a": texts("homeops")}, wish={"a": some("homeops", every=4)}),
        "renamed": lambda: Scenario(
            before={"a": some("joelclaw", every=3)}, wish={"a": some("joelclaw", start="moved/", every=3)}
        ),
        "forced": lambda: Scenario(
            before={"a": some("homeops", every=2)},
            wish={"a": some("homeops", every=3)},
            mine={f"a/{path}": "mine\n" for path in sorted(texts("homeops"))[::5]}
            | {"a/own/mine.txt": "mine\n"},
            force=True,
        ),
        "several": lambda: Scenario(
            before={"a": some("joelclaw", every=6)},
            wish={name: some(other, every=6) for name, other in _SEVERAL.items()},
        ),
        "again": lambda: Scenario(
            before={"a": some("homeops", every=4)},
            crashed={"a": some("talos-homelab", every=4)},
            wish={"a": some("joelclaw", every=4)},
        ),
        "undoing": lambda: Scenario(
            before={"a": some("homeops", every=2)}, wish={"a": some("joelclaw", every=2)}, failing="replace"
        ),
        "command": lambda: Scenario(before={}, wish={"homeops": texts("homeops")}, command=True),
    }


_SEVERAL: Final = {"a": "homeops", "b": "goldentooth", "c": "k3s-homelab"}


def plans(folder: Path, wish: Mapping[str, Texts], *, force: bool = False) -> list[Plan]:
    """Plan whole trees as `fabricgen render` does."""
    base = rendered("homeops")
    ready = [replace(base, cluster=replace(base.cluster, name=name), texts=one) for name, one in wish.items()]
    return [pipeline.plan_output(one, folder, force=force) for one in ready]


def render(folder: Path, case: Scenario) -> None:
    """Do what is wanted, by the whole command if the scenario says so. Raises SystemExit if it does not end well."""
    if not case.command:
        pipeline.write_output(plans(folder, case.wish, force=case.force))
        return
    with redirect_stdout(StringIO()):
        code = cli.main(["render", str(CLUSTERS / "homeops.yaml"), "--output", str(folder)])
    if code:
        raise SystemExit(code)


def in_child(act: Callable[[], object]) -> int:
    """Return how a child that does `act` ended: 0, or minus the signal that killed it."""
    child = os.fork()
    if not child:
        code = 3
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def content(folder: Path) -> Content:
    """Return every file by its path, and every folder with what no file holds."""
    places = sorted(folder.rglob("*"))
    return {
        place.relative_to(folder).as_posix(): place.read_bytes() if place.is_file() else b"\0"
        for place in places
    }


def prepare(base: Path, case: Scenario) -> None:
    """Make what is there before the render that breaks."""
    pipeline.write_output(plans(base, case.before))
    for path, text in case.mine.items():
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).unlink(missing_ok=True)
        (base / path).write_text(text)
    if case.crashed is not None:
        whole = count(base, base.with_name("counted"), replace(case, wish=case.crashed))
        stop = Break(at=len(whole) * 2 // 3)
        in_child(lambda: _broken(base, replace(case, wish=case.crashed or {}), stop))


def fresh(base: Path, work: Path) -> None:
    """Make `work` what `base` is. The files are linked, not copied: whoever writes into one is found out."""
    shutil.rmtree(work, ignore_errors=True)
    if base.exists():
        shutil.copytree(base, work, copy_function=_link)


def _link(source: str, target: str) -> None:
    """The lock is the one file that is written where it stands."""
    (shutil.copyfile if Path(source).name == "lock" else os.link)(source, target)


def _broken(folder: Path, case: Scenario, stop: Break) -> None:
    with stop.built_in():
        try:
            render(folder, case)
        finally:
            if stop.at >= len(stop.seen) and not stop.error:
                os.kill(os.getpid(), signal.SIGKILL)


def count(base: Path, work: Path, case: Scenario) -> list[str]:
    """Return the operations of the render, in order. Raises AssertionError if Python itself saw others."""
    fresh(base, work)
    told = work.with_name("operations.json")
    in_child(lambda: _count_in_child(work, case, told))
    return list(json.loads(told.read_text()))


_AUDITED: Final = {
    "os.rename": "replace",
    "os.remove": "unlink",
    "os.mkdir": "mkdir",
    "os.rmdir": "rmdir",
    "os.chmod": "chmod",
    "os.utime": "utime",
}


def _count_in_child(work: Path, case: Scenario, told: Path) -> None:
    audited: list[str] = []

    def listen(event: str, args: tuple[Any, ...]) -> None:
        if str(args[:1]).find(str(work)) < 0:
            return
        if event == "open" and args[2] & _WRITES:
            audited.append("open")
        elif event in _AUDITED:
            audited.append(_AUDITED[event])

    sys.addaudithook(listen)
    stop = failing(base_of=work, case=case) if case.failing else Break()
    with stop.built_in():
        try:
            render(work, case)
        except TreeError:
            assert case.failing
    told_of = {"open", *_AUDITED.values()}
    inside = zip(stop.seen, stop.places, strict=True)  # the whole command also writes what it remembers
    seen = [one for one, place in inside if one in told_of and str(work) in place]
    struck = 1 if case.failing else 0
    assert len(seen) - struck == len(audited), (len(seen), len(audited))
    told.write_text(json.dumps(stop.seen))


def failing(*, base_of: Path, case: Scenario) -> Break:
    """Return the break by which the last call of an operation fails, once."""
    trial = base_of.with_name("trial")
    fresh(base_of, trial)
    stop = Break()
    with stop.built_in():
        render(trial, case)
    last = len(stop.seen) - 1 - stop.seen[::-1].index(case.failing)
    return Break(at=last, error=errno.ENOSPC)


class Judge:
    """Says what is wrong with what a broken render left; `wanted` is what an unbroken one leaves."""

    def __init__(self, base: Path, case: Scenario) -> None:
        self.case = case
        self.old = content(base)
        clean = base.with_name("clean")
        fresh(base, clean)
        render(clean, case)
        self.wanted = content(clean)
        self.foreign = {
            path: text.encode() for path, text in case.mine.items() if self.wanted.get(path) == text.encode()
        }
        self.edits = {text.encode() for text in case.mine.values()}

    def faults(self, work: Path, *, whole: bool = False) -> Iterator[str]:
        """Yield what is wrong now; `whole`: nothing may have changed at all."""
        now = content(work)
        if whole:
            yield from (f"{path} is not as before" for path in _differences(now, self.old))
        for path in sorted({*now, *self.old, *self.wanted}):
            if f"/{STAGING}" in path or path.endswith(RECORD_NAME):
                continue
            if now.get(path) not in {self.old.get(path), self.wanted.get(path)} and now.get(path) != b"\0":
                yield f"{path} is neither old nor new"
        yield from (f"{path} was touched" for path, data in self.foreign.items() if now.get(path) != data)
        yield from self._false_records(work, now)

    def _false_records(self, work: Path, now: Content) -> Iterator[str]:
        """Yield files of ours that the record does not know, once it is there."""
        for name in {**self.case.before, **self.case.wish}:
            record = read_record(work / name)
            for path, data in now.items():
                own = PurePosixPath(path)
                if own.parts[0] != name or data == b"\0" or STAGING in path or own.name == RECORD_NAME:
                    continue
                inner = own.relative_to(name)
                known = {record.files.get(inner), record.pending.get(inner)}
                if data not in self.edits and digest(data) not in known:
                    yield f"{path} is not in the record"

    def mended(self, work: Path) -> Iterator[str]:
        """Render again; yield what is not as it would be without the break."""
        try:
            render(work, self.case)
            done = plans(work, self.case.wish)
        except (TreeError, SystemExit) as error:
            yield f"the next render is refused: {error}"
            return
        yield from (f"{path} is not as wanted" for path in _differences(content(work), self.wanted))
        yield from (f"{plan.root} is not done" for plan in done if not plan.is_noop)
        yield from (
            f"{one.path} is falsely someone else's" for plan in done for one in (*plan.edited, *plan.foreign)
        )


def _differences(one: Content, other: Content) -> list[str]:
    return sorted(path for path in {*one, *other} if one.get(path) != other.get(path))


def _note(faults: list[str], at: object, found: Iterator[str]) -> None:
    faults.extend(f"{at}: {one}" for one in found)


def kill_everywhere(folder: Path, case: Scenario, *, stride: int = 1) -> tuple[int, list[str]]:
    """Kill the render before each operation, within each write, and after the last; return points and faults."""
    base, work = folder / "base", folder / "work"
    prepare(base, case)
    judge, operations = Judge(base, case), count(base, work, case)
    failed = failing(base_of=base, case=case) if case.failing else None
    first = failed.at + 1 if failed else 0
    points = [(at, False) for at in range(first, len(operations) + 1)]
    points += [(at, True) for at in range(first, len(operations)) if operations[at] == "write"]
    faults: list[str] = []
    for at, halfway in points[::stride]:
        fresh(base, work)
        stop = Break(at=at, halfway=halfway)
        act = (
            _twice_broken(work, case, failed=failed.at, stop=stop)
            if failed
            else _once_broken(work, case, stop)
        )
        if in_child(act) != -signal.SIGKILL:
            faults.append(f"{at}: was not killed")
        name = f"{at} {operations[at] if at < len(operations) else 'end'} {'halfway' if halfway else ''}"
        _note(faults, name, judge.faults(work))
        _note(faults, name, judge.mended(work))
    if content(base) != judge.old:
        faults.append("a file was written into, where it stood")
    return len(points[::stride]), faults


def _once_broken(work: Path, case: Scenario, stop: Break) -> Callable[[], None]:
    return lambda: _broken(work, case, stop)


class _Twice(Break):
    """A break that refuses at one operation, and kills at a later one."""

    failed: int = -1

    def wrap(self, name: str) -> Callable[..., Any]:
        killing = super().wrap(name)

        def operation(*args: Any, **options: Any) -> Any:
            refused = len(self.seen) == self.failed
            if not refused:
                return killing(*args, **options)
            self.seen.append(name)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return operation


def _twice_broken(work: Path, case: Scenario, *, failed: int, stop: Break) -> Callable[[], None]:
    twice = _Twice(at=stop.at, halfway=stop.halfway)
    twice.failed = failed
    return lambda: _broken(work, case, twice)


REFUSALS: Final = {
    "full": Break(error=errno.ENOSPC, halfway=True, only="write", lasts=True),
    "failing": Break(error=errno.EIO, only="fsync"),
    "read-only": Break(error=errno.EROFS, lasts=True),
    "forbidden": Break(error=errno.EACCES),
}


def refuse_everywhere(folder: Path, case: Scenario, kind: str) -> tuple[int, list[str]]:
    """Have the system refuse each operation in turn; return points and faults."""
    base, work = folder / "base", folder / "work"
    prepare(base, case)
    judge, operations = Judge(base, case), count(base, work, case)
    pattern, faults = REFUSALS[kind], list[str]()
    points = [at for at, name in enumerate(operations) if pattern.only in {"", name}]
    for at in points:
        fresh(base, work)
        stop = replace(pattern, at=at, seen=[])
        code = "done"
        with stop.built_in():
            try:
                render(work, case)
            except TreeError as error:
                code = str(error)
        stuck = "cannot be put back" in code
        name = f"{at} {operations[at]}"
        _note(faults, name, judge.faults(work, whole=code != "done" and not stuck and not pattern.lasts))
        _note(faults, name, _unclear(code))
        # A folder that the system will not remove stays: it is empty, and git does not see it.
        _note(faults, name, (one for one in judge.mended(work) if operations[at] != "rmdir" or stuck))
    return len(points), faults


def _unclear(said: str) -> Iterator[str]:
    """Yield what a message lacks: place, what, and what to do."""
    if said != "done" and ("; " not in said or "/" not in said):
        yield f"is unclear: {said}"


def main() -> None:
    """Run one scenario in an empty folder; print how many points there were, and every fault."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("scenario")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--stride", type=int, default=1)
    arguments.add_argument("--refusal", default="")
    given = arguments.parse_args()
    case = scenarios()[given.scenario]()
    gc.freeze()  # a child then copies fewer pages
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.refusal:
        points, faults = refuse_everywhere(given.folder, case, given.refusal)
    else:
        points, faults = kill_everywhere(given.folder, case, stride=given.stride)
    sys.stdout.write(json.dumps({"points": points, "faults": faults}))


if __name__ == "__main__":
    main()
