"""Laws about references: whatever names something else names something that is there."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from tree_reading import layers, of_kind, pools, synced

import fabricgen
from fabricgen.addresses import parse_address
from fabricgen.documents.document import leaves

Body = Mapping[str, Any]
FLUX_MAKES = {("GitRepository", "flux-system"), ("OCIRepository", "flux-system")}


def no_two_documents_are_one_object(rendered: fabricgen.Rendered) -> Iterator[str]:
    """The later one would win, or Flux would refuse both."""
    inside = [one for one in synced(rendered) if one.path.name != "kustomization.yaml"]
    for one, other in combinations(inside, 2):
        if one.identity == other.identity:
            yield f"{one.label} is in {one.path} and in {other.path}"


def kustomizations_list_what_is_beside_them(rendered: fabricgen.Rendered) -> Iterator[str]:
    """What is not listed is never applied; what is listed and missing stops all."""
    for document in (one for one in synced(rendered) if one.path.name == "kustomization.yaml"):
        listed = {document.path.parent / name for name in document.body["resources"]}
        beside = {path for path in rendered.texts if path.parent == document.path.parent} - {document.path}
        yield from (f"{document.path}: {path}" for path in listed ^ beside)


def layers_depend_on_layers_and_never_in_a_circle(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A layer waits for what is missing, or for itself, for ever."""
    waits = {
        one.identity.name: {other["name"] for other in one.body["spec"].get("dependsOn", ())}
        for one in layers(rendered)
    }
    yield from (
        f"{name} waits for {wanted - waits.keys()}" for name, wanted in waits.items() if wanted - waits.keys()
    )
    while ready := [name for name, wanted in waits.items() if not wanted & waits.keys()]:
        waits = {name: wanted for name, wanted in waits.items() if name not in ready}
    yield from (f"{name} waits in a circle" for name in waits)


def layers_have_a_folder_and_a_source(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Every path is a folder of this tree or of another source, and every source is somewhere."""
    sources = {(one.identity.kind, one.identity.name) for one in synced(rendered)} | FLUX_MAKES
    folders = {f"./{rendered.cluster.flux.path}/{path.parent}" for path in rendered.texts}
    for layer in layers(rendered):
        spec, label = layer.body["spec"], layer.label
        source = (spec["sourceRef"]["kind"], spec["sourceRef"]["name"])
        if source not in sources:
            yield f"{label}: there is no {source}"
        if source in FLUX_MAKES and spec["path"] not in folders:
            yield f"{label}: there is no folder {spec['path']}"


def releases_have_a_chart(rendered: fabricgen.Rendered) -> Iterator[str]:
    """The repository stands in the release's own namespace."""
    known = {(one.identity.kind, one.identity.namespace, one.identity.name) for one in synced(rendered)}
    for release in of_kind(rendered, "HelmRelease"):
        spec = release.body["spec"]
        source = spec.get("chartRef") or spec["chart"]["spec"]["sourceRef"]
        if (source["kind"], release.identity.namespace, source["name"]) not in known:
            yield f"{release.label}: there is no {source}"


def health_is_checked_on_what_is_there(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A release that a layer waits for stands in the tree; CRDs come from elsewhere."""
    releases = {one.identity for one in of_kind(rendered, "HelmRelease")}
    for layer in layers(rendered):
        checks = [one for one in layer.body["spec"].get("healthChecks", ()) if one["kind"] == "HelmRelease"]
        wanted = {(one["apiVersion"], one["kind"], one["namespace"], one["name"]) for one in checks}
        yield from (f"{layer.label}: there is no {one}" for one in wanted - releases)


def peers_have_their_config_and_advertisements(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A session without either says nothing."""
    configs = {one.identity.name: one.body["spec"] for one in of_kind(rendered, "CiliumBGPPeerConfig")}
    offered = [one.body["metadata"]["labels"] for one in of_kind(rendered, "CiliumBGPAdvertisement")]
    for cluster in of_kind(rendered, "CiliumBGPClusterConfig"):
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
    for service in of_kind(rendered, "Service"):
        annotations, spec = service.body["metadata"]["annotations"], service.body["spec"]
        address = parse_address(
            annotations.get("lbipam.cilium.io/ips") or annotations["metallb.io/loadBalancerIPs"]
        )
        holding = [pool for pool, blocks in pools(rendered) if any(address in block for block in blocks)]
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
    gateways = {(one.identity.namespace, one.identity.name) for one in of_kind(rendered, "Gateway")}
    classes = {one.identity.name for one in of_kind(rendered, "GatewayClass")}
    for gateway in of_kind(rendered, "Gateway"):
        if gateway.body["spec"]["gatewayClassName"] not in classes:
            yield f"{gateway.label}: there is no such class"
    for route in of_kind(rendered, "HTTPRoute"):
        parents = {
            (one.get("namespace", route.identity.namespace), one["name"])
            for one in route.body["spec"]["parentRefs"]
        }
        yield from (f"{route.label}: there is no Gateway {one}" for one in parents - gateways)


def namespaces_are_there_before_what_is_in_them(rendered: fabricgen.Rendered) -> Iterator[str]:
    """Everything lies in a namespace of the tree, or in one that every cluster has."""
    known = {one.identity.name for one in of_kind(rendered, "Namespace")} | {"kube-system", "flux-system"}
    for document in synced(rendered):
        if document.identity.namespace and document.identity.namespace not in known:
            yield f"{document.label}: nothing makes its namespace"


def nothing_is_left_for_flux_to_replace(rendered: fabricgen.Rendered) -> Iterator[str]:
    """A `${` would be taken for a variable."""
    for document in synced(rendered):
        yield from (f"{document.path}: {value}" for _, value in leaves(document.body) if "${" in str(value))
