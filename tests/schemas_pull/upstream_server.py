"""A web server on this machine that stands for upstream, and the small things that it serves."""

import gzip
import io
import json
import tarfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fabricgen.schemas.pull.fetch import Fetcher, Patience

HASTY = Patience(silence_seconds=0.3, request_seconds=1, pauses_seconds=(0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered once. `length` and `headers` may lie; `hangs` keeps quiet after the body."""

    body: bytes = b""
    status: int = 200
    length: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False


class Upstream:
    """The server: `answers` by path, the last of which is repeated; `asked` are the paths that were asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.over = threading.Event()
        self._news = threading.Event()

    def put(self, address: str, *answers: Answer | bytes) -> None:
        """Answer `address`, an upstream address, as a mirror does."""
        made = [Answer(body=one) if isinstance(one, bytes) else one for one in answers]
        self.answers[address.replace("https:/", "", 1)] = made

    def next(self, path: str) -> Answer:
        self.asked.append(path)
        self._news.set()
        waiting = self.answers.get(path, [Answer(status=404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def wait_for(self, address: str) -> None:
        """Wait until an upstream address is asked for. Raises TimeoutError after ten seconds."""
        end = time.monotonic() + 10
        while address.replace("https:/", "", 1) not in self.asked:
            self._news.clear()
            if time.monotonic() > end:
                raise TimeoutError(address)
            self._news.wait(0.05)

    def fetcher(self, patience: Patience = HASTY) -> Fetcher:
        return Fetcher(mirror=self.url, patience=patience)


@contextmanager
def serving() -> Iterator[Upstream]:
    """Serve on loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = upstream.next(self.path)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in answer.headers and answer.length != -1:
                length = len(answer.body) if answer.length is None else answer.length
                self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()
            if answer.hangs:
                upstream.over.wait(10)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the class above
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    upstream = Upstream(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield upstream
    finally:
        upstream.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def crd(
    kind: str = "Widget",
    *,
    group: str = "example.org",
    versions: Iterable[str] = ("v1",),
    spec: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a CustomResourceDefinition whose spec holds one text, or what is given."""
    schema = {
        "type": "object",
        "description": "A thing.",
        "properties": {
            "spec": spec
            or {"type": "object", "properties": {"size": {"type": "string", "description": "How large."}}}
        },
    }
    plural = f"{kind.lower()}s"
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind, "plural": plural},
            "scope": "Namespaced",
            "versions": [
                {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
                for version in versions
            ],
        },
    }


def yaml_of(*objects: Mapping[str, Any]) -> bytes:
    """Return the objects as YAML documents (JSON is YAML)."""
    return "\n---\n".join(json.dumps(one) for one in objects).encode()


def targz(*members: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    """Return an archive of the members, as they are given, in this order."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), mtime=0)


def chart(name: str) -> bytes:
    """Return a packaged chart."""
    schema = {"type": "object", "description": "All values.", "properties": {"replicas": {"type": "integer"}}}
    return targz(
        (f"{name}/Chart.yaml", b"name: widget\n"),
        (f"{name}/values.schema.json", json.dumps(schema).encode()),
        (f"{name}/values.yaml", b"replicas: 1\n"),
    )
