"""kustomize's replacements: a value of one object, written into others.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/>.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from fabricgen.repository.item import Item
from fabricgen.repository.patches import CannotPatchError
from fabricgen.repository.targets import Target, UnknownTargetError

_PARTS: Final = re.compile(r"(?:\\.|\[[^\]]*\]|[^.\[])+|\[[^\]]*\]")


def replaced(items: Sequence[Item], written: Mapping[str, Any]) -> list[Item]:
    """Return the objects after one replacement; those that it cannot be worked out for are inexact."""
    value = _source(items, written)
    done = list(items)
    for target in _list(written.get("targets")):
        if isinstance(target, Mapping):
            done = [_one(item, target, value) if _meant(item, target) else item for item in done]
    return done


def _source(items: Sequence[Item], written: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a value of any kind
    """Return the value that is written into others; None if it is not known."""
    if isinstance(fixed := written.get("sourceValue"), str):
        return fixed
    source = written.get("source")
    if not isinstance(source, Mapping):
        return None
    wanted = Target({key: re.escape(text) for key, text in Target.of(source).wanted.items()})
    found = [item for item in items if wanted.fits(item)]
    if len(found) != 1 or not found[0].exact:
        return None
    value: Any = found[0].body
    for part in _parts(str(source.get("fieldPath") or "metadata.name")):
        value = value.get(part) if isinstance(value, Mapping) else None
    options = source.get("options")
    if isinstance(value, str) and isinstance(options, Mapping) and options.get("delimiter"):
        pieces, number = value.split(str(options["delimiter"])), int(options.get("index") or 0)
        return pieces[number] if 0 <= number < len(pieces) else None
    return value


def _meant(item: Item, target: Mapping[str, Any]) -> bool:
    select = target.get("select")
    rejected = [Target.of(one) for one in _list(target.get("reject")) if isinstance(one, Mapping)]
    try:
        chosen = isinstance(select, Mapping) and Target.of(select).fits(item)
        return chosen and not any(one.fits(item) for one in rejected)
    except UnknownTargetError:
        return False


def _one(item: Item, target: Mapping[str, Any], value: Any) -> Item:  # noqa: ANN401 - as above
    if value is None:
        return replace(item, exact=False)
    options = target.get("options")
    body = copy.deepcopy(dict(item.body))
    try:
        for path in _list(target.get("fieldPaths")) or ["metadata.name"]:
            _write(body, _parts(str(path)), value, options=options if isinstance(options, Mapping) else {})
    except CannotPatchError:
        return replace(item, exact=False)
    return replace(item, body=body)


def _parts(path: str) -> list[str]:
    return [
        part if part.startswith("[") else part.replace("\\.", ".").replace("\\", "")
        for part in _PARTS.findall(path)
    ]


def _write(here: Any, path: Sequence[str], value: Any, *, options: Mapping[str, Any]) -> None:  # noqa: ANN401 - as above
    first, *rest = path
    for key in _keys(here, first, create=bool(options.get("create"))):
        if rest:
            if isinstance(here, dict) and here.get(key) is None:
                here[key] = {}
            _write(here[key], rest, value, options=options)
        else:
            old = here.get(key) if isinstance(here, dict) else here[key]
            here[key] = _joined(old, value, options) if options.get("delimiter") else copy.deepcopy(value)


def _keys(here: Any, part: str, *, create: bool) -> list[Any]:  # noqa: ANN401 - as above
    """Return the keys or indexes that a part of a path means."""
    if isinstance(here, dict) and not part.startswith("[") and part != "*":
        if part not in here and not create:
            raise CannotPatchError
        return [part]
    if isinstance(here, list):
        if part == "*":
            return list(range(len(here)))
        if part.isdigit() and int(part) < len(here):
            return [int(part)]
        key, equals, wanted = part.strip("[]").partition("=")
        found = [
            number
            for number, one in enumerate(here)
            if equals and isinstance(one, Mapping) and str(one.get(key)) == wanted
        ]
        if found:
            return found
    raise CannotPatchError


def _joined(old: object, value: object, options: Mapping[str, Any]) -> str:
    delimiter, number = str(options["delimiter"]), int(options.get("index") or 0)
    pieces = str(old or "").split(delimiter)
    if number < 0:
        return delimiter.join([str(value), *pieces])
    if number >= len(pieces):
        return delimiter.join([*pieces, str(value)])
    pieces[number] = str(value)
    return delimiter.join(pieces)


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - as written
    return value if isinstance(value, list) else []
