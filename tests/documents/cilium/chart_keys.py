"""What the Cilium chart knows: the keys of a values.yaml, those in comments too, and the schema of the values.

The chart's schema refuses wrong types but no unknown key, so a test needs the list of keys as well.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

# The chart whose values lie nearest to each version that is tested.
NEAREST = {
    "1.16.6": "1.16.19",
    "1.17.18": "1.17.18",
    "1.18.6": "1.18.12",
    "1.19.6": "1.19.6",
    "1.20.1": "1.20.0",
}

_KEY = re.compile(r"^(?P<indent> *)(?:# ?)?(?P<key>[A-Za-z][\w-]*):(?: |$)")


@cache
def chart_values(folder: Path, version: str) -> dict[str, Any]:
    """Return the chart's default values."""
    loaded: dict[str, Any] = yaml.load(_text(folder, version), Loader=yaml.CSafeLoader)
    return loaded


@cache
def listed_keys(folder: Path, version: str) -> frozenset[tuple[str, ...]]:
    """Return the path of every key in the chart's values.yaml; a commented `# key:` counts at its indentation."""
    found: set[tuple[str, ...]] = set()
    open_keys: list[tuple[int, str]] = []
    for line in _text(folder, version).splitlines():
        match = _KEY.match(line)
        if match is None:
            continue
        indent = len(match["indent"])
        open_keys = [(column, key) for column, key in open_keys if column < indent]
        open_keys.append((indent, match["key"]))
        found.add(tuple(key for _, key in open_keys))
    return frozenset(found)


def is_known(path: tuple[str, ...], folder: Path, version: str) -> bool:
    """Return whether the chart lists this key, or lets anything stand below an empty mapping around it."""
    keys, defaults = listed_keys(folder, version), chart_values(folder, version)
    around = (path[:end] for end in range(1, len(path)))
    return path in keys or any(_at(defaults, parent) == {} for parent in around)


def _at(values: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def faults(values: dict[str, Any], folder: Path, version: str) -> list[str]:
    """Return what the chart's schema says against the values."""
    path = folder / "charts" / "cilium" / f"values-{NEAREST[version]}.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(values)]


def _text(folder: Path, version: str) -> str:
    path = folder / "charts" / "cilium" / f"values-{NEAREST[version]}.yaml"
    return path.read_text(encoding="utf-8")
