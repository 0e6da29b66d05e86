"""A text of many documents to the texts of each, cut at `---` as Kubernetes' readers and YAML itself do.

Used by `files`, and by whoever has a text. A line of `---` ends a document wherever it stands, in a block of text
and in quotes too; only directives (`%YAML`) and line breaks that few know need a parser to find them.
Source: "Document Markers", section 9.1.2 of <https://yaml.org/spec/1.2.2/>.
"""

import re
from contextlib import suppress
from functools import cache
from typing import Final, NamedTuple

# A comment with anything else in it goes on in another line, or is an error, for one reader or the other.
_ASCII: Final = r"[\t\x20-\x7e]"
_ANY: Final = r"[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_ODD: Final = r"(?:\A|\n)%|[\r\x85\u2028\u2029]"


class Chunk(NamedTuple):
    """The text of one document, and the line of the whole text on which it starts, from 1.

    The line of its `---` belongs to it only when more than a comment stands there.
    """

    text: str
    line: int


class _Forms(NamedTuple):
    """How lines that are no content, and lines of `---`, look.

    Attributes:
        blank: lines before a document; `blank_and_ended` those after one, which may have ended it.
        marker: with the rest of its line when that is a comment at most, but for the line feed, which the next one
            may need.
    """

    blank: re.Pattern[str]
    blank_and_ended: re.Pattern[str]
    marker: re.Pattern[str]


@cache
def _forms(words: str) -> _Forms:
    """Return the expressions for texts of these characters; those beyond ASCII take 5 ms to compile."""
    comment = rf" *+(?:#{words}*+)?"
    return _Forms(
        blank=re.compile(rf"(?:{comment}\r?\n)*+{comment}"),
        blank_and_ended=re.compile(rf"(?:(?:\.\.\.(?=\s))?+{comment}\r?\n)*+(?:{comment}|\.\.\.)"),
        marker=re.compile(rf"\n---(?:((?:[ \t]+#{words}*|[ \t]*)\r?)(?=\n|\Z)|(?=[ \t]))"),
    )


def _forms_in(text: str) -> _Forms:
    return _forms(_ASCII if text.isascii() else _ANY)


def split_documents(text: str) -> list[Chunk]:
    """The documents of `text` that are more than blank lines and comments, in their order.

    Each is read to the same value and at the same lines as in the whole. As for Kubernetes' readers, a byte order
    mark may stand before each.
    """
    text = text.removeprefix("\ufeff")
    if _needs_parser(text):
        return _split_by_parsing(text)
    if "\n---" in text or text.startswith("---"):
        return _split_at_markers(text)
    return [Chunk(text, 1)] if _has_content(text) else []


def _needs_parser(text: str) -> bool:
    # Hardly any text has a "%", and looking for one character takes a fortieth of looking for two.
    if text.isascii() and "\r" not in text and ("%" not in text or not _has_directive(text)):
        return False
    return re.search(_ODD, text.replace("\r\n", "\n")) is not None


def _has_directive(text: str) -> bool:
    return text.startswith("%") or "\n%" in text


def _has_content(text: str, *, ended: bool = False) -> bool:
    """Tell whether a text is more than blank lines and comments; `ended` says that a document may end in it."""
    if text[:1].isalpha():
        return True
    forms = _forms_in(text)
    return (forms.blank_and_ended if ended else forms.blank).fullmatch(text) is None


def _split_at_markers(text: str) -> list[Chunk]:
    text = f"\n{text}"
    chunks: list[Chunk] = []
    start, line, ended = 1, 1, False
    for marker in _forms_in(text).marker.finditer(text):
        end = marker.start() + 1
        if end > start and _has_content(text[start:end], ended=ended):
            chunks.append(Chunk(text[start:end], line))
        line += text.count("\n", start, end)
        start, ended = end, True
        if marker[1] is not None:
            start, line = marker.end() + 1, line + 1
    if _has_content(text[start:], ended=ended):
        chunks.append(Chunk(text[start:], line))
    return chunks


def _split_by_parsing(text: str) -> list[Chunk]:
    """As libyaml finds the documents; from where it finds none, the rest is one, and reading it tells why."""
    starts = [(0, 1), *_find_starts(text)[1:]]
    ends = [*(start for start, _ in starts[1:]), len(text)]
    pieces = ((text[start:end], line) for (start, line), end in zip(starts, ends, strict=True))
    return [Chunk(piece, line) for piece, line in pieces if _has_content(piece)]


def _find_starts(text: str) -> list[tuple[int, int]]:
    """Index and line of each document that libyaml finds before anything is wrong."""
    from yaml import CSafeLoader, DocumentStartEvent, StreamEndEvent, YAMLError  # noqa: PLC0415 - rarely needed

    starts: list[tuple[int, int]] = []
    with suppress(YAMLError, UnicodeEncodeError):
        parser = CSafeLoader(text)
        while not isinstance(event := parser.get_event(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent) and event.start_mark:
                starts.append((event.start_mark.index, event.start_mark.line + 1))
    return starts
