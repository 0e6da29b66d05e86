"""Texts and files in, reviews out: the loop that every document goes through.

Made by `engine` for the first file that nothing is known of. A document that holds costs one pass through
`Judge._holds`; only one that does not is looked at again, by `documents`.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from fabricgen.schemas import SchemaError, Schemas
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.helm.watch import Holds, Watch, is_release, pending_of
from fabricgen.validation.options import Options
from fabricgen.validation.result import Verdict
from fabricgen.validation.review import Review
from fabricgen.validation.selection import Selection
from fabricgen.validation.validators import Validators
from fabricgen.yamlio import (
    Chunk,
    UnreadableFileError,
    YamlSyntaxError,
    decode,
    iter_documents,
    read_limited,
    read_value,
    split_documents,
)

if TYPE_CHECKING:
    from fabricgen.validation.documents import Reviewer

_HELD_WHOLE: Final = 8 * 2**20
"""Bytes of a file that is read at once."""


class Judge:
    """Judges documents by the schemas and rules of a run."""

    def __init__(self, options: Options, *, schemas: Schemas, selection: Selection, charts: Charts) -> None:
        """Keep what the run is told; schemas are compiled when the first document of a kind comes."""
        self._options = options
        self._validators = Validators(schemas, strict=options.strict, cel=options.cel)
        self._selection = selection
        self._charts = charts
        self._plain: dict[tuple[str, str], Holds] = {}
        self._awaiting: list[Mapping[str, Any]] = []

    @cached_property
    def _reviewer(self) -> "Reviewer":
        """Who looks at what does not simply hold; in most runs nothing comes to it, so it is loaded late."""
        from fabricgen.validation.documents import Reviewer  # noqa: PLC0415 - as said above

        return Reviewer(
            self._options, validators=self._validators, charts=self._charts, selection=self._selection
        )

    def unchecked(self) -> list[str]:
        """Return the CEL rules that this process met and cannot evaluate, each with its kind and the reason."""
        return list(self._validators.unchecked())

    def review_file(self, path: str) -> tuple[bytes | None, Review]:
        """Return the content of a file and its review; what keeps it from being read is in the review.

        A large file is never held whole, and its content is not returned.
        """
        try:
            data = read_limited(path, most=_HELD_WHOLE)
        except UnreadableFileError:
            return None, self._review(iter_documents(path), file=path)
        return data, self.review_bytes(data, file=path)

    def review_bytes(self, data: bytes, *, file: str) -> Review:
        """Return the review of what was read from a file, or from stdin."""
        try:
            chunks = split_documents(decode(data, source=file))
        except YamlSyntaxError as error:
            review = Review()
            self._reviewer.add_unreadable(error, file=file, index=0, review=review)
            return review
        return self._review(chunks, file=file)

    def _review(self, chunks: Iterable[Chunk], *, file: str) -> Review:
        review = Review()
        held = number = 0
        every = self._options.every
        try:
            for number, chunk in enumerate(chunks):
                if not every and self._holds(chunk.text, kinds=review.kinds):
                    held += 1
                elif self._awaiting:
                    blank = Verdict(file=file, line=chunk.line, index=number, status="valid")
                    review.pending.append(pending_of(self._awaiting.pop(), blank))
                else:
                    self._reviewer.add_document(chunk, file=file, index=number, review=review)
        except YamlSyntaxError as error:
            self._reviewer.add_unreadable(error, file=file, index=number, review=review)
        review.count_valid(held)
        return review

    def _holds(self, text: str, *, kinds: set[tuple[str, str]]) -> bool:
        """Tell whether a document is surely valid and nothing is to be told about it; no is not yet a verdict.

        Its kind is added to `kinds`.
        """
        try:
            body = read_value(text)
            key = body["apiVersion"], body["kind"]
            validator = self._plain.get(key) or self._find_plain(key)
        except (YamlSyntaxError, KeyError, TypeError, SchemaError):
            return False
        if validator is None:
            return False
        kinds.add(key)
        return validator.holds(body)

    def _find_plain(self, key: tuple[str, str]) -> Holds | None:
        """Return what tells of a kind whether its schema alone judges a document, and finds nothing."""
        if self._selection.touches(key) or not all(type(part) is str for part in key):
            return None
        validator = self._validators.find(key)
        if validator is None:
            return None
        plain: Holds = validator
        if is_release(key):
            plain = Watch(validator, names=self._charts.names, awaiting=self._awaiting)
        return self._plain.setdefault(key, plain)
