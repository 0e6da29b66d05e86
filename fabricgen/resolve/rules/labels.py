"""Rules about labels: their syntax, and what a node may not say of itself."""

import re
from collections.abc import Iterator, Mapping

from fabricgen.description import Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums

# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_CILIUM_SOURCE = re.compile(r"^(k8s|any|reserved|io\.cilium\.[a-z]+):")
# What a kubelet may say of its own node: the list in its refusal, https://github.com/k3s-io/k3s/issues/10916
_OWN_PREFIXES = ("kubelet.kubernetes.io", "node.kubernetes.io")
_OWN_LABELS = frozenset(
    {
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/instance-type",
        "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "kubernetes.io/arch",
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    }
)


def explain_key(key: str) -> str:
    """Return what is wrong with the key of a label or taint; "" if nothing is."""
    prefix, slash, name = key.rpartition("/")
    if slash and not _PREFIX.fullmatch(prefix):
        return f"{key!r} is no key of a label: {prefix!r} is no DNS name"
    if not _NAME.fullmatch(name):
        return f"{key!r} is no key of a label: at most 63 letters, digits, `-`, `_` and `.`, the ends letters or digits"
    return ""


def explain_text(value: str) -> str:
    """Return what is wrong with the value of a label or taint; "" if nothing is."""
    if not value or _NAME.fullmatch(value):
        return ""
    return f"{value!r} is no value of a label: at most 63 letters, digits, `-`, `_` and `.`, the ends letters or digits"


def _labels(description: Description) -> Iterator[tuple[Path, Mapping[str, str]]]:
    for index, node in enumerate(description.nodes):
        yield ("nodes", index, "labels"), node.labels
    for name, pool in description.networks.load_balancers.items():
        if pool.services is not None:
            yield ("networks", "loadBalancers", name, "services", "labels"), pool.services.labels
    for name, vip in description.networks.vips.items():
        for index, service in enumerate(vip.services):
            yield ("networks", "vips", name, "services", index, "selector"), service.selector
    for path, cilium in ciliums(description):
        if cilium.l2 is not None:
            yield (*path, "l2", "nodeLabels"), cilium.l2.node_labels
        if cilium.bgp is not None:
            yield (*path, "bgp", "nodeLabels"), cilium.bgp.node_labels
        yield (*path, "monitoring", "grafanaLabels"), cilium.monitoring.grafana_labels


def _policy_labels(description: Description) -> Iterator[tuple[Path, Mapping[str, str]]]:
    for path, cilium in ciliums(description):
        for index, policy in enumerate(cilium.policies.allow if cilium.policies else ()):
            here: Path = (*path, "policies", "allow", index)
            yield (*here, "pods"), policy.pods
            for direction, peers in (("ingress", policy.ingress), ("egress", policy.egress)):
                for number, peer in enumerate(peers):
                    yield (*here, direction, number, "pods"), peer.pods or {}


def rule_labels_are_labels(description: Description) -> Iterator[Problem]:
    """The API server refuses others."""
    for path, labels in _labels(description):
        yield from _check(path, labels)
    for path, labels in _policy_labels(description):
        yield from _check(path, labels, source=_CILIUM_SOURCE)


def _check(
    path: Path, labels: Mapping[str, str], *, source: re.Pattern[str] | None = None
) -> Iterator[Problem]:
    for key, value in labels.items():
        bare = source.sub("", key) if source else key
        if message := explain_key(bare) or explain_text(value):
            yield Problem(message=message, path=(*path, key))


def rule_nodes_say_of_themselves_only_what_they_may(description: Description) -> Iterator[Problem]:
    """A kubelet that is told other labels does not start (k3s), or is refused by the API server (Talos workers).

    Sources: https://docs.k3s.io/advanced#node-labels-and-taints ,
    https://docs.siderolabs.com/kubernetes-guides/advanced-guides/node-labels
    """
    k3s = description.distribution.k3s is not None
    for index, node in enumerate(description.nodes):
        for key in node.labels if k3s or node.role == "worker" else ():
            if not _may_say(key):
                yield Problem(
                    message=f"a node may not give itself the label {key}",
                    path=("nodes", index, "labels", key),
                    hint=_instead(key, node.name, node.labels[key]),
                )


def _may_say(key: str) -> bool:
    prefix = key.rpartition("/")[0]
    if prefix == "node-restriction.kubernetes.io" or prefix.endswith(".node-restriction.kubernetes.io"):
        return False
    kubernetes = any(
        prefix == domain or prefix.endswith(f".{domain}") for domain in ("kubernetes.io", "k8s.io")
    )
    own = any(prefix == one or prefix.endswith(f".{one}") for one in _OWN_PREFIXES)
    return not kubernetes or own or key in _OWN_LABELS


def _instead(key: str, node: str, value: str) -> str:
    return f"use a prefix of your own, or set it once by hand: kubectl label node {node} {key}={value}"
