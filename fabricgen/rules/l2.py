"""L2 announcements: Cilium's policies, and the nodes, interfaces and Services that they are about."""

import re
import warnings
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric, UnknownError
from fabricgen.fabric.labels import takes_no_node
from fabricgen.fabric.usage import is_used, words_of
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Edit, Hit, rule

_DOC: Final = "https://docs.cilium.io/en/v1.20/network/l2-announcements/"
_ANNOUNCER: Final = "https://github.com/cilium/cilium/blob/v1.20.2/pkg/l2announcer/l2announcer.go"
SWITCH: Final = "l2announcements.enabled"
Path = tuple[str | int, ...]


def _hit(item: Item, path: Path, message: str, *edits: Edit) -> Hit:
    return Hit(place=item.place(*path), message=message, object=item.label, edits=edits)


def value_hit(cilium: CiliumRelease, path: str, message: str) -> Hit:
    """Return a hit at a value of the chart."""
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label)


def policies_of(fabric: Fabric) -> list[Item]:
    """Return Cilium's policies of L2 announcements."""
    return [one.item for one in fabric.announcements if (one.owner, one.how) == ("cilium", "l2")]


def _has_bgp(fabric: Fabric) -> bool:
    return any(one.how == "bgp" for one in fabric.announcements)


def is_l2_only(fabric: Fabric) -> bool:
    """Tell whether Cilium's pools are announced by L2 and in no other way. Raises UnknownError as values do."""
    announcing = bool(policies_of(fabric)) and fabric.cilium is not None and fabric.cilium.is_on(SWITCH)
    return announcing and not _has_bgp(fabric)


@rule(
    "L2A001",
    "error",
    "L2 announcements have a policy",
    why="No node answers for any address: Services get addresses, and nothing reaches them.",
    source=_DOC,
    fix="Write a CiliumL2AnnouncementPolicy with loadBalancerIPs: true.",
)
def no_policy(fabric: Fabric) -> Iterator[Hit]:
    """Yield the switch that is on where pools stand without anything that announces them."""
    cilium = fabric.cilium
    pools = [one for one in fabric.pools if one.owner == "cilium"]
    known = fabric.announcements or (
        fabric.layers and not fabric.is_closed
    )  # another source may bring the policy
    if cilium is not None and pools and not known and cilium.is_on(SWITCH):
        message = f"l2announcements is on, there is pool {pools[0].name}, and no CiliumL2AnnouncementPolicy"
        yield value_hit(cilium, SWITCH, message)


@rule(
    "L2A002",
    "error",
    "A policy of L2 announcements has its feature",
    why="Agents do not look at the policy: no node answers for its addresses.",
    source=_ANNOUNCER,
    fix="Set l2announcements.enabled: true, or remove the policy.",
)
def policy_without_feature(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy beside a Cilium that does not announce; where BGP does, it is only a leftover."""
    policies = [] if _has_bgp(fabric) else policies_of(fabric)
    if fabric.cilium is not None and policies and not fabric.cilium.is_on(SWITCH):
        for item in policies:
            yield _hit(item, (), f"policy {item.name} is there, and l2announcements.enabled is off")


@rule(
    "L2A003",
    "error",
    "A policy of L2 announcements announces something",
    why="Both kinds of addresses are off by default, so the policy announces none.",
    source=_ANNOUNCER,
    fix="Set loadBalancerIPs: true, or externalIPs: true.",
)
def policy_of_nothing(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy without a kind of address."""
    for item in policies_of(fabric):
        kinds = [item.get("spec", key) for key in ("loadBalancerIPs", "externalIPs")]
        if item.exact and not any(kinds):
            path = ("spec", "loadBalancerIPs")
            edit = Edit(item.place(*path), item.origin.index, "set", path, value=True)
            yield _hit(item, path, f"policy {item.name} has neither loadBalancerIPs nor externalIPs", edit)


@rule(
    "L2A004",
    "error",
    "L2 announcements need kube-proxy replacement",
    why="Who answers for an address must also serve it; without the replacement Cilium has nothing to serve it with.",
    source=f"{_DOC}#prerequisites",
    fix="Set kubeProxyReplacement: true.",
)
def without_replacement(fabric: Fabric) -> Iterator[Hit]:
    """Yield the switch beside kube-proxy."""
    cilium = fabric.cilium
    if cilium is not None and cilium.is_on(SWITCH) and not cilium.replaces_kube_proxy():
        yield value_hit(cilium, SWITCH, "l2announcements is on, and kubeProxyReplacement is off")


def _patterns(item: Item) -> Iterator[tuple[Path, str]]:
    for number, written in enumerate(item.items("spec", "interfaces")):
        if not isinstance(written, str) or is_open(written):
            raise UnknownError
        yield ("spec", "interfaces", number), written


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return an expression for Python's engine. Raises UnknownError if it knows no such one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(pattern)
    except (re.error, FutureWarning):
        raise UnknownError from None


@rule(
    "L2A005",
    "error",
    "The interfaces of a policy are regular expressions",
    why="Agents refuse the policy, and no node answers for its addresses.",
    source=_ANNOUNCER,
    fix="Write an expression of Go: ^eth[0-9]+ rather than eth* or *eth.",
)
def interface_is_no_expression(fabric: Fabric) -> Iterator[Hit]:
    """Yield each interface that is no expression; a repetition of nothing is none in any dialect."""
    for item in policies_of(fabric):
        for path, pattern in _patterns(item):
            if re.match(r"[*+?]", pattern) or re.search(r"\(\?<?[=!]|(?<!\\)\\[1-9]", pattern):
                yield _hit(item, path, f"{pattern!r} is no regular expression of Go")


@rule(
    "L2A006",
    "warning",
    "The interfaces of a policy match an interface of the nodes",
    why="A node answers only on interfaces that match; on none, it answers for nothing.",
    source=_DOC,
    fix="Write an expression for the interface with the node's address, such as ^bond0$.",
)
def interface_of_no_node(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy whose expressions match no interface, where all nodes tell theirs."""
    named = {name for link in fabric.links for name in link.interfaces}
    complete = all(link.named and link.interfaces for link in fabric.links)
    if not named or not complete or len(fabric.links) < len({one.name for one in fabric.nodes}):
        return
    for item in policies_of(fabric):
        patterns = [text for _, text in _patterns(item)]
        found = [_compiled(text) for text in patterns]
        if found and not any(one.search(name) for one in found for name in named):
            listed = ", ".join(sorted(named)[:5])
            message = f"{', '.join(patterns)} matches no interface; nodes have {listed}"
            yield _hit(item, ("spec", "interfaces"), message)


@rule(
    "L2A007",
    "warning",
    "The interfaces of a policy are among Cilium's devices",
    why="Agents announce on the devices that they manage, and on no others.",
    source=f"{_DOC}#policies",
    fix="Add the interface to devices, or write one of devices in the policy.",
)
def interface_is_no_device(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy whose expressions match none of the devices that are named."""
    cilium = fabric.cilium
    if cilium is None or not (policies := policies_of(fabric)):
        return
    written = cilium.value("devices", "")
    devices = written if isinstance(written, list) else re.split(r"[,\s]+", str(written).strip("{} "))
    names = [str(one) for one in devices if one]
    for item in policies:
        found = [_compiled(text) for _, text in _patterns(item)]
        if found and names and not any(_may_match(one, name) for one in found for name in names):
            patterns = ", ".join(text for _, text in _patterns(item))
            yield _hit(
                item, ("spec", "interfaces"), f"{patterns} matches none of devices: {', '.join(names)}"
            )


def _may_match(pattern: re.Pattern[str], device: str) -> bool:
    """Tell whether a pattern may match a device, which may end in `+` for anything."""
    if not device.endswith("+"):
        return pattern.search(device) is not None
    start = re.match(r"\^?(?P<plain>[\w.-]*)", pattern.pattern)
    plain = start["plain"] if start else ""
    stem = device[:-1]
    return not pattern.pattern.startswith("^") or fnmatchcase(plain, f"{stem}*") or stem.startswith(plain)


@rule(
    "L2A008",
    "warning",
    "A policy's nodeSelector takes a node",
    why="No node answers for the policy's addresses.",
    source=f"{_DOC}#policies",
    fix="Write labels that a node has; where all nodes are control planes, do not leave control planes out.",
)
def policy_for_no_node(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy that no node is taken by."""
    for item in policies_of(fabric):
        if takes_no_node(fabric, item.mapping("spec", "nodeSelector")):
            message = f"the nodeSelector of policy {item.name} takes none of the nodes"
            yield _hit(item, ("spec", "nodeSelector"), message)


@rule(
    "L2A009",
    "warning",
    "A policy's serviceSelector selects a Service",
    why="No node answers for any address by this policy.",
    source=f"{_DOC}#policies",
    fix="Write labels, or the namespace, that the Services have.",
)
def policy_for_no_service(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy whose labels stand nowhere else."""
    selectors = [(item, item.mapping("spec", "serviceSelector")) for item in policies_of(fabric)]
    asking = [(item, one) for item, one in selectors if one and not is_open(str(one))]
    words = words_of(fabric) if asking else frozenset()
    for item, selector in asking if words else ():
        if not is_used(words, selector):
            message = f"nothing here has what the serviceSelector of policy {item.name} asks for"
            yield _hit(item, ("spec", "serviceSelector"), message)
