"""What stands in the way here: one node, containers, the move itself. Fed by the cluster; gives reasons."""

from collections.abc import Iterator
from typing import Final

from fabricgen.advise.reason import Reason
from fabricgen.cluster import Cluster

L2_SOURCE: Final = "https://docs.cilium.io/en/stable/network/l2-announcements/"
DOCKER_SOURCE: Final = (
    "https://docs.siderolabs.com/talos/v1.12/platform-specific-installations/local-platforms/docker"
)
_MIGRATION: Final = "https://docs.cilium.io/en/stable/installation/k8s-install-migration/"


def limits(cluster: Cluster) -> Iterator[Reason]:
    """Yield what this cluster takes away from the gain, `cluster` being the one with Cilium."""
    if len(cluster.nodes) == 1:
        yield Reason(
            name="one-node",
            side="against",
            weight=2,
            about="One node",
            text="no second node could take an address over, and nothing travels between nodes that could be routed or "
            "encrypted",
            source=L2_SOURCE,
        )
    if cluster.talos is not None and cluster.talos.docker is not None:
        yield _docker(cluster, len(cluster.talos.docker.exposed_ports))


def _docker(cluster: Cluster, ports: int) -> Reason:
    bridge = cluster.talos.docker.subnet if cluster.talos and cluster.talos.docker else ""
    published = f"{ports} published port{'' if ports == 1 else 's'}"
    return Reason(
        name="docker",
        side="against",
        weight=2,
        about="LoadBalancer addresses",
        text=f"only inside docker's bridge {bridge}; what the LAN reaches are the {published}",
        asks="a new cluster for another published port",
        source=DOCKER_SOURCE,
    )


def move(cluster: Cluster) -> Iterator[Reason]:
    """Yield the price of moving from Flannel, `cluster` being the one that runs today."""
    alone = len(cluster.nodes) == 1
    what = (
        "everything stops until it is done"
        if alone
        else "pods of two networks do not reach each other until it is done"
    )
    pods = ", ".join(str(network) for network in cluster.networks.pods)
    yield Reason(
        name="move",
        side="against",
        weight=1,
        about="The move",
        text=f"two networks must not serve one node, and every pod is made anew: {what}",
        asks=f"an outage to plan, since node by node takes a second pod network beside {pods}",
        source=_MIGRATION,
    )
