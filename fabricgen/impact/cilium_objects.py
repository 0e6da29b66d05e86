"""Objects of Cilium in Kubernetes: pools, announcements, BGP, and policies, Kubernetes' own too.

What a change of each does to traffic; each row names its source.
"""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import ADD, NOT_ADD, ORDER, Row, rows, whole

POOLS: Final = "object/CiliumLoadBalancerIPPool.cilium.io"
L2: Final = "object/CiliumL2AnnouncementPolicy.cilium.io"
LB_IPAM: Final = "https://docs.cilium.io/en/stable/network/lb-ipam/"
SHRINKING: Final = "https://github.com/cilium/cilium/pull/45543"
WIDENING: Final = "https://github.com/cilium/cilium/pull/41122"
L2_PAGE: Final = "https://docs.cilium.io/en/latest/network/l2-announcements/"
BGP_PAGE: Final = "https://github.com/cilium/cilium/pull/25827"
POLICIES: Final = "https://docs.cilium.io/en/stable/security/policy/intro/"

_POOLS: Final = (
    *whole(
        POOLS,
        (Impact.NOTHING, "Services that waited for an address get one; those that have one keep it"),
        (Impact.TRAFFIC_PAUSES, "Services lose the addresses that they have from it"),
        source=LB_IPAM,
    ),
    *rows(
        POOLS,
        Impact.TRAFFIC_PAUSES,
        {
            "spec": "Services whose address the pool no longer gives get another one; before 1.20 others may swap theirs too",
            "spec.blocks.*": "Services whose address the pool no longer gives get another one; before 1.20 others may swap theirs too",
        },
        source=SHRINKING,
    ),
    Row(
        family=POOLS,
        path="spec.blocks.*",
        impact=Impact.TRAFFIC_PAUSES,
        why="a wider pool makes Cilium before 1.19 hand addresses out anew: Services may get another one",
        source=WIDENING,
        does=ADD,
        until="1.19",
    ),
    Row(
        family=POOLS,
        path="spec.blocks.*",
        impact=Impact.NOTHING,
        why="the pool gets wider; Services keep the addresses that they have",
        source=WIDENING,
        does=ADD,
        since="1.19",
    ),
    *rows(
        POOLS,
        Impact.NOTHING,
        {"spec.disabled": "no new addresses from it; Services keep those that they have"},
        source=LB_IPAM,
    ),
    *rows(
        POOLS,
        Impact.NOTHING,
        {"spec.blocks": "only the order: the pool gives the same addresses"},
        source=LB_IPAM,
        does=ORDER,
    ),
)
_REMOVED_BLOCKS: Final = (
    Row(
        family=POOLS,
        path="spec.blocks.*",
        impact=Impact.TRAFFIC_PAUSES,
        why="Services whose address the pool no longer gives get another one",
        source=SHRINKING,
        does=NOT_ADD,
        since="1.20",
    ),
)
_ANNOUNCEMENTS: Final = (
    *whole(
        L2,
        (Impact.NOTHING, "addresses are announced that nobody announced before"),
        (Impact.TRAFFIC_PAUSES, "addresses that only it announced are no longer found in the LAN"),
        source=L2_PAGE,
    ),
    *rows(
        L2,
        Impact.TRAFFIC_PAUSES,
        {"spec": "other nodes or links may announce the addresses: they pause until a lease is taken anew"},
        source=L2_PAGE,
    ),
)


def _bgp(kind: str, added: str, removed: str, changed: str) -> tuple[Row, ...]:
    family = f"object/{kind}.cilium.io"
    return (
        *whole(family, (Impact.NOTHING, added), (Impact.TRAFFIC_PAUSES, removed), source=BGP_PAGE),
        *rows(family, Impact.TRAFFIC_PAUSES, {"spec": changed}, source=BGP_PAGE),
    )


_BGP: Final = (
    Row(
        family="object/CiliumBGPAdvertisement.cilium.io",
        path="metadata.labels",
        impact=Impact.TRAFFIC_PAUSES,
        why="sessions find what they announce by these labels: routes are withdrawn or announced",
        source=BGP_PAGE,
    ),
    *_bgp(
        "CiliumBGPClusterConfig",
        "sessions begin that were not there",
        "sessions end and routes are withdrawn",
        "sessions that it is about are reset; without graceful restart routes are withdrawn meanwhile",
    ),
    *_bgp(
        "CiliumBGPPeerConfig",
        "nothing until a cluster config names it",
        "sessions that use it fall back to the defaults, and are reset",
        "sessions that use it are reset: Cilium applies it at once, even if that takes a reset",
    ),
    *_bgp(
        "CiliumBGPAdvertisement",
        "routes are announced that were not",
        "routes are withdrawn",
        "routes are withdrawn or announced; sessions stay",
    ),
)


def _policy(family: str) -> tuple[Row, ...]:
    return (
        *whole(
            family,
            (
                Impact.TRAFFIC_PAUSES,
                "traffic that it selects and does not allow is dropped as soon as it is there",
            ),
            (
                Impact.TRAFFIC_PAUSES,
                "what only it allowed is dropped if another policy selects the same pods; else all is allowed",
            ),
            source=POLICIES,
        ),
        *rows(
            family,
            Impact.TRAFFIC_PAUSES,
            {"spec": "other traffic is allowed than before: what no longer is, is dropped at once"},
            source=POLICIES,
        ),
        *rows(
            family,
            Impact.NOTHING,
            {"spec.description": "words for people"},
            source=POLICIES,
        ),
        *(
            Row(
                family=family,
                path=f"spec.{direction}.*{place}",
                impact=Impact.NOTHING,
                why="one more is allowed: a policy allows what any of its rules, and any item of their lists, allows",
                source=POLICIES,
                does=ADD,
            )
            for direction in ("ingress", "egress")
            for place in ("", ".*.*")
        ),
        *(
            Row(
                family=family,
                path=f"spec.{direction}",
                impact=Impact.NOTHING,
                why="only the order: a policy allows what any of its rules allows",
                source=POLICIES,
                does=ORDER,
            )
            for direction in ("ingress", "egress")
        ),
    )


_POLICIES: Final = (
    *_policy("object/CiliumNetworkPolicy.cilium.io"),
    *_policy("object/CiliumClusterwideNetworkPolicy.cilium.io"),
    *_policy("object/NetworkPolicy.networking.k8s.io"),
)

ROWS: Final = (*_POOLS, *_REMOVED_BLOCKS, *_ANNOUNCEMENTS, *_BGP, *_POLICIES)
