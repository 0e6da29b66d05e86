"""Parses Go's text/template, as Helm's charts use it, into a small tree. Used by `reads`.

Source of the grammar: https://pkg.go.dev/text/template.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

_ACTION: Final = re.compile(r"\{\{-?\s*(/\*.*?\*/|(?:`[^`]*`|\"(?:\\.|[^\"\\])*\"|.)*?)\s*-?\}\}", re.DOTALL)
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<text>"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*')
      | (?P<number>[-+]?\d[\w.]*)
      | (?P<variable>\$\w*(?:\.\w+)*)
      | (?P<field>(?:\.\w+)+|\.)
      | (?P<close>\)(?:\.\w+)*)
      | (?P<mark>:=|[=|(,])
      | (?P<name>\w+)
    )""",
    re.VERBOSE,
)
_BLOCKS: Final = frozenset({"if", "with", "range", "define", "block"})


@dataclass(frozen=True, slots=True)
class Field:
    """`.a.b`, `$name.a.b` or `(…).a.b`: `start` is "", the variable with its $, or the pipeline in brackets."""

    start: "str | Pipeline"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, without its quotes, or a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A function, or true, false, nil."""

    name: str


Operand = Field | Literal | Name


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`$a, $b := command | command`; a command is a sequence of operands."""

    variables: tuple[str, ...]
    declares: bool
    commands: tuple[tuple[Operand, ...], ...]


@dataclass(slots=True)
class Block:
    """`if`, `with`, `range`, `define` or `block`, with what stands in it; `name` is the defined one's."""

    word: str
    pipeline: Pipeline
    name: str = ""
    body: "list[Node]" = field(default_factory=list)
    otherwise: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between the actions."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """A pipeline by itself; `template "name" pipeline` reads as `include "name" pipeline`."""

    pipeline: Pipeline


Node = Text | Action | Block


def parse(text: str) -> list[Node]:
    """Return the nodes of a template. Raises ValueError where it is not one."""
    open_lists: list[list[Node]] = [[]]
    open_blocks: list[tuple[Block, int]] = []
    for kind, content in _pieces(text):
        if kind == "text":
            open_lists[-1].append(Text(content))
            continue
        word, _, rest = content.partition(" ") if " " in content else (content, "", "")
        if word in _BLOCKS:
            block = _block(word, rest)
            open_lists[-1].append(block)
            open_blocks.append((block, 1))
            open_lists.append(block.body)
        elif word == "else":
            open_lists.pop()
            open_lists.append(open_blocks[-1][0].otherwise)
            _chain_else(rest.strip(), open_lists, open_blocks)
        elif word == "end":
            _, depth = open_blocks.pop()
            del open_lists[-depth:]
        elif word not in {"break", "continue"}:
            open_lists[-1].append(_action(content, word, rest))
    if open_blocks:
        raise ValueError(f"{open_blocks[-1][0].word} has no end")
    return open_lists[0]


def _chain_else(rest: str, lists: list[list[Node]], blocks: list[tuple[Block, int]]) -> None:
    """Open the block of `else if …` and `else with …`, which ends with the one that it belongs to."""
    if not rest:
        return
    word, _, condition = rest.partition(" ")
    inner = _block(word, condition)
    lists[-1].append(inner)
    lists.append(inner.body)
    _, depth = blocks.pop()
    blocks.append((inner, depth + 1))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    for found in _ACTION.finditer(text):
        if found.start() > position:
            yield "text", text[position : found.start()]
        position = found.end()
        if not found[1].startswith("/*"):
            yield "action", re.sub(r"\s", " ", found[1])
    yield "text", text[position:]


def _block(word: str, rest: str) -> Block:
    if word in {"define", "block"}:
        name, *_ = _tokens(rest)
        return Block(word, Pipeline((), declares=False, commands=()), name=name[1].strip('"`'))
    return Block(word, _pipeline(rest))


def _action(content: str, word: str, rest: str) -> Action:
    return Action(_pipeline(f"include {rest}" if word == "template" else content))


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise ValueError(f"not a template: {text[position : position + 40]!r} in {text!r}")
        tokens.append((str(found.lastgroup), str(found[str(found.lastgroup)])))
        position = found.end()
    return tokens


def _pipeline(text: str) -> Pipeline:
    tokens = _tokens(text)
    pipeline, rest = _read_pipeline(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"not a pipeline: {text!r}")
    return pipeline


def _read_pipeline(tokens: Sequence[tuple[str, str]], at: int) -> tuple[Pipeline, int]:
    """Read from `at` to the end, or to the bracket that closes; return where that is."""
    variables, declares, at = _declaration(tokens, at)
    commands: list[tuple[Operand, ...]] = []
    command: list[Operand] = []
    while at < len(tokens) and tokens[at][0] != "close":
        kind, text = tokens[at]
        if text == "|" and kind == "mark":
            commands.append(tuple(command))
            command = []
        elif text == "(" and kind == "mark":
            inner, at = _read_pipeline(tokens, at + 1)
            command.append(Field(inner, _names(tokens[at][1][1:])))
        else:
            command.append(_operand(kind, text))
        at += 1
    return Pipeline(variables, declares=declares, commands=(*commands, tuple(command))), at


def _declaration(tokens: Sequence[tuple[str, str]], at: int) -> tuple[tuple[str, ...], bool, int]:
    end = at
    while end < len(tokens) and (tokens[end][0] == "variable" or tokens[end][1] == ","):
        end += 1
    if end < len(tokens) and tokens[end] in {("mark", ":="), ("mark", "=")}:
        names = tuple(text for kind, text in tokens[at:end] if kind == "variable")
        return names, tokens[end][1] == ":=", end + 1
    return (), False, at


def _operand(kind: str, text: str) -> Operand:
    match kind:
        case "text":
            return Literal(text[1:-1])
        case "number":
            return Literal(text)
        case "variable":
            start, *names = text.split(".")
            return Field(start, tuple(names))
        case "field":
            return Field("", _names(text))
        case "name":
            return Name(text)
        case _:
            raise ValueError(f"not an operand: {text!r}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(".") if name)
