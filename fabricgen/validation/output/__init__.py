"""Verdicts -> text: one module a form, each of which tells a run while it goes on, in flat memory.

Fed by the command `validate` with the verdicts of `validation.run`. A form is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module

from fabricgen.validation.output.report import Report, Style

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import Final, TextIO

_HOMES: Final = {
    "text": "Text",
    "json": "Json",
    "junit": "JUnit",
    "tap": "Tap",
    "pretty": "Pretty",
    "sarif": "Sarif",
    "github": "GitHub",
}
FORMS: Final = tuple(_HOMES)
"""What `-output` takes; the first five are kubeconform's."""
COUNTING_FORMS: Final = ("tap", "junit")
"""Forms that tell of valid documents too, whether asked to or not."""

__all__ = ["COUNTING_FORMS", "FORMS", "Report", "Style", "open_report"]


def open_report(form: str, *, out: TextIO, style: Style) -> Report:
    """Return a report of one of FORMS that writes to `out`; nothing is written yet.

    Raises:
        KeyError: there is no such form.
    """
    name = _HOMES[form]
    made: Report = getattr(import_module(f"{__name__}.{form}"), name)(out, style)
    return made
