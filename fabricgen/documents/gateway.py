"""Gateway API on Cilium: the class, Gateways, and the route to Hubble's interface.

Fed by `Cluster.cilium.gateway_api`; the CRDs are a layer of their own (see `layers`).
Source: https://docs.cilium.io/en/v1.20/network/servicemesh/gateway-api/gateway-api/ and operator/pkg/gateway-api.
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cilium, Cluster, Gateway, GatewayApi, HubbleUi, Listener
from fabricgen.documents.cilium.observability import DNS_ANNOTATIONS, EXTERNAL_DNS
from fabricgen.documents.cilium.reasons import docs
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.versions.gateway_api import api_version
from fabricgen.versions.version import minor_of

FOLDER = "infrastructure/gateway"
PAGES = "network/servicemesh/gateway-api"
API = "https://gateway-api.sigs.k8s.io/reference/spec"
CLASS = "cilium"
CONTROLLER = "io.cilium/gateway-controller"
# operator/pkg/model/ingestion/gateway.go reads spec.addresses at v1.17.0, and not yet at v1.16.19.
_ADDRESSES_SINCE = (1, 17)


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield class.yaml, gateways.yaml and routes.yaml, each only if it has a document."""
    cilium = cluster.cilium
    if cilium is None or cilium.gateway_api is None:
        return
    api = cilium.gateway_api
    files = {
        "class": (_class(cilium, api),),
        "gateways": tuple(_gateway(cluster, cilium, api, gateway) for gateway in api.gateways),
        "routes": tuple(_routes(cilium, api)),
    }
    for name, parts in files.items():
        if parts:
            yield Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def _base(api: GatewayApi, kind: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": api_version(kind, api.release), "kind": kind, "metadata": metadata}


def _class(cilium: Cilium, api: GatewayApi) -> Part:
    why = "Cilium's own controller; the class is ours, since the chart makes it only if the CRDs are there when it renders"
    source = docs(cilium, f"{PAGES}/gateway-api/")
    name = setting("spec.controllerName", CONTROLLER, why=why, source=source)
    return Part(base=_base(api, "GatewayClass", {"name": CLASS}), settings=(name,))


def _gateway(cluster: Cluster, cilium: Cilium, api: GatewayApi, gateway: Gateway) -> Part:
    settings = tuple(one.under("spec") for one in _gateway_settings(cluster, cilium, gateway))
    metadata = {"name": gateway.name, "namespace": gateway.namespace}
    return Part(base=_base(api, "Gateway", metadata), settings=settings)


def _gateway_settings(cluster: Cluster, cilium: Cilium, gateway: Gateway) -> Iterator[Setting]:
    source = docs(cilium, f"{PAGES}/gateway-api/")
    yield setting("gatewayClassName", CLASS, why="served by Cilium", source=source)
    if gateway.vip is not None:
        yield from _address(cluster, cilium, gateway, gateway.vip)
    if gateway.hostname is not None:
        for key, releases in DNS_ANNOTATIONS.items():
            why = f"goes on to the Service; external-dns {releases} publishes its address under this name, if it runs here"
            path = ("infrastructure", "annotations", key)
            yield Setting(path=path, value=gateway.hostname, why=why, source=EXTERNAL_DNS)
    ports = ", ".join(f"{one.protocol} {one.port}" for one in gateway.listeners)
    listeners = [_listener(one, gateway) for one in gateway.listeners]
    why = f"{ports}; routes from {_from(gateway)}"
    yield setting("listeners", listeners, why=why, source=f"{API}/#listener")


def _address(cluster: Cluster, cilium: Cilium, gateway: Gateway, name: str) -> Iterator[Setting]:
    """Yield what gives the Gateway its pinned address.

    Cilium turns spec.addresses into an annotation of its own for the Service, which MetalLB does not read.
    """
    vip = cluster.vip(name)
    why = f"the address that is pinned to {name}"
    if cluster.metallb is None and minor_of(cilium.version) >= _ADDRESSES_SINCE:
        addresses = [{"type": "IPAddress", "value": str(vip.address)}]
        yield setting("addresses", addresses, why=why, source=docs(cilium, f"{PAGES}/addresses/"))
        return
    source = docs(cilium, "network/lb-ipam/") if cluster.metallb is None else "https://metallb.io/usage/"
    for key, value in vip.annotations[(gateway.namespace, f"cilium-gateway-{gateway.name}")].items():
        path = ("infrastructure", "annotations", key)
        yield Setting(path=path, value=value, why=f"goes on to the Gateway's Service: {why}", source=source)


def _from(gateway: Gateway) -> str:
    return "every namespace" if gateway.routes_from == "All" else f"{gateway.namespace} only"


def _listener(listener: Listener, gateway: Gateway) -> dict[str, Any]:
    body: dict[str, Any] = {"name": listener.name, "protocol": listener.protocol, "port": listener.port}
    if listener.hostname:
        body["hostname"] = listener.hostname
    if listener.certificate:
        certificate = {"kind": "Secret", "name": listener.certificate}
        body["tls"] = {"mode": "Terminate", "certificateRefs": [certificate]}
    if listener.protocol == "TLS":
        body["tls"] = {"mode": "Passthrough"}
    return {**body, "allowedRoutes": {"namespaces": {"from": gateway.routes_from}}}


def _routes(cilium: Cilium, api: GatewayApi) -> Iterator[Part]:
    ui = cilium.hubble.ui
    if ui is None or ui.expose != "gateway":
        return
    settings = tuple(one.under("spec") for one in _hubble_route(gateway_of(api, ui), ui))
    # In the namespace of the Service it leads to, so that no ReferenceGrant is needed.
    metadata = {"name": "hubble-ui", "namespace": "kube-system"}
    yield Part(base=_base(api, "HTTPRoute", metadata), settings=settings)


def gateway_of(api: GatewayApi, ui: HubbleUi) -> Gateway:
    """Return the Gateway that serves Hubble's interface: the named one, else the only one."""
    return next(one for one in api.gateways if ui.gateway in {None, one.name})


def _hubble_route(gateway: Gateway, ui: HubbleUi) -> Iterator[Setting]:
    parent = {"name": gateway.name, "namespace": gateway.namespace}
    why = f"through the Gateway {gateway.name}, on every port whose host name fits"
    yield setting("parentRefs", [parent], why=why, source=f"{API}/#parentreference")
    why = "the name under which the LAN knows it; it asks for no password, whoever reaches it sees all flows"
    yield setting("hostnames", [ui.hostname], why=why, source=f"{API}/#httproute")
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": [{"name": "hubble-ui", "port": 80}],
    }
    why = "everything under that name goes to the Service of Hubble's interface, which the chart makes"
    yield setting("rules", [rule], why=why, source=f"{API}/#httprouterule")
