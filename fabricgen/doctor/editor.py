"""The line by which editors complete and check a description, and the schema that it names.

Source: <https://github.com/redhat-developer/yaml-language-server#using-inlined-schema>
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from fabricgen.description.schema import description_schema
from fabricgen.doctor.line import Line
from fabricgen.starting import SCHEMA

_LINE: Final = re.compile(r"(?m)^#\s*yaml-language-server:\s*\$schema=(\S+)")


def see_editor(file: Path, root: Path) -> Iterator[Line]:
    """Yield how the description names its schema, and whether what it names is the schema of this version."""
    try:
        found = _LINE.search(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return
    if found is None:
        wanted = os.path.relpath(root / SCHEMA, file.parent)
        yield Line(
            about="editor",
            status="note",
            said=f"{file} names no schema, so editors complete nothing in it",
            todo=f"write at its top: # yaml-language-server: $schema={Path(wanted).as_posix()}",
        )
    elif "://" in found[1]:
        yield Line(
            about="editor", status="ok", said=f"{file} names its schema at {found[1]}, which is not looked at"
        )
    else:
        yield _schema(Path(os.path.normpath(file.parent / found[1])), file)


def _schema(schema: Path, file: Path) -> Line:
    if not schema.is_file():
        return Line(
            about="editor",
            status="problem",
            said=f"{file} names the schema {schema}, which is not there",
            todo=f"mkdir -p {schema.parent} && fabricgen schema > {schema}",
        )
    if _content(schema) != description_schema():
        return Line(
            about="editor",
            status="problem",
            said=f"{schema} is not the schema of this version of fabricgen: editors accept other keys than render does",
            todo=f"fabricgen schema > {schema}",
        )
    return Line(about="editor", status="ok", said=f"{file} names {schema}, which is up to date")


def _content(schema: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(schema.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
