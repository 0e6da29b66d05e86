"""A tree in memory as lint reads it: the folder it stands in, its documents with their lines, and what is found there.

Fed by `check` with files and their texts; a tree may hold a second one below considered/, which is one of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from fabricgen.check.fault import Fault
from fabricgen.check.folders import paths_of
from fabricgen.check.places import trees
from fabricgen.documents import CONSIDERED
from fabricgen.documents.document import File, identity_of
from fabricgen.errors import format_path
from fabricgen.finding import Finding
from fabricgen.lint.engine import Question, lint
from fabricgen.lint.outcome import Found, Outcome, in_order
from fabricgen.lint.suppression import Suppressions
from fabricgen.repository import Place, Repository
from fabricgen.repository.reading import read_texts
from fabricgen.validation.files import SUFFIXES

# What we write is all there is, and nothing of it is left to habits: what may be elsewhere in a stranger's repository, or
# meant so, is a fault here.
STRICT: Final = frozenset(
    (
        *("BTS004", "FLS003", "FLS014", "FLX001", "FLX003", "FLX004", "FLX007", "GWY018"),
        *("REF001", "REF002", "REF003", "VER007", "VER010"),
    )
)


def folder_of(files: tuple[File, ...]) -> str:
    """Return the folder that the tree stands in, from the root of the repository, as its layers tell it."""
    for tree in trees(files):
        for path in paths_of(tree):
            parts = PurePosixPath(path.removeprefix("./")).parts
            if "infrastructure" in parts:
                return "/".join(parts[: parts.index("infrastructure")])
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A rendered tree: what is in force, what is only considered, and the folder of both."""

    folder: str
    own: Repository
    considered: Repository

    @classmethod
    def of(cls, texts: Mapping[PurePosixPath, str], *, folder: str) -> "Tree":
        """Return the tree of these texts by path below its folder."""
        yaml = {str(path): text for path, text in texts.items() if path.suffix in SUFFIXES}
        inner = f"{CONSIDERED}/"
        own = {file: text for file, text in yaml.items() if not file.startswith(inner)}
        other = {file.removeprefix(inner): text for file, text in yaml.items() if file.startswith(inner)}
        return cls(folder=folder, own=_read(own, folder), considered=_read(other, folder))

    def file(self, path: object) -> str:
        """Return how a file of the tree is called from the root of the repository."""
        return f"{self.folder}/{path}".lstrip("/")

    def outcome(self, question: Question, faults: Iterable[Fault]) -> Outcome:
        """Return what the rules find, with these faults among it; of what is only considered, errors alone."""
        wanted = replace(question, complete=True)
        outcome = lint(self.own, wanted, besides=[self._told(one) for one in faults])
        found = [*map(_strict, outcome.found), *self._errors_of_considered(wanted)]
        texts = {document.file: document.text for document in self.own.documents}
        return replace(outcome, found=in_order(found), texts=texts)

    def _errors_of_considered(self, question: Question) -> Iterator[Found]:
        """Yield what would never work; nothing of it is in force, so that habits and hints do not matter."""
        if not self.considered.documents:
            return
        ignores = question.suppressions.ignores
        for one in map(_strict, lint(self.considered, replace(question, suppressions=Suppressions())).found):
            inside = one.finding.file.removeprefix(f"{self.folder}/")
            file = self.file(f"{CONSIDERED}/{inside}")
            if one.finding.severity == "error" and not any(
                by.covers(one.finding.rule, file) for by in ignores
            ):
                yield replace(one, finding=replace(one.finding, file=file), edits=())

    def _told(self, fault: Fault) -> Found:
        """Return a fault as a finding, with its line."""
        inside = str(fault.document.path).removeprefix(f"{CONSIDERED}/")
        is_own = inside == str(fault.document.path)
        documents = (self.own if is_own else self.considered).by_file.get(self.file(inside), ())
        same = (
            one.place(fault.path) for one in documents if identity_of(one.body) == fault.document.identity
        )
        _, line, column, _ = next(same, Place("", 0, 0, ()))
        finding = Finding(
            rule=fault.rule,
            severity=fault.severity,
            file=self.file(fault.document.path),
            line=line,
            column=column,
            path=format_path(fault.path),
            object=fault.document.label,
            message=fault.message,
            why=fault.why,
            source=fault.source,
            fix=fault.fix,
        )
        return Found(finding=finding, path=fault.path)


def _strict(one: Found) -> Found:
    is_fault = one.finding.rule in STRICT
    return replace(one, finding=replace(one.finding, severity="error")) if is_fault else one


def _read(texts: Mapping[str, str], folder: str) -> Repository:
    return read_texts({f"{folder}/{file}".lstrip("/"): text for file, text in texts.items()})
