"""What is piped in has a bound, and is told where it is passed."""

from io import BytesIO

import pytest

from fabricgen.errors import ProblemsError
from fabricgen.validation.piped import read_piped


def test_what_fits_is_read_whole() -> None:
    assert read_piped(BytesIO(b"abc"), most=3) == b"abc"


def test_what_does_not_fit_is_refused_with_what_to_do() -> None:
    with pytest.raises(ProblemsError) as refused:
        read_piped(BytesIO(b"a" * (2**20 + 1)), most=2**20)

    assert str(refused.value) == (
        "stdin: more than 1 MiB come in, the most that is read at once; write it to files, and name them"
    )
