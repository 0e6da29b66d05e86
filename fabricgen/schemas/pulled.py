"""Finds schemas in a folder that `fabricgen schemas pull` filled. Its lock says what is there; nothing is listed.

One of the locations of `open_schemas`. Nothing here uses the network.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind, Schema, Schemas
from fabricgen.schemas.lock import IMPORTED, Entry, Pin, hash_of, read_lock

CHART_SCHEMA = "chart/values.schema.json"
CHART_VALUES = "chart/values.yaml"
TALOS_SCHEMA = "config.schema.json"


class PulledSchemas(Schemas):
    """The schemas of a pulled folder.

    `pins` says which version of a component counts, as component -> version; of a component without a pin what
    was imported counts, else the newest one here that has the kind. A pinned version that was not pulled has no schemas.

    Raises SchemaError if the folder's lock cannot be read; no lock means that nothing was pulled.
    """

    def __init__(self, folder: Path, *, pins: Mapping[str, str]) -> None:
        self._folder = folder
        self._pins = {component: version.removeprefix("v") for component, version in pins.items()}
        self._lock = read_lock(folder)

    def find(self, kind: Kind) -> Schema | None:
        """Return the schema of `kind`, or nothing when there is none here.

        Raises:
            SchemaError: the file is missing, cannot be read, or is not the one that was locked.
        """
        path = path_of(kind)
        pin = self._holder(path)
        if pin is None:
            return None
        body = self._json(pin, path)
        origin = str(self._folder / pin.component / pin.version / path)
        return Schema(body=body, origin=origin, digest=self._lock[pin].files[path])

    def digest(self, kind: Kind) -> str | None:
        """Return the digest that `find` would give, without opening the file; nothing when there is no schema here."""
        path = path_of(kind)
        pin = self._holder(path)
        return None if pin is None else self._lock[pin].files[path]

    def chart_digests(self) -> Mapping[tuple[str, str], str]:
        """Return the charts, by name and version, whose values.schema.json is here, with its hash."""
        return {
            (pin.component, pin.version): entry.files[CHART_SCHEMA]
            for pin, entry in self._lock.items()
            if CHART_SCHEMA in entry.files
        }

    def chart_values_schema(self, chart: str, version: str) -> Mapping[str, Any] | None:
        """Return the values.schema.json of a chart in exactly this version, or nothing. Raises SchemaError as `find`."""
        pin = Pin(chart, version.removeprefix("v"))
        return self._json(pin, CHART_SCHEMA) if self._has(pin, CHART_SCHEMA) else None

    def chart_values(self, chart: str, version: str) -> str | None:
        """Return the text of a chart's values.yaml in exactly this version, or nothing. Raises SchemaError as `find`."""
        pin = Pin(chart, version.removeprefix("v"))
        return self._read(pin, CHART_VALUES).decode() if self._has(pin, CHART_VALUES) else None

    def talos_config_schema(self, minor: tuple[int, int]) -> Mapping[str, Any] | None:
        """Return Talos' config schema of a minor, or nothing: of the pinned patch, else of the newest. Raises SchemaError."""
        patches = [
            pin
            for pin in self._lock
            if pin.component == "talos"
            and _order(pin.version)[0][:2] == minor
            and self._has(pin, TALOS_SCHEMA)
        ]
        pinned = Pin("talos", self._pins.get("talos", ""))
        chosen = pinned if pinned in patches else _newest(patches)
        return None if chosen is None else self._json(chosen, TALOS_SCHEMA)

    def talos_digests(self) -> Mapping[str, str]:
        """Return the versions of Talos whose config schemas are here, each with the digest of its schema."""
        return {
            pin.version: entry.files[TALOS_SCHEMA]
            for pin, entry in self._lock.items()
            if pin.component == "talos" and TALOS_SCHEMA in entry.files
        }

    def _holder(self, path: str) -> Pin | None:
        """Return the pin whose file counts: one that was asked for, else what the user imported, else the newest."""
        holders = [pin for pin, entry in self._lock.items() if path in entry.files]
        asked = [pin for pin in holders if self._pins.get(pin.component) == pin.version]
        own = [pin for pin in holders if pin.version == IMPORTED]
        free = [pin for pin in holders if pin.component not in self._pins]
        return _newest(asked or own or free)

    def _has(self, pin: Pin, path: str) -> bool:
        entry = self._lock.get(pin)
        return entry is not None and path in entry.files

    def _json(self, pin: Pin, path: str) -> Mapping[str, Any]:
        data = self._read(pin, path)
        body: Mapping[str, Any] = json.loads(data)  # what we wrote: its hash says so
        return body

    def _read(self, pin: Pin, path: str) -> bytes:
        return read_locked(self._folder, pin, self._lock[pin], path)


def path_of(kind: Kind) -> str:
    """Return where the schema of `kind` lies below the folder of a component's version."""
    return f"{kind.group or 'core'}/{kind.kind.lower()}_{kind.version}.json"


def read_locked(folder: Path, pin: Pin, entry: Entry, path: str) -> bytes:
    """Return the bytes of a locked file.

    Raises:
        SchemaError: it is missing, cannot be read, or is not the one that was locked.
    """
    place = folder / pin.component / pin.version / path
    try:
        data = place.read_bytes()
    except OSError as error:
        raise SchemaError(
            f"{place}: is in the lock and cannot be read: {error.strerror or error}; {_PULL}"
        ) from error
    if hash_of(data) != entry.files[path]:
        raise SchemaError(f"{place}: is not the file that the lock names (its sha256 differs); {_PULL}")
    return data


_PULL = "`fabricgen schemas pull` fetches it again"
_NUMBERS = re.compile(r"\d+")


def _newest(pins: Iterable[Pin]) -> Pin | None:
    """Return the newest version; among components that share a kind the last by name, so that it is always the same."""
    return max(pins, key=lambda pin: (_order(pin.version), pin), default=None)


def _order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Return what sorts versions: numbers, then releases after what prepares them. `semver` would cost 14 ms here."""
    release, dash, preparing = version.partition("+")[0].partition("-")
    return tuple(int(number) for number in _NUMBERS.findall(release)), not dash, preparing
