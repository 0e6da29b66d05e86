"""topf's `topf.yaml`: the cluster, its nodes, and where their patches are.

Fed by `fields`; the talos family writes one beside the patches, whose folders are topf's.
Source: docs/configuration.md and pkg/config of postfinance/topf, August 2026.
"""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from fabricgen.objects.fields import (
    DnsName,
    Flag,
    HttpsEndpoint,
    Ip,
    NotEmpty,
    Text,
    Values,
    repeated,
    shaped,
)
from fabricgen.objects.model import Model

SchematicId = Annotated[
    str,
    shaped(r"[0-9a-f]{64}|@.+", "is not a schematic: the 64 hexadecimal digits of its id, or @ and a file"),
]


class _Image(Model):
    """Which Talos image; for the cluster, and for one node over that."""

    talos_version: Text | None = None
    schematic_id: SchematicId | None = None
    factory: DnsName | None = None
    platform: Text | None = None
    secureboot: Flag | None = None
    data: Values | None = None


class TopfNode(_Image):
    """A machine."""

    host: DnsName
    ip: Ip | None = None
    role: Literal["control-plane", "worker"]


class TopfConfig(_Image):
    """The whole file."""

    cluster_name: Text
    cluster_endpoint: HttpsEndpoint
    kubernetes_version: Annotated[str, shaped(r"v?\d+\.\d+\.\d+([-+].+)?", "is not a version such as 1.35.2")]
    patches_dir: Text | None = None
    secrets_path: Text | None = None
    secrets_provider: Text | None = None
    nodes_provider: Text | None = None
    nodes: Annotated[tuple[TopfNode, ...], NotEmpty]

    @model_validator(mode="after")
    def _nodes_can_be_told_apart(self) -> Self:
        if twice := repeated(node.host for node in self.nodes):
            raise ValueError(f"two nodes have the host {twice[0]!r}")
        return self
