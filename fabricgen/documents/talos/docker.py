"""create-cluster.sh: the one command that makes a cluster of containers, for the talosctl of the description.

Fed by the cluster and the paths of its patch files.
Sources: https://github.com/siderolabs/talos/blob/v1.11.6/website/content/v1.11/reference/cli.md and, for the command
of its own since 1.12, https://github.com/siderolabs/talos/blob/v1.12.4/website/content/v1.12/reference/cli.md
"""

import shlex
from collections.abc import Iterator, Sequence

from fabricgen.cluster import Cluster, TalosDocker
from fabricgen.documents.document import Draft
from fabricgen.documents.talos.facts import talos_of
from fabricgen.versions.version import Minor, minor_of

IMAGE = "ghcr.io/siderolabs/talos"
_OWN_COMMAND_SINCE: Minor = (1, 12)
_MIB_IN_GIB = 1024


def drafts(cluster: Cluster, files: Sequence[str]) -> Iterator[Draft]:
    """Yield create-cluster.sh; `files` are the patch files, relative to the talos folder, in the order of use."""
    docker = talos_of(cluster).docker
    if docker is not None:
        yield Draft(
            path="talos/create-cluster.sh",
            template="talos/create-cluster.sh.j2",
            context={"docker": docker, "command": create_command(cluster, docker, files)},
        )


def create_command(cluster: Cluster, docker: TalosDocker, files: Sequence[str]) -> tuple[str, ...]:
    """Return the command, then its flags with their values, quoted for the shell, patches last."""
    own = minor_of(docker.talosctl) >= _OWN_COMMAND_SINCE
    flags = (
        *_common(cluster, docker),
        *(_docker_command(cluster, docker) if own else _older(cluster, docker)),
    )
    patches = _PATCH_FLAGS if own else _OLDER_PATCH_FLAGS
    return (
        "talosctl cluster create docker" if own else "talosctl cluster create --provisioner docker",
        *(f"--{name} {shlex.quote(value)}" for name, value in flags),
        *(f"--{patches[file.partition('/')[0]]} @{shlex.quote(file)}" for file in files),
    )


_PATCH_FLAGS = {
    "all": "config-patch",
    "control-plane": "config-patch-controlplanes",
    "worker": "config-patch-workers",
}
_OLDER_PATCH_FLAGS = {
    "all": "config-patch",
    "control-plane": "config-patch-control-plane",
    "worker": "config-patch-worker",
}


def _common(cluster: Cluster, docker: TalosDocker) -> Iterator[tuple[str, str]]:
    yield "name", cluster.name
    # The tag decides which documents talosctl generates.
    yield "image", f"{IMAGE}:v{talos_of(cluster).version}"
    yield "kubernetes-version", str(cluster.versions.kubernetes)
    yield "workers", str(len(cluster.workers))
    if docker.exposed_ports:
        yield "exposed-ports", ",".join(docker.exposed_ports)


def _docker_command(cluster: Cluster, docker: TalosDocker) -> Iterator[tuple[str, str]]:
    yield "subnet", str(docker.subnet)
    yield "memory-controlplanes", _memory(docker.memory_mib)
    if docker.worker_memory_mib is not None and cluster.workers:
        yield "memory-workers", _memory(docker.worker_memory_mib)
    if docker.cpus is not None:
        yield "cpus-controlplanes", f"{docker.cpus}.0"
    if docker.host_ip is not None:
        yield "host-ip", str(docker.host_ip)


def _older(cluster: Cluster, docker: TalosDocker) -> Iterator[tuple[str, str]]:
    yield "controlplanes", str(len(cluster.control_planes))
    yield "cidr", str(docker.subnet)
    yield "memory", str(docker.memory_mib)
    if docker.worker_memory_mib is not None and cluster.workers:
        yield "memory-workers", str(docker.worker_memory_mib)
    if docker.cpus is not None:
        yield "cpus", f"{docker.cpus}.0"
    if docker.host_ip is not None:
        yield "docker-host-ip", str(docker.host_ip)


def _memory(mib: int) -> str:
    return f"{mib}MiB" if mib % _MIB_IN_GIB else f"{mib // _MIB_IN_GIB}GiB"
