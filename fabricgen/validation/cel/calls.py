"""Calls that the runtime cannot do as Kubernetes does, made of others that it can. Made for `places`.

* Functions that give an optional are given as a list of one or none, as Python can: its first element is one.
* `sum`, `min` and `max` give back what is in a list, which may be durations, and Python can give none: so `sum` becomes
  the loop it stands for, the others the ends of the sorted list.
* The milliseconds of a duration are all of them in Kubernetes, those beyond the second in the runtime.
* Lists that are sets or maps are compared without order, and merged by `+`, by what they are on the left.
* The runtime has the macros that make maps, and lacks the function that they call.

Source: compared with Kubernetes 1.36 and cel-expr-python 0.1.3.
"""

from fabricgen.validation.cel.expression import Call, Expression, Fold, Ident, Schema, Sequence
from fabricgen.validation.cel.wire import NULL, TRUE, ZERO, text_constant


def rewritten(node: Call, *, schema: Schema) -> Call | Fold:
    """Return the call that does what `node` does in Kubernetes; `schema` is of its first operand."""
    match node.function:
        case "format.named" | "validate":
            return Call(0, node, "first", ())
        case "sum" if node.target is not None:
            return _sum(node.target)
        case "min" if node.target is not None:
            return _end(node.target, "first")
        case "max" if node.target is not None:
            return _end(node.target, "last")
        case "getMilliseconds" if node.target is not None and not node.arguments:
            return Call(0, None, "@milliseconds", (node.target,))
        case "cel.@mapInsert":
            return Call(0, None, "@insert", node.arguments)
        case "_==_" | "_!=_" | "_+_" if schema:
            return _on_list(node, schema)
        case _:
            return node


def _end(values: Expression, which: str) -> Call:
    return Call(0, Call(0, Call(0, values, "sort", ()), which, ()), "value", ())


def _sum(values: Expression) -> Fold:
    """Start from nothing, so that the first element decides what is added: 0 is no duration."""
    total, one = Ident(0, "@total"), Ident(0, "@one")
    none = Call(0, None, "_==_", (total, NULL))
    return Fold(
        id=0,
        variable=one.name,
        second="",
        over=values,
        carried=total.name,
        start=NULL,
        condition=TRUE,
        step=Call(0, None, "_?_:_", (none, one, Call(0, None, "_+_", (total, one)))),
        result=Call(0, None, "_?_:_", (none, ZERO, total)),
    )


def _on_list(node: Call, schema: dict[str, object]) -> Call:
    keys = schema.get("x-kubernetes-list-map-keys")
    kind = schema.get("x-kubernetes-list-type")
    if kind not in {"set", "map"}:
        return node
    by = (Sequence(0, tuple(text_constant(str(key)) for key in keys), b""),) if isinstance(keys, list) else ()
    if node.function == "_+_":
        return Call(0, None, "@union" if kind == "set" else "@merge", (*node.arguments, *by), node.schema)
    same = Call(0, None, f"@same_{kind}", (*node.arguments, *by))
    return same if node.function == "_==_" else Call(0, None, "!_", (same,))
