"""Many descriptions: the same trees however many processes work, all errors told together, nothing half done."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from homelab import command, environment, run, tree_of, write_description

from fabricgen.errors import CheckFailedError, FabricgenError, Problem, ProblemsError
from fabricgen.fleet.spool import open_spool
from fabricgen.fleet.work import each

NAMES = [f"c{number:02}" for number in range(7)]
PATHS = [Path(name) for name in NAMES]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A folder with seven descriptions."""
    for name in NAMES:
        write_description(tmp_path, name)
    return tmp_path


def _break(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / "clusters" / f"{name}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_trees_and_words_are_the_same_however_many_processes_work(fleet: Path) -> None:
    one = run(fleet, "render", "--jobs", "1", "--output", "gitops")
    first = tree_of(fleet / "gitops")
    (fleet / "gitops").rename(fleet / "first")
    three = run(fleet, "render", "--jobs", "3", "--output", "gitops")

    assert (one.returncode, one.stderr) == (0, "")
    assert (three.returncode, three.stdout, three.stderr) == (0, one.stdout, "")
    assert tree_of(fleet / "gitops") == first
    assert [line.partition(":")[0] for line in one.stdout.splitlines()] == [
        f"gitops/{name}" for name in NAMES
    ]


def test_a_check_says_the_same_however_many_processes_work(fleet: Path) -> None:
    run(fleet, "render")
    (fleet / "gitops" / "c03" / "README.md").write_text("mine\n", encoding="utf-8")

    one = run(fleet, "check", "--no-cache", "--jobs", "1", "--format", "json")
    three = run(fleet, "check", "--no-cache", "--jobs", "3", "--format", "json")

    assert one.returncode == 1
    assert '"README.md"' in one.stdout
    assert three.stdout == one.stdout


def test_one_change_in_a_fleet_costs_one_render(fleet: Path) -> None:
    run(fleet, "render")
    before = {one.name: one.stat().st_mtime_ns for one in (fleet / "cache" / "answers").iterdir()}

    _break(fleet, "c02", "10.0.0.240/28", "10.0.0.224/28")
    done = run(fleet, "render")

    after = {one.name: one.stat().st_mtime_ns for one in (fleet / "cache" / "answers").iterdir()}
    assert len(set(after.items()) - set(before.items())) == 1
    assert [line for line in done.stdout.splitlines() if not line.endswith(": nothing to do")] == [
        "gitops/c02: 4 changed"
    ]


def test_what_is_wrong_with_any_is_told_of_all_and_nothing_is_written(fleet: Path) -> None:
    _break(fleet, "c05", "nodes: [{", "nods: [{")
    _break(fleet, "c01", "nodes: [{", "nods: [{")

    done = run(fleet, "render", "--jobs", "2")

    assert done.returncode == 2
    places = [line.partition(": ")[0] for line in done.stderr.splitlines()]
    assert sorted(set(places)) == ["clusters/c01.yaml:8", "clusters/c05.yaml:8"]
    assert places == sorted(places)
    assert done.stdout == ""
    assert not (fleet / "gitops").exists()
    assert list((fleet / "tmp").iterdir()) == []


def test_two_clusters_of_one_name_are_refused_before_anything_is_written(fleet: Path) -> None:
    _break(fleet, "c05", "name: c05", "name: c01")

    done = run(fleet, "render")

    assert done.returncode == 2
    assert done.stderr.startswith("two descriptions are named c01: both would write the same folder")
    assert not (fleet / "gitops").exists()


def test_a_foreign_file_in_one_tree_keeps_all_from_being_written(fleet: Path) -> None:
    (fleet / "gitops" / "c04").mkdir(parents=True)
    (fleet / "gitops" / "c04" / "README.md").write_text("mine\n", encoding="utf-8")

    done = run(fleet, "render")

    assert done.returncode == 2
    assert "gitops/c04/README.md: is not ours" in done.stderr
    assert list((fleet / "gitops").iterdir()) == [fleet / "gitops" / "c04"]


def test_a_tree_that_refuses_to_be_written_keeps_no_other_from_it(fleet: Path) -> None:
    run(fleet, "render")
    (fleet / "gitops" / "c04" / "README.md").chmod(0o444)
    for name in NAMES:
        _break(fleet, name, "10.0.0.240/28", "10.0.0.224/28")

    done = run(fleet, "render")

    assert done.returncode == 2
    assert "gitops/c04/README.md: is read-only; nothing was written" in done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        f"gitops/{name}" for name in NAMES if name != "c04"
    ]
    assert "gitops/c04" in run(fleet, "check").stdout


@pytest.mark.parametrize("verb", ["check", "render"])
def test_all_is_every_description_and_nothing_beside_it(fleet: Path, verb: str) -> None:
    named = run(fleet, verb, "--all", "clusters/c01.yaml")
    every = run(fleet, verb, "--all")

    assert named.returncode == 2
    assert "--all is every description in clusters/, and others are named" in named.stderr
    assert every.returncode == (0 if verb == "render" else 1)
    assert all(f"gitops/{name}" in every.stdout for name in NAMES)


def test_a_worker_that_is_killed_is_told_and_said_to_have_written_nothing() -> None:
    parent = os.getpid()

    def die(path: Path, _: int) -> list[str]:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return [str(path)]

    with pytest.raises(FabricgenError, match=r"ended early: Killed; nothing was written.*--jobs 1"):
        each(PATHS, die, jobs=2)


def test_a_fault_of_ours_in_a_worker_comes_with_its_traceback() -> None:
    parent = os.getpid()

    def fail(path: Path, _: int) -> list[str]:
        known = {path: str(path)} if os.getpid() == parent else {}
        return [known[path]]

    with pytest.raises(FabricgenError, match="KeyError"):
        each(PATHS, fail, jobs=2)


def test_failed_checks_of_several_are_told_with_their_descriptions() -> None:
    def fail(path: Path, _: int) -> list[str]:
        raise CheckFailedError(f"README.md: {path} is wrong")

    with pytest.raises(CheckFailedError) as told:
        each(PATHS[:2], fail, jobs=1)

    assert str(told.value) == "c00: README.md: c00 is wrong\nc01: README.md: c01 is wrong"


def test_failed_checks_are_told_beside_wrong_input_in_the_order_of_descriptions() -> None:
    errors = [
        CheckFailedError("first"),
        ProblemsError([Problem(message="second")]),
        CheckFailedError("third"),
    ]

    def fail(_: Path, number: int) -> list[str]:
        raise errors[number]

    with pytest.raises(ProblemsError) as told:
        each(PATHS[:3], fail, jobs=2)

    assert str(told.value) == "c00: first\nsecond\nc02: third"


def test_no_description_gives_no_result() -> None:
    assert each([], lambda path, _: [str(path)], jobs=2) == []


def test_what_waits_is_gone_when_the_run_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    waiting: list[int] = []

    def fail() -> None:
        with open_spool() as spool:
            spool.keep(0, {})
            waiting.append(len(list(tmp_path.iterdir())))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    assert waiting == [1]
    assert list(tmp_path.iterdir()) == []


def _wait_for_spool(folder: Path) -> None:
    """Return when something was rendered and waits."""
    end = time.monotonic() + 60
    while not list(folder.glob("fabricgen-*/*")):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_interrupt_while_rendering_leaves_nothing_behind(tmp_path: Path) -> None:
    for number in range(60):
        write_description(tmp_path, f"c{number}")
    started = subprocess.Popen(
        command("render"),
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for_spool(tmp_path / "tmp")

    os.killpg(started.pid, signal.SIGINT)

    out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (130, "", "interrupted; nothing was written\n"), err
    assert not (tmp_path / "gitops").exists()
    assert list((tmp_path / "tmp").iterdir()) == []
