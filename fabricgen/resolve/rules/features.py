"""Rules about features of Cilium that need or exclude each other: how packets travel and are balanced.

Most of them stop the agent at its start. Source of those: https://github.com/cilium/cilium/blob/v1.20.1/pkg/kpr/initializer/initializer.go
and daemon/cmd of the same tag.
"""

from collections.abc import Iterator

from fabricgen.description import Cilium, Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.hardware import board_name
from fabricgen.versions.version import minor_of

_BBR_HOST_ONLY_SINCE = (1, 18)


def ciliums(description: Description) -> Iterator[tuple[Path, Cilium]]:
    """Yield Cilium as it is written, and where: what runs, or what is considered."""
    if description.cni.cilium is not None:
        yield ("cni", "cilium"), description.cni.cilium
    if description.cni.considered is not None:
        yield ("cni", "considered", "cilium"), description.cni.considered.cilium


def rule_kube_proxy_replacement_is_on_for_what_needs_it(description: Description) -> Iterator[Problem]:
    """These features are part of it: without it the agent refuses them or says nothing and does nothing."""
    for path, cilium in ciliums(description):
        if not cilium.kube_proxy_replacement:
            for key, what in _needs_replacement(description, cilium):
                yield Problem(
                    message=f"{what} needs kubeProxyReplacement, which is false",
                    path=(*path, *key),
                    hint="remove kubeProxyReplacement: false",
                )


def _needs_replacement(description: Description, cilium: Cilium) -> Iterator[tuple[Path, str]]:
    balancing = cilium.load_balancing
    pools = description.networks.load_balancers.values()
    wanted: tuple[tuple[object, Path, str], ...] = (
        (cilium.bpf_masquerade, ("bpfMasquerade",), "eBPF masquerading"),
        (balancing.mode in {"dsr", "hybrid"}, ("loadBalancing", "mode"), "direct server return"),
        (balancing.algorithm == "maglev", ("loadBalancing", "algorithm"), "maglev"),
        (
            balancing.acceleration in {"native", "best-effort"},
            ("loadBalancing", "acceleration"),
            "XDP acceleration",
        ),
        (cilium.socket_lb_host_namespace_only, ("socketLbHostNamespaceOnly",), "the socket load balancer"),
        (cilium.gateway_api and cilium.gateway_api.enabled, ("gatewayAPI",), "Gateway API"),
        (cilium.l2, ("l2",), "l2"),
    )
    yield from ((key, what) for is_wanted, key, what in wanted if is_wanted)
    if cilium.l2 is None and description.metallb is None and any("l2" in pool.announce for pool in pools):
        yield ("kubeProxyReplacement",), "announcing networks.loadBalancers by l2"


def rule_routing_fits_its_mode(description: Description) -> Iterator[Problem]:
    """Encapsulation belongs to tunnels, routes between nodes to native routing."""
    for path, cilium in ciliums(description):
        routing, here = cilium.routing, (*path, "routing")
        if routing.mode == "tunnel" and routing.direct_node_routes:
            message = "routes between nodes cannot be used with mode: tunnel; the agent would not start"
            yield Problem(
                message=message, path=(*here, "directNodeRoutes"), hint="remove it, or write mode: native"
            )
        if (
            routing.mode == "native"
            and routing.protocol is not None
            and cilium.load_balancing.dispatch != "geneve"
        ):
            message = f"{routing.protocol} is for mode: tunnel, and the mode is native"
            yield Problem(message=message, path=(*here, "protocol"), hint="remove it, or write mode: tunnel")
        if routing.mode == "native" and routing.port is not None:
            message = "a tunnel's port is for mode: tunnel, and the mode is native"
            yield Problem(message=message, path=(*here, "port"), hint="remove it, or write mode: tunnel")
        if routing.mode is None and (routing.protocol is not None or routing.port is not None):
            yield from _mode_left_open(
                here, protocol=routing.protocol, dispatch=cilium.load_balancing.dispatch
            )


def _mode_left_open(here: Path, *, protocol: str | None, dispatch: str | None) -> Iterator[Problem]:
    """All nodes share one LAN, so the default is native, and what was written about the tunnel would be lost."""
    if dispatch != "geneve":
        key = "protocol" if protocol is not None else "port"
        message = f"{key} is for tunnels, and without mode packets are routed natively"
        yield Problem(message=message, path=(*here, key), hint="write mode: tunnel, or remove it")


def rule_direct_server_return_fits_the_routing(description: Description) -> Iterator[Problem]:
    """The Service's address must travel with the packet: VXLAN has no room for it, geneve has."""
    for path, cilium in ciliums(description):
        routing, balancing = cilium.routing, cilium.load_balancing
        returns = balancing.mode in {"dsr", "hybrid"}
        here = (*path, "loadBalancing")
        if returns and routing.mode == "tunnel" and routing.protocol != "geneve":
            yield Problem(
                message=f"mode: {balancing.mode} cannot be used with {routing.protocol or 'vxlan'} tunnels",
                path=(*here, "mode"),
                hint="write routing.protocol: geneve, or routing.mode: native, or mode: snat",
            )
        elif returns and routing.mode == "tunnel" and balancing.dispatch not in {None, "geneve"}:
            yield Problem(
                message=f"in a tunnel the Service's address can only travel by geneve, not by {balancing.dispatch}",
                path=(*here, "dispatch"),
                hint="write dispatch: geneve",
            )
        elif balancing.dispatch == "geneve" and routing.protocol != "geneve":
            yield Problem(
                message="geneve needs routing.protocol: geneve too, even with native routing",
                path=(*here, "dispatch"),
                hint="add routing.protocol: geneve",
            )


def rule_balancing_options_have_their_mode(description: Description) -> Iterator[Problem]:
    """Options of a mode that is not chosen have no effect, which is surely not meant."""
    for path, cilium in ciliums(description):
        balancing, here = cilium.load_balancing, (*path, "loadBalancing")
        if balancing.dispatch is not None and balancing.mode not in {"dsr", "hybrid"}:
            message = f"dispatch is for mode: dsr or hybrid, and the mode is {balancing.mode or 'snat'}"
            yield Problem(message=message, path=(*here, "dispatch"), hint="leave it out, or choose mode: dsr")
        if balancing.maglev_table_size is not None and balancing.algorithm != "maglev":
            message = f"a table size is for algorithm: maglev, and the algorithm is {balancing.algorithm or 'random'}"
            yield Problem(
                message=message,
                path=(*here, "maglevTableSize"),
                hint="leave it out, or choose algorithm: maglev",
            )


def rule_xdp_runs_on_the_boards(description: Description) -> Iterator[Problem]:
    """The Ethernet driver of a Raspberry Pi cannot run XDP programs.

    Source: https://github.com/cilium/cilium/issues/15567
    """
    for path, cilium in ciliums(description):
        boards = [
            node.name
            for node in description.nodes
            if board_name(description, node).startswith("raspberry-pi")
        ]
        if cilium.load_balancing.acceleration == "native" and boards:
            yield Problem(
                message=f"the network card of a Raspberry Pi ({boards[0]}) cannot run XDP programs, "
                "so the agent would not start there",
                path=(*path, "loadBalancing", "acceleration"),
                hint="write best-effort or disabled",
            )


def rule_bbr_has_what_it_needs(description: Description) -> Iterator[Problem]:
    """Pods' packets that pass the host's stack lose the timestamps that BBR paces by.

    Source: https://github.com/cilium/cilium/blob/v1.20.1/pkg/datapath/linux/bandwidth/bandwidth.go
    """
    for path, cilium in ciliums(description):
        manager, here = cilium.bandwidth_manager, (*path, "bandwidthManager", "bbr")
        if manager is None or not manager.bbr:
            continue
        if not manager.enabled:
            yield Problem(
                message="bbr is part of the bandwidth manager, which is off", path=here, hint="enabled: true"
            )
        if (legacy := _why_legacy(cilium)) and minor_of(cilium.version) < _BBR_HOST_ONLY_SINCE:
            yield Problem(
                message=f"bbr needs eBPF host routing, but {legacy}; the agent would not start",
                path=here,
                hint="change that, or use Cilium 1.18, which can pace only the host's traffic",
            )


def _why_legacy(cilium: Cilium) -> str:
    """Return why packets pass the host's stack; "" if eBPF routes them."""
    if cilium.host_legacy_routing:
        return "hostLegacyRouting is true"
    masquerade = cilium.kube_proxy_replacement if cilium.bpf_masquerade is None else cilium.bpf_masquerade
    return "" if masquerade else "without eBPF masquerading there is none"


def rule_host_routing_has_what_it_needs(description: Description) -> Iterator[Problem]:
    """Agents fall back to the host's stack without a word.

    Source: https://github.com/cilium/cilium/blob/v1.20.1/pkg/kpr/initializer/initializer.go
    """
    for path, cilium in ciliums(description):
        if cilium.host_legacy_routing is False and (legacy := _why_legacy(cilium)):
            yield Problem(
                message=f"eBPF host routing cannot be: {legacy}",
                path=(*path, "hostLegacyRouting"),
                hint="remove hostLegacyRouting: false",
            )


def rule_gateways_decide_about_the_socket_balancer(description: Description) -> Iterator[Problem]:
    """The chart forces it on from 1.20.

    Source: https://github.com/cilium/cilium/blob/v1.20.1/install/kubernetes/cilium/templates/cilium-configmap.yaml
    """
    for path, cilium in ciliums(description):
        gateway = cilium.gateway_api is not None and cilium.gateway_api.enabled
        if gateway and cilium.socket_lb_host_namespace_only is False and minor_of(cilium.version) >= (1, 20):
            yield Problem(
                message="Cilium 1.20 and later set it to true whenever Gateway API is on",
                path=(*path, "socketLbHostNamespaceOnly"),
                hint="remove it",
            )


def rule_strict_encryption_has_ipv4(description: Description) -> Iterator[Problem]:
    """Strict mode looks at IPv4 only, so in a cluster without it nothing would be enforced."""
    for path, cilium in ciliums(description):
        strict = cilium.encryption is not None and cilium.encryption.strict
        if strict and all(network.version != 4 for network in description.networks.pods):  # noqa: PLR2004 - IPv4
            message = "strict mode covers IPv4 only, and networks.pods is IPv6"
            yield Problem(
                message=message,
                path=(*path, "encryption", "strict"),
                hint="leave strict out, or give networks.pods an IPv4 network",
            )


def rule_operator_has_a_node_for_each_replica(description: Description) -> Iterator[Problem]:
    """Replicas never share a node, so one too many waits for ever, and the release with it.

    Source: https://github.com/cilium/cilium/blob/v1.20.1/install/kubernetes/cilium/values.yaml (operator.affinity)
    """
    count = len(description.nodes)
    for path, cilium in ciliums(description):
        if cilium.operator_replicas is not None and cilium.operator_replicas > count:
            nodes = "there is 1 node" if count == 1 else f"there are {count} nodes"
            message = f"{cilium.operator_replicas} replicas never share a node, and {nodes}"
            yield Problem(message=message, path=(*path, "operatorReplicas"), hint=f"the most is {count}")


def rule_devices_are_names_of_links(description: Description) -> Iterator[Problem]:
    """Linux knows link names of at most 15 characters."""
    for path, cilium in ciliums(description):
        for index, device in enumerate(cilium.devices):
            if len(device.removesuffix("+")) > 15 or "/" in device or any(char.isspace() for char in device):  # noqa: PLR2004 - IFNAMSIZ
                message = f"{device!r} is no name of a link: at most 15 characters, no spaces, no slash"
                yield Problem(
                    message=message,
                    path=(*path, "devices", index),
                    hint="write the link's name, or its beginning with `+`",
                )


def rule_host_firewall_is_on_if_it_enforces(description: Description) -> Iterator[Problem]:
    """A policy for nodes does nothing while the firewall is off."""
    for path, cilium in ciliums(description):
        firewall = cilium.host_firewall
        asked = firewall is not None and "policy" in firewall.model_fields_set and firewall.policy != "none"
        if firewall is not None and asked and not firewall.enabled:
            message = f"policy: {firewall.policy}, but the firewall is off"
            yield Problem(
                message=message,
                path=(*path, "hostFirewall", "policy"),
                hint="write enabled: true, or remove it",
            )
