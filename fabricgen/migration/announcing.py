"""From L2 announcements to BGP: both for a while, then only BGP. Feeds `plan`."""

from typing import Final

from fabricgen.migration.step import Check, Move, Step

_BGP: Final = "https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-operation/"
_L2: Final = "https://docs.cilium.io/en/stable/network/l2-announcements/"


def changes_to_bgp(move: Move) -> bool:
    """Tell whether Cilium announced by L2, and is to announce by BGP alone."""
    before, after = move.today.announced or frozenset(), move.wanted.announced or frozenset()
    return (
        "cilium" in (move.today.balancers or ()) and "l2" in before and "l2" not in after and "bgp" in after
    )


def router(move: Move) -> Step:
    """Return the step on the router."""
    bgp = move.cluster.cilium.bgp if move.cluster.cilium else None
    peers = bgp.peers if bgp else ()
    told = "; ".join(f"{one.name} at {one.address}, AS {one.asn}, port {one.port}" for one in peers)
    nodes = ", ".join(str(one.address) for one in (*move.control_planes, *move.workers))
    pools = ", ".join(str(block) for pool in move.cluster.pools for block in pool.written)
    return Step(
        id="prepare-router",
        title="Prepare the router",
        why=f"It is to take sessions from {nodes} (AS {bgp.asn if bgp else '?'}), and routes within {pools} only. Peers "
        f"as described: {told or 'none'}.",
        checks=(
            Check(
                command="on the router: its list of BGP neighbours", expect="every node, not established yet"
            ),
        ),
        traps=(
            *_in_lan(move),
            "Accept only /32 routes from the pool: a wrong route of a cluster must not take the whole LAN.",
        ),
        rollback="take the neighbours out",
        sources=(_BGP,),
    )


def both(move: Move) -> Step:
    """Return the step that announces by both."""
    return Step(
        id="announce-by-both",
        title="Announce by both",
        why="BGP comes first and L2 goes last, so that no address is without a way. An address may be known by both: "
        f"whoever is in the LAN asks by ARP, whoever is beyond the router is routed. In {move.description}, let the "
        "pools say `announce: [l2, bgp]` and keep `l2` for this push.",
        commands=(
            f'(cd "$(git rev-parse --show-toplevel)" && fabricgen render {move.description})',
            f"git add --all . {move.beside}".rstrip(),
            'git commit --message "Announce by BGP as well"',
            "git push",
            "flux reconcile kustomization flux-system --with-source --namespace flux-system",
        ),
        checks=(
            Check(command="cilium bgp peers", expect="each session established"),
            Check(
                command="cilium bgp routes advertised ipv4 unicast",
                expect="one /32 for each address of a Service",
            ),
            Check(command="on the router: its routes", expect="the same, each by the nodes"),
        ),
        rollback="git revert, push",
        sources=(_BGP, _L2),
    )


def drop_l2(move: Move) -> Step:
    """Return the step that renders without L2 again; nothing is pushed yet."""
    return Step(
        id="drop-l2",
        title="Leave L2 out again",
        why=f"Only when both answer. In {move.description}, let the pools say `announce: [bgp]`, and take `l2` out.",
        commands=(f'(cd "$(git rev-parse --show-toplevel)" && fabricgen render {move.description})',),
        checks=(
            Check(
                command="grep --recursive CiliumL2AnnouncementPolicy infrastructure || true", expect="nothing"
            ),
        ),
        rollback="git checkout .",
        sources=(_L2,),
    )


def _in_lan(move: Move) -> tuple[str, ...]:
    """Return what becomes of a pool that lies in the nodes' own network."""
    inside = [
        pool.name
        for pool in move.cluster.pools
        for block in pool.written
        if any(block.within(network) for network in move.cluster.networks.nodes)
    ]
    if not inside:
        return ()
    return (
        (
            f"The pool {', '.join(dict.fromkeys(inside))} lies in the nodes' own network. Devices there ask for its addresses "
            "by ARP and never send them to the router, so with L2 off they get no answer. Keep `l2` beside `bgp`, or move "
            "the pool out of the LAN first."
        ),
    )


def only_bgp(move: Move) -> Step:
    """Return the step that shows that nobody misses L2."""
    return Step(
        id="check-bgp-alone",
        title="Check that nobody misses ARP",
        why="L2 is off: the leases are gone, and addresses are reached by way of the router alone.",
        commands=("kubectl --namespace kube-system get leases | grep --count cilium-l2announce || true",),
        checks=(
            Check(
                command="kubectl --namespace kube-system get leases | grep --count cilium-l2announce || true",
                expect="0",
            ),
            Check(
                command="from a device in the LAN, and one beyond the router: open each Service",
                expect="an answer",
            ),
        ),
        traps=_in_lan(move),
        outage="for devices that still ask by ARP: until they know the route" if _in_lan(move) else "none",
        rollback="git revert, push: L2 answers again",
        sources=(_L2, _BGP),
    )
