"""Documents -> findings: everything that is emitted is checked before the first byte is written.

Fed by `build`; its findings go to whoever asked. Nothing here changes a document.
"""

from collections.abc import Callable, Iterable, Iterator

from fabricgen.check.kustomizations import wrong_resources
from fabricgen.check.layers import wrong_layers
from fabricgen.check.references import dangling_references
from fabricgen.check.shape import wrong_shapes
from fabricgen.check.substitution import stray_substitutions
from fabricgen.documents.document import File
from fabricgen.finding import Finding, Severity

CHECKS: tuple[Callable[[tuple[File, ...]], Iterator[Finding]], ...] = (
    wrong_shapes,
    wrong_resources,
    wrong_layers,
    dangling_references,
    stray_substitutions,
)


def check(files: Iterable[File]) -> tuple[Finding, ...]:
    """Return every finding, sorted by file and path."""
    whole = tuple(files)
    found = (finding for one in CHECKS for finding in one(whole))
    return tuple(
        sorted(found, key=lambda finding: (finding.file, finding.object, finding.path, finding.rule))
    )


__all__ = ["Finding", "Severity", "check"]
