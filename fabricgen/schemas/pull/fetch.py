"""Downloads single files over HTTP: whole or not at all, with retries, limits, and no way from https to http.

Fed by `pull`. Python's own `urllib` does what is needed here, and is there; proxies are taken from HTTPS_PROXY and
NO_PROXY as everywhere.
"""

import http.client
import ssl
import time
from dataclasses import dataclass
from threading import Event
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from fabricgen import __version__
from fabricgen.schemas.errors import SchemaError

_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that another try may not meet
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited, and how much is taken.

    Attributes:
        silence_seconds: the longest wait for a connection, or for the next bytes of an answer.
        request_seconds: the longest time for one whole file.
        pauses_seconds: before the second, third, … try; their number decides how many there are.
        most_bytes: the largest file.
    """

    silence_seconds: float = 30
    request_seconds: float = 300
    pauses_seconds: tuple[float, ...] = (0.5, 2, 5)
    most_bytes: int = 32 * 2**20


class MissingFileError(SchemaError):
    """The server is there, and has no such file."""


class _PassingError(Exception):
    """A fault that another try may not meet."""


class _UnreachableError(_PassingError):
    """The server itself is not there."""


class Fetcher:
    """Fetches files of https addresses, by way of `mirror` if there is one.

    A mirror serves the file of https://<host>/<path> at <mirror>/<host>/<path>.

    `insecure` leaves certificates unchecked.

    Raises SchemaError if the mirror is no http or https address.
    """

    def __init__(self, *, mirror: str = "", patience: Patience | None = None, insecure: bool = False) -> None:
        parts = urlsplit(mirror)
        if mirror and (
            parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment
        ):
            raise SchemaError(
                f"--mirror {mirror}: an address such as https://mirror.example/schemas is expected"
            )
        self._mirror = mirror.rstrip("/")
        self._patience = patience or Patience()
        self._opener = _opener(mirror, insecure=insecure)
        self._unreachable: dict[str, str] = {}
        self._stopped = Event()

    def stop(self) -> None:
        """Let downloads that are under way end at once, with an error."""
        self._stopped.set()

    def fetch(self, address: str) -> bytes:
        """Return the bytes of the file at an upstream address.

        Raises:
            MissingFileError: the server says 404.
            SchemaError: it cannot be had: why, after how many tries, and what was asked for.
        """
        url = address.replace("https:/", self._mirror, 1) if self._mirror else address
        host = urlsplit(url).netloc
        told = address if url == address else f"{address} (from {url})"
        if host in self._unreachable:
            raise SchemaError(f"{told}: {self._unreachable[host]}")
        try:
            return self._try_again_and_again(url)
        except _UnreachableError as error:
            self._unreachable[host] = f"{error}, tried before"
            raise SchemaError(f"{told}: {error}") from error
        except MissingFileError as error:
            raise MissingFileError(f"{told}: {error}") from error
        except (_PassingError, SchemaError) as error:
            raise SchemaError(f"{told}: {error}") from error

    def _try_again_and_again(self, url: str) -> bytes:
        for pause in self._patience.pauses_seconds:
            try:
                return self._try(url)
            except _PassingError:
                self._stopped.wait(pause)
        return self._try(url)

    def _try(self, url: str) -> bytes:
        """Return the file. Raises SchemaError where it cannot be had, _PassingError where another try may help."""
        if self._stopped.is_set():
            raise SchemaError("was interrupted")
        request = Request(url, headers={"User-Agent": f"fabricgen/{__version__}"})  # noqa: S310 - the opener knows http and https alone
        try:
            with self._opener.open(request, timeout=self._patience.silence_seconds) as answer:
                return self._read(answer)
        except HTTPError as error:
            error.close()
            raise _status(error) from error
        except URLError as error:
            raise _unreached(url, error) from error
        except TimeoutError as error:
            raise _PassingError(f"no answer within {self._patience.silence_seconds:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise _PassingError(f"the connection broke ({str(error) or type(error).__name__})") from error

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        length = _length(answer)
        most = self._patience.most_bytes
        if length is not None and length > most:
            raise SchemaError(f"the file has {length} bytes, more than {most}")
        data = bytearray()
        end = time.monotonic() + self._patience.request_seconds
        while len(data) != length and (chunk := answer.read1(_CHUNK)):
            data += chunk
            if len(data) > most:
                raise SchemaError(f"the file has more than {most} bytes")
            if time.monotonic() > end:
                raise _PassingError(f"not whole within {self._patience.request_seconds:g} s")
            if self._stopped.is_set():
                raise SchemaError("was interrupted")
        if length is not None and len(data) != length:
            raise _PassingError(f"the file broke off after {len(data)} of {length} bytes")
        return bytes(data)


def _length(answer: http.client.HTTPResponse) -> int | None:
    """Return how long the answer is; None where it comes in chunks, whose end is told. Raises SchemaError otherwise."""
    if answer.headers.get("Transfer-Encoding", "").lower() == "chunked":
        return None
    length = answer.headers.get("Content-Length", "")
    if not length.isdigit():
        raise SchemaError("the server does not say how long the file is, so nobody knows whether it is whole")
    return int(length)


def _unreached(url: str, error: URLError) -> Exception:
    if isinstance(error.reason, TimeoutError):
        return _UnreachableError("no connection in time")
    if isinstance(error.reason, ssl.SSLCertVerificationError):
        return SchemaError(f"the server's certificate is refused: {error.reason.verify_message}")
    return _UnreachableError(f"{urlsplit(url).netloc} cannot be reached ({error.reason})")


def _status(error: HTTPError) -> Exception:
    said = f"the server says {error.code} {error.reason}"
    if error.code in _PASSING:
        return _PassingError(said)
    if error.code == http.HTTPStatus.NOT_FOUND:
        return MissingFileError(f"{said}; does this version exist?")
    return SchemaError(said)


class _Redirects(HTTPRedirectHandler):
    """Follows to https, and within the mirror; ten times at most."""

    def __init__(self, mirror: str) -> None:
        parts = urlsplit(mirror)
        self._mirror = (parts.scheme, parts.netloc)

    def redirect_request(  # noqa: PLR0913, PLR0917 - the form that urllib calls it in
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """Return the request that follows. Raises SchemaError where it would leave https."""
        parts = urlsplit(newurl)
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != self._mirror:
            fp.close()
            raise SchemaError(f"leads on to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(mirror: str, *, insecure: bool) -> OpenerDirector:
    """Return what opens http and https alone: no file://, no ftp://."""
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(context=context),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        _Redirects(mirror),
    ):
        opener.add_handler(handler)
    return opener
