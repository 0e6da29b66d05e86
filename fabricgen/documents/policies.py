"""Network policies: default deny, DNS, what the description allows, and the hosts' own.

Fed by `Cluster.cilium.policies` and `.host_firewall`. Sources: https://docs.cilium.io/en/v1.20/security/policy/ and
pkg/policy/repository.go of cilium/cilium, which decides what a policy denies.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.cluster import Allow, Cilium, Cluster, Policies
from fabricgen.documents import host_policy
from fabricgen.documents.cilium.reasons import docs
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.peers import egress_rule, endpoint_labels, ingress_rule, ports_rule
from fabricgen.versions.cilium import api_version
from fabricgen.versions.version import minor_of

FOLDER = "infrastructure/policies"
DESCRIBED = "for whoever reads the policy in the cluster; Cilium only keeps it"
# Talos' and k3s' CoreDNS both carry it, as kubeadm's does.
CLUSTER_DNS = {"k8s-app": "kube-dns"}
# Up to 1.18 one page, language; from 1.19 on a page for each layer.
_PAGES_SINCE = (1, 19)


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield default-deny.yaml, dns.yaml, allow.yaml and host.yaml, each only if it has a document."""
    cilium = cluster.cilium
    if cilium is None:
        return
    wanted = cilium.policies
    files = {
        "default-deny": tuple(_default_deny(cilium, wanted)) if wanted else (),
        "dns": tuple(_dns(cilium, wanted)) if wanted else (),
        "allow": tuple(_allow(cilium, one) for one in wanted.allow) if wanted else (),
        "host": tuple(host_policy.parts(cluster, cilium)),
    }
    for name, parts in files.items():
        if parts:
            yield Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def page(cilium: Cilium, name: str, section: str) -> str:
    """Return the address of a section about policies, in the documentation of the minor in use."""
    there = name if minor_of(cilium.version) >= _PAGES_SINCE else "language"
    return docs(cilium, f"security/policy/{there}/#{section}")


def _base(cilium: Cilium, name: str, *, namespace: str | None) -> dict[str, Any]:
    """Return kind and metadata of a policy: cluster-wide without a namespace."""
    kind = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": api_version(kind, cilium.version), "kind": kind, "metadata": metadata}


def _default_deny(cilium: Cilium, wanted: Policies) -> Iterator[Part]:
    for namespace in wanted.default_deny:
        settings = tuple(one.under("spec") for one in _denied(cilium, wanted, namespace))
        yield Part(base=_base(cilium, "default-deny", namespace=namespace), settings=settings)


def _denied(cilium: Cilium, wanted: Policies, namespace: str) -> Iterator[Setting]:
    source = page(cilium, "layer3", "ingress-egress-default-deny")
    yield setting("description", f"Default deny in {namespace}", why=DESCRIBED, source=source)
    because = wanted.because or "only what a policy allows may pass"
    yield setting("endpointSelector", {}, why=f"every pod of {namespace}: {because}", source=source)
    why = (
        "a rule without a peer: nothing may come in but what other policies allow, and what the pod's own node "
        "asks, such as health checks; in Kubernetes' own NetworkPolicy the same would allow all"
    )
    yield setting("ingress", [{}], why=why, source=source)
    yield setting("egress", [{}], why="the same for what goes out", source=source)


def _dns(cilium: Cilium, wanted: Policies) -> Iterator[Part]:
    for namespace in wanted.default_deny if wanted.dns else ():
        source = page(cilium, "layer7", "dns-policy-and-ip-discovery")
        settings = (
            setting("description", f"DNS for every pod of {namespace}", why=DESCRIBED, source=source),
            setting("endpointSelector", {}, why=f"every pod of {namespace} needs names", source=source),
            setting("egress", [dns_rule(cilium)], why=_dns_why(cilium), source=source),
        )
        yield Part(
            base=_base(cilium, "allow-dns", namespace=namespace),
            settings=tuple(one.under("spec") for one in settings),
        )


def dns_rule(cilium: Cilium) -> dict[str, Any]:
    """Return the egress rule to the cluster's DNS, over UDP and TCP, read by the DNS proxy where that runs."""
    to_ports = ports_rule(("53/UDP", "53/TCP"))
    if cilium.l7_proxy:
        to_ports["toPorts"][0]["rules"] = {"dns": [{"matchPattern": "*"}]}
    labels = endpoint_labels(CLUSTER_DNS, namespace="kube-system")
    return {"toEndpoints": [{"matchLabels": labels}], **to_ports}


def _dns_why(cilium: Cilium) -> str:
    why = "CoreDNS over UDP, and over TCP for answers that do not fit"
    if cilium.l7_proxy:
        why += "; the DNS proxy reads the answers, which is how rules by name learn addresses"
    return why


def _allow(cilium: Cilium, wanted: Allow) -> Part:
    settings = tuple(one.under("spec") for one in _allow_settings(cilium, wanted))
    return Part(base=_base(cilium, wanted.name, namespace=wanted.namespace), settings=settings)


def _allow_settings(cilium: Cilium, wanted: Allow) -> Iterator[Setting]:
    source = page(cilium, "layer3", "endpoints-based")
    yield setting("description", wanted.because, why=DESCRIBED, source=source)
    selector = {"matchLabels": endpoint_labels(wanted.pods)} if wanted.pods else {}
    yield setting("endpointSelector", selector, why=f"whom it is for: {_whom(wanted)}", source=source)
    if wanted.namespace is None and not wanted.pods:
        yield _denies_nothing(cilium)
    if wanted.ingress:
        rules = [ingress_rule(peer) for peer in wanted.ingress]
        yield setting("ingress", rules, why="who may reach them", source=source)
    if wanted.egress:
        yield setting("egress", list(_egress(cilium, wanted)), why=_egress_why(wanted), source=source)


def _denies_nothing(cilium: Cilium) -> Setting:
    """Return the switch without which a policy for every pod would cut off all else, cluster DNS first of all."""
    why = (
        "it only allows: as the rule stands it would deny all other traffic of every pod of the cluster, "
        "kube-system's too; denying is for the namespaces of defaultDeny"
    )
    value = {"ingress": False, "egress": False}
    source = docs(cilium, "security/policy/intro/#policy-enforcement-modes")
    return setting("enableDefaultDeny", value, why=why, source=source)


def _egress(cilium: Cilium, wanted: Allow) -> Iterator[Mapping[str, Any]]:
    """Yield the rules; one that names hosts brings its DNS rule, since names are learnt from DNS answers only."""
    if _names_hosts(wanted):
        yield dns_rule(cilium)
    for peer in wanted.egress:
        yield egress_rule(peer)


def _egress_why(wanted: Allow) -> str:
    what = "what they may reach"
    if _names_hosts(wanted):
        return f"{what}; DNS comes with it, since the addresses of names are learnt from DNS answers"
    return what


def _names_hosts(wanted: Allow) -> bool:
    return any(peer.fqdns for peer in wanted.egress)


def _whom(wanted: Allow) -> str:
    place = f"in {wanted.namespace}" if wanted.namespace else "in the whole cluster"
    labels = ", ".join(f"{key}={value}" for key, value in wanted.pods.items())
    return f"pods with {labels} {place}" if labels else f"every pod {place}"
