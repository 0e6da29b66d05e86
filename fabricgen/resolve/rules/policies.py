"""Rules about network policies."""

import re
from collections.abc import Iterator
from itertools import combinations

from fabricgen.addresses import AddressRange, Network
from fabricgen.description import Cilium, Description
from fabricgen.description.policies import Allow, HttpRule, Peer
from fabricgen.errors import Path, Problem, format_path
from fabricgen.resolve.rules.announcements import explain_expression
from fabricgen.resolve.rules.features import ciliums
from fabricgen.versions.version import minor_of

# A policy that drops what these need stops the cluster, or Flux, which alone could repair it.
_NEVER_DENIED = ("kube-system", "kube-public", "kube-node-lease", "flux-system")
_MOST_PORT = 65535
_NAMES_IN_DENIED = ("default-deny", "allow-dns")
_NAMES_OF_NODES = ("host-all", "host-control-plane")
# https://github.com/cilium/cilium/blob/v1.20.1/pkg/policy/api/rule_validation.go
_MOST_PORTS = 40
_MANY_LABELS_SINCE = (1, 19)
_HEADER = re.compile(r"[-!#$%&'*+.^_`|~A-Za-z0-9]+(:[^\r\n]*)?")


def _policies(description: Description) -> Iterator[tuple[Path, Cilium, Allow]]:
    for path, cilium in ciliums(description):
        for index, policy in enumerate(cilium.policies.allow if cilium.policies else ()):
            yield (*path, "policies", "allow", index), cilium, policy


def _peers(description: Description) -> Iterator[tuple[Path, Cilium, Peer]]:
    for path, cilium, policy in _policies(description):
        for direction, peers in (("ingress", policy.ingress), ("egress", policy.egress)):
            yield from (((*path, direction, index), cilium, peer) for index, peer in enumerate(peers))


def rule_system_namespaces_are_not_denied(description: Description) -> Iterator[Problem]:
    """Default deny there cuts off DNS, the API or Flux itself."""
    for path, cilium in ciliums(description):
        for index, namespace in enumerate(cilium.policies.default_deny if cilium.policies else ()):
            if namespace in _NEVER_DENIED:
                message = f"default deny in {namespace} would stop the cluster, or Flux that repairs it"
                yield Problem(
                    message=message, path=(*path, "policies", "defaultDeny", index), hint="remove it"
                )


def rule_denied_namespaces_differ(description: Description) -> Iterator[Problem]:
    """Each namespace gets one default deny."""
    for path, cilium in ciliums(description):
        denied = cilium.policies.default_deny if cilium.policies else ()
        for index, namespace in enumerate(denied):
            if namespace in denied[:index]:
                place = (*path, "policies", "defaultDeny", index)
                yield Problem(message=f"{namespace} stands there twice", path=place, hint="leave it out once")


def rule_policies_differ(description: Description) -> Iterator[Problem]:
    """Kubernetes knows a policy by namespace and name."""
    for (one_path, _, one), (path, _, other) in combinations(_policies(description), 2):
        if (one.namespace, one.name) == (other.namespace, other.name):
            where = f"in namespace {other.namespace}" if other.namespace else "for the whole cluster"
            message = f"{format_path(one_path)} is also called {other.name} {where}"
            yield Problem(message=message, path=(*path, "name"), hint="give each policy a name of its own")


def rule_policies_leave_our_names_alone(description: Description) -> Iterator[Problem]:
    """Default deny, its DNS and the nodes' policies are written under these names."""
    for path, cilium, policy in _policies(description):
        denied = cilium.policies.default_deny if cilium.policies else ()
        firewall = cilium.host_firewall is not None and cilium.host_firewall.enabled
        ours = _NAMES_IN_DENIED if policy.namespace in denied else _NAMES_OF_NODES if firewall else ()
        if policy.name in ours and (policy.namespace in denied or policy.namespace is None):
            message = f"fabricgen itself writes a policy called {policy.name} there"
            yield Problem(message=message, path=(*path, "name"), hint="choose another name")


def rule_the_proxy_is_on_for_what_it_reads(description: Description) -> Iterator[Problem]:
    """HTTP and DNS are read by Envoy and the DNS proxy, which l7Proxy turns off."""
    for path, cilium, peer in _peers(description):
        for key, wanted in (("http", peer.http), ("fqdns", peer.fqdns)):
            if wanted and not cilium.l7_proxy:
                message = f"{key} needs the L7 proxy, and l7Proxy is false"
                yield Problem(message=message, path=(*path, key), hint="remove l7Proxy: false")
    for path, cilium in ciliums(description):
        policies = cilium.policies
        if policies is not None and policies.dns and policies.default_deny and not cilium.l7_proxy:
            message = "DNS is allowed through the DNS proxy, and l7Proxy is false"
            hint = "remove l7Proxy: false, or write dns: false and allow ports 53/UDP and 53/TCP yourself"
            yield Problem(message=message, path=(*path, "policies", "dns"), hint=hint)


def rule_ports_are_ports(description: Description) -> Iterator[Problem]:
    """A port has 16 bits, and a range goes up."""
    for path, _, peer in _peers(description):
        for index, text in enumerate(peer.ports):
            first, last = _range_of(text)
            if max(first, last) > _MOST_PORT:
                message = f"{text}: the highest port is {_MOST_PORT}"
                yield Problem(
                    message=message, path=(*path, "ports", index), hint="write a port from 1 to 65535"
                )
            elif last < first:
                protocol = text.partition("/")[2]
                hint = f"did you mean {last}-{first}/{protocol}?"
                yield Problem(message=f"{text} runs backwards", path=(*path, "ports", index), hint=hint)


def _range_of(text: str) -> tuple[int, int]:
    first, _, last = text.partition("/")[0].partition("-")
    return int(first), int(last or first)


def rule_ports_are_few_enough(description: Description) -> Iterator[Problem]:
    """Cilium takes at most 40 in a rule."""
    for path, _, peer in _peers(description):
        if len(peer.ports) > _MOST_PORTS:
            message = f"{len(peer.ports)} ports, and Cilium takes {_MOST_PORTS} in a rule"
            yield Problem(message=message, path=(*path, "ports"), hint="write ranges, or several rules")


def rule_http_is_on_single_tcp_ports(description: Description) -> Iterator[Problem]:
    """The proxy listens per port. Source: rule_validation.go, as above."""
    for path, _, peer in _peers(description):
        for index, text in enumerate(peer.ports if peer.http else ()):
            first, last = _range_of(text)
            protocol = text.partition("/")[2]
            if first != last:
                message = f"{text} is a range, and http works on single ports only"
                yield Problem(message=message, path=(*path, "ports", index), hint="list the ports one by one")
            elif protocol != "TCP":
                hint = f"write {first}/TCP"
                yield Problem(
                    message=f"http runs over TCP, not {protocol}", path=(*path, "ports", index), hint=hint
                )


def rule_http_rules_are_expressions(description: Description) -> Iterator[Problem]:
    """Envoy reads method, path and host as regular expressions."""
    for path, _, peer in _peers(description):
        for index, rule in enumerate(peer.http):
            for key, text in (("method", rule.method), ("path", rule.path), ("host", rule.host)):
                if text is not None and (message := explain_expression(text)):
                    yield Problem(
                        message=message,
                        path=(*path, "http", index, key),
                        hint="write an expression as Go's regexp takes it",
                    )
            yield from _empty_rule(rule, (*path, "http", index))


def rule_http_headers_have_names(description: Description) -> Iterator[Problem]:
    """`Name: value`, or `Name` alone; the name is a token of RFC 9110, section 5.6.2."""
    for path, _, peer in _peers(description):
        for index, rule in enumerate(peer.http):
            for number, header in enumerate(rule.headers):
                if not _HEADER.fullmatch(header):
                    place = (*path, "http", index, "headers", number)
                    yield Problem(
                        message=f"{header!r} is no header", path=place, hint="write Name: value, or Name"
                    )


def _empty_rule(rule: HttpRule, path: Path) -> Iterator[Problem]:
    if not (rule.method or rule.path or rule.host or rule.headers):
        message = "says nothing about the request, so it allows every one"
        yield Problem(
            message=message, path=path, hint="write method, path, host or headers, or leave http out"
        )


def rule_except_cidrs_lie_in_cidrs(description: Description) -> Iterator[Problem]:
    """What is taken away must have been given."""
    for path, _, peer in _peers(description):
        for index, network in enumerate(peer.except_cidrs):
            if not any(_within(network, whole) for whole in peer.cidrs):
                given = ", ".join(str(one) for one in peer.cidrs)
                message = f"{network} lies in none of cidrs ({given}), so nothing is taken away"
                yield Problem(
                    message=message,
                    path=(*path, "exceptCidrs", index),
                    hint="leave it out, or write the part of cidrs that is not meant",
                )


def _within(network: Network, whole: Network) -> bool:
    return network.version == whole.version and AddressRange.of(network).within(whole)


def rule_fqdns_are_names(description: Description) -> Iterator[Problem]:
    """Labels have 1 to 63 characters; `**.` stands in front, and means what it says from Cilium 1.19 on.

    Source: https://docs.cilium.io/en/v1.20/operations/upgrade/ (1.19 upgrade notes).
    """
    for path, cilium, peer in _peers(description):
        for index, name in enumerate(peer.fqdns):
            place: Path = (*path, "fqdns", index)
            labels = name.removesuffix(".").split(".")
            if any(not 1 <= len(label) <= 63 for label in labels):  # noqa: PLR2004 - RFC 1035
                yield Problem(
                    message=f"{name!r} is no DNS name: a label has 1 to 63 characters",
                    path=place,
                    hint="write a name such as api.example.org, or a pattern such as *.example.org",
                )
            elif "**" in name and (labels[0] != "**" or "**" in name[2:]):
                message = f"{name!r}: `**` stands for several labels, and only in front"
                yield Problem(message=message, path=place, hint=f"did you mean {re.sub(r'[*]+', '*', name)}?")
            elif "**" in name and minor_of(cilium.version) < _MANY_LABELS_SINCE:
                message = f"`**` stands for several labels from Cilium 1.19 on, and this is {cilium.version}"
                yield Problem(
                    message=message, path=place, hint=f"list the levels: *{name[2:]}, *.*{name[2:]}"
                )
