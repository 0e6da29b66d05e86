"""Finds templates, the user's before ours, and renders them in one strict, sandboxed Jinja environment.

Fed by `documents` with drafts; gives text back. Templates hold shape: values go in through `to_yaml`, and what
comes out is parsed and checked before it becomes a document.
"""

import re
import traceback
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateNotFound, UndefinedError
from jinja2 import TemplateError as JinjaError
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fabricgen import yamlio
from fabricgen.errors import Problem, TemplateError
from fabricgen.template_folders import find_root

_JINJA_FAULTS = (
    JinjaError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    MemoryError,
)


def _md_cell(value: object) -> str:
    """Return text that cannot break out of a Markdown table cell."""
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|")


class Templates:
    """Renders templates by name. `own` is a user's folder that is looked at first, `more` are folders looked at last."""

    def __init__(self, own: Path | None = None, *, more: Sequence[Path] = ()) -> None:
        if own is not None and not own.is_dir():
            message = "is no folder" if own.exists() else "does not exist"
            raise TemplateError(
                [Problem(message=message, file=str(own), hint="name a folder with templates")]
            )
        self._own = own
        self._folders = [folder for folder in (own, find_root(), *more) if folder is not None]
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self._folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        self._environment.filters.update(to_yaml=yamlio.inline, md=_md_cell)

    def and_those_in(self, folders: Sequence[Path]) -> "Templates":
        """Return these templates, and after them those of other folders."""
        return Templates(self._own, more=folders) if folders else self

    def name_for(self, path: str, *, default: str) -> str:
        """Return the template of an output path: the one that mirrors it exactly, else the family's."""
        exact = f"{path}.j2"
        return exact if any((Path(folder) / exact).is_file() for folder in self._folders) else default

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """Return what the template makes of the context. Raises TemplateError with the template's file and line."""
        try:
            return self._environment.get_template(name).render(context)
        except TemplateNotFound as error:
            message = f"there is no template {error.name}"
            raise TemplateError([Problem(message=message, file=self.path_of(name))]) from error
        except TemplateSyntaxError as error:
            file = error.filename or self.path_of(name)
            problem = Problem(message=error.message or "wrong syntax", file=file, line=error.lineno)
            raise TemplateError([problem]) from error
        except UnicodeDecodeError as error:
            raise TemplateError(
                [Problem(message="is not UTF-8", file=self.path_of(name), hint="save it as UTF-8")]
            ) from error
        except _JINJA_FAULTS as error:
            raise TemplateError([self._fault(name, error)]) from error

    def path_of(self, name: str) -> str:
        """Return the file that a template name stands for: the user's if there is one, else ours."""
        own = self._own / name if self._own is not None else None
        return str(own) if own is not None and own.is_file() else name

    def _fault(self, name: str, error: Exception) -> Problem:
        file, line = self.path_of(name), 0
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.name in {"root", "top-level template code"} or frame.name.startswith("block "):
                file, line = frame.filename, frame.lineno or 0
        kind = "is not allowed here" if isinstance(error, SecurityError) else ""
        missing = "uses a name that is not there" if isinstance(error, UndefinedError) else ""
        said = kind or missing or f"failed ({type(error).__name__})"
        return Problem(message=f"the template {said}: {error}", file=file, line=line)


@lru_cache(maxsize=4)
def templates_of(own: Path | None) -> Templates:
    """Return the templates of a folder; compiled once for all clusters of a run."""
    return Templates(own)
