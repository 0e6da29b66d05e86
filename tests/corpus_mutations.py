"""Documents at random around good ones: one or two changes each, made with an eye on the schema.

Used by scripts/fuzz_verdicts.py, which asks everybody about them. The same seed gives the same documents.
"""

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

Body = dict[str, Any]
Place = tuple[Any, Any, Mapping[str, Any]]
"""What holds a value, the key or index in it, and what the schema says about the value."""

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 2.0, 65535, 65536, 2**31, 2**32, 2**63 - 1, 2**63, 1e300),
    *(
        "",
        " ",
        "a",
        "A",
        "-a",
        "a-",
        "a.b",
        "a_b",
        "a/b",
        "a b",
        "*",
        "*.a.b",
        "ä",
        "😀",
        "\n",
        "a\n",
        "\t",
        "\x7f",
    ),
    *(
        "0",
        "1",
        "80",
        "65536",
        "0x10",
        "1e3",
        "yes",
        "true",
        "null",
        "~",
        "1.5",
        "25%",
        "100m",
        "1Gi",
        "1 Gi",
    ),
    *("10s", "1h30m", "1.5h", "1d", "5", "0s", "-1s", "1us", "99999ms", "100000ms", "1H", "1h "),
    *(
        "10.0.0.1",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.0/8",
        "10.0.0.1/33",
        "fd00::1",
        "fd00::/8",
        "::ffff:10.0.0.1",
    ),
    *(
        "https://a.b",
        "http://",
        "oci://a/b",
        "ftp://a",
        "//a",
        "/a",
        "/a//b",
        "/a/../b",
        "/a%2fb",
        "/%zz",
        "a" * 64,
    ),
    *(
        "a" * 254,
        "aGVsbG8=",
        "aGVsbG8",
        "2026-11-21T05:00:00Z",
        "2026-11-21",
        "Service",
        "HTTP",
        "Exact",
        "PathPrefix",
    ),
    *(
        [],
        {},
        [None],
        [{}],
        [[]],
        {"a": None},
        {"a": "b"},
        {"": "b"},
        ["a", "a"],
        [1, 1.0],
        {"matchLabels": {}},
    ),
)


def mutate(body: Body, *, schema: Mapping[str, Any], chance: random.Random) -> Body:
    """Return a copy of `body` with one change, sometimes two or three."""
    changed = copy.deepcopy(body)
    for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3))):
        _change(changed, schema=schema, chance=chance)
    return changed


def _change(body: Body, *, schema: Mapping[str, Any], chance: random.Random) -> None:
    places = list(_places(body, schema))
    if not places:
        return
    holder, step, known = chance.choice(places)
    act = chance.choice((_replace, _replace, _replace, _remove, _add, _add, _repeat, _unknown))
    act(holder, step, known, chance)


def _places(value: Any, schema: Mapping[str, Any]) -> Iterator[Place]:
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        others = schema.get("additionalProperties")
        for key, child in value.items():
            known = properties.get(key) or (others if isinstance(others, dict) else {})
            yield value, key, known
            yield from _places(child, known)
    elif isinstance(value, list):
        known = schema.get("items") or {}
        for index, child in enumerate(value):
            yield value, index, known
            yield from _places(child, known)


def _replace(holder: Any, step: Any, known: Mapping[str, Any], chance: random.Random) -> None:
    holder[step] = _value(known, chance)


def _remove(holder: Any, step: Any, _known: Mapping[str, Any], _chance: random.Random) -> None:
    del holder[step]


def _repeat(holder: Any, step: Any, _known: Mapping[str, Any], chance: random.Random) -> None:
    """Repeat an item of a list; with a small difference, every other time."""
    if isinstance(holder, list):
        again = copy.deepcopy(holder[step])
        if isinstance(again, dict) and again and chance.random() < 0.5:
            again[chance.choice(list(again))] = chance.choice(ODD)
        holder.append(again)


def _unknown(holder: Any, step: Any, _known: Mapping[str, Any], chance: random.Random) -> None:
    if isinstance(holder, dict):
        name = str(step)
        holder[chance.choice((name + "s", name.capitalize(), name.lower(), "unknown", "", "spec"))] = (
            chance.choice(ODD)
        )


def _add(holder: Any, step: Any, known: Mapping[str, Any], chance: random.Random) -> None:
    """Add a property that the schema knows to the mapping at a place."""
    properties = known.get("properties") or {}
    target = holder[step]
    if isinstance(target, dict) and properties:
        name = chance.choice(list(properties))
        target[name] = _value(properties[name], chance)


def _value(known: Mapping[str, Any], chance: random.Random, depth: int = 0) -> Any:
    """Return a value that the schema likes, or nearly does, or not at all."""
    if chance.random() < 0.3 or depth > 4:
        return copy.deepcopy(chance.choice(ODD))
    if "enum" in known:
        return chance.choice(known["enum"])
    if chance.random() < 0.3 and ("minimum" in known or "maximum" in known):
        return known.get(chance.choice(("minimum", "maximum")), 0) + chance.choice((-1, 0, 1))
    kinds = known.get("type", "string")
    kind = chance.choice(kinds) if isinstance(kinds, list) else kinds
    return _of_kind(kind, known, chance, depth)


def _of_kind(kind: str, known: Mapping[str, Any], chance: random.Random, depth: int) -> Any:
    match kind:
        case "object":
            properties = known.get("properties") or {}
            wanted = set(known.get("required", ())) & properties.keys()
            wanted |= {name for name in properties if chance.random() < 0.2}
            return {name: _value(properties[name], chance, depth + 1) for name in sorted(wanted)}
        case "array":
            items = known.get("items") or {}
            return [_value(items, chance, depth + 1) for _ in range(chance.choice((0, 1, 1, 2)))]
        case "integer":
            return chance.choice((0, 1, 2, 80, 443, 100, 300))
        case "boolean":
            return chance.choice((True, False))
        case "null":
            return None
        case _:
            return chance.choice([odd for odd in ODD if isinstance(odd, str)])
