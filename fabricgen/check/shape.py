"""Each document against the typed model of its kind: unknown fields, wrong types, values out of range."""

from collections.abc import Iterator

from fabricgen import objects
from fabricgen.check.finding import Finding
from fabricgen.documents.document import Document, File
from fabricgen.errors import format_path


def wrong_shapes(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each place in which a Kubernetes document is not what its kind allows."""
    for file in files:
        if not isinstance(file, Document) or not file.identity.kind:
            continue
        if str(file.path).startswith("talos/"):
            continue
        for problem in objects.problems_of(file.body):
            yield Finding(
                rule="SCH001",
                severity="error",
                file=str(file.path),
                object=file.label,
                path=format_path(problem.path),
                message=problem.message,
                fix=problem.hint,
            )
