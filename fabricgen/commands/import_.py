"""`fabricgen import`: the description of what somebody has. stdout: report, or description; stderr: talk."""

import argparse
import json
import sys
from pathlib import Path

from fabricgen.atomic import write_new
from fabricgen.commands.progress import Progress
from fabricgen.errors import Problem, ProblemsError
from fabricgen.importing import Imported, Wanted, import_path
from fabricgen.importing.telling import as_data, as_lines
from fabricgen.validation.output.sentences import one_line


def run(args: argparse.Namespace) -> int:
    """Import, write, tell. Returns 2 while a fact is missing, else 0."""
    wanted = Wanted(name=args.name, cluster=args.cluster, sets=tuple(args.sets), nodes=tuple(args.nodes))
    with Progress("import: reading"):
        imported = import_path(args.path, wanted)
    file = args.output or Path("clusters") / f"{imported.name}.yaml"
    written = ""
    if not args.dry_run and (args.draft or not imported.problems):
        _write(file, imported.text)
        written = str(file)
    _tell(imported, args, written)
    return 2 if imported.problems else 0


def _write(file: Path, text: str) -> None:
    """Write a file that is not there yet. Raises ProblemsError if it is, or if the system refuses."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_new(file, text.encode(), mode=0o666)
    except FileExistsError as error:
        hint = "nothing was written; name another file with --output, or look with --dry-run"
        raise ProblemsError(
            [Problem(message="there is a file already", file=str(file), hint=hint)]
        ) from error
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise ProblemsError([Problem(message=message, file=str(file))]) from error


def _tell(imported: Imported, args: argparse.Namespace, written: str) -> None:
    if args.format == "json":
        print(json.dumps(as_data(imported, file=written), indent=2))
    else:
        if args.dry_run:
            print(imported.text)
        print("\n".join(as_lines(imported, marks=args.format == "markdown")))
    for problem in imported.problems:
        print(one_line(str(problem)), file=sys.stderr)
    if written:
        print(f"written: {written}; next: fabricgen render {written}", file=sys.stderr)
    elif imported.problems:
        print("nothing was written: tell what is missing by these flags, or write a --draft", file=sys.stderr)
