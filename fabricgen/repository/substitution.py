"""Flux' substitutions in the objects of a Kustomization, as far as the repository tells the values.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>; Flux works on
the text that kustomize writes, so a text that is nothing but a substitution may become a number or a truth value.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from fabricgen.yamlio import YamlSyntaxError, read_value

_VARIABLE: Final = re.compile(
    r"(?<!\$)\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<how>:?[-=])(?P<default>[^}]*))?\}"
)
_ANY: Final = re.compile(r"(?<!\$)\$\{[A-Za-z_]")


def substituted(value: Any, variables: Mapping[str, str], *, known: bool = True) -> Any:  # noqa: ANN401 - a document holds anything
    """Return `value` with the variables filled in; those without a value here stay as they are written.

    `known` says that there are no other variables: only then the default of one that is not here counts.
    """
    match value:
        case str() if "$" in value:
            return _fill(value, variables, known=known)
        case Mapping():
            return {
                substituted(key, variables, known=known): substituted(inner, variables, known=known)
                for key, inner in value.items()
            }
        case list():
            return [substituted(inner, variables, known=known) for inner in value]
        case _:
            return value


def is_open(value: object) -> bool:
    """Tell whether a text has a substitution in it that nothing here fills."""
    return isinstance(value, str) and _ANY.search(value) is not None


def _fill(text: str, variables: Mapping[str, str], *, known: bool) -> Any:  # noqa: ANN401 - a filled text may be read as a number
    filled = _VARIABLE.sub(lambda found: _value(found, variables, known=known), text)
    if filled == text or is_open(filled):
        return filled.replace("$${", "${") if not is_open(filled) else filled
    if "\n" in filled or ": " in filled or filled.startswith(("{", "[", "#", "&", "*", "!")):
        return filled
    try:
        read = read_value(f"it: {filled}\n")["it"]
    except (YamlSyntaxError, KeyError, TypeError):
        return filled
    return read if isinstance(read, bool | int | float) else filled


def _value(found: re.Match[str], variables: Mapping[str, str], *, known: bool) -> str:
    value = variables.get(found["name"])
    if value or (value is not None and found["how"] in {None, "-", "="}):
        return value
    is_default = found["default"] is not None and (known or value is not None)
    return found["default"] if is_default else found[0]
