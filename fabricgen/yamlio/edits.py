"""One document changed in place: comments, order, quotes, anchors and indentation stay as they are.

ruamel.yaml edits, and writes the document twice, before and after. Only the lines that differ between the two are
carried over to the text itself, so that whatever else ruamel.yaml would write in another way stays untouched. What
cannot be carried over, or is not read back as it should, is refused. Fed by fixes of lint, and by whoever changes a
description; ruamel.yaml takes 22 ms to import, so this module is imported only where something is edited.
"""

import copy
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from io import StringIO
from typing import Any, Final, Literal, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString, SingleQuotedScalarString

from fabricgen.errors import Path, format_path
from fabricgen.yamlio.problems import YamlSyntaxError
from fabricgen.yamlio.values import read_value
from fabricgen.yamlio.writer import dump_document

Operation = Literal["set", "rename", "remove", "append"]

# How far keys stand inside of their mapping, and items inside of their list; the first that fits is taken.
_STYLES: Final = ((2, 2), (2, 0), (4, 2), (4, 0), (4, 4))
_INDENTED_LIST: Final = re.compile(r"^(?P<key> *)[^\s#-][^\n]*:[ ]*\n(?P<item>[ ]*)- ", re.MULTILINE)
# A line in parts: text in quotes, a word, spaces, or any other sign.
_WORDS: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s,:\[\]{}'"]+|\s+|.""", re.DOTALL)
_ANY_WIDTH: Final = 2**20


class Edit(NamedTuple):
    """One change at one path of a document.

    `set` writes `value` (making the mappings on the way), `rename` gives the key at the end of the path the name
    `value`, `remove` takes the key away, `append` adds `value` to a list.
    """

    operation: Operation
    path: Path
    value: Any = None


class CannotEditError(Exception):
    """The document must be changed by hand; the message says why."""


def edit_document(text: str, edits: Sequence[Edit]) -> str:
    """Return the text of one document with all edits made.

    Raises:
        CannotEditError: an edit does not fit, or more than the lines that are meant would change.
    """
    expected = copy.deepcopy(read_value(text))
    for one in edits:
        _apply(expected, one)
    reasons: list[CannotEditError] = []
    for style in _styles(text):
        try:
            return _edited(text, edits, expected=expected, style=style)
        except CannotEditError as error:
            reasons.append(error)
    raise reasons[0]


def _edited(text: str, edits: Sequence[Edit], *, expected: object, style: tuple[int, int]) -> str:
    yaml = _writer(style)
    try:
        with warnings.catch_warnings():  # an anchor may stand there twice, as Kubernetes' reader has it
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            tree = yaml.load(text)
        before = _dump(yaml, tree)
        for one in edits:
            _apply(tree, one)
        after = _dump(yaml, tree)
    except YAMLError as error:
        raise CannotEditError("ruamel.yaml does not read the file as Kubernetes does") from error
    edited = _carry_over(text, before=before, after=after)
    try:
        right = read_value(edited) == expected
    except YamlSyntaxError:
        right = False
    if not right:
        raise CannotEditError("the changed text would not say what it should, perhaps because of an alias")
    return edited


def _styles(text: str) -> Sequence[tuple[int, int]]:
    """Return the styles to try: first those whose lists stand as the first list of the text does."""
    found = _INDENTED_LIST.search(text)
    offset = len(found["item"]) - len(found["key"]) if found else 2
    return sorted(_STYLES, key=lambda style: style[1] != offset)


def _writer(style: tuple[int, int]) -> YAML:
    mapping, offset = style
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _ANY_WIDTH
    yaml.indent(mapping=mapping, sequence=offset + 2, offset=offset)
    return yaml


def _dump(yaml: YAML, tree: Any) -> str:  # noqa: ANN401 - a document holds anything
    out = StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def _apply(tree: Any, edit: Edit) -> None:  # noqa: ANN401 - as above
    """Make one edit in a tree, plain or ruamel.yaml's own. Raises CannotEditError if it does not fit."""
    if not edit.path:
        raise CannotEditError("a fix of the whole document is none")
    *above, last = edit.path
    here = _inside(tree, tuple(above), make=edit.operation == "set")
    match edit.operation:
        case "set":
            _set(here, last, edit.value)
        case "rename":
            _rename(here, last, edit.value)
        case "remove":
            _there(here, last)
            del here[last]
        case "append":
            _there(here, last)
            if not isinstance(here[last], list):
                raise CannotEditError(f"{format_path(edit.path)} is no list")
            here[last].append(_fresh(here, edit.value))


def _inside(tree: Any, path: Path, *, make: bool) -> Any:  # noqa: ANN401 - as above
    here = tree
    for part in path:
        if isinstance(here, list) and isinstance(part, int) and 0 <= part < len(here):
            here = here[part]
        elif isinstance(here, dict) and (make or part in here):
            if here.get(part) is None and make:
                here[_fresh(here, part)] = CommentedMap() if isinstance(here, CommentedMap) else {}
            here = here[part]
        else:
            raise CannotEditError(f"{format_path(path)} is not written as keys of this file")
    if not isinstance(here, dict | list):
        raise CannotEditError(f"{format_path(path)} is text in this file, or written elsewhere")
    return here


def _there(here: Any, key: str | int) -> None:  # noqa: ANN401 - as above
    is_there = key in here if isinstance(here, dict) else isinstance(key, int) and 0 <= key < len(here)
    if not is_there:
        raise CannotEditError(f"there is no {key} to change")


def _set(here: Any, key: str | int, value: Any) -> None:  # noqa: ANN401 - as above
    if isinstance(here, list):
        _there(here, key)
    old = here.get(key) if isinstance(here, dict) else here[key]
    new = _fresh(here, value)
    if isinstance(old, SingleQuotedScalarString | DoubleQuotedScalarString) and isinstance(value, str):
        new = type(old)(value)
    here[_fresh(here, key)] = new


def _rename(here: Any, old: str | int, new: Any) -> None:  # noqa: ANN401 - as above
    _there(here, old)
    if not isinstance(here, dict):
        raise CannotEditError("an item of a list has no name")
    if new in here:
        raise CannotEditError(f"there is a key {new} already")
    if isinstance(here, CommentedMap):
        comment = here.ca.items.pop(old, None)
        here.insert(list(here).index(old), _fresh(here, new), here.pop(old))
        if comment is not None:
            here.ca.items[new] = comment
        return
    entries = [(new if key == old else key, value) for key, value in here.items()]
    here.clear()
    here.update(entries)


def _fresh(here: Any, value: Any) -> Any:  # noqa: ANN401 - as above
    """Return a value to put into `here`: for ruamel.yaml, text in quotes wherever a reader could misread it."""
    if not isinstance(here, CommentedMap | CommentedSeq):
        return copy.deepcopy(value)
    match value:
        case Mapping():
            return CommentedMap((_fresh(here, key), _fresh(here, inner)) for key, inner in value.items())
        case list() | tuple():
            return CommentedSeq(_fresh(here, inner) for inner in value)
        case str() if (
            not isinstance(value, ScalarString) and dump_document({"it": value}) != f"it: {value}\n"
        ):
            return DoubleQuotedScalarString(value)
        case _:
            return value


def _carry_over(text: str, *, before: str, after: str) -> str:
    """Return `text` with the lines changed in which `after` differs from `before`.

    Raises:
        CannotEditError: such a line is written in `text` as ruamel.yaml would not write it.
    """
    lines, old, new = (one.splitlines(keepends=True) for one in (_ended(text), before, after))
    places = _places(lines, old)
    changed: list[tuple[int, int, list[str], list[str]]] = []
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            if start == end and start and _opens(old[start - 1], new[first]):
                start, first = start - 1, first - 1  # noqa: PLW2901 - the key's own line, which may say `null`
            changed.append(
                (*_span(places, start, end, of=(len(old), len(lines))), old[start:end], new[first:last])
            )
    for start, end, was, becomes in reversed(changed):
        replaced = lines[start:end]
        lines[start:end] = [*_moved(becomes, replaced, was=was), *_kept(replaced, becomes)]
    return "".join(lines)


def _opens(line: str, below: str) -> bool:
    """Tell whether the key in `line` has what stands `below` for its value."""
    if _margin(below) == _margin(line) and below.lstrip().startswith("- "):
        return line.partition(" #")[0].rstrip().endswith(":")
    return _margin(below) > _margin(line)


def _moved(new: list[str], old: list[str], *, was: list[str]) -> list[str]:
    """Return the new lines in the form of those that they stand for; `was` is how ruamel.yaml writes those.

    Where each line stands for one, only the word in it that differs is replaced; else all lines move as far as the
    first of the old ones does not stand where ruamel.yaml puts it.
    """
    if len(new) == len(old) == len(was):
        return [_respelled(*lines) for lines in zip(old, was, new, strict=True)]
    if not new or not old:
        return new
    step = _margin(old[0]) - _margin(was[0])
    return [_shifted(line, step) for line in new]


def _respelled(line: str, was: str, becomes: str) -> str:
    """Return `line` with the word replaced by which `becomes` differs from `was`, if it stands there once."""
    before, after = _WORDS.findall(was), _WORDS.findall(becomes)
    differing = [
        (one, other) for one, other in zip(before, after, strict=False) if one.strip() != other.strip()
    ]
    if len(before) == len(after) and len(differing) == 1:
        (old, new), words = differing[0], _WORDS.findall(line)
        if words.count(old) == 1 and old.strip():
            return "".join(new if word == old else word for word in words)
    return _shifted(becomes, _margin(line) - _margin(was))


def _shifted(line: str, step: int) -> str:
    """Return the line so many columns further in, or out."""
    return " " * step + line if step > 0 else line[min(-step, _margin(line)) :]


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _places(lines: Sequence[str], written: Sequence[str]) -> Mapping[int, int]:
    """Return which line of the text each written line is.

    Where as many lines are written differently as stand there, they are taken for each other: they differ in spaces.
    """
    places: dict[int, int] = {}
    for tag, start, end, first, last in SequenceMatcher(None, written, lines, autojunk=False).get_opcodes():
        if tag == "equal" or end - start == last - first:
            places |= dict(zip(range(start, end), range(first, last), strict=True))
    return places


def _span(places: Mapping[int, int], start: int, end: int, *, of: tuple[int, int]) -> tuple[int, int]:
    """Return the lines of the text that stand for the written lines from `start` to before `end`.

    They are what lies between the lines around them; `of` is how many lines are written, and how many the text has.
    """
    written, there = of
    around = {-1: -1, written: there, **places}
    above, below = around.get(start - 1), around.get(end)
    if start == end:
        first = below if above is None else above + 1
        last = first
    else:
        first = around.get(start, None if above is None else above + 1)
        inside = around.get(end - 1)
        last = below if inside is None else inside + 1
    if first is None or last is None or first > last:
        raise CannotEditError("the lines around the change are written in an unusual way")
    return first, last


def _kept(old: Sequence[str], new: Iterable[str]) -> list[str]:
    """Return the comments and blank lines below what is taken away; ruamel.yaml counts them to it."""
    kept: list[str] = []
    for line in reversed(old):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        kept.insert(0, line)
    return [] if set(kept) & set(new) else kept
