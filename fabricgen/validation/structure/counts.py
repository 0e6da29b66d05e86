"""What no schema can say about metadata: sums, and owners named twice.

Asked by `compiled` about metadata that is not of usual size, and by `problems`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fabricgen.errors import Problem
from fabricgen.objects.wording import show

# Of all keys and values together. From ValidateAnnotationsSize in
# <https://github.com/kubernetes/apimachinery/blob/v0.36.1/pkg/api/validation/objectmeta.go>
_ANNOTATION_BYTES: Final = 256 * 1024


def count_problems(metadata: Any) -> Iterator[Problem]:  # noqa: ANN401 - a document holds anything
    """Yield what no schema can say: annotations that are too large together, owners named twice."""
    fields = metadata if isinstance(metadata, dict) else {}
    annotations, owners = fields.get("annotations"), fields.get("ownerReferences")
    if isinstance(annotations, dict):
        texts = (one for pair in annotations.items() for one in pair if isinstance(one, str))
        size = sum(len(one.encode(errors="surrogatepass")) for one in texts)
        if size > _ANNOTATION_BYTES:
            message = (
                f"all annotations together are {size} bytes long; at most {_ANNOTATION_BYTES} are allowed"
            )
            yield Problem(message=message, path=("annotations",))
    if isinstance(owners, list):
        yield from _owner_problems([one.get("uid") for one in owners if isinstance(one, dict)])


def _owner_problems(uids: Sequence[Any]) -> Iterator[Problem]:
    for number, uid in enumerate(uids):
        if (first := uids.index(uid)) < number:
            message = f"item {first} of this list has uid {show(uid)} already"
            yield Problem(message=message, path=("ownerReferences", number), hint="leave one of them out")
