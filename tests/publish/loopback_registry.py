"""A registry on loopback that fails on demand: cuts connections, refuses, is overloaded; and says what it stores."""

import base64
import hashlib
import json
import socket
import ssl
import struct
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

CUT = 0
"""In place of a status: the connection is cut in the middle of what is sent."""


@dataclass
class Stored:
    """What the registry holds, and what it is to answer: `answers["PUT blob"]` are the next ones to that."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)
    answers: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    asked: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    user: str = ""
    wants_tokens: bool = False
    refuses: str = "none"  # the beginning of what is denied: "POST /v2/one/"
    address: str = ""

    @property
    def tags(self) -> dict[str, bytes]:
        """Return the manifests that have a tag."""
        return {name: content for name, content in self.manifests.items() if ":" not in name.split("/")[-1]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stored: ClassVar[Stored]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer_token() if self.path.startswith("/token") else self._handle("ping")

    def do_HEAD(self) -> None:
        self._handle("blob" if "/blobs/" in self.path else "manifest")

    def do_POST(self) -> None:
        self._handle("upload")

    def do_PUT(self) -> None:
        self._handle("manifest" if "/manifests/" in self.path else "blob")

    def _handle(self, what: str) -> None:
        name = f"{self.command} {what}"
        self.stored.asked.append(name)
        self.stored.authorizations.append(self.headers.get("Authorization", ""))
        length = int(self.headers.get("Content-Length") or 0)
        wanted = self.stored.answers[name].pop(0) if self.stored.answers[name] else None
        if wanted == CUT:
            self._cut(length)
            return
        content = self.rfile.read(length)
        if wanted is None and not self._is_allowed():
            self._refuse_stranger()
        elif f"{self.command} {self.path}".startswith(self.stored.refuses):
            self._say(403)
        elif wanted is not None:
            self._say(wanted, body=json.dumps({"errors": [{"code": "TEST", "message": "as told"}]}).encode())
        else:
            self._serve(what, content)

    def _cut(self, length: int) -> None:
        self.rfile.read(length // 2)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _serve(self, what: str, content: bytes) -> None:
        name = urlsplit(self.path).path.rpartition("/")[2]
        match self.command, what:
            case "GET", _:
                self._say(200)
            case "HEAD", "blob":
                self._describe(self.stored.blobs.get(name))
            case "HEAD", _:
                self._describe(self.stored.manifests.get(name))
            case "POST", _:
                self._say(202, {"Location": f"{self.path}session?state=a%2Bb"})
            case _, "blob":
                self._store_blob(content)
            case _:
                self._store_manifest(name, content)

    def _describe(self, content: bytes | None) -> None:
        if content is None:
            self._say(404)
            return
        self._say(200, {"Docker-Content-Digest": _digest(content)}, length=len(content))

    def _store_blob(self, content: bytes) -> None:
        digest = parse_qs(urlsplit(self.path).query)["digest"][0]
        if _digest(content) == digest:
            self.stored.blobs[digest] = content
        self._say(201 if digest in self.stored.blobs else 400)

    def _store_manifest(self, name: str, content: bytes) -> None:
        manifest = json.loads(content)
        needed = {one["digest"] for one in (manifest["config"], *manifest["layers"])}
        if needed <= self.stored.blobs.keys():
            self.stored.manifests[name] = content
        self._say(201 if name in self.stored.manifests else 400)

    def _is_allowed(self) -> bool:
        said = self.headers.get("Authorization", "")
        if self.stored.wants_tokens:
            needed = "pull" if self.command in {"GET", "HEAD"} else "pull,push"
            return said == f"Bearer {needed}" or (said == "Bearer pull,push" and needed == "pull")
        return not self.stored.user or said == _basic(self.stored.user)

    def _refuse_stranger(self) -> None:
        scope = "pull" if self.command in {"GET", "HEAD"} else "pull,push"
        realm = f'realm="http://{self.stored.address}/token",service="test",scope="repository:one:{scope}"'
        self._say(
            401, {"WWW-Authenticate": f"Bearer {realm}" if self.stored.wants_tokens else 'Basic realm="t"'}
        )

    def _answer_token(self) -> None:
        if self.stored.user and self.headers.get("Authorization") != _basic(self.stored.user):
            self._say(401)
            return
        scope = parse_qs(urlsplit(self.path).query)["scope"][0].rpartition(":")[2]
        self._say(200, body=json.dumps({"token": scope}).encode())

    def _say(
        self,
        status: int,
        headers: dict[str, str] | None = None,
        *,
        body: bytes = b"",
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that go away."""


@contextmanager
def loopback_registry(tls: ssl.SSLContext | None = None) -> Iterator[Stored]:
    """Serve on a free port of loopback until the end of the block."""
    stored = Stored()
    handler = type("Handler", (_Handler,), {"stored": stored})
    with _Server(("127.0.0.1", 0), handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        stored.address = f"127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield stored
        finally:
            server.shutdown()
            thread.join()


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _basic(user: str) -> str:
    return f"Basic {base64.b64encode(user.encode()).decode()}"
