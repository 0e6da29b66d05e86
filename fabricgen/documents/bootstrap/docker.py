"""Bringing up Talos in containers: one command makes all of them.

Fed by the cluster. talosctl waits until the nodes are ready before it hands out a kubeconfig; without a CNI of
Talos' own they are ready only with Cilium, so then it waits in the background.
Source: cmd/talosctl/cmd/mgmt/cluster/create in https://github.com/siderolabs/talos at v1.12.4.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cluster
from fabricgen.documents.bootstrap.step import Check, Step, command, quoted

CREATE = "talos/create-cluster.sh"


def needs(cluster: Cluster) -> tuple[str, ...]:
    """Return what the machine under docker has to have, in sentences.

    Source: https://docs.siderolabs.com/talos/v1.12/platform-specific-installations/local-platforms/docker
    """
    flannel = "Flannel needs `br_netfilter` in the kernel under docker: `sudo modprobe br_netfilter`, on a Mac inside docker's machine."
    return (flannel,) if cluster.cilium is None else ()


def steps(cluster: Cluster) -> Iterator[Step]:
    """Yield the steps up to a kubeconfig."""
    if cluster.cilium is None:
        yield _create(cluster)
        return
    yield _create_in_background(cluster)
    yield _kubeconfig(cluster)


def _exists(cluster: Cluster) -> str:
    """Return the command that succeeds where the first container is there already."""
    return f"docker container inspect {quoted(cluster.control_planes[0].name)} > /dev/null 2>&1"


def _create(cluster: Cluster) -> Step:
    return Step(
        name="create-containers",
        title="Make the containers",
        what="talosctl makes them, starts Kubernetes with Flannel, waits until all is ready, and writes the kubeconfig.",
        commands=(f"{_exists(cluster)} || sh {CREATE}",),
        tools=("talosctl", "docker"),
        says="What it waits for, one line each, and at the end where the kubeconfig was merged.",
        checks=(
            Check(
                command="talosctl cluster show --provisioner docker", expect="the nodes with their addresses"
            ),
        ),
        on_cluster=False,
    )


def _create_in_background(cluster: Cluster) -> Step:
    return Step(
        name="create-containers",
        title="Make the containers, without waiting",
        what="talosctl waits until the nodes are ready, and they are only with Cilium: so it waits in the background, "
        "with a kubeconfig of its own, and says in create-cluster.log how far it is.",
        commands=(
            command(
                f"{_exists(cluster)} ||",
                f'KUBECONFIG="$SECRETS/kubeconfig-of-create" nohup sh {CREATE} > "$SECRETS/create-cluster.log" 2>&1 &',
            ),
        ),
        tools=("talosctl", "docker"),
        says="Nothing, at once.",
        checks=(
            Check(
                command=f"wait_for docker container inspect {quoted(cluster.control_planes[0].name)}",
                expect="nothing, once the container is there",
            ),
        ),
        on_cluster=False,
    )


def _kubeconfig(cluster: Cluster) -> Step:
    first = cluster.control_planes[0]
    port = f"$(docker port {quoted(first.name)} 6443/tcp | head -n 1 | sed 's/.*://')"
    return Step(
        name="fetch-kubeconfig",
        title="Fetch the kubeconfig before talosctl hands it out",
        what="The API is published on a port of this machine, which works where the containers' own addresses cannot "
        "be reached, such as on a Mac.",
        commands=(
            f'wait_for talosctl --nodes {first.address} kubeconfig "$KUBECONFIG" --force',
            f'kubectl config set-cluster {quoted(cluster.name)} --server "https://127.0.0.1:{port}"',
            "wait_for kubectl get --raw /readyz",
        ),
        tools=("talosctl", "docker", "kubectl"),
        says=f"That the cluster {cluster.name} was set.",
        checks=(Check(command="kubectl config current-context", expect=f"admin@{cluster.name}"),),
        on_cluster=False,
    )
