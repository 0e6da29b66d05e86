r"""Patterns as the API server reads them, written so that Rust's regex engine reads the same.

Fed by `prepare` with the patterns of a schema. The API server matches with Go's regexp, whose syntax is RE2's; `\d`,
`\w`, `\s` and `\b` know ASCII only there, `\s` has no vertical tab, `{` and `]` may stand for
themselves. What differs is spelt out as ranges and escapes, which both read alike, and
which are compiled ten times as fast as classes of Unicode.
Source: <https://pkg.go.dev/regexp/syntax>
"""

import re
from functools import lru_cache
from typing import Final

Ranges = tuple[tuple[int, int], ...]

_LAST: Final = 0x10FFFF
# Source: <https://github.com/google/re2/wiki/Syntax>, "Perl character classes" and "ASCII character classes".
_PERL: Final[dict[str, Ranges]] = {
    "d": ((0x30, 0x39),),
    "s": ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
}
_POSIX: Final[dict[str, Ranges]] = {
    "alnum": ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)),
    "alpha": ((0x41, 0x5A), (0x61, 0x7A)),
    "ascii": ((0x00, 0x7F),),
    "blank": ((0x09, 0x09), (0x20, 0x20)),
    "cntrl": ((0x00, 0x1F), (0x7F, 0x7F)),
    "digit": ((0x30, 0x39),),
    "graph": ((0x21, 0x7E),),
    "lower": ((0x61, 0x7A),),
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": ((0x09, 0x0D), (0x20, 0x20)),
    "upper": ((0x41, 0x5A),),
    "word": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "xdigit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
}
_CONTROL: Final = {"a": 0x07, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}
_SAFE: Final = re.compile(r"[0-9A-Za-z _@%=:;,<>/!\"'`#]|[^\x00-\x7f]")
_REPEAT: Final = re.compile(r"\{\d+(?:,\d*)?\}")
_GROUP: Final = re.compile(r"\(\?(?:P?<[A-Za-z_0-9]+>|[imsU]*(?:-[imsU]+)?[:)])")
_CODE: Final = re.compile(r"x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2})")
_PROPERTY: Final = re.compile(r"([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))")
_ESCAPED: Final = re.compile(r"\\x\{[0-9A-F]+\}")
_NAMED: Final = re.compile(r"\[:(\^?)([a-z]+):\]")


class PatternError(ValueError):
    """A pattern that Go's regexp would refuse."""


@lru_cache(maxsize=4096)
def to_rust(pattern: str) -> str:
    """Return the pattern of the same meaning in the syntax of Rust's regex crate.

    Raises:
        PatternError: RE2 has no such construct (lookaround, back references), or the pattern is broken.
    """
    return _Rewriting(pattern).run()


class _Rewriting:
    """One pass over a pattern; `place` is the next character."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        # Whether capitals count as small letters, in each group that is open.
        self.folding = [False]

    def run(self) -> str:
        parts: list[str] = []
        while self.place < len(self.pattern):
            parts.append(self._token())
        return "".join(parts)

    def _token(self) -> str:
        char = self.pattern[self.place]
        match char:
            case "\\":
                return self._escape()
            case "[":
                return self._class()
            case "(":
                return self._group()
            case ")":
                self.place += 1
                if len(self.folding) > 1:
                    self.folding.pop()
                return ")"
            case "{":
                return self._take(_REPEAT) or self._literal()
            case "]" | "}":
                return self._literal()
            case _:
                self.place += 1
                return char

    def _literal(self) -> str:
        char = self.pattern[self.place]
        self.place += 1
        return _spell(ord(char))

    def _take(self, wanted: re.Pattern[str]) -> str:
        match = wanted.match(self.pattern, self.place)
        if match is None:
            return ""
        self.place = match.end()
        return match[0]

    def _group(self) -> str:
        if not self.pattern.startswith("(?", self.place):
            self.place += 1
            self.folding.append(self.folding[-1])
            return "("
        group = self._take(_GROUP)
        if not group:
            msg = f"{self.pattern!r} has a group that RE2 does not know"
            raise PatternError(msg)
        on, _, off = group[2:-1].partition("-")
        named = group.endswith(">")
        folding = (self.folding[-1] or (not named and "i" in on)) and (named or "i" not in off)
        if group.endswith(")"):
            self.folding[-1] = folding
        else:
            self.folding.append(folding)
        return group

    def _escape(self) -> str:
        rest = self.pattern[self.place + 1 : self.place + 2]
        match rest:
            case "Q":
                return self._quoted()
            case "A" | "z":
                self.place += 2
                return f"\\{rest}"
            case "b" | "B":
                self.place += 2
                return f"(?-u:\\{rest})"
            case _:
                members = self._member()
                return members if _is_one(members) else f"[{members}]"

    def _quoted(self) -> str:
        text, _, _ = self.pattern[self.place + 2 :].partition("\\E")
        self.place = min(self.place + 4 + len(text), len(self.pattern))
        return "".join(_spell(ord(char)) for char in text)

    def _class(self) -> str:
        self.place += 1
        negated = self.pattern.startswith("^", self.place)
        self.place += negated
        parts: list[str] = []
        while not (parts and self.pattern.startswith("]", self.place)):
            if self.place >= len(self.pattern):
                msg = f"{self.pattern!r} opens a class and does not close it"
                raise PatternError(msg)
            parts.append(self._named() or self._range())
        self.place += 1
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _named(self) -> str:
        match = _NAMED.match(self.pattern, self.place)
        if match is None:
            return ""
        if match[2] not in _POSIX:
            msg = f"{self.pattern!r} names a class that RE2 does not know"
            raise PatternError(msg)
        self.place = match.end()
        return self._members(_POSIX[match[2]], negated=bool(match[1]))

    def _range(self) -> str:
        low = self._member()
        if not self.pattern.startswith("-", self.place) or self.pattern.startswith("-]", self.place):
            return low
        if not _is_one(low):
            return low
        self.place += 1
        high = self._member()
        if not _is_one(high):
            msg = f"{self.pattern!r} has a range without an end"
            raise PatternError(msg)
        return f"{low}-{high}"

    def _member(self) -> str:
        """Return what stands for the character or the class at `place`, as it may stand between brackets."""
        if not self.pattern.startswith("\\", self.place):
            return self._literal()
        self.place += 1
        char = self.pattern[self.place : self.place + 1]
        if char in _PERL or char.lower() in _PERL:
            self.place += 1
            return self._members(_PERL[char.lower()], negated=char.isupper())
        if match := _PROPERTY.match(self.pattern, self.place):
            self.place = match.end()
            negated = (match[1] == "P") != bool(match[2])
            return f"\\{'P' if negated else 'p'}{{{match[3] or match[4]}}}"
        return _spell(self._code(char))

    def _members(self, ranges: Ranges, *, negated: bool) -> str:
        if negated:
            ranges = _others(_folded(ranges) if self.folding[-1] else ranges)
        return "".join(f"{_spell(low)}-{_spell(high)}" for low, high in ranges)

    def _code(self, char: str) -> int:
        if char in _CONTROL:
            self.place += 1
            return _CONTROL[char]
        if match := _CODE.match(self.pattern, self.place):
            self.place = match.end()
            return int(match[3], 8) if match[3] else int(match[1] or match[2], 16)
        if not char or char.isalnum() or ord(char) >= 0x80:  # noqa: PLR2004 - ASCII ends there
            msg = f"{self.pattern!r} has an escape that RE2 does not know: \\{char}"
            raise PatternError(msg)
        self.place += 1
        return ord(char)


def _is_one(members: str) -> bool:
    """Tell whether what may stand between brackets is a single character."""
    return len(members) == 1 or bool(_ESCAPED.fullmatch(members))


def _others(ranges: Ranges) -> Ranges:
    starts = (0, *(high + 1 for _, high in ranges))
    ends = (*(low - 1 for low, _ in ranges), _LAST)
    return tuple((low, high) for low, high in zip(starts, ends, strict=True) if low <= high)


def _folded(ranges: Ranges) -> Ranges:
    """Return ranges of ASCII with the same letters in the other case, and the two letters beyond that fold to them."""
    chars = {chr(code) for low, high in ranges for code in range(low, high + 1)}
    both = {other for char in chars for other in (char.lower(), char.upper())}
    both |= {other for char, other in (("s", "\u017f"), ("k", "\u212a")) if char in both}
    return tuple((code, code) for code in sorted(map(ord, both)))


def _spell(code: int) -> str:
    char = chr(code)
    if _SAFE.fullmatch(char):
        return char
    return f"\\x{{{code:X}}}"
