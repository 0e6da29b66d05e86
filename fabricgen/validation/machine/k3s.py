"""k3s' config.yaml by its flags.

k3s makes a command line of its config: a key that the command does not know is left out with a warning in the log, a
value that the flag cannot read keeps k3s from starting. Source: pkg/configfilearg/parser.go of k3s-io/k3s.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.errors import Problem
from fabricgen.validation.machine.forms import K3sRole, is_rke2, k3s_role
from fabricgen.validation.machine.k3s_flags import AGENT, REMOVED, SERVER, Key
from fabricgen.validation.machine.opinion import Opinion, Told, opinion_of, skipped
from fabricgen.validation.placeholders import awaits_value

_RULE: Final = "K3C001"
_OLDER: Final = "K3C002"
_KEYS: Final[Mapping[K3sRole, Mapping[str, Key]]] = {
    "server": SERVER,
    "agent": AGENT,
    "unknown": {**SERVER, **AGENT},
}
# What Go's flags read. Source: <https://pkg.go.dev/strconv#ParseBool>, <https://pkg.go.dev/time#ParseDuration>.
_TRUTHS: Final = frozenset({"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"})
_NUMBER: Final = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+)")
_DURATION: Final = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)")
_WANTED: Final = {
    "truth": "true or false",
    "number": "a whole number",
    "duration": "a duration such as 5m",
    "text": "text",
    "texts": "text, or a list of texts",
}


def k3s_opinion(body: Mapping[str, Any], *, file: str, template: bool) -> Opinion:
    """Return the opinion on a config.yaml, or a part of one; whose it is, its place and its keys tell."""
    keys = [key.removesuffix("+") for key in body]
    if is_rke2(body):
        return skipped("RKE2 config", "RKE2's config; only that of k3s is known here")
    role = k3s_role(keys, file=file)
    told = (
        told
        for key, value in body.items()
        for told in _told(key, value, role=role)
        if not awaits_value(body, told.problem.path, template=template)
    )
    name = "k3s config" if role == "unknown" else f"k3s {role} config"
    return opinion_of(name, tuple(told))


def _told(written: str, value: Any, *, role: K3sRole) -> Iterator[Told]:  # noqa: ANN401 - a document holds anything
    name = written.removesuffix("+")
    key = _KEYS[role].get(name)
    if key is None:
        yield Told(_RULE, _unknown(written, name, role=role))
        return
    if key.successor:
        message = f"an old name of {key.successor}"
        yield Told(
            _OLDER, Problem(message=message, path=(written,), hint=f"write {key.successor}"), "warning"
        )
    items = value if isinstance(value, list) else [value]
    if isinstance(value, list) and key.form != "texts" and len(items) > 1:
        message = "k3s takes one value here, the last of this list"
        yield Told(_OLDER, Problem(message=message, path=(written,)), "warning")
    for number, item in enumerate(items):
        path = (written, number) if isinstance(value, list) else (written,)
        if (problem := _problem(item, key, path=path)) is not None:
            yield Told(_RULE, problem)


def _unknown(written: str, name: str, *, role: K3sRole) -> Problem:
    from fabricgen.objects.wording import nearest  # noqa: PLC0415 - most configs are well

    if name in REMOVED:
        return Problem(
            message="k3s has no such key any more, and skips it", path=(written,), hint=REMOVED[name]
        )
    other = {"server": ("agents", AGENT), "agent": ("servers", SERVER)}.get(role)
    if other is not None and name in other[1]:
        message = (
            f"only {other[0]} have this key; on {'a server' if role == 'server' else 'an agent'} k3s skips it"
        )
        return Problem(message=message, path=(written,))
    hint = nearest(name, [key for key in _KEYS[role] if len(key) > 1])
    return Problem(message="k3s has no such key, and skips it", path=(written,), hint=hint)


def _problem(item: Any, key: Key, *, path: tuple[str | int, ...]) -> Problem | None:  # noqa: ANN401 - as above
    from fabricgen.objects.wording import expected, nearest, show  # noqa: PLC0415 - as light as any

    text = _text(item)
    if text is None or not _fits(text, item, key):
        message, hint = expected(item, wanted=[_WANTED[key.form]])
        if text is not None:
            message = f"{show(item)} is not {_WANTED[key.form]}"
        return Problem(message=message, path=path, hint=hint)
    if key.allowed and text not in key.allowed:
        hint = nearest(text, key.allowed)
        return Problem(message=f"{show(item)} is not allowed", path=path, hint=hint)
    return None


def _text(item: Any) -> str | None:  # noqa: ANN401 - as above
    """Return what k3s puts on its command line; None for what makes no sense there."""
    match item:
        case str():
            return item
        case bool():
            return str(item).lower()
        case int() | float():
            return str(item)
        case None:
            return ""
        case _:
            return None


def _fits(text: str, item: Any, key: Key) -> bool:  # noqa: ANN401 - as above
    match key.form:
        case "truth":
            return text in _TRUTHS
        case "number":
            return not isinstance(item, bool) and _NUMBER.fullmatch(text) is not None
        case "duration":
            return _DURATION.fullmatch(text) is not None
        case "text" | "texts":
            return True
