"""What is left when a render fails halfway, is killed, or meets another one."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree_folder import README, RELEASE, TEXTS, plan, read_texts, render, snapshot

from fabricgen.tree import RECORD_NAME, TreeError, read_record

STALE = "talos/node/stale.yaml"
OLD = TEXTS | {STALE: "old\n"}
NEW = {"README.md": "# new\n", str(RELEASE): TEXTS[str(RELEASE)], "flux/kustomization.yaml": "new\n"}
RENAMES = range(1, 6)  # the record, README.md, flux/kustomization.yaml, the stale file, the record
STAGING = ".fabricgen.tmp"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a cluster that was rendered from OLD, with a file of someone else's in it."""
    folder = tmp_path / "gitops" / "home"
    render(folder, OLD)
    (folder / "talos/mine.txt").write_text("mine\n")
    return folder


class FailingReplace:
    """`os.replace`, except that the calls of the given numbers fail; counts from 1."""

    def __init__(self, failing: range, error: BaseException) -> None:
        self.failing = failing
        self.error = error
        self.calls = 0
        self.replace = os.replace

    def __call__(self, source: Path, target: Path) -> None:
        self.calls += 1
        if self.calls in self.failing:
            raise self.error
        self.replace(source, target)


class ReadOnlyReplace:
    """`os.replace`, except that it can move nothing into or out of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.replace = os.replace

    def __call__(self, source: Path, target: Path) -> None:
        if self.folder in {Path(source).parent, Path(target).parent}:
            raise PermissionError(13, "Permission denied", source, 0, target)
        self.replace(source, target)


@pytest.fixture
def disk_is_full() -> Iterator[None]:
    """No file can grow beyond 4 KiB, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("number", RENAMES)
def test_when_a_rename_fails_everything_is_as_it_was(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = snapshot(tmp_path)
    error = OSError(28, "No space left on device")
    monkeypatch.setattr(os, "replace", FailingReplace(range(number, number + 1), error))

    with pytest.raises(
        TreeError, match="the system refuses to write it: No space left on device; Nothing was"
    ):
        render(root, NEW)

    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("number", RENAMES)
def test_when_a_render_is_interrupted_everything_is_as_it_was(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = snapshot(tmp_path)
    monkeypatch.setattr(os, "replace", FailingReplace(range(number, number + 1), KeyboardInterrupt()))

    with pytest.raises(KeyboardInterrupt):
        render(root, NEW)

    assert snapshot(tmp_path) == before


def test_a_render_that_does_not_fail_takes_as_many_renames_as_these_tests_let_fail(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = FailingReplace(range(0), OSError())
    monkeypatch.setattr(os, "replace", replace)

    render(root, NEW)

    assert replace.calls == len(RENAMES)
    assert read_texts(root) == NEW | {"talos/mine.txt": "mine\n"}


@pytest.mark.parametrize("number", RENAMES)
def test_when_a_first_render_fails_not_even_its_folders_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "replace", FailingReplace(range(number, number + 1), OSError(5, "Broken")))

    with pytest.raises(TreeError, match="Broken"):
        render(tmp_path / "gitops/home", NEW)

    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize("number", RENAMES)
def test_when_nothing_can_be_put_back_either_the_next_render_mends_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", FailingReplace(range(number, 99), OSError(5, "Input/output error")))
        with pytest.raises(TreeError):
            render(root, NEW)

    done = render(root, NEW | {"README.md": "# third\n"})

    assert done.edited == ()
    assert read_texts(root) == NEW | {"README.md": "# third\n", "talos/mine.txt": "mine\n"}


def test_what_could_not_be_put_back_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        os, "replace", FailingReplace(range(3, 99), OSError(5, "Input/output error", "a", 0, "b"))
    )

    with pytest.raises(TreeError) as caught:
        render(root, NEW)

    assert str(caught.value) == (
        "b: cannot be put back as it was: Input/output error; "
        "Some files are new, some old; render again once that is mended"
    )


KILLED = """
import os, sys
from pathlib import Path, PurePosixPath
from fabricgen.tree import plan_tree, write_plan

calls, replace = 0, os.replace

def replace_or_die(source, target):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os._exit(9)
    replace(source, target)

os.replace = replace_or_die
texts = dict(pair.split("=") for pair in sys.argv[3:])
write_plan(plan_tree(Path(sys.argv[1]), {PurePosixPath(name): text for name, text in texts.items()}))
"""


def render_until_killed(root: Path, texts: dict[str, str], *, at_rename: int) -> None:
    pairs = [f"{name}={text}" for name, text in texts.items()]
    command = [sys.executable, "-c", KILLED, str(root), str(at_rename), *pairs]
    assert subprocess.run(command, check=False).returncode == 9


@pytest.mark.parametrize("number", RENAMES)
def test_after_a_kill_the_next_render_knows_its_own_files_although_the_wish_has_changed(
    root: Path, number: int
) -> None:
    render_until_killed(root, NEW, at_rename=number)
    wish = {"README.md": "# third\n", "flux/kustomization.yaml": "third\n"}

    done = render(root, wish)

    assert (done.edited, done.foreign) == ((), ())
    assert read_texts(root) == wish | {"talos/mine.txt": "mine\n"}
    assert plan(root, wish).is_noop
    assert dict(read_record(root).pending) == {}


@pytest.mark.parametrize("number", RENAMES)
def test_after_a_kill_a_hand_edit_is_still_a_hand_edit(root: Path, number: int) -> None:
    render_until_killed(root, NEW, at_rename=number)
    (root / README).write_text("# mine\n")

    done = render(root, NEW)

    assert [change.path for change in done.edited] == [README]
    assert (root / README).read_text() == "# mine\n"


def test_a_file_that_someone_put_where_a_killed_render_would_have_is_theirs(root: Path) -> None:
    render_until_killed(root, NEW, at_rename=3)
    (root / "flux").mkdir(exist_ok=True)
    (root / "flux/kustomization.yaml").write_text("mine\n")

    assert [str(change.path) for change in plan(root, NEW).foreign] == ["flux/kustomization.yaml"]
    assert plan(root, OLD).foreign == ()


@pytest.mark.usefixtures("disk_is_full")
def test_when_the_disk_is_full_everything_is_as_it_was(tmp_path: Path, root: Path) -> None:
    before = snapshot(tmp_path)

    with pytest.raises(TreeError) as caught:
        render(root, NEW | {"infrastructure/crds.yaml": "x" * 5000})

    assert str(caught.value) == (
        f"{root}/infrastructure/crds.yaml: "
        "the system refuses to write it: File too large; Nothing was changed; make room on the disk and render again"
    )
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("folder", [".", "infrastructure/cilium", "talos/node", "flux"])
def test_a_folder_that_files_cannot_be_renamed_into_is_named_and_everything_is_as_it_was(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    before = snapshot(tmp_path)
    monkeypatch.setattr(os, "replace", ReadOnlyReplace(root / folder))

    with pytest.raises(TreeError) as caught:
        render(root, NEW | {str(RELEASE): "new\n"})

    assert str(caught.value).startswith(f"{root / folder}/")
    assert str(caught.value).endswith(
        "the system refuses to write it: Permission denied; Nothing was changed; "
        "see that you may write to it and to its folder (ls -ld), and render again"
    )
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only folder")
@pytest.mark.parametrize("folder", [".", "infrastructure/cilium", "talos/node"])
def test_a_read_only_folder_is_named_and_everything_is_as_it_was(
    tmp_path: Path, root: Path, folder: str
) -> None:
    (root / folder).chmod(0o555)
    before = snapshot(tmp_path)

    with pytest.raises(
        TreeError, match=r"the system refuses to write it: Permission denied; Nothing was changed"
    ):
        render(root, {str(RELEASE): "new\n"})

    after = snapshot(tmp_path)
    (root / folder).chmod(0o755)
    assert after == before


def test_the_record_is_written_before_and_after_the_files(root: Path) -> None:
    render_until_killed(root, NEW, at_rename=2)

    recorded = read_record(root)

    assert sorted(map(str, recorded.files)) == sorted(OLD)
    assert sorted(map(str, recorded.pending)) == ["README.md", "flux/kustomization.yaml"]
    assert (root / RECORD_NAME).stat().st_size > 0
