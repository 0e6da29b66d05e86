"""Cilium's policies -> `cni.cilium.policies`, each only if fabricgen would write the very same one.

What cannot be said exactly stays in the person's own files, where it goes on working beside ours.
"""

from collections.abc import Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft
from fabricgen.importing.page import Page, listed, mappings_of
from fabricgen.repository import Item

_GROUP: Final = "cilium.io"
_POLICIES: Final = ("cni", "cilium", "policies")
_NAMESPACE: Final = "k8s:io.kubernetes.pod.namespace"
_DNS: Final = ({"k8s-app": "kube-dns"}, "kube-system")
_HOST: Final = frozenset({"observe", "enforce"})
_SIDES: Final = {"ingress": "from", "egress": "to"}


class _InexactError(Exception):
    """A policy says what the description has no words for."""


def read_policies(fabric: Fabric, draft: Draft) -> None:
    """Put the policies that the description can say into the draft; the others are listed."""
    if draft.get("cni", "cilium") is None:
        return
    denied: list[tuple[str, Item]] = []
    allowed: list[tuple[Item, Any]] = []
    dns: set[str] = set()
    for item in fabric.applied:
        if item.group != _GROUP or item.kind not in {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}:
            continue
        spec = item.mapping("spec")
        if _is_deny(item, spec):
            denied.append((item.namespace, item))
        elif item.namespace and item.name == "allow-dns" and _is_dns_only(spec):
            dns.add(item.namespace)
        elif spec.get("nodeSelector") is not None:
            _host(item, spec, draft)
        else:
            _allow(item, spec, draft, allowed)
    _put(draft, denied, dns, allowed)


def _put(
    draft: Draft, denied: list[tuple[str, Item]], dns: set[str], allowed: list[tuple[Item, Any]]
) -> None:
    if denied:
        origin = _page(denied[0][1]).origin()
        draft.put((*_POLICIES, "defaultDeny"), sorted({namespace for namespace, _ in denied}), origin)
        if not dns:
            draft.put((*_POLICIES, "dns"), False, origin)  # noqa: FBT003 - the value
    for item, one in allowed:
        listed = draft.get(*_POLICIES, "allow")
        if listed is None:
            draft.put((*_POLICIES, "allow"), [], _page(item).origin())
            listed = draft.get(*_POLICIES, "allow")
        draft.origins[(*_POLICIES, "allow", len(listed))] = _page(item).origin()
        listed.append(one)


def _page(item: Item) -> Page:
    return Page(item=item, body=item.body)


def _is_deny(item: Item, spec: Mapping[str, Any]) -> bool:
    """Tell whether this is a default deny of a namespace, both ways, as fabricgen writes it."""
    rules = {key: value for key, value in spec.items() if key != "description"}
    named = item.kind == "CiliumNetworkPolicy" and item.name == "default-deny"
    return named and rules == {"endpointSelector": {}, "ingress": [{}], "egress": [{}]}


def _is_dns_only(spec: Mapping[str, Any]) -> bool:
    egress = spec.get("egress") or []
    return (
        spec.get("endpointSelector") == {}
        and "ingress" not in spec
        and len(egress) == 1
        and _is_dns(egress[0])
    )


def _is_dns(rule: Mapping[str, Any]) -> bool:
    """Tell whether a rule is the one to the cluster's DNS that fabricgen adds by itself."""
    endpoints = rule.get("toEndpoints") or []
    ports = rule.get("toPorts") or []
    if len(endpoints) != 1 or len(ports) != 1 or set(rule) != {"toEndpoints", "toPorts"}:
        return False
    wanted = {_NAMESPACE: _DNS[1], **{f"k8s:{key}": value for key, value in _DNS[0].items()}}
    listed = [(str(one.get("port")), one.get("protocol")) for one in mappings_of(ports[0].get("ports"))]
    return endpoints[0].get("matchLabels") == wanted and sorted(listed) == [("53", "TCP"), ("53", "UDP")]


def _host(item: Item, spec: Mapping[str, Any], draft: Draft) -> None:
    """Read a policy for nodes: fabricgen's own by its name and switch, others stay."""
    firewall = ("cni", "cilium", "hostFirewall")
    audit = (spec.get("enableDefaultDeny") or {}).get("ingress")
    if draft.get(*firewall) is not None and item.name.startswith("host") and "description" in spec:
        mode = "observe" if audit is False else "enforce"
        draft.replace((*firewall, "policy"), mode, _page(item).origin("spec"))
        return
    _stays(item, draft, "it is for nodes, and their policies are made of the description")


def _stays(item: Item, draft: Draft, why: str) -> None:
    todo = "keep it in your own files: Cilium takes policies from both"
    page = _page(item)
    page.leave(draft, (), item.label, why=why, todo=todo, kind="stays")


def _allow(item: Item, spec: Mapping[str, Any], draft: Draft, found: list[tuple[Item, Any]]) -> None:
    try:
        found.append((item, _read(item, spec)))
    except _InexactError as error:
        _stays(item, draft, str(error))


def _read(item: Item, spec: Mapping[str, Any]) -> dict[str, Any]:
    extra = sorted(set(spec) - {"description", "endpointSelector", "ingress", "egress", "enableDefaultDeny"})
    if item.get("specs"):
        raise _InexactError("it has several specs")
    if extra:
        raise _InexactError(f"the description has no key for {', '.join(extra)}")
    pods = _labels(spec.get("endpointSelector") or {})
    clusterwide = item.kind == "CiliumClusterwideNetworkPolicy"
    denies = spec.get("enableDefaultDeny")
    if (denies is not None) != (clusterwide and not pods) or denies not in (
        None,
        {"ingress": False, "egress": False},
    ):
        raise _InexactError("the description decides by itself whether a policy denies all else")
    found: dict[str, Any] = {"name": item.name}
    if not clusterwide:
        found["namespace"] = item.namespace or "default"
    if pods:
        found["pods"] = pods
    found["because"] = str(spec.get("description") or f"imported from {item.origin.file}")
    for side in _SIDES:
        rules = [
            _peer(rule, side)
            for rule in mappings_of(spec.get(side))
            if side == "ingress" or not _is_dns(rule)
        ]
        if rules:
            found[side] = rules
    named = any("fqdns" in rule for rule in found.get("egress", ()))
    if not named and any(_is_dns(rule) for rule in mappings_of(spec.get("egress"))):
        found.setdefault("egress", []).append(_dns_peer())
    if "ingress" not in found and "egress" not in found:
        raise _InexactError("it has no rule that allows anything")
    return found


def _dns_peer() -> dict[str, Any]:
    raise _InexactError("its rule for DNS is the one that fabricgen adds only beside names of hosts")


def _labels(selector: Mapping[str, Any]) -> dict[str, str]:
    if set(selector) - {"matchLabels"}:
        raise _InexactError("it selects by expressions, and the description by labels")
    labels = selector.get("matchLabels") or {}
    return {str(key).removeprefix("k8s:"): str(value) for key, value in labels.items()}


def _peer(rule: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Return one rule as a peer. Raises _InexactError for what a peer cannot say."""
    word = _SIDES[side]
    keys = [key for key in rule if key != "toPorts"]
    if len(keys) != 1:
        raise _InexactError("a rule of it has no peer, or more than one kind of peer")
    value = rule[keys[0]]
    match keys[0].removeprefix(word):
        case "Entities":
            found: dict[str, Any] = {"entities": list(value)}
        case "CIDR":
            found = {"cidrs": list(value)}
        case "CIDRSet" if all(set(one) <= {"cidr", "except"} for one in value):
            found = {"cidrs": [one["cidr"] for one in value]}
            if without := [each for one in value for each in listed(one.get("except"))]:
                found["exceptCidrs"] = without
        case "FQDNs" if side == "egress":
            found = {"fqdns": [str(next(iter(one.values()))) for one in value]}
        case "Endpoints" if len(value) == 1:
            found = _endpoints(value[0])
        case _:
            raise _InexactError(f"a rule of it has {keys[0]}, for which the description has no words")
    return found | _ports(rule)


def _endpoints(selector: Mapping[str, Any]) -> dict[str, Any]:
    labels = _labels(selector)
    namespace = labels.pop(_NAMESPACE.removeprefix("k8s:"), None)
    found: dict[str, Any] = {"namespace": namespace} if namespace else {}
    if labels or not found:
        found["pods"] = labels
    return found


def _ports(rule: Mapping[str, Any]) -> dict[str, Any]:
    listed = mappings_of(rule.get("toPorts"))
    if not listed:
        return {}
    if len(listed) > 1 or set(listed[0]) - {"ports", "rules"}:
        raise _InexactError("a rule of it has several groups of ports")
    found: dict[str, Any] = {"ports": [_port(one) for one in mappings_of(listed[0].get("ports"))]}
    rules = listed[0].get("rules") or {}
    if set(rules) - {"http"}:
        raise _InexactError(f"a rule of it looks into {', '.join(sorted(rules))}")
    if http := rules.get("http"):
        if any(set(one) - {"method", "path", "host", "headers"} for one in http):
            raise _InexactError("a rule of it says more of HTTP than the description can")
        found["http"] = [dict(one) for one in http]
    return found


def _port(one: Mapping[str, Any]) -> str:
    number = str(one.get("port", ""))
    if not number.isdigit():
        raise _InexactError("a rule of it names a port")
    last = f"-{one['endPort']}" if one.get("endPort") else ""
    return f"{number}{last}/{one.get('protocol', 'ANY')}"
