"""The whole flow in one place: load -> resolve -> build -> check -> write. Read this first.

Fed by the command line or a script; each step is a function of its own module, and nothing flows back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fabricgen.check import Finding, check
from fabricgen.cluster import Cluster
from fabricgen.documents import build
from fabricgen.documents.document import File
from fabricgen.documents.text import texts
from fabricgen.errors import CheckFailedError, Problem, ProblemsError, ResolveError, TreeError
from fabricgen.load import Loaded, load_file
from fabricgen.resolve import resolve
from fabricgen.templates import find_root, templates_of
from fabricgen.tree import Patience, Plan, plan_tree, write_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One cluster in memory: what it is, its files, and their text by path below the cluster's folder."""

    cluster: Cluster
    files: tuple[File, ...]
    texts: Mapping[PurePosixPath, str]


def resolve_cluster(loaded: Loaded) -> Cluster:
    """Return the cluster that a description means.

    Raises ResolveError with every problem, each with file and line of what it is about.
    """
    try:
        return resolve(loaded.description)
    except ResolveError as error:
        raise ResolveError(loaded.locate_all(error.problems)) from error


def build_files(cluster: Cluster, *, templates: Path | None = None) -> tuple[File, ...]:
    """Return every document and text file of the cluster's tree, paths relative to its folder.

    `templates` is a folder whose files replace ours of the same name. Raises TemplateError if a template is wrong.
    """
    return build(cluster, templates_of(templates))


def check_files(files: Iterable[File], *, cluster: Cluster | None = None) -> tuple[Finding, ...]:
    """Return what the checks have to say about built files, sorted by file and path; nothing means all is well.

    With `cluster`, documents are judged by the schemas of the versions that it pins, as far as they were pulled.
    """
    return check(files, cluster=cluster)


def render_cluster(cluster: Cluster, *, templates: Path | None = None) -> Rendered:
    """Return everything that the cluster's tree holds, in memory, checked.

    Raises TemplateError if a template is wrong, CheckFailedError if a document does not pass its checks; rules that
    the description ignores do not count.
    """
    files = build_files(cluster, templates=templates)
    written = texts(files)
    if findings := check(files, cluster=cluster, written=written):
        raise CheckFailedError("\n".join(str(finding) for finding in findings))
    return Rendered(cluster=cluster, files=files, texts=written)


def render_all(paths: Iterable[Path], *, templates: Path | None = None) -> tuple[Rendered, ...]:
    """Return every description rendered. Raises the problems of all of them together."""
    problems: list[Problem] = []
    rendered: list[Rendered] = []
    for path in paths:
        try:
            rendered.append(
                render_cluster(
                    resolve_cluster(load_file(path)), templates=templates or templates_beside(path)
                )
            )
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    _refuse_same_names(rendered)
    return tuple(rendered)


def _refuse_same_names(rendered: Iterable[Rendered]) -> None:
    names = [one.cluster.name for one in rendered]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ProblemsError(
            Problem(message=f"two descriptions are named {name}: both would write the same folder")
            for name in twice
        )


def templates_beside(path: Path) -> Path | None:
    """Return the user's templates: a folder `templates` beside the folder of the description, unless it is ours."""
    folder = path.resolve().parent.parent / "templates"
    return folder if folder.is_dir() and folder != find_root().resolve() else None


def plan_output(rendered: Rendered, output: Path, *, force: bool = False) -> Plan:
    """Return what writing would change below `output`/<name>. Raises TreeError; writes nothing."""
    return plan_tree(output / rendered.cluster.name, rendered.texts, force=force)


def write_output(plans: Iterable[Plan], *, patience: Patience | None = None) -> tuple[Plan, ...]:
    """Write all plans; return them as they were carried out, which is after what another render wrote meanwhile.

    Each tree is written as a whole or not at all. Raises TreeError: before the first byte, if anything of any of them
    is in the way; later, if another render writes longer than `patience` lasts, or the system refuses.
    """
    whole = tuple(plans)
    if problems := [problem for one in whole for problem in one.problems]:
        raise TreeError(problems)
    return tuple(write_plan(one, patience=patience) for one in whole)
