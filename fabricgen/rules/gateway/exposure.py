"""How Gateways come to an address: who runs them, and who gives it."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric, UnknownError
from fabricgen.fabric.gateways import GATEWAY_API, is_filled_in
from fabricgen.rules.gateway.reading import CODE, DOCS, SPEC, gateways_of_cilium, hit_at
from fabricgen.rules.gateway.values import is_enabled
from fabricgen.rules.rule import Hit, rule

# Parts of names of charts that bring a GatewayClass, or hand out addresses.
_CONTROLLERS: Final = (
    "gateway",
    "istio",
    "traefik",
    "nginx",
    "kong",
    "contour",
    "haproxy",
    "linkerd",
    "apisix",
    "kuma",
    "tailscale",
    "cloudflare",
    "consul",
    "agent",
    "pomerium",
    "ngrok",
)
_BALANCERS: Final = (
    "metallb",
    "kube-vip",
    "purelb",
    "openelb",
    "loxilb",
    "porter",
    "cloud-controller",
    "ccm",
    "inlets",
)


@rule(
    "GWY009",
    "warning",
    "A Gateway's class is one that some controller runs",
    why="Nothing runs the Gateway: it has no address, no status, and its routes lead nowhere.",
    source=f"{SPEC}/#gatewayspec",
    fix="Write the name of a GatewayClass that is there.",
)
def unknown_class(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Gateway of a class that neither the repository nor Cilium has, where nothing else may bring it."""
    charts = [release.chart for release in fabric.helm_releases]
    if not fabric.is_closed or is_enabled(fabric) is None or any(_names(one, _CONTROLLERS) for one in charts):
        return
    known = {item.name for item in fabric.of(GATEWAY_API, "GatewayClass")} | {"cilium"}
    for gateway in fabric.gateways:
        if gateway.class_name not in known and not is_filled_in(gateway.class_name):
            message = f"there is no GatewayClass {gateway.class_name}"
            yield hit_at(gateway, ("spec", "gatewayClassName"), message)


@rule(
    "GWY010",
    "warning",
    "A Gateway has a pool to get its address from",
    why="Its Service of type LoadBalancer stays pending, so nobody reaches the Gateway.",
    source=f"{DOCS}/installation/#prerequisites",
    fix="Add a CiliumLoadBalancerIPPool, or set gatewayAPI.hostNetwork.enabled: true.",
)
def without_pool(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Gateway of Cilium where nothing hands out addresses."""
    cilium = is_enabled(fabric)
    if cilium is None or cilium.is_on("gatewayAPI.hostNetwork.enabled") or not fabric.is_closed:
        return
    if fabric.of("cilium.io", "CiliumLoadBalancerIPPool") or fabric.pools or _has_other_balancer(fabric):
        return
    for gateway in gateways_of_cilium(fabric):
        if not gateway.item.get("spec", "infrastructure", "parametersRef"):
            yield hit_at(gateway, ("spec",), "there is no pool that gives the Gateway an address")


def _has_other_balancer(fabric: Fabric) -> bool:
    """Tell whether something else may hand out addresses: k3s' own, MetalLB, a cloud. Raises UnknownError if unknown."""
    if fabric.distribution == "k3s":
        raise UnknownError
    return any(_names(release.chart, _BALANCERS) for release in fabric.helm_releases)


def _names(chart: str, words: tuple[str, ...]) -> bool:
    return not chart or any(word in chart for word in words)


@rule(
    "GWY011",
    "error",
    "On the host network, Ingress and Gateways share no port",
    why="Both bind the port on every node: the second finds it taken, and nothing listens for it.",
    source=f"{CODE}/Documentation/network/servicemesh/ingress.rst",
    fix="Set ingressController.hostNetwork.sharedListenerPort to a port that no Gateway has.",
)
def port_of_ingress(fabric: Fabric) -> Iterator[Hit]:
    """Yield each listener whose port on the nodes is the Ingress controller's."""
    cilium = is_enabled(fabric)
    if cilium is None or not cilium.is_on("gatewayAPI.hostNetwork.enabled"):
        return
    if not cilium.is_on("ingressController.enabled"):
        return
    if cilium.value("ingressController.hostNetwork.enabled", default=False) is not True:
        return
    port = cilium.value("ingressController.hostNetwork.sharedListenerPort", 8080)
    for gateway in gateways_of_cilium(fabric):
        for one in gateway.listeners:
            if one.port == port:
                message = f"port {port} of the nodes is that of ingressController.hostNetwork as well"
                yield hit_at(gateway, (*one.path, "port"), message)
