"""Peers of a policy in Cilium's words. Used by `policies` and `host_policy`.

Source: https://docs.cilium.io/en/v1.20/security/policy/layer3/ and pkg/policy/api/rule_validation.go beside it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fabricgen.addresses import AddressRange, Network
from fabricgen.cluster import HttpRule, Peer

NAMESPACE = "k8s:io.kubernetes.pod.namespace"


def endpoint_labels(pods: Mapping[str, str], *, namespace: str | None = None) -> dict[str, str]:
    """Return labels with their source, Kubernetes unless they name one; without a namespace the policy's own is meant."""
    place = {NAMESPACE: namespace} if namespace else {}
    return {**place, **{key if ":" in key else f"k8s:{key}": value for key, value in pods.items()}}


def ingress_rule(peer: Peer) -> dict[str, Any]:
    """Return one ingress rule."""
    return {**_peer(peer, side="from"), **_ports(peer)}


def egress_rule(peer: Peer) -> dict[str, Any]:
    """Return one egress rule."""
    if peer.fqdns:
        return {"toFQDNs": [_fqdn(name) for name in peer.fqdns], **_ports(peer)}
    return {**_peer(peer, side="to"), **_ports(peer)}


def ports_rule(ports: Iterable[str]) -> dict[str, Any]:
    """Return a rule's `toPorts` for ports such as 443/TCP and 30000-32767/UDP."""
    return {"toPorts": [{"ports": [_port(port) for port in ports]}]}


def _peer(peer: Peer, *, side: str) -> dict[str, Any]:
    if peer.entities:
        return {f"{side}Entities": list(peer.entities)}
    if peer.cidrs:
        return {f"{side}CIDRSet": [_cidr(peer, cidr) for cidr in peer.cidrs]}
    labels = endpoint_labels(peer.pods or {}, namespace=peer.namespace)
    return {f"{side}Endpoints": [{"matchLabels": labels} if labels else {}]}


def _cidr(peer: Peer, cidr: Network) -> dict[str, Any]:
    inside = [str(one) for one in peer.except_cidrs if _lies_in(one, cidr)]
    return {"cidr": str(cidr), "except": inside} if inside else {"cidr": str(cidr)}


def _lies_in(part: Network, whole: Network) -> bool:
    return part.version == whole.version and AddressRange.of(part).within(whole)


def _fqdn(name: str) -> dict[str, str]:
    return {"matchPattern": name} if "*" in name else {"matchName": name}


def _ports(peer: Peer) -> dict[str, Any]:
    if not peer.ports:
        return {}
    rule = ports_rule(peer.ports)
    if peer.http:
        rule["toPorts"][0]["rules"] = {"http": [_http(one) for one in peer.http]}
    return rule


def _port(port: str) -> dict[str, Any]:
    number, _, protocol = port.partition("/")
    first, dash, last = number.partition("-")
    if dash:
        return {"port": first, "endPort": int(last), "protocol": protocol}
    return {"port": first, "protocol": protocol}


def _http(rule: HttpRule) -> dict[str, Any]:
    wanted = {"method": rule.method, "path": rule.path, "host": rule.host, "headers": list(rule.headers)}
    return {key: value for key, value in wanted.items() if value}
