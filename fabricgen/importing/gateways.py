"""Gateways of Cilium's class, and the route of Hubble's interface -> `gatewayAPI.gateways`, `hubble.ui`."""

from collections.abc import Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft
from fabricgen.importing.page import Page, mappings_of
from fabricgen.importing.pools import add_vip
from fabricgen.repository import Item

_API: Final = "gateway.networking.k8s.io"
_CONTROLLER: Final = "io.cilium/gateway-controller"
_PATH: Final = ("cni", "cilium", "gatewayAPI", "gateways")
_IPS: Final = ("lbipam.cilium.io/ips", "io.cilium/lb-ipam-ips")
_HOSTNAMES: Final = ("external-dns.alpha.kubernetes.io/hostname", "external-dns.kubernetes.io/hostname")
_UI: Final = ("cni", "cilium", "hubble", "ui")
_MORE: Final = {
    "why": "the description has no key for it",
    "todo": "keep this Gateway in your own files: Cilium serves both",
    "kind": "lost",
}


def read_gateways(fabric: Fabric, draft: Draft) -> None:
    """Put every Gateway that Cilium serves into the draft; other controllers' stay where they are."""
    if draft.get("cni", "cilium", "gatewayAPI", "enabled") is not True:
        return
    classes = {"cilium"} | {
        one.name
        for one in fabric.of(_API, "GatewayClass")
        if one.get("spec", "controllerName") == _CONTROLLER
    }
    found = []
    for gateway in fabric.gateways:
        if gateway.item.get("spec", "gatewayClassName") == "cilium":
            found.append(_gateway(gateway.item, draft))
        elif gateway.item.get("spec", "gatewayClassName") in classes:
            why = "its class is Cilium's, under another name than the one that fabricgen writes"
            page = Page(item=gateway.item, body=gateway.item.body)
            page.leave(draft, (), gateway.item.label, why=why, todo="keep it in your own files", kind="stays")
    if found:
        draft.put(_PATH, found, Page(item=fabric.gateways[0].item, body={}).origin())
    _hubble(fabric, draft)


def _gateway(item: Item, draft: Draft) -> dict[str, Any]:
    page = Page(item=item, body=item.body)
    page.taken |= {("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")}
    page.taken.add(("spec", "gatewayClassName"))
    found: dict[str, Any] = {"name": item.name, "namespace": item.namespace or "default"}
    for base in (("spec", "infrastructure", "annotations"), ("metadata", "annotations")):
        _annotations(page, base, item, (draft, found))
    for number, one in page.mappings("spec", "addresses"):
        if one.get("type", "IPAddress") == "IPAddress" and "vip" not in found:
            page.take("spec", "addresses", number)
            where = page.origin("spec", "addresses", number)
            found["vip"] = add_vip(draft, item.name, str(one.get("value")), where)
    found["listeners"] = []
    for number, one in page.mappings("spec", "listeners"):
        listener = _listener(page, number, one, found)
        if listener is None:
            why = "the description has no key for this kind of listener"
            page.leave(
                draft,
                ("spec", "listeners", number),
                one.get("name"),
                why=why,
                todo=_MORE["todo"],
                kind="lost",
            )
            page.taken.add(("spec", "listeners", number))
        else:
            found["listeners"].append(listener)
    page.leave_rest(draft, **_MORE)
    return found


def _annotations(page: Page, base: tuple[str, ...], item: Item, of: tuple[Draft, dict[str, Any]]) -> None:
    draft, found = of
    for key in _IPS:
        if (address := page.take(*base, key)) is not None and "," not in str(address):
            found["vip"] = add_vip(draft, item.name, str(address), page.origin(*base, key))
    for key in _HOSTNAMES:
        if (hostname := page.take(*base, key)) is not None and "," not in str(hostname):
            found.setdefault("hostname", str(hostname))


def _listener(
    page: Page, number: int, one: Mapping[str, Any], gateway: dict[str, Any]
) -> dict[str, Any] | None:
    at = ("spec", "listeners", number)
    protocol = one.get("protocol")
    tls = one.get("tls") or {}
    mode = tls.get("mode", "Terminate")
    if protocol not in ("HTTP", "HTTPS", "TLS") or (protocol == "TLS") != (mode == "Passthrough"):
        return None
    found: dict[str, Any] = {"name": one.get("name"), "port": one.get("port")}
    if protocol != "HTTP":
        found["protocol"] = protocol
    if one.get("hostname"):
        found["hostname"] = one["hostname"]
    references = tls.get("certificateRefs") or []
    if protocol == "HTTPS":
        if len(references) != 1 or references[0].get("namespace") not in {None, gateway["namespace"]}:
            return None
        found["certificate"] = references[0].get("name")
    page.taken |= {(*at, key) for key in ("name", "port", "protocol", "hostname", "tls")}
    allowed = page.get(*at, "allowedRoutes", "namespaces", "from") or "Same"
    if allowed in ("All", "Same"):
        page.taken |= {(*at, "allowedRoutes", "namespaces", "from")}
        page.take(*at, "allowedRoutes", "kinds")
        if allowed == "Same":
            gateway["routesFrom"] = "Same"
    return found


def _hubble(fabric: Fabric, draft: Draft) -> None:
    """Read the route of Hubble's interface, if it is the one that fabricgen would write."""
    names = {one["name"] for one in draft.get(*_PATH) or ()}
    for route in fabric.routes:
        backends = [
            str(one.get("name"))
            for rule in mappings_of(route.spec.get("rules"))
            for one in mappings_of(rule.get("backendRefs"))
        ]
        hosts = route.hostnames or ()
        parents = route.spec.get("parentRefs") or []
        if route.is_object and backends == ["hubble-ui"] and len(hosts) == 1 and len(parents) == 1:
            parent = str(parents[0].get("name"))
            if parent in names and draft.get(*_UI) is not None:
                origin = Page(item=route.item, body=route.item.body).origin("spec")
                draft.replace((*_UI, "expose"), "gateway", origin)
                draft.put((*_UI, "hostname"), hosts[0], origin)
                if len(names) > 1:
                    draft.put((*_UI, "gateway"), parent, origin)
