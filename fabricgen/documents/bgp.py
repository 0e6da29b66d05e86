"""What is told to routers by BGP: whom to peer with, how, and which addresses.

Fed by `Cluster.cilium.bgp` and the selectors of the pools that are announced so; gives the parts of bgp.yaml.
Sources: bgp-control-plane-configuration.rst of Cilium's documentation, pkg/bgp/manager/reconciler/service.go.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fabricgen.cluster import Bgp, BgpPeer, Cilium, Cluster
from fabricgen.documents.cilium.reasons import docs
from fabricgen.documents.document import Part, Setting, setting
from fabricgen.versions.cilium import api_version
from fabricgen.versions.version import minor_of

PORT = 179
RESTART_SECONDS = 120
# The label by which peers find what to advertise, as in Cilium's documentation.
ADVERTISED = {"advertise": "bgp"}
# Without a selector no Service is selected at all. This one holds for each that does not ask to be left out.
ALL_BUT_NEVER = {"matchExpressions": [{"key": "advertise", "operator": "NotIn", "values": ["never"]}]}
# Up to 1.18 the same page was called v2.
_ONLY_PAGE_SINCE = (1, 19)


def parts(cluster: Cluster, cilium: Cilium, selectors: Mapping[str, dict[str, Any]]) -> Iterator[Part]:
    """Yield who peers with whom, each peer's settings, and what is advertised, if Cilium speaks BGP.

    `selectors` says by pool which Services are advertised; {} as one of them means all, none at all means none.
    """
    bgp = cilium.bgp
    if bgp is None:
        return
    settings = _cluster_settings(cluster, cilium, bgp)
    yield Part(base=_base(cilium, "CiliumBGPClusterConfig", cluster.name), settings=_spec(settings))
    for peer in bgp.peers:
        settings = _peer_settings(cluster, cilium, peer)
        yield Part(base=_base(cilium, "CiliumBGPPeerConfig", peer.name), settings=_spec(settings))
    if wanted := list(_advertisements(bgp, selectors)):
        why, docs_page = _advertised_why(bgp, selectors), _page(cilium, "bgp-advertisements")
        what = setting("advertisements", wanted, why=why, source=docs_page)
        base = _base(cilium, "CiliumBGPAdvertisement", cluster.name, labels=ADVERTISED)
        yield Part(base=base, settings=_spec([what]))


def _base(cilium: Cilium, kind: str, name: str, *, labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    metadata = {"name": name, "labels": dict(labels)} if labels else {"name": name}
    return {"apiVersion": api_version(kind, cilium.version), "kind": kind, "metadata": metadata}


def _spec(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    return tuple(one.under("spec") for one in settings)


def _page(cilium: Cilium, section: str) -> str:
    page = "configuration" if minor_of(cilium.version) >= _ONLY_PAGE_SINCE else "v2"
    return docs(cilium, f"network/bgp-control-plane/bgp-control-plane-{page}/#{section}")


def _cluster_settings(cluster: Cluster, cilium: Cilium, bgp: Bgp) -> Iterator[Setting]:
    source = _page(cilium, "bgp-cluster-configuration")
    if bgp.node_labels:
        nodes = {"matchLabels": dict(bgp.node_labels)}
        why = "only nodes with these labels peer; the routers need exactly these as neighbours"
        yield setting("nodeSelector", nodes, why=why, source=source)
    peers = [
        {
            "name": peer.name,
            "peerAddress": str(peer.address),
            "peerASN": peer.asn,
            "peerConfigRef": {"name": peer.name},
        }
        for peer in bgp.peers
    ]
    instance = {"name": f"as{bgp.asn}", "localASN": bgp.asn, "peers": peers}
    routers = ", ".join(f"{peer.name} ({peer.address}, AS {peer.asn})" for peer in bgp.peers)
    who = f"each of the {len(cluster.nodes)} nodes" if not bgp.node_labels else "each selected node"
    why = f"{who} calls {routers}; nodes themselves listen for no calls, so the router waits for them"
    yield setting("bgpInstances", [instance], why=why, source=source)


def _peer_settings(cluster: Cluster, cilium: Cilium, peer: BgpPeer) -> Iterator[Setting]:
    timers = {"holdTimeSeconds": peer.hold_time_seconds, "keepAliveTimeSeconds": peer.keepalive_time_seconds}
    why = f"a node that is silent for {peer.hold_time_seconds} s is given up, and its routes with it"
    yield setting("timers", timers, why=why, source=_page(cilium, "timers"))
    if peer.port != PORT:
        why = "the router listens on this port"
        yield setting("transport.peerPort", peer.port, why=why, source=_page(cilium, "transport"))
    if peer.password_secret is not None:
        why = "Secret in kube-system with key password; made by hand, never in git"
        yield setting("authSecretRef", peer.password_secret, why=why, source=_page(cilium, "md5-password"))
    if peer.ebgp_multihop is not None:
        why = "hops that a packet may take to another AS; 1, the default, reaches only neighbours on the LAN"
        yield setting("ebgpMultihop", peer.ebgp_multihop, why=why, source=_page(cilium, "ebgp-multihop"))
    if peer.graceful_restart:
        restart = {"enabled": True, "restartTimeSeconds": RESTART_SECONDS}
        why = f"the router keeps the routes for {RESTART_SECONDS} s while an agent restarts, so an upgrade drops no traffic"
        yield setting("gracefulRestart", restart, why=why, source=_page(cilium, "graceful-restart"))
    families = [
        {"afi": f"ipv{family}", "safi": "unicast", "advertisements": {"matchLabels": dict(ADVERTISED)}}
        for family in cluster.networks.families
    ]
    why = "what is advertised in each IP family of the cluster: all that carries this label"
    yield setting("families", families, why=why, source=_page(cilium, "address-families"))


def _advertisements(bgp: Bgp, selectors: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for match in selectors.values():
        yield {
            "advertisementType": "Service",
            "service": {"addresses": ["LoadBalancerIP"]},
            "selector": match or ALL_BUT_NEVER,
        }
    if bgp.advertise_pods:
        yield {"advertisementType": "PodCIDR"}


def _advertised_why(bgp: Bgp, selectors: Mapping[str, dict[str, Any]]) -> str:
    whose = (
        f"of Services that may hold one of {', '.join(selectors)}"
        if all(selectors.values())
        else "of every Service, but those with the label advertise: never"
    )
    pods = ["each node's pod network, as the description asks"] if bgp.advertise_pods else []
    services = [f"LoadBalancer addresses {whose}"] if selectors else []
    return "; ".join((*services, *pods))
