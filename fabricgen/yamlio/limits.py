"""How much is read: bounds on files, documents and what is in them, so that no input takes long or much memory.

Used by everything that reads. The API server refuses a request above 3 MiB (`MaxRequestBodyBytes` in
`staging/src/k8s.io/apiserver/pkg/server/config.go` of kubernetes/kubernetes), etcd one above 1.5 MiB, so no
document that is meant for a cluster comes near these.
"""

from typing import Final

MOST_BYTES_OF_A_FILE: Final = 256 * 2**20
"""As much as kubeconform and flux-schema take; a stream of 100,000 documents has about 80 MB."""

MOST_CHARACTERS: Final = 8 * 2**20
"""Of one document."""

TOO_LONG: Final = (
    f"this document has more than {MOST_CHARACTERS:,} characters, the most that is read; "
    "the API server takes 3 MiB"
)

MOST_VALUES: Final = 250_000
"""Of one document, keys not counted; a request of 3 MiB could hold as many, but nothing that people write does."""

MOST_COPIES: Final = 100_000
"""Values inside mappings and lists that aliases repeat: ten lines of aliases can stand for billions."""

MOST_LEVELS: Final = 200
"""The deepest nesting that is read or written; far more than any real document has, far less than Python's
recursion limit, so that everything behind may recurse."""

MOST_PROBLEMS: Final = 200
"""Of one text; whoever mends these will run again."""

MOST_AMBIGUITIES: Final = 1000
"""Of one document."""


def shorten(text: str) -> str:
    """`text` for a message: its start, when it is long."""
    return text if len(text) <= 80 else f"{text[:60]}… ({len(text):,} characters)"  # noqa: PLR2004 - a line's width
