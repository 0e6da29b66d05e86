"""Files -> documents: everything below a folder that is YAML, with what could not be read told apart."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from fabricgen.errors import Problem
from fabricgen.repository.document import SourceDocument
from fabricgen.repository.templates import find_templates, is_template_file
from fabricgen.validation.files import find_files
from fabricgen.validation.placeholders import is_template
from fabricgen.yamlio import YamlSyntaxError, iter_documents, read_value

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_RECIPE: Final = re.compile(
    r"^(?:GNUm|M|m)akefile$|^\.?justfile$|\.(?:just|mk|sh)$|^[Tt]askfile(?:\.dist)?\.ya?ml$"
)
_RECIPES: Final = frozenset({".taskfiles", ".tasks", ".just"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """All documents below `root`.

    Attributes:
        root: the folder that paths are told from; None for a repository that is only in memory.
        documents: in the order of the files, and within a file in its order.
        unreadable: what keeps a file, or a document of it, from being YAML.
        by_file: the documents of each file that has any.
        folders: the files with documents in each folder and below it, by the folder's path; `.` is the root.
        templates: the texts of templates of machine configs, by file; what they make is told by `templates`.
    """

    root: Path | None
    documents: tuple[SourceDocument, ...]
    unreadable: tuple[Problem, ...] = ()
    by_file: Mapping[str, tuple[SourceDocument, ...]] = field(default_factory=dict)
    folders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        by_file: Mapping[str, tuple[SourceDocument, ...]],
        *,
        root: Path | None = None,
        unreadable: Sequence[Problem] = (),
        templates: Mapping[str, str] | None = None,
    ) -> "Repository":
        """Return the repository of these documents."""
        folders: defaultdict[str, list[str]] = defaultdict(list)
        for file in by_file:
            for folder in PurePosixPath(file).parents:
                folders[str(folder)].append(file)
        return cls(
            root=root,
            documents=tuple(document for documents in by_file.values() for document in documents),
            unreadable=tuple(unreadable),
            by_file=by_file,
            folders={folder: tuple(files) for folder, files in folders.items()},
            templates=templates or {},
        )

    def folder(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the files with documents in this folder and below it."""
        return self.folders.get(str(path), ())

    def kustomization(self, folder: PurePosixPath) -> SourceDocument | None:
        """Return the document of the kustomization.yaml of a folder."""
        for name in KUSTOMIZATIONS:
            if found := self.by_file.get(str(folder / name)):
                return found[0]
        return None

    def exists(self, path: PurePosixPath) -> bool:
        """Tell whether there is such a file or folder; any file counts, not only YAML."""
        if str(path) in self.by_file or str(path) in self.folders:
            return True
        return self.root is not None and ".." not in path.parts and (self.root / path).exists()

    def text(self, path: PurePosixPath) -> str | None:
        """Return what stands in a file, of whatever kind; None if there is none that can be read."""
        if ".." in path.parts:
            return None
        if self.root is not None:
            try:
                return (self.root / path).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                return None
        documents = self.by_file.get(str(path))
        return "---\n".join(one.text for one in documents) if documents else None


def recipes(repository: Repository) -> Iterator[str]:
    """Yield the texts of files that run commands (Makefiles, justfiles, Taskfiles, scripts), hidden ones too."""
    if repository.root is None:
        return
    for folder, folders, files in os.walk(repository.root):
        folders[:] = sorted(name for name in folders if name not in {".git", "node_modules", ".venv"})
        for name in sorted(files):
            if _RECIPE.search(name) or (
                _RECIPES & set(Path(folder).parts) and name.endswith((".yaml", ".yml"))
            ):
                try:
                    yield (Path(folder) / name).read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError):
                    continue


def find_root(path: Path) -> Path:
    """Return the folder that Flux tells paths from: the top of the Git repository, else `path` itself.

    Whoever lints a part of a repository reads all of it, since layers, bases and sources stand anywhere in it.
    """
    folder = path.resolve()
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), path)


def read_repository(root: Path, *, ignore: Sequence[str] = ()) -> Repository:
    """Return all YAML documents below `root`; files whose path matches a pattern of `ignore` are left out."""
    problems: list[Problem] = []
    by_file: dict[str, tuple[SourceDocument, ...]] = {}
    for path in find_files([str(root)], ignore=ignore):
        file = PurePosixPath(Path(path).relative_to(root).as_posix())
        if documents := tuple(read_file(path, str(file), problems)):
            by_file[str(file)] = documents
    return Repository.of(by_file, root=root, unreadable=problems, templates=find_templates(root))


def read_texts(texts: Mapping[str, str]) -> Repository:
    """Return the repository of files that are only in memory, by their paths."""
    from fabricgen.yamlio import split_documents  # noqa: PLC0415

    return Repository.of(
        {
            file: tuple(
                SourceDocument(file, chunk.text, chunk.line, index, read_value(chunk.text))
                for index, chunk in enumerate(split_documents(text))
            )
            for file, text in texts.items()
            if not is_template_file(file)
        },
        templates={file: text for file, text in texts.items() if is_template_file(file)},
    )


def read_file(path: str, file: str, problems: list[Problem]) -> Iterator[SourceDocument]:
    """Yield the documents of the file at `path`, which the repository calls `file`; what cannot be read is added."""
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
