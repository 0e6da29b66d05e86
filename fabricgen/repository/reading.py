"""Files -> documents: everything below a folder that is YAML, with what could not be read told apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from fabricgen.errors import Problem
from fabricgen.repository.document import SourceDocument
from fabricgen.validation.files import find_files
from fabricgen.validation.placeholders import is_template
from fabricgen.yamlio import YamlSyntaxError, iter_documents, read_value

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """All documents below `root`.

    Attributes:
        root: the folder that paths are told from.
        documents: in the order of the files, and within a file in its order.
        unreadable: what keeps a file, or a document of it, from being YAML.
        by_file: the documents of each file that has any.
    """

    root: Path
    documents: tuple[SourceDocument, ...]
    unreadable: tuple[Problem, ...] = ()
    by_file: Mapping[str, tuple[SourceDocument, ...]] = field(default_factory=dict)

    def folder(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the files with documents in this folder and below it."""
        inside = "" if path == PurePosixPath() else f"{path}/"
        return tuple(file for file in self.by_file if file.startswith(inside))

    def kustomization(self, folder: PurePosixPath) -> SourceDocument | None:
        """Return the document of the kustomization.yaml of a folder."""
        for name in KUSTOMIZATIONS:
            if found := self.by_file.get(str(folder / name)):
                return found[0]
        return None


def read_repository(root: Path, *, ignore: Sequence[str] = ()) -> Repository:
    """Return all YAML documents below `root`; files whose path matches a pattern of `ignore` are left out."""
    problems: list[Problem] = []
    by_file: dict[str, tuple[SourceDocument, ...]] = {}
    for path in find_files([str(root)], ignore=ignore):
        file = PurePosixPath(Path(path).relative_to(root).as_posix())
        if documents := tuple(_documents(path, str(file), problems)):
            by_file[str(file)] = documents
    return Repository(
        root=root,
        documents=tuple(document for documents in by_file.values() for document in documents),
        unreadable=tuple(problems),
        by_file=by_file,
    )


def read_texts(texts: Mapping[str, str]) -> Repository:
    """Return the repository of files that are only in memory, by their paths."""
    from fabricgen.yamlio import split_documents  # noqa: PLC0415

    by_file = {
        file: tuple(
            SourceDocument(file, chunk.text, chunk.line, index, read_value(chunk.text))
            for index, chunk in enumerate(split_documents(text))
        )
        for file, text in texts.items()
    }
    return Repository(
        root=Path(),
        documents=tuple(document for documents in by_file.values() for document in documents),
        by_file=by_file,
    )


def _documents(path: str, file: str, problems: list[Problem]) -> Iterator[SourceDocument]:
    try:
        for index, chunk in enumerate(iter_documents(path)):
            try:
                yield SourceDocument(file, chunk.text, chunk.line, index, read_value(chunk.text))
            except YamlSyntaxError as error:
                if not is_template(chunk.text):
                    problems += _told(error, file, above=chunk.line - 1)
    except YamlSyntaxError as error:
        problems += _told(error, file, above=0)


def _told(error: YamlSyntaxError, file: str, *, above: int) -> Iterator[Problem]:
    for one in error.problems:
        yield Problem(message=one.problem, file=file, line=one.line + above, column=one.column)
