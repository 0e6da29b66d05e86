"""Who announces addresses: Cilium's L2 policies and BGP in all its API versions, MetalLB's advertisements -> the draft.

The pools themselves are read by `pools`.
"""

from collections.abc import Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.machines import read_address
from fabricgen.importing.draft import Draft
from fabricgen.importing.names import as_name
from fabricgen.importing.page import Page
from fabricgen.repository import Item

_GROUP: Final = "cilium.io"
_METALLB: Final = "metallb.io"
_L2: Final = "cni.cilium.l2"
_BGP: Final = "cni.cilium.bgp"
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_MORE: Final = {
    "why": "the description has no key for it",
    "todo": "see whether it is still needed",
    "kind": "lost",
}
_PORT: Final = 179


def read_announcements(fabric: Fabric, draft: Draft) -> None:
    """Put L2 policies and BGP into the draft; list what has no key."""
    for number, one in enumerate(_applied(fabric, "CiliumL2AnnouncementPolicy")):
        page = _page(one)
        if number:
            why = "it is the second policy, and the description has one for all pools"
            page.leave(
                draft, ("spec",), one.get("spec"), why=why, todo="see whether one is enough", kind="lost"
            )
        else:
            _l2(page, draft)
            page.leave_rest(draft, **_MORE)
    _bgp(fabric, draft)
    for item in fabric.applied:
        if item.group == _METALLB and item.kind in {"BGPPeer", "BGPAdvertisement", "BFDProfile"}:
            why = "fabricgen lets MetalLB announce by L2 only"
            _page(item).leave(
                draft, (), item.label, why=why, todo="Cilium's BGP can take its place", kind="lost"
            )
        elif item.group == _METALLB and item.kind == "L2Advertisement":
            page = _page(item)
            page.take("spec", "ipAddressPools")
            page.leave_rest(draft, **_MORE)


def _applied(fabric: Fabric, kind: str) -> list[Item]:
    return [item for item in fabric.applied if (item.group, item.kind) == (_GROUP, kind)]


def _page(item: Item) -> Page:
    page = Page(item=item, body=item.body)
    page.taken |= {("apiVersion",), ("kind",), ("metadata",)}
    return page


def _l2(page: Page, draft: Draft) -> None:
    page.taken.add(("spec", "loadBalancerIPs"))
    if page.get("spec", "externalIPs") is False:
        page.take("spec", "externalIPs")
    interfaces = page.take("spec", "interfaces")
    draft.put(f"{_L2}.interfaces", interfaces or None, page.origin("spec", "interfaces"))
    labels = page.get("spec", "nodeSelector", "matchLabels")
    labels = labels if isinstance(labels, Mapping) else {}
    rules = [one for _, one in page.mappings("spec", "nodeSelector", "matchExpressions")]
    if not rules:
        page.taken.add(("spec", "nodeSelector"))
        if not labels and not _has_workers(draft):
            return
        note = "" if labels else "no selector: every node, as with this label"
        origin = page.origin("spec", "nodeSelector", note=note)
        draft.put((*_L2.split("."), "nodeLabels"), dict(labels) or {"kubernetes.io/os": "linux"}, origin)
    elif not labels and [(one.get("key"), one.get("operator")) for one in rules] == [
        (_CONTROL_PLANE, "DoesNotExist")
    ]:
        page.taken.add(("spec", "nodeSelector"))
    page.take("spec", "serviceSelector")  # the pools tell which Services there are


def _has_workers(draft: Draft) -> bool:
    roles = {one.get("role") for one in draft.get("nodes") or ()}
    return not roles or "worker" in roles


def _bgp(fabric: Fabric, draft: Draft) -> None:
    clusters = _applied(fabric, "CiliumBGPClusterConfig")
    configs = {one.name: one for one in _applied(fabric, "CiliumBGPPeerConfig")}
    for number, item in enumerate(clusters):
        page = _page(item)
        if not number and len(page.get("spec", "bgpInstances") or []) == 1:
            _instance(page, draft, configs)
        page.leave_rest(draft, **_MORE)
    for item in _applied(fabric, "CiliumBGPPeeringPolicy"):
        page = _page(item)
        if not clusters and len(page.get("spec", "virtualRouters") or []) == 1:
            _former(page, draft)
        page.leave_rest(draft, **_MORE)
    if draft.get(*_BGP.split(".")) is None:
        return
    for path in (("enabled",), ("secretsNamespace", "name")):
        draft.drop(("cni", "cilium", "values", "bgpControlPlane", *path))
    _advertised(fabric, draft)


def _advertised(fabric: Fabric, draft: Draft) -> None:
    """Read what is advertised: LoadBalancer addresses, which the pools tell, and each node's pods."""
    for item in _applied(fabric, "CiliumBGPAdvertisement"):
        page = _page(item)
        for at, one in page.mappings("spec", "advertisements"):
            path = ("spec", "advertisements", at)
            if one.get("advertisementType") == "PodCIDR":
                draft.put(f"{_BGP}.advertisePods", True, page.origin(*path))  # noqa: FBT003 - the value
                page.taken.add(path)
            elif (one.get("service") or {}).get("addresses") == ["LoadBalancerIP"] and not one.get(
                "attributes"
            ):
                page.taken.add(path)
        page.leave_rest(draft, **_MORE)


def _instance(page: Page, draft: Draft, configs: Mapping[str, Item]) -> None:
    at = ("spec", "bgpInstances", 0)
    draft.put(f"{_BGP}.asn", page.take(*at, "localASN"), page.origin(*at, "localASN"))
    page.take(*at, "name")
    _nodes(page, draft)
    peers = []
    for number, one in page.mappings(*at, "peers"):
        path = (*at, "peers", number)
        name = str(page.take(*path, "name") or f"peer-{number}")
        address = read_address(page.take(*path, "peerAddress"))
        found: dict[str, Any] = {
            "name": as_name(name),
            "address": str(address),
            "asn": page.take(*path, "peerASN"),
        }
        reference = str((one.get("peerConfigRef") or {}).get("name"))
        page.take(*path, "peerConfigRef")
        found |= _peer(configs[reference], draft) if reference in configs else {"gracefulRestart": False}
        if address is not None and found["asn"] is not None:
            peers.append(found)
    draft.put(f"{_BGP}.peers", peers or None, page.origin(*at, "peers"))


def _nodes(page: Page, draft: Draft) -> None:
    labels = page.get("spec", "nodeSelector", "matchLabels")
    if isinstance(labels, dict) and labels != {"kubernetes.io/os": "linux"}:
        draft.put((*_BGP.split("."), "nodeLabels"), dict(labels), page.origin("spec", "nodeSelector"))
    page.taken.add(("spec", "nodeSelector", "matchLabels"))


def _peer(item: Item, draft: Draft) -> dict[str, Any]:
    page = _page(item)
    found = _timers(page, ("spec", "timers"))
    port = page.take("spec", "transport", "peerPort")
    found |= {"port": port} if port not in (None, _PORT) else {}
    if secret := page.take("spec", "authSecretRef"):
        found["passwordSecret"] = secret
    if (hops := page.take("spec", "ebgpMultihop")) not in (None, 1):
        found["ebgpMultihop"] = hops
    restart = page.take("spec", "gracefulRestart", "enabled")
    page.take("spec", "gracefulRestart", "restartTimeSeconds")
    found |= {} if restart is True else {"gracefulRestart": False}
    page.take("spec", "families")
    page.leave_rest(draft, **_MORE)
    return found


def _timers(page: Page, at: tuple[str | int, ...]) -> dict[str, Any]:
    """Return the timers that are not Cilium's own."""
    found = {}
    for key, target in (
        ("holdTimeSeconds", "holdTimeSeconds"),
        ("keepAliveTimeSeconds", "keepaliveTimeSeconds"),
    ):
        if (value := page.take(*at, key)) is not None:
            found[target] = value
    return found


def _former(page: Page, draft: Draft) -> None:
    """Read CiliumBGPPeeringPolicy, which Cilium served before its v2 of BGP."""
    at = ("spec", "virtualRouters", 0)
    draft.put(f"{_BGP}.asn", page.take(*at, "localASN"), page.origin(*at, "localASN"))
    _nodes(page, draft)
    if page.take(*at, "exportPodCIDR") is True:
        draft.put(f"{_BGP}.advertisePods", True, page.origin(*at, "exportPodCIDR"))  # noqa: FBT003 - the value
    page.take(*at, "serviceSelector")
    peers = []
    for number, _ in page.mappings(*at, "neighbors"):
        path = (*at, "neighbors", number)
        address = read_address(page.take(*path, "peerAddress"))
        found: dict[str, Any] = {
            "name": f"peer-{number}",
            "address": str(address),
            "asn": page.take(*path, "peerASN"),
        }
        found |= _timers(page, path)
        port = page.take(*path, "peerPort")
        found |= {"port": port} if port not in (None, _PORT) else {}
        if page.take(*path, "gracefulRestart", "enabled") is not True:
            found["gracefulRestart"] = False
        page.take(*path, "gracefulRestart", "restartTimeSeconds")
        if secret := page.take(*path, "authSecretRef"):
            found["passwordSecret"] = secret
        if address is not None and found["asn"] is not None:
            peers.append(found)
    draft.put(f"{_BGP}.peers", peers or None, page.origin(*at, "neighbors"))
