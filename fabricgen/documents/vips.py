"""Services with pinned addresses that the description describes in full.

Fed by `Cluster.vips`. Source: https://docs.cilium.io/en/stable/network/lb-ipam/#requesting-ips .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cluster, Vip, VipPort, VipService
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.policies import WELL_KNOWN, own_namespace

FOLDER = "infrastructure/services"
SERVICES = "https://kubernetes.io/docs/concepts/services-networking/service"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespaces.yaml and services.yaml if the description describes a Service with ports."""
    wanted = [(vip, service) for vip in cluster.vips for service in vip.services if service.ports]
    if not wanted:
        return
    names = {service.namespace for _, service in wanted} - WELL_KNOWN
    if names:
        yield _draft("namespaces", tuple(own_namespace(name) for name in sorted(names)))
    yield _draft("services", tuple(_service(vip, service) for vip, service in wanted))


def _draft(name: str, parts: tuple[Part, ...]) -> Draft:
    return Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def _service(vip: Vip, service: VipService) -> Part:
    annotations = dict(vip.annotations[(service.namespace, service.name)])
    if vip.hostname:
        annotations["external-dns.alpha.kubernetes.io/hostname"] = vip.hostname
    metadata = {"name": service.name, "namespace": service.namespace, "annotations": annotations}
    base = {"apiVersion": "v1", "kind": "Service", "metadata": metadata}
    return Part(base=base, settings=tuple(one.under("spec") for one in _settings(vip, service)))


def _settings(vip: Vip, service: VipService) -> Iterator[Setting]:
    shared = len(vip.annotations) > 1
    how = f"shared with {len(vip.annotations) - 1} more by its sharing key" if shared else "its own"
    why = f"holds {vip.address} ({vip.name}), {how}, by the annotations above"
    yield setting("type", "LoadBalancer", why=why, source="https://docs.cilium.io/en/stable/network/lb-ipam/")
    why = (
        "Local keeps the client's address"
        if service.external_traffic_policy == "Local"
        else "any node may take the traffic, wherever the pods run"
    )
    yield setting(
        "externalTrafficPolicy",
        service.external_traffic_policy,
        why=why,
        source=f"{SERVICES}/#traffic-policies",
    )
    yield setting(
        "selector", dict(service.selector), why="the pods behind it", source=f"{SERVICES}/#defining-a-service"
    )
    yield setting(
        "ports",
        [_port(port) for port in service.ports],
        why="its ports",
        source=f"{SERVICES}/#multi-port-services",
    )


def _port(port: VipPort) -> dict[str, Any]:
    return {"name": port.name, "port": port.port, "targetPort": port.target, "protocol": port.protocol}
