"""BTS008: Cilium is brought up with the very values that Flux gives it, byte for byte.

The rule of that name in lint compares what makes the datapath, since strangers leave out on purpose what can wait; what
we write, and what stands in our tree, is the same to the last byte.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen import yamlio
from fabricgen.check.fault import Fault
from fabricgen.check.places import Placed, trees
from fabricgen.documents.bootstrap.cilium import VALUES
from fabricgen.documents.document import File

RELEASE: Final = "infrastructure/cilium/release.yaml"
SOURCE: Final = "https://fluxcd.io/flux/components/helm/helmreleases/#values"
WHY: Final = (
    "When Flux adopts the release it upgrades it to its own values: the agents restart with another datapath while the "
    "cluster comes up, and connections break."
)


def unequal_values(files: tuple[File, ...]) -> Iterator[Fault]:
    """Yield a fault where the values of the bootstrap are not those of the HelmRelease."""
    for tree in trees(files):
        start, release = (
            next((one for one in tree if str(one.below) == path), None) for path in (VALUES, RELEASE)
        )
        if start is None or release is None:
            continue
        if not are_equal(start.document.body, _values(release)):
            yield Fault(
                document=start.document,
                rule="BTS008",
                message=f"the values are not those of {release.document.path}",
                why=WHY,
                source=SOURCE,
                fix="Have the template take the values of the HelmRelease as they are.",
            )


def _values(release: Placed) -> object:
    spec = release.document.body.get("spec")
    return spec.get("values") if isinstance(spec, Mapping) else None


def are_equal(one: object, other: object) -> bool:
    """Tell whether two sets of values are written with the same bytes."""
    return _written(one) == _written(other)


def _written(values: Any) -> str:  # noqa: ANN401 - values hold anything
    return yamlio.dump_document(values) if isinstance(values, Mapping) else repr(values)
