"""Rules about announcing addresses: L2 leases, BGP peers, and who serves the pools."""

import re
from collections.abc import Iterator
from itertools import combinations

from fabricgen.description import Description
from fabricgen.description.cilium import Bgp, BgpPeer
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums
from fabricgen.resolve.rules.owners import IPV4, pool_blocks
from fabricgen.versions.version import format_minor, minor_of

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
# Three keepalives in a hold time, RFC 4271 section 10.
_KEEPALIVES = 3
# Jitter between two tries, JitterFactor in client-go's tools/leaderelection/leaderelection.go.
_JITTER = 1.2
_NDP_SINCE = (1, 19)


def _seconds(duration: str) -> float:
    return sum(
        float(number) * _SECONDS[unit] for number, unit in re.findall(r"([0-9.]+)(ms|s|m|h)", duration)
    )


def rule_l2_times_follow_each_other(description: Description) -> Iterator[Problem]:
    """A lease outlives its renewal, and a renewal several tries; the agent refuses others.

    Source: https://docs.cilium.io/en/v1.20/network/l2-announcements/#leases
    """
    for path, cilium in ciliums(description):
        if cilium.l2 is None:
            continue
        lease, renew, retry = cilium.l2.lease_duration, cilium.l2.renew_deadline, cilium.l2.retry_period
        if _seconds(lease) < 1:
            message = f"{lease} is too short for a lease; the least is 1s"
            yield Problem(
                message=message,
                path=(*path, "l2", "leaseDuration"),
                hint="lengthen the lease, or shorten what must fit into it",
            )
        if _seconds(lease) <= _seconds(renew):
            message = f"a lease of {lease} ends before it must be renewed ({renew})"
            hint = "usual are leaseDuration: 15s, renewDeadline: 5s"
            yield Problem(message=message, path=(*path, "l2", "leaseDuration"), hint=hint)
        if _seconds(retry) <= 0 or _seconds(renew) <= _JITTER * _seconds(retry):
            message = f"within {renew} there is no time for two tries {retry} apart"
            hint = "renewDeadline must be more than 1.2 times retryPeriod; usual are 5s and 2s"
            yield Problem(message=message, path=(*path, "l2", "renewDeadline"), hint=hint)


def rule_l2_interfaces_are_expressions(description: Description) -> Iterator[Problem]:
    """They are regular expressions of Go; what Python cannot read either is surely none."""
    for path, cilium in ciliums(description):
        for index, pattern in enumerate(cilium.l2.interfaces if cilium.l2 else ()):
            if message := explain_expression(pattern):
                yield Problem(
                    message=message,
                    path=(*path, "l2", "interfaces", index),
                    hint="write an expression as Go's regexp takes it, such as ^eth.*",
                )


def explain_expression(pattern: str) -> str:
    """Return what is wrong with a regular expression of Go; "" if nothing is known to be.

    Go knows no lookaround and no back references: https://github.com/google/re2/wiki/Syntax
    """
    if found := re.search(r"(?<!\\)\(\?(=|!|<=|<!|P=)|(?<!\\)\\[1-9]", pattern):
        return f"{pattern!r} uses {found[0]}, which regular expressions in Go do not have"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"{pattern!r} is no regular expression: {error.msg} at character {(error.pos or 0) + 1}"
    return ""


def rule_ipv6_is_announced_by_a_cilium_that_knows_it(description: Description) -> Iterator[Problem]:
    """Before 1.19 it answered ARP only, so the LAN never found an IPv6 address.

    Source: https://github.com/cilium/cilium/pull/39648
    """
    for _, cilium in ciliums(description) if description.metallb is None else ():
        for block in pool_blocks(description) if minor_of(cilium.version) < _NDP_SINCE else ():
            by_l2 = "l2" in description.networks.load_balancers[block.pool].announce
            if by_l2 and block.addresses.version != IPV4:
                yield Problem(
                    message=f"{block.addresses} is IPv6, which Cilium {cilium.version} does not announce by l2",
                    path=block.path,
                    hint=f"use Cilium {format_minor(_NDP_SINCE)} or newer, or announce: [bgp]",
                )


def rule_pools_have_one_server(description: Description) -> Iterator[Problem]:
    """MetalLB and Cilium would both answer for the same addresses."""
    cilium = description.cni.cilium
    if description.metallb is None or cilium is None:
        return
    for key, feature in (("l2", cilium.l2), ("bgp", cilium.bgp)):
        if feature is not None and not (
            key == "bgp" and cilium.bgp is not None and cilium.bgp.advertise_pods
        ):
            message = f"metallb serves networks.loadBalancers, so Cilium must not announce them by {key} too"
            yield Problem(message=message, path=("cni", "cilium", key), hint=f"remove {key}, or metallb")


def _peers(description: Description) -> Iterator[tuple[Path, Bgp, BgpPeer]]:
    for path, cilium in ciliums(description):
        for index, peer in enumerate(cilium.bgp.peers if cilium.bgp else ()):
            if cilium.bgp is not None:
                yield (*path, "bgp", "peers", index), cilium.bgp, peer


def rule_bgp_peers_differ(description: Description) -> Iterator[Problem]:
    """Two sessions to one router are one too many; names become names of objects."""
    for (_, _, one), (path, _, other) in combinations(_peers(description), 2):
        if one.name == other.name:
            yield Problem(
                message=f"two peers are called {one.name}",
                path=(*path, "name"),
                hint="give each peer a name of its own",
            )
        if one.address == other.address:
            yield Problem(
                message=f"{one.address} is also the peer {one.name}",
                path=(*path, "address"),
                hint="leave one of them out",
            )


def rule_bgp_peers_are_routers(description: Description) -> Iterator[Problem]:
    """A loopback, multicast or unspecified address is no router's."""
    for path, _, peer in _peers(description):
        if peer.address.is_loopback or peer.address.is_multicast or peer.address.is_unspecified:
            yield Problem(
                message=f"{peer.address} cannot be a router's address",
                path=(*path, "address"),
                hint="write the router's address in the LAN",
            )


def rule_bgp_peers_can_be_reached(description: Description) -> Iterator[Problem]:
    """To another AS a packet lives for one hop, unless more are allowed: ebgpMultihop.

    Source: https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-configuration/
    """
    lan = description.networks.nodes
    for path, bgp, peer in _peers(description):
        neighbour = any(peer.address in network for network in lan)
        if bgp.asn == peer.asn and peer.ebgp_multihop is not None:
            message = f"the peer is in our own AS ({bgp.asn}), where hops are not limited"
            yield Problem(message=message, path=(*path, "ebgpMultihop"), hint="remove it")
        elif bgp.asn != peer.asn and not neighbour and (peer.ebgp_multihop or 1) == 1:
            networks = " and ".join(str(network) for network in lan)
            yield Problem(
                message=f"{peer.address} is not a neighbour (networks.nodes is {networks}), and one hop is allowed",
                path=(*path, "address"),
                hint="write ebgpMultihop: 2, or as many hops as there are",
            )


def rule_bgp_peers_have_families_of_the_lan(description: Description) -> Iterator[Problem]:
    """A session runs over an address that the nodes have."""
    versions = {network.version for network in description.networks.nodes}
    for path, _, peer in _peers(description):
        if peer.address.version not in versions:
            message = f"{peer.address} is IPv{peer.address.version}, and the nodes have no such address"
            yield Problem(
                message=message,
                path=(*path, "address"),
                hint="write an address of the family that the nodes have",
            )


def rule_bgp_times_follow_each_other(description: Description) -> Iterator[Problem]:
    """Two lost signs of life must not end a session."""
    for path, _, peer in _peers(description):
        if peer.keepalive_time_seconds * _KEEPALIVES > peer.hold_time_seconds:
            most = peer.hold_time_seconds // _KEEPALIVES
            message = (
                f"a sign of life every {peer.keepalive_time_seconds} s is too seldom "
                f"for a hold time of {peer.hold_time_seconds} s"
            )
            hint = f"write keepaliveTimeSeconds: {most}, or holdTimeSeconds: {peer.keepalive_time_seconds * _KEEPALIVES}"
            yield Problem(message=message, path=(*path, "keepaliveTimeSeconds"), hint=hint)
