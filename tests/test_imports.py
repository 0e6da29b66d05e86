"""Imports point along the flow, never back: see the picture in STYLE of the flow in `fabricgen/pipeline.py`."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "fabricgen"
# What each part may import, besides itself. The order is the order of the flow.
ALLOWED: dict[str, set[str]] = {
    "atomic": set(),
    "digests": set(),
    "errors": set(),
    "addresses": set(),
    "hardware": {"versions"},
    "versions": set(),
    "json_schema": set(),
    "yamlio": {"errors", "json_schema"},
    "cluster": {"addresses", "versions"},
    "schematic": {"cluster", "hardware", "errors", "yamlio"},
    "description": {"addresses", "versions", "errors"},
    "secrets": {"errors", "yamlio"},
    "load": {"secrets", "description", "yamlio", "errors", "addresses", "versions"},
    "plugins": {"cluster", "description", "documents", "errors", "rules"},
    "resolve": {
        "plugins",
        "secrets",
        "charts",
        "description",
        "cluster",
        "addresses",
        "hardware",
        "schematic",
        "versions",
        "errors",
    },
    "template_folders": set(),
    "templates": {"template_folders", "yamlio", "errors"},
    "advise": {"cluster", "versions"},
    "pictures": {"cluster", "addresses", "versions"},
    "documents": {
        "advise",
        "pictures",
        "cluster",
        "addresses",
        "templates",
        "versions",
        "yamlio",
        "errors",
        "hardware",
        "charts",
    },
    "objects": {"addresses", "errors", "yamlio"},
    "finding": set(),
    "schemas": {
        "atomic",
        "digests",
        "errors",
        "yamlio",
        "description",
        "load",
        "resolve",
        "cluster",
        "versions",
    },
    "charts": {"errors", "yamlio"},
    "validation": {
        "digests",
        "errors",
        "finding",
        "json_schema",
        "yamlio",
        "schemas",
        "charts",
        "objects",
        "versions",
        "addresses",
    },
    "repository": {"errors", "yamlio", "validation"},
    "fabric": {
        "repository",
        "validation",
        "addresses",
        "versions",
        "yamlio",
        "charts",
        "errors",
    },
    "rules": {
        "fabric",
        "repository",
        "finding",
        "errors",
        "versions",
        "addresses",
        "charts",
        "yamlio",
        "validation",
        "objects",
    },
    "lint": {
        "plugins",
        "atomic",
        "fabric",
        "repository",
        "rules",
        "finding",
        "errors",
        "tree",
        "validation",
        "yamlio",
        "pipeline",
    },
    "check": {
        "plugins",
        "charts",
        "documents",
        "objects",
        "errors",
        "finding",
        "validation",
        "schemas",
        "cluster",
        "lint",
        "repository",
        "yamlio",
        "load",
        "tree",
    },
    "tree": {"atomic", "errors"},
    "publish": {"errors", "pipeline", "tree"},
    "pipeline": {
        "template_folders",
        "secrets",
        "load",
        "resolve",
        "cluster",
        "documents",
        "check",
        "templates",
        "tree",
        "errors",
        "lint",
    },
    "impact": {"versions"},
    "diff": {
        "addresses",
        "cluster",
        "documents",
        "errors",
        "impact",
        "load",
        "pipeline",
        "template_folders",
        "templates",
        "tree",
        "yamlio",
    },
    "addressplan": {
        "addresses",
        "cluster",
        "fabric",
        "repository",
        "lint",
        "load",
        "pipeline",
    },
    "migration": {
        "addresses",
        "cluster",
        "documents",
        "errors",
        "fabric",
        "lint",
        "load",
        "pipeline",
        "repository",
        "versions",
        "yamlio",
    },
    "upgrade": {
        "atomic",
        "charts",
        "cluster",
        "description",
        "diff",
        "documents",
        "errors",
        "impact",
        "load",
        "pipeline",
        "tree",
        "versions",
        "yamlio",
    },
    "memory": {"digests", "schemas", "template_folders", "validation"},
    "fleet": {
        "check",
        "errors",
        "finding",
        "lint",
        "memory",
        "pipeline",
        "tree",
        "validation",
    },
    "starting": {
        "addresses",
        "atomic",
        "description",
        "errors",
        "load",
        "pipeline",
        "versions",
        "yamlio",
    },
    "report": {
        "atomic",
        "check",
        "cluster",
        "diff",
        "documents",
        "errors",
        "finding",
        "lint",
        "load",
        "pictures",
        "pipeline",
        "upgrade",
        "versions",
    },
    "doctor": {
        "check",
        "cluster",
        "description",
        "documents",
        "errors",
        "lint",
        "load",
        "pipeline",
        "schemas",
        "starting",
        "versions",
    },
    "commands": {
        "doctor",
        "report",
        "starting",
        "plugins",
        "fleet",
        "memory",
        "upgrade",
        "versions",
        "diff",
        "publish",
        "secrets",
        "advise",
        "addresses",
        "addressplan",
        "check",
        "validation",
        "lint",
        "migration",
        "schemas",
        "finding",
        "pipeline",
        "load",
        "description",
        "documents",
        "tree",
        "errors",
    },
    "cli": {"commands", "errors"},
}


def _imports(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    parts = {name.split(".")[1] for name in names if name.startswith("fabricgen.")}
    bare = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "fabricgen"
        for alias in node.names
    }
    return parts | (bare & set(ALLOWED))


@pytest.mark.parametrize("part", ALLOWED)
def test_no_import_points_back(part: str) -> None:
    folder = PACKAGE / part
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{part}.py"]

    found = {name for path in files for name in _imports(path)} - {part}

    assert found <= ALLOWED[part]


def test_every_part_of_the_package_has_a_place_in_the_order() -> None:
    parts = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
    }

    assert parts - {"__init__", "__main__"} == set(ALLOWED)
