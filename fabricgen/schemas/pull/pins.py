"""Which versions a cluster pins, by the names of the components that publish schemas.

Used by the command `schemas pull`, and by whoever opens a pulled folder for one cluster.
"""

from collections.abc import Collection, Iterable, Mapping

from fabricgen.cluster import Cluster
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import Pin
from fabricgen.schemas.pull.upstream import COMPONENTS, EXPERIMENTAL
from fabricgen.versions.gateway_api import GatewayApiRelease
from fabricgen.versions.version import Minor, Version, parse_version


def pins_of(cluster: Cluster) -> Mapping[str, str]:
    """Return component -> version for every component whose version the cluster pins; what it considers is not part of it."""
    versions = cluster.versions
    pinned = {
        "cilium": versions.cilium,
        "flux": versions.flux,
        "flux-operator": versions.flux_operator,
        "gateway-api": _with_channel(versions.gateway_api) if versions.gateway_api else None,
        "metallb": versions.metallb,
        "talos": versions.talos,
    }
    return {component: str(version) for component, version in sorted(pinned.items()) if version is not None}


def wanted_by(clusters: Iterable[Cluster], *, named: Collection[str] = ()) -> tuple[Pin, ...]:
    """Return all that the clusters, and what they consider, need; sorted, each once.

    Of what they use and pin no version of, it is the usual one, unless the component is `named` by the user.
    """
    wanted: set[Pin] = set()
    for cluster in clusters:
        for one in (cluster, *((cluster.considered.cluster,) if cluster.considered else ())):
            wanted.update(Pin(component, version) for component, version in pins_of(one).items())
            wanted.update(_older_contract(one.versions.talos, one.versions.contract))
            wanted.update(pin for pin in _operators(one) if pin.component not in named)
    return tuple(sorted(wanted))


def named_pin(component: str, text: str) -> Pin:
    """Return the version of a component that a person named, in its one spelling. Raises SchemaError if it is none."""
    try:
        return Pin(component, str(parse_version(text)))
    except ValueError as error:
        raise SchemaError(f"--{component}: {error}") from error


def _with_channel(release: GatewayApiRelease) -> str:
    is_experimental = release.channel == EXPERIMENTAL
    return f"{release.version}+{EXPERIMENTAL}" if is_experimental else str(release.version)


def _operators(cluster: Cluster) -> Iterable[Pin]:
    """Yield the operators whose objects the cluster has, in their usual version."""
    if cluster.cilium is None:
        return
    monitoring = cluster.cilium.monitoring
    for component, is_used in (
        ("grafana-operator", monitoring.dashboards == "grafana-operator"),
        ("prometheus-operator", monitoring.service_monitors),
    ):
        usual = COMPONENTS[component].usual
        if is_used and usual is not None:
            yield Pin(component, usual)


def _older_contract(version: Version | None, contract: Minor | None) -> Iterable[Pin]:
    """Yield the first release of the contract's minor: machine configs are written for that one, and checked so."""
    if version is not None and contract is not None and contract != (version.major, version.minor):
        yield Pin("talos", f"{contract[0]}.{contract[1]}.0")
