"""A description, and what it renders to -> findings, each led back to the key that causes it.

Fed by the pipeline; used for `fabricgen check`, and for `fabricgen lint` of a description.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from fabricgen.check import examine, folder_in
from fabricgen.check.causes import cause_of
from fabricgen.cluster import Cluster
from fabricgen.documents.document import File
from fabricgen.errors import format_path
from fabricgen.lint.engine import Question
from fabricgen.lint.outcome import Found, Outcome, in_order
from fabricgen.lint.selection import Selection
from fabricgen.lint.settings import Ignore
from fabricgen.lint.suppression import Suppressions
from fabricgen.load import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A description with its cluster, and the cluster's files with their texts by path."""

    loaded: Loaded
    cluster: Cluster
    files: tuple[File, ...]
    texts: Mapping[PurePosixPath, str]

    @property
    def folder(self) -> str:
        """The folder of the tree, from the root of the repository, as Flux has it."""
        return folder_in(self.files, self.cluster)


def examine_description(described: Described, selection: Selection) -> Outcome:
    """Return what is found in the tree of a description, less what it ignores; at its keys where that can be told."""
    suppressions = Suppressions(ignores=tuple(_ignores(described.loaded)))
    question = Question(selection=selection, suppressions=suppressions)
    outcome = examine(described.files, described.texts, cluster=described.cluster, question=question)
    return replace(outcome, found=in_order(_placed(one, described) for one in outcome.found))


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


def _placed(found: Found, described: Described) -> Found:
    """Return the finding at the key that it comes from; as it is if that cannot be told."""
    one, loaded = found.finding, described.loaded
    nodes = [node.name for node in loaded.description.nodes]
    inside = one.file.removeprefix(f"{described.folder}/")
    cause = cause_of(found, file=inside, written=loaded.positions.keys(), nodes=nodes)
    if cause is None or one.file == loaded.file:
        return found
    place = loaded.positions[cause]
    told = replace(
        one,
        file=loaded.file,
        line=place.line,
        column=place.column,
        path=format_path(cause),
        message=f"{one.message} (rendered: {one.file}:{one.line})",
    )
    return replace(found, path=cause, finding=told)
