"""Cilium as implementation of the Gateway API: the controller's switches.

Fed by the cluster; gives Helm values to `values`. CRDs, class, Gateways and routes are layers of their own.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cilium, GatewayApi
from fabricgen.documents.cilium.reasons import chart, docs, told
from fabricgen.documents.document import Setting, setting

INSTALLATION = "network/servicemesh/gateway-api/gateway-api/"


def settings(cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of Gateway API, if it is on."""
    api = cilium.gateway_api
    if api is None:
        return
    why = f"Cilium serves Gateways and their routes, with the CRDs of Gateway API {api.release.version}{told(api.because)}"
    yield setting("gatewayAPI.enabled", value=True, why=why, source=docs(cilium, INSTALLATION))
    why = (
        "the class is written in this tree; with `auto` the chart would render it or not by what the cluster has at "
        "that moment, and with `true` fail before the CRDs are there"
    )
    # A string: charts before 1.20 refuse a boolean here.
    yield setting("gatewayAPI.gatewayClass.create", "false", why=why, source=chart(cilium))
    yield from _protocols(cilium, api)
    yield _traffic_policy(cilium, api)


def _protocols(cilium: Cilium, api: GatewayApi) -> Iterator[Setting]:
    why = "a Service says in appProtocol that it speaks HTTP/2 in clear text or WebSocket, and is spoken to like that"
    yield setting("gatewayAPI.enableAppProtocol", value=True, why=why, source=chart(cilium))
    secure = [one.name for gateway in api.gateways for one in gateway.listeners if one.protocol == "HTTPS"]
    if secure:
        why = f"clients of HTTPS listeners ({', '.join(secure)}) may choose HTTP/2, which gRPC cannot do without"
        yield setting("gatewayAPI.enableAlpn", value=True, why=why, source=chart(cilium))


def _traffic_policy(cilium: Cilium, api: GatewayApi) -> Setting:
    policy = api.external_traffic_policy
    why = "the node that takes a request hands it to its own Envoy, with the client's address"
    why += (
        " (with Local it would be no different)" if policy == "Cluster" else "; asked for in the description"
    )
    source = docs(cilium, "network/servicemesh/ingress-reference/")
    return setting("gatewayAPI.externalTrafficPolicy", policy, why=why, source=source)
