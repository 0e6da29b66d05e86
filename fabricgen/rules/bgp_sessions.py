"""BGP: sessions with routers, and what is announced by them."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.bgp import hit_at, instances, mappings, objects_of, peers
from fabricgen.rules.rule import Edit, Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_DOC: Final = "https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-configuration/"
_MANAGER: Final = f"{_CODE}/pkg/bgp/manager/manager.go"
_NEIGHBOR: Final = f"{_CODE}/pkg/bgp/manager/reconciler/neighbor.go"
_SWITCH: Final = "bgpControlPlane.enabled"
# Source: pkg/k8s/apis/cilium.io/v2/bgp_peer_types.go.
_HOLD: Final = 90
_KEEPALIVE: Final = 30
_IPV6: Final = 6
_SECRETS: Final = (("", "Secret"), ("external-secrets.io", "ExternalSecret"), ("bitnami.com", "SealedSecret"))


@rule(
    "BGP012",
    "error",
    "Advertised pod networks are those of the IPAM mode",
    why="PodCIDR needs ipam.mode kubernetes or cluster-pool, and CiliumPodIPPool needs multi-pool; in another mode nothing is advertised.",
    source=f"{_CODE}/pkg/bgp/types/utils.go",
    fix="Advertise PodCIDR, or CiliumPodIPPool with ipam.mode: multi-pool.",
)
def pods_of_another_mode(fabric: Fabric) -> Iterator[Hit]:
    """Yield each advertisement of pods that the IPAM mode has none for, where no other one fits the mode."""
    if fabric.cilium is None:
        return
    modes = {"PodCIDR": {"kubernetes", "cluster-pool"}, "CiliumPodIPPool": {"multi-pool"}}
    found = [
        (item, path, kind)
        for item in objects_of(fabric, "CiliumBGPAdvertisement").values()
        for path, one in mappings(item, "spec", "advertisements")
        if (kind := str(one.get("advertisementType"))) in modes
    ]
    mode = fabric.cilium.value("ipam.mode") if found else ""
    if not any(mode in modes[kind] for _, _, kind in found):
        for item, path, kind in found:
            message = f"{kind} is advertised, and ipam.mode is {mode}"
            yield hit_at(item, (*path, "advertisementType"), message)


@rule(
    "BGP013",
    "warning",
    "An override of a node is of an instance that it has",
    why="What is overridden has no effect: router id, address or port of the node are the usual ones.",
    source=f"{_CODE}/operator/pkg/bgp/cluster.go",
    fix="Write the name of the instance in CiliumBGPClusterConfig; the override itself has the name of the node.",
)
def override_of_nothing(fabric: Fabric) -> Iterator[Hit]:
    """Yield each override of an unknown instance."""
    names = {str(one.get("name")) for _, _, one in instances(fabric)}
    for item in objects_of(fabric, "CiliumBGPNodeConfigOverride").values() if names else ():
        for path, one in mappings(item, "spec", "bgpInstances"):
            name = str(one.get("name"))
            if name not in names and not is_open(name):
                message = f"there is no instance {name}; there is {', '.join(sorted(names))}"
                yield hit_at(item, (*path, "name"), message)


def _peer_configs(fabric: Fabric) -> list[Item]:
    return list(objects_of(fabric, "CiliumBGPPeerConfig").values())


def _times(item: Item) -> tuple[int, int] | None:
    """Return hold time and keepalive of a peer config; None where they are no numbers."""
    hold = item.get("spec", "timers", "holdTimeSeconds")
    keepalive = item.get("spec", "timers", "keepAliveTimeSeconds")
    hold, keepalive = _HOLD if hold is None else hold, _KEEPALIVE if keepalive is None else keepalive
    return (hold, keepalive) if isinstance(hold, int) and isinstance(keepalive, int) and item.exact else None


@rule(
    "BGP014",
    "error",
    "Keepalives are sent within the hold time",
    why="The API server refuses the peer config, and with it Flux the whole Kustomization.",
    source=f"{_CODE}/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumbgppeerconfigs.yaml",
    fix="Set keepAliveTimeSeconds to a third of holdTimeSeconds; the one left out is 30, or 90.",
)
def keepalive_after_hold(fabric: Fabric) -> Iterator[Hit]:
    """Yield each peer config whose keepalives come after the hold time."""
    for item in _peer_configs(fabric):
        if (times := _times(item)) and times[1] > times[0]:
            edit = _third(item, times[0])
            message = f"keepAliveTimeSeconds is {times[1]}, and holdTimeSeconds is {times[0]}"
            yield hit_at(item, ("spec", "timers"), message, edit)


@rule(
    "BGP015",
    "info",
    "Three keepalives fit into the hold time",
    why="One lost packet, or one slow moment of a node, ends the session and takes all routes away.",
    source="https://www.rfc-editor.org/rfc/rfc4271#section-4.4",
    fix="Set keepAliveTimeSeconds to a third of holdTimeSeconds.",
)
def keepalive_too_slow(fabric: Fabric) -> Iterator[Hit]:
    """Yield each peer config with room for less than three keepalives."""
    for item in _peer_configs(fabric):
        if (times := _times(item)) and times[0] // 3 < times[1] <= times[0]:
            message = f"keepAliveTimeSeconds is {times[1]}, and holdTimeSeconds is {times[0]}"
            yield hit_at(item, ("spec", "timers"), message, _third(item, times[0]))


def _third(item: Item, hold: int) -> Edit:
    path = ("spec", "timers", "keepAliveTimeSeconds")
    return Edit(item.place(*path), item.origin.index, "set", path, max(hold // 3, 1))


@rule(
    "BGP016",
    "error",
    "An instance has a localASN",
    why="Agents refuse the instance, and there is no session.",
    source=_MANAGER,
    fix="Write localASN, or give it to every node by a CiliumBGPNodeConfigOverride.",
)
def no_local_asn(fabric: Fabric) -> Iterator[Hit]:
    """Yield each instance without one, unless overrides have it."""
    overrides = objects_of(fabric, "CiliumBGPNodeConfigOverride").values()
    given = {
        str(one.get("name"))
        for item in overrides
        for _, one in mappings(item, "spec", "bgpInstances")
        if one.get("localASN")
    }
    for item, path, one in instances(fabric):
        if item.exact and not one.get("localASN") and str(one.get("name")) not in given:
            yield hit_at(item, path, f"instance {one.get('name')} has no localASN")


@rule(
    "BGP017",
    "error",
    "A peer has an address",
    why="Agents pass over a peer without one, and there is no session.",
    source=_NEIGHBOR,
    fix="Write peerAddress, or autoDiscovery with mode: DefaultGateway (Cilium 1.18).",
)
def no_peer_address(fabric: Fabric) -> Iterator[Hit]:
    """Yield each peer that is nowhere."""
    for item, path, peer in peers(fabric):
        if item.exact and not peer.get("peerAddress") and not peer.get("autoDiscovery"):
            yield hit_at(item, path, f"peer {peer.get('name')} has no peerAddress")


@rule(
    "BGP018",
    "warning",
    "The password of a peer is where agents look for it",
    why="Agents look in one namespace only; they find no password there and connect without, which the router refuses.",
    source=_NEIGHBOR,
    fix="Put the Secret, with the key password, into the namespace of bgpControlPlane.secretsNamespace.name (kube-system).",
)
def password_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Secret that is there, in another namespace."""
    if fabric.cilium is None:
        return
    for item in _peer_configs(fabric):
        name = item.get("spec", "authSecretRef")
        if not isinstance(name, str) or is_open(name):
            continue
        wanted = fabric.cilium.value("bgpControlPlane.secretsNamespace.name", "kube-system")
        found = {one.namespace for kind in _SECRETS for one in fabric.of(*kind) if one.name == name}
        if found and "" not in found and wanted not in found:
            message = f"Secret {name} is in {', '.join(sorted(found))}, and agents look in {wanted}"
            yield hit_at(item, ("spec", "authSecretRef"), message)


@rule(
    "BGP022",
    "info",
    "Routers keep routes while an agent restarts",
    why="Without graceful restart the router drops all routes of a node when its agent restarts, and traffic stops for seconds.",
    source="https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-operation/",
    fix="Set gracefulRestart: {enabled: true} in the CiliumBGPPeerConfig, and at the router.",
)
def no_graceful_restart(fabric: Fabric) -> Iterator[Hit]:
    """Yield each peer config without it."""
    for item in _peer_configs(fabric):
        if item.exact and item.get("spec", "gracefulRestart", "enabled") is not True:
            yield hit_at(item, ("spec", "gracefulRestart"), f"peer config {item.name} has no gracefulRestart")


@rule(
    "BGP023",
    "error",
    "A control plane for BGP has somebody to talk to",
    why="No router learns of the addresses: Services get them, and nothing reaches them.",
    source=_DOC,
    fix="Write CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPAdvertisement, or announce by L2.",
)
def nobody_to_talk_to(fabric: Fabric) -> Iterator[Hit]:
    """Yield the switch that is on where pools stand without anything that announces them."""
    cilium = fabric.cilium
    pools = [one for one in fabric.pools if one.owner == "cilium"]
    if cilium is None or not pools or fabric.announcements or not cilium.is_on(_SWITCH):
        return
    if not cilium.is_on("l2announcements.enabled"):
        message = f"bgpControlPlane is on, there is pool {pools[0].name}, and nothing announces it"
        yield Hit(place=cilium.place(_SWITCH), message=message, object=cilium.item.label)


@rule(
    "BGP024",
    "warning",
    "IPv6 addresses have a peer of their family",
    why="A session only carries the families that its peer config lists: IPv6 addresses of Services reach no router.",
    source=_DOC,
    fix="Add the family ipv6/unicast to a CiliumBGPPeerConfig.",
)
def no_family_for_ipv6(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool of IPv6 that no session is for, where only BGP announces."""
    configs = _peer_configs(fabric)
    families = {
        str(one.get("afi")) for item in configs if item.exact for _, one in mappings(item, "spec", "families")
    }
    if not families or "ipv6" in families or any(one.how == "l2" for one in fabric.announcements):
        return
    for pool in (one for one in fabric.pools if one.owner == "cilium"):
        for block in (one for one in pool.blocks if one.range.version == _IPV6):
            yield hit_at(
                pool.item, block.path, f"{block.text} is IPv6, and no peer config has the family ipv6"
            )
