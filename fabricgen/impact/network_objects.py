"""Objects of the network in Kubernetes: pools, announcements, BGP, policies, Gateways, Services, namespaces.

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
GATEWAY: Final = "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/"
SERVICE: Final = "https://kubernetes.io/docs/concepts/services-networking/service/"
NAMESPACES: Final = "https://kubernetes.io/docs/concepts/security/pod-security-admission/"
APPLY: Final = "https://kubernetes.io/docs/reference/using-api/server-side-apply/"

_META: Final = (
    *rows(
        "object/*",
        Impact.NOTHING,
        {
            "metadata.labels": "labels of the object itself; what selects by them is an object of its own",
            "metadata.annotations": "annotations of the object itself",
        },
        source=APPLY,
    ),
    Row(
        family="object/*",
        path="apiVersion",
        impact=Impact.NOTHING,
        why="the same object, written in another version of its API; the API server stores it once",
        source="https://kubernetes.io/docs/reference/using-api/#api-versioning",
    ),
)

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
            {
                "spec": "other traffic is allowed than before: what is no longer allowed is dropped, in open connections too"
            },
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

_GATEWAYS: Final = (
    *whole(
        "object/*.gateway.networking.k8s.io",
        (Impact.NOTHING, "something is served that was not"),
        (Impact.TRAFFIC_PAUSES, "what it served is no longer reached"),
        source=GATEWAY,
    ),
    *rows(
        "object/*.gateway.networking.k8s.io",
        Impact.TRAFFIC_PAUSES,
        {"spec": "requests go another way, or nowhere, as soon as it is applied; connections may break"},
        source=GATEWAY,
    ),
    *rows(
        "object/Gateway.gateway.networking.k8s.io",
        Impact.NOTHING,
        {"spec.listeners.*": "a further listener; those that are there stay"},
        source=GATEWAY,
        does=ADD,
    ),
)

_SERVICES: Final = (
    *whole(
        "object/Service",
        (Impact.NOTHING, "a Service that was not there"),
        (Impact.TRAFFIC_PAUSES, "its name and its address lead nowhere"),
        source=SERVICE,
    ),
    *rows(
        "object/Service",
        Impact.TRAFFIC_PAUSES,
        {
            "spec": "it is reached another way than before",
            'metadata.annotations."lbipam.cilium.io/ips"': "the Service moves to another address",
            'metadata.annotations."lbipam.cilium.io/sharing-key"': "who shares an address changes: the Service may get another one",
            'metadata.annotations."lbipam.cilium.io/sharing-cross-namespace"': "who shares an address changes: the Service may get another one",
            'metadata.annotations."metallb.io/loadBalancerIPs"': "the Service moves to another address",
            "spec.clusterIP": "the API server refuses another one: the Service has to be made anew",
        },
        source=SERVICE,
    ),
)

_NAMESPACES: Final = (
    *whole(
        "object/Namespace",
        (Impact.NOTHING, "a namespace that was not there"),
        (Impact.PODS_RECREATED, "all that is in it goes with it, unless pruning is disabled for it"),
        source="https://fluxcd.io/flux/components/kustomize/kustomizations/#prune",
    ),
    *(
        Row(
            family="object/Namespace",
            path=path,
            impact=Impact.NOTHING,
            why="pods that run are left alone; new ones may be refused",
            source=NAMESPACES,
        )
        for path in ("metadata.labels",)
    ),
)

_METALLB: Final = (
    *whole(
        "object/*.metallb.io",
        (Impact.NOTHING, "addresses are given or announced that were not"),
        (
            Impact.TRAFFIC_PAUSES,
            "addresses that it gave or announced may be gone: MetalLB may refuse it while they are in use",
        ),
        source="https://metallb.universe.tf/configuration/",
    ),
    *rows(
        "object/*.metallb.io",
        Impact.TRAFFIC_PAUSES,
        {"spec": "addresses are given or announced another way"},
        source="https://metallb.universe.tf/configuration/",
    ),
    *rows(
        "object/IPAddressPool.metallb.io",
        Impact.NOTHING,
        {"spec.addresses.*": "the pool gets wider; Services keep their addresses"},
        source="https://metallb.universe.tf/configuration/",
        does=ADD,
    ),
)

_DASHBOARDS: Final = (
    *whole(
        "object/GrafanaDashboard.grafana.integreatly.org",
        (Impact.NOTHING, "a dashboard"),
        (Impact.NOTHING, "a dashboard"),
        source="https://grafana.github.io/grafana-operator/docs/dashboards/",
    ),
    *rows(
        "object/GrafanaDashboard.grafana.integreatly.org",
        Impact.NOTHING,
        {"spec": "a dashboard"},
        source="https://grafana.github.io/grafana-operator/docs/dashboards/",
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

ROWS: Final = (
    *_META,
    *_POOLS,
    *_REMOVED_BLOCKS,
    *_ANNOUNCEMENTS,
    *_BGP,
    *_POLICIES,
    *_GATEWAYS,
    *_SERVICES,
    *_NAMESPACES,
    *_METALLB,
    *_DASHBOARDS,
)
