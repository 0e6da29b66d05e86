"""Where files come from: the repository, the commit, and its date, as git tells. Feeds `artifact`.

No clock: `created` is the date of the commit, so that publishing twice makes the same artifact.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fabricgen.errors import DriftError


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What is known of where files come from; an empty text is what is not.

    `revision` is written as Flux does, `main@sha1:<commit>`, or `sha1:<commit>` where no branch is checked out.
    `created` is RFC 3339 in UTC. `shallow` says that git has only the newest commits here.
    Source: https://github.com/fluxcd/flux2/tree/v2.9.4/rfcs/0005-artifact-revision-and-digest
    """

    source: str = ""
    revision: str = ""
    created: str = ""
    shallow: bool = False


def find_origin(root: Path, folders: Sequence[str], *, committed: bool = True) -> Origin:
    """Return the newest commit that changed any of the folders below `root`; nothing where there is no git.

    A commit that changes other files leaves the artifact as it is, and Flux has nothing to do. Raises DriftError if,
    with `committed`, there are changes that no commit has: no revision would name what is published.
    """
    if shutil.which("git") is None or not _git(root, "rev-parse", "--show-toplevel"):
        return Origin()
    if committed and (
        changed := _git(root, "status", "--porcelain", "--untracked-files=all", "--", *folders)
    ):
        listed = "\n".join(f"{root}: not committed: {line[3:]}" for line in changed.splitlines())
        raise DriftError(f"{listed}\n{root}: commit it, name the revision with --revision, or --force")
    commit, _, date = _git(root, "log", "-1", "--format=%H %ct", "--", *folders).partition(" ")
    source = without_credentials(_git(root, "config", "--get", "remote.origin.url"))
    if not commit:
        return Origin(source=source)
    branch = _git(root, "branch", "--show-current")
    algorithm = "sha1" if len(commit) == 40 else "sha256"  # noqa: PLR2004 - the digits of a SHA-1
    return Origin(
        source=source,
        revision=f"{branch}@{algorithm}:{commit}" if branch else f"{algorithm}:{commit}",
        created=datetime.fromtimestamp(int(date), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        shallow=_git(root, "rev-parse", "--is-shallow-repository") == "true",
    )


def without_credentials(url: str) -> str:
    """Return an address without user and password; `git@` of ssh, which is no secret, stays."""
    return re.sub(r"^(https?://)[^/@]*@", r"\1", re.sub(r"^(ssh://[^/@:]*):[^/@]*@", r"\1@", url))


def _git(root: Path, *words: str) -> str:
    """Return what git says, without the last line end; nothing if it fails."""
    done = subprocess.run(  # noqa: S603 - no shell; the words are ours, the paths stand behind --
        ["git", "-C", str(root), *words],  # noqa: S607 - git is where the user has it
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return done.stdout.rstrip("\n") if done.returncode == 0 else ""
