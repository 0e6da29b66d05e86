"""Plain values to YAML text: the one writer of the program.

`tree` and `templates` hand in the bodies of documents. What is written is read as the same values by YAML
1.1, YAML 1.2 and Kubernetes' own reader, is the same for the same input on any machine, and is laid out as
yamllint and prettier like it.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from fabricgen.yamlio.leaves import check_depth, unwrap, write_key, write_scalar
from fabricgen.yamlio.parsed import Path
from fabricgen.yamlio.strings import clean_comment, to_block, to_line, to_quoted

_FIRST: Final = ("apiVersion", "kind", "name", "metadata", "spec")
_FIRST_IN_METADATA: Final = ("name", "namespace", "labels", "annotations")
_COMMENT_WIDTH: Final = 100
_LEAST_COMMENT_WIDTH: Final = 40
# Comments that programs read, each of which they expect on one line.
_FOR_PROGRAMS: Final = ("yaml-language-server:", "renovate:")


def dump_document(
    body: Mapping[str, Any] | Sequence[Any],
    *,
    comments: Mapping[Path, str] | None = None,
    header: str = "",
) -> str:
    """One document as block YAML, with a final newline and no leading `---`.

    In a Kubernetes or Talos document apiVersion, kind, name, metadata and spec come first, then the rest sorted; metadata
    starts with name, namespace, labels, annotations. All other keys keep the order of `body`.

    Args:
        body: mappings, lists and tuples of text, whole and finite numbers, booleans, None and enums of these.
        comments: text for the lines above the entry or list item at a path, wrapped, its own line ends kept.
            One for a path that is not in `body` is left out: a user's own values may have replaced it.
        header: comment lines for the very top.

    Raises:
        TypeError: for a value or key of any other type.
        ValueError: for a value that no reader would read back: see the message. Both name the path.
    """
    if not isinstance(body, Mapping | list | tuple):
        raise TypeError(f"a document is a mapping or a list, not a {type(body).__name__}")
    emitter = _Emitter(comments or {})
    emitter.add_comment(header, indent=0)
    if body:
        ordered = _order(body) if isinstance(body, Mapping) else body
        emitter.add_collection(ordered, (), indent=0, lead="")
    else:
        emitter.parts.append(_leaf(body, (), 0))
    return "".join(emitter.parts)


def dump_documents(parts: Iterable[str]) -> str:
    """The texts of `dump_document` as one stream, each led by a line `---`."""
    return "".join(f"---\n{part}" for part in parts)


def inline(value: object) -> str:
    """`value` on one line, all text in double quotes, for templates whose result is parsed again.

    Raises:
        TypeError: as `dump_document`.
        ValueError: as `dump_document`.
    """
    return _inline(value, ())


class _Emitter:
    """Collects the parts of one document's text, to be joined once."""

    def __init__(self, comments: Mapping[Path, str]) -> None:
        self.parts: list[str] = []
        self._comments = comments

    def add_mapping(self, mapping: Mapping[str, Any], path: Path, *, indent: int, lead: str) -> None:
        """Add the entries at column `indent`; `lead` is what stands before the first ("- " in a list)."""
        check_depth(path)
        for key, value in mapping.items():
            here = (*path, key)
            self.add_comment(self._comments.get(here, ""), indent=_find_indent(lead))
            self.parts.append(f"{lead}{write_key(key, path, quote=to_line)}:")
            if value and isinstance(value, Mapping | list | tuple):
                self.parts.append("\n")
                self.add_collection(value, here, indent=indent + 2, lead=" " * (indent + 2))
            else:
                self.parts.append(f" {_leaf(value, here, indent + 2)}")
            lead = " " * indent

    def add_list(self, items: Sequence[Any], path: Path, *, indent: int, lead: str) -> None:
        """Add the items with their dashes at column `indent`; `lead` as in `add_mapping`."""
        check_depth(path)
        for index, item in enumerate(items):
            here = (*path, index)
            self.add_comment(self._comments.get(here, ""), indent=_find_indent(lead))
            if item and isinstance(item, Mapping | list | tuple):
                self.add_collection(item, here, indent=indent + 2, lead=f"{lead}- ")
            else:
                self.parts.append(f"{lead}- {_leaf(item, here, indent + 2)}")
            lead = " " * indent

    def add_collection(
        self, value: Mapping[str, Any] | Sequence[Any], path: Path, *, indent: int, lead: str
    ) -> None:
        """Add a mapping or a list that is not empty."""
        if isinstance(value, Mapping):
            self.add_mapping(value, path, indent=indent, lead=lead)
        else:
            self.add_list(value, path, indent=indent, lead=lead)

    def add_comment(self, text: str, *, indent: int) -> None:
        """Add the lines of a comment, if there is any text."""
        if text:
            self.parts.append(_comment(text, indent))


def _find_indent(lead: str) -> int:
    return len(lead) - len(lead.lstrip(" "))


@lru_cache(maxsize=4096)
def _comment(text: str, indent: int) -> str:
    width = max(_COMMENT_WIDTH - indent - len("# "), _LEAST_COMMENT_WIDTH)
    lines: list[str] = []
    for paragraph in clean_comment(text).strip("\n").split("\n"):
        if paragraph.lstrip().startswith(_FOR_PROGRAMS):
            lines.append(paragraph)
        else:
            lines += textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False) or [""]
    return "".join(f"{' ' * indent}# {line}".rstrip() + "\n" for line in lines)


def _order(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """`body` with the keys of a Kubernetes object in their usual order."""
    if not ("apiVersion" in body and "kind" in body):
        return body
    rest = sorted((key for key in body if key not in _FIRST), key=str)
    ordered = {key: body[key] for key in (*_FIRST, *rest) if key in body}
    metadata = ordered.get("metadata")
    if isinstance(metadata, Mapping):
        first = {key: metadata[key] for key in _FIRST_IN_METADATA if key in metadata}
        ordered["metadata"] = {**first, **metadata}
    return ordered


def _inline(value: object, path: Path) -> str:
    check_depth(path)
    match value:
        case Mapping():
            entries = (
                f"{write_key(key, path, quote=to_quoted)}: {_inline(item, (*path, key))}"
                for key, item in value.items()
            )
            return f"{{{', '.join(entries)}}}"
        case list() | tuple():
            return f"[{', '.join(_inline(item, (*path, index)) for index, item in enumerate(value))}]"
        case _:
            return write_scalar(value, path, quote=to_quoted)


def _leaf(value: object, path: Path, indent: int) -> str:
    """What has no parts, with its line end; a block of text is indented by `indent`."""
    if isinstance(value, Mapping):
        return "{}\n"
    if isinstance(value, list | tuple):
        return "[]\n"
    text = unwrap(value)
    block = to_block(text, indent=indent) if isinstance(text, str) and "\n" in text else None
    return block or f"{write_scalar(text, path, quote=to_line)}\n"
