"""Artifacts -> a registry: first all that a manifest names, then the manifest, and tags last of all.

Fed by `artifact` and `reference`; `client` speaks, `failure` tells what went wrong. A tag is one request, so Flux sees
the old artifact or the new one. What an interrupted upload leaves behind has no name, and the registry removes it.
"""

import logging
import ssl
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypeVar

import requests

from fabricgen.errors import Problem, PublishError
from fabricgen.publish.artifact import Artifact, Blob
from fabricgen.publish.client import Client, RefusedError, container_of
from fabricgen.publish.credentials import Credentials
from fabricgen.publish.failure import is_passing, problem_of
from fabricgen.publish.reference import Reference

_Result = TypeVar("_Result")
_NOTHING = "nothing was published there"
_WAITS_SECONDS = (0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a registry is reached; `waits_seconds` is how long to wait before each further try."""

    credentials: Credentials | None = None
    plain_http: bool = False
    ca_file: Path | None = None
    waits_seconds: Sequence[float] = _WAITS_SECONDS


class Registry:
    """One repository of a registry; `with` it, connections are closed at the end, and opened again when needed."""

    def __init__(self, reference: Reference, access: Access) -> None:
        """Raises PublishError if the certificates cannot be read, or a password would travel in the clear."""
        logging.getLogger("oras.logger").disabled = True  # what it would print, we raise
        _refuse_access(reference, access)
        self._reference = reference
        self._access = access
        self._client: Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.session.close()
            self._client = None

    def upload(self, artifact: Artifact) -> None:
        """Store layer, config, and then the manifest by its digest, each verified. Moves no tag. Raises PublishError."""
        self._patiently(lambda: self._upload(artifact), left=_NOTHING)

    def tag(self, artifact: Artifact, tag: str) -> None:
        """Let a tag name an artifact that is stored already. Raises PublishError."""
        left = f"all is uploaded, but whether the tag {tag} names it already is not known"
        self._patiently(lambda: self._tag(artifact, tag), left=left)

    def _upload(self, artifact: Artifact) -> None:
        for blob in (artifact.layer, artifact.config):
            self._store(blob)
        self._put(artifact.manifest, artifact.digest)

    def _store(self, blob: Blob) -> None:
        client, container = self._connected(), container_of(self._reference, blob.digest)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "blob")  # oras-py reads what it uploads from a file
            file.write_bytes(blob.content)
            client.upload_blob(str(file), container, blob.descriptor)
        stored = client.size_of(blob.digest, container)
        if stored not in {len(blob.content), -1}:
            said = "nothing" if stored is None else f"{stored} bytes"
            self._disagree(f"{said} where {len(blob.content)} bytes were uploaded as {blob.digest}")

    def _tag(self, artifact: Artifact, tag: str) -> None:
        self._put(artifact.manifest, tag)

    def _put(self, manifest: Blob, name: str) -> None:
        client, container = self._connected(), container_of(self._reference, name)
        client.put_manifest(manifest, container)
        stored = client.digest_of(container, media_type=manifest.media_type)
        if stored != manifest.digest:
            self._disagree(f"{stored or 'no digest'} under {name} where {manifest.digest} was put")

    def _disagree(self, what: str) -> None:
        message = f"the registry has {what}"
        hint = "is somebody else publishing there?"
        raise PublishError([Problem(file=str(self._reference), message=message, hint=hint)])

    def _connected(self) -> Client:
        """Return the client, with the way to authenticate that the registry asks for."""
        if self._client is None:
            self._client = self._make("token")
            if (scheme := self._client.scheme()) != "token":
                self._client.session.close()
                self._client = self._make(scheme)
        return self._client

    def _make(self, scheme: str) -> Client:
        ca_file = str(self._access.ca_file) if self._access.ca_file else None
        client = Client(self._reference, plain_http=self._access.plain_http, ca_file=ca_file, scheme=scheme)
        if self._access.credentials is not None:
            client.become(self._access.credentials)
        return client

    def _patiently(self, action: Callable[[], _Result], *, left: str) -> _Result:
        """Do it, again from its start if what went wrong may pass: everything here can be done twice."""
        for wait in (*self._access.waits_seconds, None):
            try:
                return action()
            except (RefusedError, requests.RequestException, OSError) as error:
                if wait is None or not is_passing(error):
                    known = self._access.credentials is not None
                    problem = problem_of(error, registry=self._reference.registry, known=known)
                    whole = f"{problem.message}; {left}"
                    raise PublishError(
                        [replace(problem, file=str(self._reference), message=whole)]
                    ) from error
                time.sleep(wait)
        raise AssertionError  # the last round returns or raises


def _refuse_access(reference: Reference, access: Access) -> None:
    if access.plain_http and access.credentials is not None and not reference.is_loopback:
        message = "would get the password over plain HTTP, for everyone on the way to read"
        hint = "let the registry serve HTTPS, with --ca-file for a CA of your own"
        raise PublishError([Problem(file=str(reference), message=message, hint=hint)])
    if access.ca_file is None:
        return
    try:
        ssl.create_default_context(cafile=str(access.ca_file))
    except OSError as error:
        reason = "it holds no certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise PublishError(
            [
                Problem(
                    file=str(access.ca_file),
                    message=f"cannot be used: {reason}",
                    hint="name a file of PEM certificates with --ca-file",
                )
            ]
        ) from error
