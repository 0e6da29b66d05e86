"""Text that must have a form: what the form is, in words, and the text in that form that may be meant.

Used by `sentences`. Forms are known by the pattern that the field declares, or by the field's key.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from fabricgen.description.chart import HttpsUrl, OciUrl
from fabricgen.description.distribution import ExposedPort
from fabricgen.description.fields import DnsName, Duration, Name, WildcardName
from fabricgen.description.flux import GitUrl
from fabricgen.description.policies import FqdnPattern, PolicyPort
from fabricgen.load.schema import Place

_Meant = Callable[[str], str]


def explain_form(pattern: str, *, place: Place, value: str) -> tuple[str, str]:
    """Return what the text should be, such as "a DNS name", and what may be meant; "" if nothing comes to mind."""
    key = next((part for part in reversed(place.path) if isinstance(part, str)), "")
    words, propose = _by_pattern().get(pattern) or _BY_KEY.get(key) or (_described(place), _nothing)
    meant = propose(value)
    return words, meant if re.fullmatch(pattern, meant) else ""


def _described(place: Place) -> str:
    description = place.field.description if place.field is not None else None
    return (
        f"in the form that is needed ({description.partition('. ')[0].rstrip('.')})"
        if description
        else "in the form that is needed"
    )


def _nothing(_value: str) -> str:
    return ""


def _label(value: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", value.strip().lower()).strip("-")


def _dns_name(value: str) -> str:
    host = re.sub(r"^[a-z]+://", "", value.strip().lower()).partition("/")[0].partition(":")[0]
    return host.replace("_", "-").strip(".-")


def _with_scheme(value: str) -> str:
    return f"https://{value}" if "://" not in value else ""


def _oci_url(value: str) -> str:
    return f"oci://{value.rpartition('://')[2]}"


def _git_url(value: str) -> str:
    """The scp form git@host:owner/repo is the one that people copy from a forge."""
    scp = re.fullmatch(r"([\w.-]+@[\w.-]+):([^:]+)", value)
    return f"ssh://{scp[1]}/{scp[2]}" if scp else _with_scheme(value)


def _duration(value: str) -> str:
    text = value.replace(" ", "").lower()
    text = re.sub(
        r"(seconds?|secs?)$", "s", re.sub(r"(minutes?|mins?)$", "m", re.sub(r"(hours?|hrs?)$", "h", text))
    )
    days = re.fullmatch(r"(\d+)(d|days?)", text)
    return f"{int(days[1]) * 24}h" if days else f"{text}s" if text.isdigit() else text


def _policy_port(value: str) -> str:
    port, _, protocol = value.replace(":", "-").replace(" ", "").partition("/")
    return f"{port}/{protocol.upper() or 'TCP'}"


def _exposed_port(value: str) -> str:
    ports, _, protocol = value.replace(" ", "").partition("/")
    host, _, container = ports.partition(":")
    return f"{host}:{container or host}/{protocol.lower() or 'tcp'}"


def _digest(value: str) -> str:
    return f"sha256:{value.lower().removeprefix('sha256:')}"


def _path(value: str) -> str:
    return re.sub(r"/+", "/", value.strip().removeprefix("./")).strip("/")


_BY_KEY: Final[Mapping[str, tuple[str, _Meant]]] = {
    "name": (
        "a name: lower-case letters, digits and dashes, a letter or digit at both ends, at most 32",
        _label,
    ),
    "digest": ("a digest: sha256: and 64 hexadecimal digits", _digest),
    "rule": ("the id of a rule, such as CIL007", str.upper),
    "path": ("a folder below the top of the repository, such as gitops/home", _path),
}


@cache
def _by_pattern() -> Mapping[str, tuple[str, _Meant]]:
    """Computed once somebody has made such a mistake: pydantic builds a schema for each."""
    label = "a name: lower-case letters, digits and dashes, a letter or digit at both ends, at most 63"
    known: tuple[tuple[Any, str, _Meant], ...] = (
        (Name, label, _label),
        (DnsName, "a DNS name such as home.example.org", _dns_name),
        (WildcardName, "a DNS name, `*.` allowed in front", _dns_name),
        (Duration, "a duration such as 30s, 5m or 1h30m", _duration),
        (HttpsUrl, "an https:// address", _with_scheme),
        (OciUrl, "an oci:// address such as oci://ghcr.io/owner/name", _oci_url),
        (GitUrl, "an https:// or ssh:// address of a git repository", _git_url),
        (ExposedPort, "host port, container port and protocol, such as 8080:80/tcp", _exposed_port),
        (PolicyPort, "a port with its protocol, such as 443/TCP or 8000-8100/UDP", _policy_port),
        (FqdnPattern, "a DNS name in which `*` may stand for a label, such as *.example.org", _nothing),
    )
    return {TypeAdapter(alias).json_schema()["pattern"]: (words, propose) for alias, words, propose in known}
