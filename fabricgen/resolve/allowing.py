"""Network policies, as the description has them, in a fixed order.

Fed by the description; gives its part to `features`.
"""

from fabricgen.cluster import Allow, HttpRule, Peer, Policies
from fabricgen.description import policies as written


def resolve_policies(wanted: written.Policies | None) -> Policies | None:
    """Return the policies by namespace and name; None if none are asked for."""
    if wanted is None:
        return None
    return Policies(
        default_deny=tuple(sorted(wanted.default_deny)),
        dns=wanted.dns,
        allow=tuple(_allow(one) for one in sorted(wanted.allow, key=_policy_place)),
        because=wanted.because,
    )


def _policy_place(policy: written.Allow) -> tuple[str, str]:
    return (policy.namespace or "", policy.name)


def _allow(wanted: written.Allow) -> Allow:
    return Allow(
        name=wanted.name,
        namespace=wanted.namespace,
        pods=wanted.pods,
        because=wanted.because,
        ingress=tuple(_peer(peer) for peer in wanted.ingress),
        egress=tuple(_peer(peer) for peer in wanted.egress),
    )


def _peer(peer: written.Peer) -> Peer:
    http = (
        HttpRule(method=one.method, path=one.path, host=one.host, headers=one.headers) for one in peer.http
    )
    return Peer(
        namespace=peer.namespace,
        pods=peer.pods,
        entities=peer.entities,
        cidrs=peer.cidrs,
        except_cidrs=peer.except_cidrs,
        fqdns=peer.fqdns,
        ports=peer.ports,
        http=tuple(http),
    )
