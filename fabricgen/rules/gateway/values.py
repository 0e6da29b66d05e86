"""Values of the Cilium chart that Gateway API needs."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.gateway.reading import CODE, DOCS, gateways_of_cilium, hit_at, hit_of
from fabricgen.rules.rule import Hit, rule

_CHART: Final = f"{CODE}/install/kubernetes/cilium/templates"
_INSTALL: Final = f"{DOCS}/installation/#prerequisites"
_HOST_NETWORK: Final = f"{DOCS}/host-network-mode/"
_PRIVILEGED: Final = 1024
_BIND: Final = "NET_BIND_SERVICE"


def is_enabled(fabric: Fabric) -> CiliumRelease | None:
    """Return the release of Cilium if it runs Gateway API. Raises UnknownError as `value` does."""
    cilium = fabric.cilium
    return cilium if cilium is not None and cilium.is_on("gatewayAPI.enabled") else None


def uses_host_network(fabric: Fabric) -> CiliumRelease | None:
    """Return the release of Cilium if its Gateways listen on nodes. Raises UnknownError as `value` does."""
    cilium = is_enabled(fabric)
    return cilium if cilium is not None and cilium.is_on("gatewayAPI.hostNetwork.enabled") else None


@rule(
    "GWY001",
    "error",
    "Gateway API needs kube-proxy replacement",
    why="kube-proxy cannot hand the traffic of a Gateway's Service to Envoy: connections time out. Cilium up to 1.18 "
    "takes nodePort.enabled instead.",
    source=_INSTALL,
    fix="Set kubeProxyReplacement: true.",
)
def without_replacement(fabric: Fabric) -> Iterator[Hit]:
    """Yield Gateway API beside kube-proxy."""
    cilium = is_enabled(fabric)
    if cilium is None or cilium.replaces_kube_proxy():
        return
    if cilium.written("nodePort.enabled") is not True or cilium.is_at_least((1, 19)):
        yield hit_of(cilium, "gatewayAPI", "gatewayAPI is on, and kubeProxyReplacement is off")


@rule(
    "GWY002",
    "error",
    "Gateway API and Cilium's Ingress need l7Proxy",
    why="The chart fails, so the release stays as it was, or is never installed.",
    source=f"{_CHART}/validate.yaml",
    fix="Set l7Proxy: true, which is the default.",
)
def without_proxy(fabric: Fabric) -> Iterator[Hit]:
    """Yield what needs Envoy where there is none."""
    cilium = fabric.cilium
    if cilium is None or cilium.is_on("l7Proxy"):
        return
    for key in ("gatewayAPI", "ingressController"):
        if cilium.is_on(f"{key}.enabled"):
            yield hit_of(cilium, "l7Proxy", f"{key} is on, and l7Proxy is off")


@rule(
    "GWY003",
    "error",
    "Gateways of Cilium need Gateway API switched on",
    why="Nothing runs the Gateway: it has no address, no status, and its routes lead nowhere.",
    source=_INSTALL,
    fix="Set gatewayAPI.enabled: true in the Cilium chart.",
)
def switched_off(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Gateway of Cilium where it is off."""
    if fabric.cilium is None or fabric.cilium.is_on("gatewayAPI.enabled"):
        return
    for gateway in gateways_of_cilium(fabric):
        message = f"class {gateway.class_name} is Cilium's, and gatewayAPI.enabled is off"
        yield hit_at(gateway, ("spec", "gatewayClassName"), message)


@rule(
    "GWY004",
    "warning",
    "On the host network, ports below 1024 need NET_BIND_SERVICE",
    why="Envoy may not bind the port, so nothing listens there; only nodes that run in Docker allow it to everyone.",
    source=f"{_HOST_NETWORK}#bind-to-privileged-port",
    fix="Add NET_BIND_SERVICE to envoy.securityContext.capabilities.envoy (without Envoy's DaemonSet: to "
    "securityContext.capabilities.ciliumAgent), and set envoy.securityContext.capabilities.keepCapNetBindService: true.",
)
def privileged_ports(fabric: Fabric) -> Iterator[Hit]:
    """Yield each low port that Envoy may not bind."""
    cilium = uses_host_network(fabric)
    if cilium is None:
        return
    own = cilium.is_on("envoy.enabled")
    key = "envoy.securityContext.capabilities.envoy" if own else "securityContext.capabilities.ciliumAgent"
    listed = cilium.written(key)
    kept = cilium.value("envoy.securityContext.capabilities.keepCapNetBindService", default=False)
    missing = [] if isinstance(listed, list) and _BIND in listed else [f"{key} has no {_BIND}"]
    missing += [] if kept is True else ["keepCapNetBindService is off"]
    for gateway in gateways_of_cilium(fabric) if missing else ():
        for one in gateway.listeners:
            if one.port is not None and one.port < _PRIVILEGED:
                message = (
                    f"listener {one.name} wants port {one.port} of the nodes, and {' and '.join(missing)}"
                )
                yield hit_at(gateway, (*one.path, "port"), message)


@rule(
    "GWY005",
    "error",
    "On the host network, Gateways share no port",
    why="Every Gateway binds its ports on every node: the second finds them taken, and nothing listens for it.",
    source=_HOST_NETWORK,
    fix="Give each Gateway ports of its own, or make the listeners those of one Gateway.",
)
def shared_ports(fabric: Fabric) -> Iterator[Hit]:
    """Yield each port of the nodes that an earlier Gateway has."""
    if uses_host_network(fabric) is None:
        return
    owners: dict[int, str] = {}
    for gateway in gateways_of_cilium(fabric):
        for one in gateway.listeners:
            owner = owners.setdefault(one.port or 0, gateway.item.label)
            if one.port and owner != gateway.item.label:
                message = f"port {one.port} of the nodes belongs to {owner}"
                yield hit_at(gateway, (*one.path, "port"), message)


@rule(
    "GWY006",
    "warning",
    "On the host network, a Gateway has no address of its own",
    why="Its Service is a NodePort, so no pool gives it an address: it listens on the addresses of the nodes.",
    source=_HOST_NETWORK,
    fix="Remove the address from the Gateway, or set gatewayAPI.hostNetwork.enabled: false.",
)
def addresses_on_host_network(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Gateway that asks for an address all the same."""
    if uses_host_network(fabric) is None:
        return
    for gateway in gateways_of_cilium(fabric):
        asked = gateway.item.items("spec", "addresses")
        noted = gateway.item.mapping("spec", "infrastructure", "annotations")
        key = next((key for key in noted if key in {"lbipam.cilium.io/ips", "io.cilium/lb-ipam-ips"}), None)
        if asked:
            yield hit_at(
                gateway, ("spec", "addresses"), "the Gateway asks for an address, and is on the host network"
            )
        elif key:
            path = ("spec", "infrastructure", "annotations", key)
            yield hit_at(gateway, path, f"{key} asks for an address, and the Gateway is on the host network")


@rule(
    "GWY007",
    "info",
    "With Gateway API, Cilium 1.20 sets socketLB.hostNamespaceOnly itself",
    why="The value is not read: pods reach Services by the load balancer at their interface, not at the socket.",
    source=f"{_CHART}/cilium-configmap.yaml",
    fix="Remove socketLB.hostNamespaceOnly.",
    since="1.20",
)
def forced_host_namespace(fabric: Fabric) -> Iterator[Hit]:
    """Yield the value that is not read."""
    cilium = is_enabled(fabric)
    if (
        cilium is not None
        and cilium.written("socketLB.hostNamespaceOnly") is False
        and cilium.is_at_least((1, 20))
    ):
        message = "socketLB.hostNamespaceOnly is false, and gatewayAPI makes it true"
        yield hit_of(cilium, "socketLB.hostNamespaceOnly", message)


@rule(
    "GWY008",
    "warning",
    "gRPC over TLS needs gatewayAPI.enableAlpn",
    why="Envoy does not offer HTTP/2 in the handshake, and clients of gRPC end the connection without it.",
    source=f"{CODE}/install/kubernetes/cilium/values.yaml",
    fix="Set gatewayAPI.enableAlpn: true.",
)
def grpc_without_alpn(fabric: Fabric) -> Iterator[Hit]:
    """Yield each route of gRPC to a listener that ends TLS."""
    cilium = is_enabled(fabric)
    if cilium is None or cilium.value("gatewayAPI.enableAlpn", default=False) is True:
        return
    ours = {(one.item.namespace, one.item.name): one for one in gateways_of_cilium(fabric)}
    for route in fabric.routes:
        for parent in route.parents if route.kind == "GRPCRoute" else ():
            gateway = ours.get((parent.namespace, parent.name))
            secure = gateway is not None and any(
                one.protocol == "HTTPS" and parent.section in {"", one.name} for one in gateway.listeners
            )
            if gateway is not None and secure:
                message = f"{gateway.item.label} ends TLS, and gatewayAPI.enableAlpn is off"
                yield hit_at(route, parent.path, message)
