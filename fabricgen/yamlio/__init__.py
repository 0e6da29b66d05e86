"""The only YAML reader and the only YAML writer of the program.

`load`, `check`, `validation` and `lint` read through it; `templates`, `documents` and `tree` write through it.
Reading follows Kubernetes' reader; writing is such that no YAML reader can take it for something else.
Each part is imported when it is first asked for: who writes needs no parser, and who reads the fast way needs no
exact one.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fabricgen.yamlio.decoding import decode as decode
    from fabricgen.yamlio.files import UnreadableFileError as UnreadableFileError
    from fabricgen.yamlio.files import iter_documents as iter_documents
    from fabricgen.yamlio.files import read_limited as read_limited
    from fabricgen.yamlio.parsed import Ambiguity as Ambiguity
    from fabricgen.yamlio.parsed import Path as Path
    from fabricgen.yamlio.parsed import Position as Position
    from fabricgen.yamlio.parsed import YamlDocument as YamlDocument
    from fabricgen.yamlio.parsed import YamlProblem as YamlProblem
    from fabricgen.yamlio.problems import YamlSyntaxError as YamlSyntaxError
    from fabricgen.yamlio.reader import read_document as read_document
    from fabricgen.yamlio.reader import read_documents as read_documents
    from fabricgen.yamlio.splitting import Chunk as Chunk
    from fabricgen.yamlio.splitting import split_documents as split_documents
    from fabricgen.yamlio.values import read_value as read_value
    from fabricgen.yamlio.writer import dump_document as dump_document
    from fabricgen.yamlio.writer import dump_documents as dump_documents
    from fabricgen.yamlio.writer import inline as inline

_HOMES = {
    "Ambiguity": "parsed",
    "Chunk": "splitting",
    "Path": "parsed",
    "Position": "parsed",
    "UnreadableFileError": "files",
    "YamlDocument": "parsed",
    "YamlProblem": "parsed",
    "YamlSyntaxError": "problems",
    "decode": "decoding",
    "dump_document": "writer",
    "dump_documents": "writer",
    "inline": "writer",
    "iter_documents": "files",
    "read_document": "reader",
    "read_documents": "reader",
    "read_limited": "files",
    "read_value": "values",
    "split_documents": "splitting",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
