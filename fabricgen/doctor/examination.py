"""Everything that is looked at, in the order in which it is told. Fed by `commands.doctor` with a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fabricgen import pipeline
from fabricgen.cluster import Cluster
from fabricgen.doctor.automation import see_renovate, see_settings, see_workflows
from fabricgen.doctor.commits import see_git, see_hook, see_ignored
from fabricgen.doctor.editor import see_editor
from fabricgen.doctor.line import Line
from fabricgen.doctor.programs import see_programs, see_python, see_versions
from fabricgen.doctor.pulled import see_pulled
from fabricgen.doctor.trees import see_tree
from fabricgen.errors import ProblemsError
from fabricgen.load import load_file

SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """A description that was read: its file as it is told, and the cluster that it means, unless it is wrong."""

    file: Path
    lines: tuple[Line, ...]
    cluster: Cluster | None


def examine(root: Path) -> tuple[Line, ...]:
    """Return every line about the repository in the folder `root`. Writes nothing, and asks no network."""
    described = tuple(_read(one) for one in _descriptions(root))
    clusters = [one.cluster for one in described if one.cluster is not None]
    return (
        see_python(),
        *see_versions(root),
        *_found(root, described),
        *(line for one in described for line in (*one.lines, *see_editor(one.file, root))),
        *(see_tree(one.file, root) for one in described if one.cluster is not None),
        *see_pulled(root, clusters),
        *see_settings(root),
        *see_git(root),
        *see_ignored(root, [one.file for one in described]),
        *see_hook(root),
        *see_workflows(root),
        *see_renovate(root),
        *see_programs(clusters),
    )


def _descriptions(root: Path) -> list[Path]:
    folder = root / "clusters"
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.suffix in SUFFIXES and one.is_file())


def _found(root: Path, described: tuple[_Described, ...]) -> Iterator[Line]:
    if not described:
        said = f"there is no description in {root / 'clusters'}"
        yield Line(about="descriptions", status="problem", said=said, todo="fabricgen init")


def _read(file: Path) -> _Described:
    try:
        cluster = pipeline.resolve_cluster(load_file(file))
    except ProblemsError as error:
        lines = tuple(
            Line(
                about="descriptions",
                status="problem",
                said=str(one),
                todo=f"mend it, then: fabricgen render {file}",
            )
            for one in error.problems
        )
        return _Described(file=file, lines=lines, cluster=None)
    line = Line(about="descriptions", status="ok", said=f"{file} can be read, and its values fit each other")
    return _Described(file=file, lines=(line,), cluster=cluster)
