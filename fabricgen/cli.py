"""The command line: dispatch and exit codes. With `commands` the only place that prints.

Exit codes: 0 fine, 1 findings or drift, 2 the input is wrong, 3 our bug. Nothing is imported before it is known to be
needed: `validate` runs over ten documents in less time than argparse and typing take to import.
"""

from __future__ import annotations

import errno
import os
import sys

from fabricgen import __version__

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

_OBJECTS_BETWEEN_LOOKS = 100_000
_HINTS = {
    errno.ENOSPC: "make room on the disk, and run it again",
    errno.EDQUOT: "make room within your quota, and run it again",
    errno.EACCES: "change the permissions, or run it as the user whose file this is",
    errno.EPERM: "change the permissions, or run it as the user whose file this is",
    errno.EROFS: "this file system is read-only: write somewhere else",
    errno.EMFILE: "let more files be open at once: ulimit -n 4096",
    errno.ENOENT: "look whether something else removed it meanwhile",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Every error ends here as text on stderr."""
    try:
        return _flushed(list(sys.argv[1:] if argv is None else argv))
    except BrokenPipeError:
        _silence(sys.stdout)
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the user gets told what to do
        return _tell(error)


def _flushed(words: list[str]) -> int:
    """Run one command; what it printed has left when it ends, so that a full disk can still be told of."""
    try:
        return _run(words)
    finally:
        if sys.stdout is not None:  # as it is when it was closed before the start
            sys.stdout.flush()


def _silence(stream: TextIO) -> None:
    """Send what is still to be written nowhere: Python would try again at its end, and tell that it cannot."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


def _run(words: list[str]) -> int:
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    if words[:1] == ["validate"]:
        from fabricgen.commands.validate import run as validate  # noqa: PLC0415 - as said above

        return validate(words[1:])
    from fabricgen.commands.parser import command_module, parse  # noqa: PLC0415 - as said above

    arguments = parse(words)
    code: int = command_module(arguments.command).run(arguments)
    return code


def _tell(error: Exception) -> int:
    """Print what went wrong; return the exit code for it."""
    from fabricgen.errors import FabricgenError  # noqa: PLC0415 - most runs end well

    if isinstance(error, FabricgenError):
        _say(str(error))
        return error.exit_code
    if isinstance(error, OSError) and error.strerror:
        _say(_of_system(error))
        _silence(sys.stdout)
        return 2
    import traceback  # noqa: PLC0415 - as above

    traceback.print_exception(error)
    print(
        f"fabricgen {__version__}: this is a bug of fabricgen; nothing that you wrote should end like this. Please report "
        "it with the lines above and the command",
        file=sys.stderr,
    )
    return 3


def _say(text: str) -> None:
    """Print on stderr; what a terminal would obey in names and values of files comes out as escapes."""
    from fabricgen.validation.output.sentences import one_line  # noqa: PLC0415 - most runs end well

    print("\n".join(map(one_line, text.split("\n"))), file=sys.stderr)


def _of_system(error: OSError) -> str:
    """Return what the system refused, and what to do."""
    place = f"{error.filename}: " if error.filename is not None else ""
    hint = _HINTS.get(
        error.errno or 0, "see whether the file and the disk are there and yours, and run it again"
    )
    return f"{place}the system says: {error.strerror}; {hint}"


def _open_streams() -> None:
    """Open what was closed before the start, and let stdout say everything.

    A file that is opened later would get the number of a closed stream, and what is told would be written into it.
    What is told holds more than ASCII or a code page can say, and names that are not UTF-8.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(descriptor, "w" if number else "r", encoding="utf-8"))
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def run() -> None:
    """Run as the `fabricgen` command."""
    import gc  # noqa: PLC0415 - as said above

    if "_ARGCOMPLETE" in os.environ:  # the script of `fabricgen completion` asks
        from fabricgen.commands.completing import complete  # noqa: PLC0415 - as said above

        complete()
    # Hardly anything here is part of a cycle, and looking for cycles after every 700 objects takes 5 % of a run.
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 50, 50)
    _open_streams()
    sys.exit(main())
