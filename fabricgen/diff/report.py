"""Puts together what a render would change in one cluster: files, meaning, causes. Writes nothing.

Fed by the command with a rendered cluster and its description; feeds `output`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from fabricgen import pipeline, yamlio
from fabricgen.cluster import Cluster
from fabricgen.diff.cause import Cause, find_causes
from fabricgen.diff.compare import compare_texts
from fabricgen.diff.counting import counted
from fabricgen.diff.history import Commit, find_commit
from fabricgen.diff.tree_diff import TreeDiff
from fabricgen.documents.document import File
from fabricgen.documents.text import texts
from fabricgen.errors import FabricgenError, Problem, ProblemsError
from fabricgen.impact import Impact, worst
from fabricgen.load import load_text
from fabricgen.pipeline import Rendered
from fabricgen.template_folders import find_root
from fabricgen.tree import RECORD_NAME, Plan, read_record

Texts = Mapping[PurePosixPath, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file that differs; None where there is none."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a render would change in one cluster.

    Attributes:
        name: of the cluster.
        root: the folder of its tree.
        tree: what the change means.
        files: what differs as text, sorted by path.
        edited: files of ours that were edited by hand: a render keeps them.
        foreign: someone else's files in our place: with any of them a render writes nothing.
        causes: what changed in the description; None if that is not known.
        unexplained: why the causes are not known, or what else but the description changed.
        against: what is compared with: the tree on disk, or a commit.
    """

    name: str
    root: str
    tree: TreeDiff
    files: tuple[FileChange, ...]
    edited: tuple[str, ...]
    foreign: tuple[str, ...]
    causes: tuple[Cause, ...] | None
    unexplained: str
    against: str

    @property
    def differs(self) -> bool:
        """Whether a render would change anything, or be refused."""
        return bool(self.files or self.foreign or self.causes)

    @property
    def impact(self) -> Impact | None:
        """The heaviest class of the tree and of the causes that is known."""
        causes = tuple(one for cause in self.causes or () for one in cause.judgements)
        return worst((*causes, *(value.judgement for _, value in self.tree.values)))


def report_disk(rendered: Rendered, plan: Plan, *, description: Path) -> Report:
    """Return what a render would change in the tree on disk; causes as far as git knows the old description."""
    changing = [one for one in plan.changes if one.kind in {"add", "change", "remove"}]
    before = {one.path: one.old_text for one in changing if one.old_text is not None}
    after = {one.path: one.new_text for one in changing if one.new_text is not None}
    causes, unexplained = _causes_since_head(rendered, plan, description) if changing else ((), "")
    return Report(
        name=rendered.cluster.name,
        root=str(plan.root),
        tree=compare_texts(before, after, cluster=rendered.cluster, files=rendered.files),
        files=_files(before, after),
        edited=tuple(str(one.path) for one in plan.edited),
        foreign=tuple(str(one.path) for one in plan.foreign),
        causes=causes,
        unexplained=unexplained,
        against="the tree on disk",
    )


def _files(before: Texts, after: Texts) -> tuple[FileChange, ...]:
    return tuple(
        FileChange(path=str(path), before=before.get(path), after=after.get(path))
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    )


def report_commit(rendered: Rendered, root: Path, *, description: Path, ref: str) -> Report:
    """Return what changed since a commit: its committed tree against today's render, its description against today's.

    Raises:
        ProblemsError: as `find_commit`, or the description was not there.
    """
    commit = find_commit(description, ref)
    old_text = commit.text(description)
    if old_text is None:
        message = f"is not there at {ref}: there is no old description to compare with"
        hint = "leave it out, or compare with the tree on disk by leaving --against out"
        raise ProblemsError([Problem(file=str(description), message=message, hint=hint)])
    before = _ours(commit.files(root), rendered.texts)
    causes, unexplained = _causes_since(rendered, before, commit, description=description, old_text=old_text)
    return Report(
        name=rendered.cluster.name,
        root=str(root),
        tree=compare_texts(before, rendered.texts, cluster=rendered.cluster, files=rendered.files),
        files=_files(before, rendered.texts),
        edited=(),
        foreign=(),
        causes=causes,
        unexplained=unexplained,
        against=ref,
    )


def _ours(committed: Texts, wanted: Texts) -> Texts:
    """Return the committed files that were ours by the record of that time, or that stand where we write today."""
    with TemporaryDirectory(prefix="fabricgen-") as folder:
        if (record := committed.get(PurePosixPath(RECORD_NAME))) is not None:
            Path(folder, RECORD_NAME).write_text(record, encoding="utf-8")
        try:
            owned = read_record(Path(folder)).files
        except FabricgenError:
            owned = {}
    return {path: text for path, text in committed.items() if path in owned or path in wanted}


Causes = tuple[tuple[Cause, ...] | None, str]


def _causes_since_head(rendered: Rendered, plan: Plan, description: Path) -> Causes:
    """Return the causes if the tree on disk is what the description of HEAD means."""
    try:
        commit = find_commit(description, "HEAD")
        old_text = commit.text(description)
    except FabricgenError:
        return None, "causes are not known: no git repository holds the description as it was"
    if old_text is None:
        return None, "causes are not known: git has no older description (name a commit with --against)"
    disk = {one.path: one.old_text for one in plan.changes if one.old_text is not None}
    causes, unexplained = _causes_since(rendered, disk, commit, description=description, old_text=old_text)
    if unexplained:
        hint = (
            "the tree on disk is not what the description at HEAD renders to (name a commit with --against)"
        )
        return None, f"causes are not known: {hint}"
    return causes, ""


def _causes_since(
    rendered: Rendered, before: Texts, commit: Commit, *, description: Path, old_text: str
) -> Causes:
    """Return the causes, and what else changed: templates, fabricgen itself, or the tree by hand."""
    with TemporaryDirectory(prefix="fabricgen-") as folder:
        templates = _templates_of(commit, description, Path(folder))

        def build(value: Mapping[str, Any]) -> tuple[Cluster, tuple[File, ...]]:
            text = yamlio.dump_document(value)
            cluster = pipeline.resolve_cluster(load_text(text, file=str(description)))
            return cluster, pipeline.build_files(cluster, templates=templates)

        try:
            old = yamlio.read_document(old_text).value
            new = yamlio.read_document(description.read_text(encoding="utf-8")).value
            _, files = build(old)
            causes = find_causes(old, new, build=build)
        except (FabricgenError, yamlio.YamlSyntaxError) as error:
            first = str(error).partition("\n")[0]
            return None, f"causes are not known: the description at {commit.name} is refused today: {first}"
        _, today = build(new)
    return causes, _else(texts(files), before, commit.name) or _templates_changed(texts(today), rendered)


def _else(wanted: Texts, found: Texts, name: str) -> str:
    """Say what the description does not explain: files that even the old one would not have given."""
    differ = sum(wanted.get(path) != found.get(path) for path in {*wanted, *found})
    if not differ:
        return ""
    return (
        f"{counted(differ, 'file')} at {name} not as its own description renders today: fabricgen changed since, or "
        "somebody edited by hand"
    )


def _templates_changed(old_way: Texts, rendered: Rendered) -> str:
    differ = sum(old_way.get(path) != rendered.texts.get(path) for path in {*old_way, *rendered.texts})
    return f"{counted(differ, 'file')} changed by templates of your own" if differ else ""


def _templates_of(commit: Commit, description: Path, folder: Path) -> Path | None:
    """Return a folder with the user's templates as they were; None if there were none, or they are ours."""
    own = (
        pipeline.templates_beside(description)
        or Path(os.path.realpath(description)).parent.parent / "templates"
    )
    if own == find_root().resolve():
        return None
    files = commit.files(own)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder if files else None
