"""Schemas at http and https addresses: fetched once a run, and kept in a folder between runs where one is named.

Imported by `locations` only when such a location is used. The fetching is that of `fabricgen schemas pull`.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Schema
from fabricgen.schemas.pull.fetch import Fetcher, MissingFileError, Patience
from fabricgen.schemas.schema_file import MOST_BYTES, parse_schema

_PATIENCE: Final = Patience(
    silence_seconds=10, request_seconds=60, pauses_seconds=(0.5, 1), most_bytes=MOST_BYTES
)


class RemoteSchemas:
    """Schemas by their whole address. `cache` is laid out as kubeconform's: the sha256 of the address is the name.

    Raises SchemaError if the cache is no folder and cannot be made one.
    """

    def __init__(self, *, cache: Path | None, insecure: bool, patience: Patience = _PATIENCE) -> None:
        if cache is not None:
            _make_folder(cache)
        self._cache = cache
        self._fetcher = Fetcher(patience=patience, insecure=insecure)
        self._loaded: dict[str, Schema | None] = {}

    def load(self, address: str) -> Schema | None:
        """Return the schema at `address`, or nothing when the server says that there is none.

        Raises:
            SchemaError: it cannot be had, or is no schema.
        """
        if address not in self._loaded:
            self._loaded[address] = self._kept(address) or self._fetched(address)
        return self._loaded[address]

    def digest(self, address: str) -> str | None:
        """Return the digest of the schema at `address`, at the cost of having it. Raises SchemaError as `load` does."""
        found = self.load(address)
        return found.digest if found else None

    def _kept(self, address: str) -> Schema | None:
        """Return what an earlier run kept; what is not whole, or cannot be read, is fetched again."""
        if self._cache is None:
            return None
        try:
            return parse_schema((self._cache / _name(address)).read_bytes(), place=address)
        except (OSError, SchemaError):
            return None

    def _fetched(self, address: str) -> Schema | None:
        try:
            data = self._fetcher.fetch(address)
        except MissingFileError:
            return None
        schema = parse_schema(data, place=address)
        if self._cache is not None:
            _keep(data, self._cache / _name(address))
        return schema


def _name(address: str) -> str:
    return sha256(address.encode()).hexdigest()


def _make_folder(cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SchemaError(f"the cache cannot be used: {error.strerror}", place=str(cache)) from error


def _keep(data: bytes, place: Path) -> None:
    """Write a file at once or not at all: another run may read it now. That it cannot be kept stops nothing."""
    with suppress(OSError), NamedTemporaryFile(dir=place.parent, delete=False) as file:
        written = Path(file.name)
        try:
            file.write(data)
            file.flush()
            written.replace(place)
        except OSError:
            written.unlink()
