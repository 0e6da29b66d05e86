"""Whether a text is YAML of the everyday kind, which the fast parser reads exactly as Kubernetes' reader does.

Used by `values`. The fast parser (yaml-rs) follows YAML 1.2 and Kubernetes' reader YAML 1.1, so they disagree about
`no`, `0755`, `1_000`, `<<`, tags, tabs and more, and the fast one ends the whole program on some malformed
texts. Therefore this is a list of what is let through, not of what is kept out: every line must have one of
the forms below. What has none is read by the exact reader; that costs time, never a wrong value.

The forms are matched by the regular expressions of Rust, whose time does not depend on how a text is made, in the
shape of a JSON Schema: its library is loaded anyway by whoever validates. Python's own `re` takes four times as
long for a text, and 14 ms to compile these.
"""

from __future__ import annotations

from functools import cache

from fabricgen.json_schema import load_engine

TYPE_CHECKING = False  # as in typing, whose import takes longer than reading a thousand documents
if TYPE_CHECKING:
    from typing import Final

    from jsonschema_rs import Draft202012Validator

_CONTROL: Final = r"\x00-\x1f\x7f"
_CONTROL_BUT_TAB: Final = r"\x00-\x08\x0a-\x1f\x7f"

_MARK: Final = rf"[^ :#{_CONTROL}]"  # never ends a plain scalar, whatever is around it
_REST: Final = rf"#*(?: *:*{_MARK}#*)*"
_END: Final = rf"(?: *| +#[^{_CONTROL_BUT_TAB}]*)\n"
_ANCHOR: Final = "[A-Za-z0-9_-]+"
_INDICATOR: Final = "[|>][-+]?"

_IN_DOUBLE: Final = rf'(?:[^"\\{_CONTROL}]|\\["\\nt])'
_IN_SINGLE: Final = rf"(?:[^'{_CONTROL}]|'')"
_QUOTED: Final = rf"\"{_IN_DOUBLE}*\"|'{_IN_SINGLE}*'"

# A number in any notation of any reader has none of these after its first digits, but for the forms of _NUMBER.
_NO_DIGIT: Final = "[G-NP-WYZg-np-wyz/%@-]"
_TEXT_OF_DIGITS: Final = (
    rf"[0-9]+(?:\.[0-9]+)*{_NO_DIGIT}|[0-9]+\.(?:[G-Zg-z]|[0-9]+(?:\.|[a-df]))|[1-9][0-9]*[a-df]"
)
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-"
_NUMBER: Final = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?"
_PLAIN_START: Final = (
    rf"[A-Za-z/$(^\\=<]|--?[A-Za-z]|_+[A-Za-z]|:+{_MARK}|\.[A-HJ-MO-Za-hj-mo-z/*]|\.\./"
    rf"|{_TEXT_OF_DIGITS}|[0-9]+(?: +:*{_MARK}|,)|[0-9][0-9A-Za-z.]*:{_MARK}|{_UUID}"
)
_PLAIN: Final = rf"(?:{_PLAIN_START}){_REST}"
_PLAIN_KEY: Final = (
    r"(?:[A-Za-z$/](?:[A-Za-z0-9_./$-]|:[A-Za-z0-9_./$-])*|[._][a-hj-mo-z][A-Za-z0-9_./-]*"
    rf"|[0-9]+(?:\.[0-9]+)*{_NO_DIGIT}[A-Za-z0-9_./-]*)"
)
_KEY: Final = rf"(?:{_PLAIN_KEY}|{_QUOTED})"

_FLOW_PLAIN: Final = (
    rf"(?:(?:[A-Za-z/$_]|--?[A-Za-z])[A-Za-z0-9_./$=-]*|(?:{_TEXT_OF_DIGITS})[A-Za-z0-9_./-]*)"
)
_FLOW_ITEM: Final = rf"(?:{_FLOW_PLAIN}|0|[1-9][0-9]{{0,14}}|{_QUOTED})"
_FLOW_LIST: Final = rf"\[ *(?:{_FLOW_ITEM} *(?:, *{_FLOW_ITEM} *)*)?\]"
_FLOW_ENTRY: Final = rf"{_KEY}: +(?:{_FLOW_ITEM}|{_FLOW_LIST}) *"
_FLOW_MAPPING: Final = rf"\{{ *(?:{_FLOW_ENTRY}(?:, *{_FLOW_ENTRY})*)?\}}"
_VALUE: Final = (
    rf"(?:(?:&{_ANCHOR} +)?(?:{_PLAIN}|{_QUOTED}|{_NUMBER})|\*{_ANCHOR}|{_FLOW_LIST}|{_FLOW_MAPPING}|[~_.])"
)
# At most 80 columns of indentation and two lists on a line keep nesting below `MOST_LEVELS`.
_LINE: Final = rf" {{0,80}}(?:(?:- +){{0,2}}(?:{_KEY} *:(?: +{_VALUE}| &{_ANCHOR})?|{_VALUE}|-){_END}|(?:#[^{_CONTROL_BUT_TAB}]*)?\n)"

_WORDS: Final = "y|n|yes|no|on|off"
_KEY_WORDS: Final = f"{_WORDS}|true|false|null"
# These words are booleans or null for one of the two where they stand alone; before it all places where a scalar can
# start. The characters are line breaks, marks or nothing at all for one of the two.
_TRAPS: Final = (
    rf"(?i:(?:(?:^|\n) *(?:- *)*|[:-] +)(?:&{_ANCHOR} +)?(?:(?:{_WORDS}) *[\n#,\]}}]|(?:{_KEY_WORDS}) *:)"
    rf"|[\[{{,] *(?:(?:{_WORDS}) *[,\]}}]|(?:{_KEY_WORDS}) *:))"
    r"|[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]"
)

# Columns of blocks in nearly all documents; what is deeper is worth its 15 ms only once it is needed.
_SHALLOW: Final = range(0, 13, 2)
_DEEP: Final = range(0, 61, 2)
_BEYOND_SHALLOW: Final = "\n" + " " * 14
_MOST_ANCHORS: Final = 32
# Aliases may repeat what is nested as deep as the text allows, so that must not be more than half of all levels.
_HALF_DEEP: Final = "\n" + " " * 44
_SIZE_LIMIT: Final = 256 * 2**20  # of a compiled expression; the deep one needs a tenth of it


def is_familiar(text: str) -> bool:
    """Whether the fast parser and Kubernetes' reader agree about `text`, which ends with a line feed.

    They agree when the fast one takes it; what it refuses is for the exact reader to explain.
    """
    if ": &" in text and _may_nest_aliases(text):
        return False
    if _shape(_SHALLOW).is_valid(text):
        return True
    return _BEYOND_SHALLOW in text and _shape(_DEEP).is_valid(text)


def _may_nest_aliases(text: str) -> bool:
    """Whether an alias may stand inside what it repeats, where the fast parser reads null, or nest very deep."""
    import re  # noqa: PLC0415 - few texts have an anchor

    if text.count(": &") > _MOST_ANCHORS:
        return True
    for anchor in re.finditer(rf": &({_ANCHOR}) *(?:#[^\n]*)?\n", text):
        line = text[text.rfind("\n", 0, anchor.start()) + 1 : anchor.start()]
        indent = " " * (len(line) - len(line.lstrip(" ")))
        below = re.compile(rf"(?:{indent}[ -][^\n]*\n| *(?:#[^\n]*)?\n)*").match(text, anchor.end())
        if below and re.search(rf"\*{anchor[1]}(?![A-Za-z0-9_-])", below[0]):
            return True
        if _HALF_DEEP in text:
            return True
    return False


@cache
def _shape(columns: range) -> Draft202012Validator:
    """What a whole text must match; blocks of text and scalars of several lines may stand at `columns`."""
    blocks = [form for column in columns for form in _blocks(column)]
    whole = f"^(?:{'|'.join([*blocks, _LINE])})*$"
    engine = load_engine()
    limits = engine.RegexOptions(size_limit=_SIZE_LIMIT, dfa_size_limit=_SIZE_LIMIT)
    shape: Draft202012Validator = engine.Draft202012Validator(
        {"pattern": whole, "not": {"pattern": _TRAPS}}, pattern_options=limits
    )
    return shape


def _blocks(column: int) -> tuple[str, str]:
    """Entries and list items at `column` whose scalar goes on in deeper lines.

    Each of those lines is deeper than the line where the scalar starts. So a line inside a block of text that
    merely looks like such a start cannot hide anything that stands after the block.
    """
    spaces = f" {{{column}}}"
    lead = f"(?:{spaces}| {{{column - 2}}}- )" if column > 1 else spaces
    scalar = _scalar_of_lines(f" {{{column + 1},}}")
    return f"{lead}{_PLAIN_KEY}: +{scalar}", f"{spaces}- {scalar}"


def _scalar_of_lines(deeper: str) -> str:
    line = rf"{deeper}[^ {_CONTROL}][^{_CONTROL_BUT_TAB}]*\n"
    # The first line decides how much of the indentation belongs to the text: nothing but line feeds before it.
    block = rf"{_INDICATOR} *\n+{line}(?:{line}| *\n)*"
    plain = rf"(?:[A-Za-z(]|{_NUMBER} +{_MARK}){_REST}(?: *\n+{deeper}:*{_MARK}{_REST})+{_END}"
    double = rf'"{_IN_DOUBLE}*(?:(?: *\n+|\\\n){deeper}(?:[^ "\\{_CONTROL}]|\\["\\nt ]){_IN_DOUBLE}*)+"{_END}'
    single = rf"'{_IN_SINGLE}*(?: *\n+{deeper}[^ '{_CONTROL}]{_IN_SINGLE}*)+'{_END}"
    return f"(?:{block}|{plain}|{double}|{single})"
