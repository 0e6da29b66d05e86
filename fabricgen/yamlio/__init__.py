"""The only YAML reader and the only YAML writer of the program.

`load`, `check` and `lint` read through it; `templates`, `documents` and `tree` write through it.
Reading follows Kubernetes' reader; writing is such that no YAML reader can take it for something else.
"""

from fabricgen.yamlio.parsed import Ambiguity, Path, Position, YamlDocument
from fabricgen.yamlio.problems import YamlProblem, YamlSyntaxError
from fabricgen.yamlio.reader import read_document, read_documents
from fabricgen.yamlio.writer import dump_document, dump_documents, inline

__all__ = [
    "Ambiguity",
    "Path",
    "Position",
    "YamlDocument",
    "YamlProblem",
    "YamlSyntaxError",
    "dump_document",
    "dump_documents",
    "inline",
    "read_document",
    "read_documents",
]
