"""A git repository with clusters that read artifacts, as `fabricgen push` finds it."""

import os
import subprocess
from pathlib import Path

from fabricgen.cli import main

DESCRIPTION = Path(__file__).parent.parent / "golden" / "registry-flux-cli" / "cluster.yaml"
WHEN = "2026-01-02T03:04:05+01:00"


def git(folder: Path, *words: str) -> str:
    """Run git as somebody, at a fixed time; return what it says."""
    people = {
        f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    fixed = {"GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        env={**os.environ, **people, **fixed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def make_repository(folder: Path, *names: str) -> None:
    """Write a description for each name, render, and commit; the folder becomes the current one for rendering."""
    text = DESCRIPTION.read_text(encoding="utf-8")
    (folder / "clusters").mkdir(parents=True)
    for name in names:
        (folder / "clusters" / f"{name}.yaml").write_text(
            text.replace("name: registry-flux-cli", f"name: {name}"), encoding="utf-8"
        )
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "https://bot:t0ken@example.org/fleet.git")
    assert main(["render", str(folder / "clusters"), "--output", str(folder / "gitops")]) == 0
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=fleet")
