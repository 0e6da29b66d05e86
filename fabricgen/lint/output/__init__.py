"""An outcome -> text: one module a form. Fed by the command `lint`; a form is imported when it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Final, TextIO

from fabricgen.finding import Severity
from fabricgen.lint.outcome import Outcome

FORMS: Final = ("text", "json", "sarif", "github", "junit", "markdown")
Writer = Callable[[Outcome, "Telling"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How an outcome is told.

    Attributes:
        out: where it goes.
        color: whether colour codes may be used.
        root: the absolute folder that SARIF and GitHub count files from.
        fail_on: the severity that findings fail from; None fails never.
        fixes: texts before and after the fix of a finding, by its place in the outcome and by file.
    """

    out: TextIO
    color: bool = False
    root: str = ""
    fail_on: Severity | None = "error"
    fixes: Mapping[int, Mapping[str, tuple[str, str]]] = field(default_factory=dict)


def tell(outcome: Outcome, form: str, telling: Telling) -> None:
    """Write an outcome in one of FORMS."""
    write: Writer = import_module(f"{__name__}.{form}").write
    write(outcome, telling)
