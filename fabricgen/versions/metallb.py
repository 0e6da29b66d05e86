"""MetalLB: which names its controller reads. Used where the address plan and MetalLB's objects name annotations."""

from typing import Final

from fabricgen.versions.version import Version

_SHORT_PREFIX_SINCE: Final = Version(0, 14, 9)


def annotation_prefix(version: Version) -> str:
    """Return the domain of MetalLB's annotations: before 0.14.9 only the long one, from then on both are read.

    Source: AnnotationPrefix in https://github.com/metallb/metallb/blob/v0.14.9/controller/service.go
    """
    return "metallb.io" if version >= _SHORT_PREFIX_SINCE else "metallb.universe.tf"
