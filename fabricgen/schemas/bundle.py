"""Kubernetes' own kinds for 1.29 to 1.37, offline: what `scripts/bundle_schemas.py` derived when this was installed.

Read by `open_schemas` for `default`. A kind costs about a millisecond: one line of the index of its minor, and the
definitions that it reaches, which are stored once for all minors.
"""

# Importing pathlib takes 7 ms, which is a tenth of what ten documents take.
# ruff: noqa: PTH118, PTH120, PTH123

import json
import os
import re
from collections.abc import Collection
from typing import Final

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind, Schema

OLDEST: Final = 29
NEWEST: Final = 37

_FOLDER: Final = os.path.join(os.path.dirname(__file__), "_bundle")
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_VERSION: Final = re.compile(r"v?1\.([0-9]{1,3})(?:[.+-][0-9A-Za-z.+-]*)?")


def minor_of(kubernetes: str) -> int:
    """Return the second number of a Kubernetes version: 36 for `1.36`, `v1.36.2`; `master` is the newest there is.

    Raises:
        SchemaError: it is no version, or no schemas are bundled for it.
    """
    if kubernetes == "master":
        return NEWEST
    match = _VERSION.fullmatch(kubernetes)
    if match is None:
        raise SchemaError(f"{kubernetes!r} is not a version of Kubernetes such as 1.36 or 1.36.2")
    minor = int(match[1])
    if not OLDEST <= minor <= NEWEST:
        message = f"there are no bundled schemas for Kubernetes 1.{minor}, only for 1.{OLDEST} to 1.{NEWEST}"
        raise SchemaError(message, hint="take one of these, or name a schema location that has yours")
    return minor


class BundledSchemas:
    """The kinds of one minor of Kubernetes; lists and requests (`PodList`, `TokenReview`) among them."""

    def __init__(self, kubernetes: str, *, folder: str | os.PathLike[str] = _FOLDER) -> None:
        """Look kinds up as Kubernetes `kubernetes` has them; nothing is read yet. Raises SchemaError as minor_of."""
        self.minor = minor_of(kubernetes)
        self._folder = folder
        self._index: dict[str, str] = {}
        self._definitions = b""

    def kinds(self) -> Collection[Kind]:
        """Return every kind that this minor has, by group, version and name. Raises SchemaError without a bundle."""
        return [Kind(*key.split("/")) for key in self._lines()]

    def find(self, kind: Kind) -> Schema | None:
        """Return the schema of `kind`, everything it refers to in its `$defs`. Raises SchemaError without a bundle."""
        line = self._lines().get("/".join(kind))
        if line is None:
            return None
        digest, name, places = line.split(" ")
        definitions = json.loads(self._read(places))
        body = {"$schema": _DRAFT, **definitions.pop(name), "$defs": definitions}
        return Schema(body=body, origin=f"Kubernetes 1.{self.minor}", digest=digest)

    def digest(self, kind: Kind) -> str | None:
        """Return the digest that `find` would give, from the index alone. Raises SchemaError without a bundle."""
        line = self._lines().get("/".join(kind))
        return line.partition(" ")[0] if line else None

    def _lines(self) -> dict[str, str]:
        """Return the index: `group/version/kind` -> `digest definition places`."""
        if not self._index:
            text = self._bytes(f"1.{self.minor}").decode("ascii")
            self._index = dict(line.split(" ", 1) for line in text.splitlines())
        return self._index

    def _read(self, places: str) -> bytes:
        """Return the definitions that stand at `places` (`0-120,400-460`) as one JSON object."""
        if not self._definitions:
            self._definitions = self._bytes("definitions.jsonl")
        ends = (place.split("-") for place in places.split(","))
        return b"{" + b",".join(self._definitions[int(start) : int(end)] for start, end in ends) + b"}"

    def _bytes(self, name: str) -> bytes:
        try:
            with open(os.path.join(self._folder, name), "rb") as file:
                return file.read()
        except OSError:
            message = "the schemas of Kubernetes' own kinds are not there"
            hint = "they are derived when fabricgen is installed: run `make install`, or `pip install -e .`"
            raise SchemaError(message, place=os.fspath(self._folder), hint=hint) from None
