"""Documents -> text: one text a file, documents of a file in the order they were built.

Fed by `build`; feeds `tree`. The comments above settings come from the settings' reasons.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from fabricgen import yamlio
from fabricgen.documents.document import Document, File, TextFile


def texts(files: Iterable[File]) -> dict[PurePosixPath, str]:
    """Return the text of each file, sorted by path."""
    whole: dict[PurePosixPath, list[str]] = {}
    headers: dict[PurePosixPath, str] = {}
    for file in files:
        if isinstance(file, TextFile):
            headers.setdefault(file.path, file.text)
            continue
        headers.setdefault(file.path, _header(file))
        whole.setdefault(file.path, []).append(yamlio.dump_document(file.body, comments=file.comments()))
    return {path: headers[path] + yamlio.dump_documents(whole.get(path, [])) for path in sorted(headers)}


def _header(document: Document) -> str:
    return "".join(f"# {line}\n" for line in document.header.splitlines())
