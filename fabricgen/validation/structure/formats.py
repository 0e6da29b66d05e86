"""The formats of text that the API server asserts. Formats that are not here say nothing, as there.

Given to every compiled schema; what each format takes is loaded when it is asked for, which is seldom. Dashes in the
name of a format do not matter. Numbers of credit cards and of books, which the API server knows too, are not looked at.
Source: <https://github.com/kubernetes/apiextensions-apiserver/blob/v0.36.1/pkg/apiserver/validation/formats.go>
"""

from collections.abc import Callable, Mapping
from typing import Final


def _asked_later(name: str) -> Callable[[str], bool]:
    check: Callable[[str], bool] | None = None

    def holds(text: str) -> bool:
        nonlocal check
        if check is None:
            from fabricgen.validation.structure.texts import CHECKS  # noqa: PLC0415 - few schemas have formats

            check = CHECKS[name]
        return check(text)

    return holds


_NAMES: Final = (
    "byte",
    "cidr",
    "date",
    "datetime",
    "duration",
    "email",
    "hexcolor",
    "hostname",
    "ipv4",
    "ipv6",
    "k8slongname",
    "k8sshortname",
    "mac",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
)
FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {name: _asked_later(name) for name in _NAMES}
"""By their names without dashes."""

_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
USUAL: Final = {
    "cidr": rf"^(?:{_OCTET}\.){{3}}{_OCTET}/(?:[12]?[0-9]|3[0-2])$",
    "ipv4": rf"^(?:{_OCTET}\.){{3}}{_OCTET}$",
}
"""Of formats that many documents have: a pattern of what is usual, and right; the engine asks only about the rest."""
