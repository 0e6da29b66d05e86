"""The five real clusters, each rendered once for all tests of this folder."""

from functools import cache
from pathlib import Path

import pytest

import fabricgen

ROOT = Path(__file__).parent.parent.parent
DESCRIPTIONS = sorted((ROOT / "clusters").glob("*.yaml"))


@cache
def _rendered(path: Path) -> fabricgen.Rendered:
    return fabricgen.render_cluster(fabricgen.resolve_cluster(fabricgen.load_file(path)))


@pytest.fixture(params=DESCRIPTIONS, ids=lambda path: path.stem)
def rendered(request: pytest.FixtureRequest) -> fabricgen.Rendered:
    """One of the five, in memory."""
    path: Path = request.param
    return _rendered(path)


@pytest.fixture
def gitops() -> Path:
    """The committed trees."""
    return ROOT / "gitops"
