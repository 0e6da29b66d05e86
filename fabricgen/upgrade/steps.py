"""The commands of one stop: what is done before git changes, the change itself, what is done after it, the way back.

Fed by `planning` with the moves and the cluster after them; shown by the forms of output. Names and addresses are this
cluster's own. Sources: the pages that each step names.
"""

from collections.abc import Iterator, Sequence

from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.bootstrap.cilium import chart_words
from fabricgen.documents.bootstrap.flux import COMPONENTS, DEFAULT_DOMAIN
from fabricgen.documents.bootstrap.step import CONTINUED
from fabricgen.upgrade.machines import (
    keep_datastore,
    keep_etcd,
    upgrade_k3s,
    upgrade_kubernetes,
    upgrade_talos,
)
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.rollback import way_back
from fabricgen.upgrade.step import CILIUM_UPGRADE, FLUX_UPGRADE, Procedure, Step
from fabricgen.versions.version import minor_of


def procedure(moves: Sequence[Move], cluster: Cluster, *, description: str, tree: str) -> Procedure:
    """Return what is done at a stop. `cluster` is that after it; `description` and `tree` are paths in the repository."""
    return Procedure(
        steps=tuple(_steps(moves, cluster, paths=(description, tree))),
        rollback=tuple(step for move in reversed(moves) for step in way_back(move, cluster)),
    )


def _steps(moves: Sequence[Move], cluster: Cluster, *, paths: tuple[str, str]) -> Iterator[Step]:
    yield _look()
    for move in moves:
        yield from _before(move, cluster)
    yield _commit(moves, cluster, paths=paths)
    for move in moves:
        yield from _after(move, cluster)
    yield from _checks(moves, cluster)


def _look() -> Step:
    return Step(
        what="Start from a cluster that is well: every node Ready, nothing of Flux failing",
        commands=("kubectl get nodes", "flux get all --all-namespaces --status-selector ready=false"),
        source="",
    )


def _before(move: Move, cluster: Cluster) -> Iterator[Step]:
    minor = minor_of(move.before) != minor_of(move.after)
    match move.product:
        case "kubernetes" | "talos" if cluster.talos is not None:
            yield from keep_etcd(cluster)
        case "k3s" if cluster.k3s is not None:
            yield keep_datastore(cluster.k3s)
        case "cilium" if minor and cluster.cilium is not None:
            yield _preflight(cluster.cilium)
        case "flux":
            if minor:
                yield _migrate(move)
            if cluster.flux.operator is None:
                yield _install_flux(move, domain=cluster.networks.domain)
        case _:
            return


def _preflight(cilium: Cilium) -> Step:
    chart = chart_words(cilium.chart).replace(CONTINUED, " ")
    api = f"--set k8sServiceHost={cilium.api_host} --set k8sServicePort={cilium.api_port}"
    made = (
        f"helm template cilium-preflight {chart} --namespace kube-system --set preflight.enabled=true "
        f"--set agent=false --set operator.enabled=false {api} > cilium-preflight.yaml"
    )
    ready = "kubectl --namespace kube-system rollout status"
    return Step(
        what="Run Cilium's own pre-flight check: it pulls the new images to every node and judges all policies that are there. "
        "Where the last line does not end, the deployment's log says which policy is wrong",
        commands=(
            made,
            "kubectl create --filename cilium-preflight.yaml",
            f"{ready} daemonset/cilium-pre-flight-check --timeout=10m",
            f"{ready} deployment/cilium-pre-flight-check --timeout=5m",
            "kubectl delete --filename cilium-preflight.yaml",
        ),
        source=f"{CILIUM_UPGRADE} (Running pre-flight check)",
    )


def _migrate(move: Move) -> Step:
    return Step(
        what=f"With the CLI of Flux {move.after}: store what the cluster holds in the versions that stay, then look which "
        "manifests of your own are written in older ones",
        commands=("flux --version", "flux migrate", "flux migrate -f . --dry-run"),
        source=FLUX_UPGRADE,
    )


def _install_flux(move: Move, *, domain: str) -> Step:
    other = "" if domain == DEFAULT_DOMAIN else f" --cluster-domain={domain}"
    return Step(
        what="Install the new controllers: Flux is not in the tree itself, and what it reads next may need them",
        commands=(
            f"flux install --version=v{move.after} --components={','.join(COMPONENTS)}{other}",
            "flux check",
        ),
        source=FLUX_UPGRADE,
    )


def _commit(moves: Sequence[Move], cluster: Cluster, *, paths: tuple[str, str]) -> Step:
    names = ", ".join(str(move) for move in moves)
    reconcile = (
        "flux reconcile source git flux-system"
        if cluster.flux.source.kind == "GitRepository"
        else "flux reconcile source oci flux-system"
    )
    return Step(
        what="Read the diff, then commit description and tree together and let Flux take them",
        commands=(
            f"git diff -- {paths[0]} {paths[1]}",
            f"git add -- {paths[0]} {paths[1]}",
            f'git commit -m "{cluster.name}: {names}"',
            "git push",
            reconcile,
            "flux reconcile kustomization flux-system",
        ),
        source="",
    )


def _after(move: Move, cluster: Cluster) -> Iterator[Step]:
    match move.product:
        case "talos" if cluster.talos is not None:
            yield from upgrade_talos(move, cluster, cluster.talos)
        case "kubernetes" if cluster.talos is not None:
            yield from upgrade_kubernetes(move, cluster, cluster.talos)
        case "k3s":
            yield from upgrade_k3s(move, cluster)
        case "flux" if cluster.flux.operator is not None:
            yield _flux_instance()
        case "gateway-api":
            yield Step(
                what="Wait until the CRDs are there; Cilium's layer waits for them by itself",
                commands=(
                    "kubectl --namespace flux-system wait kustomization/fabric-gateway-api-crds --for=condition=Ready --timeout=10m",
                ),
                source="",
            )
        case _:
            return


def _flux_instance() -> Step:
    return Step(
        what="The operator upgrades Flux as soon as the FluxInstance says so",
        commands=(
            "kubectl --namespace flux-system wait fluxinstance/flux --for=condition=Ready --timeout=10m",
        ),
        source="https://fluxoperator.dev/docs/guides/install/",
    )


def _checks(moves: Sequence[Move], cluster: Cluster) -> Iterator[Step]:
    products = {move.product for move in moves}
    commands = ["flux get all --all-namespaces --status-selector ready=false"]
    if products & {"cilium", "gateway-api"} and cluster.cilium is not None:
        commands[:0] = [
            "kubectl --namespace flux-system wait kustomization/fabric-cilium --for=condition=Ready --timeout=40m",
            "kubectl --namespace kube-system rollout status daemonset/cilium --timeout=10m",
            "cilium status --wait",
        ]
    if "flux" in products:
        commands.append("flux check")
    if products & {"talos", "kubernetes", "k3s"}:
        commands.append("kubectl get nodes --output wide")
    yield Step(what="Look whether all is well before the next stop", commands=tuple(commands), source="")
