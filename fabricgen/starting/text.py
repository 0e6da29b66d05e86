"""Answers -> text: the commented description, from the template beside this module.

Fed by `answers` and `pairing`; used by `faults`, which reads it back, and by `layout`, which writes it.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fabricgen.starting.answers import STAND_IN, Answers
from fabricgen.starting.pairing import newest_together
from fabricgen.yamlio import YamlSyntaxError, inline, read_document

FILES: Final = Path(__file__).parent / "files"
_PLAIN: Final = re.compile(r"[A-Za-z0-9/][A-Za-z0-9_./:@+-]*")
_SYSTEMS: Final = {"talos": "Talos", "k3s": "k3s", "docker": "Talos in docker"}


def description_text(answers: Answers) -> str:
    """Return the description, with a line about each key, and Renovate's comment above each version."""
    return fill(
        "cluster.yaml.j2",
        {
            "answers": answers,
            "versions": newest_together(with_k3s=answers.distribution == "k3s"),
            "system": _SYSTEMS[answers.distribution],
            "pool": _pool(answers.load_balancers),
            "is_stand_in": answers.git.startswith(STAND_IN),
            "is_shared": answers.endpoint not in {one.address for one in answers.nodes},
        },
    )


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return a template of `files` with values in it."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - what comes out is YAML and make, never HTML
        loader=FileSystemLoader(FILES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = _scalar
    return environment


def _scalar(text: str) -> str:
    """Return text as YAML, plain where every reader takes it for this text, else in quotes."""
    if _PLAIN.fullmatch(text) is None:
        return inline(text)
    try:
        document = read_document(f"{{ x: {text} }}", source="")
    except YamlSyntaxError:
        return inline(text)
    is_clear = document.value == {"x": text} and not document.ambiguous
    return text if is_clear else inline(text)


def _pool(text: str) -> Mapping[str, str]:
    """Return a pool by its form: a network, the first and last address, or nothing."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash:
        return {"start": first, "stop": last}
    return {"cidr": text} if text else {}
