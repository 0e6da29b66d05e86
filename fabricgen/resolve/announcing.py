"""How addresses get known: Gateways, L2 announcements, BGP.

Fed by the description; gives its parts to `features`.
"""

import math
import re

from fabricgen.cluster import L2, Bgp, BgpPeer, Gateway, GatewayApi, Listener, Node
from fabricgen.description import Description
from fabricgen.description import announcements as written
from fabricgen.description import gateway as written_gateway
from fabricgen.description.cilium import Cilium
from fabricgen.versions import gateway_api

DEFAULT_L2_SERVICES = 32
# The agent's own budget on Kubernetes 1.27 and later, kept free for everything but leases:
# https://docs.cilium.io/en/stable/network/l2-announcements/#sizing-client-rate-limit
BASE_QPS = 10


def resolve_gateway_api(wanted: Cilium) -> GatewayApi | None:
    """Return the Gateway API with the CRDs that go with this Cilium, Gateways by namespace and name; None if it is off."""
    api = wanted.gateway_api
    if api is None or not api.enabled:
        return None
    return GatewayApi(
        release=gateway_api.release_for(wanted.version, wanted=api.version),
        gateways=tuple(
            _gateway(gateway) for gateway in sorted(api.gateways, key=lambda one: (one.namespace, one.name))
        ),
        external_traffic_policy=api.external_traffic_policy,
        because=api.because,
    )


def _gateway(gateway: written_gateway.Gateway) -> Gateway:
    listeners = (
        Listener(
            name=one.name,
            port=one.port,
            protocol=one.protocol,
            hostname=one.hostname,
            certificate=one.certificate,
        )
        for one in gateway.listeners
    )
    return Gateway(
        name=gateway.name,
        namespace=gateway.namespace,
        vip=gateway.vip,
        listeners=tuple(listeners),
        routes_from=gateway.routes_from,
        hostname=gateway.hostname,
    )


def resolve_l2(description: Description, wanted: Cilium, *, nodes: tuple[Node, ...]) -> L2 | None:
    """Return L2 announcements if a pool is announced so and Cilium serves the pools."""
    announced = any("l2" in pool.announce for pool in description.networks.load_balancers.values())
    if description.metallb is not None or not (announced or wanted.l2):
        return None
    l2 = wanted.l2 or written.L2()
    services = l2.services or DEFAULT_L2_SERVICES
    qps = math.ceil(services / seconds_of(l2.renew_deadline)) + BASE_QPS
    return L2(
        interfaces=l2.interfaces,
        node_labels=l2.node_labels,
        exclude_control_planes=not l2.node_labels and any(not node.control_plane for node in nodes),
        lease_duration=l2.lease_duration,
        renew_deadline=l2.renew_deadline,
        retry_period=l2.retry_period,
        services=services,
        qps=qps,
        burst=2 * qps,
        because=l2.because,
    )


def seconds_of(duration: str) -> float:
    """Return the seconds of a Go duration such as 1m30s or 500ms."""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([0-9.]+)(ms|s|m|h)", duration))


def resolve_bgp(wanted: written.Bgp | None) -> Bgp | None:
    """Return BGP with its routers by name; None if there is none."""
    if wanted is None:
        return None
    return Bgp(
        asn=wanted.asn,
        peers=tuple(_bgp_peer(peer) for peer in sorted(wanted.peers, key=lambda peer: peer.name)),
        node_labels=wanted.node_labels,
        advertise_pods=wanted.advertise_pods,
        because=wanted.because,
    )


def _bgp_peer(peer: written.BgpPeer) -> BgpPeer:
    return BgpPeer(
        name=peer.name,
        address=peer.address,
        asn=peer.asn,
        port=peer.port,
        password_secret=peer.password_secret,
        hold_time_seconds=peer.hold_time_seconds,
        keepalive_time_seconds=peer.keepalive_time_seconds,
        ebgp_multihop=peer.ebgp_multihop,
        graceful_restart=peer.graceful_restart,
    )
