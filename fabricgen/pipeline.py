"""The whole flow in one place: load -> resolve -> build -> check -> write. Read this first.

Fed by the command line or a script; each step is a function of its own module, and nothing flows back.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fabricgen.check import Finding, check
from fabricgen.check.described import Described, examine_description
from fabricgen.check.disk import find_on_disk
from fabricgen.check.drift import Drift, blocked, drift_of
from fabricgen.cluster import Cluster
from fabricgen.documents import build
from fabricgen.documents.document import File
from fabricgen.documents.text import texts
from fabricgen.errors import CheckFailedError, Problem, ProblemsError, ResolveError, SecretError, TreeError
from fabricgen.lint.outcome import Found, Outcome, in_order
from fabricgen.lint.selection import Selection
from fabricgen.load import Loaded, load_file
from fabricgen.resolve import resolve
from fabricgen.secrets import NAMED_RULE, find_secrets
from fabricgen.template_folders import templates_beside as templates_beside  # noqa: PLC0414 - whoever has the pipeline asks it
from fabricgen.templates import templates_of
from fabricgen.tree import Patience, Plan, plan_tree, write_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One cluster in memory: what it is, its files, and their text by path below the cluster's folder.

    Example:
        >>> rendered.cluster.name, PurePosixPath("flux/cilium.yaml") in rendered.texts
        ('homeops', True)
    """

    cluster: Cluster
    files: tuple[File, ...]
    texts: Mapping[PurePosixPath, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a description renders to against what is committed, and what the rules find in it.

    Attributes:
        name: of the cluster.
        drift: the files that are not what would be rendered.
        outcome: the findings, at keys of the description or in files of the tree.
    """

    name: str
    drift: Drift
    outcome: Outcome


def resolve_cluster(loaded: Loaded) -> Cluster:
    """Return the cluster that a description means.

    Raises ResolveError with every problem, each with file and line of what it is about.

    Example:
        >>> fabricgen.resolve_cluster(loaded).name
        'homeops'
    """
    try:
        return resolve(loaded.description)
    except ResolveError as error:
        raise ResolveError(loaded.locate_all(error.problems)) from error


def build_files(cluster: Cluster, *, templates: Path | None = None) -> tuple[File, ...]:
    """Return every document and text file of the cluster's tree, paths relative to its folder.

    `templates` is a folder whose files replace ours of the same name. Raises TemplateError if a template is wrong.

    Example:
        >>> files = fabricgen.build_files(cluster)
        >>> files == rendered.files
        True
    """
    return build(cluster, templates_of(templates))


def check_files(files: Iterable[File], *, cluster: Cluster | None = None) -> tuple[Finding, ...]:
    """Return what the checks have to say about built files, sorted by file and path; nothing means all is well.

    With `cluster`, documents are judged by the schemas of the versions that it pins, as far as they were pulled.

    Example:
        >>> fabricgen.check_files(rendered.files, cluster=cluster)
        ()
    """
    return check(files, cluster=cluster)


def render_cluster(cluster: Cluster, *, templates: Path | None = None) -> Rendered:
    """Return everything that the cluster's tree holds, in memory, checked.

    Raises TemplateError if a template is wrong, SecretError if one brings in a secret, CheckFailedError if a document
    does not pass its checks; rules that the description ignores do not count.

    Example:
        >>> rendered = fabricgen.render_cluster(cluster)
        >>> "kind: HelmRelease" in rendered.texts[PurePosixPath("infrastructure/cilium/release.yaml")]
        True
    """
    files = build_files(cluster, templates=templates)
    written = _texts_of(files, cluster)
    if findings := check(files, cluster=cluster, written=written):
        raise CheckFailedError("\n".join(str(finding) for finding in findings))
    return Rendered(cluster=cluster, files=files, texts=written)


def render_file(path: Path, *, templates: Path | None = None) -> Rendered:
    """Return a description rendered; `templates` is the folder beside it where none is named.

    Raises ProblemsError if the description or a template is wrong, CheckFailedError as `render_cluster`.
    """
    return render_cluster(resolve_cluster(load_file(path)), templates=templates or templates_beside(path))


def render_all(paths: Iterable[Path], *, templates: Path | None = None) -> tuple[Rendered, ...]:
    """Return every description rendered. Raises the problems of all of them together."""
    problems: list[Problem] = []
    rendered: list[Rendered] = []
    for path in paths:
        try:
            rendered.append(render_file(path, templates=templates))
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    refuse_same_names(one.cluster.name for one in rendered)
    return tuple(rendered)


def describe(path: Path, *, templates: Path | None = None) -> Described:
    """Return a description with all that it renders to, in memory and not checked yet.

    Raises ProblemsError if the description or a template is wrong. `templates` as in `render_all`.
    """
    loaded = load_file(path)
    cluster = resolve_cluster(loaded)
    files = build_files(cluster, templates=templates or templates_beside(path))
    return Described(loaded=loaded, cluster=cluster, files=files, texts=_texts_of(files, cluster))


def _texts_of(files: Iterable[File], cluster: Cluster) -> Mapping[PurePosixPath, str]:
    """Return the files as text. Raises SecretError, before anybody looks into them, if any holds a secret."""
    written = texts(files)
    found = find_secrets(written, by_name=NAMED_RULE not in cluster.ignored_rules)
    if found:
        raise SecretError(replace(one, file=f"{cluster.name}/{one.file}") for one in found)
    return written


def check_description(
    path: Path, output: Path, *, templates: Path | None = None, selection: Selection | None = None
) -> Checked:
    """Return what differs in the committed tree of a description, and what is found in it. Writes nothing.

    Raises ProblemsError if the description or a template is wrong.
    """
    return check_described(describe(path, templates=templates), output, selection=selection)


def check_described(described: Described, output: Path, *, selection: Selection | None = None) -> Checked:
    """Return the same of a description that somebody has rendered already."""
    wanted = selection or Selection()
    outcome = examine_description(described, wanted)
    root = output / described.cluster.name
    found = [_shown(one, described.folder, root) for one in outcome.found]
    try:
        plan = plan_tree(root, described.texts)
        drift = drift_of(plan)
        found += [Found(finding=one) for one in find_on_disk(plan) if wanted.takes(one.rule)]
    except TreeError as error:
        drift = blocked(root, tuple(error.problems))
    return Checked(
        name=described.cluster.name,
        drift=drift,
        outcome=replace(outcome, found=in_order(found), texts=_texts_shown(outcome, described.folder, root)),
    )


def _shown(found: Found, folder: str, root: Path) -> Found:
    """Return a finding in the tree with its file called as it is on disk."""
    file = _file_shown(found.finding.file, folder, root)
    return replace(found, finding=replace(found.finding, file=file))


def _texts_shown(outcome: Outcome, folder: str, root: Path) -> dict[str, str]:
    return {_file_shown(file, folder, root): text for file, text in outcome.texts.items()}


def _file_shown(file: str, folder: str, root: Path) -> str:
    inside = file.removeprefix(f"{folder}/")
    return file if inside == file else str(root / inside)


def lint_description(path: Path, selection: Selection) -> Outcome:
    """Return what is found in what a description renders to, whatever is committed.

    Raises ProblemsError if the description or a template is wrong.
    """
    return examine_description(describe(path), selection)


def refuse_same_names(names: Iterable[str]) -> None:
    """Raise ProblemsError if two clusters have one name."""
    twice = sorted(name for name, number in Counter(names).items() if number > 1)
    if twice:
        raise ProblemsError(
            Problem(
                message=f"two descriptions are named {name}: both would write the same folder",
                hint="give one of them another name",
            )
            for name in twice
        )


def plan_output(rendered: Rendered, output: Path, *, force: bool = False) -> Plan:
    """Return what writing would change below `output`/<name>. Raises TreeError; writes nothing.

    Example:
        >>> fabricgen.plan_output(rendered, Path("elsewhere")).is_noop
        False
    """
    return plan_tree(output / rendered.cluster.name, rendered.texts, force=force)


def write_output(plans: Iterable[Plan], *, patience: Patience | None = None) -> tuple[Plan, ...]:
    """Write all plans; return them as they were carried out, which is after what another render wrote meanwhile.

    Each tree is written as a whole or not at all. Raises TreeError: before the first byte, if anything of any of them
    is in the way; later, if another render writes longer than `patience` lasts, or the system refuses.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     (done,) = fabricgen.write_output([fabricgen.plan_output(rendered, Path(folder))])
        ...     (done.root / "README.md").is_file()
        True
    """
    whole = tuple(plans)
    if problems := [problem for one in whole for problem in one.problems]:
        raise TreeError(problems)
    return tuple(write_plan(one, patience=patience) for one in whole)
