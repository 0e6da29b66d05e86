"""What comes before anything changes: the right cluster, what runs saved, etcd saved, the tree rendered, Flux paused."""

from collections.abc import Iterator
from typing import Final

from fabricgen.documents.bootstrap.step import counted, words
from fabricgen.migration.saving import kubectl_commands, talosctl_commands
from fabricgen.migration.step import Check, Move, Step, command, quoted

_ETCD: Final = "https://docs.siderolabs.com/talos/v1.13/build-and-extend-talos/cluster-operations-and-maintenance/disaster-recovery"
_K3S: Final = "https://docs.k3s.io/datastore/backup-restore"
_SUSPEND: Final = "https://fluxcd.io/flux/cmd/flux_suspend_kustomization/"


def steps(move: Move, *, pauses: bool) -> Iterator[Step]:
    """Yield the steps that change nothing in the cluster; the last one pauses Flux, if it is to be."""
    yield _save(move)
    if move.swaps_cni and not move.recreates:
        yield _snapshot(move)
    if move.is_considered:
        yield _decide(move)
    yield _render(move)
    if pauses:
        yield _pause()


def _save(move: Move) -> Step:
    nodes = (*move.control_planes, *move.workers)
    names = command("kubectl get nodes", *words(one.name for one in nodes if one.name != str(one.address)))
    addresses = ",".join(str(one.address) for one in nodes)
    talos = talosctl_commands(addresses) if move.wanted.system != "k3s" else ()
    return Step(
        id="save-today",
        title="Make sure that this is the cluster, and save what runs",
        why="The names of the nodes are this cluster's and no other's. What is saved is what a rollback goes back to; "
        "it holds secrets and never goes into git.",
        commands=(names, *kubectl_commands(), *talos),
        checks=(
            Check(
                command="kubectl get nodes",
                expect=f"{counted(nodes, 'node')}, each Ready: start from a healthy cluster",
            ),
            Check(command='ls -l "$BEFORE"', expect="files that only you can read, none of them empty"),
        ),
        rollback="nothing has changed",
    )


def _snapshot(move: Move) -> Step:
    first = move.control_planes[0]
    if move.wanted.system == "talos":
        lines: tuple[str, ...] = (f'talosctl --nodes {first.address} etcd snapshot "$BEFORE/etcd.snapshot"',)
        expect, source = "the size of the snapshot, and `etcd.snapshot` in the folder", _ETCD
    elif move.cluster.k3s is not None and move.cluster.k3s.etcd:
        lines = (f"ssh {first.address} {quoted('sudo k3s etcd-snapshot save --name before-cilium')}",)
        expect, source = "Snapshot before-cilium-… saved", _K3S
    else:
        pack = "sudo tar --create --gzip --directory /var/lib/rancher/k3s server/db server/token"
        lines = (f'ssh {first.address} {quoted(pack)} > "$BEFORE/k3s-server.tar.gz"',)
        expect, source = "an archive with server/db and server/token", _K3S
    return Step(
        id="snapshot-state",
        title="Save the cluster's own state",
        why="The objects of the cluster, should a node not come back. Pods' data is not in it: check your backups.",
        commands=lines,
        checks=(Check(command='ls -l "$BEFORE"', expect=expect),),
        rollback="nothing has changed",
        sources=(source,),
    )


def _decide(move: Move) -> Step:
    return Step(
        id="decide",
        title="Make the considered fabric the description's own",
        why=f"In {move.description}, move what stands under `cni.considered.cilium` to `cni.cilium`, and take "
        "`cni.flannel` and `cni.considered` out.",
        rollback=f"git checkout {move.description}",
    )


def _render(move: Move) -> Step:
    description = move.beside or quoted(move.description)
    return Step(
        id="render",
        title="Render what is wanted",
        why="The tree on disk is what the next steps install from. It is not pushed yet: Flux would apply it at once.",
        commands=(
            f'(cd "$(git rev-parse --show-toplevel)" && fabricgen render {quoted(move.description)})',
            f"git status --short . {description}",
        ),
        checks=(
            Check(
                command=f'(cd "$(git rev-parse --show-toplevel)" && fabricgen check {quoted(move.description)})',
                expect="exit code 0",
            ),
        ),
        rollback=f"git checkout . {description}",
    )


def _pause() -> Step:
    return Step(
        id="pause-flux",
        title="Pause Flux",
        why="While two controllers could want different things of one network, git must not speak up by itself. A "
        "suspended Kustomization applies and prunes nothing.",
        commands=("flux suspend kustomization --all --namespace flux-system",),
        checks=(
            Check(
                command="flux get kustomizations --namespace flux-system",
                expect="SUSPENDED is True in every line; without Flux: skip this step",
            ),
        ),
        traps=(
            (
                "Notes in a chat do not stop a colleague, a Renovate bot that merges by itself, or CI that calls "
                "`flux reconcile`: pause those, too."
            ),
        ),
        rollback="flux resume kustomization --all --namespace flux-system",
        sources=(_SUSPEND,),
    )
