"""What a repository tells -> a state: every fact that it does not tell stays unknown.

Fed by `fabric`; `saved` adds what only the running cluster tells.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final, Literal, TypeVar, cast

from fabricgen.fabric import CiliumRelease, Fabric, UnknownError, agreed, only
from fabricgen.fabric.networks import pod_networks, service_networks
from fabricgen.fabric.told import deletions, told
from fabricgen.migration.state import (
    Balanced,
    Balancer,
    Cni,
    Datapath,
    Machine,
    MetalLbHome,
    OldApi,
    Release,
    State,
    System,
)
from fabricgen.versions.flux_apis import versions_of

T = TypeVar("T")
_FLUX_CRDS: Final = frozenset(
    {"helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "source.toolkit.fluxcd.io"}
)
_CNI_DOCUMENT: Final = "KubeFlannelCNIConfig"
_KUBERNETES_DOCUMENTS: Final = frozenset({"KubeNetworkConfig", "KubeClusterConfig", _CNI_DOCUMENT})


def known(ask: Callable[[], T]) -> T | None:
    """Return what is asked for; None if nothing tells it."""
    try:
        return ask()
    except UnknownError:
        return None


def state_of_fabric(fabric: Fabric, *, told_by: str) -> State:
    """Return what documents tell of a cluster; `told_by` names them."""
    cilium = fabric.cilium
    return State(
        told_by=told_by,
        name=fabric.name,
        system=_system(fabric),
        talos=known(lambda: agreed(fabric.pins.talos).value),
        documents=_documents(fabric),
        k3s=known(lambda: agreed(fabric.pins.k3s).value),
        kubernetes=known(lambda: agreed(fabric.pins.kubernetes).value),
        cni=_cni(fabric),
        kube_proxy=_kube_proxy(fabric),
        cilium=datapath(cilium) if cilium else None,
        pods=known(lambda: tuple(one.network for one in pod_networks(fabric))) or None,
        services=known(lambda: tuple(one.value for one in service_networks(fabric))) or None,
        balancers=_balancers(fabric),
        announced=frozenset(one.how for one in fabric.announcements) or None,
        balanced=tuple(_asking(fabric)),
        metallb=_metallb(fabric),
        dns_forwarded=_one_bool(
            fabric,
            "machine.features.hostDNS.forwardKubeDNSToHost",
            ("ResolverConfig", "hostDNS.forwardKubeDNSToHost"),
        ),
        nodes=_nodes(fabric),
        flux=known(lambda: only(fabric.pins.flux).value),
        old_apis=old_apis(fabric),
    )


def _system(fabric: Fabric) -> System | None:
    """Return what the nodes run; Talos counts as on machines only where something tells of a disk or a link."""
    found = known(lambda: fabric.distribution)
    if found != "talos":
        return found
    installed = next(told(fabric.talos, "machine.install", kind="UnattendedInstallConfig"), None)
    return "talos" if installed or fabric.links else None


def _documents(fabric: Fabric) -> bool | None:
    kinds = {one.kind for one in fabric.talos}
    if kinds & _KUBERNETES_DOCUMENTS:
        return True
    return False if any(one.get("cluster", "network") for one in fabric.talos) else None


def _cni(fabric: Fabric) -> Cni | None:
    if fabric.cilium is not None:
        return "cilium"
    names = {one.value for one in told(fabric.talos, "cluster.network.cni.name")}
    if len(names) == 1:
        name = names.pop()
        return cast("Cni", name) if name in {"flannel", "none"} else "other"
    if next(deletions(fabric.talos, _CNI_DOCUMENT), None) is not None:
        return "none"
    if any(one.kind == _CNI_DOCUMENT for one in fabric.talos):
        return "flannel"
    backends = {
        str(one.get("flannel-backend")) for one in fabric.k3s if one.get("flannel-backend") is not None
    }
    if len(backends) == 1:
        return "none" if backends == {"none"} else "flannel"
    return None


def _kube_proxy(fabric: Fabric) -> bool | None:
    found = {not one.value for one in told(fabric.talos, "cluster.proxy.disabled")}
    found |= {bool(one.value) for one in told(fabric.talos, "", kind="KubeProxyConfig", key="enabled")}
    for one in fabric.k3s:
        if one.get("disable-kube-proxy") is not None:
            found.add(one.get("disable-kube-proxy") is not True)
    return found.pop() if len(found) == 1 else None


def _one_bool(fabric: Fabric, path: str, document: tuple[str, str]) -> bool | None:
    kind, key = document
    found = {bool(one.value) for one in told(fabric.talos, path, kind=kind, key=key)}
    return found.pop() if len(found) == 1 else None


def datapath(cilium: CiliumRelease) -> Datapath:
    """Return how a release sets Cilium up."""

    def switch(path: str) -> bool | None:
        return known(lambda: cilium.is_on(path))

    encrypted = switch("encryption.enabled")
    kind = known(lambda: cilium.value("encryption.type"))
    strict = cilium.written("encryption.strictMode.enabled") or cilium.written(
        "encryption.strictMode.egress.enabled"
    )
    routing = known(lambda: cilium.value("routingMode"))
    return Datapath(
        version=cilium.version,
        routing=cast("Literal['tunnel', 'native']", routing) if routing in {"tunnel", "native"} else None,
        ipam=known(lambda: str(cilium.value("ipam.mode"))),
        wireguard=encrypted and kind == "wireguard" if encrypted is not None and kind else encrypted,
        strict=strict is True if cilium.complete else None,
        gateway_api=switch("gatewayAPI.enabled"),
        release=_release(cilium),
    )


def _release(cilium: CiliumRelease) -> Release | None:
    if cilium.role == "bootstrap":
        return None
    owner = (cilium.item.namespace, cilium.item.name) if cilium.role == "flux" else None
    return Release(name=cilium.release, namespace=cilium.namespace, storage=cilium.storage, owner=owner)


def _balancers(fabric: Fabric) -> frozenset[Balancer] | None:
    found: set[Balancer] = {pool.owner for pool in fabric.pools}
    if any(one.chart == "metallb" for one in fabric.helm_releases):
        found.add("metallb")
    servers = [one for one in fabric.k3s if one.role == "server"]
    if servers and any("servicelb" not in one.texts("disable") for one in servers):
        found.add("servicelb")
    return frozenset(found) if found or fabric.is_closed else None


def _asking(fabric: Fabric) -> list[Balanced]:
    """Return what asks for an address by itself; a Service of a chart goes by the name of its release."""
    return [
        Balanced(
            namespace=claim.item.namespace,
            name=claim.item.name,
            addresses=claim.addresses,
            load_balancer_class=_text(claim.item.get("spec", "loadBalancerClass")),
            asks_cilium=claim.asked == "cilium",
        )
        for claim in fabric.claims
        if claim.addresses
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _metallb(fabric: Fabric) -> MetalLbHome | None:
    for one in fabric.helm_releases:
        if one.chart == "metallb":
            return MetalLbHome(
                namespace=one.namespace,
                owner=(one.item.namespace, one.item.name),
                release=one.release,
                storage=one.storage,
            )
    for pool in fabric.pools:
        if pool.owner == "metallb" and pool.item.namespace:
            return MetalLbHome(namespace=pool.item.namespace, owner=None)
    return None


def _nodes(fabric: Fabric) -> tuple[Machine, ...] | None:
    found: dict[str, Machine] = {}
    for one in fabric.nodes:
        found.setdefault(
            one.name, Machine(name=one.name, address=one.address.value, control_plane=one.control_plane)
        )
    return tuple(found.values()) or None


def old_apis(fabric: Fabric) -> tuple[OldApi, ...]:
    """Return Flux' objects in other than the newest version of their kind, with how many there are."""
    counts: Counter[tuple[str, str]] = Counter()
    for item in fabric.items:
        if item.group not in _FLUX_CRDS:
            continue
        versions = versions_of(item.group, item.kind)
        if versions and item.api_version.rpartition("/")[2] != next(iter(versions)):
            counts[item.kind, item.api_version] += 1
    return tuple(
        OldApi(kind=kind, version=version, count=count) for (kind, version), count in sorted(counts.items())
    )
