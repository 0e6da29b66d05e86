"""What a plan refuses: moves that cannot work, each with the reason, its source, and what can be done instead.

Fed by both states; read by `plan`.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fabricgen.addresses import Address, Network
from fabricgen.migration.flux import TAKES_OVER_SINCE, is_in_place, renamed, too_old
from fabricgen.migration.step import Move, Refusal
from fabricgen.versions.version import format_minor, minor_of

_LIVE: Final = "https://docs.cilium.io/en/stable/installation/k8s-install-migration/"
_IPAM: Final = "https://docs.cilium.io/en/stable/network/concepts/ipam/"
_DUAL: Final = "https://docs.k3s.io/networking/basic-network-options#dual-stack-ipv4--ipv6-networking"
_UPGRADE: Final = "https://docs.cilium.io/en/stable/operations/upgrade/"
_DOCKER: Final = (
    "https://docs.siderolabs.com/talos/v1.13/platform-specific-installations/local-platforms/docker"
)
_TALOS: Final = "https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"
_NODE_CIDR: Final = (
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/"
)
_POOLS: Final = "https://docs.cilium.io/en/stable/network/lb-ipam/#requesting-ips"
_TARGETS: Final = "https://github.com/fluxcd/helm-controller/blob/v1.6.3/docs/spec/v2/helmreleases.md"
_SERVED: Final = "https://github.com/fluxcd/flux2/discussions/5572"


def refusals(move: Move, *, live: bool) -> tuple[Refusal, ...]:
    """Return everything that cannot be done; nothing is planned then."""
    found = [
        *_systems(move),
        *_networks(move),
        *_ways(move),
        *_versions(move),
        *_releases(move),
        *_addresses(move),
    ]
    if live:
        found.insert(0, _live())
    return tuple(found)


def _live() -> Refusal:
    return Refusal(
        id="live",
        what="one node after the other, with both CNIs in between",
        why="this needs a second pod network and IPAM mode cluster-pool, so that pods of both can reach each other; Talos' "
        "guide takes mode kubernetes, whose networks come from the nodes and are the same before and after. It has not "
        "been tested beside other network policies either",
        source=f"{_LIVE} and {_TALOS}",
        instead="without --live: one outage, planned, with the same pod network",
    )


def _systems(move: Move) -> Iterator[Refusal]:
    before, after = move.today.system, move.wanted.system
    if before is not None and before != after:
        yield Refusal(
            id="distribution",
            what=f"from {_named(before)} to {_named(after)}",
            why="another distribution is another cluster: other certificates, other etcd or SQLite, other machines' disks",
            source="https://docs.siderolabs.com/talos/v1.13/getting-started/getting-started and https://docs.k3s.io/quick-start",
            instead="bootstrap the new one beside the old (bootstrap/README.md), and move workloads",
        )
        return
    ports, wanted = move.today.exposed_ports, move.wanted.exposed_ports
    if ports is not None and wanted is not None and set(ports) != set(wanted) and not move.recreates:
        yield Refusal(
            id="exposed-ports",
            what=f"exposed ports {', '.join(ports) or 'none'} to {', '.join(wanted) or 'none'} in place",
            why="docker publishes ports when it makes a container, and never after",
            source=_DOCKER,
            instead="make the cluster anew: save its data, `talosctl cluster destroy`, bootstrap/bootstrap.sh",
        )


def _named(system: str | None) -> str:
    return {"talos": "Talos on machines", "docker": "Talos in docker"}.get(str(system), str(system))


def _networks(move: Move) -> Iterator[Refusal]:
    if move.recreates:
        return
    pods, wanted = move.today.pods, move.wanted.pods
    if move.wanted.system == "k3s" and pods and wanted and len(wanted) > len(pods):
        yield Refusal(
            id="dual-stack",
            what=f"from {_list(pods)} to {_list(wanted)}",
            why="k3s takes both families when the cluster is first made, and cannot be given the second one later",
            source=_DUAL,
            instead="keep one family, or make a new cluster",
        )
    elif pods and wanted and set(pods) != set(wanted):
        yield _moved("pod-network", "pod network", pods, wanted)
    services, others = move.today.services, move.wanted.services
    if services and others and set(services) != set(others) and len(services) == len(others):
        yield _moved("service-network", "Service network", services, others)


def _moved(name: str, what: str, before: Iterable[Network], after: Iterable[Network]) -> Refusal:
    return Refusal(
        id=name,
        what=f"the {what} {_list(before)} to {_list(after)} in place",
        why="every node keeps the share that it was given, every Service its address, and certificates and the cluster's DNS "
        "name the old ones: no distribution changes them in a cluster that runs",
        source=_NODE_CIDR,
        instead=f"write {_list(before)} into the description, or make a new cluster",
    )


def _list(networks: Iterable[object]) -> str:
    return ", ".join(str(one) for one in networks)


def _ways(move: Move) -> Iterator[Refusal]:
    before, after = move.today.cni, move.wanted.cni
    if before == "other":
        yield Refusal(
            id="cni",
            what="from a CNI that is neither Flannel nor Cilium",
            why="what it leaves on the nodes is not known here, and a plan that forgets it breaks the network later",
            source=_LIVE,
            instead="make a new cluster, or follow that CNI's own way out first",
        )
    if before == "cilium" and after == "flannel":
        yield Refusal(
            id="back-to-flannel",
            what="from Cilium to Flannel",
            why="policies, Gateways and pools have nobody to serve them then; this way is not planned here",
            source=_LIVE,
            instead="make a new cluster with Flannel, or keep Cilium",
        )
    modes = (getattr(move.today.cilium, "ipam", None), getattr(move.wanted.cilium, "ipam", None))
    if None not in modes and modes[0] != modes[1]:
        yield Refusal(
            id="ipam",
            what=f"IPAM mode {modes[0]} to {modes[1]} in place",
            why="Cilium says not to change it in a cluster that runs: pods may lose their connections for good",
            source=_IPAM,
            instead=f"write `ipam: {modes[0]}` into the description, or make a new cluster",
        )


def _versions(move: Move) -> Iterator[Refusal]:
    before = move.today.cilium.version if move.today.cilium else None
    after = move.wanted.cilium.version if move.wanted.cilium else None
    if before is None or after is None or minor_of(before) == minor_of(after):
        return
    steps = minor_of(after)[1] - minor_of(before)[1]
    if steps != 1:
        yield Refusal(
            id="cilium-minors",
            what=f"Cilium {before} to {after} at once",
            why="Cilium is upgraded one minor at a time"
            if steps > 1
            else "a downgrade is tested for one minor only",
            source=_UPGRADE,
            instead=f"`fabricgen upgrade {move.cluster.name} --cilium {after}` says every stop; plan the rest from the last one",
        )


def _releases(move: Move) -> Iterator[Refusal]:
    names = renamed(move)
    if names is not None:
        before, after = names
        flux = move.today.flux
        if is_in_place(before, after):
            yield Refusal(
                id="release-name",
                what=f"the HelmRelease {'/'.join(before.owner or ())} from release {before.name} to {after.name} in place",
                why="when releaseName, targetNamespace or storageNamespace change, helm-controller uninstalls the old "
                "release first: the CNI of a running cluster",
                source=_TARGETS,
                instead="suspend and delete the HelmRelease first (that uninstalls nothing), then plan again",
            )
        elif flux is not None and flux < TAKES_OVER_SINCE:
            yield Refusal(
                id="release-takeover",
                what=f"release {before.name} to {after.name} with Flux {format_minor(flux)}",
                why="its helm-controller does not take over what another release has installed; that came with Flux 2.5",
                source="https://github.com/fluxcd/helm-controller/blob/v1.6.3/CHANGELOG.md",
                instead="upgrade Flux first: `fabricgen upgrade --flux`",
            )
    if old := too_old(move):
        kinds = ", ".join(f"{one.kind} {one.version}" for one in old)
        yield Refusal(
            id="flux-too-old",
            what=f"{kinds} under Flux {format_minor(move.today.flux or (0, 0))}",
            why="this Flux does not serve the newer version yet, and the wanted one serves the old version no more",
            source=_SERVED,
            instead="a stop between: `fabricgen upgrade --flux` names it",
        )


def _addresses(move: Move) -> Iterator[Refusal]:
    if not move.leaves_metallb:
        return
    for one in move.today.balanced:
        if lost := [address for address in one.addresses if not _has_pool(move, address)]:
            yield Refusal(
                id="address-without-pool",
                what=f"{one.label} keeps {_list(lost)}",
                why="no pool of the description has this address, so Cilium would take it away and give another",
                source=_POOLS,
                instead="add it to `networks.loadBalancers`, or give the Service another address first",
            )


def _has_pool(move: Move, address: Address) -> bool:
    return any(address in block for pool in move.cluster.pools for block in pool.blocks)
