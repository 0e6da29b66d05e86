"""Two renders of one folder at once, and the lock that lets only one of them write."""

import errno
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tree_folder import TEXTS, plan, read_texts, render, snapshot

from fabricgen.tree import Patience, TreeError, write_plan
from fabricgen.tree import lock as locking

CLUSTERS = Path(__file__).parent.parent / "clusters"
STAGING = ".fabricgen.tmp"
NEW = TEXTS | {"README.md": "# new\n"}
HOLDER = """
import sys
from pathlib import Path
from fabricgen.tree.lock import Patience, open_staging

with open_staging(Path(sys.argv[1]), patience=Patience(seconds=0)) as staging:
    (staging / "0.new").write_text("half")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a cluster, rendered once."""
    folder = tmp_path / "gitops" / "home"
    render(folder, TEXTS)
    return folder


@pytest.fixture
def holder(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input is closed."""
    command = [sys.executable, "-c", HOLDER, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def refusing(number: int) -> Callable[[int, int], None]:
    """A `flock` of a file system that says no."""

    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(number, "refused")

    return refuse


def test_a_second_render_says_for_whom_it_waits_and_goes_on_when_that_one_is_done(
    root: Path, holder: subprocess.Popen[str]
) -> None:
    told: list[str] = []

    def tell(message: str) -> None:
        told.append(message)
        holder.communicate()

    write_plan(plan(root, NEW), patience=Patience(seconds=30, tell=tell))

    assert len(told) == 1
    assert told[0].startswith(f"{root}: another render (process {holder.pid} on ")
    assert told[0].endswith(") is writing here; waiting for it, 30 seconds at most")
    assert read_texts(root) == NEW


def test_a_second_render_that_waited_long_enough_says_who_is_in_the_way(
    root: Path, holder: subprocess.Popen[str]
) -> None:
    before = snapshot(root)

    with pytest.raises(TreeError) as caught:
        write_plan(plan(root, NEW), patience=Patience(seconds=0.1))

    assert str(caught.value).startswith(f"{root}: another render (process {holder.pid} on ")
    assert str(caught.value).endswith(
        "is writing here, and was not done within 0.1 seconds; nothing was written; "
        "Wait until it is done, or end it, and render again"
    )
    assert snapshot(root) == before


def test_a_render_that_was_killed_is_in_nobodys_way(root: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (root / STAGING / "0.new").read_text() == "half"

    write_plan(plan(root, NEW), patience=Patience(seconds=0))

    assert read_texts(root) == NEW


def test_a_render_that_has_nothing_to_do_clears_what_a_killed_one_left(
    root: Path, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    write_plan(plan(root, TEXTS), patience=Patience(seconds=0))

    assert not (root / STAGING).exists()


def test_a_file_of_someone_elses_in_the_folder_of_renders_is_not_removed(root: Path) -> None:
    (root / STAGING).mkdir()
    (root / STAGING / "mine.txt").write_text("mine\n")

    with pytest.raises(TreeError) as caught:
        render(root, NEW)

    assert str(caught.value) == (
        f"{root}/{STAGING}/mine.txt: is not ours, and lies in the folder that renders keep for themselves; "
        "Move it away and render again"
    )
    assert read_texts(root) == TEXTS | {f"{STAGING}/mine.txt": "mine\n"}


def test_a_link_in_place_of_that_folder_is_not_followed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / STAGING).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(TreeError, match="is a symlink, where a folder is needed"):
        render(root, NEW)

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EIO])
def test_a_file_system_without_locks_is_written_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(locking, "flock", refusing(number))

    render(root, NEW)

    assert read_texts(root) == NEW
    assert not (root / STAGING).exists()


def test_where_there_are_no_locks_a_killed_render_has_to_be_cleared_away_by_hand(
    root: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    monkeypatch.setattr(locking, "flock", refusing(errno.ENOLCK))

    with pytest.raises(TreeError) as caught:
        write_plan(plan(root, NEW), patience=Patience(seconds=0))

    assert str(caught.value).startswith(f"{root}/{STAGING}: is there already: another render (process ")
    assert str(caught.value).endswith(
        "this file system has no locks to tell; If none is running, delete this folder and render again"
    )
    assert read_texts(root) == TEXTS | {
        f"{STAGING}/0.new": "half",
        f"{STAGING}/lock": (root / STAGING / "lock").read_text(),
    }


def test_four_commands_at_once_all_end_well_and_leave_one_whole_tree(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fabricgen", "render", str(CLUSTERS / "joelclaw.yaml"), "--output"]
    started = [
        subprocess.Popen([*command, str(tmp_path / "gitops")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    said = [process.communicate(timeout=120)[0] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert sum("added" in one for one in said) == 1
    assert sum("nothing to do" in one for one in said) == 3
    assert not (tmp_path / "gitops/joelclaw" / STAGING).exists()
