"""Names in Cilium's policies: what toFQDNs needs to learn addresses, and which names it cannot."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.rules.policies.reading import (
    CODE,
    SERVER_REFUSES,
    Path,
    PolicyRule,
    elsewhere,
    listed,
    policies_of,
    rules_of,
)
from fabricgen.rules.rule import Hit, rule

_DNS_BASED: Final = "https://docs.cilium.io/en/v1.20/security/policy/layer3/#dns-based"


@rule(
    "POL031",
    "warning",
    "toFQDNs needs a rule for DNS on the same pods",
    why="Cilium learns the addresses of names from lookups that pass its proxy, and only rules.dns sends them there: "
    "without it the names have no addresses, and what they allow is dropped.",
    source=_DNS_BASED,
    fix='Allow egress to kube-dns at port 53 with rules: {dns: [{matchPattern: "*"}]}.',
)
def names_without_lookups(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy with names where no policy that may select the same pods shows lookups to the proxy."""
    seeing: set[str] = set()
    for policy in (*policies_of(fabric), *elsewhere(fabric)):
        shows = any(protocol == "dns" for one in policy.rules("egress") for _, protocol, _ in one.layer7())
        if shows or not policy.item.exact:
            seeing.add("" if policy.is_clusterwide else policy.item.namespace)
    for policy in policies_of(fabric):
        if not policy.is_clusterwide and not policy.item.namespace:
            continue  # a part that others put together with more, in a namespace of theirs
        covered = "" in seeing or policy.item.namespace in seeing
        named = next((one for one in policy.rules("egress") if listed(one.body, "toFQDNs")), None)
        if named is not None and not (seeing if policy.is_clusterwide else covered):
            message = "toFQDNs stands here, and no rule sends the lookups through Cilium's proxy"
            yield policy.hit_at((*named.path, "toFQDNs"), message)


@rule(
    "POL032",
    "error",
    "matchName has no wildcard",
    why=SERVER_REFUSES,
    source=f"{CODE}/pkg/policy/api/fqdn.go",
    fix="Write matchPattern instead.",
)
def wildcard_in_name(fabric: Fabric) -> Iterator[Hit]:
    """Yield each exact name with a wildcard in it."""
    for one in rules_of(fabric):
        for path, key, text in _names(one):
            if key == "matchName" and "*" in text:
                edits = one.policy.edit("rename", path, "matchPattern")
                yield one.policy.hit_at(path, f"matchName is {text}", edits=edits)


@rule(
    "POL033",
    "warning",
    "toFQDNs names what is outside the cluster",
    why="Names allow addresses, and pods are known by identity, not by address: what the name allows is dropped.",
    source=_DNS_BASED,
    fix="Use toEndpoints or toServices for what runs in the cluster.",
)
def names_inside(fabric: Fabric) -> Iterator[Hit]:
    """Yield each name of a Service of the cluster; not one outside with the search domains of pods behind it."""
    for one in rules_of(fabric, "egress"):
        names = {text.rstrip(".") for _, _, text in _names(one)}
        for path, _, text in _names(one):
            name = text.rstrip(".")
            service = name.removesuffix(".cluster.local").removesuffix(".svc").rpartition(".")[0]
            if (
                path[-3] == "toFQDNs"
                and name.endswith((".svc.cluster.local", ".svc"))
                and service not in names
            ):
                yield one.policy.hit_at(path, f"{text} is a Service of the cluster")


def _names(one: PolicyRule) -> Iterator[tuple[Path, str, str]]:
    """Yield the names and patterns of toFQDNs and of rules for DNS: path, key and text."""
    lists = [((*one.path, "toFQDNs"), listed(one.body, "toFQDNs"))]
    for path, protocol, entry in one.layer7():
        if protocol == "dns":
            lists.append((path, listed(entry["rules"], "dns")))
    for path, entries in lists:
        for number, entry in enumerate(entries):
            for key in ("matchName", "matchPattern"):
                if isinstance(entry, dict) and isinstance(entry.get(key), str):
                    yield (*path, number, key), key, entry[key]
