"""The cluster's README: the decision record that a careful person would have written.

Fed by the cluster and by every other family's drafts, whose settings it tells with their reasons. Templates hold
the text and the tables, the modules beside this one the rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fabricgen.cluster import Cluster
from fabricgen.documents.bootstrap import Credentials, credentials
from fabricgen.documents.bootstrap.step import counted
from fabricgen.documents.cilium import off
from fabricgen.documents.document import Draft
from fabricgen.documents.markdown import prose
from fabricgen.documents.pictures import drawn
from fabricgen.documents.readme import addresses
from fabricgen.documents.readme.advice import Advice, advice_of
from fabricgen.documents.readme.layout import FolderRow, folder_rows
from fabricgen.documents.readme.nodes import NodeRow, node_rows
from fabricgen.documents.readme.settings import Group, count, groups
from fabricgen.documents.readme.versions import CautionRow, VersionRow, caution_rows, version_rows
from fabricgen.pictures import Picture

README = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlan:
    """The tables of the address plan."""

    networks: tuple[addresses.NetworkRow, ...]
    taken: tuple[addresses.TakenRow, ...]
    nodes: tuple[NodeRow, ...]
    vips: tuple[addresses.VipRow, ...]
    annotations: tuple[addresses.AnnotationRow, ...]
    pools: tuple[addresses.PoolRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """Everything that the template tells."""

    nodes: str
    fabric: str
    plan: AddressPlan
    versions: tuple[VersionRow, ...]
    cautions: tuple[CautionRow, ...]
    off: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, str, str], ...]
    ignored: tuple[tuple[str, str], ...]
    credentials: tuple[Credentials, ...]
    groups: tuple[Group, ...]
    folders: tuple[FolderRow, ...]
    advice: Advice | None
    pictures: tuple[Picture, ...]

    @property
    def settings(self) -> int:
        """Return how many settings the tables hold."""
        return count(self.groups)

    @property
    def by_node(self) -> bool:
        """Return whether a table tells what several nodes have of their own."""
        return any(table.by_node for group in self.groups for table in group.tables)


def drafts(cluster: Cluster, families: Sequence[Draft]) -> Iterator[Draft]:
    """Yield README.md; `families` are the drafts of everything else in the tree."""
    yield Draft(path=README, template=f"{README}.j2", context={"readme": _readme(cluster, families)})


def _readme(cluster: Cluster, families: Sequence[Draft]) -> Readme:
    return Readme(
        nodes=_nodes(cluster),
        fabric=_fabric(cluster),
        plan=_plan(cluster),
        versions=version_rows(cluster),
        cautions=caution_rows(cluster),
        off=tuple((prose(what), prose(why)) for what, why in off(cluster)),
        decisions=tuple(
            (prose(one.about), prose(one.decided), prose(one.because)) for one in cluster.decisions
        ),
        ignored=tuple((rule, prose(why)) for rule, why in sorted(cluster.ignored_rules.items())),
        credentials=credentials(cluster),
        groups=groups(families, cluster.nodes),
        folders=folder_rows(cluster, families),
        advice=advice_of(cluster),
        pictures=drawn(cluster, families),
    )


def _plan(cluster: Cluster) -> AddressPlan:
    return AddressPlan(
        networks=addresses.network_rows(cluster),
        taken=addresses.taken_rows(cluster),
        nodes=node_rows(cluster),
        vips=addresses.vip_rows(cluster),
        annotations=addresses.annotation_rows(cluster),
        pools=addresses.pool_rows(cluster),
    )


def _nodes(cluster: Cluster) -> str:
    """Return how many nodes of which kind there are: `3 control planes and 2 workers, 4 arm64 and 1 amd64`."""
    roles = [counted(cluster.control_planes, "control plane")]
    if cluster.workers:
        roles.append(counted(cluster.workers, "worker"))
    arches = sorted({node.arch for node in cluster.nodes})
    found = {arch: [node for node in cluster.nodes if node.arch == arch] for arch in arches}
    mix = [
        f"{len(nodes)} {arch}"
        for arch, nodes in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    return f"{' and '.join(roles)}, {' and '.join(mix) if len(mix) > 1 else f'{arches[0]}'}"


def _fabric(cluster: Cluster) -> str:
    """Return a sentence about the pod network and who serves LoadBalancer addresses."""
    cilium = cluster.cilium
    if cilium is None:
        why = f": {prose(cluster.flannel_because)}" if cluster.flannel_because else ""
        return f"Its pod network is Flannel{why}."
    native = cilium.routing.mode.value == "native"
    routing = "native routing" if native else f"a {cilium.routing.protocol.upper()} tunnel"
    proxy = "and in kube-proxy's place" if cilium.kube_proxy_replacement else "beside kube-proxy"
    served = " MetalLB serves its LoadBalancer addresses." if cluster.metallb else ""
    return f"Its pod network is Cilium {cilium.version}, with {routing} {proxy}.{served}"
