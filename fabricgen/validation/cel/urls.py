"""Kubernetes' CEL functions on URLs, as Go reads them. Part of `library`.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library, and for what is refused
https://pkg.go.dev/net/url#ParseRequestURI (RFC 3986, a little wider); behaviour compared with Kubernetes 1.36.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from fabricgen.validation.cel.function import Function, Tagged, untag

_TAG = "@url"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BAD_HOST = re.compile(r"[ ^`{}|\\#?/%]|%(?:[0-7])")
_BAD_USER = re.compile(r"[^A-Za-z0-9._:~!$&'()*+,;=%@-]")
_PORT = re.compile(r"(?::[0-9]*)?")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/\[\]%-]*")
_KEPT_IN_PATH = "$&+,/:;=@~"


class _Url(NamedTuple):
    scheme: str = ""
    host: str = ""
    path: str = ""
    query: str = ""


def _parse(text: str) -> _Url:
    """Return the parts of an absolute URL or an absolute path. Raises ValueError for anything else."""
    if not text or _CONTROL.search(text):
        raise ValueError(f'"{text}" is empty or holds control characters')
    scheme, rest = _split_scheme(text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if not scheme and text != "*":
            raise ValueError(f'"{text}" is neither an absolute URL nor an absolute path')
        return _Url(scheme, query=query)
    host = ""
    if scheme and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        host, rest = _host(authority), slash + path
    if _BAD_ESCAPE.search(rest):
        raise ValueError(f'"{text}" has a % that no two hexadecimal digits follow')
    return _Url(scheme, host, rest, query)


def _split_scheme(text: str) -> tuple[str, str]:
    if text.startswith(":"):
        raise ValueError(f'"{text}" has no scheme before its colon')
    found = _SCHEME.match(text)
    return (found[1].lower(), text[found.end() :]) if found else ("", text)


def _host(authority: str) -> str:
    """The host and port; raises ValueError when host, port or user are none."""
    user, _, host = authority.rpartition("@")
    if _BAD_USER.search(user) or _BAD_ESCAPE.search(user):
        raise ValueError(f'"{user}" is no user')
    name, port = _split_port(host)
    if not _PORT.fullmatch(port):
        raise ValueError(f'"{port}" after "{name}" is no port')
    if not name.startswith("[") and _BAD_HOST.search(name):
        raise ValueError(f'"{name}" is no host')
    return host


def _split_port(host: str) -> tuple[str, str]:
    if host.startswith("["):
        end = host.rfind("]")
        if end < 0:
            raise ValueError(f'"{host}" has no ] after its [')
        return host[: end + 1], host[end + 1 :]
    name, colon, port = host.rpartition(":")
    return (name, colon + port) if colon else (host, "")


def _of(value: Tagged) -> _Url:
    """The parts without the fragment, which a request has none of."""
    return _parse(untag(value, _TAG).partition("#")[0] or "/")


def _url(text: str) -> Tagged:
    _parse(text)
    if _BAD_ESCAPE.search(text.partition("#")[2]):
        raise ValueError(f'"{text}" has a % that no two hexadecimal digits follow')
    return {_TAG: text}


def is_url(text: str) -> bool:
    """Return whether this is an absolute URL or an absolute path, as Go reads them."""
    try:
        _parse(text)
    except ValueError:
        return False
    return True


def _host_name(value: Tagged) -> str:
    return _split_port(_of(value).host.rpartition("@")[2])[0].strip("[]")


def _escaped_path(value: Tagged) -> str:
    path = _of(value).path
    return path if _PLAIN_PATH.fullmatch(path) else quote(unquote(path), safe=_KEPT_IN_PATH)


def _query(value: Tagged) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in _of(value).query.split("&"):
        name, _, text = one.partition("=")
        if one and ";" not in one and not _BAD_ESCAPE.search(one):
            found.setdefault(unquote_plus(name), []).append(unquote_plus(text))
    return found


FUNCTIONS = (
    Function("url", "map", ("string",), _url, member=False),
    Function("isURL", "bool", ("string",), is_url, member=False),
    Function("getScheme", "string", ("map",), lambda value: _of(value).scheme),
    Function("getHost", "string", ("map",), lambda value: _of(value).host),
    Function("getHostname", "string", ("map",), _host_name),
    Function("getPort", "string", ("map",), lambda value: _split_port(_of(value).host)[1].lstrip(":")),
    Function("getEscapedPath", "string", ("map",), _escaped_path),
    Function("getQuery", "map", ("map",), _query),
)
