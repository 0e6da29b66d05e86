"""Paths -> what they mean: repositories, each with the parts that findings are told of, and descriptions."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fabricgen.errors import Problem, ProblemsError
from fabricgen.finding import Severity
from fabricgen.lint.files import is_description
from fabricgen.lint.tree import Tree
from fabricgen.repository.reading import find_root
from fabricgen.validation.files import SUFFIXES, find_files
from fabricgen.yamlio import YamlSyntaxError, read_value

# What is no description holds this word seldom enough; what holds it is read to be sure.
_HINT: Final = "distribution:"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What paths mean: repositories on disk, and descriptions."""

    trees: tuple[Tree, ...]
    descriptions: tuple[Path, ...]

    @property
    def fail_on(self) -> Severity | None:
        """The severity that the settings of the repositories want to fail on: the mildest of them."""
        wanted = {tree.settings.fail_on for tree in self.trees}
        levels: tuple[Severity, ...] = ("info", "warning", "error")
        return next((level for level in levels if level in wanted), None)


def plan_paths(paths: Iterable[Path]) -> Plan:
    """Return what the paths mean.

    A description is a file of its own; of a folder in which nothing but descriptions stands, all of them are meant.

    Raises:
        ProblemsError: with every path that leads nowhere.
    """
    given = tuple(dict.fromkeys(paths))
    _must_exist(given)
    roots: dict[Path, list[Path]] = {}
    descriptions: list[Path] = []
    for path in given:
        inside, is_all = _descriptions(path)
        descriptions += inside
        if not is_all:
            folder = path if path.is_dir() else path.parent
            roots.setdefault(find_root(folder).resolve(), []).append(path)
    return Plan(
        trees=tuple(Tree(root=root, given=tuple(of)) for root, of in roots.items()),
        descriptions=tuple(dict.fromkeys(descriptions)),
    )


def _must_exist(paths: Iterable[Path]) -> None:
    problems: list[Problem] = []
    for path in paths:
        if path.exists():
            continue
        try:
            if os.path.lexists(path):
                hint = "point the link at what is there, or remove it"
                problems.append(Problem(message="is a link that leads nowhere", file=str(path), hint=hint))
                continue
            list(find_files([str(path)]))
            hint = "name the folder; findings are told of all files in it"
            problems.append(Problem(message=f"{str(path)!r}: lint takes no globs", hint=hint))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)


def _descriptions(path: Path) -> tuple[list[Path], bool]:
    """Return the descriptions that a path means, and whether they are all that it means."""
    if path.is_file():
        return ([path], True) if _is_description(path) else ([], False)
    names = sorted(one for one in path.iterdir() if not one.name.startswith("."))
    files = [one for one in names if one.suffix in SUFFIXES and one.is_file()]
    found = [one for one in files if _is_description(one)]
    return found, bool(found) and found == files and not any(one.is_dir() for one in names)


def _is_description(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
        return _HINT in text and is_description(read_value(text))
    except (OSError, UnicodeDecodeError, YamlSyntaxError):
        return False
