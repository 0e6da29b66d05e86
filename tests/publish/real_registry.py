"""The real registry of the distribution project, started on loopback; and a wire to it that can be cut."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

USER, PASSWORD = "me", "s3cret"
_WITHIN_SECONDS = 20


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def running_registry(
    program: str,
    folder: Path,
    *,
    certificate: Path | None = None,
    users: Path | None = None,
    read_only: bool = False,
) -> Iterator[str]:
    """Give the address of a registry that stores in `folder`, until the end of the block."""
    port = _free_port()
    http: dict[str, Any] = {"addr": f"127.0.0.1:{port}", "secret": "of no use to anyone"}
    if certificate is not None:
        http["tls"] = {"certificate": str(certificate), "key": str(certificate)}
    whole: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "blobs")},
            "maintenance": {"readonly": {"enabled": read_only}},
        },
        "http": http,
    }
    if users is not None:
        whole["auth"] = {"htpasswd": {"realm": "test", "path": str(users)}}
    (folder / "config.json").write_text(json.dumps(whole), encoding="utf-8")
    with subprocess.Popen(
        [program, "serve", str(folder / "config.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _WITHIN_SECONDS
    while not _answers(port):
        if time.monotonic() > until:
            raise TimeoutError("the registry does not start")
        time.sleep(0.02)


@contextmanager
def wire_that_is_cut(address: str, *, after_bytes: int) -> Iterator[str]:
    """Give an address that leads to another one; each connection breaks once it has carried so much to it."""
    host, _, port = address.partition(":")
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_accept, args=(server, (host, int(port)), after_bytes))
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(server: socket.socket, target: tuple[str, int], after_bytes: int) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        Thread(target=_carry, args=(client, target, after_bytes), daemon=True).start()


def _carry(client: socket.socket, target: tuple[str, int], after_bytes: int) -> None:
    with client, socket.create_connection(target) as upstream:
        back = Thread(target=_copy, args=(upstream, client), daemon=True)
        back.start()
        carried = 0
        while carried < after_bytes and (part := _receive(client)):
            upstream.sendall(part)
            carried += len(part)
        upstream.shutdown(socket.SHUT_RDWR)
        client.shutdown(socket.SHUT_RDWR)
        back.join()


def _receive(one: socket.socket) -> bytes:
    try:
        return one.recv(1024)
    except OSError:
        return b""


def _copy(source: socket.socket, target: socket.socket) -> None:
    while part := _receive(source):
        try:
            target.sendall(part)
        except OSError:
            return
