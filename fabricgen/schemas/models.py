"""Our typed models as JSON Schemas: kinds that fabricgen writes and that no package ships. No pydantic is needed.

Read by `open_schemas` for `default`, after everything that is upstream's own. `models.json` is generated from
`fabricgen.objects` by `make generated`. What the models check in Python code stands there as CEL rules.
"""

# Importing pathlib takes 7 ms, which is a tenth of what ten documents take.
# ruff: noqa: PTH118, PTH120, PTH123

import json
import os
from collections.abc import Collection, Mapping
from typing import Any, Final

from fabricgen.schemas.kind import Kind, Schema

_FILE: Final = os.path.join(os.path.dirname(__file__), "models.json")


class ModelSchemas:
    """The kinds of our models, in every version that a model stands for."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._texts: dict[str, str] = {}
        self._parsed: dict[str, Any] = {}

    def kinds(self) -> Collection[Kind]:
        """Return every kind that has a model, by group, version and name."""
        return [Kind(*name.split("/")) for name in self._lines() if "/" in name]

    def find(self, kind: Kind) -> Schema | None:
        """Return the schema of `kind`, in one piece as a CRD's; nothing without a model."""
        entry = self._entry("/".join(kind))
        if entry is None:
            return None
        origin = f"fabricgen's model of {kind.kind}"
        return Schema(body=self._whole(entry["schema"]), origin=origin, digest=entry["digest"])

    def digest(self, kind: Kind) -> str | None:
        """Return the digest that `find` would give."""
        entry = self._entry("/".join(kind))
        return entry["digest"] if entry else None

    def _whole(self, node: Any) -> Any:  # noqa: ANN401 - any part of a schema
        """Return a part of a schema with definitions in the place of references: CEL knows no references."""
        match node:
            case {"$ref": str(reference)}:
                name = reference.removeprefix("#/$defs/")
                if name not in self._parsed:
                    self._parsed[name] = self._whole(self._entry(name))
                return self._parsed[name]
            case dict():
                return {key: self._whole(value) for key, value in node.items()}
            case list():
                return [self._whole(value) for value in node]
            case _:
                return node

    def _entry(self, name: str) -> Any:  # noqa: ANN401 - a kind's entry, or a definition
        text = self._lines().get(name)
        return json.loads(text) if text else None

    def _lines(self) -> Mapping[str, str]:
        """Return the text of each entry: only what is needed is parsed."""
        if not self._texts:
            with open(_FILE, encoding="utf-8") as file:
                lines = file.read().splitlines()[1:-1]
            for line in lines:
                name, _, text = line[1:].partition('":')
                self._texts[name] = text.removesuffix(",")
        return self._texts
