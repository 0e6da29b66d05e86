"""The OCI client that `registry` publishes with: oras-py, with time-outs, and with refusals that are exceptions.

Of oras-py come the addresses, tokens and the flow of an upload. Its own requests wait for ever, are tried again for
two minutes whatever went wrong, and ask for a token once, with what the first request was allowed. So requests are ours.
"""

from typing import Any

import oras.provider
import requests
from oras.auth import TokenAuth
from oras.container import Container
from requests.adapters import HTTPAdapter

from fabricgen.publish.artifact import Blob
from fabricgen.publish.credentials import Credentials
from fabricgen.publish.reference import Reference

_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_UNAUTHORIZED = 401
_FIRST_FAILURE = 400
_NOT_FOUND = 404


class RefusedError(Exception):
    """A registry's answer that says no. `response` is all of it; `asked` the method and what was asked for."""

    def __init__(self, response: requests.Response, *, asked: str) -> None:
        super().__init__(f"{asked}: {response.status_code}")
        self.response = response
        self.asked = asked


class _Patient(HTTPAdapter):
    """Waits for a registry, but not for ever."""

    def send(  # noqa: PLR0913, PLR0917 - the signature is that of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - as above
        timeout: Any = None,  # noqa: ANN401 - as above
        verify: bool | str = True,  # noqa: FBT001, FBT002 - as above
        cert: Any = None,  # noqa: ANN401 - as above
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Send it, with a limit to the waiting."""
        limit = timeout or (_CONNECT_SECONDS, _READ_SECONDS)
        return super().send(request, stream=stream, timeout=limit, verify=verify, cert=cert, proxies=proxies)


def _keep(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is. Without this, requests would put the user and password of ~/.netrc into it."""
    return request


class Client(oras.provider.Registry):  # type: ignore[misc] # oras-py has no types
    """Speaks to one registry. Raises RefusedError for its refusals, and what requests raises for the rest."""

    def __init__(self, reference: Reference, *, plain_http: bool, ca_file: str | None, scheme: str) -> None:
        super().__init__(
            hostname=reference.served_by,
            insecure=plain_http,
            tls_verify=ca_file or True,
            auth_backend=scheme,
        )
        self.session.auth = _keep
        for prefix in ("http://", "https://"):
            self.session.mount(prefix, _Patient())

    def become(self, credentials: Credentials) -> None:
        """Use these credentials from now on."""
        self.auth.set_basic_auth(credentials.username, credentials.password)

    def do_request(  # noqa: PLR0913, PLR0917 - the signature is oras-py's
        self,
        url: str,
        method: str = "GET",
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        json: object = None,
        stream: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> requests.Response:
        """Return the answer, with a token for exactly this request if the registry asks for one."""
        options = {"data": data, "json": json, "stream": stream, "verify": self._tls_verify}
        sent = {**(headers or {}), **self._authorization()}
        response: requests.Response = self.session.request(method, url, headers=sent, **options)
        if response.status_code == _UNAUTHORIZED and self._can_answer():
            sent, changed = self.auth.authenticate_request(response, dict(headers or {}), refresh=True)
            if changed:
                response = self.session.request(method, url, headers=sent, **options)
        is_answer = method == "HEAD" and response.status_code == _NOT_FOUND
        if response.status_code >= _FIRST_FAILURE and not is_answer:
            raise RefusedError(response, asked=f"{method} {response.request.path_url.partition('?')[0]}")
        return response

    def scheme(self) -> str:
        """Return which of oras-py's ways to authenticate the registry asks for."""
        url = f"{self.prefix}://{self.hostname}/v2/"
        response = self.session.get(url, verify=self._tls_verify)
        asked = response.headers.get("WWW-Authenticate", "").lower()
        return "basic" if asked.startswith("basic") else "token"

    def _can_answer(self) -> bool:
        return isinstance(self.auth, TokenAuth) or hasattr(self.auth, "_basic_auth")

    def _authorization(self) -> dict[str, str]:
        return dict(self.auth.get_auth_header()) if self._can_answer() else {}

    def put_manifest(self, blob: Blob, container: Container) -> None:
        """Store a manifest under the container's tag or digest."""
        url = f"{self.prefix}://{container.manifest_url()}"
        self.do_request(url, "PUT", data=blob.content, headers={"Content-Type": blob.media_type})

    def digest_of(self, container: Container, *, media_type: str) -> str:
        """Return the digest that a tag names, as the registry says; nothing if there is no such tag."""
        url = f"{self.prefix}://{container.manifest_url()}"
        response = self.do_request(url, "HEAD", headers={"Accept": media_type})
        return str(response.headers.get("Docker-Content-Digest", "")) if response.ok else ""

    def size_of(self, digest: str, container: Container) -> int | None:
        """Return the size of a stored blob; nothing if there is none."""
        response = self.do_request(f"{self.prefix}://{container.get_blob_url(digest)}", "HEAD")
        return int(response.headers.get("Content-Length", -1)) if response.ok else None


def container_of(reference: Reference, name: str) -> Container:
    """Return what oras-py calls a container: a repository, with a tag or a digest in it."""
    container = Container("repository")
    container.registry, container.namespace = reference.served_by, None
    container.repository, container.digest = reference.repository, None
    container.tag = name
    return container
