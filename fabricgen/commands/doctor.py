"""`fabricgen doctor`: how a repository is set up. stdout: a line for each thing, or JSON; stderr: how many of each."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from fabricgen.commands.progress import Progress
from fabricgen.doctor import Line, examine
from fabricgen.errors import Problem, ProblemsError
from fabricgen.validation.output.sentences import one_line

if TYPE_CHECKING:
    from pathlib import Path

_STATUSES: Final = ("ok", "note", "problem")
_WIDE: Final = len("problem") + 2


def run(args: argparse.Namespace) -> int:
    """Print every line. Returns 1 if anything is broken."""
    folder: Path = args.folder
    if not folder.is_dir():
        message = "is no folder" if folder.exists() else "does not exist"
        raise ProblemsError([Problem(message=message, file=str(folder), hint="name a folder")])
    with Progress("doctor"):
        lines = examine(folder)
    counts = Counter(line.status for line in lines)
    if args.format == "json":
        summary = {status: counts[status] for status in _STATUSES}
        told = {"lines": [asdict(line) for line in lines], "summary": summary}
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print("\n".join(one_line(row) for line in lines for row in _rows(line)))
        print(", ".join(f"{counts[status]} {status}" for status in _STATUSES), file=sys.stderr)
    return 1 if counts["problem"] else 0


def _rows(line: Line) -> Iterator[str]:
    yield f"{line.status:<{_WIDE}}{line.said}"
    if line.todo:
        yield f"{'':<{_WIDE}}  {line.todo}"
