"""k3s beside Cilium: what k3s brings of its own, where Cilium finds the API, who owns addresses."""

import re
from collections.abc import Iterator
from typing import Any, Final

from fabricgen.fabric import Fabric, K3sConfig
from fabricgen.repository.reading import recipes
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Edit, Hit, rule

_OPTIONS: Final = "https://docs.k3s.io/networking/basic-network-options"
_SERVICES: Final = "https://docs.k3s.io/networking/networking-services"
_KPR: Final = "https://docs.cilium.io/en/v1.20/network/kubernetes/kubeproxy-free/"
_AGENT: Final = "https://docs.k3s.io/cli/agent"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LB_PORT: Final = 6444
_API_PORT: Final = 6443
# What tells that a file has the settings of the cluster rather than of one machine.
_CLUSTER_KEYS: Final = (
    *("flannel-backend", "disable-kube-proxy", "disable-network-policy", "cluster-cidr", "service-cidr"),
    *("disable", "cluster-init"),
)


def place_of(config: K3sConfig, key: str) -> tuple[str, ...]:
    """Return the path of a key as it is written, with a `+` or without."""
    return (f"{key}+",) if f"{key}+" in config.item.body else (key,)


def hit_at(config: K3sConfig, key: str, message: str, *edits: Edit) -> Hit:
    """Return the hit at a key of a config, or at the config where the key is missing."""
    return Hit(
        place=config.item.place(*place_of(config, key)), message=message, object="k3s config", edits=edits
    )


def is_on(config: K3sConfig, key: str) -> bool | None:
    """Tell whether a switch is on; None where it is not told, or told later."""
    value = config.get(key)
    if value is None or is_open(value):
        return None
    return str(value).lower() in {"true", "t", "1"}


def servers(fabric: Fabric) -> list[K3sConfig]:
    """Return the configs that are no agent's and have settings of the cluster."""
    return [
        one
        for one in fabric.k3s
        if one.role != "agent" and any(one.get(key) is not None for key in _CLUSTER_KEYS)
    ]


def set_key(config: K3sConfig, key: str, value: Any) -> Edit:  # noqa: ANN401 - any value
    """Return the edit that sets a key."""
    return Edit(config.item.place(key), config.item.origin.index, "set", (key,), value)


def _missing(fabric: Fabric, key: str) -> K3sConfig | None:
    """Return where a key of servers should stand, if none of them has it; nothing if there are no servers.

    A key that stands anywhere else may be a flag of the installer's, or a setting of another machine.
    """
    found = servers(fabric)
    if not found or any(key in one.text for one in fabric.cluster.repository.documents):
        return None
    if any(key in text for text in recipes(fabric.cluster.repository)):
        return None
    return next((one for one in found if one.get("flannel-backend") is not None), found[0])


@rule(
    "K3S001",
    "error",
    "Flannel is off where Cilium is the network",
    why="k3s runs Flannel itself, so two networks set up routes for the same pods, both over UDP port 8472.",
    source=_OPTIONS,
    fix="Set flannel-backend: none on every server.",
)
def flannel_stays(fabric: Fabric) -> Iterator[Hit]:
    """Yield a backend of Flannel's, told or by default."""
    cilium = fabric.cilium
    if cilium is None or cilium.role == "bootstrap" or cilium.value("cni.chainingMode", "none") != "none":
        return  # values alone may be those of a network that is only thought of
    for config in servers(fabric):
        backend = config.get("flannel-backend")
        if backend is not None and not is_open(backend) and backend != "none":
            message = f"flannel-backend is {backend}, and Cilium is the network"
            yield hit_at(config, "flannel-backend", message, set_key(config, "flannel-backend", "none"))
    if (missing := _missing(fabric, "flannel-backend")) is not None:
        message = "no server sets flannel-backend, which is vxlan then, and Cilium is the network"
        yield hit_at(missing, "flannel-backend", message, set_key(missing, "flannel-backend", "none"))


@rule(
    "K3S002",
    "warning",
    "k3s' network policy controller is off where Cilium is the network",
    why="Both enforce NetworkPolicies, each by its own rules: what one allows the other may drop.",
    source=_OPTIONS,
    fix="Set disable-network-policy: true on every server.",
)
def policies_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield servers that keep the controller."""
    yield from _kept(fabric, "disable-network-policy", "k3s enforces network policies beside Cilium")


@rule(
    "K3S003",
    "warning",
    "k3s runs no kube-proxy where Cilium replaces it",
    why="Both translate Service addresses, each with a table that the other does not know: connections break when one "
    "of them changes, and a port that both want for health checks belongs to whoever came first.",
    source=_KPR,
    fix="Set disable-kube-proxy: true on every server.",
)
def kube_proxy_stays(fabric: Fabric) -> Iterator[Hit]:
    """Yield servers that keep kube-proxy."""
    if fabric.cilium is not None and fabric.k3s and fabric.cilium.replaces_kube_proxy():
        yield from _kept(fabric, "disable-kube-proxy", "k3s runs kube-proxy, which Cilium replaces")


def _kept(fabric: Fabric, key: str, message: str) -> Iterator[Hit]:
    """Yield where a switch that turns something off is false, or nowhere."""
    if fabric.cilium is None:
        return
    for config in servers(fabric):
        if is_on(config, key) is False:
            yield hit_at(config, key, message, set_key(config, key, True))  # noqa: FBT003 - the value that is set
    if (missing := _missing(fabric, key)) is not None:
        yield hit_at(missing, key, f"{message}: no server sets {key}", set_key(missing, key, True))  # noqa: FBT003 - as above


def is_disabled(fabric: Fabric, component: str) -> bool:
    """Tell whether some server leaves a packaged component out, or may do so; by a flag of the installer's, too."""
    found = [text for config in servers(fabric) for text in config.texts("disable")]
    flag = re.compile(rf"disable[= ]['\"]?(?:[\w,-]+,)?{component}\b")
    if any(flag.search(one.text) for one in fabric.cluster.repository.documents):
        return True
    if any(flag.search(text) for text in recipes(fabric.cluster.repository)):
        return True
    return any(is_open(text) or component in [part.strip() for part in text.split(",")] for text in found)


@rule(
    "K3S004",
    "error",
    "ServiceLB is off where Cilium hands out LoadBalancer addresses",
    why="Both write the address of the same Services, in turn: clients are sent to the nodes' addresses, or nowhere.",
    source=_SERVICES,
    fix="Add servicelb to disable on every server.",
)
def two_load_balancers(fabric: Fabric) -> Iterator[Hit]:
    """Yield where k3s' own controller runs beside Cilium's pools."""
    cilium, found = fabric.cilium, servers(fabric)
    pools = [pool for pool in fabric.pools if pool.owner == "cilium"]
    if cilium is None or not found or not pools or not cilium.is_on("enableLBIPAM"):
        return
    if cilium.value("defaultLBServiceIPAM", "lbipam") != "lbipam" or is_disabled(fabric, "servicelb"):
        return
    if any(is_on(config, "disable-cloud-controller") for config in found):
        return
    config = next((one for one in found if one.get("disable") is not None), found[0])
    yield hit_at(
        config, "disable", f"ServiceLB is not disabled, and Cilium has {len(pools)} pools of addresses"
    )


@rule(
    "K3S005",
    "info",
    "Traefik is off where Cilium is the ingress",
    why="k3s brings Traefik with a LoadBalancer Service on ports 80 and 443: it takes an address of the pool, and "
    "Ingresses without a class.",
    source=_SERVICES,
    fix="Add traefik to disable on every server, unless it is wanted beside Cilium.",
)
def two_ingresses(fabric: Fabric) -> Iterator[Hit]:
    """Yield where Traefik comes with k3s and Cilium serves ingress or gateways."""
    cilium, found = fabric.cilium, servers(fabric)
    if cilium is None or not found or is_disabled(fabric, "traefik"):
        return
    for path in ("ingressController.enabled", "gatewayAPI.enabled"):
        if cilium.is_on(path):
            config = next((one for one in found if one.get("disable") is not None), found[0])
            yield hit_at(config, "disable", f"Traefik is not disabled, and Cilium's {path} is true")
            return


@rule(
    "K3S006",
    "error",
    "Cilium asks for the API at the port that every node of k3s has on localhost",
    why="6443 on localhost is the API server of a server; agents have their load balancer at lb-server-port, 6444 "
    "unless it is set: elsewhere the agent never reaches the API, and the node gets no network.",
    source=_AGENT,
    fix="Set k8sServicePort to 6444, or to the lb-server-port of all nodes.",
)
def api_port_differs(fabric: Fabric) -> Iterator[Hit]:
    """Yield a port that agents do not have on localhost."""
    cilium = fabric.cilium
    if cilium is None or not fabric.k3s or cilium.value("k8sServiceHost", "") not in _LOCAL:
        return
    asked = str(cilium.value("k8sServicePort", ""))
    agents = any(one.role == "agent" for one in fabric.k3s)
    set_ports = {str(port) for one in fabric.k3s if (port := one.get("lb-server-port")) is not None}
    right = set_ports or {str(_LB_PORT)}
    if not asked.isdigit() or asked in right or (asked == str(_API_PORT) and not agents):
        return
    edits: tuple[Edit, ...] = ()
    if not cilium.elsewhere and len(right) == 1 and cilium.prefix != ("spec", "valuesContent"):
        path = (*cilium.prefix, "k8sServicePort")
        edits = (
            Edit(
                cilium.place("k8sServicePort"), cilium.item.origin.index, "set", path, int(next(iter(right)))
            ),
        )
    yield Hit(
        place=cilium.place("k8sServicePort"),
        message=f"Cilium asks for the API at localhost:{asked}, and agents have it at {', '.join(sorted(right))}",
        object=cilium.item.label,
        edits=edits,
    )


@rule(
    "K3S007",
    "error",
    "Agents have a load balancer where Cilium asks for the API at localhost",
    why="With disable-apiserver-lb nothing listens on an agent's localhost, so Cilium never reaches the API there.",
    source=_AGENT,
    fix="Leave disable-apiserver-lb out, or give Cilium an address of the API that agents reach.",
)
def no_local_api(fabric: Fabric) -> Iterator[Hit]:
    """Yield agents without the load balancer."""
    cilium = fabric.cilium
    if cilium is None or cilium.value("k8sServiceHost", "") not in _LOCAL:
        return
    for config in fabric.k3s:
        if is_on(config, "disable-apiserver-lb"):
            port = cilium.value("k8sServicePort", "")
            yield hit_at(
                config,
                "disable-apiserver-lb",
                f"nothing listens on localhost, where Cilium asks for the API at {port}",
            )
