"""Whom Cilium's policies name: endpoints by label, entities, nodes, Services."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.rules.policies.reading import (
    CODE,
    GROUP,
    NAMESPACE_KEY,
    REFUSED,
    SERVER_REFUSES,
    VALIDATION,
    Path,
    PolicyRule,
    keys_of,
    labels_of,
    listed,
    policies_of,
    rules_of,
    texts,
)
from fabricgen.rules.rule import Hit, rule

_FROM: Final = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "Groups")
_TO: Final = (*_FROM, "Services", "FQDNs")
# Source: pkg/policy/api/entity.go of Cilium 1.16.19 and 1.20.2; the CRD takes no world-ipv4 and no world-ipv6.
_ENTITIES: Final = frozenset(
    {
        "all",
        "cluster",
        "health",
        "host",
        "ingress",
        "init",
        "kube-apiserver",
        "none",
        "remote-node",
        "unmanaged",
        "world",
    }
)
_MESH: Final = "cluster-mesh"
_NAMES_OF_NAMESPACES: Final = frozenset({"kubernetes.io/metadata.name", "k8s.io/metadata.name"})
# Source: defaultLabelPrefixCfg in pkg/labelsfilter/filter.go, the same in Cilium 1.16 to 1.20 for these.
_KEPT: Final = ("io.kubernetes.pod.namespace", "io.cilium.k8s", "app.kubernetes.io")
_DROPPED: Final = (
    "io.kubernetes",
    "kubernetes.io",
    "k8s.io",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/controller-uid",
    "beta.kubernetes.io",
    "pod-template-generation",
    "pod-template-hash",
    "controller-revision-hash",
    "etcd_node",
)
_DNS_LABELS: Final = ("kube-dns", "coredns")
_PEERS_DOCS: Final = "https://docs.cilium.io/en/v1.20/security/policy/layer3/"
_NAMESPACES: Final = f"{CODE}/pkg/k8s/apis/cilium.io/utils/utils.go"


@rule(
    "POL010",
    "error",
    "A rule names peers in one way only",
    why=REFUSED,
    source=VALIDATION,
    fix="Make a rule of its own for each kind of peers: rules of a list are alternatives.",
)
def combined_peers(fabric: Fabric) -> Iterator[Hit]:
    """Yield each rule with two kinds of peers."""
    for one in rules_of(fabric):
        found = [
            one.side(name) for name in (_FROM if one.is_ingress else _TO) if listed(one.body, one.side(name))
        ]
        if len(found) > 1:
            message = f"{', '.join(found[:-1])} and {found[-1]} stand in one rule"
            yield one.policy.hit_at((*one.path, found[1]), message)


@rule(
    "POL011",
    "error",
    "An entity is one that Cilium knows",
    why=SERVER_REFUSES,
    source=f"{CODE}/pkg/policy/api/entity.go",
    fix="Write one of: all, cluster, health, host, ingress, init, kube-apiserver, none, remote-node, unmanaged, world.",
)
def unknown_entities(fabric: Fabric) -> Iterator[Hit]:
    """Yield each entity that the CRD does not take."""
    for one in rules_of(fabric):
        key = one.side("Entities")
        for number, entity in texts(one.body, key):
            known = entity in _ENTITIES or (entity == _MESH and _has_mesh(fabric))
            if not known:
                yield one.policy.hit_at((*one.path, key, number), f"there is no entity {entity}")


def _has_mesh(fabric: Fabric) -> bool:
    return fabric.cilium is None or fabric.cilium.version is None or fabric.cilium.is_at_least((1, 20))


@rule(
    "POL012",
    "warning",
    "A list of peers is not empty",
    why="An empty list selects nobody, not everybody: the rule allows nothing, and still switches default deny on.",
    source=f"{CODE}/pkg/policy/api/ingress.go",
    fix="Name peers, as in fromEndpoints: [{}] or fromEntities: [all], or leave the list out.",
)
def empty_peers(fabric: Fabric) -> Iterator[Hit]:
    """Yield each empty list of peers."""
    for one in rules_of(fabric):
        for name in _FROM if one.is_ingress else _TO:
            key = one.side(name)
            if one.body.get(key) == []:
                yield one.policy.hit_at((*one.path, key), f"{key} is empty, so the rule selects nobody")


@rule(
    "POL013",
    "error",
    "Peers in another namespace are named with the namespace",
    why="Without it a selector of a namespace's policy stays in that namespace, where the cluster's DNS is not.",
    source=_NAMESPACES,
    fix="Add k8s:io.kubernetes.pod.namespace: kube-system to the labels.",
)
def dns_without_namespace(fabric: Fabric) -> Iterator[Hit]:
    """Yield each selector of the cluster's DNS that stays in the policy's own namespace."""
    for one in rules_of(fabric):
        namespace = one.policy.item.namespace
        if one.policy.is_clusterwide or namespace in {"", "kube-system"} or not one.policy.item.exact:
            continue
        for path, peer in _endpoints(one):
            app = labels_of(peer).get("k8s-app")
            if app in _DNS_LABELS and not _names_namespace(peer):
                message = f"k8s-app: {app} selects pods of namespace {namespace} only"
                yield one.policy.hit_at((*path, "matchLabels"), message)


@rule(
    "POL014",
    "error",
    "A namespace is not selected by its own label as if it were a pod's",
    why="Pods do not have the labels of their namespace: the selector matches no pod.",
    source=f"{_PEERS_DOCS}#endpoints-based",
    fix="Write k8s:io.kubernetes.pod.namespace, or io.cilium.k8s.namespace.labels. in front of the label.",
)
def label_of_namespace(fabric: Fabric) -> Iterator[Hit]:
    """Yield each selector of endpoints by the label that Kubernetes gives namespaces."""
    for one in rules_of(fabric):
        for path, peer in _endpoints(one):
            for inner, key in keys_of(peer):
                if _plain(key) in _NAMES_OF_NAMESPACES:
                    where = (*path, *inner)
                    renamed = inner[0] == "matchLabels"
                    edits = one.policy.edit("rename", where, f"k8s:{NAMESPACE_KEY}") if renamed else ()
                    yield one.policy.hit_at(
                        where, f"{key} is a label of namespaces, not of pods", edits=edits
                    )


@rule(
    "POL015",
    "error",
    "Pods are selected by labels that Cilium keeps",
    why="Labels that change with every pod are no part of an identity: a policy that asks for one selects nothing.",
    source=f"{CODE}/pkg/labelsfilter/filter.go",
    fix="Select by a label that all pods of the workload have, or add this one in labels of the Cilium chart.",
)
def dropped_labels(fabric: Fabric) -> Iterator[Hit]:
    """Yield each selector of pods by a label that is no part of identities."""
    if fabric.cilium is None or fabric.cilium.value("labels", ""):
        return
    for item, path, selector in _all_selectors(fabric):
        for inner, key in keys_of(selector):
            name = _plain(key)
            dropped = name.startswith(_DROPPED) and not name.startswith(_KEPT)
            if dropped and name not in _NAMES_OF_NAMESPACES:
                message = f"{name} is no part of the identity of pods"
                yield Hit(place=item.place(*path, *inner), message=message, object=item.label)


def _all_selectors(fabric: Fabric) -> Iterator[tuple[Item, Path, object]]:
    for policy in policies_of(fabric):
        yield policy.item, (*policy.path, "endpointSelector"), policy.spec.get("endpointSelector")
        for one in policy.rules():
            yield from ((policy.item, path, peer) for path, peer in _endpoints(one))
    for item in fabric.in_force("networking.k8s.io", "NetworkPolicy"):
        yield item, ("spec", "podSelector"), item.get("spec", "podSelector")


@rule(
    "POL016",
    "warning",
    "A policy selects pods of its own namespace",
    why="Cilium selects in the policy's own namespace whatever the selector says: other pods than are meant, or none.",
    source=_NAMESPACES,
    fix="Put the policy into the namespace of the pods, or make it a CiliumClusterwideNetworkPolicy.",
)
def foreign_namespace(fabric: Fabric) -> Iterator[Hit]:
    """Yield each endpointSelector that names another namespace than the policy's."""
    for policy in policies_of(fabric):
        wanted = labels_of(policy.spec.get("endpointSelector")).get(NAMESPACE_KEY)
        here = policy.item.namespace
        if (
            not policy.is_clusterwide
            and here
            and isinstance(wanted, str)
            and wanted != here
            and "$" not in wanted
        ):
            message = f"the policy stands in namespace {here}, and selects pods of {wanted}"
            yield policy.hit(message, "endpointSelector", "matchLabels")


@rule(
    "POL017",
    "error",
    "fromNodes and toNodes need nodeSelectorLabels",
    why=REFUSED,
    source=f"{_PEERS_DOCS}#node-based",
    fix="Set nodeSelectorLabels: true in the Cilium chart, or use the entities host and remote-node.",
)
def nodes_without_labels(fabric: Fabric) -> Iterator[Hit]:
    """Yield each rule that selects nodes by label while agents do not keep these labels."""
    if fabric.cilium is None or fabric.cilium.value("nodeSelectorLabels", default=False) is True:
        return
    for one in rules_of(fabric):
        key = one.side("Nodes")
        if listed(one.body, key):
            message = f"{key} selects nodes by label, and nodeSelectorLabels is off"
            yield one.policy.hit_at((*one.path, key), message)


@rule(
    "POL018",
    "warning",
    "The API server is allowed by its entity, not by its Service",
    why="The Service kubernetes has no selector: its addresses become CIDRs, which do not match nodes.",
    source=f"{_PEERS_DOCS}#services-based",
    fix="Write toEntities: [kube-apiserver].",
)
def api_server_by_service(fabric: Fabric) -> Iterator[Hit]:
    """Yield each rule that names the API server's Service."""
    for one in rules_of(fabric, "egress"):
        for number, service in enumerate(listed(one.body, "toServices")):
            named = service.get("k8sService") if isinstance(service, dict) else None
            if not isinstance(named, dict) or named.get("serviceName") != "kubernetes":
                continue
            if named.get("namespace", one.policy.item.namespace) == "default":
                path = (*one.path, "toServices", number)
                yield one.policy.hit_at(path, "toServices names default/kubernetes")


@rule(
    "POL019",
    "warning",
    "A CiliumCIDRGroup that a policy names is there",
    why="A group that is not there has no addresses: the rule allows, or denies, nothing.",
    source="https://docs.cilium.io/en/v1.20/network/kubernetes/ciliumcidrgroup/",
    fix="Write the name of a CiliumCIDRGroup, or add the group.",
)
def missing_groups(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a group that a repository with nothing elsewhere does not have."""
    if not fabric.is_closed:
        return
    names = {item.name for item in fabric.of(GROUP, "CiliumCIDRGroup")}
    for one in rules_of(fabric):
        key = one.side("CIDRSet")
        for number, entry in enumerate(listed(one.body, key)):
            name = entry.get("cidrGroupRef") if isinstance(entry, dict) else None
            if one.policy.item.layer and isinstance(name, str) and "$" not in name and name not in names:
                path = (*one.path, key, number, "cidrGroupRef")
                yield one.policy.hit_at(path, f"there is no CiliumCIDRGroup {name}")


def _endpoints(one: PolicyRule) -> Iterator[tuple[Path, object]]:
    key = one.side("Endpoints")
    for number, peer in enumerate(listed(one.body, key)):
        yield (*one.path, key, number), peer


def _names_namespace(peer: object) -> bool:
    return any(
        _plain(key) == NAMESPACE_KEY or _plain(key).startswith("io.cilium.k8s.namespace.labels")
        for _, key in keys_of(peer)
    )


def _plain(key: str) -> str:
    return key.removeprefix("k8s:").removeprefix("any:")
