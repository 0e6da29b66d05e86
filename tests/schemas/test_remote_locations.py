"""Schemas that are fetched: from a server of ours on loopback, which also does what servers should not."""

import hashlib
import json
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fabricgen.schemas import Http, Kind, SchemaError, open_schemas
from fabricgen.schemas.pull.fetch import Patience
from fabricgen.schemas.remote import RemoteSchemas

RELEASE = Kind("helm.toolkit.fluxcd.io", "v2", "HelmRelease")
POD = Kind("", "v1", "Pod")
NAME = "/helm.toolkit.fluxcd.io/helmrelease_v2.json"
SCHEMA = json.dumps({"type": "object", "title": "from afar"}).encode()
QUICK = Patience(silence_seconds=0.3, request_seconds=2, pauses_seconds=(0.01, 0.01))

Answers = dict[str, list[tuple[int, bytes]]]


class Server:
    """Answers each path with what `answers` holds for it, one after the other, the last one ever again."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: Answers = {}
        self.asked: list[str] = []
        self.silent = threading.Event()


class _Web(ThreadingHTTPServer):
    """Where handlers find what to answer."""

    def __init__(self, scheme: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = Server(f"{scheme}://127.0.0.1:{self.server_port}")


@contextmanager
def _running(web: _Web) -> Iterator[Server]:
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield web.told
    web.told.silent.set()
    web.shutdown()
    web.server_close()
    thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that runs until the test ends."""
    with _running(_Web("http")) as told:
        yield told


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[Server]:
    """A server whose certificate nobody vouches for."""
    made = [str(tmp_path / name) for name in ("certificate.pem", "key.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-out", made[0], "-keyout", made[1]], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*made)
    web = _Web("https")
    web.socket = context.wrap_socket(web.socket, server_side=True)
    with _running(web) as told:
        yield told


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Web)
        told = self.server.told
        told.asked.append(self.path)
        answers = told.answers.get(self.path, [(404, b"no")])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        if status == 0:
            told.silent.wait(5)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (status == 206)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def remote() -> Callable[[], RemoteSchemas]:
    """Return what makes fetching impatient."""
    return lambda: RemoteSchemas(cache=None, insecure=False, patience=QUICK)


def test_a_schema_is_fetched_once_a_run_and_tells_where_it_is_from(server: Server) -> None:
    server.answers[NAME] = [(200, SCHEMA)]
    schemas = open_schemas([server.address + "/{{.Group}}/{{.Kind}}_{{.Version}}.json"], kubernetes="1.36")

    found, again = schemas.find(RELEASE), schemas.find(RELEASE)

    assert found is not None
    assert found == again
    assert found.body["title"] == "from afar"
    assert found.origin == server.address + NAME
    assert server.asked == [NAME]


def test_what_is_not_there_is_looked_for_in_the_usual_layouts_then_in_the_next_location(
    server: Server,
) -> None:
    schemas = open_schemas([server.address + "/base/", "default"], kubernetes="1.36")

    found = schemas.find(POD)

    assert found is not None
    assert found.origin == "Kubernetes 1.36"
    assert server.asked == [
        "/base/core/pod_v1.json",
        "/base/v1/pod_v1.json",
        "/base/v1.36.0-standalone-strict/pod-v1.json",
    ]


def test_what_can_be_no_kind_is_not_asked_for(server: Server) -> None:
    schemas = open_schemas([server.address], kubernetes="1.36")

    assert schemas.find(Kind("", "v1", "../../x")) is None
    assert server.asked == []


def test_a_fault_that_passes_is_tried_again(server: Server, remote: Callable[[], RemoteSchemas]) -> None:
    server.answers[NAME] = [(503, b"busy"), (206, b"{"), (200, SCHEMA)]

    found = remote().load(server.address + NAME)

    assert found is not None
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("answer", "sentence", "tries"),
    [
        ((500, b""), "the server says 500", 3),
        ((403, b""), "the server says 403", 1),
        ((0, b""), "no answer within 0.3 s", 3),
        ((206, b"{"), "broke off after 1 of 2 bytes", 3),
        ((200, b"<html>sign in</html>"), "is not JSON", 1),
        ((200, b'{"message": "rate limit"}'), "is JSON, but not the schema of an object", 1),
    ],
)
def test_anything_but_a_schema_and_not_found_is_an_error_that_names_the_address(
    server: Server, remote: Callable[[], RemoteSchemas], answer: tuple[int, bytes], sentence: str, tries: int
) -> None:
    server.answers[NAME] = [answer]

    with pytest.raises(SchemaError, match=f"{re.escape(server.address + NAME)}.*{sentence}"):
        remote().load(server.address + NAME)

    assert len(server.asked) == tries


def test_a_server_that_is_not_there_is_named(remote: Callable[[], RemoteSchemas]) -> None:
    with pytest.raises(SchemaError, match=r"http://127\.0\.0\.1:1/x\.json.*cannot be reached"):
        remote().load("http://127.0.0.1:1/x.json")


def test_a_schema_is_kept_for_the_next_run_under_the_name_that_kubeconform_gives_it(
    server: Server, tmp_path: Path
) -> None:
    server.answers[NAME] = [(200, SCHEMA)]
    cache = tmp_path / "made" / "cache"

    open_schemas([server.address], kubernetes="1.36", http=Http(cache=cache)).find(RELEASE)
    open_schemas([server.address], kubernetes="1.36", http=Http(cache=cache)).find(RELEASE)

    address = server.address + NAME
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == {
        hashlib.sha256(address.encode()).hexdigest(): SCHEMA
    }
    assert server.asked == [NAME]


def test_what_is_not_whole_in_the_cache_is_fetched_again(server: Server, tmp_path: Path) -> None:
    server.answers[NAME] = [(200, SCHEMA)]
    kept = tmp_path / hashlib.sha256((server.address + NAME).encode()).hexdigest()
    kept.write_bytes(SCHEMA[:10])

    found = open_schemas([server.address], kubernetes="1.36", http=Http(cache=tmp_path)).find(RELEASE)

    assert found is not None
    assert kept.read_bytes() == SCHEMA


def test_an_error_page_is_not_kept(server: Server, tmp_path: Path) -> None:
    server.answers[NAME] = [(200, b"<html>")]
    schemas = open_schemas([server.address], kubernetes="1.36", http=Http(cache=tmp_path))

    with pytest.raises(SchemaError):
        schemas.find(RELEASE)

    assert list(tmp_path.iterdir()) == []


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_it_is_not_to_be_looked_at(
    self_signed: Server,
) -> None:
    self_signed.answers[NAME] = [(200, SCHEMA)]
    careful = open_schemas([self_signed.address], kubernetes="1.36")
    trusting = open_schemas([self_signed.address], kubernetes="1.36", http=Http(insecure=True))

    with pytest.raises(SchemaError, match="the server's certificate is refused: self-signed certificate"):
        careful.find(RELEASE)

    assert trusting.find(RELEASE) is not None


def test_a_cache_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SchemaError, match="file: the cache cannot be used: File exists"):
        open_schemas(["http://127.0.0.1:1"], kubernetes="1.36", http=Http(cache=tmp_path / "file"))
