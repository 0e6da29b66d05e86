"""Peers of a policy in Cilium's words. Used by `policies` and `host_policy`.

Source: https://docs.cilium.io/en/stable/security/policy/language/ .
"""

from collections.abc import Mapping
from typing import Any

from fabricgen.addresses import AddressRange, Network
from fabricgen.cluster import HttpRule, Peer

NAMESPACE = "io.kubernetes.pod.namespace"


def endpoint_labels(pods: Mapping[str, str], *, namespace: str | None = None) -> dict[str, str]:
    """Return labels with Kubernetes as their source; another namespace is a label too, without it the own one is meant."""
    place = {f"k8s:{NAMESPACE}": namespace} if namespace else {}
    return {**place, **{f"k8s:{key}": value for key, value in pods.items()}}


def ingress_rule(peer: Peer) -> dict[str, Any]:
    """Return one ingress rule."""
    return {**_peer(peer, side="from"), **_ports(peer)}


def egress_rule(peer: Peer) -> dict[str, Any]:
    """Return one egress rule."""
    if peer.fqdns:
        return {"toFQDNs": [_fqdn(name) for name in peer.fqdns], **_ports(peer)}
    return {**_peer(peer, side="to"), **_ports(peer)}


def _peer(peer: Peer, *, side: str) -> dict[str, Any]:
    if peer.entities:
        return {f"{side}Entities": list(peer.entities)}
    if peer.cidrs:
        return {f"{side}CIDRSet": [_cidr(peer, cidr) for cidr in peer.cidrs]}
    labels = endpoint_labels(peer.pods or {}, namespace=peer.namespace)
    return {f"{side}Endpoints": [{"matchLabels": labels}] if labels else [{}]}


def _cidr(peer: Peer, cidr: Network) -> dict[str, Any]:
    whole = AddressRange.of(cidr)
    inside = [str(one) for one in peer.except_cidrs if AddressRange.of(one).overlaps(whole)]
    return {"cidr": str(cidr), "except": inside} if inside else {"cidr": str(cidr)}


def _fqdn(name: str) -> dict[str, str]:
    return {"matchPattern": name} if "*" in name else {"matchName": name}


def _ports(peer: Peer) -> dict[str, Any]:
    if not peer.ports:
        return {}
    ports = [_port(port) for port in peer.ports]
    rules = {"rules": {"http": [_http(rule) for rule in peer.http]}} if peer.http else {}
    return {"toPorts": [{"ports": ports, **rules}]}


def _port(port: str) -> dict[str, Any]:
    number, _, protocol = port.partition("/")
    first, dash, last = number.partition("-")
    return (
        {"port": first, "endPort": int(last), "protocol": protocol}
        if dash
        else {"port": first, "protocol": protocol}
    )


def _http(rule: HttpRule) -> dict[str, Any]:
    wanted = {
        "method": rule.method,
        "path": rule.path,
        "host": rule.host,
        "headers": list(rule.headers) or None,
    }
    return {key: value for key, value in wanted.items() if value is not None}
