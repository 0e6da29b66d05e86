"""Where Talos' schemas are pulled to, among the schema locations; little is imported, since every cached run asks.

Used by `machines` for the schemas, and by the engine for what names them.
"""

from collections.abc import Sequence
from pathlib import Path

from fabricgen.schemas.locations import find_pulled
from fabricgen.schemas.lock import LOCK_NAME
from fabricgen.schemas.pulled import PulledSchemas


def pulled_folders(locations: Sequence[str], *, version: str = "") -> tuple[PulledSchemas, ...]:
    """Return the pulled folders among schema locations; `version` of Talos is preferred to newer patches of its minor.

    Raises:
        SchemaError: the lock of one cannot be read.
    """
    folders = (
        find_pulled(Path.cwd()) if one == "default" else Path(one)
        for one in locations
        if one == "default" or ("://" not in one and Path(one, LOCK_NAME).is_file())
    )
    pins = {"talos": version} if version else {}
    return tuple(PulledSchemas(Path(folder), pins=pins) for folder in folders if folder is not None)


def talos_digest(locations: Sequence[str]) -> str:
    """Return what names the content of all schemas of Talos in the locations. Raises SchemaError as above."""
    found = [pulled.talos_digests() for pulled in pulled_folders(locations)]
    return " ".join(f"{version}:{digest}" for one in found for version, digest in sorted(one.items()))
