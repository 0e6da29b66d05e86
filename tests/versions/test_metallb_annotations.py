"""MetalLB's annotations."""

import pytest

from fabricgen.versions.metallb import annotation_prefix
from fabricgen.versions.version import parse_version


@pytest.mark.parametrize(
    ("version", "prefix"),
    [("0.13.12", "metallb.universe.tf"), ("0.14.8", "metallb.universe.tf"), ("0.14.9", "metallb.io")],
)
def test_annotations_have_the_short_domain_from_0_14_9_on(version: str, prefix: str) -> None:
    assert annotation_prefix(parse_version(version)) == prefix
