"""Packages as pip leaves them: a module and a folder *.dist-info with entry points."""

from pathlib import Path

COMPONENT = """\
import fabricgen

def drafts(cluster, options):
    base = {{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "about", "namespace": "default"}}}}
    says = fabricgen.Setting(path=("data", "name"), value=cluster.name, why="people ask", source="https://example.org")
    yield fabricgen.Draft(path="infrastructure/about/about.yaml", parts=(fabricgen.Part(base=base, settings=(says,)),))

about = fabricgen.Component(drafts=drafts, options=fabricgen.Options, why="says its name"{more})
"""
RULES = """\
import fabricgen

def check(fabric):
    for item in fabric.of("", "ConfigMap"):
        yield fabricgen.Hit.at(item, ("data",), "is a ConfigMap")

RULES = tuple(
    fabricgen.Rule(
        id=name, severity="{severity}", title="No ConfigMaps", why="House rule.", source="https://example.org",
        fix="Remove it.", check=check,
    )
    for name in {ids}
)
"""


def install(folder: Path, package: str, module: str, text: str, **entries: str) -> None:
    """Write a package of one module; `entries` are groups (components, rules) with `name = object` lines."""
    (folder / f"{module}.py").write_text(text, encoding="utf-8")
    info = folder / f"{package.replace('-', '_')}-1.2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2.0\n", encoding="utf-8"
    )
    groups = (f"[fabricgen.{group}]\n{line}\n" for group, line in entries.items())
    (info / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
