"""Default deny: what switches it on by the way, and what it cuts off."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.rules.policies.reading import (
    NAMESPACE_KEY,
    VALIDATION,
    Policy,
    PolicyRule,
    elsewhere,
    keys_of,
    labels_of,
    listed,
    policies_of,
    texts,
)
from fabricgen.rules.rule import Hit, rule

_DNS: Final = frozenset({"53", "0", "dns", "dns-tcp", "domain"})
_NEED_NAMES: Final = ("toEndpoints", "toServices", "toFQDNs")
_NEAR: Final = frozenset({"all", "cluster", "host", "remote-node"})
_MODES: Final = "https://docs.cilium.io/en/v1.20/security/policy/intro/#endpoint-default-policy"
_EVERYWHERE: Final = ""


@rule(
    "POL034",
    "warning",
    "A policy that only denies leaves the rest allowed",
    why="A rule that denies switches default deny on as well: whatever no other policy allows is dropped, too.",
    source=VALIDATION,
    fix="Set the direction in enableDefaultDeny to false, or allow the rest by a rule.",
)
def only_denying(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy that denies where no policy that may select the same allows anything."""
    policies = list(policies_of(fabric))
    allowing = {key for policy in (*policies, *elsewhere(fabric)) for key in _allowed(policy)} | set(
        _allowed_by_kubernetes(fabric)
    )
    for policy in policies:
        for direction in ("ingress", "egress"):
            denied = f"{direction}Deny"
            if (
                not policy.spec.get(denied)
                or not policy.denies_by_default(direction)
                or not policy.item.exact
            ):
                continue
            places = {_EVERYWHERE, policy.item.namespace}
            if any(not one.body for one in policy.rules(denied)):
                continue  # It denies everything, so there is no rest.
            if not any((direction, policy.is_for_hosts, place) in allowing for place in places):
                message = f"{denied} alone also drops all other {direction} of what the policy selects"
                yield policy.hit(message, denied)


def _allowed(policy: Policy) -> Iterator[tuple[str, bool, str]]:
    for direction in ("ingress", "egress"):
        if any(one.body for one in policy.rules(direction)) or not policy.item.exact:
            yield (
                direction,
                policy.is_for_hosts,
                _EVERYWHERE if policy.is_clusterwide else policy.item.namespace,
            )


def _allowed_by_kubernetes(fabric: Fabric) -> Iterator[tuple[str, bool, str]]:
    for item in fabric.of("networking.k8s.io", "NetworkPolicy"):
        yield from (
            (direction, False, item.namespace)
            for direction in ("ingress", "egress")
            if item.items("spec", direction)
        )


@rule(
    "POL035",
    "warning",
    "Where egress is denied by default, DNS is allowed",
    why="The pods can reach what the rules name, and cannot find its address: every lookup is dropped.",
    source=_MODES,
    fix="Allow egress to kube-dns in kube-system at port 53, UDP and TCP.",
)
def namespace_without_dns(fabric: Fabric) -> Iterator[Hit]:
    """Yield, once a namespace, a policy with peers that need names where no policy allows lookups."""
    allowing = _allowing_dns(fabric)
    first: dict[str, Policy] = {}
    for policy in policies_of(fabric):
        here = policy.item.namespace
        if policy.is_clusterwide or not policy.denies_by_default("egress") or {here, _EVERYWHERE} & allowing:
            continue
        if any(listed(one.body, key) for one in policy.rules("egress") for key in _NEED_NAMES):
            first.setdefault(here, policy)
    for namespace, policy in first.items():
        if namespace and policy.item.exact:
            yield policy.hit(f"no policy of namespace {namespace} allows lookups of names", "egress")


@rule(
    "POL036",
    "error",
    "Where egress of all pods is denied by default, DNS is allowed",
    why="No pod of the cluster can look up a name, kube-dns itself cannot ask the world, and nothing starts any more.",
    source=_MODES,
    fix="Allow all pods egress to kube-dns in kube-system at port 53, by a CiliumClusterwideNetworkPolicy.",
)
def cluster_without_dns(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy that denies egress of all pods where nothing at all allows lookups."""
    if _allowing_dns(fabric):
        return
    for policy in policies_of(fabric):
        wide = policy.is_clusterwide and policy.selects_all and policy.item.exact
        if wide and policy.denies_by_default("egress"):
            yield policy.hit(
                "egress of all pods is denied by default, and nothing allows lookups", "endpointSelector"
            )


def _allowing_dns(fabric: Fabric) -> set[str]:
    """Return the namespaces in which a policy allows lookups; an empty text where one allows them everywhere."""
    found: set[str] = set()
    for policy in (*policies_of(fabric), *elsewhere(fabric)):
        if not policy.is_for_hosts and (
            not policy.item.exact or any(map(_is_for_dns, policy.rules("egress")))
        ):
            found.add(_EVERYWHERE if policy.is_clusterwide else policy.item.namespace)
    for item in fabric.of("networking.k8s.io", "NetworkPolicy"):
        if any(_kubernetes_dns(item)):
            found.add(item.namespace)
    return found


def _is_for_dns(one: PolicyRule) -> bool:
    """Tell whether a rule may let lookups through; in doubt it does."""
    if not one.body:
        return False
    ports = [port for _, port in one.ports()]
    if ports:
        return any(_is_dns_port(port) for port in ports)
    if any(listed(one.body, key) for key in ("toCIDR", "toCIDRSet", "toNodes", "toGroups")):
        return True
    entities = {text for _, text in texts(one.body, "toEntities")}
    if entities:
        return bool(entities & _NEAR)
    peers = listed(one.body, "toEndpoints")
    return any(_may_be_dns(peer, one.policy) for peer in peers) if peers else "toFQDNs" not in one.body


def _is_dns_port(port: Mapping[str, Any]) -> bool:
    written = str(port.get("port", ""))
    last = port.get("endPort")
    if written.isdigit() and isinstance(last, int):
        return int(written) <= 53 <= last  # noqa: PLR2004 - DNS
    return written in _DNS or not written or written.startswith("$")


def _may_be_dns(peer: object, policy: Policy) -> bool:
    labels = labels_of(peer)
    namespace = labels.get(NAMESPACE_KEY)
    if namespace is not None:
        return namespace == "kube-system" or "$" in str(namespace)
    if any(NAMESPACE_KEY in key or "namespace.labels" in key for _, key in keys_of(peer)):
        return True
    return policy.is_clusterwide or policy.item.namespace in {"", "kube-system"}


def _kubernetes_dns(item: Item) -> Iterator[bool]:
    for one in item.items("spec", "egress"):
        if isinstance(one, Mapping):
            ports = [port for port in listed(one, "ports") if isinstance(port, Mapping)]
            yield not ports or any(_is_dns_port(port) for port in ports)
