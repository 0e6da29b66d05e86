"""The command line: dispatch and exit codes. With `commands` the only place that prints.

Exit codes: 0 fine, 1 findings or drift, 2 the input is wrong, 3 our bug. Nothing is imported before it is known to be
needed: `validate` runs over ten documents in less time than argparse and typing take to import.
"""

from __future__ import annotations

import os
import sys

from fabricgen import __version__

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

_OBJECTS_BETWEEN_LOOKS = 100_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Every error ends here as text on stderr."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the user gets told what to do
        return _tell(error)


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
        print(error, file=sys.stderr)
        return error.exit_code
    import traceback  # noqa: PLC0415 - as above

    traceback.print_exception(error)
    print(f"fabricgen {__version__}: unexpected; please report this with the lines above", file=sys.stderr)
    return 3


def run() -> None:
    """Run as the `fabricgen` command."""
    import gc  # noqa: PLC0415 - as said above

    if "_ARGCOMPLETE" in os.environ:  # the script of `fabricgen completion` asks
        from fabricgen.commands.completing import complete  # noqa: PLC0415 - as said above

        complete()
    # Hardly anything here is part of a cycle, and looking for cycles after every 700 objects takes 5 % of a run.
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 50, 50)
    sys.exit(main())
