"""Flux: its controllers, the credentials that it needs, and the objects that make it read this tree.

Fed by the cluster; gives the last steps, and for `install: cli` the objects that `flux bootstrap` would make.
Sources: https://fluxoperator.dev/docs/guides/install/ , https://fluxcd.io/flux/cmd/flux_install/ and
pkg/manifestgen/sync/sync.go in https://github.com/fluxcd/flux2 .
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from fabricgen.cluster import Cluster, Flux
from fabricgen.documents.artifact import artifact_settings
from fabricgen.documents.bootstrap import sops
from fabricgen.documents.bootstrap.cilium import plural
from fabricgen.documents.bootstrap.credentials import Credentials, credentials
from fabricgen.documents.bootstrap.step import Check, Step, command, quoted
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.flux import OPERATOR_CHART
from fabricgen.documents.layers import FLUX, object_name
from fabricgen.versions.flux import api_version
from fabricgen.versions.version import Version

SYNC = "bootstrap/flux-sync.yaml"
INSTANCE = "infrastructure/flux-instance/instance.yaml"
COMPONENTS = ("source-controller", "kustomize-controller", "helm-controller", "notification-controller")
BOOTSTRAP = "https://fluxcd.io/flux/cmd/flux_bootstrap/"
KUSTOMIZATIONS = "kustomizations.kustomize.toolkit.fluxcd.io"
DEFAULT_DOMAIN = "cluster.local"


def steps(cluster: Cluster) -> Iterator[Step]:
    """Yield the steps from a ready cluster to one that Flux runs."""
    operator = cluster.flux.operator
    yield _cli(cluster) if operator is None else _operator(operator)
    if cluster.flux.sops is not None:
        yield sops.key_step(cluster.flux.sops)
    if needed := tuple(one for one in credentials(cluster) if one.early):
        yield _secrets(needed)
    yield _start(cluster)
    yield _finish(cluster)


def _operator(operator: Version) -> Step:
    return Step(
        name="install-flux",
        title=f"Install flux-operator {operator}",
        what="The operator that installs and upgrades Flux, under the name by which Flux takes it over from git.",
        commands=(
            "kubectl apply --server-side --filename infrastructure/flux-operator/namespace.yaml",
            command(
                f"helm upgrade --install flux-operator {OPERATOR_CHART}",
                f"--version {operator} --namespace {FLUX} --wait --timeout 5m",
            ),
        ),
        tools=("kubectl", "helm"),
        says="serverside-applied, then STATUS: deployed.",
        checks=(Check(command=f"kubectl --namespace {FLUX} get pods", expect="flux-operator is Running"),),
    )


def _cli(cluster: Cluster) -> Step:
    domain = cluster.networks.domain
    other = () if domain == DEFAULT_DOMAIN else (f"--cluster-domain={quoted(domain)}",)
    return Step(
        name="install-flux",
        title=f"Install Flux {cluster.flux.version}",
        what="The four controllers that this tree needs. Flux is not in the tree itself: to upgrade it, change the version "
        "in the description, render, and run this step again.",
        commands=(
            command(
                f"flux install --version=v{cluster.flux.version}",
                f"--components={','.join(COMPONENTS)}",
                *other,
            ),
        ),
        tools=("flux",),
        says="At the end: install finished.",
        checks=(Check(command="flux check", expect="all checks passed"),),
    )


def _secrets(needed: tuple[Credentials, ...]) -> Step:
    return Step(
        name="check-secrets",
        title="Make the Secrets that are not in git",
        what="The tree names them and never holds them. This step stops if one is missing; make it from files in $SECRETS.",
        commands=tuple(
            f"kubectl --namespace {one.namespace} get secret {quoted(one.name)}" for one in needed
        ),
        tools=("kubectl",),
        says=f"The name of each: {', '.join(one.name for one in needed)}.",
    )


def _start(cluster: Cluster) -> Step:
    ready = f"kubectl --namespace {FLUX} wait --for=condition=Ready --timeout=10m"
    source, kind = cluster.flux.source, plural(cluster.flux.source.kind)
    if cluster.flux.operator is None:
        what = f"Flux reads {source.url} from now on, in the objects that `flux bootstrap` would have made."
        # When a Kustomization that is suspended is deleted, it removes nothing: https://github.com/fluxcd/flux2/pull/2624
        keep = " To keep that, suspend the Kustomization flux-system and delete it."
        file = SYNC
    else:
        what = f"The operator installs Flux, which reads {source.url} from now on, this very file included."
        keep, file = "", INSTANCE
    pushed = "pushed" if source.kind == "GitRepository" else "published with `fabricgen push`"
    apply = f"point_flux_at {quoted(sync_path(cluster.flux))} {file}"
    waits = () if cluster.flux.operator is None else (f"{ready} fluxinstance/flux",)
    return Step(
        name="start-flux",
        title="Point Flux at this tree",
        what=f"{what} What is rendered here must have been {pushed} before. Where Flux reads another path already, "
        f"this step stops: with this one it would remove everything that it has applied from there.{keep}",
        commands=(apply, *waits, f"{ready} {kind}/{FLUX}", f"{ready} {KUSTOMIZATIONS}/{FLUX}"),
        tools=("kubectl",),
        says="serverside-applied, then condition met for each.",
        checks=(
            Check(
                command=f"kubectl --namespace {FLUX} get {kind},{KUSTOMIZATIONS}", expect=f"{FLUX} is True"
            ),
        ),
    )


def sync_path(flux: Flux) -> str:
    """Return the folder that Flux reads, from the root of the repository: the entry point of this tree."""
    return str(PurePosixPath(flux.path, "flux"))


def _finish(cluster: Cluster) -> Step:
    # Dashboards need the CRDs of grafana-operator, which is not part of this tree.
    dashboards = object_name("monitoring")
    selected = f" --field-selector metadata.name!={dashboards}" if _has_dashboards(cluster) else " --all"
    wait = command(
        f"kubectl --namespace {FLUX} wait {KUSTOMIZATIONS}{selected}", "--for=condition=Ready --timeout=30m"
    )
    adopted = "kubectl --namespace kube-system wait helmrelease/cilium --for=condition=Ready --timeout=20m"
    release = Check(
        command="helm --namespace kube-system history cilium",
        expect="two revisions, the second by Flux, both deployed from the same chart",
    )
    return Step(
        name="wait-for-layers",
        title="Wait until every layer is there",
        what="Flux applies the layers of flux/ in the order of their dependsOn"
        + (", and takes over the release of Cilium." if cluster.cilium else "."),
        commands=(wait, adopted) if cluster.cilium else (wait,),
        tools=("kubectl", "helm") if cluster.cilium else ("kubectl",),
        says="condition met for each layer.",
        checks=(
            Check(command=f"kubectl --namespace {FLUX} get {KUSTOMIZATIONS}", expect="each layer is True"),
            *((release,) if cluster.cilium else ()),
        ),
    )


def _has_dashboards(cluster: Cluster) -> bool:
    return cluster.cilium is not None and cluster.cilium.monitoring.dashboards == "grafana-operator"


def sync(cluster: Cluster) -> Draft:
    """Return the source and the Kustomization, both named flux-system, as `flux bootstrap` makes them."""
    return Draft(path=SYNC, template=f"{SYNC}.j2", parts=(_source(cluster.flux), _root(cluster.flux)))


def _base(flux: Flux, kind: str) -> dict[str, object]:
    return {
        "apiVersion": api_version(kind, flux.minor),
        "kind": kind,
        "metadata": {"name": FLUX, "namespace": FLUX},
    }


def _source(flux: Flux) -> Part:
    return Part(
        base=_base(flux, flux.source.kind),
        settings=tuple(one.under("spec") for one in _source_settings(flux)),
    )


def _source_settings(flux: Flux) -> Iterator[Setting]:
    git = flux.source.kind == "GitRepository"
    docs = f"https://fluxcd.io/flux/components/source/{'gitrepositories' if git else 'ocirepositories'}"
    why = "how soon a push is seen, as `flux bootstrap` sets it"
    yield setting("interval", "1m", why=why, source=BOOTSTRAP)
    yield setting(
        "url", flux.source.url, why="what Flux reads; the description names it", source=f"{docs}/#url"
    )
    if not git:
        yield from artifact_settings(flux.source)
        return
    why = "the branch that is deployed here"
    yield setting("ref.branch", flux.source.ref, why=why, source=f"{docs}/#reference")
    if flux.source.secret is not None:
        why = "made by hand before this is applied; never in git"
        yield setting("secretRef.name", flux.source.secret, why=why, source=f"{docs}/#secret-reference")


def _root(flux: Flux) -> Part:
    return Part(
        base=_base(flux, "Kustomization"), settings=tuple(one.under("spec") for one in _root_settings(flux))
    )


def _root_settings(flux: Flux) -> Iterator[Setting]:
    docs = "https://fluxcd.io/flux/components/kustomize/kustomizations"
    why = "how often it is compared with the cluster when nothing was pushed, as `flux bootstrap` sets it"
    yield setting("interval", "10m", why=why, source=BOOTSTRAP)
    why = "the entry point: one Kustomization for each layer of this tree, and nothing of bootstrap/"
    yield setting("path", f"./{sync_path(flux)}", why=why, source=f"{docs}/#path")
    why = "a layer that is taken out of git goes; each layer says for itself whether its objects stay"
    yield setting("prune", value=True, why=why, source=f"{docs}/#prune")
    yield setting(
        "sourceRef",
        {"kind": flux.source.kind, "name": FLUX},
        why="the source above",
        source=f"{docs}/#source-reference",
    )
