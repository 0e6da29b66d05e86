"""Addresses for Services and who announces them: pools, L2 policies, BGP objects of Cilium.

Fed by the address plan; its CRDs exist only once Cilium's operator has run, hence a layer of its own.
Sources: https://docs.cilium.io/en/stable/network/lb-ipam/ , …/l2-announcements/ , …/bgp-control-plane/ .
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.addresses import AddressRange
from fabricgen.cluster import L2, Bgp, BgpPeer, Cilium, Cluster, Pool, Selector
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.versions.cilium import api_version

FOLDER = "infrastructure/cilium-config"
LB_IPAM = "https://docs.cilium.io/en/stable/network/lb-ipam"
L2_DOCS = "https://docs.cilium.io/en/stable/network/l2-announcements"
BGP_DOCS = "https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-configuration"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
ADVERTISED_BY = "fabricgen.advertise"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield pools.yaml, l2.yaml and bgp.yaml, each only if Cilium has something to say there."""
    cilium = cluster.cilium
    if cilium is None or cluster.metallb is not None:
        return
    if cluster.pools:
        yield _draft("pools", tuple(_pool(cilium, pool) for pool in cluster.pools))
    if cilium.l2 is not None:
        yield _draft("l2", (_l2_policy(cluster, cilium, cilium.l2),))
    if cilium.bgp is not None:
        yield _draft("bgp", tuple(_bgp(cluster, cilium, cilium.bgp)))


def _draft(name: str, parts: tuple[Part, ...]) -> Draft:
    return Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def _base(cilium: Cilium, kind: str, name: str) -> dict[str, Any]:
    return {"apiVersion": api_version(kind, cilium.version), "kind": kind, "metadata": {"name": name}}


def _pool(cilium: Cilium, pool: Pool) -> Part:
    settings = [
        setting(
            "spec.blocks",
            [block_of(block) for block in pool.blocks],
            why=_blocks_why(pool),
            source=f"{LB_IPAM}/#cidrs-ranges-and-reserved-ips",
        )
    ]
    if match := service_selector(pool.selector):
        settings.append(
            setting(
                "spec.serviceSelector", match, why=_selector_why(pool), source=f"{LB_IPAM}/#service-selectors"
            )
        )
    if all(block.size == 1 for block in pool.blocks):
        return Part(base=_base(cilium, "CiliumLoadBalancerIPPool", pool.name), settings=tuple(settings))
    why = "network and broadcast addresses of the LAN are already left out; every address of a block is good"
    settings.append(
        setting("spec.allowFirstLastIPs", "Yes", why=why, source=f"{LB_IPAM}/#cidrs-ranges-and-reserved-ips")
    )
    return Part(base=_base(cilium, "CiliumLoadBalancerIPPool", pool.name), settings=tuple(settings))


def block_of(block: AddressRange) -> dict[str, str]:
    """Return a block as a CIDR where it is one, else by its first and last address."""
    networks = block.networks()
    if len(networks) == 1 and block.size > 1:
        return {"cidr": str(networks[0])}
    return {"start": str(block.first), "stop": str(block.last)}


def _blocks_why(pool: Pool) -> str:
    if pool.vip is not None:
        return f"the address that is pinned to {pool.vip}, in a pool of its own so that no other Service can take it"
    written = ", ".join(str(block) for block in pool.written)
    if not pool.taken:
        return f"{pool.size} addresses, as written: {written}"
    owners = ", ".join(f"{hole} ({owner})" for hole, owner in pool.taken)
    return f"{pool.size} addresses: {written} without what is taken: {owners}"


def _selector_why(pool: Pool) -> str:
    if pool.vip is not None:
        return f"only the Services that hold {pool.vip}"
    return "only the Services that the description names for this pool"


def service_selector(selector: Selector) -> dict[str, Any]:
    """Return a Cilium label selector over Services; empty means all. Names and namespaces are pseudo-labels."""
    expressions = [
        {"key": f"io.kubernetes.service.{key}", "operator": "In", "values": list(values)}
        for key, values in (("namespace", selector.namespaces), ("name", selector.names))
        if values
    ]
    match: dict[str, Any] = {"matchLabels": dict(selector.labels)} if selector.labels else {}
    return {**match, "matchExpressions": expressions} if expressions else match


def _l2_policy(cluster: Cluster, cilium: Cilium, l2: L2) -> Part:
    settings = tuple(one.under("spec") for one in _l2_settings(cluster, l2))
    return Part(base=_base(cilium, "CiliumL2AnnouncementPolicy", "default"), settings=settings)


def _l2_settings(cluster: Cluster, l2: L2) -> Iterator[Setting]:
    why = "LoadBalancer addresses are answered for by ARP; a policy that names neither kind announces nothing"
    yield setting("loadBalancerIPs", value=True, why=why, source=f"{L2_DOCS}/#service-selector")
    if l2.interfaces:
        why = "only on these links, as Go regular expressions; they must be among Cilium's devices"
        yield setting("interfaces", list(l2.interfaces), why=why, source=f"{L2_DOCS}/#interfaces")
    if node_selector := _announcers(l2):
        yield setting(
            "nodeSelector",
            node_selector,
            why=_announcers_why(cluster, l2),
            source=f"{L2_DOCS}/#node-selector",
        )


def _announcers(l2: L2) -> dict[str, Any]:
    if l2.node_labels:
        return {"matchLabels": dict(l2.node_labels)}
    if l2.exclude_control_planes:
        return {"matchExpressions": [{"key": CONTROL_PLANE, "operator": "DoesNotExist"}]}
    return {}


def _announcers_why(cluster: Cluster, l2: L2) -> str:
    if l2.node_labels:
        return "only nodes with these labels answer for addresses, as the description asks"
    return f"the {len(cluster.workers)} workers answer for addresses, so that traffic of Services does not pass the control planes"


def _bgp(cluster: Cluster, cilium: Cilium, bgp: Bgp) -> Iterator[Part]:
    settings = tuple(one.under("spec") for one in _bgp_cluster_settings(cluster, bgp))
    yield Part(base=_base(cilium, "CiliumBGPClusterConfig", cluster.name), settings=settings)
    for peer in bgp.peers:
        settings = tuple(one.under("spec") for one in _peer_settings(cluster, peer))
        yield Part(base=_base(cilium, "CiliumBGPPeerConfig", peer.name), settings=settings)
    base = _base(cilium, "CiliumBGPAdvertisement", cluster.name)
    base["metadata"]["labels"] = {ADVERTISED_BY: cluster.name}
    yield Part(base=base, settings=(_advertisements(bgp),))


def _bgp_cluster_settings(cluster: Cluster, bgp: Bgp) -> Iterator[Setting]:
    if bgp.node_labels:
        why = "only nodes with these labels peer; the routers need exactly these as neighbours"
        yield setting(
            "nodeSelector",
            {"matchLabels": dict(bgp.node_labels)},
            why=why,
            source=f"{BGP_DOCS}/#bgp-cluster-configuration",
        )
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
    who = f"the {len(cluster.nodes)} nodes" if not bgp.node_labels else "the selected nodes"
    yield setting(
        "bgpInstances",
        [instance],
        why=f"{who} of AS {bgp.asn} peer with {routers}",
        source=f"{BGP_DOCS}/#bgp-cluster-configuration",
    )


def _peer_settings(cluster: Cluster, peer: BgpPeer) -> Iterator[Setting]:
    docs = f"{BGP_DOCS}/#bgp-peer-configuration"
    timers = {"holdTimeSeconds": peer.hold_time_seconds, "keepAliveTimeSeconds": peer.keepalive_time_seconds}
    yield setting(
        "timers", timers, why=f"a dead node is given up after {peer.hold_time_seconds} s", source=docs
    )
    if peer.port != BGP_PORT:
        yield setting("transport.peerPort", peer.port, why="the router listens on this port", source=docs)
    if peer.password_secret is not None:
        why = "Secret in kube-system with key password; made by hand, never in git"
        yield setting("authSecretRef", peer.password_secret, why=why, source=docs)
    if peer.ebgp_multihop is not None:
        yield setting(
            "ebgpMultihop",
            peer.ebgp_multihop,
            why="the router is not a neighbour on the nodes' LAN",
            source=docs,
        )
    if peer.graceful_restart:
        why = "the router keeps the routes while an agent restarts, so an upgrade does not drop traffic"
        yield setting("gracefulRestart", {"enabled": True, "restartTimeSeconds": 120}, why=why, source=docs)
    yield setting(
        "families",
        _families(cluster),
        why="one entry for each IP family of the pods, with what is advertised",
        source=docs,
    )


BGP_PORT = 179


def _families(cluster: Cluster) -> list[dict[str, Any]]:
    return [
        {
            "afi": f"ipv{family}",
            "safi": "unicast",
            "advertisements": {"matchLabels": {ADVERTISED_BY: cluster.name}},
        }
        for family in cluster.networks.families
    ]


def _advertisements(bgp: Bgp) -> Setting:
    # Without a selector no Service is selected at all; this expression holds for every one.
    everything = {"matchExpressions": [{"key": "fabricgen.never", "operator": "NotIn", "values": ["set"]}]}
    services: dict[str, Any] = {
        "advertisementType": "Service",
        "service": {"addresses": ["LoadBalancerIP"]},
        "selector": everything,
    }
    wanted: list[Mapping[str, Any]] = [services]
    why = "addresses of LoadBalancer Services; without a selector none would be selected, and this one holds for all"
    if bgp.advertise_pods:
        wanted.append({"advertisementType": "PodCIDR"})
        why += "; each node's pod network too, as the description asks"
    return setting("spec.advertisements", wanted, why=why, source=f"{BGP_DOCS}/#bgp-advertisements")
