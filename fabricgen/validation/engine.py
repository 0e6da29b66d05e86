"""The engine: texts and files in, reviews out, in this process.

Fed by `run` with files and by `check` with what is about to be written. A document that holds costs one pass through
`Engine._holds`; only one that does not is looked at again, by `documents`.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from fabricgen.schemas import Http, Kind, explain_missing, open_schemas
from fabricgen.schemas.errors import SchemaError
from fabricgen.validation.cache import digest_of
from fabricgen.validation.documents import Place, Reviewer
from fabricgen.validation.options import Options
from fabricgen.validation.review import Review
from fabricgen.validation.selection import read_kinds, read_removals
from fabricgen.validation.validators import Validator, Validators
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

_HELD_WHOLE: Final = 8 * 2**20
"""Bytes of a file that is read at once."""


class Engine:
    """Judges documents by the schemas and rules that its options name."""

    def __init__(self, options: Options) -> None:
        """Read the options; schemas are found and compiled when the first document of a kind comes.

        Raises:
            ProblemsError: an option cannot be understood.
        """
        self.options = options
        self._schemas = open_schemas(
            options.schema_locations,
            kubernetes=options.kubernetes,
            strict=options.strict,
            http=Http(cache=options.http_cache, insecure=options.insecure),
        )
        self._validators = Validators(self._schemas, strict=options.strict, cel=options.cel)
        self._reviewer = Reviewer(
            validators=self._validators,
            skip=read_kinds(options.skip),
            reject=read_kinds(options.reject),
            removals=read_removals(options.skip_paths),
            ignore_missing=options.ignore_missing_schemas,
            explain_missing=partial(explain_missing, kubernetes=options.kubernetes),
        )
        self._plain: dict[tuple[str, str], Validator] = {}

    def digest(self, key: tuple[str, str]) -> str:
        """Return what names the schema of (apiVersion, kind); empty when there is none."""
        try:
            schema = self._schemas.find(Kind.of(*key))
        except SchemaError:
            return ""
        return schema.digest if schema else ""

    def review_file(self, path: str) -> tuple[str, Review]:
        """Return the digest of the content of a file, and its review; what keeps it from being read is in there too.

        A large file is never held whole, and then there is no digest.
        """
        try:
            data = read_limited(path, most=_HELD_WHOLE)
        except UnreadableFileError:
            return "", self._review(iter_documents(path), file=path)
        return digest_of(data), self.review_bytes(data, file=path)

    def review_bytes(self, data: bytes, *, file: str) -> Review:
        """Return the review of what was read from a file, or from stdin."""
        try:
            chunks = split_documents(decode(data, source=file))
        except YamlSyntaxError as error:
            review = Review()
            review.add(Place(file=file, text="", line=1, index=0).unreadable(error))
            return review
        return self._review(chunks, file=file)

    def _review(self, chunks: Iterable[Chunk], *, file: str) -> Review:
        review = Review()
        held = number = 0
        try:
            for number, chunk in enumerate(chunks):
                if self._holds(chunk.text, kinds=review.kinds):
                    held += 1
                else:
                    self._look_closely(
                        Place(file=file, text=chunk.text, line=chunk.line, index=number), review
                    )
        except YamlSyntaxError as error:
            review.add(Place(file=file, text="", line=1, index=number).unreadable(error))
        review.count_valid(held)
        return review

    def _holds(self, text: str, *, kinds: set[tuple[str, str]]) -> bool:
        """Tell whether a document is surely valid and nothing is to be told about it; no is not yet a verdict.

        Its kind is added to `kinds`.
        """
        if self.options.every:
            return False
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

    def _find_plain(self, key: tuple[str, str]) -> Validator | None:
        """Return the validator of a kind that its schema alone judges."""
        if not (isinstance(key[0], str) and isinstance(key[1], str)) or self._reviewer.is_special(key):
            return None
        validator = self._validators.find(key)
        if validator is not None:
            self._plain[key] = validator
        return validator

    def _look_closely(self, place: Place, review: Review) -> None:
        try:
            body = read_value(place.text)
        except YamlSyntaxError as error:
            review.add(place.unreadable(error))
            return
        for verdict in self._reviewer.review(body, place):
            review.add(verdict, told=self.options.every or verdict.status != "valid")
            review.kinds.add((verdict.api_version, verdict.kind))
