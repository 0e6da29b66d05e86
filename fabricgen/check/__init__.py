"""Documents -> findings: everything that is emitted is checked before the first byte is written.

Fed by `build`; its findings go to whoever asked. Nothing here changes a document.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from fabricgen.check.kustomizations import wrong_resources
from fabricgen.check.layers import wrong_layers
from fabricgen.check.references import dangling_references
from fabricgen.check.shape import wrong_shapes
from fabricgen.check.substitution import stray_substitutions
from fabricgen.check.values import wrong_values
from fabricgen.cluster import Cluster
from fabricgen.documents.document import File
from fabricgen.finding import Finding, Severity
from fabricgen.schemas import Schemas, open_schemas
from fabricgen.schemas.pull.pins import pins_of
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.options import NEWEST_KUBERNETES
from fabricgen.validation.validators import Validators

CHECKS: tuple[Callable[[tuple[File, ...]], Iterator[Finding]], ...] = (
    wrong_resources,
    wrong_layers,
    dangling_references,
    stray_substitutions,
)


def check(files: Iterable[File], *, cluster: Cluster | None = None) -> tuple[Finding, ...]:
    """Return every finding, sorted by file and path; schemas are those of the versions that `cluster` pins."""
    whole = tuple(files)
    schemas = _schemas(cluster)
    found = chain(
        wrong_shapes(whole, validators=Validators(schemas, strict=True, cel=True)),
        wrong_values(whole, charts=Charts(schemas)),
        *(one(whole) for one in CHECKS),
    )
    return tuple(
        sorted(found, key=lambda finding: (finding.file, finding.object, finding.path, finding.rule))
    )


def _schemas(cluster: Cluster | None) -> Schemas:
    kubernetes = NEWEST_KUBERNETES if cluster is None else str(cluster.versions.kubernetes)
    pins = {} if cluster is None else pins_of(cluster)
    return open_schemas(("default",), kubernetes=kubernetes, pins=pins)


__all__ = ["Finding", "Severity", "check"]
