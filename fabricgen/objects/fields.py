"""The scalar types that the models are made of: which texts are right for each, and what is said of a wrong one.

Fed by `addresses` (how networks are read); used by every module of models here.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from fabricgen.addresses import parse_address, parse_network

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_QUALIFIED = rf"({_SUBDOMAIN}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?"
_NAME_BYTES = 253
_NO_LIMIT = 2**31


def shaped(pattern: str, says: str, *, longest: int = 0) -> AfterValidator:
    """Return a check that a text matches `pattern` as a whole; `says` ends the sentence that begins with the text."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"{text!r} {says}")
        if longest and len(text) > longest:
            raise ValueError(f"{text!r} has {len(text)} characters; {longest} are allowed")
        return text

    return AfterValidator(check)


def _read_with(read: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


def repeated(items: Iterable[Hashable]) -> tuple[Any, ...]:
    """Return the items that appear more than once, each one time, in the order of their second appearance."""
    seen: set[Hashable] = set()
    twice: dict[Hashable, None] = {}
    for item in items:
        if item in seen:
            twice[item] = None
        seen.add(item)
    return tuple(twice)


def _check_unique(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if twice := repeated(items):
        raise ValueError(f"{twice[0]!r} is listed twice")
    return items


def sized(least: int, most: int) -> AfterValidator:
    """Return a check of how many items a list has. pydantic's own complains as well when only items are wrong."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(items) < least:
            raise ValueError("this must not be empty" if least == 1 else f"this needs at least {least} items")
        if len(items) > most:
            raise ValueError(f"these are {len(items)} items; {most} are allowed")
        return items

    return AfterValidator(check)


Unique = AfterValidator(_check_unique)
NotEmpty = sized(1, _NO_LIMIT)

Flag = Annotated[bool, Field(strict=True)]
Integer = Annotated[int, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Asn = Annotated[int, Field(strict=True, ge=1, le=2**32 - 1)]
Text = Annotated[str, Field(min_length=1)]
Names = tuple[Text, ...]
Values = dict[str, Any]

# Kubernetes' rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
DnsLabel = Annotated[
    str,
    shaped(_LABEL, "is not a DNS label: at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends"),
]
DnsName = Annotated[
    str,
    shaped(
        _SUBDOMAIN,
        "is not a DNS name: labels of a-z, 0-9 and '-', with dots between them",
        longest=_NAME_BYTES,
    ),
]
ServiceName = Annotated[
    str,
    shaped(
        r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
        "is not a Service's name: at most 63 of a-z, 0-9 and '-', a letter first, a letter or digit last",
    ),
]
WildcardName = Annotated[
    str,
    shaped(rf"(\*\.)?{_SUBDOMAIN}", "is not a DNS name, with or without '*.' in front", longest=_NAME_BYTES),
]
# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
LabelKey = Annotated[
    str,
    shaped(
        _QUALIFIED,
        "is not a label or annotation key: a name of at most 63 characters, after a DNS name and '/' if any",
    ),
]
LabelValue = Annotated[
    str,
    shaped(
        r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?",
        "is not a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    ),
]
Labels = dict[LabelKey, LabelValue]
Annotations = dict[LabelKey, str]

# The pattern of Flux' CRDs: https://fluxcd.io/flux/components/helm/helmreleases/#interval
Duration = Annotated[
    str, shaped(r"([0-9]+(\.[0-9]+)?(ms|s|m|h))+", "is not a duration such as 90s, 5m or 1h30m")
]
Cidr = Annotated[str, _read_with(parse_network)]
Ip = Annotated[str, _read_with(parse_address)]
HttpsEndpoint = Annotated[str, shaped(r"https://[^/]+/?", "is not an endpoint such as https://10.4.0.9:6443")]
