"""What the fuzzer starts from and what it once found: read by the laws, and validated without an exception."""

from pathlib import Path

import pytest

from fabricgen.validation.engine import Engine
from fabricgen.validation.options import Options

CORPUS = sorted((Path(__file__).parent / "fuzz" / "corpus").iterdir())


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(Options(ignore_missing_schemas=True, every=True))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_there_is_a_verdict_about_every_kept_input(engine: Engine, path: Path) -> None:
    review = engine.review_bytes(path.read_bytes(), file=path.name)

    assert sum(review.counts.values()) == len(review.verdicts)
