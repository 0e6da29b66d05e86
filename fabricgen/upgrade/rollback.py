"""The way back from a stop. Fed by `steps` with a move and the cluster after it."""

from collections.abc import Iterator

from fabricgen.cluster import Cluster
from fabricgen.upgrade.machines import address_of
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.step import CILIUM_UPGRADE, ETCD, FLUX_UPGRADE, K3S_BACK, TALOS_UPGRADE, Step
from fabricgen.versions.version import minor_of


def way_back(move: Move, cluster: Cluster) -> Iterator[Step]:
    """Yield what undoes a move, or says that nothing does."""
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
                source=CILIUM_UPGRADE,
            )
        case "talos" if cluster.talos is not None and cluster.talos.docker is None:
            yield Step(
                what="Revert the commit, and have each node boot what it ran before",
                commands=(*revert, f"talosctl --nodes {address_of(cluster.control_planes[0])} rollback"),
                source=TALOS_UPGRADE,
            )
        case "k3s":
            yield Step(
                what="Only with the copy of the datastore, on every server: stop k3s, put the copy and the old release back"
                if minor
                else "Install the old release again, servers first",
                commands=(),
                source=K3S_BACK,
            )
        case "flux":
            yield Step(
                what="Revert the commit and install the old release, while its CRDs still serve what is stored: after CRDs "
                "dropped a version, what was stored stays in the new one",
                commands=revert,
                source=FLUX_UPGRADE,
            )
        case "kubernetes" if minor:
            yield Step(
                what="There is no way back over a minor but the copy of etcd, which brings back all of the cluster's state",
                commands=(),
                source=ETCD,
            )
        case _:
            yield Step(
                what="Revert the commit and go the same way with the old release", commands=revert, source=""
            )
