"""Where tools are installed, and how a step of that is run. Used by `install_tools` and `npm_tools`."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tests" / "tools"
BIN = ROOT / ".tools" / "bin"


class CannotInstallError(Exception):
    """Why a tool cannot be installed here, in a sentence."""


def run(what: str, command: Sequence[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command; raise CannotInstallError with the last lines of what it said if it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise CannotInstallError(f"{what} says: {' / '.join(said[-3:]) or 'nothing'}")
