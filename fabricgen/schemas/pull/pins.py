"""Which versions a cluster pins, by the names of the components that publish schemas.

Used by the command `schemas pull`, and by whoever opens a pulled folder for one cluster.
"""

from collections.abc import Iterable, Mapping

from fabricgen.cluster import Cluster
from fabricgen.schemas.lock import Pin
from fabricgen.schemas.pull.upstream import COMPONENTS, EXPERIMENTAL
from fabricgen.versions.gateway_api import GatewayApiRelease
from fabricgen.versions.version import Minor, Version


def pins_of(cluster: Cluster) -> Mapping[str, str]:
    """Return component -> version for every component that the cluster has; what it considers is not part of it."""
    versions = cluster.versions
    pinned: dict[str, Version | str | None] = {
        "cilium": versions.cilium,
        "flux": versions.flux,
        "flux-operator": versions.flux_operator,
        "gateway-api": _with_channel(versions.gateway_api) if versions.gateway_api else None,
        "metallb": versions.metallb,
        "talos": versions.talos,
        **_monitoring(cluster),
    }
    return {component: str(version) for component, version in sorted(pinned.items()) if version is not None}


def wanted_by(clusters: Iterable[Cluster]) -> tuple[Pin, ...]:
    """Return all that the clusters, and what they consider, need; sorted, each once."""
    wanted: set[Pin] = set()
    for cluster in clusters:
        for one in (cluster, *((cluster.considered.cluster,) if cluster.considered else ())):
            wanted.update(Pin(component, version) for component, version in pins_of(one).items())
            wanted.update(_older_contract(one.versions.talos, one.versions.contract))
    return tuple(sorted(wanted))


def _with_channel(release: GatewayApiRelease) -> str:
    is_experimental = release.channel == EXPERIMENTAL
    return f"{release.version}+{EXPERIMENTAL}" if is_experimental else str(release.version)


def _monitoring(cluster: Cluster) -> Mapping[str, str | None]:
    """Return the operators whose objects the cluster has; descriptions pin no version of them."""
    if cluster.cilium is None:
        return {}
    monitoring = cluster.cilium.monitoring
    return {
        "grafana-operator": COMPONENTS["grafana-operator"].usual
        if monitoring.dashboards == "grafana-operator"
        else None,
        "prometheus-operator": COMPONENTS["prometheus-operator"].usual
        if monitoring.service_monitors
        else None,
    }


def _older_contract(version: Version | None, contract: Minor | None) -> Iterable[Pin]:
    """Yield the first release of the contract's minor: machine configs are written for that one, and checked so."""
    if version is not None and contract is not None and contract != (version.major, version.minor):
        yield Pin("talos", f"{contract[0]}.{contract[1]}.0")
