"""Real disks that are full or turn read-only: small ones in memory, in a namespace of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RENDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tree_folder import plan, read_texts, render
from fabricgen.tree import TreeError

root, old = Path(sys.argv[1]) / "home", {"a/1.yaml": "1\\n", "b.yaml": "old\\n"}
"""
FULL = """
render(root, old)
try:
    render(root, {"b.yaml": "new\\n", "c.yaml": "x" * 200_000})
except TreeError as error:
    print(error)
assert read_texts(root) == old and plan(root, old).is_noop
render(root, {"b.yaml": "new\\n"})
assert read_texts(root) == {"b.yaml": "new\\n"}
"""
READ_ONLY = """
import subprocess
render(root, old)
subprocess.run(["mount", "-o", "remount,ro", sys.argv[1]], check=True)
try:
    render(root, {"b.yaml": "new\\n"})
except TreeError as error:
    print(error)
assert read_texts(root) == old
subprocess.run(["mount", "-o", "remount,rw", sys.argv[1]], check=True)
render(root, {"b.yaml": "new\\n"})
assert read_texts(root) == {"b.yaml": "new\\n"}
"""


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where a disk can be mounted; the test is skipped where that is not allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    trial = ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", str(place)]
    if not shutil.which("unshare") or subprocess.run(trial, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here without being root")
    return place


def render_on(disk: Path, program: str) -> str:
    """Run a program on a fresh disk of 64 KiB; return what it prints."""
    script = 'mount -t tmpfs -o size=64k none "$1" && exec "$2" -c "$3" "$1" "$4"'
    words = [str(disk), sys.executable, RENDER + program, str(Path(__file__).parent)]
    command = ["unshare", "-Urm", "sh", "-c", script, "sh", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_full_disk_is_told_nothing_has_changed_and_less_still_fits(disk: Path) -> None:
    assert render_on(disk, FULL) == (
        f"{disk}/home/c.yaml: the system refuses to write it: No space left on device; "
        "Nothing was changed; make room on the disk and render again\n"
    )


def test_a_disk_that_is_read_only_is_told_and_written_once_it_is_not(disk: Path) -> None:
    said = render_on(disk, READ_ONLY)

    assert "the system refuses to write it: Read-only file system" in said
    assert said.endswith("Nothing was changed; mount the disk for writing and render again\n")
