"""Objects of Kubernetes that the network is made of: Gateways, Services, namespaces; MetalLB's; dashboards.

What a change of each does to traffic; each row names its source.
"""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import ADD, Row, rows, same, whole

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
            "metadata.labels": "pools and announcements select Services by labels: it may get another address, or none",
            'metadata.annotations."lbipam.cilium.io/ips"': "the Service moves to another address",
            'metadata.annotations."lbipam.cilium.io/sharing-key"': "the Service may get another address",
            'metadata.annotations."lbipam.cilium.io/sharing-cross-namespace"': "the Service may get another address",
            'metadata.annotations."metallb.io/loadBalancerIPs"': "the Service moves to another address",
            "spec.clusterIP": "the API server refuses another one: the Service has to be made anew",
        },
        source=SERVICE,
    ),
    *same(
        "object/Service",
        Impact.NOTHING,
        tuple(
            f'metadata.annotations."external-dns.{one}/hostname"'
            for one in ("alpha.kubernetes.io", "kubernetes.io")
        ),
        why="external-dns publishes the address under another name",
        source="https://github.com/kubernetes-sigs/external-dns/blob/master/docs/annotations/annotations.md",
    ),
    *rows(
        "object/Service",
        None,
        {"metadata.annotations": "controllers read annotations: what this one does is not known here"},
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
    *same(
        "object/Namespace",
        Impact.NOTHING,
        tuple(
            f'metadata.labels."pod-security.kubernetes.io/{mode}"' for mode in ("audit", "enforce", "warn")
        ),
        why="pods that run are left alone; new ones may be refused",
        source=NAMESPACES,
    ),
    *rows(
        "object/Namespace",
        None,
        {"metadata.labels": "policies, Gateways and others may select namespaces by it"},
        source="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",
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

ROWS: Final = (*_META, *_GATEWAYS, *_SERVICES, *_NAMESPACES, *_METALLB, *_DASHBOARDS)
