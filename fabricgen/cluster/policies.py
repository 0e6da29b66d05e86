"""The resolved network policies."""

from collections.abc import Mapping
from dataclasses import dataclass

from fabricgen.addresses import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRule:
    """HTTP requests that are allowed; None means any."""

    method: str | None
    path: str | None
    host: str | None
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The other side of allowed traffic; one kind of the first four groups is set."""

    namespace: str | None
    pods: Mapping[str, str] | None
    entities: tuple[str, ...]
    cidrs: tuple[Network, ...]
    except_cidrs: tuple[Network, ...]
    fqdns: tuple[str, ...]
    ports: tuple[str, ...]
    http: tuple[HttpRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """One policy; `namespace` None means cluster-wide."""

    name: str
    namespace: str | None
    pods: Mapping[str, str]
    because: str
    ingress: tuple[Peer, ...]
    egress: tuple[Peer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Network policies."""

    default_deny: tuple[str, ...]
    dns: bool
    allow: tuple[Allow, ...]
    because: str | None
