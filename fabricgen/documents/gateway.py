"""Gateway API on Cilium: the class, Gateways, and the route to Hubble's interface.

Fed by `Cluster.cilium.gateway_api`; the CRDs are a layer of their own (see `layers`).
Source: https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/ .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cilium, Cluster, Gateway, GatewayApi, HubbleUi, Listener
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.policies import WELL_KNOWN, own_namespace
from fabricgen.versions.gateway_api import api_version

FOLDER = "infrastructure/gateway"
DOCS = "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api"
API = "https://gateway-api.sigs.k8s.io"
CLASS = "cilium"
CONTROLLER = "io.cilium/gateway-controller"
EXTERNAL_DNS = "https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespaces.yaml, class.yaml, gateways.yaml and routes.yaml, each only if it has a document."""
    cilium = cluster.cilium
    if cilium is None or cilium.gateway_api is None:
        return
    api = cilium.gateway_api
    files = {
        "namespaces": tuple(
            own_namespace(name) for name in sorted({one.namespace for one in api.gateways} - WELL_KNOWN)
        ),
        "class": (_class(api),),
        "gateways": tuple(_gateway(cluster, api, gateway) for gateway in api.gateways),
        "routes": tuple(_routes(cilium, api)),
    }
    for name, parts in files.items():
        if parts:
            yield Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def _base(api: GatewayApi, kind: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": api_version(kind, api.release), "kind": kind, "metadata": metadata}


def _class(api: GatewayApi) -> Part:
    why = "Cilium's own controller; the class is ours, since the chart makes it only if the CRDs are there when it renders"
    name = setting("spec.controllerName", CONTROLLER, why=why, source=f"{DOCS}/gateway-api/")
    return Part(base=_base(api, "GatewayClass", {"name": CLASS}), settings=(name,))


def _gateway(cluster: Cluster, api: GatewayApi, gateway: Gateway) -> Part:
    settings = tuple(one.under("spec") for one in _gateway_settings(cluster, gateway))
    return Part(
        base=_base(api, "Gateway", {"name": gateway.name, "namespace": gateway.namespace}), settings=settings
    )


def _gateway_settings(cluster: Cluster, gateway: Gateway) -> Iterator[Setting]:
    yield setting("gatewayClassName", CLASS, why="served by Cilium", source=f"{DOCS}/gateway-api/")
    if annotations := _annotations(cluster, gateway):
        why = "these go on to the Service that Cilium makes for the Gateway: its address, its name in DNS"
        path = ("infrastructure", "annotations")
        yield Setting(
            path=path, value=annotations, why=why, source=f"{API}/reference/spec/#gatewayinfrastructure"
        )
    ports = ", ".join(f"{one.protocol} {one.port}" for one in gateway.listeners)
    listeners = [_listener(one, gateway) for one in gateway.listeners]
    yield setting(
        "listeners",
        listeners,
        why=f"{ports}; routes from {_from(gateway)}",
        source=f"{API}/reference/spec/#listener",
    )


def _annotations(cluster: Cluster, gateway: Gateway) -> dict[str, str]:
    name = {"external-dns.alpha.kubernetes.io/hostname": gateway.hostname} if gateway.hostname else {}
    if gateway.vip is None:
        return name
    vip = cluster.vip(gateway.vip)
    return {**vip.annotations[(gateway.namespace, f"cilium-gateway-{gateway.name}")], **name}


def _from(gateway: Gateway) -> str:
    return "every namespace" if gateway.routes_from == "All" else f"{gateway.namespace} only"


def _listener(listener: Listener, gateway: Gateway) -> dict[str, Any]:
    body: dict[str, Any] = {"name": listener.name, "protocol": listener.protocol, "port": listener.port}
    if listener.hostname:
        body["hostname"] = listener.hostname
    if listener.certificate:
        body["tls"] = {
            "mode": "Terminate",
            "certificateRefs": [{"kind": "Secret", "name": listener.certificate}],
        }
    if listener.protocol == "TLS":
        body["tls"] = {"mode": "Passthrough"}
    return {**body, "allowedRoutes": {"namespaces": {"from": gateway.routes_from}}}


def _routes(cilium: Cilium, api: GatewayApi) -> Iterator[Part]:
    ui = cilium.hubble.ui
    if ui is None or ui.expose != "gateway":
        return
    gateway = gateway_of(api, ui)
    settings = tuple(one.under("spec") for one in _hubble_route(gateway, ui))
    # In the namespace of the Service it leads to, so that no ReferenceGrant is needed.
    yield Part(
        base=_base(api, "HTTPRoute", {"name": "hubble-ui", "namespace": "kube-system"}), settings=settings
    )


def gateway_of(api: GatewayApi, ui: HubbleUi) -> Gateway:
    """Return the Gateway that serves Hubble's interface: the named one, else the only one."""
    return next(one for one in api.gateways if ui.gateway in {None, one.name})


def _hubble_route(gateway: Gateway, ui: HubbleUi) -> Iterator[Setting]:
    parent = {"name": gateway.name, "namespace": gateway.namespace}
    yield setting(
        "parentRefs",
        [parent],
        why=f"through the Gateway {gateway.name}",
        source=f"{API}/reference/spec/#parentreference",
    )
    yield setting(
        "hostnames",
        [ui.hostname],
        why="the name under which the LAN knows it",
        source=f"{API}/reference/spec/#httproute",
    )
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": [{"name": "hubble-ui", "port": 80}],
    }
    why = "everything under that name goes to the Service of Hubble's interface, which the chart makes"
    yield setting("rules", [rule], why=why, source=f"{API}/reference/spec/#httprouterule")
