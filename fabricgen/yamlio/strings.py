"""Text to YAML: plain where every reader takes it for that text, quoted or a block otherwise.

Used by `writer`. No YAML library's own rules will do: each of those measured writes something plain that
Kubernetes' reader takes for a boolean or a number.
"""

import re
from functools import lru_cache
from typing import Final

from fabricgen.yamlio.scalars import PlainScalar, read_plain

# Controls, and characters that do not show or that turn text around; DEL, the C1 set, NBSP, soft hyphen,
# line and paragraph separators, byte order mark and what Unicode never assigns. A fixed list, because
# Python's own `str.isprintable` changes with its Unicode version, and with it our output would.
_HIDDEN: Final = (
    "\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\U0001fffe\U0001ffff\U000e0000-\U0010ffff"
)
_ESCAPED: Final = re.compile(rf'[\x00-\x1f"\\{_HIDDEN}]')
_UNFIT_FOR_COMMENT: Final = re.compile(rf"[\x00-\x09\x0b-\x1f{_HIDDEN}]")
# Line ends other than "\n" and spaces at the end of a line do not survive editors or formatters.
_UNFIT_FOR_BLOCK: Final = re.compile(rf"[\x00-\x08\x0b-\x1f{_HIDDEN}]|[\t ](?:\n|\Z)")
# One line of words, numbers and addresses: no space or ':' at its end, no '#', no quote, no bracket.
_PLAIN: Final = re.compile(
    r"(?:\.{0,2}/|\.?[A-Za-z0-9_])(?:[A-Za-z0-9_./:@+=,()~%* -]*[A-Za-z0-9_./@+=,()~%*-])?"
)
# Some readers drop underscores first (yaml-rs: `_1` is the number 1), so we look without them.
_WORDS: Final = frozenset(
    "y n yes no on off true false null nan inf infinity .nan .inf".split()  # noqa: SIM905 - reads as a list
)
_STARTS_AS_NUMBER: Final = re.compile(r"[._]*[0-9]")
_STARTS_AS_DATE: Final = re.compile(r"[0-9]{4}-[0-9]")
# What no notation of a number or a time has: a letter beyond those of hexadecimal and of `0o` and `0x`,
# a slash, or two points as in addresses and versions.
_IS_NO_NUMBER: Final = re.compile(r"[G-NP-WYZg-np-wyz/]|[0-9]\.[0-9]+\.[0-9]")
_SHORT_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


@lru_cache(maxsize=8192)
def to_line(text: str) -> str:
    """`text` on one line, plain if that is safe with every reader, else in double quotes.

    Raises:
        ValueError: for half of a surrogate pair, which no encoding can write.
    """
    return text if _is_safe_plain(text) else to_quoted(text)


def _is_safe_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or ": " in text or " :" in text or text.lower().replace("_", "") in _WORDS:
        return False
    if _STARTS_AS_NUMBER.match(text) and (_STARTS_AS_DATE.match(text) or not _IS_NO_NUMBER.search(text)):
        return False
    return read_plain(text) == PlainScalar(text, "")


def to_quoted(text: str) -> str:
    """`text` in double quotes on one line; what does not show is escaped.

    Raises:
        ValueError: for half of a surrogate pair, which no encoding can write.
    """
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    code = ord(character)
    if "\ud800" <= character <= "\udfff":
        raise ValueError(f"U+{code:04X} is half of a surrogate pair, which cannot be written")
    return f"\\u{code:04x}" if character <= "\uffff" else f"\\U{code:08x}"


def to_block(text: str, *, indent: int) -> str | None:
    """`text` of several lines as a literal block indented by `indent`, from its `|` to its last line's end.

    None when a block would not keep it: a single line, nothing but line ends, characters that do not show,
    or spaces at the end of a line, which editors remove.
    """
    if "\n" not in text or _UNFIT_FOR_BLOCK.search(text) or not text.strip("\n"):
        return None
    # Readers find the indentation by the first line, unless that is indented itself or empty.
    indicator = "2" if text[0] in " \t\n" else ""
    chomping = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    pad = " " * indent
    lines = "\n".join(pad + line if line else "" for line in text.removesuffix("\n").split("\n"))
    return f"|{indicator}{chomping}\n{lines}\n"


def clean_comment(text: str) -> str:
    """`text` without anything, line feeds aside, that could end a comment's line or hide in it."""
    return _UNFIT_FOR_COMMENT.sub(" ", text)
