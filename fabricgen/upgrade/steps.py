"""The commands of one stop: what is done before git changes, the change itself, what is done after it, the way back.

Fed by `planning` with the moves and the cluster after them; shown by the forms of output. Names and addresses are this
cluster's own. Sources: the pages that each step names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fabricgen.cluster import Cilium, Cluster, K3s, Node, Talos
from fabricgen.documents.bootstrap.cilium import chart_words
from fabricgen.documents.bootstrap.flux import COMPONENTS, DEFAULT_DOMAIN
from fabricgen.documents.bootstrap.step import CONTINUED
from fabricgen.upgrade.order import Move
from fabricgen.versions.talos import installer_image
from fabricgen.versions.version import Version, minor_of

_TALOS_UPGRADE: Final = "https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/lifecycle-management/upgrading-talos"
_KUBERNETES_UPGRADE: Final = (
    "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes"
)
_ETCD: Final = "https://docs.siderolabs.com/talos/v1.14/build-and-extend-talos/cluster-operations-and-maintenance/disaster-recovery"
_K3S_UPGRADE: Final = "https://docs.k3s.io/upgrades/manual"
_K3S_BACKUP: Final = "https://docs.k3s.io/datastore/backup-restore, https://docs.k3s.io/cli/etcd-snapshot"
_K3S_BACK: Final = "https://docs.k3s.io/upgrades/roll-back"
_FLUX_UPGRADE: Final = (
    "https://fluxcd.io/flux/installation/upgrade/, https://fluxcd.io/flux/cmd/flux_migrate/"
)
_CILIUM_UPGRADE: Final = "https://github.com/cilium/cilium/blob/v1.20.2/Documentation/operations/upgrade.rst"
_DOCKER: Final = (
    "https://docs.siderolabs.com/talos/v1.13/platform-specific-installations/local-platforms/docker"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do: a sentence, the commands (lines of shell, none where a person acts), and the source of both."""

    what: str
    commands: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The steps of one stop in order, and the way back."""

    steps: tuple[Step, ...]
    rollback: tuple[Step, ...]


def procedure(moves: Sequence[Move], cluster: Cluster, *, description: str, tree: str) -> Procedure:
    """Return what is done at a stop. `cluster` is that after it; `description` and `tree` are paths in the repository."""
    return Procedure(
        steps=tuple(_steps(moves, cluster, paths=(description, tree))),
        rollback=tuple(step for move in reversed(moves) for step in _back(move, cluster)),
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
            yield from _snapshot(cluster)
        case "k3s" if cluster.k3s is not None:
            yield _k3s_backup(cluster.k3s)
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
        source=f"{_CILIUM_UPGRADE} (Running pre-flight check)",
    )


def _migrate(move: Move) -> Step:
    return Step(
        what=f"With the CLI of Flux {move.after}: store what the cluster holds in the versions that stay, then look which "
        "manifests of your own are written in older ones",
        commands=("flux --version", "flux migrate", "flux migrate -f . --dry-run"),
        source=_FLUX_UPGRADE,
    )


def _install_flux(move: Move, *, domain: str) -> Step:
    other = "" if domain == DEFAULT_DOMAIN else f" --cluster-domain={domain}"
    return Step(
        what="Install the new controllers: Flux is not in the tree itself, and what it reads next may need them",
        commands=(
            f"flux install --version=v{move.after} --components={','.join(COMPONENTS)}{other}",
            "flux check",
        ),
        source=_FLUX_UPGRADE,
    )


def _snapshot(cluster: Cluster) -> Iterator[Step]:
    first = cluster.control_planes[0]
    yield Step(
        what="Keep a copy of etcd outside of the cluster",
        commands=(f"talosctl --nodes {_address(first)} etcd snapshot etcd-before.snapshot",),
        source=_ETCD,
    )


def _k3s_backup(k3s: K3s) -> Step:
    copied = "sudo cp /var/lib/rancher/k3s/server/token /root/k3s-token-before"
    if k3s.etcd:
        commands: tuple[str, ...] = ("sudo k3s etcd-snapshot save --name before-upgrade", copied)
    else:
        commands = (
            "sudo systemctl stop k3s",
            "sudo cp --archive /var/lib/rancher/k3s/server/db /root/k3s-db-before",
            copied,
            "sudo systemctl start k3s",
        )
    return Step(
        what=f"On {k3s.first_server}: keep a copy of the datastore and of the token that it is encrypted with; pods run on "
        "while k3s is stopped",
        commands=commands,
        source=_K3S_BACKUP,
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
            yield from _talos(move, cluster, cluster.talos)
        case "kubernetes" if cluster.talos is not None:
            yield from _kubernetes(move, cluster, cluster.talos)
        case "k3s":
            yield from _k3s(move, cluster)
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


def _talos(move: Move, cluster: Cluster, talos: Talos) -> Iterator[Step]:
    if talos.docker is not None:
        yield Step(
            what="Make the cluster anew, by its runbook (bootstrap/README.md): containers cannot be upgraded",
            commands=(),
            source=_DOCKER,
        )
        return
    yield Step(
        what=f"Install talosctl {move.after}, then upgrade one node after the other, control planes first; each one reboots, "
        "and the next waits until all is well",
        commands=tuple(
            line
            for node in (*cluster.control_planes, *cluster.workers)
            for line in (
                _upgrade(node, talos, move.after),
                f"talosctl --nodes {_address(cluster.control_planes[0])} health",
            )
        ),
        source=_TALOS_UPGRADE,
    )


def _upgrade(node: Node, talos: Talos, version: Version) -> str:
    schematic = node.schematic
    if schematic is None:
        return f"talosctl --nodes {_address(node)} upgrade"
    image = installer_image(version, schematic.id, factory=talos.factory, secureboot=talos.secureboot)
    return f"talosctl --nodes {_address(node)} upgrade --image {image}"


def _kubernetes(move: Move, cluster: Cluster, talos: Talos) -> Iterator[Step]:
    node = _address(cluster.control_planes[0])
    what = "Upgrade Kubernetes on all nodes, after looking what that would do"
    if talos.docker is not None:
        what += "; whether this works in docker is not known to us, where making the cluster anew does"
    yield Step(
        what=what,
        commands=(
            f"talosctl --nodes {node} upgrade-k8s --to {move.after} --dry-run",
            f"talosctl --nodes {node} upgrade-k8s --to {move.after}",
        ),
        source=_KUBERNETES_UPGRADE,
    )


def _k3s(move: Move, cluster: Cluster) -> Iterator[Step]:
    install = f"curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v{move.after} sh -s -"
    for role, nodes in (("server", cluster.control_planes), ("agent", cluster.workers)):
        for node in nodes:
            yield Step(
                what=f"On {node.name} ({_address(node)}), as {role}; its config file stays. Wait until it is Ready with the "
                "new version before the next",
                commands=(f"{install} {role}", f"kubectl get node {node.name}"),
                source=_K3S_UPGRADE,
            )


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


def _back(move: Move, cluster: Cluster) -> Iterator[Step]:
    revert = (
        "git revert --no-edit HEAD",
        "git push",
        "flux reconcile kustomization flux-system --with-source",
    )
    minor = minor_of(move.before) != minor_of(move.after)
    match move.product:
        case "cilium" | "gateway-api":
            yield Step(
                what="Revert the commit: one minor back is tested as one minor forward is, as long as nothing new was used",
                commands=revert,
                source=_CILIUM_UPGRADE,
            )
        case "talos" if cluster.talos is not None and cluster.talos.docker is None:
            yield Step(
                what="Revert the commit, and have each node boot what it ran before",
                commands=(*revert, f"talosctl --nodes {_address(cluster.control_planes[0])} rollback"),
                source=_TALOS_UPGRADE,
            )
        case "k3s":
            yield Step(
                what="Only with the copy of the datastore, on every server: stop k3s, put the copy and the old release back"
                if minor
                else "Install the old release again, servers first",
                commands=(),
                source=_K3S_BACK,
            )
        case "flux":
            yield Step(
                what="Revert the commit and install the old release, while its CRDs still serve what is stored: after CRDs "
                "dropped a version, what was stored stays in the new one",
                commands=revert,
                source=_FLUX_UPGRADE,
            )
        case "kubernetes" if minor:
            yield Step(
                what="There is no way back over a minor but the copy of etcd, which brings back all of the cluster's state",
                commands=(),
                source=_ETCD,
            )
        case _:
            yield Step(
                what="Revert the commit and go the same way with the old release", commands=revert, source=""
            )


def _address(node: Node) -> str:
    return str(node.addresses[0])
