"""A description -> findings: rendered in memory, its documents linted, each finding led back to the key that causes it."""

from dataclasses import dataclass, replace
from pathlib import Path

from fabricgen import pipeline
from fabricgen.documents import CONSIDERED
from fabricgen.documents.text import texts
from fabricgen.errors import format_path
from fabricgen.lint.causes import cause_of
from fabricgen.lint.engine import Question, lint
from fabricgen.lint.outcome import Found, Outcome, in_order
from fabricgen.lint.settings import Ignore
from fabricgen.lint.since import changed_files
from fabricgen.lint.suppression import Suppressions
from fabricgen.lint.tree import Wishes
from fabricgen.load import Loaded, load_file
from fabricgen.repository.reading import find_root, read_texts
from fabricgen.validation.files import SUFFIXES


def lint_description(path: Path, wishes: Wishes) -> Outcome:
    """Return what is found in the tree that a description renders to; findings point to its keys where they can.

    Raises:
        ProblemsError: the description, or a template, is wrong.
    """
    if wishes.since and not _is_changed(path, wishes.since):
        return Outcome()
    loaded = load_file(path)
    cluster = pipeline.resolve_cluster(loaded)
    files = pipeline.build_files(cluster, templates=pipeline.templates_beside(path))
    folder = cluster.flux.path.removeprefix("./").strip("/")
    rendered = {
        f"{folder}/{file}".lstrip("/"): text
        for file, text in texts(files).items()
        if file.suffix in SUFFIXES and not str(file).startswith(f"{CONSIDERED}/")
    }
    suppressions = Suppressions(ignores=tuple(_ignores(loaded)))
    outcome = lint(read_texts(rendered), Question(selection=wishes.selection, suppressions=suppressions))
    atlas = _Atlas(loaded, folder=folder)
    return replace(outcome, found=in_order(map(atlas.place, outcome.found)), texts=rendered)


def _is_changed(path: Path, ref: str) -> bool:
    root = find_root(path.parent).resolve()
    return path.resolve().relative_to(root).as_posix() in changed_files(root, ref)


def _ignores(loaded: Loaded) -> list[Ignore]:
    return [
        Ignore(
            rule=one.rule,
            paths=(),
            reason=one.because,
            file=loaded.file,
            line=loaded.positions["ignore", number].line,
            column=loaded.positions["ignore", number].column,
        )
        for number, one in enumerate(loaded.description.ignore)
    ]


@dataclass(frozen=True, slots=True)
class _Atlas:
    """Knows where in a description what is found in its tree comes from; `folder` is that of the tree."""

    loaded: Loaded
    folder: str

    def place(self, found: Found) -> Found:
        """Return the finding at the key that it comes from; as it is if that cannot be told."""
        one = found.finding
        nodes = [node.name for node in self.loaded.description.nodes]
        inside = one.file.removeprefix(f"{self.folder}/")
        cause = cause_of(found, file=inside, written=self.loaded.positions.keys(), nodes=nodes)
        if cause is None or one.file == self.loaded.file:
            return found
        place = self.loaded.positions[cause]
        told = replace(
            one,
            file=self.loaded.file,
            line=place.line,
            column=place.column,
            path=format_path(cause),
            message=f"{one.message} (rendered: {one.file}:{one.line})",
        )
        return replace(found, path=cause, finding=told)
