"""Services with pinned addresses that the description describes in full.

Fed by `Cluster.vips`. Sources: https://docs.cilium.io/en/v1.20/network/lb-ipam/#requesting-ips ,
https://metallb.io/usage/#requesting-specific-ips .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cluster, Vip, VipPort, VipService
from fabricgen.documents.cilium.observability import DNS_ANNOTATIONS, EXTERNAL_DNS
from fabricgen.documents.cilium.reasons import docs
from fabricgen.documents.document import Draft, Part, Setting, setting

PATH = "infrastructure/services/services.yaml"
SERVICES = "https://kubernetes.io/docs/concepts/services-networking/service"
DUAL_STACK = "https://kubernetes.io/docs/concepts/services-networking/dual-stack"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield services.yaml if the description describes a Service with ports."""
    wanted = [(vip, service) for vip in cluster.vips for service in vip.services if service.ports]
    if wanted:
        parts = tuple(_service(cluster, vip, service) for vip, service in wanted)
        yield Draft(path=PATH, template=f"{PATH}.j2", parts=parts)


def _service(cluster: Cluster, vip: Vip, service: VipService) -> Part:
    metadata = {"name": service.name, "namespace": service.namespace}
    base = {"apiVersion": "v1", "kind": "Service", "metadata": metadata}
    settings = (one.under("spec") for one in _settings(cluster, vip, service))
    return Part(base=base, settings=(*_annotations(cluster, vip, service), *settings))


def _annotations(cluster: Cluster, vip: Vip, service: VipService) -> Iterator[Setting]:
    for key, value in vip.annotations[(service.namespace, service.name)].items():
        yield _annotation(key, value, why=_annotation_why(vip, key), source=_source(cluster))
    if vip.hostname is not None:
        for key, releases in DNS_ANNOTATIONS.items():
            why = f"external-dns {releases} publishes the address under this name, if it runs here"
            yield _annotation(key, vip.hostname, why=why, source=EXTERNAL_DNS)


def _annotation_why(vip: Vip, key: str) -> str:
    if key.endswith("namespace"):
        return "the other namespaces with Services that share the address; theirs name this one"
    if "shar" in key:
        others = ", ".join(f"{namespace}/{name}" for namespace, name in sorted(vip.annotations))
        return f"the key by which {others} share the address, each with ports of its own"
    return f"the address that is pinned to {vip.name}"


def _annotation(key: str, value: str, *, why: str, source: str) -> Setting:
    return Setting(path=("metadata", "annotations", key), value=value, why=why, source=source)


def _source(cluster: Cluster) -> str:
    if cluster.metallb is not None or cluster.cilium is None:
        return "https://metallb.io/usage/#requesting-specific-ips"
    return docs(cluster.cilium, "network/lb-ipam/#requesting-ips")


def _settings(cluster: Cluster, vip: Vip, service: VipService) -> Iterator[Setting]:
    why = "reached from the LAN, at an address of its own"
    yield setting("type", "LoadBalancer", why=why, source=f"{SERVICES}/#loadbalancer")
    family = vip.address.version
    if family != cluster.networks.families[0]:
        why = f"{vip.address} is IPv{family}; without this a Service has the cluster's first family only"
        yield setting("ipFamilies", [f"IPv{family}"], why=why, source=f"{DUAL_STACK}/#services")
    policy = service.external_traffic_policy
    why = _policy_why(cluster, vip, policy)
    yield setting("externalTrafficPolicy", policy, why=why, source=f"{SERVICES}/#traffic-policies")
    selector = dict(service.selector)
    yield setting("selector", selector, why="the pods behind it", source=f"{SERVICES}/#defining-a-service")
    ports = [_port(port) for port in service.ports]
    yield setting("ports", ports, why="its ports", source=f"{SERVICES}/#multi-port-services")


def _policy_why(cluster: Cluster, vip: Vip, policy: str) -> str:
    if policy == "Cluster":
        return "any node may take the traffic, wherever the pods run"
    announced = {how for pool in cluster.pools if pool.vip == vip.name for how in pool.announce}
    if "l2" in announced and cluster.metallb is None:
        return "keeps the client's address; Cilium may announce it from a node without a pod, which then drops the traffic"
    return "keeps the client's address; only nodes with a pod take the traffic"


def _port(port: VipPort) -> dict[str, Any]:
    return {"name": port.name, "port": port.port, "targetPort": port.target, "protocol": port.protocol}
