"""Checked CEL expressions between the runtime's bytes and our trees. Fed by `runtime`; made for `expression`.

The runtime tells what it parsed only as bytes: a `google.protobuf.Any` around a `CheckedExpr`, or a `ParsedExpr` when
types were not checked. Its other parts (which overloads fit, where what stands) are handed back as they came.

Source: https://github.com/google/cel-spec/blob/master/proto/cel/expr/checked.proto and syntax.proto (the numbers of
the fields), https://protobuf.dev/programming-guides/encoding/ (how they are written).
"""

import struct
from itertools import count

from fabricgen.validation.cel.expression import (
    Call,
    Constant,
    Entry,
    Expression,
    Fold,
    Ident,
    Select,
    Sequence,
    Struct,
)
from fabricgen.validation.cel.function import Value

_Fields = dict[int, list[Value]]

_TYPE, _VALUE = 1, 2  # of Any
_CHECKED, _PARSED = 4, 2  # where CheckedExpr has its tree, and ParsedExpr
_ID, _CONSTANT, _IDENT, _SELECT, _CALL, _SEQUENCE, _STRUCT, _FOLD = range(2, 10)  # of Expr
_VARINT, _FIXED, _BYTES = 0, 1, 2
_MORE = 0x80
_SIGN = 1 << 63


def read(data: bytes) -> Expression:
    """Return the tree of a serialized expression."""
    top = _fields(data)
    return _expression(_fields(top[_VALUE][0])[_root(top)][0])


def write(node: Expression, *, original: bytes) -> bytes:
    """Return `original` with its tree replaced by `node`; nodes with the id 0 are new and get one."""
    top = _fields(original)
    kept = _fields(top[_VALUE][0]) | {_root(top): [_encoded(node, count(1_000_000))]}
    top[_VALUE] = [b"".join(_field(number, value) for number, values in kept.items() for value in values)]
    return b"".join(_field(number, value) for number, values in top.items() for value in values)


def _root(top: _Fields) -> int:
    return _CHECKED if top[_TYPE][0].endswith(b".CheckedExpr") else _PARSED


def text_constant(text: str) -> Constant:
    """Return a literal text, for trees that are put together."""
    return Constant(0, text, _field(6, text.encode()))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < _MORE:
            return number, at
        shift += 7


def _fields(data: bytes) -> _Fields:
    found: _Fields = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value: Value
        if key & 7 == _VARINT:
            value, at = _varint(data, at)
        elif key & 7 == _FIXED:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        else:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        found.setdefault(key >> 3, []).append(value)
    return found


def _text(fields: _Fields, number: int) -> str:
    return str(fields[number][0], "utf-8") if number in fields else ""


def _has(fields: _Fields, number: int) -> bool:
    return number in fields


def _part(fields: _Fields, number: int) -> Expression:
    return _expression(fields[number][0])


def _parts(fields: _Fields, number: int) -> tuple[Expression, ...]:
    return tuple(_expression(value) for value in fields.get(number, ()))


def _expression(data: bytes) -> Expression:
    fields = _fields(data)
    number = fields.get(_ID, [0])[0]
    kind = next(kind for kind in fields if kind != _ID)
    inside = _fields(fields[kind][0])
    match kind:
        case 3:
            return _constant(number, inside, wire=fields[kind][0])
        case 4:
            return Ident(number, _text(inside, 1))
        case 5:
            return Select(number, _part(inside, 1), _text(inside, 2), test=_has(inside, 3))
        case 6:
            return Call(
                number, _part(inside, 1) if 1 in inside else None, _text(inside, 2), _parts(inside, 3)
            )
        case 7:
            return Sequence(number, _parts(inside, 1), inside.get(2, [b""])[0])
        case 8:
            entries = tuple(_entry(_fields(value)) for value in inside.get(2, ()))
            return Struct(number, _text(inside, 1), entries)
        case _:
            return _fold(number, inside)


def _constant(number: int, fields: _Fields, *, wire: bytes) -> Constant:
    ((kind, (value,)),) = fields.items()
    match kind:
        case 1:
            value = None
        case 2:
            value = bool(value)
        case 3:
            value = value - 2 * _SIGN if value >= _SIGN else value
        case 6:
            value = str(value, "utf-8")
        case _:
            pass
    return Constant(number, value, wire)


def _entry(fields: _Fields) -> Entry:
    key = _part(fields, 3) if _has(fields, 3) else None
    return Entry(fields.get(1, [0])[0], _text(fields, 2), key, _part(fields, 4), optional=_has(fields, 5))


def _fold(number: int, fields: _Fields) -> Fold:
    return Fold(
        id=number,
        variable=_text(fields, 1),
        second=_text(fields, 8),
        over=_part(fields, 2),
        carried=_text(fields, 3),
        start=_part(fields, 4),
        condition=_part(fields, 5),
        step=_part(fields, 6),
        result=_part(fields, 7),
    )


def _number(number: int) -> bytes:
    out = bytearray()
    while number >= _MORE:
        out.append(number & 0x7F | _MORE)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, value: Value) -> bytes:
    if isinstance(value, int):
        return _number(number << 3 | _VARINT) + _number(value)
    data = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | _BYTES) + _number(len(data)) + data


def _filled(*fields: tuple[int, Value]) -> bytes:
    """The fields that say something: empty texts, zeros and false are left out, as protobuf has it."""
    return b"".join(_field(number, value) for number, value in fields if value or isinstance(value, bytes))


def _encoded(node: Expression, fresh: "count[int]") -> bytes:
    kind, inside = _body(node, fresh)
    return _field(_ID, node.id or next(fresh)) + _field(kind, inside)


def _body(node: Expression, fresh: "count[int]") -> tuple[int, bytes]:
    match node:
        case Constant():
            return _CONSTANT, node.wire
        case Ident():
            return _IDENT, _filled((1, node.name))
        case Select():
            return _SELECT, _filled((1, _encoded(node.operand, fresh)), (2, node.field), (3, int(node.test)))
        case Call():
            target = b"" if node.target is None else _field(1, _encoded(node.target, fresh))
            arguments = [(3, _encoded(argument, fresh)) for argument in node.arguments]
            return _CALL, target + _filled((2, node.function), *arguments)
        case Sequence():
            elements = [(1, _encoded(element, fresh)) for element in node.elements]
            return _SEQUENCE, _filled(*elements, (2, node.optional or 0))
        case Struct():
            entries = [(2, _encoded_entry(entry, fresh)) for entry in node.entries]
            return _STRUCT, _filled((1, node.name), *entries)
        case Fold():
            return _FOLD, _encoded_fold(node, fresh)


def _encoded_entry(entry: Entry, fresh: "count[int]") -> bytes:
    key = [] if entry.key is None else [(3, _encoded(entry.key, fresh))]
    value = (4, _encoded(entry.value, fresh))
    return _filled((1, entry.id), (2, entry.field), *key, value, (5, int(entry.optional)))


def _encoded_fold(node: Fold, fresh: "count[int]") -> bytes:
    parts = (node.over, node.start, node.condition, node.step, node.result)
    over, start, condition, step, result = (_encoded(part, fresh) for part in parts)
    names = ((1, node.variable), (3, node.carried), (8, node.second))
    return _filled(*names, (2, over), (4, start), (5, condition), (6, step), (7, result))


TRUE = Constant(0, value=True, wire=_field(2, 1))
NULL = Constant(0, None, _field(1, 0))
ZERO = Constant(0, 0, _field(3, 0))
