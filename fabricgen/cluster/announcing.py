"""How addresses get known, resolved: Gateways, L2 announcements, BGP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fabricgen.addresses import Address
from fabricgen.versions.gateway_api import GatewayApiRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One port of a Gateway."""

    name: str
    port: int
    protocol: Literal["HTTP", "HTTPS", "TLS"]
    hostname: str | None
    certificate: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A Gateway of Cilium's class; `vip` names the pinned address that it has."""

    name: str
    namespace: str
    vip: str | None
    listeners: tuple[Listener, ...]
    routes_from: Literal["All", "Same"]
    hostname: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayApi:
    """Cilium as Gateway API implementation, with the CRDs of `release`."""

    release: GatewayApiRelease
    gateways: tuple[Gateway, ...]
    external_traffic_policy: Literal["Cluster", "Local"]
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class L2:
    """L2 announcements. Times are Go durations; `qps` and `burst` are requests a second to the API server."""

    interfaces: tuple[str, ...]
    node_labels: Mapping[str, str]
    exclude_control_planes: bool
    lease_duration: str
    renew_deadline: str
    retry_period: str
    services: int
    qps: int
    burst: int
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPeer:
    """A router."""

    name: str
    address: Address
    asn: int
    port: int
    password_secret: str | None
    hold_time_seconds: int
    keepalive_time_seconds: int
    ebgp_multihop: int | None
    graceful_restart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bgp:
    """Announcing addresses to routers."""

    asn: int
    peers: tuple[BgpPeer, ...]
    node_labels: Mapping[str, str]
    advertise_pods: bool
    because: str | None
