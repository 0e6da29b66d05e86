"""The scalar types that descriptions are made of: what people may write for each, and what it becomes.

Fed by nothing above; used by every model of the description. Each reader raises ValueError with a sentence.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from fabricgen.addresses import Address, AddressRange, Network, parse_address, parse_network
from fabricgen.versions.version import Minor, Version, format_minor, parse_minor, parse_version

MAX_ASN = 2**32 - 1
_DNS_LABEL = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
_DNS_NAME = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$"
_QUANTITY = re.compile(r"^(\d+)\s*(GiB|Gi|GB|MiB|Mi|MB)$")
_MAC_IN_GROUPS = re.compile(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|([0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
_MAC_DIGITS = re.compile(r"^[0-9a-f]{12}$")


class Model(BaseModel):
    """What people write: unknown keys are refused, nothing changes after reading, keys are camelCase."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=False,
        validate_by_alias=True,
    )


def check_one_of(why: str, **given: object) -> None:
    """Raise ValueError, with what was found and `why` it is one, unless exactly one of `given` is there."""
    keys = ", ".join(given)
    there = [key for key, value in given.items() if value is not None]
    if not there:
        raise ValueError(f"has none of {keys}, and {why}; write one of them")
    if len(there) > 1:
        raise ValueError(f"has {' and '.join(there)}, and {why}; keep one of them")


def _text(value: object, *, what: str) -> str:
    if isinstance(value, str):
        return value.strip()
    raise ValueError(f"{value!r} is not {what}; write it as text")


def _read_address(value: object) -> Address:
    return value if isinstance(value, Address) else parse_address(_text(value, what="an address"))


def _read_network(value: object) -> Network:
    return value if isinstance(value, Network) else parse_network(_text(value, what="a network"))


def _read_version(value: object) -> Version:
    if isinstance(value, Version):
        return value
    if isinstance(value, int | float):
        raise ValueError(f"{value} has no patch release; write all three numbers, such as {value}.0")  # noqa: TRY004 - pydantic reads ValueError
    return parse_version(_text(value, what="a version"))


def _read_minor(value: object) -> Minor:
    if isinstance(value, tuple):
        return value
    if isinstance(value, float):
        raise ValueError(f'{value} is read as a number, and 1.10 as 1.1; write it as text: "v{value}"')  # noqa: TRY004 - pydantic reads ValueError
    return parse_minor(_text(value, what="a minor version such as v1.12"))


def _read_memory(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f"{value} has no unit; write {value}GiB or {value}MiB")  # noqa: TRY004 - pydantic reads ValueError
    match = _QUANTITY.match(text := _text(value, what="an amount of memory such as 8GiB"))
    if match is None:
        near = re.match(r"(\d+)\s*([gm])?", text.lower())
        meant = [f"{near[1]}{unit}iB" for unit in "GM" if near[2] in {None, unit.lower()}] if near else []
        raise ValueError(
            f"{value!r} is not an amount of memory; write {' or '.join(meant or ['8GiB', '512MiB'])}"
        )
    return int(match[1]) * (1024 if match[2].startswith("G") else 1)


def _read_mac(value: object) -> str:
    digits = re.sub(r"[:.-]", "", _text(value, what="a MAC address")).lower()
    if _MAC_DIGITS.match(digits) is None:
        raise ValueError(f"{value!r} is not a MAC address such as d8:3a:dd:01:02:03")
    if int(digits[:2], 16) & 1:
        raise ValueError(f"{value!r} is a multicast address; a network card's has an even first byte")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _read_host(value: object) -> object:
    """Return an address in its one form, since it is compared with others'; anything else as it was written."""
    try:
        return str(_read_address(value))
    except ValueError:
        return value


def _read_link(value: object) -> object:
    """Return a MAC address with separators in its one form; anything else is the name of a link, or refused later."""
    is_mac = isinstance(value, str) and _MAC_IN_GROUPS.fullmatch(value.strip()) is not None
    return _read_mac(value) if is_mac else value


def _read_asn(value: object) -> int:
    text = str(value).strip().upper().removeprefix("AS")
    high, dot, low = text.partition(".")
    if isinstance(value, bool | float) or not (high.isdigit() and (not dot or low.isdigit())):
        raise ValueError(f'{value!r} is not an AS number; write 64512, "AS64512" or "1.10"')
    number = int(high) * 65536 + int(low) if dot else int(high)
    return _checked_asn(number)


def _checked_asn(number: int) -> int:
    # Reserved numbers: RFC 7607 (0), RFC 4893 (23456, AS_TRANS), RFC 7300 (65535, 4294967295).
    if number in {0, 23456, 65535, MAX_ASN} or number > MAX_ASN:
        raise ValueError(
            f"AS {number} is reserved or out of range; private ones are 64512-65534 and 4200000000-4294967294"
        )
    return number


def one_or_two(read: Callable[[object], Any], *, what: str) -> Callable[[object], tuple[Any, ...]]:
    """Return a reader of one value, or of an IPv4/IPv6 pair, as a tuple with IPv4 first."""

    def read_pair(value: object) -> tuple[Any, ...]:
        items = tuple(value) if isinstance(value, list | tuple) else (value,)
        parsed = tuple(read(item) for item in items)
        if not 1 <= len(parsed) <= 2 or len({item.version for item in parsed}) != len(parsed):  # noqa: PLR2004 - a pair is two
            found = ", ".join(str(item) for item in parsed[:3]) or "none"
            raise ValueError(f"has {found}; write one of the {what}, or one IPv4 and one IPv6")
        return tuple(sorted(parsed, key=lambda item: item.version))

    return read_pair


_TEXT = {"type": "string"}
_ADDRESS = {**_TEXT, "examples": ["10.0.0.10", "fd00::10"]}
_NETWORK = {**_TEXT, "pattern": r"^[0-9a-fA-F.:]+/\d{1,3}$", "examples": ["10.0.0.0/24", "fd00:0:0:1::/64"]}
_VERSION = {**_TEXT, "pattern": r"^v?\d+\.\d+\.\d+([-+].*)?$"}


def _pair_schema(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": 2}]}


AddressField = Annotated[
    Address, PlainValidator(_read_address), PlainSerializer(str), WithJsonSchema(_ADDRESS)
]
NetworkField = Annotated[
    Network, PlainValidator(_read_network), PlainSerializer(str), WithJsonSchema(_NETWORK)
]
AddressPair = Annotated[
    tuple[Address, ...],
    PlainValidator(one_or_two(_read_address, what="addresses")),
    PlainSerializer(lambda pair: [str(item) for item in pair]),
    WithJsonSchema(_pair_schema(_ADDRESS)),
]
NetworkPair = Annotated[
    tuple[Network, ...],
    PlainValidator(one_or_two(_read_network, what="networks")),
    PlainSerializer(lambda pair: [str(item) for item in pair]),
    WithJsonSchema(_pair_schema(_NETWORK)),
]
VersionField = Annotated[
    InstanceOf[Version], BeforeValidator(_read_version), PlainSerializer(str), WithJsonSchema(_VERSION)
]
MinorField = Annotated[
    tuple[int, int],
    BeforeValidator(_read_minor),
    PlainSerializer(format_minor),
    WithJsonSchema({**_TEXT, "pattern": r"^v?\d+\.\d+"}),
]
MemoryMiB = Annotated[
    int,
    BeforeValidator(_read_memory),
    PlainSerializer(lambda mib: f"{mib}MiB"),
    WithJsonSchema({**_TEXT, "pattern": _QUANTITY.pattern, "examples": ["8GiB"]}),
]
Mac = Annotated[str, BeforeValidator(_read_mac), WithJsonSchema({**_TEXT, "examples": ["d8:3a:dd:01:02:03"]})]
Host = Annotated[str, BeforeValidator(_read_host), Field(strict=True, min_length=1)]
LinkOrMac = Annotated[str, BeforeValidator(_read_link), Field(strict=True, min_length=1)]
Asn = Annotated[
    int, BeforeValidator(_read_asn), WithJsonSchema({"type": ["integer", "string"], "examples": [64512]})
]
Name = Annotated[str, Field(strict=True, pattern=_DNS_LABEL, max_length=63)]
WildcardName = Annotated[str, Field(strict=True, pattern=r"^(\*\.)?" + _DNS_NAME[1:], max_length=253)]
DnsName = Annotated[str, Field(strict=True, pattern=_DNS_NAME, max_length=253)]
Text = Annotated[str, Field(strict=True, min_length=1)]
Because = Annotated[
    Text | None,
    Field(
        default=None, description="Why it is set up like this, in your words. Stands in the cluster's README."
    ),
]
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=1)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Labels = dict[str, Annotated[str, Field(strict=True)]]
Duration = Annotated[str, Field(strict=True, pattern=r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$")]
Values = dict[str, Any]

__all__ = [
    "AddressField",
    "AddressPair",
    "AddressRange",
    "Asn",
    "Because",
    "Count",
    "DnsName",
    "Duration",
    "Flag",
    "Host",
    "Labels",
    "LinkOrMac",
    "Mac",
    "MemoryMiB",
    "MinorField",
    "Model",
    "Name",
    "NetworkField",
    "NetworkPair",
    "Port",
    "Text",
    "Values",
    "VersionField",
    "WildcardName",
    "check_one_of",
]
