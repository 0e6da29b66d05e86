"""Lists that are maps: no two of their items may have the same keys (`x-kubernetes-list-type: map`).

JSON Schema cannot say it. `prepare` marks the ways to such lists in a schema, so that `compiled` walks nothing else
of a document. Source: <https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy>
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.validation.structure.places import follow

_LISTS: Final = "x-fabricgen-lists"
_INNER: Final = ("items", "additionalProperties")
_WAYS: Final = frozenset(("$ref", "properties", "x-kubernetes-list-map-keys", *_INNER))
"""What a part of a schema has that is such a list, or leads to one."""
# Two ports of one number are two things only when their protocols differ; who says none says TCP.
# Source: <https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec>
_DEFAULTS: Final = {"protocol": "TCP"}


def mark_lists(root: dict[str, Any]) -> None:
    """Write into each part of a schema that has such lists, in or below it, the names of the fields that lead there."""
    _Marking(root).mark(root)


class _Marking:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.known: dict[int, bool] = {}

    def mark(self, node: Any) -> bool:  # noqa: ANN401 - a schema, or true, or false
        if not isinstance(node, dict) or _WAYS.isdisjoint(node):
            return False
        if id(node) not in self.known:
            self.known[id(node)] = True  # a schema within itself: rather one way too many
            self.known[id(node)] = self._mark(node)
        return self.known[id(node)]

    def _mark(self, node: dict[str, Any]) -> bool:
        target = follow(node, root=self.root)
        if target is not node:
            return self.mark(target)
        names = [name for name, child in node.get("properties", {}).items() if self.mark(child)]
        inner = [self.mark(node.get(key)) for key in _INNER]
        found = bool(_keys(node)) or bool(names) or any(inner)
        if found:
            node[_LISTS] = names
        return found


def _keys(node: Mapping[str, Any]) -> list[str]:
    return node.get("x-kubernetes-list-map-keys", []) if node.get("x-kubernetes-list-type") == "map" else []


class Plan:
    """Where to look in a value: in the list itself, in fields, in items, in all values of a map."""

    __slots__ = ("defaults", "fields", "items", "keys", "values")

    def __init__(self, *, keys: tuple[str, ...], defaults: tuple[Any, ...]) -> None:
        """Look at the keys of a list, if there are any, and nowhere else yet."""
        self.keys = keys
        self.defaults = defaults
        self.fields: list[tuple[str, Plan]] = []
        self.items: Plan | None = None
        self.values: Plan | None = None

    def holds(self, value: Any) -> bool:  # noqa: ANN401 - any part of a document
        """Tell whether no two items of a list that is a map have the same keys; a value of another form holds."""
        if type(value) is dict:
            for name, plan in self.fields:
                inner = value.get(name)
                if inner and not plan.holds(inner):
                    return False
            return self.values is None or all(map(self.values.holds, value.values()))
        if type(value) is list:
            if self.keys and len(value) > 1 and not self._are_different(value):
                return False
            return self.items is None or all(map(self.items.holds, value))
        return True

    def _are_different(self, value: list[Any]) -> bool:
        try:
            if len(self.keys) == 1:
                key = self.keys[0]
                seen: set[Any] = {item.get(key) for item in value}
            else:
                seen = {self.keys_of(item) for item in value}
        except (AttributeError, TypeError):  # not the items that the schema asks for: it says so
            return True
        return len(seen) == len(value)

    def repeated(self, value: list[Any]) -> Iterator[tuple[int, int]]:
        """Yield each item whose keys an earlier one has: its number, and that of the first."""
        seen: dict[str, int] = {}
        for number, item in enumerate(value):
            if isinstance(item, dict):
                first = seen.setdefault(repr(self.keys_of(item)), number)
                if first != number:
                    yield number, first

    def keys_of(self, item: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what tells `item` from the others: the values of its keys, or of their defaults."""
        if len(self.keys) == 2:  # noqa: PLR2004 - ports and their protocols, which stand in many documents
            first, second = map(item.get, self.keys)
            return (
                self.defaults[0] if first is None else first,
                self.defaults[1] if second is None else second,
            )
        pairs = zip(self.keys, self.defaults, strict=True)
        return tuple(default if item.get(key) is None else item[key] for key, default in pairs)


def plan_lists(root: Mapping[str, Any]) -> Plan | None:
    """Return where the lists of a prepared schema are that are maps, or nothing when it has none."""
    return _Planning(root).plan(root)


class _Planning:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.known: dict[int, Plan] = {}

    def plan(self, node: Any) -> Plan | None:  # noqa: ANN401 - a schema, or true, or false
        node = follow(node, root=self.root)
        if not isinstance(node, dict) or _LISTS not in node:
            return None
        if id(node) not in self.known:
            keys = tuple(_keys(node))
            plan = self.known[id(node)] = Plan(keys=keys, defaults=tuple(self._defaults(node, keys)))
            properties = node.get("properties", {})
            inner = [(name, self.plan(properties[name])) for name in node[_LISTS]]
            plan.fields = [(name, one) for name, one in inner if one is not None]
            plan.items, plan.values = (self.plan(node.get(key)) for key in _INNER)
        return self.known[id(node)]

    def _defaults(self, node: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Any]:
        item = follow(node.get("items"), root=self.root)
        for key in keys:
            field_schema = item.get("properties", {}).get(key) if isinstance(item, dict) else None
            default = field_schema.get("default") if isinstance(field_schema, dict) else None
            yield _DEFAULTS.get(key) if default is None else default
