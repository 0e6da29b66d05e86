"""What is piped in, up to a bound: no more than of a file. Used by `validate` and `schemas import`."""

from typing import IO

from fabricgen.errors import Problem, ProblemsError
from fabricgen.yamlio.limits import MOST_BYTES_OF_A_FILE


def read_piped(stream: IO[bytes], *, most: int = MOST_BYTES_OF_A_FILE) -> bytes:
    """Return all that is piped in. Raises ProblemsError if it is more than `most` bytes."""
    data = stream.read(most + 1)
    if len(data) > most:
        message = f"more than {most // 2**20} MiB come in, the most that is read at once"
        raise ProblemsError([Problem(message=message, file="stdin", hint="write it to files, and name them")])
    return data
