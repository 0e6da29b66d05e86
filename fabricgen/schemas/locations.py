"""All places where schemas are looked for, in the order in which they were named. Used by `validation`."""

# Importing pathlib takes 7 ms, which is a tenth of what ten documents take.
# ruff: noqa: PTH109, PTH110, PTH113, PTH118, PTH120

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final

from fabricgen.schemas.bundle import BundledSchemas
from fabricgen.schemas.kind import ChartSchemas, Kind, Schema, Schemas
from fabricgen.schemas.models import ModelSchemas
from fabricgen.schemas.target import Target

_LOCK: Final = "lock.json"

# Names as the API server takes them; anything else can be no kind, and never becomes part of a path.
# From: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_GROUP: Final = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*)?")
_VERSION: Final = re.compile(_LABEL)
_NAME: Final = re.compile(_LABEL, re.IGNORECASE)
_NAME_BYTES: Final = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """How schemas are fetched.

    Attributes:
        cache: the folder where they are kept, under the names that kubeconform gives them; None keeps them for this run.
        insecure: whether certificates go unchecked.
    """

    cache: str | os.PathLike[str] | None = None
    insecure: bool = False


def open_schemas(
    locations: Sequence[str],
    *,
    kubernetes: str,
    strict: bool = True,
    http: Http | None = None,
    pins: Mapping[str, str] = MappingProxyType({}),
) -> Schemas:
    """Return the schemas of `locations`, of which the first that has a kind decides.

    A location is `default` (the pulled folder, Kubernetes' own kinds, our models), a folder, an address, or either with
    the variables of kubeconform or flux-schema. `strict` only decides what `{{.StrictSuffix}}` is. `pins` says which
    version of a component counts in a pulled folder; without one, the newest that was pulled.

    Raises:
        SchemaError: a location cannot be understood or is not there, or `kubernetes` is not covered by `default`.
    """
    target = Target(kubernetes=kubernetes, strict=strict)
    opened = (_open(location, target=target, http=http or Http(), pins=pins) for location in locations)
    return _Ordered(tuple(chain.from_iterable(opened)))


def charts_among(schemas: Schemas) -> tuple[ChartSchemas, ...]:
    """Return, of what `open_schemas` opened, the places that have schemas of Helm charts, in their order."""
    places = schemas.places if isinstance(schemas, _Ordered) else (schemas,)
    return tuple(place for place in places if isinstance(place, ChartSchemas))


def _open(location: str, *, target: Target, http: Http, pins: Mapping[str, str]) -> Iterator[Schemas]:
    # What few runs need is imported here: each run pays for every import, and most are over in a blink.
    if location == "default":
        pulled = find_pulled(os.getcwd())
        if pulled is not None:
            yield _open_pulled(pulled, pins)
        yield BundledSchemas(target.kubernetes)
        yield ModelSchemas()
    elif location.startswith(("http://", "https://")):
        from pathlib import Path  # noqa: PLC0415 - as said above

        from fabricgen.schemas.remote import RemoteSchemas  # noqa: PLC0415 - as said above

        remote = RemoteSchemas(cache=Path(http.cache) if http.cache else None, insecure=http.insecure)
        yield _open_layout(location, target=target, load=remote.load, digest=remote.digest)
    elif os.path.isfile(os.path.join(location, _LOCK)):
        yield _open_pulled(location, pins)
    else:
        from fabricgen.schemas.schema_file import digest_schema, read_schema  # noqa: PLC0415 - as said above

        yield _open_layout(location, target=target, load=read_schema, digest=digest_schema)


def _open_pulled(folder: str | os.PathLike[str], pins: Mapping[str, str]) -> Schemas:
    from pathlib import Path  # noqa: PLC0415 - as said above

    from fabricgen.schemas.pulled import PulledSchemas  # noqa: PLC0415 - as said above

    return PulledSchemas(Path(folder), pins=pins)


def _open_layout(
    location: str,
    *,
    target: Target,
    load: Callable[[str], Schema | None],
    digest: Callable[[str], str | None],
) -> Schemas:
    from fabricgen.schemas.layout import SchemasByLayout, templates_of  # noqa: PLC0415 - as said above

    return SchemasByLayout(templates_of(location), target=target, load=load, digest=digest)


def find_pulled(start: str | os.PathLike[str]) -> str | None:
    """Return the folder `schemas/` with a lock, of `start` or of a folder above it within the same repository."""
    above, folder = os.fspath(start), ""
    while above != folder:
        folder, above = above, os.path.dirname(above)
        if os.path.isfile(os.path.join(folder, "schemas", _LOCK)):
            return os.path.join(folder, "schemas")
        if os.path.exists(os.path.join(folder, ".git")):
            return None
    return None


class _Ordered:
    """Several places; the first that has a kind decides."""

    def __init__(self, places: tuple[Schemas, ...]) -> None:
        self.places = places

    def find(self, kind: Kind) -> Schema | None:
        if not _is_name(kind):
            return None
        return next((found for place in self.places if (found := place.find(kind))), None)

    def digest(self, kind: Kind) -> str | None:
        if not _is_name(kind):
            return None
        return next((digest for place in self.places if (digest := place.digest(kind))), None)


def _is_name(kind: Kind) -> bool:
    return bool(
        len(kind.group) <= _NAME_BYTES
        and _GROUP.fullmatch(kind.group)
        and _VERSION.fullmatch(kind.version)
        and _NAME.fullmatch(kind.kind)
    )
