"""Substitutions of Flux that nothing fills."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.errors import Path
from fabricgen.fabric import Fabric
from fabricgen.repository.flux import substitutes
from fabricgen.rules.rule import Hit, rule

# Only the plain form: forms with a default or a function give a text without the variable as well.
_PLAIN: Final = re.compile(r"(?<!\$)\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")


@rule(
    "FLX001",
    "warning",
    "A substitution has a value",
    why="Where a Kustomization substitutes variables, it does so in every object: from Flux 2.9 on a name without a "
    "value fails the whole Kustomization, before it became an empty text, in scripts and configurations too.",
    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution",
    fix="Define the variable, write $${NAME} where the text is meant, or annotate the object with "
    "kustomize.toolkit.fluxcd.io/substitute: disabled.",
)
def stray_substitution(fabric: Fabric) -> Iterator[Hit]:
    """Yield the first substitution of each object that no variable of its Kustomization fills."""
    for layer in fabric.layers if not fabric.changes_layers else ():
        if layer.variables is None or layer.unknown_variables or not layer.item.exact:
            continue
        for item in layer.items:
            if not substitutes(item) or not item.exact:
                continue
            for path, name in _open(item.origin.body, layer.variables, ()):
                if f"${{{name}}}" not in str(item.get(*path)):
                    continue  # Something was put in its place before, such as targetNamespace.
                message = f"${{{name}}} is not defined by {layer.item.label}"
                yield Hit(place=item.place(*path), message=message, object=item.label)
                break


def _open(value: Any, variables: Mapping[str, str], path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - a document holds anything
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _open(inner, variables, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _open(inner, variables, (*path, number))
    elif isinstance(value, str) and "${" in value:
        for found in _PLAIN.finditer(value):
            if found["name"] not in variables:
                yield path, found["name"]
