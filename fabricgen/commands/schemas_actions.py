"""What `fabricgen schemas` does: pull, import, list, verify. stdout: the result; stderr: progress and problems."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from fabricgen import pipeline
from fabricgen.commands.arguments.schemas import PINNED
from fabricgen.commands.descriptions import find_descriptions
from fabricgen.commands.progress import Progress
from fabricgen.load import load_file
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import LOCK_NAME, Pin, read_lock
from fabricgen.schemas.pull.fetch import Fetcher
from fabricgen.schemas.pull.pins import named_pin, wanted_by
from fabricgen.schemas.pull.pull import Outcome, import_crds, prune, pull, verify
from fabricgen.schemas.pull.upstream import downloads_of
from fabricgen.validation.piped import read_piped

_SUFFIXES = {".yaml", ".yml", ".json"}


def run_pull(args: argparse.Namespace) -> int:
    """Fetch what is wanted. Returns 2 if anything could not be had; what could stays."""
    wanted = _wanted(args)
    if args.dry_run:
        _print_plan(wanted)
        return 0
    with Progress("schemas pull") as progress:
        outcomes = pull(
            args.folder,
            wanted,
            fetcher=Fetcher(mirror=args.mirror),
            update=args.update,
            progress=lambda text: progress.tell(f"schemas pull: {text}"),
        )
    problems = [outcome.problem for outcome in outcomes if outcome.problem]
    if args.prune and not problems:
        outcomes += prune(args.folder, wanted)
    for outcome in outcomes:
        print(_told(outcome))
    if problems:
        print("\n".join(problems), file=sys.stderr)
        print("what could be had is kept; run it again for the rest, or with --mirror URL", file=sys.stderr)
    return SchemaError.exit_code if problems else 0


def run_import(args: argparse.Namespace) -> int:
    """Make schemas of the user's own CustomResourceDefinitions."""
    sources = {name: data for path in args.paths for name, data in _read(path)}
    for path in import_crds(args.folder, sources):
        print(path)
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print what the lock names."""
    lock = sorted(read_lock(args.folder).items())
    if args.format == "json":
        rows = [
            {**pin._asdict(), "schemas": sorted(entry.files), "sources": sorted(entry.sources)}
            for pin, entry in lock
        ]
        print(json.dumps({"folder": str(args.folder), "components": rows}, indent=2))
        return 0
    for pin, entry in lock:
        print(f"{pin.component} {pin.version}: {_count(len(entry.files))}")
    if not lock:
        print(f"{args.folder / LOCK_NAME}: nothing was pulled yet", file=sys.stderr)
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Print what is not as the lock says. Returns 1 if there is anything."""
    problems = verify(args.folder)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _wanted(args: argparse.Namespace) -> Sequence[Pin]:
    """Return what the options name, and what descriptions pin; without options those in clusters/."""
    named = [(component, text) for component in PINNED for text in getattr(args, component.replace("-", "_"))]
    wanted = {named_pin(component, text) for component, text in named}
    if args.descriptions or not wanted:
        paths = find_descriptions(args.descriptions)
        clusters = [pipeline.resolve_cluster(load_file(path)) for path in paths]
        wanted.update(wanted_by(clusters, named={component for component, _ in named}))
    return sorted(wanted)


def _print_plan(wanted: Sequence[Pin]) -> None:
    for pin in wanted:
        for address, _ in downloads_of(pin):
            print(f"{pin.component} {pin.version} {address}")


def _told(outcome: Outcome) -> str:
    files = f" ({_count(outcome.files)})" if outcome.files else ""
    return f"{outcome.pin.component} {outcome.pin.version}: {outcome.status}{files}"


def _count(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"


def _read(path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files that an argument stands for, with their names. Raises SchemaError where one cannot be read."""
    if path == "-":
        yield "stdin", read_piped(sys.stdin.buffer)
        return
    place = Path(path)
    try:
        files = (
            sorted(one for one in place.rglob("*") if one.suffix in _SUFFIXES and one.is_file())
            if place.is_dir()
            else [place]
        )
        for one in files:
            yield str(one), one.read_bytes()
    except OSError as error:
        raise SchemaError(f"{error.filename or path}: cannot be read: {error.strerror or error}") from error
