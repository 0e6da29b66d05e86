"""Fixes: the edits of findings, made in memory, proven to mend what they are for, shown as a diff, then written.

Fed by an outcome and the repository that it is about. What is encrypted is left alone, and what fabricgen generates is
changed by its description only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path, PurePosixPath
from typing import Final

from fabricgen.atomic import replace_file
from fabricgen.errors import TreeError
from fabricgen.lint.baseline import Entry, entry_of
from fabricgen.lint.outcome import Found
from fabricgen.repository import Repository, SourceDocument
from fabricgen.rules import Edit
from fabricgen.tree.names import RECORD_NAME
from fabricgen.tree.record import read_record
from fabricgen.validation.placeholders import is_encrypted
from fabricgen.yamlio import YamlSyntaxError, decode, read_value, split_documents
from fabricgen.yamlio.edits import CannotEditError, edit_document
from fabricgen.yamlio.edits import Edit as DocumentEdit

Still = Callable[[Repository], AbstractSet[Entry]]
"""Which findings a repository has."""
_MARK: Final = b"\xef\xbb\xbf"
_UNDONE: Final = "the rule would still find it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A fix that is not made, and why."""

    found: Found
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """What fixing comes to: the files' texts before and after, by path from the root."""

    changed: Mapping[str, tuple[str, str]]
    fixed: tuple[Found, ...]
    refused: tuple[Refusal, ...]

    def diff(self, shown: Callable[[str], str] = str) -> str:
        """Return all changes as a unified diff; `shown` says how a file is called."""
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for file, (before, after) in sorted(self.changed.items())
            for line in unified_diff(
                before.splitlines(keepends=True),
                after.splitlines(keepends=True),
                fromfile=f"a/{shown(file)}",
                tofile=f"b/{shown(file)}",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edited(Repository):
    """A repository some of whose files are not on the disk as they will be: generators read those here."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, path: PurePosixPath) -> str | None:
        if (edited := self.texts.get(str(path))) is not None:
            return edited
        return Repository.text(self, path)


@dataclass(slots=True)
class Workshop:
    """A repository whose files are edited in memory."""

    repository: Repository
    texts: dict[str, str] = field(default_factory=dict)
    _original: dict[str, str] = field(default_factory=dict)
    _made: list[Edit] = field(default_factory=list)

    @classmethod
    def changes_of(cls, edits: Sequence[Edit], repository: Repository) -> Mapping[str, tuple[str, str]]:
        """Return what one fix changes, before and after by file; nothing if it cannot be made."""
        workshop = cls(repository)
        try:
            workshop.make(edits)
        except CannotEditError:
            return {}
        return workshop.changes()

    def make(self, edits: Sequence[Edit]) -> None:
        """Make all edits of one fix, or none.

        Raises:
            CannotEditError: one of them cannot be made, or contradicts one that was made before.
        """
        fresh = [one for one in edits if one not in self._made]
        for one in fresh:
            if any(_meet(one, other) for other in self._made):
                raise CannotEditError("it contradicts a fix that is made now; run again afterwards")
        before = dict(self.texts)
        try:
            for file in dict.fromkeys(one.place.file for one in fresh):
                self._edit(file, [one for one in fresh if one.place.file == file])
        except CannotEditError:
            self.texts = before
            raise
        self._made += fresh

    def _edit(self, file: str, edits: Sequence[Edit]) -> None:
        text = self.texts.get(file)
        if text is None:
            text = self._original[file] = self._read(file)
        for number in dict.fromkeys(one.document for one in edits):
            text = _replaced(text, number, [one for one in edits if one.document == number])
        self.texts[file] = text

    def _read(self, file: str) -> str:
        root = self.repository.root
        if root is None:
            raise CannotEditError("the document is rendered: change the description instead")
        if any(
            is_encrypted(one.body)
            for one in self.repository.by_file.get(file, ())
            if isinstance(one.body, dict)
        ):
            raise CannotEditError("the file is encrypted")
        if is_generated(root, file):
            raise CannotEditError("fabricgen generates this file: change the description instead, and render")
        try:
            data = (root / file).read_bytes()
            if data.startswith(_MARK):
                raise CannotEditError("the file starts with a byte order mark")
            return decode(data, source=file)
        except (OSError, YamlSyntaxError) as error:
            raise CannotEditError("the file cannot be read") from error

    def result(self) -> Repository:
        """Return the repository as it will be."""
        changed = {file: _documents(file, text) for file, text in self.texts.items()}
        whole = Repository.of(
            {**self.repository.by_file, **changed},
            root=self.repository.root,
            unreadable=self.repository.unreadable,
        )
        return _Edited(
            root=whole.root,
            documents=whole.documents,
            unreadable=whole.unreadable,
            by_file=whole.by_file,
            folders=whole.folders,
            texts=dict(self.texts),
        )

    def changes(self) -> Mapping[str, tuple[str, str]]:
        """Return the texts before and after of the files that are different."""
        return {
            file: (self._original[file], text)
            for file, text in self.texts.items()
            if text != self._original[file]
        }


def plan_fixes(repository: Repository, found: Iterable[Found], *, still: Still) -> Fixes:
    """Return the fixes of all findings that have one.

    `still` tells which findings a repository has: a fix that does not mend its own is not made.
    """
    wanted = [one for one in found if one.edits]
    refused: list[Refusal] = []
    while True:
        workshop = Workshop(repository)
        fixed: list[Found] = []
        failed: list[Refusal] = []
        for one in wanted:
            try:
                workshop.make(one.edits)
                fixed.append(one)
            except CannotEditError as error:
                failed.append(Refusal(found=one, reason=str(error)))
        left = still(workshop.result()) if fixed else frozenset()
        undone = [one for one in fixed if entry_of(one) in left]
        if not undone:
            return Fixes(changed=workshop.changes(), fixed=tuple(fixed), refused=(*refused, *failed))
        refused += [Refusal(found=one, reason=_UNDONE) for one in undone]
        wanted = [one for one in wanted if one not in undone]


def write_fixes(root: Path, fixes: Fixes) -> None:
    """Write every changed file, each as a whole. Raises OSError if one cannot be written."""
    for file, (_, after) in fixes.changed.items():
        replace_file(root / file, after.encode())


def is_generated(root: Path, file: str) -> bool:
    """Tell whether a `.fabricgen.json` above the file names it as ours; one that cannot be read may do so."""
    path = PurePosixPath(file)
    for folder in path.parents:
        if (root / folder / RECORD_NAME).is_file():
            try:
                return path.relative_to(folder) in read_record(root / folder).files
            except TreeError:
                return True
    return False


def _meet(one: Edit, other: Edit) -> bool:
    """Tell whether two edits are about the same value, or one about what is inside of the other's."""
    if (one.place.file, one.document) != (other.place.file, other.document):
        return False
    shorter = min(len(one.path), len(other.path))
    return one.path[:shorter] == other.path[:shorter]


def _replaced(text: str, number: int, edits: Sequence[Edit]) -> str:
    """Return the text of a file with one of its documents edited; line ends stay what they are."""
    ends = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    if plain.replace("\n", ends) != text:
        raise CannotEditError("the file has line ends of two kinds")
    chunks = split_documents(plain)
    if number >= len(chunks):
        raise CannotEditError("the file has changed meanwhile")
    chunk = chunks[number]
    start = sum(len(line) + 1 for line in plain.split("\n")[: chunk.line - 1])
    if plain[start : start + len(chunk.text)] != chunk.text:
        raise CannotEditError("the document does not stand in lines of its own")
    inside = [DocumentEdit(one.operation, one.path, one.value) for one in edits]
    edited = edit_document(chunk.text, inside)
    return (plain[:start] + edited + plain[start + len(chunk.text) :]).replace("\n", ends)


def _documents(file: str, text: str) -> tuple[SourceDocument, ...]:
    return tuple(
        SourceDocument(file, chunk.text, chunk.line, index, read_value(chunk.text))
        for index, chunk in enumerate(split_documents(text))
    )
