"""A folder as `fabricgen schemas pull --talos` makes it, from the upstream schemas beside the checkout."""

import json
from hashlib import sha256
from pathlib import Path

from fabricgen.validation.machine.talos_schema import TalosSchema

MINORS = (9, 10, 11, 12, 13, 14)


def write_pulled(folder: Path, *, schemas: Path, minors: tuple[int, ...] = MINORS) -> Path:
    """Return `folder` with the schemas of these minors and their lock."""
    versions = {}
    for minor in minors:
        data = (schemas / "talos" / f"config-v1.{minor}.schema.json").read_bytes()
        place = folder / "talos" / f"1.{minor}.0"
        place.mkdir(parents=True)
        (place / "config.schema.json").write_bytes(data)
        versions[f"1.{minor}.0"] = {"files": {"config.schema.json": sha256(data).hexdigest()}, "sources": {}}
    lock = {"components": {"talos": versions}, "format": 1}
    (folder / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return folder


def read_schemas(schemas: Path, *, minors: tuple[int, ...] = MINORS) -> list[TalosSchema]:
    """Return the schemas of these minors, newest first, each with the older ones of them."""
    newest_first = sorted(minors, reverse=True)
    texts = {
        minor: json.loads((schemas / "talos" / f"config-v1.{minor}.schema.json").read_text(encoding="utf-8"))
        for minor in newest_first
    }
    return [
        TalosSchema((1, minor), [texts[one] for one in newest_first if one <= minor])
        for minor in newest_first
    ]
