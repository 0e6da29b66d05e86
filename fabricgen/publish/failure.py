"""What went wrong between us and a registry, as a problem that people can act on. Feeds `registry`.

Sources: the codes of https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes, and what the
exceptions of requests, urllib3 and ssl carry.
"""

import re
import socket
import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import NameResolutionError

from fabricgen.errors import Problem
from fabricgen.publish.client import RefusedError

_MOST_TEXT = 300
_TOO_MANY = 429
_SERVER_ERROR = 500
_READ_ONLY = 405
# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL's x509_vfy.h.
_OTHER_NAME = {62, 64}
_EXPIRED = 10


def is_passing(error: Exception) -> bool:
    """Return whether trying again may help: not where a name, a certificate or a permission is wrong."""
    if isinstance(error, RefusedError):
        return error.response.status_code == _TOO_MANY or error.response.status_code >= _SERVER_ERROR
    final = (ssl.SSLError, requests.exceptions.SSLError, NameResolutionError, socket.gaierror)
    return not any(isinstance(one, final) for one in _causes(error))


def problem_of(error: Exception, *, registry: str, known: bool) -> Problem:
    """Return what to tell; `known` is whether there were credentials. Nothing in it is secret."""
    if isinstance(error, RefusedError):
        message, hint = _of_answer(error, known=known)
    else:
        message, hint = _of_connection(error, registry=registry)
    return Problem(message=message, hint=hint)


def _of_answer(error: RefusedError, *, known: bool) -> tuple[str, str]:
    status, said = error.response.status_code, _said(error.response)
    match status:
        case 401 if known:
            return (
                f"the registry does not accept the credentials (401{said})",
                "log in again, or check the user name",
            )
        case 401:
            return (
                f"the registry wants credentials (401{said})",
                "`docker login` it, or give --username and --password-stdin",
            )
        case 403:
            return f"the registry denies this user to push there (403{said})", "ask for the right to push"
        case 404:
            return f"the registry has no such repository and makes none (404{said})", "create it first"
        case 405:
            return f"the registry takes no uploads: it is read-only (405{said})", "publish to its source"
        case 413:
            return (
                f"the registry, or a proxy before it, takes no upload of that size (413{said})",
                "raise its limit",
            )
        case _:
            return f"the registry answers {status} to {error.asked}{said}", ""


def _said(response: requests.Response) -> str:
    """Return what the registry says of it, on one line."""
    try:
        errors = response.json().get("errors") or []
        told = "; ".join(str(one.get("message") or one.get("code")) for one in errors)
    except (ValueError, AttributeError, TypeError):
        return ""
    plain = re.sub(r"\s+", " ", "".join(one for one in told if one.isprintable()))[:_MOST_TEXT]
    return f": {plain}" if plain else ""


def _of_connection(error: Exception, *, registry: str) -> tuple[str, str]:
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return _of_certificate(cause, registry)
            case ssl.SSLError():
                reason = (cause.reason or "no reason given").replace("_", " ").lower()
                return (
                    f"{registry} does not speak TLS as it should: {reason}",
                    "does it serve plain HTTP? --plain-http",
                )
            case NameResolutionError() | socket.gaierror():
                return f"there is no host of the name {registry}", "check the reference, and the DNS server"
            case ConnectionRefusedError():
                return f"nobody listens at {registry}", "does the registry run, and is this its port?"
            case requests.Timeout() | TimeoutError():
                return f"{registry} does not answer in time", "is it reachable from here?"
            case _:
                continue
    return (
        f"the connection to {registry} was cut before it was done ({type(_last(error)).__name__})",
        "try again",
    )


def _of_certificate(error: ssl.SSLCertVerificationError, registry: str) -> tuple[str, str]:
    if error.verify_code in _OTHER_NAME:
        return f"the certificate of {registry} is for another host", "use the name that the certificate has"
    if error.verify_code == _EXPIRED:
        return f"the certificate of {registry} has expired", "renew it"
    reason = error.verify_message
    return f"the certificate of {registry} is not trusted: {reason}", "name its CA with --ca-file"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those inside it, from the outermost in."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [getattr(one, "reason", None), *one.args, one.__cause__, one.__context__]


def _last(error: BaseException) -> BaseException:
    return list(_causes(error))[-1]
