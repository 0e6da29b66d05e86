"""Which descriptions a command is about."""

import argparse
import difflib
import os
from collections.abc import Sequence
from pathlib import Path

from fabricgen.errors import DescriptionError, Problem

FOLDER = Path("clusters")
SUFFIXES = {".yaml", ".yml"}


def find_descriptions(given: Sequence[Path]) -> tuple[Path, ...]:
    """Return the given descriptions, or all of clusters/; folders stand for what is in them, and clusters for theirs.

    Raises DescriptionError.
    """
    wanted = list(given) or [FOLDER]
    found = [path for one in wanted for path in _expand(one)]
    if not found:
        message = f"there is no description in {', '.join(str(one) for one in wanted)}"
        raise DescriptionError([Problem(message=message, hint="write clusters/<name>.yaml, or name a file")])
    return tuple(dict.fromkeys(found))


def find_wanted(args: argparse.Namespace) -> tuple[Path, ...]:
    """Return what a command line names, `--all` included. Raises DescriptionError, also if it names both."""
    if args.all and args.descriptions:
        hint = "leave out --all, or the descriptions"
        problem = Problem(message=f"--all is every description in {FOLDER}/, and others are named", hint=hint)
        raise DescriptionError([problem])
    return find_descriptions(args.descriptions)


def _expand(path: Path) -> list[Path]:
    """Return the descriptions in a folder, the file itself, or that of a cluster's name.

    Raises DescriptionError if there is no such cluster, or the system refuses to look.
    """
    try:
        if path.is_dir():
            return sorted(one for one in path.iterdir() if one.suffix in SUFFIXES)
    except OSError as error:
        problem = Problem(
            message=f"cannot be read: {error.strerror}",
            file=str(path),
            hint="make it readable, or name another",
        )
        raise DescriptionError([problem]) from error
    if path == FOLDER:
        return []
    is_name = len(path.parts) == 1 and path.suffix not in SUFFIXES and not os.path.lexists(path)
    return [find_description(str(path)) if is_name else path]


def find_description(cluster: str) -> Path:
    """Return the description of a cluster, by path or by name in clusters/. Raises DescriptionError with the nearest name."""
    path = Path(cluster)
    if path.suffix in SUFFIXES:
        return path
    known = {one.stem: one for one in _expand(FOLDER)}
    if cluster in known:
        return known[cluster]
    near = difflib.get_close_matches(cluster, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there is: {', '.join(known) or 'none'}"
    raise DescriptionError([Problem(message=f"there is no cluster {cluster!r} in {FOLDER}/", hint=hint)])
