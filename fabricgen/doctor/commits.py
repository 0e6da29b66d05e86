"""Git: is it there, what does it ignore or hold that it should not, and does a hook look before each commit?"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import which
from typing import Final

from fabricgen.doctor.line import Line
from fabricgen.starting import missing_ignores

_KEYS: Final = ("talosconfig", "kubeconfig", "*.agekey")
_HOOKS: Final = ".pre-commit-config.yaml"
_CHECK: Final = "fabricgen check"


def see_git(root: Path) -> Iterator[Line]:
    """Yield whether git is there, whether the folder is a repository, and keys to the cluster that it holds."""
    if which("git") is None:
        yield Line(about="git", status="problem", said="git is not installed", todo="install git")
    elif not ask_git(root, "rev-parse", "--git-dir"):
        said = f"{root} is no repository of git, and Flux reads one"
        yield Line(about="git", status="note", said=said, todo=f"git init {root}")
    elif keys := ask_git(root, "ls-files", "--", *(f":(glob)**/{one}" for one in _KEYS)).split("\n"):
        held = ", ".join(filter(None, keys))
        if held:
            said = f"git holds keys to a cluster: {held}"
            todo = (
                "git rm --cached them, write them into .gitignore, and make new ones: history keeps the old"
            )
            yield Line(about="git", status="problem", said=said, todo=todo)
        else:
            yield Line(about="git", status="ok", said=f"{root} is a repository of git")


def see_ignored(root: Path, descriptions: Sequence[Path]) -> Iterator[Line]:
    """Yield what .gitignore lacks, and what it hides that must be committed."""
    place = root / ".gitignore"
    found = place.read_text(encoding="utf-8", errors="replace") if place.is_file() else ""
    names = [one.stem for one in descriptions] or ["home"]
    needed = [
        *(one.relative_to(root).as_posix() for one in descriptions),
        *(f"gitops/{name}/{file}" for name in names for file in ("README.md", ".fabricgen.json")),
    ]
    if hidden := ask_git(root, "check-ignore", "--no-index", "--", *needed):
        said = f"git ignores what has to be committed: {', '.join(hidden.splitlines())}"
        yield Line(
            about="gitignore",
            status="problem",
            said=said,
            todo="git check-ignore -v FILE says why",
        )
    missing = missing_ignores(found).split()
    if missing:
        said = f"{place} does not keep out: {', '.join(missing)}"
        yield Line(about="gitignore", status="note", said=said, todo=f"write them into {place}")
    elif not hidden:
        yield Line(about="gitignore", status="ok", said=f"{place} keeps out keys, and nothing that is needed")


def see_hook(root: Path) -> Iterator[Line]:
    """Yield whether something looks before each commit."""
    place = root / _HOOKS
    text = place.read_text(encoding="utf-8", errors="replace") if place.is_file() else ""
    if "fabricgen" not in text:
        said = f"{place} runs no fabricgen" if text else f"there is no {place}"
        yield Line(about="pre-commit", status="note", said=said, todo="add the hooks: docs/pre-commit.md")
        return
    hook = ask_git(root, "rev-parse", "--git-path", "hooks/pre-commit")
    if hook and (root / hook).is_file():
        yield Line(about="pre-commit", status="ok", said=f"the hook of {place} is installed")
    elif hook:
        said = f"{place} is there, and its hook is not installed in this clone"
        yield Line(about="pre-commit", status="note", said=said, todo="pre-commit install")


def ask_git(root: Path, *words: str) -> str:
    """Return what git says of the folder, without the last line end; nothing if it fails or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the words are ours, names stand behind --
            ["git", "-C", str(root), *words],  # noqa: S607 - git is where the user has it
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.rstrip("\n") if done.returncode == 0 else ""
