"""Which files a repository starts with, which of them are there already, and writing the others, all or nothing.

Fed by `text` and the templates beside it; used by `commands.init`. A file that is there is never touched.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from fabricgen.atomic import write_new
from fabricgen.description.schema import description_schema
from fabricgen.errors import Problem, ProblemsError
from fabricgen.starting.answers import Answers
from fabricgen.starting.text import description_text, fill

Forge = Literal["github", "forgejo"]
SCHEMA: Final = "schema/description.schema.json"
_WORKFLOWS: Final[Mapping[Forge, str]] = {
    "github": ".github/workflows/fabricgen.yaml",
    "forgejo": ".forgejo/workflows/fabricgen.yaml",
}
_HOOK: Final = """\
      - id: fabricgen-check
        name: fabricgen check
        entry: fabricgen check
        language: system
        files: ^(clusters|gitops|templates)/
        pass_filenames: false"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a repository is worked with: `requirement` is what pip installs, such as fabricgen==0.1.0."""

    forge: Forge
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is there, and stays as it is; `missing` is what to add by hand, empty if nothing is."""

    path: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is written into `folder`: text by path, in the order in which a reader wants it, and what is kept."""

    folder: Path
    files: Mapping[str, str]
    kept: tuple[Kept, ...]


def plan_start(folder: Path, answers: Answers, setup: Setup) -> Start:
    """Return what would be written. Raises ProblemsError with everything that is in the way; writes nothing."""
    wanted = dict(_texts(answers, setup))
    if problems := [*_in_the_way(folder, wanted), *find_described(folder, answers.name)]:
        raise ProblemsError(problems)
    there = {path: _read(folder / path) for path in wanted if (folder / path).exists()}
    return Start(
        folder=folder,
        files={path: text for path, text in wanted.items() if path not in there},
        kept=tuple(
            Kept(path=path, missing=_missing(path, found, wanted[path])) for path, found in there.items()
        ),
    )


def _texts(answers: Answers, setup: Setup) -> Iterator[tuple[str, str]]:
    yield f"clusters/{answers.name}.yaml", description_text(answers)
    yield SCHEMA, json.dumps(description_schema(), indent=2, ensure_ascii=False) + "\n"
    yield "Makefile", fill("Makefile.j2", {"requirement": setup.requirement})
    yield ".pre-commit-config.yaml", fill("pre-commit.yaml.j2", {"hook": _HOOK})
    yield _WORKFLOWS[setup.forge], fill(f"{setup.forge}.yaml.j2", {"requirement": setup.requirement})
    yield ".gitignore", fill("gitignore.j2", {})


def _in_the_way(folder: Path, wanted: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each folder that stands where a file goes, each file where a folder goes, and links to nothing."""
    for name in (str(folder), *dict.fromkeys(one for path in wanted for one in _folders(folder, path))):
        if Path(name).exists() and not Path(name).is_dir():
            yield Problem(message="is a file, and a folder is needed here", file=name, hint="rename it")
    for path in wanted:
        place = folder / path
        if place.is_dir():
            yield Problem(message="is a folder, and a file goes here", file=str(place), hint="rename it")
        elif place.is_symlink() and not place.exists():
            yield Problem(message="is a link to nothing", file=str(place), hint="remove it")


def _folders(folder: Path, path: str) -> Iterator[str]:
    place = folder / path
    while (place := place.parent) != folder:
        yield str(place)


def find_described(folder: Path, name: str) -> Iterator[Problem]:
    """Yield a problem for a description that is there under this name."""
    for suffix in (".yaml", ".yml"):
        place = folder / "clusters" / f"{name}{suffix}"
        if place.exists():
            yield Problem(
                message="is there already, and stays as it is",
                file=str(place),
                hint="choose another name, or edit the file and run `fabricgen render`",
            )


def _read(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        problem = Problem(message=f"cannot be read: {error.strerror}", file=str(place))
        raise ProblemsError([problem]) from error


def _missing(path: str, found: str, wanted: str) -> str:
    """Return the lines of a file of ours that one in its place lacks, as far as they can be added one by one."""
    if found == wanted:
        return ""
    match path:
        case ".gitignore":
            return missing_ignores(found)
        case "Makefile":
            return _missing_targets(found, wanted)
        case ".pre-commit-config.yaml":
            return "" if "fabricgen" in found else f"  - repo: local\n    hooks:\n{_HOOK}\n"
        case _ if path == SCHEMA:
            return f"# an older schema; write it anew: fabricgen schema > {SCHEMA}\n"
    return "" if "fabricgen check" in found else wanted


def missing_ignores(found: str) -> str:
    """Return the lines of our .gitignore that one with this text lacks."""
    there = {line.strip().strip("/") for line in found.splitlines()}
    lines = [line for line in fill("gitignore.j2", {}).splitlines() if not line.startswith("#")]
    return "".join(f"{line}\n" for line in lines if line.strip("/") not in there)


def _missing_targets(found: str, wanted: str) -> str:
    targets = re.findall(r"(?m)^((?:render|check|diff):.*\n(?:\t.*\n)+)", wanted)
    absent = [one for one in targets if not re.search(rf"(?m)^{one.partition(':')[0]}\s*:", found)]
    return "\n".join(one.replace("$(FABRICGEN)", "fabricgen") for one in absent)


def write_start(start: Start) -> None:
    """Write every file, or none: what was written is removed again when the system refuses a later one.

    Raises ProblemsError naming what could not be written; interrupted, it leaves nothing either.
    """
    made: list[Path] = []
    place = start.folder
    try:
        for path, text in start.files.items():
            place = start.folder / path
            _make_folders(place.parent, made)
            made.append(place)
            write_new(place, text.encode(), mode=0o666)
    except OSError as error:
        _take_back(made[:-1] if isinstance(error, FileExistsError) else made)
        reason = error.strerror or str(error)
        problem = Problem(message=f"cannot be written: {reason}; nothing was", file=str(place))
        raise ProblemsError([problem]) from error
    except BaseException:
        _take_back(made)
        raise


def _make_folders(folder: Path, made: list[Path]) -> None:
    for one in reversed([folder, *folder.parents]):
        if not one.exists():
            one.mkdir()
            made.append(one)


def _take_back(made: list[Path]) -> None:
    for one in reversed(made):
        with suppress(OSError):
            one.rmdir() if one.is_dir() else one.unlink()
