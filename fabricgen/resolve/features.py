"""Cilium's features: every one that the description leaves open is decided here, with the reason.

Fed by the description and the address plan; gives `cluster.Cilium`.
"""

from typing import Literal, TypeVar

from fabricgen.cluster import (
    BandwidthManager,
    Chart,
    Choice,
    Cilium,
    Encryption,
    HostFirewall,
    Hubble,
    HubbleUi,
    LoadBalancing,
    Monitoring,
    Node,
    Routing,
    Talos,
)
from fabricgen.description import Description
from fabricgen.description import cilium as written
from fabricgen.resolve.allowing import resolve_policies
from fabricgen.resolve.announcing import resolve_bgp, resolve_gateway_api, resolve_l2
from fabricgen.resolve.plan import Plan
from fabricgen.versions.k3s import LOCAL_API_PORT
from fabricgen.versions.version import Version, format_minor, minor_of

T = TypeVar("T")


def resolve_cilium(
    description: Description,
    wanted: written.Cilium,
    *,
    plan: Plan,
    nodes: tuple[Node, ...],
    talos: Talos | None,
) -> Cilium:
    """Return Cilium with every feature decided."""
    masquerade, legacy = _host_path(wanted, docker=talos is not None and talos.docker is not None)
    api_host, api_port = _api(wanted, plan=plan, talos=talos)
    return Cilium(
        version=wanted.version,
        chart=chart_of(wanted.chart, version=wanted.version),
        kube_proxy_replacement=wanted.kube_proxy_replacement,
        api_host=api_host,
        api_port=api_port,
        ipam=_ipam(wanted, distribution="Talos" if talos else "k3s"),
        routing=_routing(wanted, plan=plan, nodes=nodes),
        load_balancing=_load_balancing(wanted),
        bpf_masquerade=masquerade,
        host_legacy_routing=legacy,
        socket_lb_host_namespace_only=wanted.socket_lb_host_namespace_only,
        encryption=_encryption(wanted.encryption),
        hubble=_hubble(wanted.hubble),
        host_firewall=_host_firewall(wanted.host_firewall),
        bandwidth_manager=_bandwidth(wanted, host_routing=masquerade.value and not legacy.value),
        l7_proxy=wanted.l7_proxy,
        gateway_api=resolve_gateway_api(wanted),
        off_because=_off_because(wanted),
        l2=resolve_l2(description, wanted, nodes=nodes),
        bgp=resolve_bgp(wanted.bgp),
        policies=resolve_policies(wanted.policies),
        monitoring=_monitoring(wanted.monitoring),
        multus=wanted.multus,
        mtu=wanted.mtu,
        devices=wanted.devices,
        operator_replicas=_replicas(wanted, nodes=nodes),
        values=wanted.values,
    )


def chart_of(chart: written.Chart, *, version: Version) -> Chart:
    """Return where a chart comes from, with the version that is pinned."""
    return Chart(
        oci=chart.oci is not None, url=chart.oci or chart.helm or "", digest=chart.digest, version=version
    )


def _docs(cilium: written.Cilium, page: str) -> str:
    """Return the address of a page of Cilium's documentation, of the minor in use."""
    return f"https://docs.cilium.io/en/v{format_minor(minor_of(cilium.version))}/{page}"


def _choose(asked: T | None, default: T, *, why: str, source: str, because: str | None = None) -> Choice[T]:
    """Return what was asked for, with its own reason, or else the default with ours."""
    if asked is None:
        return Choice(value=default, why=why, source=source)
    return Choice(
        value=asked, why=because or "asked for in the description", source="the description", asked=True
    )


def _off_because(wanted: written.Cilium) -> dict[str, str]:
    """Return the written reasons of features that are switched off, by the description's key."""
    api, firewall, manager = wanted.gateway_api, wanted.host_firewall, wanted.bandwidth_manager
    encryption = wanted.encryption
    reasons = {
        "gatewayAPI": api.because if api and not api.enabled else None,
        "hostFirewall": firewall.because if firewall and not firewall.enabled else None,
        "bandwidthManager": manager.because if manager and not manager.enabled else None,
        "encryption": encryption.because if encryption and encryption.type == "none" else None,
    }
    return {key: because for key, because in reasons.items() if because is not None}


def _host_path(wanted: written.Cilium, *, docker: bool) -> tuple[Choice[bool], Choice[bool]]:
    """Return whether eBPF masquerades, and whether packets pass the host's own stack."""
    masquerade = _masquerade(wanted)
    return masquerade, _legacy_routing(wanted, docker=docker, masquerade=masquerade.value)


def _masquerade(wanted: written.Cilium) -> Choice[bool]:
    return _choose(
        wanted.bpf_masquerade,
        wanted.kube_proxy_replacement,
        why="eBPF masquerading avoids iptables and is what host routing in eBPF needs"
        if wanted.kube_proxy_replacement
        else "eBPF masquerading needs kube-proxy replacement, which is off",
        source=_docs(wanted, "network/concepts/masquerading/"),
    )


def _legacy_routing(wanted: written.Cilium, *, docker: bool, masquerade: bool) -> Choice[bool]:
    if not masquerade:
        why = "eBPF host routing needs eBPF masquerading, which is off; agents would fall back to this without a word"
    elif docker:
        why = "Talos in docker must forward cluster DNS to the host's resolver, and eBPF host routing cuts that path"
    else:
        why = "packets skip the host's iptables and routing tables (eBPF host routing)"
    return _choose(
        wanted.host_legacy_routing,
        docker or not masquerade,
        why=why,
        source="https://github.com/siderolabs/talos/issues/10002"
        if docker and masquerade
        else _docs(wanted, "operations/performance/tuning/#ebpf-host-routing"),
    )


def _api(wanted: written.Cilium, *, plan: Plan, talos: Talos | None) -> tuple[str, int]:
    """Return where agents reach the API when no kube-proxy resolves the kubernetes Service.

    Talos: KubePrism on each node. k3s: the load balancer in each k3s process, port 6444.
    """
    if wanted.api_server == "endpoint":
        return plan.endpoint.host, plan.endpoint.port
    return ("localhost", talos.kube_prism_port) if talos else ("127.0.0.1", LOCAL_API_PORT)


def _ipam(wanted: written.Cilium, *, distribution: str) -> Choice[Literal["kubernetes", "cluster-pool"]]:
    return _choose(
        wanted.ipam,
        "kubernetes",
        why=f"{distribution} gives each node its share of the pod network; cluster-pool would hand out 10.0.0.0/8 instead",
        source=_docs(wanted, "network/concepts/ipam/kubernetes/"),
    )


def _routing(wanted: written.Cilium, *, plan: Plan, nodes: tuple[Node, ...]) -> Routing:
    routing, source = wanted.routing, _docs(wanted, "network/concepts/routing/#native-routing")
    lan = " and ".join(str(network) for network in plan.networks.nodes)
    mode: Choice[Literal["native", "tunnel"]] = _choose(
        routing.mode,
        "native",
        why=f"all {len(nodes)} nodes share one L2 segment ({lan}), so packets need no encapsulation"
        if len(nodes) > 1
        else "a single node has no other node to send packets to, so nothing needs encapsulation",
        source=source,
        because=routing.because,
    )
    direct = _choose(
        routing.direct_node_routes,
        mode.value == "native",
        why=_direct_why(mode.value, lan=lan, nodes=len(nodes)),
        source=source,
    )
    return Routing(
        mode=mode, protocol=routing.protocol or "vxlan", port=routing.port, direct_node_routes=direct
    )


def _direct_why(mode: str, *, lan: str, nodes: int) -> str:
    if mode == "tunnel":
        return "the tunnel finds the other nodes"
    if nodes == 1:
        return "a node that joins later is told the way to the pods here, and this one the way to its pods"
    return f"each node is told the way to the others' pods; they are neighbours in {lan}"


def _load_balancing(cilium: written.Cilium) -> LoadBalancing:
    wanted, routing = cilium.load_balancing, cilium.routing
    mode: Choice[Literal["snat", "dsr", "hybrid"]] = _choose(
        wanted.mode,
        "snat",
        why="works with every routing mode, encapsulation and switch",
        source=_docs(cilium, "network/kubernetes/kubeproxy-free/#direct-server-return-dsr"),
        because=wanted.because,
    )
    algorithm: Choice[Literal["random", "maglev"]] = _choose(
        wanted.algorithm,
        "random",
        why="consistent hashing costs memory for each Service and pays off with many clients and nodes that change",
        source=_docs(cilium, "network/kubernetes/kubeproxy-free/#maglev-consistent-hashing"),
        because=wanted.because,
    )
    geneve = mode.value != "snat" and routing.mode == "tunnel"
    return LoadBalancing(
        mode=mode,
        algorithm=algorithm,
        dispatch=wanted.dispatch or ("geneve" if geneve else None),
        maglev_table_size=wanted.maglev_table_size,
        acceleration=wanted.acceleration,
    )


def _encryption(wanted: written.Encryption | None) -> Encryption | None:
    if wanted is None or wanted.type == "none":
        return None
    return Encryption(node_encryption=wanted.node_encryption, strict=wanted.strict, because=wanted.because)


def _hubble(wanted: written.Hubble) -> Hubble:
    ui = wanted.ui if wanted.enabled else None
    return Hubble(
        enabled=wanted.enabled,
        relay=wanted.enabled and (ui is not None if wanted.relay is None else wanted.relay),
        ui=HubbleUi(expose=ui.expose, hostname=ui.hostname, vip=ui.vip, gateway=ui.gateway) if ui else None,
        metrics=wanted.metrics if wanted.enabled else (),
        certificates=wanted.certificates,
        because=wanted.because,
    )


def _host_firewall(wanted: written.HostFirewall | None) -> HostFirewall | None:
    if wanted is None or not wanted.enabled:
        return None
    return HostFirewall(policy=wanted.policy, because=wanted.because)


def _bandwidth(wanted: written.Cilium, *, host_routing: bool) -> BandwidthManager | None:
    """Return pacing; BBR only for the host where pods' packets pass the host's stack, which loses their timestamps."""
    manager = wanted.bandwidth_manager
    if manager is None or not manager.enabled:
        return None
    host_only = manager.bbr and not host_routing
    return BandwidthManager(bbr=manager.bbr, bbr_host_namespace_only=host_only, because=manager.because)


def _monitoring(wanted: written.Monitoring) -> Monitoring:
    return Monitoring(
        service_monitors=wanted.service_monitors,
        dashboards=wanted.dashboards,
        namespace=wanted.namespace or "kube-system",
        grafana_labels=wanted.grafana_labels,
        because=wanted.because,
    )


def _replicas(wanted: written.Cilium, *, nodes: tuple[Node, ...]) -> Choice[int]:
    single = len(nodes) == 1
    return _choose(
        wanted.operator_replicas,
        1 if single else 2,
        why="a second replica would wait for a second node, and there is one"
        if single
        else f"two of the {len(nodes)} nodes: one may fail; replicas never share a node",
        source=f"https://github.com/cilium/cilium/blob/v{wanted.version}/install/kubernetes/cilium/values.yaml",
    )
