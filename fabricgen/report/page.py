"""A report -> one page of HTML that loads nothing: styles and script are in it, and the policy allows no more.

Fed by `gathering`. The page's policy names them by hash: https://www.w3.org/TR/CSP3/#framework-directive-source-list
"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fabricgen import __version__
from fabricgen.pictures import DARK, LIGHT, RULES, Picture, variables
from fabricgen.report.gathering import Report
from fabricgen.report.inline import inline

_HERE: Final = Path(__file__).parent
GENERATOR: Final = "fabricgen"


def page_of(report: Report) -> str:
    """Return the whole page."""
    style, script = _style(), _text("page.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            generator=GENERATOR,
            version=__version__,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(inline=inline, drawing=_drawing)
    return found


def _drawing(picture: Picture) -> Markup:
    """Return a picture as an element; whoever drew it escaped all that people wrote."""
    return Markup(picture.inline())


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _style() -> str:
    """Return the styles: colours by the system's wish and by the button's, then those of page and pictures."""
    dark = variables(DARK)
    return (
        f":root{{color-scheme:light;{variables(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
        f"{RULES}{_text('page.css')}"
    )


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"
