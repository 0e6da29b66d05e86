"""A command on a terminal of its own, with answers typed at its prompts. For tests."""

import os
import pty
import sys
from collections.abc import Sequence
from pathlib import Path

CTRL_C = "\x03"
CTRL_D = "\x04"


def typed(command: Sequence[str], answers: Sequence[str], *, folder: Path) -> tuple[int, str]:
    """Return exit code and what stood on the terminal, answers included; each is typed when a prompt waits."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ.update(TERM="dumb", PYTHONWARNINGS="error", GIT_CEILING_DIRECTORIES=str(folder.parent))
        os.execv(sys.executable, [sys.executable, "-m", "fabricgen", *command])  # noqa: S606 - our own command, no shell
    seen = b""
    left = list(answers)
    while part := _read(terminal):
        seen += part
        if seen.endswith(b": ") and left:
            answer = left.pop(0)
            os.write(terminal, answer.encode() + (b"" if answer in {CTRL_C, CTRL_D} else b"\n"))
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), seen.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """Return the next bytes; none where the program has ended, which Linux calls an error of the terminal."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
