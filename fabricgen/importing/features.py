"""Helm values of Cilium -> the keys of `cni.cilium` that stand for them, and what the chart does where nothing is set.

Fed with the values of a release, as a page; what has no key of its own is left to `cilium`, which carries it as it is.
The other direction is `fabricgen/documents/cilium/`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.page import Page
from fabricgen.resolve.announcing import BASE_QPS, seconds_of

CILIUM: Final = "cni.cilium"
DEFAULT: Final = "not written: what the chart does by itself"
_ON: Final = frozenset({"true", "strict"})
_OFF: Final = frozenset({"false", "disabled"})


def read_switch(value: Any) -> bool | None:  # noqa: ANN401 - values hold anything
    """Return a switch as it is meant: `true` as text counts, and what kube-proxy replacement was once called."""
    text = str(value).lower()
    if text in _ON:
        return True
    return False if text in _OFF else None


def _word(*known: str) -> Callable[[Any], str | None]:
    return lambda value: str(value) if str(value) in known else None


def _number(value: Any) -> int | None:  # noqa: ANN401 - as above
    return int(str(value)) if str(value).isdigit() and int(str(value)) > 0 else None


def _links(value: Any) -> list[str] | None:  # noqa: ANN401 - as above
    found = value if isinstance(value, list) else str(value).replace(",", " ").split()
    return [str(one) for one in found] or None


_SIMPLE: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "kubeProxyReplacement": ("kubeProxyReplacement", read_switch),
    "ipam.mode": ("ipam", _word("kubernetes", "cluster-pool")),
    "routingMode": ("routing.mode", _word("native", "tunnel")),
    "loadBalancer.mode": ("loadBalancing.mode", _word("snat", "dsr", "hybrid")),
    "loadBalancer.algorithm": ("loadBalancing.algorithm", _word("random", "maglev")),
    "loadBalancer.dsrDispatch": ("loadBalancing.dispatch", _word("opt", "ipip", "geneve")),
    "loadBalancer.acceleration": (
        "loadBalancing.acceleration",
        _word("disabled", "native", "best-effort"),
    ),
    "maglev.tableSize": ("loadBalancing.maglevTableSize", _number),
    "bpf.masquerade": ("bpfMasquerade", read_switch),
    "bpf.hostLegacyRouting": ("hostLegacyRouting", read_switch),
    "socketLB.hostNamespaceOnly": ("socketLbHostNamespaceOnly", read_switch),
    "l7Proxy": ("l7Proxy", read_switch),
    "MTU": ("mtu", _number),
    "devices": ("devices", _links),
    "operator.replicas": ("operatorReplicas", _number),
}
# Where the chart does something else than fabricgen when nothing is written, so that it must be said.
# Source: install/kubernetes/cilium/values.yaml of cilium at v1.16.19 to v1.20.2.
_CHART: Final[Mapping[str, Any]] = {
    "kubeProxyReplacement": False,
    "ipam": "cluster-pool",
    "routing.mode": "tunnel",
    "bpfMasquerade": False,
    "operatorReplicas": 2,
}


def read_features(page: Page, draft: Draft) -> None:
    """Put every feature that the values switch on or off into the draft."""
    for path, (key, read) in _SIMPLE.items():
        _simple(page, draft, path, (key, read))
    _former(page, draft)
    _routing(page, draft)
    for key, value in _CHART.items():
        if draft.get(*CILIUM.split("."), *key.split(".")) is None:
            draft.put(f"{CILIUM}.{key}", value, Origin(note=DEFAULT))
    _encryption(page, draft)
    _hubble(page, draft)
    _switches(page, draft)
    _l2(page, draft)
    _monitoring(page, draft)


def _simple(page: Page, draft: Draft, path: str, target: tuple[str, Callable[[Any], Any]]) -> None:
    key, read = target
    parts = tuple(path.split("."))
    value = page.get(*parts)
    meant = None if value is None else read(value)
    if meant is not None:
        page.take(*parts)
        draft.put(f"{CILIUM}.{key}", meant, page.origin(*parts))


def _former(page: Page, draft: Draft) -> None:
    """Read `tunnel`, which charts before 1.15 had in place of routingMode and tunnelProtocol."""
    former = page.get("tunnel")
    if former == "disabled":
        draft.put(f"{CILIUM}.routing.mode", "native", page.origin("tunnel"))
        page.take("tunnel")
    elif former in ("vxlan", "geneve"):
        draft.put(f"{CILIUM}.routing.mode", "tunnel", page.origin("tunnel"))
        draft.put(f"{CILIUM}.routing.protocol", former, page.origin("tunnel"))
        page.take("tunnel")


def _routing(page: Page, draft: Draft) -> None:
    native = draft.get("cni", "cilium", "routing", "mode") == "native"
    geneve = draft.get("cni", "cilium", "loadBalancing", "dispatch") == "geneve"
    if not native or geneve:
        _simple(page, draft, "tunnelProtocol", ("routing.protocol", _word("vxlan", "geneve")))
        _simple(page, draft, "tunnelPort", ("routing.port", _number))
    elif page.get("tunnelProtocol") in ("", "vxlan", "geneve"):
        page.take("tunnelProtocol")  # nothing is wrapped, so it says nothing
    if native:
        direct = read_switch(page.take("autoDirectNodeRoutes"))
        path = f"{CILIUM}.routing.directNodeRoutes"
        if direct is None:
            draft.put(path, False, Origin(note=DEFAULT))  # noqa: FBT003 - the value
        else:
            draft.put(path, direct, page.origin("autoDirectNodeRoutes"))
    elif read_switch(page.get("autoDirectNodeRoutes")) is False:
        page.take("autoDirectNodeRoutes")


def _encryption(page: Page, draft: Draft) -> None:
    if read_switch(page.get("encryption", "enabled")) is not True:
        for path in (("encryption", "enabled"), ("encryption", "type"), ("encryption", "nodeEncryption")):
            if page.get(*path) is not None and page.get("encryption", "enabled") is not None:
                page.take(*path)
        return
    if page.get("encryption", "type") != "wireguard":
        return
    page.take("encryption", "enabled")
    page.take("encryption", "type")
    draft.put(f"{CILIUM}.encryption.type", "wireguard", page.origin("encryption", "type"))
    if (nodes := read_switch(page.take("encryption", "nodeEncryption"))) is not None:
        draft.put(f"{CILIUM}.encryption.nodeEncryption", nodes, page.origin("encryption", "nodeEncryption"))
    for place in (("encryption", "strictMode", "egress"), ("encryption", "strictMode")):
        if read_switch(page.get(*place, "enabled")) is True:
            draft.put(f"{CILIUM}.encryption.strict", True, page.origin(*place, "enabled"))  # noqa: FBT003
            for key in ("enabled", "cidr", "allowRemoteNodeIdentities"):
                page.take(*place, key)


def _hubble(page: Page, draft: Draft) -> None:
    on = read_switch(page.take("hubble", "enabled"))
    hubble = f"{CILIUM}.hubble"
    if on is None:
        draft.put(f"{hubble}.enabled", True, Origin(note=DEFAULT))  # noqa: FBT003 - the value
    else:
        draft.put(f"{hubble}.enabled", on, page.origin("hubble", "enabled"))
    if on is False:
        for one in ("relay", "ui"):
            if read_switch(page.get("hubble", one, "enabled")) is False:
                page.take("hubble", one, "enabled")
        return
    relay = read_switch(page.take("hubble", "relay", "enabled"))
    if relay is not None:
        draft.put(f"{hubble}.relay", relay, page.origin("hubble", "relay", "enabled"))
    if read_switch(page.take("hubble", "ui", "enabled")) is True:
        _hubble_ui(page, draft, f"{hubble}.ui")
    metrics = page.get("hubble", "metrics", "enabled")
    if isinstance(metrics, list) and all(isinstance(one, str) for one in metrics):
        page.take("hubble", "metrics", "enabled")
        draft.put(f"{hubble}.metrics", metrics or None, page.origin("hubble", "metrics", "enabled"))
    method = page.get("hubble", "tls", "auto", "method")
    if method in ("helm", "cronJob"):
        page.take("hubble", "tls", "auto", "method")
        draft.put(f"{hubble}.certificates", method, page.origin("hubble", "tls", "auto", "method"))
    elif method is None and read_switch(page.get("hubble", "tls", "enabled")) is not False:
        draft.put(f"{hubble}.certificates", "helm", Origin(note=DEFAULT))


def _hubble_ui(page: Page, draft: Draft, key: str) -> None:
    """Read the interface; its address and name are read where addresses are, in `pinned`."""
    service = ("hubble", "ui", "service")
    balanced = page.get(*service, "type") == "LoadBalancer"
    draft.put(f"{key}.expose", "load-balancer" if balanced else "none", page.origin("hubble", "ui"))
    if balanced:
        page.take(*service, "type")


def _switches(page: Page, draft: Draft) -> None:
    if read_switch(page.take("hostFirewall", "enabled")) is True:
        origin = page.origin("hostFirewall", "enabled", note="no policy of ours: yours for hosts stay yours")
        draft.put(f"{CILIUM}.hostFirewall.policy", "none", origin)
    if read_switch(page.take("bandwidthManager", "enabled")) is True:
        bbr = read_switch(page.take("bandwidthManager", "bbr"))
        draft.put(f"{CILIUM}.bandwidthManager.bbr", bbr is True, page.origin("bandwidthManager"))
        if page.get("bandwidthManager", "bbrHostNamespaceOnly") is not None:
            page.take("bandwidthManager", "bbrHostNamespaceOnly")
    elif read_switch(page.get("bandwidthManager", "bbr")) is False:
        page.take("bandwidthManager", "bbr")
    if read_switch(page.get("cni", "exclusive")) is False:
        page.take("cni", "exclusive")
        draft.put(f"{CILIUM}.multus", True, page.origin("cni", "exclusive"))  # noqa: FBT003 - the value
    elif page.get("cni", "exclusive") is True:
        page.take("cni", "exclusive")
    if (gateways := read_switch(page.take("gatewayAPI", "enabled"))) is not None:
        draft.put(f"{CILIUM}.gatewayAPI.enabled", gateways, page.origin("gatewayAPI", "enabled"))
        policy = page.get("gatewayAPI", "externalTrafficPolicy")
        if gateways and policy in ("Cluster", "Local"):
            page.take("gatewayAPI", "externalTrafficPolicy")
            where = page.origin("gatewayAPI", "externalTrafficPolicy")
            draft.put(f"{CILIUM}.gatewayAPI.externalTrafficPolicy", policy, where)


def _l2(page: Page, draft: Draft) -> None:
    if read_switch(page.take("l2announcements", "enabled")) is not True:
        return
    found: dict[str, Any] = {}
    for key, name in (
        ("leaseDuration", "leaseDuration"),
        ("leaseRenewDeadline", "renewDeadline"),
        ("leaseRetryPeriod", "retryPeriod"),
    ):
        if (value := page.take("l2announcements", key)) is not None:
            found[name] = str(value)
            draft.put(f"{CILIUM}.l2.{name}", str(value), page.origin("l2announcements", key))
    services = _services(page, found.get("renewDeadline", "5s"))
    if services is not None:
        origin = page.origin("k8sClientRateLimit", note="as many as the rate limit is for")
        draft.put(f"{CILIUM}.l2.services", services, origin)
        page.take("k8sClientRateLimit", "qps")
        page.take("k8sClientRateLimit", "burst")
    if draft.get("cni", "cilium", "l2") is None:
        draft.put(f"{CILIUM}.l2", {}, page.origin("l2announcements", "enabled"))


def _services(page: Page, deadline: str) -> int | None:
    """Return the number of Services whose rate limit is exactly the one that is written; None if none is."""
    qps, burst = page.get("k8sClientRateLimit", "qps"), page.get("k8sClientRateLimit", "burst")
    if not isinstance(qps, int) or qps <= BASE_QPS or burst != 2 * qps or seconds_of(deadline) < 1:
        return None
    services = math.floor((qps - BASE_QPS) * seconds_of(deadline))
    return (
        services if services >= 1 and math.ceil(services / seconds_of(deadline)) + BASE_QPS == qps else None
    )


def read_dashboards(fabric: Fabric, draft: Draft) -> None:
    """Read the objects by which Grafana's operator finds the chart's dashboards."""
    path = ("cni", "cilium", "monitoring")
    if draft.get(*path, "dashboards") != "configmaps":
        return
    for item in fabric.of("grafana.integreatly.org", "GrafanaDashboard"):
        if item.get("spec", "configMapRef", "name") == "cilium-dashboard":
            origin = Page(item=item, body=item.body).origin("spec")
            draft.replace((*path, "dashboards"), "grafana-operator", origin)
            labels = dict(item.mapping("spec", "instanceSelector", "matchLabels"))
            draft.put((*path, "grafanaLabels"), labels or None, origin)


def _monitoring(page: Page, draft: Draft) -> None:
    def all_on(*paths: tuple[str, ...]) -> bool:
        return all(read_switch(page.get(*path, "enabled")) is True for path in paths)

    monitors = (("prometheus", "serviceMonitor"), ("operator", "prometheus", "serviceMonitor"))
    if all_on(("prometheus",), *monitors):
        draft.put(f"{CILIUM}.monitoring.serviceMonitors", True, page.origin(*monitors[0]))  # noqa: FBT003
    boards = (("dashboards",), ("operator", "dashboards"))
    if all_on(*boards):
        draft.put(f"{CILIUM}.monitoring.dashboards", "configmaps", page.origin("dashboards"))
        namespace = page.get("dashboards", "namespace")
        if isinstance(namespace, str) and namespace != "kube-system":
            draft.put(f"{CILIUM}.monitoring.namespace", namespace, page.origin("dashboards", "namespace"))
