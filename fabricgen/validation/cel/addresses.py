"""Kubernetes' CEL functions on IP addresses and networks. Part of `library`.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library and
#kubernetes-cidr-library; behaviour compared with Kubernetes 1.36, whose cidr() takes host bits although its
documentation says otherwise.
"""

import ipaddress
import re
from collections.abc import Callable

from fabricgen.validation.cel.function import Function, NoSuchOverloadError, Tagged, untag

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface

_IP, _CIDR = "@ip", "@cidr"
_BITS = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)
_BROADCAST = ipaddress.IPv4Address("255.255.255.255")
_LOCAL_MULTICAST = ipaddress.ip_network("224.0.0.0/24")


def _parse_ip(text: str) -> _Address:
    """Return the address; zones and IPv4 written as IPv6 are refused. Raises ValueError."""
    if "%" in text:
        raise ValueError(f'IP address "{text}" with zone value is not allowed')
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        raise ValueError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return address


def _parse_cidr(text: str) -> _Interface:
    """Return address and prefix, host bits kept. Raises ValueError."""
    address, slash, bits = text.rpartition("/")
    if not slash or not _BITS.fullmatch(bits):
        raise ValueError(f'"{text}" is no address with a prefix length')
    return ipaddress.ip_interface((_parse_ip(address), int(bits)))


def _is(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _ip(text: str) -> Tagged:
    return {_IP: str(_parse_ip(text))}


def _cidr(text: str) -> Tagged:
    return {_CIDR: str(_parse_cidr(text))}


def _address(value: Tagged) -> _Address:
    return ipaddress.ip_address(untag(value, _IP))


def _interface(value: Tagged) -> _Interface:
    return ipaddress.ip_interface(untag(value, _CIDR))


def _on_address(check: Callable[[_Address], bool]) -> Callable[[Tagged], bool]:
    return lambda value: check(_address(value))


def _is_local_multicast(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address in _LOCAL_MULTICAST
    return address.packed[0] == 0xFF and address.packed[1] & 0x0F == 0x02  # noqa: PLR2004 - RFC 4291, section 2.7


def _is_global(address: _Address) -> bool:
    """As Go means it: private addresses are global too."""
    special = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    if isinstance(address, ipaddress.IPv4Address):
        special = address.is_unspecified or address == _BROADCAST or address.is_loopback
        special = special or address.is_multicast or address.is_link_local
    return not special


def _contains(outer: _Interface, inner: _Address) -> bool:
    return inner.version == outer.version and inner in outer.network


def _contains_ip(value: Tagged, other: Tagged | str) -> bool:
    address = _parse_ip(other) if isinstance(other, str) else _address(other)
    return _contains(_interface(value), address)


def _contains_cidr(value: Tagged, other: Tagged | str) -> bool:
    outer = _interface(value)
    inner = _parse_cidr(other) if isinstance(other, str) else _interface(other)
    return outer.network.prefixlen <= inner.network.prefixlen and _contains(outer, inner.ip)


def _text(value: Tagged) -> str:
    found = value.get(_IP, value.get(_CIDR))
    if not isinstance(found, str):
        raise NoSuchOverloadError
    return found


FUNCTIONS = (
    Function("ip", "map", ("string",), _ip, member=False),
    Function("ip", "map", ("map",), lambda value: {_IP: str(_interface(value).ip)}),
    Function("isIP", "bool", ("string",), _is(_parse_ip), member=False),
    Function("ip.isCanonical", "bool", ("string",), lambda text: str(_parse_ip(text)) == text, member=False),
    Function("family", "int", ("map",), lambda value: _address(value).version),
    Function("isUnspecified", "bool", ("map",), _on_address(lambda address: address.is_unspecified)),
    Function("isLoopback", "bool", ("map",), _on_address(lambda address: address.is_loopback)),
    Function("isLinkLocalMulticast", "bool", ("map",), _on_address(_is_local_multicast)),
    Function("isLinkLocalUnicast", "bool", ("map",), _on_address(lambda address: address.is_link_local)),
    Function("isGlobalUnicast", "bool", ("map",), _on_address(_is_global)),
    Function("cidr", "map", ("string",), _cidr, member=False),
    Function("isCIDR", "bool", ("string",), _is(_parse_cidr), member=False),
    Function("containsIP", "bool", ("map", "string"), _contains_ip),
    Function("containsIP", "bool", ("map", "map"), _contains_ip),
    Function("containsCIDR", "bool", ("map", "string"), _contains_cidr),
    Function("containsCIDR", "bool", ("map", "map"), _contains_cidr),
    Function("masked", "map", ("map",), lambda value: {_CIDR: str(_interface(value).network)}),
    Function("prefixLength", "int", ("map",), lambda value: _interface(value).network.prefixlen),
    Function("string", "string", ("map",), _text, member=False),
)
