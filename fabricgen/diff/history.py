"""What stood in git at a commit: a description, its templates, the committed tree. Reads only; runs git itself.

Feeds `report`. Nothing is checked out, so the work tree and the index stay as they are.
"""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import which

from fabricgen.errors import Problem, ProblemsError
from fabricgen.yamlio import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of a repository; `name` is what it was asked for by."""

    git: str
    root: Path
    name: str
    hash: str

    def text(self, path: Path) -> str | None:
        """Return a file as it stood then; None if it was not there. Raises ProblemsError as `_inside`."""
        done = _run(self.git, self.root, "cat-file", "blob", f"{self.hash}:{self._inside(path)}")
        return None if done is None else decode(done)

    def files(self, folder: Path) -> Mapping[PurePosixPath, str]:
        """Return the files below a folder as they stood then, by their path in it; links and submodules left out."""
        prefix = f"{self._inside(folder)}/"
        listed = (
            _run(self.git, self.root, "ls-tree", "-r", "-z", "--full-tree", self.hash, "--", prefix) or b""
        )
        found: dict[PurePosixPath, str] = {}
        for entry in filter(None, listed.split(b"\0")):
            about, _, name = entry.partition(b"\t")
            mode, _, blob = about.split(b" ")
            if mode in {b"100644", b"100755"}:
                place = PurePosixPath(name.decode("utf-8", "surrogateescape").removeprefix(prefix))
                found[place] = blob.decode()
        return dict(zip(found, self._blobs(list(found.values())), strict=True))

    def _blobs(self, hashes: list[str]) -> Iterator[str]:
        """Yield texts in the order asked for. Source: `git help cat-file`, BATCH OUTPUT."""
        answer = _run(self.git, self.root, "cat-file", "--batch", given="\n".join(hashes).encode()) or b""
        place = 0
        for _ in hashes:
            head = answer.index(b"\n", place)
            size = int(answer[place:head].rpartition(b" ")[2])
            yield answer[head + 1 : head + 1 + size].decode("utf-8", "replace")
            place = head + 1 + size + 1

    def _inside(self, path: Path) -> str:
        """Return a path from the root of the repository. Raises ProblemsError if it lies elsewhere."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            message = f"lies outside {self.root}, the repository in which {self.name} is looked for"
            raise ProblemsError([Problem(file=str(path), message=message)]) from None


def find_commit(beside: Path, name: str) -> Commit:
    """Return the commit of this name in the repository that holds `beside`.

    Raises:
        ProblemsError: there is no git, no repository, or no such commit.
    """
    git = which("git")
    if git is None:
        raise ProblemsError(
            [
                Problem(
                    message=f"--against {name} needs git, which is not installed",
                    hint="install git, or leave out --against",
                )
            ]
        )
    if name.startswith("-"):
        raise ProblemsError(
            [
                Problem(
                    message=f"--against {name}: that is an option, not a commit",
                    hint="name a branch, a tag or a commit",
                )
            ]
        )
    folder = beside.resolve().parent
    top = _run(git, folder, "rev-parse", "--show-toplevel")
    if top is None:
        message = f"--against {name}: {folder} is in no Git repository"
        raise ProblemsError([Problem(message=message)])
    root = Path(top.decode("utf-8", "surrogateescape").rstrip("\n")).resolve()
    found = _run(git, root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found is None:
        hint = "name a branch, tag or commit that is here; a shallow clone may lack it (`git fetch`)"
        raise ProblemsError(
            [Problem(message=f"--against {name}: git knows no such commit in {root}", hint=hint)]
        )
    return Commit(git=git, root=root, name=name, hash=found.decode().strip())


def _run(git: str, folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """Return what git prints; None if it fails."""
    done = subprocess.run(  # noqa: S603 - git itself, with names that cannot be taken for options
        [git, "-C", str(folder), *arguments], capture_output=True, check=False, input=given
    )
    return done.stdout if done.returncode == 0 else None
