"""Two values in, what differs inside them out: path by path, items of lists matched by what they are.

Used by `compare` for documents and by `causes` for descriptions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.impact.edit import Does
from fabricgen.impact.impact import Path

KEYS: Final = (
    "name",
    "host",
    "hostname",
    "interface",
    "namespace",
    "key",
    "cidr",
    "address",
    "gateway",
    "vlanId",
    "port",
    "advertisementType",
)
"""What items of lists are known by, the first that all of them have and that tells them apart.

The list keys of Kubernetes' own types (`name`, `port`, `key`), of Talos (`interface`, `vlanId`) and of the files of
talhelper (`hostname`) and topf (`host`). Source: `x-kubernetes-list-map-keys` of the schemas, and Talos' merge:
https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/types/v1alpha1/v1alpha1_types.go
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """One difference; `before` and `after` are None where nothing was or will be."""

    path: Path
    before: Any
    after: Any
    does: Does


def deltas(before: Any, after: Any, path: Path = ()) -> Iterator[Delta]:  # noqa: ANN401 - values are whatever YAML holds
    """Yield what differs, in the order of the later value; items of lists are `name=cp-1`, or an index in the later list."""
    if same_value(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(before, after, path)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _lists(before, after, path)
    else:
        yield Delta(path=path, before=before, after=after, does="change")


def coarse(before: Any, after: Any) -> tuple[Delta, ...]:  # noqa: ANN401 - as above
    """Return what differs, a mapping that comes or goes as one difference, as people wrote it."""
    found: dict[tuple[Path, Does], Delta] = {}
    for one in deltas(before, after):
        top = _topmost(one, before, after) if one.does in {"add", "remove"} else one
        found.setdefault((top.path, top.does), top)
    return tuple(found.values())


def _topmost(one: Delta, before: Any, after: Any) -> Delta:  # noqa: ANN401 - as above
    """Return the whole of what comes or goes with a value: the topmost mapping that one side lacks."""
    lacking = before if one.does == "add" else after
    for length in range(1, len(one.path)):
        place = one.path[:length]
        if look_up(lacking, place) is None:
            return Delta(
                path=place, before=look_up(before, place), after=look_up(after, place), does=one.does
            )
    return one


def look_up(value: Any, path: Path) -> Any:  # noqa: ANN401 - as above
    """Return what stands at a path; None where nothing does."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        elif isinstance(value, list | tuple):
            key, _, name = str(step).partition("=")
            value = next((one for one in value if str(one.get(key)) == name), None)
        else:
            return None
    return value


def same_value(one: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether two values are the same in YAML, where true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_value(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_value, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], path: Path) -> Iterator[Delta]:
    for key in (*after, *(key for key in before if key not in after)):
        here = (*path, str(key))
        if key not in before:
            yield from _come(after[key], here)
        elif key not in after:
            yield from _go(before[key], here)
        else:
            yield from deltas(before[key], after[key], here)


def _come(value: Any, path: Path) -> Iterator[Delta]:  # noqa: ANN401 - as above
    """Yield a mapping that comes key by key, so that each is judged and counted as what it is."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _come(item, (*path, str(key)))
    else:
        yield Delta(path=path, before=None, after=value, does="add")


def _go(value: Any, path: Path) -> Iterator[Delta]:  # noqa: ANN401 - as above
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _go(item, (*path, str(key)))
    else:
        yield Delta(path=path, before=value, after=None, does="remove")


def _lists(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Delta]:
    key = _key(before, after)
    if key:
        yield from _keyed(before, after, path, key)
    else:
        yield from _valued(before, after, path)


def _key(before: Sequence[Any], after: Sequence[Any]) -> str:
    """Return what items are known by; empty if there is nothing that all have, or that tells them apart."""
    items = (*before, *after)
    if not before or not after or not all(isinstance(one, Mapping) for one in items):
        return ""
    for key in KEYS:
        if all(isinstance(one.get(key), str | int) for one in items) and all(
            len({str(one[key]) for one in half}) == len(half) for half in (before, after)
        ):
            shared = {str(one[key]) for one in before} & {str(one[key]) for one in after}
            return key if shared or len(before) != len(after) else ""
    return ""


def _keyed(before: Sequence[Any], after: Sequence[Any], path: Path, key: str) -> Iterator[Delta]:
    old = {str(one[key]): one for one in before}
    new = {str(one[key]): one for one in after}
    for name, item in new.items():
        here = (*path, f"{key}={name}")
        if name in old:
            yield from deltas(old[name], item, here)
        else:
            yield Delta(path=here, before=None, after=item, does="add")
    for name, item in old.items():
        if name not in new:
            yield Delta(path=(*path, f"{key}={name}"), before=item, after=None, does="remove")
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Delta(path=path, before=list(old), after=list(new), does="order")


def _valued(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Delta]:
    """Yield what is left once equal items are taken out: pairs by their order, then what came or went."""
    left = _minus(before, after)
    new = _minus(after, before)
    if not left and not new:
        yield Delta(path=path, before=list(before), after=list(after), does="order")
        return
    for (_, old), (index, item) in zip(left, new, strict=False):
        yield from deltas(old, item, (*path, index))
    for index, item in new[len(left) :]:
        yield Delta(path=(*path, index), before=None, after=item, does="add")
    for index, item in left[len(new) :]:
        yield Delta(path=(*path, index), before=item, after=None, does="remove")


def _minus(items: Sequence[Any], others: Sequence[Any]) -> list[tuple[int, Any]]:
    """Return the items that the others lack, each as often as it is missing, with its index."""
    counts: dict[str, int] = {}
    for one in others:
        counts[_token(one)] = counts.get(_token(one), 0) + 1
    found: list[tuple[int, Any]] = []
    for index, one in enumerate(items):
        if counts.get(_token(one), 0):
            counts[_token(one)] -= 1
        else:
            found.append((index, one))
    return found


def _token(value: Any) -> str:  # noqa: ANN401 - as above
    """Return a text that is the same for the same values, whatever the order of their keys."""
    if isinstance(value, Mapping):
        inner = ",".join(f"{key}:{_token(item)}" for key, item in sorted(value.items(), key=_by_name))
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_token, value))}]"
    return f"{type(value).__name__}:{value!r}"


def _by_name(entry: tuple[Any, Any]) -> str:
    return str(entry[0])
