"""Network policies: default deny, DNS, what the description allows, and the hosts' own.

Fed by `Cluster.cilium.policies` and `.host_firewall`. Sources: https://docs.cilium.io/en/stable/security/policy/ .
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.cluster import Allow, Cilium, Cluster, Policies
from fabricgen.documents import host_policy
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.flux import namespace_part
from fabricgen.documents.peers import egress_rule, endpoint_labels, ingress_rule
from fabricgen.versions.cilium import api_version

FOLDER = "infrastructure/policies"
DOCS = "https://docs.cilium.io/en/stable/security/policy"
DENY_DOCS = f"{DOCS}/intro/#policy-enforcement-modes"
DNS_DOCS = f"{DOCS}/language/#dns-proxy"
WELL_KNOWN = {"default", "kube-system", "kube-public", "flux-system"}
# Create what is missing and then leave it alone: the namespace belongs to whoever runs in it.
ONLY_CREATE = {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespaces.yaml, default-deny.yaml, dns.yaml, allow.yaml and host.yaml, each only if it has a document."""
    cilium = cluster.cilium
    if cilium is None:
        return
    wanted = cilium.policies
    files = {
        "namespaces": _namespaces(wanted) if wanted else (),
        "default-deny": tuple(_default_deny(cilium, wanted)) if wanted else (),
        "dns": tuple(_dns(cilium, wanted)) if wanted else (),
        "allow": tuple(_allow(cilium, one) for one in wanted.allow) if wanted else (),
        "host": tuple(host_policy.parts(cluster, cilium)),
    }
    for name, parts in files.items():
        if parts:
            yield Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def _namespaces(wanted: Policies) -> tuple[Part, ...]:
    named = {*wanted.default_deny, *(one.namespace for one in wanted.allow if one.namespace)}
    return tuple(own_namespace(name) for name in sorted(named - WELL_KNOWN))


def own_namespace(name: str) -> Part:
    """Return a Namespace that is created if it is missing, and neither changed nor pruned afterwards."""
    part = namespace_part(name)
    metadata = part.base["metadata"]
    return Part(
        base={
            **part.base,
            "metadata": {**metadata, "annotations": {**metadata["annotations"], **ONLY_CREATE}},
        }
    )


def policy_base(cilium: Cilium, name: str, *, namespace: str | None) -> dict[str, Any]:
    """Return kind and metadata of a policy: cluster-wide without a namespace."""
    kind = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": api_version(kind, cilium.version), "kind": kind, "metadata": metadata}


def _default_deny(cilium: Cilium, wanted: Policies) -> Iterator[Part]:
    for namespace in wanted.default_deny:
        because = wanted.because or "only what a policy allows may pass"
        yield Part(
            base=policy_base(cilium, "default-deny", namespace=namespace),
            settings=(
                setting(
                    "spec.description",
                    f"Default deny in {namespace}",
                    why="what Hubble shows for a verdict",
                    source=DENY_DOCS,
                ),
                setting(
                    "spec.endpointSelector", {}, why=f"every pod of {namespace}: {because}", source=DENY_DOCS
                ),
                setting(
                    "spec.ingress",
                    [{}],
                    why="a rule that selects no peer: nothing may come in unless another policy allows it",
                    source=DENY_DOCS,
                ),
                setting("spec.egress", [{}], why="the same for what goes out", source=DENY_DOCS),
            ),
        )


def _dns(cilium: Cilium, wanted: Policies) -> Iterator[Part]:
    if not wanted.dns:
        return
    for namespace in wanted.default_deny:
        yield Part(
            base=policy_base(cilium, "allow-dns", namespace=namespace),
            settings=(
                setting(
                    "spec.description",
                    f"DNS for every pod of {namespace}",
                    why="what Hubble shows for a verdict",
                    source=DNS_DOCS,
                ),
                setting(
                    "spec.endpointSelector", {}, why=f"every pod of {namespace} needs names", source=DNS_DOCS
                ),
                dns_egress(cilium),
            ),
        )


def dns_egress(cilium: Cilium) -> Setting:
    """Return the egress rule to the cluster's DNS, over UDP and TCP, read by the DNS proxy where that runs."""
    ports = [{"port": "53", "protocol": protocol} for protocol in ("UDP", "TCP")]
    to_ports: dict[str, Any] = {"ports": ports}
    if cilium.l7_proxy:
        to_ports["rules"] = {"dns": [{"matchPattern": "*"}]}
    rule = {
        "toEndpoints": [{"matchLabels": endpoint_labels({"k8s-app": "kube-dns"}, namespace="kube-system")}],
        "toPorts": [to_ports],
    }
    read = (
        "; the DNS proxy reads the answers, which is how rules by name learn addresses"
        if cilium.l7_proxy
        else ""
    )
    why = f"CoreDNS over UDP, and over TCP for answers that do not fit{read}"
    return setting("spec.egress", [rule], why=why, source=DNS_DOCS)


def _allow(cilium: Cilium, wanted: Allow) -> Part:
    settings = tuple(one.under("spec") for one in _allow_settings(cilium, wanted))
    return Part(base=policy_base(cilium, wanted.name, namespace=wanted.namespace), settings=settings)


def _allow_settings(cilium: Cilium, wanted: Allow) -> Iterator[Setting]:
    rules = f"{DOCS}/language"
    yield setting("description", wanted.because, why="what Hubble shows for a verdict", source=rules)
    yield setting(
        "endpointSelector",
        _selected(wanted),
        why=f"whom it is for: {_whom(wanted)}",
        source=f"{rules}/#endpoints-based",
    )
    if wanted.ingress:
        yield setting(
            "ingress", [ingress_rule(peer) for peer in wanted.ingress], why="who may reach them", source=rules
        )
    if wanted.egress:
        yield setting("egress", list(_egress(cilium, wanted)), why=_egress_why(wanted), source=rules)


def _egress(cilium: Cilium, wanted: Allow) -> Iterator[Mapping[str, Any]]:
    """Yield the rules; one that names hosts brings its DNS rule, since names are learnt from DNS answers only."""
    if any(peer.fqdns for peer in wanted.egress):
        yield from dns_egress(cilium).value
    for peer in wanted.egress:
        yield egress_rule(peer)


def _egress_why(wanted: Allow) -> str:
    if any(peer.fqdns for peer in wanted.egress):
        return (
            "what they may reach; DNS comes with it, since the addresses of names are learnt from DNS answers"
        )
    return "what they may reach"


def _selected(wanted: Allow) -> dict[str, Any]:
    return {"matchLabels": endpoint_labels(wanted.pods)} if wanted.pods else {}


def _whom(wanted: Allow) -> str:
    place = f"in {wanted.namespace}" if wanted.namespace else "in the whole cluster"
    return (
        f"pods with {', '.join(f'{key}={value}' for key, value in wanted.pods.items())} {place}"
        if wanted.pods
        else f"every pod {place}"
    )
