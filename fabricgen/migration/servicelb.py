"""From k3s' servicelb to pools of Cilium: addresses change, for they were the nodes' own. Feeds `plan`."""

from typing import Final

from fabricgen.migration.step import Check, Move, Step

_DOCS: Final = "https://docs.k3s.io/networking/networking-services#service-load-balancer"
_LIST: Final = "kubectl get services --all-namespaces --output wide | grep LoadBalancer"


def ends(move: Move) -> bool:
    """Tell whether servicelb is there and goes."""
    return "servicelb" in (move.today.balancers or ()) and "servicelb" not in (move.wanted.balancers or ())


def noting(move: Move) -> Step:
    """Return the step that writes the old addresses down."""
    told = "; ".join(
        f"{one.label} {', '.join(map(str, one.addresses))}" for one in move.today.balanced if one.addresses
    )
    return Step(
        id="note-addresses",
        title="Note the addresses that Services have",
        why="servicelb has Services answer at the nodes' own addresses. A pool must not hold those, so every Service gets "
        "a new one: DNS names, port forwardings of the router and bookmarks have to follow.",
        commands=(f'{_LIST} | tee "$BEFORE/services.txt"',),
        checks=(Check(command=_LIST, expect=told or "every Service with its addresses"),),
        rollback="nothing has changed",
        sources=(_DOCS,),
    )


def checking(move: Move) -> Step:
    """Return the step that shows the new addresses."""
    pools = ", ".join(str(block) for pool in move.cluster.pools for block in pool.written)
    pinned = "; ".join(f"{vip.name} {vip.address}" for vip in move.cluster.vips)
    return Step(
        id="check-addresses",
        title="Move names to the new addresses",
        why="Each Service has an address of a pool now. What pointed to a node's address points to this one from here on.",
        commands=(_LIST,),
        checks=(
            Check(
                command=_LIST, expect=f"an address of {pools or 'a pool'}{f'; {pinned}' if pinned else ''}"
            ),
            Check(command="from a device in the LAN: open each Service", expect="an answer"),
        ),
        outage="for whoever still uses the old addresses: until names have moved",
        rollback="names back, servicelb back",
        sources=(_DOCS,),
    )
