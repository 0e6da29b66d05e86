"""The address plan: networks with their defaults, pools without what is taken, pinned addresses and their annotations.

Fed by the description and the resolved nodes; gives the address part of a Cluster.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fabricgen.addresses import Address, AddressRange, parse_address, subtract
from fabricgen.cluster import (
    Endpoint,
    Networks,
    Node,
    Pool,
    Reserved,
    Selector,
    Vip,
    VipPort,
    VipService,
)
from fabricgen.description import Description
from fabricgen.description import networks as written
from fabricgen.versions.metallb import annotation_prefix

# kube-controller-manager's --node-cidr-mask-size-ipv4 and -ipv6, https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
DEFAULT_NODE_MASKS: Mapping[int, int] = {4: 24, 6: 64}
HUBBLE_UI = ("kube-system", "hubble-ui")


@dataclass(frozen=True, slots=True)
class Plan:
    """Networks, pools (those of pinned addresses last), pinned addresses and reserved ranges."""

    networks: Networks
    endpoint: Endpoint
    pools: tuple[Pool, ...]
    vips: tuple[Vip, ...]
    reserved: tuple[Reserved, ...]


def resolve_plan(description: Description, nodes: tuple[Node, ...]) -> Plan:
    """Return the whole address plan."""
    networks = resolve_networks(description.networks)
    endpoint = resolve_endpoint(description, nodes)
    taken = tuple(taken_addresses(description, nodes, endpoint=endpoint))
    return Plan(
        networks=networks,
        endpoint=endpoint,
        pools=(*_open_pools(description, taken), *_pinned_pools(description)),
        vips=tuple(_vip(description, name) for name in sorted(description.networks.vips)),
        reserved=tuple(
            Reserved(addresses=one.addresses(), purpose=one.purpose) for one in description.networks.reserved
        ),
    )


def resolve_networks(networks: written.Networks) -> Networks:
    """Return the networks with their defaults: the router answers DNS, nodes get a /24 or /64 each."""
    routers = networks.router or ()
    masks = networks.node_mask or tuple(DEFAULT_NODE_MASKS[pods.version] for pods in networks.pods)
    return Networks(
        nodes=networks.nodes,
        pods=networks.pods,
        services=networks.services,
        node_masks=masks,
        routers=routers,
        dns_servers=networks.dns_servers or routers,
        time_servers=networks.time_servers,
        domain=networks.domain,
        static=networks.addressing == "static",
    )


def resolve_endpoint(description: Description, nodes: tuple[Node, ...]) -> Endpoint:
    """Return where the API answers: a node's own address, Talos' shared one, or something outside."""
    endpoint = description.endpoint
    owners = {str(address): node.name for node in nodes for address in node.addresses}
    node = owners.get(endpoint.host)
    shared = description.distribution.talos is not None and node is None and not endpoint.external
    return Endpoint(
        host=endpoint.host, port=endpoint.port, node=node, vip=endpoint_address(endpoint) if shared else None
    )


def endpoint_address(endpoint: written.Endpoint) -> Address | None:
    """Return the endpoint's address; None if it is a name."""
    try:
        return parse_address(endpoint.host)
    except ValueError:
        return None


def taken_addresses(
    description: Description, nodes: Iterable[Node], *, endpoint: Endpoint
) -> Iterator[tuple[AddressRange, str]]:
    """Yield every range that Services must not get, with its owner in words; pinned addresses included."""
    networks = description.networks
    for network in networks.nodes:
        yield AddressRange.of(network.network_address), f"network address of {network}"
        if network.version == 4:  # noqa: PLR2004 - IPv6 has no broadcast address
            yield AddressRange.of(network.broadcast_address), f"broadcast address of {network}"
    for router in networks.router or ():
        yield AddressRange.of(router), "router"
    for server in networks.dns_servers:
        yield AddressRange.of(server), "DNS server"
    if endpoint.vip is not None:
        yield AddressRange.of(endpoint.vip), "Kubernetes API"
    for node in nodes:
        yield from ((AddressRange.of(address), f"node {node.name}") for address in node.addresses)
    for reserved in networks.reserved:
        yield reserved.addresses(), reserved.purpose
    for name, vip in sorted(networks.vips.items()):
        yield AddressRange.of(vip.address), f"pinned to {name}"


def _open_pools(description: Description, taken: tuple[tuple[AddressRange, str], ...]) -> Iterator[Pool]:
    for name, pool in sorted(description.networks.load_balancers.items()):
        ranges = pool.ranges()
        hits = tuple(one for one in taken if any(one[0].overlaps(block) for block in ranges))
        yield Pool(
            name=name,
            written=ranges,
            blocks=subtract(ranges, (hole for hole, _ in hits)),
            taken=hits,
            announce=pool.announce,
            selector=_selector(pool.services),
        )


def _selector(services: written.ServiceSelector | None) -> Selector:
    if services is None:
        return Selector()
    return Selector(namespaces=services.namespaces, names=services.names, labels=services.labels)


def _pinned_pools(description: Description) -> Iterator[Pool]:
    """Yield a pool of one address for each pinned one, which only its Services may use.

    Without it the load balancer could give the address to whichever Service asks first.
    """
    for name, vip in sorted(description.networks.vips.items()):
        address = AddressRange.of(vip.address)
        parent = pool_of(description, vip.address)
        if parent is None or not (holders := _holders(description, name)):
            continue
        selector = Selector(
            namespaces=tuple(sorted({namespace for namespace, _ in holders})),
            names=tuple(sorted({service for _, service in holders})),
        )
        announce = description.networks.load_balancers[parent].announce
        yield Pool(
            name=f"vip-{name}",
            written=(address,),
            blocks=(address,),
            taken=(),
            announce=announce,
            selector=selector,
            vip=name,
        )


def pool_of(description: Description, address: Address) -> str | None:
    """Return the name of the pool that was written over this address; None if there is none."""
    pools = sorted(description.networks.load_balancers.items())
    return next((name for name, pool in pools if any(address in block for block in pool.ranges())), None)


def _holders(description: Description, name: str) -> tuple[tuple[str, str], ...]:
    """Return namespace and name of every Service that holds the pinned address, sorted."""
    named = {(service.namespace, service.name) for service in description.networks.vips[name].services}
    return tuple(sorted(named | set(_own_holders(description, name))))


def _own_holders(description: Description, name: str) -> Iterator[tuple[str, str]]:
    cilium = description.cni.cilium
    if cilium is None:
        return
    if cilium.hubble.ui is not None and cilium.hubble.ui.vip == name:
        yield HUBBLE_UI
    for gateway in cilium.gateway_api.gateways if cilium.gateway_api else ():
        if gateway.vip == name:
            # Cilium names a Gateway's Service so: https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/
            yield (gateway.namespace, f"cilium-gateway-{gateway.name}")


def _vip(description: Description, name: str) -> Vip:
    vip = description.networks.vips[name]
    return Vip(
        name=name,
        address=vip.address,
        pool=pool_of(description, vip.address) or "",
        services=tuple(_service(service) for service in vip.services),
        hostname=vip.hostname,
        annotations=_annotations(description, name),
    )


def _service(service: written.VipService) -> VipService:
    ports = (
        VipPort(name=port.name, port=port.port, target=port.target_port or port.port, protocol=port.protocol)
        for port in service.ports
    )
    return VipService(
        name=service.name,
        namespace=service.namespace,
        ports=tuple(ports),
        selector=service.selector,
        external_traffic_policy=service.external_traffic_policy,
    )


def _annotations(description: Description, name: str) -> dict[tuple[str, str], dict[str, str]]:
    holders = _holders(description, name)
    address = str(description.networks.vips[name].address)
    if (metallb := description.metallb) is not None:
        shared, prefix = len(holders) > 1, annotation_prefix(metallb.version)
        return {
            holder: _metallb_annotations(name, address, prefix=prefix, shared=shared) for holder in holders
        }
    return {holder: _cilium_annotations(name, address, holder=holder, holders=holders) for holder in holders}


def _cilium_annotations(
    name: str, address: str, *, holder: tuple[str, str], holders: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """Source: https://docs.cilium.io/en/stable/network/lb-ipam/ (requesting IPs, sharing keys)."""
    annotations = {"lbipam.cilium.io/ips": address}
    if len(holders) > 1:
        annotations["lbipam.cilium.io/sharing-key"] = name
    if others := sorted({namespace for namespace, _ in holders} - {holder[0]}):
        annotations["lbipam.cilium.io/sharing-cross-namespace"] = ",".join(others)
    return annotations


def _metallb_annotations(name: str, address: str, *, prefix: str, shared: bool) -> dict[str, str]:
    """Source: https://metallb.io/usage/ (requesting specific IPs, IP address sharing)."""
    annotations = {f"{prefix}/loadBalancerIPs": address}
    if shared:
        annotations[f"{prefix}/allow-shared-ip"] = name
    return annotations
