"""Objects of Flux, the releases and charts that it installs, and kustomize's own files.

Sources are Flux' own pages and the code of its controllers.
"""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import Row, rows, same, whole

RELEASES: Final = "https://fluxcd.io/flux/components/helm/helmreleases/"
LAYERS: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/"
SOURCES: Final = "https://fluxcd.io/flux/components/source/"
OPERATOR: Final = "https://fluxoperator.dev/docs/crd/fluxinstance/"
UPGRADE: Final = "https://docs.cilium.io/en/stable/operations/upgrade/"
UNINSTALL: Final = (
    "https://github.com/fluxcd/helm-controller/blob/v1.6.3/internal/controller/helmrelease_controller.go"
)

_ELSEWHERE: Final = "Flux applies what it finds there: the objects of this tree are told by themselves, others nobody sees from here"
_RELEASES: Final = (
    *same(
        "release/*",
        Impact.NOTHING,
        (
            "metadata.annotations",
            "metadata.labels",
            "spec.chart.spec.interval",
            "spec.chart.spec.sourceRef",
            "spec.chartRef",
            "spec.dependsOn",
            "spec.driftDetection",
            "spec.bootstrap",
            "spec.failurePolicy",
            "spec.install",
            "spec.interval",
            "spec.maxHistory",
            "spec.repo",
            "spec.rollback",
            "spec.suspend",
            "spec.test",
            "spec.timeout",
            "spec.uninstall",
            "spec.upgrade",
        ),
        why="how Flux looks after the release; what is installed stays the same",
        source=RELEASES,
    ),
    *same(
        "release/*",
        Impact.PODS_RECREATED,
        (
            "metadata.name",
            "metadata.namespace",
            "spec.releaseName",
            "spec.storageNamespace",
            "spec.targetNamespace",
        ),
        why="Flux uninstalls the release under its old name or place, then installs it anew: whatever it ran is away meanwhile",
        source=UNINSTALL,
    ),
    *whole(
        "release/*",
        (Impact.AGENTS_ROLL, "Flux installs what was not there, or takes over what runs under this name"),
        (Impact.PODS_RECREATED, "Flux uninstalls what it installed, unless pruning is disabled for it"),
        source=LAYERS,
    ),
    *whole(
        "release/cilium",
        (
            Impact.PODS_RECREATED,
            "Cilium becomes the pod network: pods that another one connected have to be made anew",
        ),
        (
            Impact.PODS_RECREATED,
            "without Cilium no pod gets a network; with pruning disabled Flux leaves it running",
        ),
        source="https://docs.cilium.io/en/stable/installation/k8s-install-migration/",
    ),
)
_CHARTS: Final = (
    *rows(
        "release/*",
        Impact.AGENTS_ROLL,
        {
            "spec.chart.spec.version": "another version of the chart: what it installs restarts",
            "spec.chart.spec.chart": "another chart",
        },
        source=RELEASES,
    ),
    *rows(
        "chart/*",
        Impact.AGENTS_ROLL,
        {"spec.ref": "another version of the chart: what it installs restarts"},
        source=RELEASES,
    ),
    *(
        Row(
            family=family,
            path=path,
            impact=Impact.TRAFFIC_PAUSES,
            why="agents, operator and Envoy restart node by node in the new version: packets of running pods keep flowing, "
            "connections through Envoy break",
            source=UPGRADE,
        )
        for family, path in (("release/cilium", "spec.chart.spec.version"), ("chart/cilium", "spec.ref"))
    ),
    *rows(
        "chart/*",
        Impact.NOTHING,
        {
            f"{place}": "how Flux fetches the chart"
            for place in (
                "metadata.annotations",
                "metadata.labels",
                "spec.certSecretRef",
                "spec.interval",
                "spec.layerSelector",
                "spec.provider",
                "spec.secretRef",
                "spec.suspend",
                "spec.timeout",
                "spec.url",
                "spec.verify",
            )
        },
        source=SOURCES,
    ),
    *whole(
        "chart/*",
        (Impact.NOTHING, "a source is fetched; nothing is installed from it yet"),
        (Impact.NOTHING, "what was installed from it stays"),
        source=SOURCES,
    ),
)

_SOURCES: Final = (
    *same(
        "object/*.source.toolkit.fluxcd.io",
        Impact.NOTHING,
        (
            "spec.certSecretRef",
            "spec.interval",
            "spec.layerSelector",
            "spec.secretRef",
            "spec.suspend",
            "spec.timeout",
            "spec.verify",
        ),
        why="how Flux fetches; what it applies stays the same",
        source=SOURCES,
    ),
    *same(
        "object/*.source.toolkit.fluxcd.io",
        None,
        ("spec.ignore", "spec.ref", "spec.url"),
        why=_ELSEWHERE,
        source=SOURCES,
    ),
    *same(
        "object/HelmRepository.source.toolkit.fluxcd.io",
        Impact.NOTHING,
        ("spec.provider", "spec.type", "spec.url"),
        why="where charts are fetched from; the versions of charts are pinned elsewhere",
        source=SOURCES,
    ),
    *whole(
        "object/*.source.toolkit.fluxcd.io",
        (Impact.NOTHING, "a source is fetched; nothing is applied from it yet"),
        (Impact.NOTHING, "what was applied from it stays"),
        source=SOURCES,
    ),
)

_LAYERS: Final = (
    *same(
        "object/*.kustomize.toolkit.fluxcd.io",
        Impact.NOTHING,
        (
            "spec.deletionPolicy",
            "spec.dependsOn",
            "spec.healthCheckExprs",
            "spec.healthChecks",
            "spec.interval",
            "spec.prune",
            "spec.retryInterval",
            "spec.suspend",
            "spec.timeout",
            "spec.wait",
        ),
        why="when and in which order Flux applies the layer; the objects in it are told by themselves",
        source=LAYERS,
    ),
    *same(
        "object/*.kustomize.toolkit.fluxcd.io",
        None,
        ("spec.path", "spec.sourceRef"),
        why=_ELSEWHERE,
        source=LAYERS,
    ),
    *whole(
        "object/*.kustomize.toolkit.fluxcd.io",
        (Impact.NOTHING, "Flux applies one more layer; the objects in it are told by themselves"),
        (Impact.NOTHING, "Flux prunes the layer if it may; the objects in it are told by themselves"),
        source=LAYERS,
    ),
    *rows(
        "object/*.kustomize.config.k8s.io",
        Impact.NOTHING,
        {"": "which files belong to a layer; the objects in them are told by themselves"},
        source="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/",
    ),
)

_FLUX: Final = (
    *rows(
        "object/FluxInstance.fluxcd.controlplane.io",
        Impact.AGENTS_ROLL,
        {"spec": "Flux' controllers restart; what they have applied stays"},
        source=OPERATOR,
    ),
    *same(
        "object/FluxInstance.fluxcd.controlplane.io",
        Impact.NOTHING,
        ("spec.sync.interval", "spec.sync.pullSecret"),
        why="how Flux fetches; what it applies stays the same",
        source=OPERATOR,
    ),
    *same(
        "object/FluxInstance.fluxcd.controlplane.io", None, ("spec.sync",), why=_ELSEWHERE, source=OPERATOR
    ),
    *whole(
        "object/FluxInstance.fluxcd.controlplane.io",
        (Impact.AGENTS_ROLL, "flux-operator installs Flux, or takes over the one that runs"),
        (Impact.AGENTS_ROLL, "flux-operator uninstalls Flux; what Flux applied stays"),
        source=OPERATOR,
    ),
    *rows(
        "values/flux-operator",
        Impact.AGENTS_ROLL,
        {"": "flux-operator restarts; Flux and what it applied stay"},
        source=OPERATOR,
    ),
    *rows(
        "values/metallb",
        Impact.TRAFFIC_PAUSES,
        {"": "MetalLB's speakers restart: other nodes announce their addresses meanwhile"},
        source="https://metallb.universe.tf/concepts/layer2/",
    ),
)

ROWS: Final = (*_RELEASES, *_CHARTS, *_SOURCES, *_LAYERS, *_FLUX)
