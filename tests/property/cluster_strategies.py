"""Hypothesis strategies for whole descriptions: small clusters whose parts are drawn one by one and fit together.

What is drawn is meant to be valid; where parts exclude each other, a rule refuses them, and that is fine for a law.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from hypothesis import strategies as st

Drawn = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

# Kubernetes, Talos, k3s, Cilium and Flux that go together, oldest first.
VERSIONS = (
    ("1.30.14", "1.9.6", "v1.30.14+k3s1", "1.16.6", "2.5.1"),
    ("1.32.13", "1.10.9", "v1.32.13+k3s1", "1.17.18", "2.6.4"),
    ("1.33.13", "1.11.6", "v1.33.13+k3s1", "1.18.12", "2.7.5"),
    ("1.34.13", "1.12.12", "v1.34.9+k3s1", "1.19.6", "2.8.8"),
    ("1.35.10", "1.13.12", "v1.35.6+k3s1", "1.19.7", "2.9.5"),
    ("1.36.6", "1.14.4", "v1.36.4+k3s1", "1.20.2", "2.10.0"),
)
FAMILIES = ((4,), (6,), (4, 6))
LAN = {4: ip_network("10.9.0.0/24"), 6: ip_network("fd00:9::/64")}
PODS = {4: "10.42.0.0/16", 6: "fd00:42::/56"}
SERVICES = {4: "10.43.0.0/16", 6: "fd00:43::/112"}
ROUTED = {4: ip_network("10.77.0.0/24"), 6: ip_network("fd00:77::/112")}
# The last part of an address in the LAN: the router has 1, the API 5, nodes, what is reserved, pools.
NODE_HOSTS = range(10, 60)
RESERVED_HOSTS = range(60, 128)
POOL_HOSTS = range(128, 255)
BLOCK = 16
NAMES = ("default", "lan", "apps", "public")
FORMS = ("cidr", "range", "address", "blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """What is decided first, since the rest depends on it."""

    families: tuple[int, ...]
    servers: int
    workers: int
    talos: bool
    versions: tuple[str, str, str, str, str]


@st.composite
def descriptions(draw: Draw) -> Drawn:
    """A description as JSON would hold it."""
    sizes = _Sizes(
        families=draw(st.sampled_from(FAMILIES)),
        servers=draw(st.sampled_from([1, 1, 3])),
        workers=draw(st.integers(0, 3)),
        talos=draw(st.booleans()),
        versions=draw(st.sampled_from(VERSIONS)),
    )
    nodes = _nodes(draw, sizes)
    pools = _pools(draw, sizes)
    return {
        "name": "home",
        **({"kubernetes": sizes.versions[0]} if sizes.talos else {}),
        "distribution": _distribution(draw, sizes),
        "endpoint": _endpoint(draw, sizes, nodes),
        "networks": {**_networks(draw, sizes), "loadBalancers": pools, "vips": _vips(draw, pools)},
        "nodes": nodes,
        **_network(draw, sizes, pools),
        "flux": _flux(draw, sizes),
    }


def _host(family: int, host: int, *, of: dict[int, Any] = LAN) -> str:
    network: IPv4Network | IPv6Network = of[family]
    return str(network[host])


def _nodes(draw: Draw, sizes: _Sizes) -> list[Drawn]:
    count = sizes.servers + sizes.workers
    hosts = draw(st.lists(st.sampled_from(list(NODE_HOSTS)), min_size=count, max_size=count, unique=True))
    return [
        {
            "name": f"node-{host}",
            "role": "control-plane" if index < sizes.servers else "worker",
            "address": [_host(family, host) for family in sizes.families],
            "arch": draw(st.sampled_from(["amd64", "arm64"])),
            **({"disk": "/dev/sda", "interface": draw(_links())} if sizes.talos else {}),
            "labels": draw(st.sampled_from([{}, {"example.org/rack": "a"}])),
            "taints": draw(st.sampled_from([[], [{"key": "example.org/slow", "effect": "NoSchedule"}]])),
        }
        for index, host in enumerate(hosts)
    ]


def _links() -> st.SearchStrategy[Any]:
    return st.sampled_from(
        [
            "enp1s0",
            {"name": "enp1s0", "vlan": 7},
            {"bond": {"links": ["eno1", "eno2"], "mode": "active-backup"}},
            {"bond": {"links": ["eno1", "eno2"]}, "vlan": 7},
        ]
    )


def _distribution(draw: Draw, sizes: _Sizes) -> Drawn:
    _, talos, k3s, _, _ = sizes.versions
    if not sizes.talos:
        return {"k3s": {"version": k3s, "disable": draw(st.sampled_from([[], ["local-storage"]]))}}
    newest = int(talos.split(".")[1])
    contract = draw(st.integers(9, newest))
    return {"talos": {"version": talos, "contract": f"v1.{contract}"}}


def _endpoint(draw: Draw, sizes: _Sizes, nodes: list[Drawn]) -> Drawn:
    own = {"host": nodes[0]["address"][0]}
    shared = {"host": _host(sizes.families[0], 5)}
    outside = {"host": "api.example.org", "external": True}
    return draw(st.sampled_from([own, outside, shared] if sizes.talos else [own, outside]))  # type: ignore[no-any-return]  # one of three dicts


def _networks(draw: Draw, sizes: _Sizes) -> Drawn:
    first, last = sorted(draw(st.tuples(*[st.sampled_from(list(RESERVED_HOSTS))] * 2)))
    family = sizes.families[0]
    reserved = {"start": _host(family, first), "stop": _host(family, last), "for": "DHCP"}
    return {
        "nodes": [str(LAN[family]) for family in sizes.families],
        "router": [_host(family, 1) for family in sizes.families],
        "pods": [PODS[family] for family in sizes.families],
        "services": [SERVICES[family] for family in sizes.families],
        "addressing": draw(st.sampled_from(["static", "dhcp"])),
        "reserved": draw(st.sampled_from([[], [reserved]])),
        **draw(st.sampled_from([{}, {"nodeMask": [{4: 25, 6: 66}[one] for one in sizes.families]}])),
    }


def _pools(draw: Draw, sizes: _Sizes) -> Drawn:
    """Pools that do not overlap: all of the LAN by itself, or one block of the LAN or of a routed network each."""
    if draw(st.integers(0, 4)) == 0:
        return {"lan": {"cidr": str(LAN[sizes.families[0]]), "announce": ["l2"]}}
    names = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    return {name: _pool(draw, sizes, slot) for slot, name in enumerate(names)}


def _pool(draw: Draw, sizes: _Sizes, slot: int) -> Drawn:
    family = draw(st.sampled_from(sizes.families))
    announce = draw(st.sampled_from(["l2", "bgp"]))
    form = draw(st.sampled_from(FORMS))
    services = draw(st.sampled_from([None, {"namespaces": ["web"]}, {"labels": {"pool": "yes"}}]))
    network = LAN if announce == "l2" else ROUTED
    addresses = _block(family, network, first=POOL_HOSTS[0] + slot * BLOCK, form=form)
    return {**addresses, "announce": [announce], **({"services": services} if services else {})}


def _block(family: int, network: dict[int, Any], *, first: int, form: str) -> Drawn:
    start, stop = _host(family, first, of=network), _host(family, first + BLOCK - 1, of=network)
    forms: dict[str, Drawn] = {
        "cidr": {"cidr": f"{start}/{28 if family == 4 else 124}"},
        "range": {"start": _host(family, first + 1, of=network), "stop": stop},
        "address": {"address": start},
        "blocks": {
            "blocks": [{"address": start}, {"start": _host(family, first + 3, of=network), "stop": stop}]
        },
    }
    return forms[form]


def _vips(draw: Draw, pools: Drawn) -> Drawn:
    """Pinned addresses at the end of pools, with Services of their own or only named."""
    whole = {
        "name": "app",
        "namespace": "web",
        "ports": [{"name": "http", "port": 80}],
        "selector": {"app": "web"},
    }
    named = {"name": "ingress", "namespace": "network"}
    ends = {name: pool["stop"] for name, pool in pools.items() if "stop" in pool}
    return {
        f"at-{name}": {"address": ends[name], "services": [service]}
        for name, service in zip(sorted(ends), draw(st.permutations([whole, named])), strict=False)
    }


def _network(draw: Draw, sizes: _Sizes, pools: Drawn) -> Drawn:
    """Cilium that serves the pools, or MetalLB beside Cilium or flannel."""
    metallb = {"metallb": {"version": "0.15.2"}}
    flannel = {"cni": {"flannel": {"because": "it runs"}}}
    by_bgp = any(pool["announce"] == ["bgp"] for pool in pools.values())
    who = draw(st.sampled_from(["cilium", "cilium", "both", "flannel"]))
    if by_bgp or who == "cilium":
        return {"cni": {"cilium": _cilium(draw, sizes, by_bgp=by_bgp or draw(st.booleans()))}}
    if who == "both":
        return {"cni": {"cilium": _cilium(draw, sizes, by_bgp=False)}, **metallb}
    return {**flannel, **(metallb if pools else {})}


def _cilium(draw: Draw, sizes: _Sizes, *, by_bgp: bool) -> Drawn:
    """Cilium with a few of its features; what does not go together is left to the rules."""
    wanted: Drawn = {"version": sizes.versions[3], **draw(st.sampled_from(_ROUTINGS))}
    wanted |= {"bgp": _bgp(sizes)} if by_bgp else {}
    for feature in draw(st.lists(st.sampled_from(sorted(_FEATURES)), max_size=5, unique=True)):
        wanted[feature] = _FEATURES[feature]
    return wanted


def _bgp(sizes: _Sizes) -> Drawn:
    router = {"name": "router", "address": _host(sizes.families[0], 1), "asn": 64513}
    far = {
        "name": "border",
        "address": _host(sizes.families[-1], 9, of=ROUTED),
        "asn": 64514,
        "ebgpMultihop": 2,
    }
    return {"asn": 64512, "advertisePods": True, "peers": [router, far][: len(sizes.families)]}


_ROUTINGS: tuple[Drawn, ...] = (
    {},
    {"routing": {"mode": "native", "directNodeRoutes": False}},
    {"routing": {"mode": "tunnel"}},
    {
        "routing": {"mode": "tunnel", "protocol": "geneve"},
        "loadBalancing": {"mode": "dsr", "algorithm": "maglev"},
    },
    {"loadBalancing": {"mode": "hybrid"}},
    {"kubeProxyReplacement": False, "ipam": "cluster-pool"},
)
_FEATURES: Drawn = {
    "encryption": {"type": "wireguard", "nodeEncryption": True, "strict": True},
    "hubble": {
        "ui": {"expose": "load-balancer", "hostname": "hubble.example.org"},
        "metrics": ["dns", "drop"],
    },
    "hostFirewall": {"policy": "enforce"},
    "bandwidthManager": {"bbr": True},
    "gatewayAPI": {"gateways": [{"name": "web", "listeners": [{"name": "http", "port": 80}]}]},
    "policies": {
        "defaultDeny": ["web"],
        "allow": [
            {
                "name": "out",
                "namespace": "web",
                "because": "it asks",
                "egress": [
                    {"fqdns": ["*.example.org"], "ports": ["443/TCP"]},
                    {"entities": ["kube-apiserver"]},
                ],
            }
        ],
    },
    "monitoring": {"serviceMonitors": True, "dashboards": "grafana-operator"},
    "multus": True,
    "l7Proxy": False,
    "apiServer": "endpoint",
    "l2": {"interfaces": ["^eno[12]$"], "services": 3},
    "mtu": 1400,
    "devices": ["eno+"],
    "operatorReplicas": 1,
    "bpfMasquerade": False,
    "values": {"debug": {"enabled": True}},
}


def _flux(draw: Draw, sizes: _Sizes) -> Drawn:
    git = {"git": {"url": "https://git.example.org/home.git"}}
    oci = {"oci": {"url": "oci://registry.example.org/home"}}
    install = draw(st.sampled_from([{"install": "cli"}, {"operatorVersion": "0.58.1"}]))
    return {"version": sizes.versions[4], **install, **draw(st.sampled_from([git, oci]))}
