"""Pools of LoadBalancer addresses, Cilium's or MetalLB's, and what is pinned in them -> `networks.loadBalancers`, `vips`.

Fed by what is applied. A pool of one address for named Services is a VIP; its address goes back into the pool around
it, since fabricgen leaves it out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.addresses import Address, AddressRange, parse_address
from fabricgen.fabric import Claim, Fabric, Pool
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.names import as_name
from fabricgen.importing.page import Page, listed, mappings_of
from fabricgen.importing.ranges import form, joined, lies_in, touch
from fabricgen.repository import Item

_NAMESPACE: Final = "io.kubernetes.service.namespace"
_NAME: Final = "io.kubernetes.service.name"
_OURS: Final = "vip-"
_UI: Final = ("hubble", "ui", "service")
# Keys that tell whoever reads the manifest, and whom no Service depends on.
_ASKING: Final = ("lbipam.cilium.io/", "io.cilium/lb-ipam-", "metallb.io/", "metallb.universe.tf/")
_HOSTNAMES: Final = ("external-dns.alpha.kubernetes.io/hostname", "external-dns.kubernetes.io/hostname")


@dataclass(slots=True, kw_only=True)
class _Found:
    """A pool that becomes one of the description's."""

    ranges: list[AddressRange]
    page: Page
    services: dict[str, Any]


def read_pools(fabric: Fabric, draft: Draft) -> None:
    """Put every pool and every pinned address into the draft; list what has no key."""
    metallb = any(one.owner == "metallb" for one in fabric.pools)
    announce = _announced(fabric)
    pools: dict[str, _Found] = {}
    for pool in fabric.pools:
        page = Page(item=pool.item, body=pool.item.body)
        page.taken |= {("apiVersion",), ("kind",), ("metadata",)}
        if metallb and pool.owner != "metallb":
            page.leave(
                draft,
                (),
                pool.name,
                why="MetalLB has pools too, and one of the two serves all",
                todo="take one of them out",
                kind="lost",
            )
        elif not _vip(pool, page, draft):
            _pool(pool, page, draft, pools)
        page.leave_rest(
            draft, why="the description has no key for it", todo="see whether it is still needed", kind="lost"
        )
    _claims(fabric, draft)
    _enclose(draft, pools)
    for name, found in pools.items():
        draft.put(("networks", "loadBalancers", name), _written(found, announce), found.page.origin("spec"))


def _announced(fabric: Fabric) -> list[str]:
    """Return how addresses get known; l2 where nothing says it, which is what the description takes."""
    found = {one.how for one in fabric.announcements}
    return [one for one in ("l2", "bgp") if one in found] or ["l2"]


def _selected(pool: Pool) -> tuple[list[str], list[str], dict[str, str]] | None:
    """Return the namespaces, names and labels of the Services that a pool is for; None if it says more than those."""
    if pool.owner == "metallb":
        namespaces = pool.selector.get("namespaces") or []
        asked = [one.get("matchLabels") for one in mappings_of(pool.selector.get("serviceSelectors"))]
        if set(pool.selector) - {"namespaces", "serviceSelectors", "priority"} or len(asked) > 1:
            return None
        return (
            [str(one) for one in namespaces],
            [],
            {str(k): str(v) for k, v in ((asked or [{}])[0] or {}).items()},
        )
    labels = dict(pool.selector.get("matchLabels") or {})
    found: dict[str, list[str]] = {_NAMESPACE: [], _NAME: []}
    for key in (_NAMESPACE, _NAME):
        if key in labels:
            found[key].append(str(labels.pop(key)))
    for one in mappings_of(pool.selector.get("matchExpressions")):
        if one.get("operator") != "In" or one.get("key") not in found:
            return None
        found[one["key"]] += [str(value) for value in listed(one.get("values"))]
    return found[_NAMESPACE], found[_NAME], {str(key): str(value) for key, value in labels.items()}


def _vip(pool: Pool, page: Page, draft: Draft) -> bool:
    """Put a pool of one address, that named Services only may take, as a VIP; tell whether it is one."""
    if len(pool.blocks) != 1 or pool.unreadable or pool.blocks[0].range.first != pool.blocks[0].range.last:
        return False
    selected = _selected(pool)
    named = selected is not None and selected[1] and not selected[2]
    if not named and not (pool.owner == "metallb" and not pool.automatic and pool.name.startswith(_OURS)):
        return False
    page.take("spec")
    name = as_name(pool.name.removeprefix(_OURS))
    draft.put(("networks", "vips", name), {"address": str(pool.blocks[0].range.first)}, page.origin("spec"))
    if selected is not None and len(selected[0]) == 1:
        draft.holders[name] = [(selected[0][0], one) for one in selected[1]]
    return True


def hold_vips(draft: Draft) -> None:
    """Name the Services that hold a VIP after its pool's selector, where nothing else has told who does."""
    used = {one.get("vip") for one in draft.get("cni", "cilium", "gatewayAPI", "gateways") or ()}
    used.add(draft.get("cni", "cilium", "hubble", "ui", "vip"))
    for name, holders in draft.holders.items():
        vip = draft.get("networks", "vips", name)
        if vip is not None and name not in used and "services" not in vip:
            vip["services"] = [{"name": one, "namespace": namespace} for namespace, one in holders]


def _pool(pool: Pool, page: Page, draft: Draft, pools: dict[str, _Found]) -> None:
    selected = _selected(pool)
    told = {"kind": "lost", "todo": "write the pool by hand under networks.loadBalancers"}
    if pool.unreadable or not pool.blocks:
        page.leave(draft, ("spec",), pool.item.get("spec"), why="its addresses cannot be read here", **told)
    elif not pool.automatic:
        why = "only Services that ask for it get an address of it, and the description's pools serve all that they select"
        todo = "write networks.vips for the addresses that are taken, or a pool with services.labels"
        page.leave(draft, ("spec",), [one.text for one in pool.blocks], why=why, kind="lost", todo=todo)
    elif selected is None:
        why = "its selector says more than namespaces, names and labels"
        page.leave(draft, ("spec",), pool.item.get("spec", "serviceSelector"), why=why, **told)
    else:
        services = dict(zip(("namespaces", "names", "labels"), selected, strict=True))
        kept = {key: one for key, one in services.items() if one}
        pools[as_name(pool.name)] = _Found(
            ranges=[one.range for one in pool.blocks], page=page, services=kept
        )
        page.taken |= {
            ("spec", key) for key in ("blocks", "addresses", "serviceSelector", "serviceAllocation")
        }
        page.taken |= {
            ("spec", key) for key in ("autoAssign", "allowFirstLastIPs", "disabled", "avoidBuggyIPs")
        }
        return
    page.taken.add(("spec",))


def _claims(fabric: Fabric, draft: Draft) -> None:
    """Put what Services and Gateways ask for; what a chart makes asks by itself, and goes on doing so."""
    for claim in fabric.claims:
        if claim.item.kind == "Service" and claim.told and len(claim.addresses) == 1:
            _service(claim, draft)
        elif claim.addresses and claim.path[:5] == ("spec", "values", *_UI):
            _hubble(claim, draft)
        elif claim.addresses and claim.item.kind == "HelmRelease":
            page = Page(item=claim.item, body=claim.item.body)
            asked = ", ".join(str(one) for one in claim.addresses)
            page.leave(
                draft,
                claim.path,
                asked,
                why="the chart makes this Service, and its annotation goes on asking",
                todo="write networks.vips with the Service's name to keep others off the address",
                kind="stays",
            )


def vip_of(draft: Draft, address: str) -> str | None:
    """Return the name of the VIP that has this address."""
    vips = draft.get("networks", "vips") or {}
    return next((name for name, one in vips.items() if one.get("address") == address), None)


def add_vip(draft: Draft, name: str, address: str, origin: Origin) -> str:
    """Return the name of the VIP with this address; there is one afterwards."""
    known = vip_of(draft, address)
    if known is None:
        known = as_name(name)
        draft.put(("networks", "vips", known), {"address": address}, origin)
    return known


def _service(claim: Claim, draft: Draft) -> None:
    item, address = claim.item, str(claim.addresses[0])
    page = Page(item=item, body=item.body)
    name = add_vip(draft, claim.sharing_key or item.name, address, page.origin(*claim.path))
    entry: dict[str, Any] = {"name": item.name, "namespace": item.namespace or "default"}
    if _is_plain(item):
        entry["selector"] = dict(item.mapping("spec", "selector"))
        entry["ports"] = [_port(one) for one in item.items("spec", "ports")]
    if item.get("spec", "externalTrafficPolicy") == "Local":
        entry["externalTrafficPolicy"] = "Local"
    services = draft.values["networks"]["vips"][name].setdefault("services", [])
    services.append(entry)
    hostname = _hostname(item.mapping("metadata", "annotations"))
    if hostname and _is_plain(item):
        draft.values["networks"]["vips"][name].setdefault("hostname", hostname)


def _hostname(annotations: Mapping[str, Any]) -> str | None:
    return next((str(annotations[key]) for key in _HOSTNAMES if key in annotations), None)


def _port(one: Mapping[str, Any]) -> dict[str, Any]:
    found = {"name": one.get("name"), "port": one.get("port"), "protocol": one.get("protocol", "TCP")}
    if one.get("targetPort", one.get("port")) != one.get("port"):
        found["targetPort"] = one["targetPort"]
    return found


def _is_plain(item: Item) -> bool:
    """Tell whether fabricgen would write this very Service: it can then be its own."""
    spec = item.mapping("spec")
    annotations = item.mapping("metadata", "annotations")
    known = {"type", "externalTrafficPolicy", "selector", "ports", "ipFamilyPolicy", "ipFamilies"}
    ports = item.items("spec", "ports")
    return (
        spec.keys() <= known
        and bool(spec.get("selector"))
        and bool(ports)
        and all(
            isinstance(one, Mapping) and one.keys() <= {"name", "port", "targetPort", "protocol"}
            for one in ports
        )
        and all(one.get("name") for one in ports)
        and all(key in _HOSTNAMES or key.startswith(_ASKING) for key in annotations)
        and item.mapping("metadata").keys() <= {"name", "namespace", "annotations"}
    )


def _hubble(claim: Claim, draft: Draft) -> None:
    page = Page(item=claim.item, body=claim.item.body)
    name = add_vip(draft, "hubble-ui", str(claim.addresses[0]), page.origin(*claim.path))
    ui = ("cni", "cilium", "hubble", "ui")
    if draft.get(*ui, "expose") == "load-balancer":
        draft.put((*ui, "vip"), name, page.origin(*claim.path))
        annotations = claim.item.mapping("spec", "values", *_UI, "annotations")
        draft.put((*ui, "hostname"), _hostname(annotations), page.origin(*claim.path[:-1]))
        for key in list(annotations):
            draft.drop(("cni", "cilium", "values", *_UI, "annotations", key))


def _enclose(draft: Draft, pools: dict[str, _Found]) -> None:
    """Put each VIP's address into a pool: the one beside which it lies, else the first that serves all."""
    for vip in (draft.get("networks", "vips") or {}).values():
        if (written := _read(vip["address"])) is None:
            continue  # The rules tell that it is no address, with its place.
        address = AddressRange.of(written)
        if any(lies_in(address, one) for found in pools.values() for one in found.ranges):
            continue
        beside = [one for one in pools.values() if any(touch(address, part) for part in one.ranges)]
        open_ones = [one for one in pools.values() if not one.services]
        for found in (beside or open_ones or list(pools.values()))[:1]:
            found.ranges.append(address)
    for found in pools.values():
        found.ranges = list(joined(found.ranges))


def _read(text: str) -> Address | None:
    try:
        return parse_address(text)
    except ValueError:
        return None


def _written(found: _Found, announce: list[str]) -> dict[str, Any]:
    forms = [form(one) for one in found.ranges]
    pool: dict[str, Any] = forms[0] if len(forms) == 1 else {"blocks": forms}
    if announce != ["l2"]:
        pool["announce"] = announce
    if found.services:
        pool["services"] = found.services
    return pool
