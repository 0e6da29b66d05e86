"""From Flannel to Cilium, wherever the nodes run: what differs by system is in `talos` and `k3s`.

Feeds `plan` with the steps between a paused Flux and one that takes the new release over.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from fabricgen.documents.bootstrap import cilium as bootstrap
from fabricgen.documents.bootstrap.order import order_of
from fabricgen.documents.bootstrap.step import Step as BootstrapStep
from fabricgen.documents.bootstrap.step import counted
from fabricgen.documents.cilium import release_timeout
from fabricgen.migration import k3s, talos
from fabricgen.migration.step import NO_OUTAGE, Check, Move, Step, adopted, quoted

_VALUES: Final = "https://docs.cilium.io/en/stable/installation/k8s-install-helm/"
_LEFT: Final = "https://docs.cilium.io/en/stable/installation/k8s-install-migration/"
_DOCKER: Final = (
    "https://docs.siderolabs.com/talos/v1.13/platform-specific-installations/local-platforms/docker"
)
_BACK: Final = "helm --namespace kube-system uninstall cilium"


def steps(move: Move) -> Iterator[Step]:
    """Yield the steps that swap the CNI."""
    if move.recreates:
        yield from _anew(move)
        return
    yield from _in_place(move)


def _in_place(move: Move) -> Iterator[Step]:
    *prepared, install = _installed(move)
    if move.wanted.system == "k3s":
        configured = [k3s.config(move)]
        removal, reboots = k3s.restarts(move), k3s.reboots(move)
    else:
        configured = list(talos.config(move))
        removal, reboots = talos.removal(move), talos.reboots(move)
    yield from prepared
    yield from configured[:-1]
    yield _marked(configured[-1])
    if move.today.cni == "flannel":
        yield removal
    yield install
    yield reboots
    yield _stragglers()


def _marked(step: Step) -> Step:

    return replace(step, is_last_point_of_return=True)


def _installed(move: Move) -> list[Step]:
    """Return the steps of the bootstrap that install Cilium, CRDs and namespaces before it included."""
    outage = (
        f"goes on; {release_timeout(move.cluster)} minutes at most for the agents of "
        f"{counted(move.cluster.nodes, 'node')}"
    )
    made = [
        one for one in bootstrap.steps(move.cluster) if one.name not in {"wait-for-nodes", "wait-for-network"}
    ]
    return [
        adopted(
            _unwaiting(one),
            outage=outage if one.name == "install-cilium" else NO_OUTAGE,
            rollback=_BACK if one.name == "install-cilium" else "nothing to undo: nobody uses it yet",
            sources=(_VALUES,),
        )
        for one in made
    ]


def _unwaiting(step: BootstrapStep) -> BootstrapStep:
    """Return the install without Helm's own waiting: pods that are no agents get well only once their node has rebooted."""
    return replace(step, commands=tuple(line.removesuffix(" --wait") for line in step.commands))


def _stragglers() -> Step:
    columns = "custom-columns=NS:.metadata.namespace,NAME:.metadata.name,HOST:.spec.hostNetwork"
    pods = (
        "kubectl get pods --all-namespaces --field-selector status.phase=Running --no-headers "
        f'--output {columns} | awk \'$3 != "true" {{print $1 "/" $2}}\' | sort > "$BEFORE/pods.txt"'
    )
    known = (
        "kubectl get ciliumendpoints.cilium.io --all-namespaces --no-headers "
        "--output custom-columns=NS:.metadata.namespace,NAME:.metadata.name | awk '{print $1 \"/\" $2}' | sort "
        '> "$BEFORE/endpoints.txt"'
    )
    return Step(
        id="find-stragglers",
        title="Find pods that still hang on the old network",
        why="A pod keeps the network of the CNI that made it until it is made anew. Cilium has an endpoint for every "
        "pod of its own, so a pod without one is a leftover.",
        commands=(pods, known, 'comm -23 "$BEFORE/pods.txt" "$BEFORE/endpoints.txt"'),
        checks=(Check(command='comm -23 "$BEFORE/pods.txt" "$BEFORE/endpoints.txt" | wc -l', expect="0"),),
        traps=(
            (
                "Delete what is listed: `kubectl --namespace NAMESPACE delete pod NAME`. A pod without an owner does not "
                "come back; save its manifest first."
            ),
        ),
        rollback="nothing has changed",
        sources=(_LEFT,),
    )


def _anew(move: Move) -> Iterator[Step]:
    yield _data()
    yield _destroyed(move)
    yield _made(move)
    yield _restored()


def _data() -> Step:
    """Return the step before anything is lost."""
    return Step(
        id="save-data",
        title="Get the data out",
        why="The containers are the machines: all that their volumes hold is lost with them. What exactly has to be "
        "saved, only you know: databases by their own dump, files by a copy.",
        commands=(
            'kubectl get persistentvolumes --output wide > "$BEFORE/volumes.txt"',
            'kubectl get persistentvolumeclaims --all-namespaces --output wide > "$BEFORE/claims.txt"',
            'kubectl get secrets --all-namespaces --output yaml > "$BEFORE/secrets.yaml"',
        ),
        checks=(
            Check(
                command='cat "$BEFORE/claims.txt"',
                expect="for every claim in this list you have a copy that you have opened",
            ),
        ),
        rollback="nothing has changed",
        is_last_point_of_return=True,
    )


def _destroyed(move: Move) -> Step:
    """Return the step that loses everything."""
    return Step(
        id="destroy-containers",
        title="Destroy the old cluster",
        why="In docker, talosctl has no way to upgrade or to change a node's ports; the CNI of a single container "
        "could be swapped, but not cleaned: there is no reboot. Making it anew takes one command.",
        commands=(f"talosctl cluster destroy --name {quoted(move.cluster.name)}",),
        checks=(
            Check(
                command="docker ps --all --filter label=talos.owned=true",
                expect="no container of this cluster",
            ),
        ),
        outage="everything, from here until the data is back",
        rollback="make it anew from the description as it was (`git stash` or the commit before), and bring the data back",
        sources=(_DOCKER,),
    )


def _made(move: Move) -> Step:
    """Return the step that makes the cluster anew."""
    ports = ", ".join(move.today.exposed_ports or ()) or "none known"
    wanted = ", ".join(move.wanted.exposed_ports or ()) or "none but the API"
    names = ", ".join(f"`{one.name}`" for one in order_of(move.cluster).steps)
    return Step(
        id="bootstrap",
        title="Make it anew, with Cilium",
        why=f"The tree's own script, which brings up Cilium and then Flux: {names}. bootstrap/README.md tells each step "
        "with what to do when it fails. Secrets that Flux needs (its deploy key) are in $BEFORE/secrets.yaml.",
        commands=("bash bootstrap/bootstrap.sh",),
        checks=(
            Check(command="kubectl get nodes", expect=f"{counted(move.cluster.nodes, 'node')}, each Ready"),
            Check(
                command=f"docker port {quoted(move.cluster.nodes[0].name)}",
                expect=f"the ports that are published: {wanted} (before: {ports})",
            ),
        ),
        outage="goes on",
        rollback="destroy it again",
        sources=(_DOCKER,),
    )


def _restored() -> Step:
    """Return the step that brings the data back."""
    return Step(
        id="restore-data",
        title="Bring the data back",
        why="Flux has brought the workloads; their volumes are empty.",
        commands=("kubectl get persistentvolumeclaims --all-namespaces",),
        checks=(Check(command="kubectl get pods --all-namespaces", expect="each Running, with its data"),),
        outage="ends when the data is back",
        rollback="from the copies, once more",
    )
