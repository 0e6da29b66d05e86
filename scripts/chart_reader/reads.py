"""Finds every value that the templates of a chart read. Fed by `template`; used by `chart`.

It walks the templates as Helm would, both branches of each `if`, and follows values through variables, scopes,
helper templates and functions. A value is known by its place below `.Values` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chart_reader.places import Files, List, Map, Place, Root, Value, at, below, elements, texts, union
from chart_reader.template import Action, Block, Field, Literal, Name, Node, Operand, Pipeline, Text, parse

_WHOLE: Final = frozenset(
    {"toYaml", "toJson", "toPrettyJson", "toRawJson", "values", "keys", "join", "concat", "append"}
)
_ONE_OF: Final = frozenset(
    {"coalesce", "deepCopy", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"}
)


@dataclass(slots=True)
class Reads:
    """Paths that are read; those printed whole, with all below; those only mentioned to refuse them."""

    read: set[tuple[str, ...]] = field(default_factory=set)
    whole: set[tuple[str, ...]] = field(default_factory=set)
    refused: set[tuple[str, ...]] = field(default_factory=set)


@dataclass(slots=True)
class _Scope:
    """Variables of a block, over those around it."""

    dot: Value
    outer: "_Scope | None" = None
    variables: dict[str, Value] = field(default_factory=dict)
    refusing: bool = False

    def inner(self, dot: Value | None = None, *, refusing: bool = False) -> "_Scope":
        return _Scope(self.dot if dot is None else dot, self, refusing=self.refusing or refusing)

    def find(self, name: str) -> Value:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = scope.outer
        return ()

    def widen(self, name: str, value: Value) -> None:
        """Add to what a variable may be, where it was declared."""
        scope: _Scope | None = self
        while scope is not None and name not in scope.variables:
            scope = scope.outer
        (scope or self).variables[name] = union(self.find(name), value)


def reads_of(files: Mapping[str, str]) -> Reads:
    """Return what the templates among a chart's `files` (path in the chart -> text) read."""
    walker = _Walker(files)
    for name in sorted(walker.bodies):
        if not name.rpartition("/")[2].startswith("_"):
            walker.template(walker.bodies[name], (Root(),))
    return walker.reads


class _Walker:
    """Walks templates; `reads` grows as it goes."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.bodies = {name: parse(text) for name, text in files.items() if name.startswith("templates/")}
        self.defined = {
            block.name: block.body for body in self.bodies.values() for block in _definitions(body)
        }
        self.reads = Reads()
        self.done: dict[tuple[str, Value, bool], None] = {}

    def template(self, body: Sequence[Node], dot: Value, *, refusing: bool = False) -> None:
        scope = _Scope(dot, refusing=refusing)
        scope.variables["$"] = dot
        self.nodes(body, scope)

    def nodes(self, body: Sequence[Node], scope: _Scope) -> None:
        for node in body:
            match node:
                case Action(pipeline=pipeline):
                    value = self.pipeline(pipeline, scope)
                    if not pipeline.variables:
                        self.use(value, scope)
                case Block(word="if" | "with" | "range"):
                    self.block(node, scope)
                case _:
                    pass

    def block(self, block: Block, scope: _Scope) -> None:
        condition = scope.inner(refusing=block.word == "if" and _refuses(block))
        value = self.pipeline(block.pipeline, condition)
        self.use(value, condition, whole=block.word == "range")
        inner = scope.inner()
        inner.variables.update(condition.variables)
        if block.word == "with":
            inner.dot = value
        elif block.word == "range":
            inner.dot = elements(value)
            names = block.pipeline.variables
            inner.variables.update(dict.fromkeys(names[-1:], inner.dot))
        self.nodes(block.body, inner)
        self.nodes(block.otherwise, scope.inner())

    def use(self, value: Value, scope: _Scope, *, whole: bool = False) -> None:
        """Note that these values are printed, compared or tested."""
        for atom in value:
            match atom:
                case Place(path=path) if path:
                    (self.reads.refused if scope.refusing else self.reads.read).add(path)
                    if whole:
                        self.reads.whole.add(path)
                case Map(entries=entries) if whole:
                    self.use(union(*(item for _, item in entries)), scope, whole=True)
                case List(items=items):
                    self.use(union(*items), scope)
                case _:
                    pass

    def pipeline(self, pipeline: Pipeline, scope: _Scope) -> Value:
        value: Value | None = None
        for command in pipeline.commands:
            value = self.command(command, value, scope)
        result = value or ()
        if pipeline.declares:
            scope.variables.update(dict.fromkeys(pipeline.variables[-1:], result))
        else:
            for name in pipeline.variables[-1:]:
                scope.widen(name, result)
        return result

    def command(self, command: Sequence[Operand], piped: Value | None, scope: _Scope) -> Value:
        if not command:
            raise ValueError("an empty command")
        first, *rest = command
        values = [self.operand(operand, scope) for operand in rest]
        if piped is not None:
            values.append(piped)
        if isinstance(first, Name):
            return self.call(first.name, values, scope)
        if isinstance(first, Field) and first.names[-1:] == ("Get",):
            return self.file(values)
        return self.operand(first, scope)

    def file(self, names: Sequence[Value]) -> Value:
        found = [atom.text for value in names for atom in value if isinstance(atom, Literal)]
        return tuple(Files(self.files[name]) for name in found if name in self.files)

    def operand(self, operand: Operand, scope: _Scope) -> Value:
        match operand:
            case Literal():
                return (operand,)
            case Name(name=name):
                return self.call(name, [], scope)
            case Field(start=Pipeline() as inner, names=names):
                return below(self.pipeline(inner, scope), names)
            case Field(start="", names=names):
                return below(scope.dot, names)
            case Field(start=variable, names=names):
                return below(scope.find(str(variable)), names)

    def call(self, name: str, values: list[Value], scope: _Scope) -> Value:
        """Return what a function gives; what it looks at itself counts as read."""
        made = _made(name, values)
        if made is not None:
            self.use(values[-1] if name == "ternary" else (), scope)
            return made
        match name:
            case "get" | "index" | "dig" | "hasKey" | "pluck":
                return self.look_up(name, values, scope)
            case "omit" | "pick" | "set" | "unset":
                self.use(at(values[0], texts(values[1:2])), scope)
                return values[0]
            case "include":
                return self.include(values, scope)
            case "tpl":
                return self.text(values, scope)
            case "and" | "or":
                self.use(union(*values[:-1]), scope)
                return union(*values)
            case _ if name in _ONE_OF:
                return union(*values)
            case _:
                self.use(union(*values), scope, whole=name in _WHOLE)
                return ()

    def text(self, values: list[Value], scope: _Scope) -> Value:
        """Follow `tpl` into one of the chart's files; the text of a value is the user's own."""
        self.use(values[0], scope)
        for atom in values[0]:
            if isinstance(atom, Files):
                self.template(parse(atom.text), values[-1], refusing=scope.refusing)
        return ()

    def look_up(self, name: str, values: list[Value], scope: _Scope) -> Value:
        if name == "dig":
            *keys, default, start = values
        elif name == "pluck":
            keys, default, start = values[:1], (), union(*values[1:])
        else:
            start, *keys = values
            default = ()
        found = start
        for key in keys:
            found = at(found, texts([key])) if texts([key]) else elements(found)
        if name == "hasKey":
            self.use(found, scope)
            return ()
        return union(found, default)

    def include(self, values: list[Value], scope: _Scope) -> Value:
        for name in texts(values[:1]):
            dot = values[1] if len(values) > 1 else ()
            key = (name, dot, scope.refusing)
            if key not in self.done:
                self.done[key] = None
                self.template(self.defined[name], dot, refusing=scope.refusing)
        return ()


def _made(name: str, values: list[Value]) -> Value | None:
    """Return the value that a function makes of others without looking at them; None for all other functions."""
    match name:
        case "default":
            return union(*values)
        case "required":
            return values[-1]
        case "ternary":
            return union(*values[:2])
        case "list" | "tuple":
            return (List(tuple(values)),)
        case "dict":
            names = [next(iter(texts([key])), "") for key in values[::2]]
            return (Map(tuple(zip(names, values[1::2], strict=True))),)
        case _:
            return None


def _definitions(body: Sequence[Node]) -> Iterator[Block]:
    for node in body:
        if isinstance(node, Block):
            if node.word in {"define", "block"}:
                yield node
            yield from _definitions([*node.body, *node.otherwise])


def _refuses(block: Block) -> bool:
    """Whether all that a block does is to fail: what it asks for is then no value that the chart takes."""
    nodes = [
        node for node in (*block.body, *block.otherwise) if not isinstance(node, Text) or node.text.strip()
    ]
    return bool(nodes) and all(_fails(node) for node in nodes)


def _fails(node: Node) -> bool:
    match node:
        case Action(pipeline=Pipeline(commands=commands)):
            return any(command[:1] == (Name("fail"),) for command in commands)
        case Block(word="if"):
            return _refuses(node)
        case _:
            return False
