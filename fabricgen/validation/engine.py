"""The engine: texts and files in, reviews out, in this process.

Fed by `run` with files and by `check` with what is about to be written. A document that holds costs one pass through
`Engine._holds`; only one that does not is looked at again, by `documents`.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from fabricgen.schemas import Kind, explain_missing, open_schemas
from fabricgen.schemas.errors import SchemaError
from fabricgen.validation.documents import Place, Reviewer, identify
from fabricgen.validation.options import Options
from fabricgen.validation.review import Review
from fabricgen.validation.selection import read_kinds, read_removals
from fabricgen.validation.validators import Validator, Validators
from fabricgen.yamlio import Chunk, YamlSyntaxError, iter_documents, read_value, split_documents


class Engine:
    """Judges documents by the schemas and rules that its options name."""

    def __init__(self, options: Options) -> None:
        """Read the options; schemas are found and compiled when the first document of a kind comes.

        Raises:
            ProblemsError: an option cannot be understood.
        """
        self.options = options
        self._schemas = open_schemas(options.schema_locations, kubernetes=options.kubernetes)
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

    def review_file(self, path: str) -> Review:
        """Return the review of the file at `path`; what keeps it from being read is a verdict too."""
        try:
            return self._review(iter_documents(path), file=path)
        except YamlSyntaxError as error:
            review = Review()
            review.add(Place(file=path, text="", line=1, index=0).unreadable(error))
            return review

    def review_text(self, text: str, *, file: str) -> Review:
        """Return the review of a text, which is called `file` in what is said about it."""
        return self._review(split_documents(text), file=file)

    def _review(self, chunks: Iterable[Chunk], *, file: str) -> Review:
        review = Review()
        held = 0
        for index, chunk in enumerate(chunks):
            try:
                body = read_value(chunk.text)
            except YamlSyntaxError as error:
                review.add(Place(file=file, text=chunk.text, line=chunk.line, index=index).unreadable(error))
                continue
            if not self._holds(body, kinds=review.kinds):
                place = Place(file=file, text=chunk.text, line=chunk.line, index=index)
                self._look_again(body, place=place, review=review)
            elif self.options.every:
                review.add(identify(body, Place(file=file, text="", line=chunk.line, index=index)))
            else:
                held += 1
        review.count_valid(held)
        return review

    def _holds(self, body: Any, *, kinds: set[tuple[str, str]]) -> bool:  # noqa: ANN401 - a document holds anything
        """Tell whether `body` is of a kind that its validator alone judges, and holds; no is not yet a verdict.

        The kind is added to `kinds`.
        """
        try:
            key = body["apiVersion"], body["kind"]
            validator = self._plain.get(key) or self._find_plain(key)
        except (KeyError, TypeError, SchemaError):
            return False
        if validator is None:
            return False
        kinds.add(key)
        return validator.holds(body)

    def _find_plain(self, key: tuple[str, str]) -> Validator | None:
        if not (isinstance(key[0], str) and isinstance(key[1], str)) or self._reviewer.is_special(key):
            return None
        validator = self._validators.find(key)
        if validator is not None:
            self._plain[key] = validator
        return validator

    def _look_again(self, body: Any, *, place: Place, review: Review) -> None:  # noqa: ANN401 - as above
        for verdict in self._reviewer.review(body, place):
            review.add(verdict, told=self.options.every or verdict.status != "valid")
            review.kinds.add((verdict.api_version, verdict.kind))
