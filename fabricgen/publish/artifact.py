"""Packed files -> an OCI artifact as Flux knows it: layer, config, manifest, and the digest of the whole.

Fed by `archive` and `origin`; feeds `registry`. Media types and annotations are those of `flux push artifact`.
Source: oci/client.go, oci/constants.go and oci/push.go in https://github.com/fluxcd/pkg at kustomize/v1.39.0.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from fabricgen.publish.archive import gzip_stored, pack_files
from fabricgen.publish.origin import Origin

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.cncf.flux.config.v1+json"
LAYER_TYPE = "application/vnd.cncf.flux.content.v1.tar+gzip"
_ANNOTATION = "org.opencontainers.image."


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes that a registry stores under their digest."""

    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """Return `sha256:` and 64 hexadecimal digits."""
        return sha256(self.content)

    @property
    def descriptor(self) -> dict[str, object]:
        """Return how a manifest names it."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.content)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A published tree: what is uploaded, in the order in which it must be there; `manifest` comes last."""

    layer: Blob
    config: Blob
    manifest: Blob
    files: int

    @property
    def digest(self) -> str:
        """Return the digest by which the artifact is known: its manifest's."""
        return self.manifest.digest

    @property
    def size_bytes(self) -> int:
        """Return how much is uploaded at most."""
        return sum(len(one.content) for one in (self.layer, self.config, self.manifest))


def sha256(content: bytes) -> str:
    """Return the digest of bytes, as registries write it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def build_artifact(files: Mapping[PurePosixPath, bytes], *, origin: Origin) -> Artifact:
    """Return the artifact that holds the files. The same files of the same origin make the same digest, everywhere."""
    unpacked = pack_files(files)
    layer = Blob(media_type=LAYER_TYPE, content=gzip_stored(unpacked))
    config = Blob(media_type=CONFIG_TYPE, content=_json(_config(sha256(unpacked), origin)))
    manifest: dict[str, object] = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": config.descriptor,
        "layers": [layer.descriptor],
    }
    if annotations := annotations_of(origin):
        manifest["annotations"] = annotations
    whole = Blob(media_type=MANIFEST_TYPE, content=_json(manifest))
    return Artifact(layer=layer, config=config, manifest=whole, files=len(files))


def annotations_of(origin: Origin) -> dict[str, str]:
    """Return what Flux shows of an artifact's origin; what is not known is left out."""
    known = {"source": origin.source, "revision": origin.revision, "created": origin.created}
    return {f"{_ANNOTATION}{key}": value for key, value in known.items() if value}


def _config(diff_id: str, origin: Origin) -> dict[str, object]:
    """Return a config in the form of an image's, as Flux pushes it: registries' own pages read it as such."""
    config: dict[str, object] = {
        "architecture": "",
        "os": "",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
    }
    return config | {"created": origin.created} if origin.created else config


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
