"""YML001: files that are no YAML, told apart from files that are no business of Kubernetes'."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final

from fabricgen.errors import Problem
from fabricgen.fabric import Fabric
from fabricgen.finding import Finding
from fabricgen.lint.outcome import Found
from fabricgen.lint.own import YML001
from fabricgen.repository import Repository, SourceDocument
from fabricgen.repository.generators import files_of
from fabricgen.repository.kustomize import is_kustomization_file

# What is not applied, and has one of these signs, is a template, or the file of a program with tags of its own.
_TEMPLATE: Final = re.compile(r"\{\{|\{%|<%|#%|\[\[|^\s*#@", re.MULTILINE)
_REPEATED: Final = "is already set"
"""A key that comes twice, which the programs that such data is for may well take."""
_TAG: Final = re.compile(r"(?:^|[\s\[,])!!?[A-Za-z_]")


def find_unreadable(repository: Repository, fabrics: Iterable[Fabric]) -> Iterator[Found]:
    """Yield a finding for everything that is no YAML: an error for what Flux applies, else a warning.

    What generators put into ConfigMaps is data. Of what is not applied, templates, JSON (with comments, as some
    tools have it) and files with tags of a program's own are passed over.
    """
    paths = tuple(
        dict.fromkeys(layer.path for one in fabrics for layer in one.layers if layer.path is not None)
    )
    data = {
        file
        for documents in repository.by_file.values()
        for one in documents
        if is_kustomization_file(one.file)
        for file in files_of(one)
    }
    for problem in repository.unreadable:
        if problem.file in data and _REPEATED in problem.message:
            continue
        is_applied = _is_applied(PurePosixPath(problem.file), repository, paths)
        if is_applied or not _is_of_others(problem.file, repository):
            yield Found(finding=_finding(problem, is_applied=is_applied))


def _is_of_others(file: str, repository: Repository) -> bool:
    if file.lower().endswith(".json"):
        return True
    text = repository.text(PurePosixPath(file)) or ""
    return _TEMPLATE.search(text) is not None or _TAG.search(text) is not None


def _is_applied(file: PurePosixPath, repository: Repository, paths: Iterable[PurePosixPath]) -> bool:
    """Tell whether a Kustomization of Flux applies the file: by a list, or as one of all files of its folder."""
    return any(_is_part(file, path, repository) for path in paths if path in file.parents)


def _is_part(file: PurePosixPath, path: PurePosixPath, repository: Repository) -> bool:
    for folder in file.parents:
        if (document := repository.kustomization(folder)) is not None:
            return str(file) in _listed(document, folder)
        if folder == path:
            return True
    return False


def _listed(document: SourceDocument, folder: PurePosixPath) -> set[str]:
    """Return the files that a kustomization.yaml reads as YAML."""
    names: list[Any] = []
    for key in ("resources", "patchesStrategicMerge"):
        names += document[key] if isinstance(document[key], list) else []
    patches = document["patches"] if isinstance(document["patches"], list) else []
    names += [one.get("path") for one in patches if isinstance(one, dict)]
    return {normpath(str(folder / str(name))) for name in names}


def _finding(problem: Problem, *, is_applied: bool) -> Finding:
    return Finding(
        rule=YML001.id,
        severity="error" if is_applied else "warning",
        file=problem.file,
        line=problem.line,
        column=problem.column,
        message=problem.message,
        why=YML001.why,
        source=YML001.source,
        fix=YML001.fix,
    )
