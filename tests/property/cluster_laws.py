"""What holds for the tree of every cluster. Each law yields a sentence for each place where it does not.

The laws read the documents as others will read them, and know nothing of how they were made.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_interface, ip_network
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any

import fabricgen
from fabricgen.addresses import Address, AddressRange, Network, parse_address
from fabricgen.documents.document import leaves

Body = Mapping[str, Any]
Law = Callable[[fabricgen.Rendered], Iterator[str]]
ADDRESSED = {"LinkConfig", "BondConfig", "VLANConfig"}
FLUX_MAKES = {("GitRepository", "flux-system"), ("OCIRepository", "flux-system")}


def _documents(rendered: fabricgen.Rendered) -> Iterator[fabricgen.Document]:
    yield from (file for file in rendered.files if isinstance(file, fabricgen.Document))


def _synced(rendered: fabricgen.Rendered) -> Iterator[fabricgen.Document]:
    yield from (one for one in _documents(rendered) if one.path.parts[0] in {"flux", "infrastructure"})


def _of_kind(rendered: fabricgen.Rendered, kind: str, *, group: str = "") -> list[fabricgen.Document]:
    wanted = (one for one in _synced(rendered) if one.identity.kind == kind)
    return [one for one in wanted if group in one.identity.group]


def _layers(rendered: fabricgen.Rendered) -> list[fabricgen.Document]:
    return _of_kind(rendered, "Kustomization", group="kustomize.toolkit.fluxcd.io")


def _range(block: Mapping[str, str]) -> AddressRange:
    if "cidr" in block:
        return AddressRange.of(ip_network(block["cidr"]))
    return AddressRange(parse_address(block["start"]), parse_address(block["stop"]))


def _pools(rendered: fabricgen.Rendered) -> Iterator[tuple[fabricgen.Document, list[AddressRange]]]:
    """Yield pools of Cilium and of MetalLB, each with what it hands out."""
    for pool in _of_kind(rendered, "CiliumLoadBalancerIPPool"):
        yield pool, [_range(block) for block in pool.body["spec"]["blocks"]]
    for pool in _of_kind(rendered, "IPAddressPool"):
        yield pool, [_range(_metallb_block(text)) for text in pool.body["spec"]["addresses"]]


def _metallb_block(text: str) -> dict[str, str]:
    first, _, last = text.partition("-")
    return {"start": first, "stop": last} if last else {"cidr": text}


def _blocks(rendered: fabricgen.Rendered) -> Iterator[tuple[str, AddressRange]]:
    yield from ((pool.identity.name, block) for pool, blocks in _pools(rendered) for block in blocks)


def pools_hand_something_out(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A pool without a block is a mistake that nobody sees."""
    yield from (f"{pool.label} is empty" for pool, blocks in _pools(rendered) if not blocks)


def blocks_lie_in_what_was_written(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Nothing is handed out that the description did not give."""
    written = {pool.name: pool.written for pool in rendered.cluster.pools}
    for name, block in _blocks(rendered):
        if not any(block.first in one and block.last in one for one in written[name]):
            yield f"{name}: {block} is not in {written[name]}"


def blocks_announced_by_l2_lie_in_the_lan(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Nobody asks for other addresses."""
    by_l2 = {pool.name for pool in rendered.cluster.pools if "l2" in pool.announce}
    for name, block in _blocks(rendered):
        lan = [one for one in rendered.cluster.networks.nodes if one.version == block.version]
        if name in by_l2 and not any(block.within(network) for network in lan):
            yield f"{name}: {block} is outside the LAN"


def _taken(cluster: fabricgen.Cluster) -> Iterator[tuple[str, AddressRange]]:
    for network in cluster.networks.nodes:
        yield "network address", AddressRange.of(network.network_address)
    for network in (one for one in cluster.networks.nodes if one.version == 4):
        yield "broadcast address", AddressRange.of(network.broadcast_address)
    yield from (("router", AddressRange.of(router)) for router in cluster.networks.routers)
    yield from (("reserved", one.addresses) for one in cluster.reserved)
    for node in cluster.nodes:
        yield from ((node.name, AddressRange.of(address)) for address in node.addresses)
    yield from (("API", AddressRange.of(one)) for one in (cluster.endpoint.vip,) if one is not None)


def no_block_holds_a_taken_address(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A Service would get it, and two machines would answer."""
    for name, block in _blocks(rendered):
        hits = [(who, one) for who, one in _taken(rendered.cluster) if one.overlaps(block)]
        yield from (f"{name}: {block} holds {one} ({who})" for who, one in hits)


def no_two_blocks_overlap(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Cilium stops serving the newer of two pools that do."""
    for (one_name, one), (name, block) in combinations(_blocks(rendered), 2):
        if one.overlaps(block):
            yield f"{name} and {one_name} overlap: {block}, {one}"


def _node_addresses(rendered: fabricgen.Rendered) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield what the machines' own files say that they have, with prefix length where one is said."""
    for document in (one for one in _documents(rendered) if one.path.parts[0] in {"talos", "k3s"}):
        body = document.body
        if document.identity.kind in ADDRESSED:
            yield from ((document.path, one["address"]) for one in body.get("addresses", ()))
        for link in body.get("machine", {}).get("network", {}).get("interfaces", ()):
            parts = (link, *link.get("vlans", ()))
            yield from ((document.path, address) for part in parts for address in part.get("addresses", ()))
        yield from ((document.path, one) for one in body.get("node-ip", "").split(",") if one)


def nodes_have_their_own_addresses_in_the_lan(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Each file of a node gives it exactly what the description gives it, in the prefix length of the LAN."""
    addresses = {node.name: node.addresses for node in rendered.cluster.nodes}
    lan = rendered.cluster.networks.nodes
    for path, text in _node_addresses(rendered):
        interface = ip_interface(text)
        if interface.ip not in addresses[path.parts[-2]]:
            yield f"{path}: {text} is not the node's"
        if not any(interface.ip in one and _same_prefix(text, one) for one in lan):
            yield f"{path}: {text} is not of {lan}"


def _same_prefix(text: str, network: Network) -> bool:
    return "/" not in text or text.endswith(f"/{network.prefixlen}")


def _shared_addresses(rendered: fabricgen.Rendered) -> Iterator[tuple[PurePosixPath, Address]]:
    for document in (one for one in _documents(rendered) if one.path.parts[0] == "talos"):
        if document.identity.kind == "Layer2VIPConfig":
            yield document.path, parse_address(document.body["name"])
        for link in document.body.get("machine", {}).get("network", {}).get("interfaces", ()):
            for part in (one for one in (link, *link.get("vlans", ())) if "vip" in one):
                yield document.path, parse_address(part["vip"]["ip"])


def control_planes_share_the_address_of_the_api(rendered: fabricgen.Rendered) -> Iterator[str]:
    """All of them and nobody else, and only where the address is nobody's own."""
    cluster = rendered.cluster
    found = {(path.parts[-2], address) for path, address in _shared_addresses(rendered)}
    shared = cluster.endpoint.vip if cluster.talos else None
    wanted = {(node.name, shared) for node in cluster.control_planes} if shared else set()
    yield from (f"{name} and {address}" for name, address in found ^ wanted)


def no_two_documents_are_one_object(rendered: fabricgen.Rendered) -> Iterator[str]:
    """The later one would win, or Flux would refuse both."""
    inside = [one for one in _synced(rendered) if one.path.name != "kustomization.yaml"]
    for one, other in combinations(inside, 2):
        if one.identity == other.identity:
            yield f"{one.label} is in {one.path} and in {other.path}"


def kustomizations_list_what_is_beside_them(rendered: fabricgen.Rendered) -> Iterator[str]:
    """What is not listed is never applied; what is listed and missing stops all."""
    for document in (one for one in _synced(rendered) if one.path.name == "kustomization.yaml"):
        listed = {document.path.parent / name for name in document.body["resources"]}
        beside = {path for path in rendered.texts if path.parent == document.path.parent} - {document.path}
        yield from (f"{document.path}: {path}" for path in listed ^ beside)


def layers_depend_on_layers_and_never_in_a_circle(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A layer waits for what is missing, or for itself, for ever."""
    waits = {
        one.identity.name: {other["name"] for other in one.body["spec"].get("dependsOn", ())}
        for one in _layers(rendered)
    }
    yield from (
        f"{name} waits for {wanted - waits.keys()}" for name, wanted in waits.items() if wanted - waits.keys()
    )
    while ready := [name for name, wanted in waits.items() if not wanted & waits.keys()]:
        waits = {name: wanted for name, wanted in waits.items() if name not in ready}
    yield from (f"{name} waits in a circle" for name in waits)


def layers_have_a_folder_and_a_source(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Every path is a folder of this tree or of another source, and every source is somewhere."""
    sources = {(one.identity.kind, one.identity.name) for one in _synced(rendered)} | FLUX_MAKES
    folders = {f"./{rendered.cluster.flux.path}/{path.parent}" for path in rendered.texts}
    for layer in _layers(rendered):
        spec, label = layer.body["spec"], layer.label
        source = (spec["sourceRef"]["kind"], spec["sourceRef"]["name"])
        if source not in sources:
            yield f"{label}: there is no {source}"
        if source in FLUX_MAKES and spec["path"] not in folders:
            yield f"{label}: there is no folder {spec['path']}"


def releases_have_a_chart(rendered: fabricgen.Rendered) -> Iterator[str]:
    """The repository stands in the release's own namespace."""
    known = {(one.identity.kind, one.identity.namespace, one.identity.name) for one in _synced(rendered)}
    for release in _of_kind(rendered, "HelmRelease"):
        spec = release.body["spec"]
        source = spec.get("chartRef") or spec["chart"]["spec"]["sourceRef"]
        if (source["kind"], release.identity.namespace, source["name"]) not in known:
            yield f"{release.label}: there is no {source}"


def health_is_checked_on_what_is_there(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A release that a layer waits for stands in the tree; CRDs come from elsewhere."""
    releases = {one.identity for one in _of_kind(rendered, "HelmRelease")}
    for layer in _layers(rendered):
        checks = [one for one in layer.body["spec"].get("healthChecks", ()) if one["kind"] == "HelmRelease"]
        wanted = {(one["apiVersion"], one["kind"], one["namespace"], one["name"]) for one in checks}
        yield from (f"{layer.label}: there is no {one}" for one in wanted - releases)


def peers_have_their_config_and_advertisements(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A session without either says nothing."""
    configs = {one.identity.name: one.body["spec"] for one in _of_kind(rendered, "CiliumBGPPeerConfig")}
    offered = [one.body["metadata"]["labels"] for one in _of_kind(rendered, "CiliumBGPAdvertisement")]
    for cluster in _of_kind(rendered, "CiliumBGPClusterConfig"):
        peers = [peer for instance in cluster.body["spec"]["bgpInstances"] for peer in instance["peers"]]
        wanted = {peer["peerConfigRef"]["name"] for peer in peers}
        yield from (
            f"nobody uses, or there is no, CiliumBGPPeerConfig {name}" for name in wanted ^ configs.keys()
        )
    for name, spec in configs.items():
        for family in spec["families"]:
            labels = family["advertisements"]["matchLabels"].items()
            if not any(labels <= offer.items() for offer in offered):
                yield f"{name}: nothing is advertised by {dict(labels)}"


def services_can_have_the_address_they_ask_for(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A pool holds it and takes this Service, and the Service has the address' family."""
    for service in _of_kind(rendered, "Service"):
        annotations, spec = service.body["metadata"]["annotations"], service.body["spec"]
        address = parse_address(
            annotations.get("lbipam.cilium.io/ips") or annotations["metallb.io/loadBalancerIPs"]
        )
        holding = [pool for pool, blocks in _pools(rendered) if any(address in block for block in blocks)]
        if not any(_takes(pool.body["spec"], service) for pool in holding):
            yield f"{service.label}: no pool gives it {address}"
        families = spec.get("ipFamilies", [f"IPv{rendered.cluster.networks.families[0]}"])
        if f"IPv{address.version}" not in families:
            yield f"{service.label}: has {families}, and asks for {address}"


def _takes(pool: Body, service: fabricgen.Document) -> bool:
    wanted = {
        one["key"]: one["values"] for one in pool.get("serviceSelector", {}).get("matchExpressions", ())
    }
    names = wanted.get("io.kubernetes.service.name", [service.identity.name])
    namespaces = wanted.get("io.kubernetes.service.namespace", [service.identity.namespace])
    allocation = pool.get("serviceAllocation", {}).get("namespaces", [service.identity.namespace])
    return service.identity.name in names and service.identity.namespace in {*namespaces} & {*allocation}


def routes_have_a_gateway_and_gateways_a_class(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Who attaches to nothing serves nothing."""
    gateways = {(one.identity.namespace, one.identity.name) for one in _of_kind(rendered, "Gateway")}
    classes = {one.identity.name for one in _of_kind(rendered, "GatewayClass")}
    for gateway in _of_kind(rendered, "Gateway"):
        if gateway.body["spec"]["gatewayClassName"] not in classes:
            yield f"{gateway.label}: there is no such class"
    for route in _of_kind(rendered, "HTTPRoute"):
        parents = {
            (one.get("namespace", route.identity.namespace), one["name"])
            for one in route.body["spec"]["parentRefs"]
        }
        yield from (f"{route.label}: there is no Gateway {one}" for one in parents - gateways)


def namespaces_are_there_before_what_is_in_them(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Everything lies in a namespace of the tree, or in one that every cluster has."""
    known = {one.identity.name for one in _of_kind(rendered, "Namespace")} | {"kube-system", "flux-system"}
    for document in _synced(rendered):
        if document.identity.namespace and document.identity.namespace not in known:
            yield f"{document.label}: nothing makes its namespace"


def nothing_is_left_for_flux_to_replace(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A `${` would be taken for a variable."""
    for document in _synced(rendered):
        yield from (f"{document.path}: {value}" for _, value in leaves(document.body) if "${" in str(value))


LAWS: tuple[Law, ...] = (
    blocks_lie_in_what_was_written,
    blocks_announced_by_l2_lie_in_the_lan,
    no_block_holds_a_taken_address,
    no_two_blocks_overlap,
    pools_hand_something_out,
    nodes_have_their_own_addresses_in_the_lan,
    control_planes_share_the_address_of_the_api,
    no_two_documents_are_one_object,
    kustomizations_list_what_is_beside_them,
    layers_depend_on_layers_and_never_in_a_circle,
    layers_have_a_folder_and_a_source,
    releases_have_a_chart,
    health_is_checked_on_what_is_there,
    peers_have_their_config_and_advertisements,
    services_can_have_the_address_they_ask_for,
    routes_have_a_gateway_and_gateways_a_class,
    namespaces_are_there_before_what_is_in_them,
    nothing_is_left_for_flux_to_replace,
)


def broken_laws(rendered: fabricgen.Rendered) -> dict[str, list[str]]:
    """Return what each law complains about; empty when all hold."""
    complaints = {law.__name__: list(law(rendered)) for law in LAWS}
    return {name: found for name, found in complaints.items() if found}
