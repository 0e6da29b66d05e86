"""Talos documents and patches, in either dialect -> the cluster's and the nodes' settings.

Fed with the documents of whichever tool: talhelper, topf, talm, plain files. A tool's own file is read before.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from fabricgen.fabric import Fabric, TalosDocument
from fabricgen.fabric.told import is_deletion
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.links import read_links
from fabricgen.importing.machines import Machines, schematic_id
from fabricgen.importing.page import Page
from fabricgen.versions import TALOS as TALOS_RELEASES
from fabricgen.versions import Dialect, dialect_of, format_minor, minor_of, parse_version

TALOS: Final = "distribution.talos"
_PATCH: Final = "no key of the description stands for it"
_KEEP: Final = "keep the patch beside ours: talosctl, talhelper and topf take both"
# What the documents of later contracts have taken the place of; the oldest dialect first.
_OLDER: Final = {
    Dialect.V1ALPHA1: (("machine", "network", "interfaces"), ("machine", "network", "hostname")),
    Dialect.NETWORK_DOCUMENTS: (("cluster", "network"), ("machine", "kubelet", "nodeIP")),
}
_GUEST: Final = re.compile(r"^https?://\[?(?P<host>.+?)\]?(?::(?P<port>\d+))?/?$")
_MATCH: Final = re.compile(r'^disk\.dev_path == "(?P<path>[^"]+)"$')
_VERSION: Final = re.compile(r":v?(\d+\.\d+\.\d+[^@]*)")


def read_talos(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what every Talos document says into the draft and the nodes; list what has no key."""
    _nodes_of_patches(fabric, machines)
    for document in fabric.talos:
        if is_deletion(document.body) or (set(document.body) <= {"cluster"} and _is_own(document)):
            continue
        page = Page(item=document.item, body=document.body, prefix=document.prefix)
        if "sops" in document.body:
            why = "it is encrypted, or a secret"
            page.leave(draft, (), "", why=why, todo="stays where it is", kind="stays")
            continue
        _settings(page, document, draft, machines)
        _of_nodes(page, document, machines)
        page.leave_rest(draft, why=_PATCH, todo=_KEEP)


def read_contract(fabric: Fabric, draft: Draft) -> None:
    """Put the contract, where the patches are in an older dialect than the one of the version."""
    try:
        told = minor_of(parse_version(str(draft.get(*TALOS.split("."), "version"))))
    except ValueError:
        return
    for dialect, paths in _OLDER.items():
        for document in () if dialect_of(told).value == dialect.value else fabric.talos:
            place = next((path for path in paths if not document.kind and document.get(*path)), None)
            if place is None or _is_own(document):
                continue
            contract = max(one for one in TALOS_RELEASES if dialect_of(one) is dialect)
            if contract < told:
                page = Page(item=document.item, body=document.body, prefix=document.prefix)
                origin = page.origin(
                    *place, note="from the next contract on this would stand in a document of its own"
                )
                draft.put(f"{TALOS}.contract", f"v{format_minor(contract)}", origin)
                return


def _nodes_of_patches(fabric: Fabric, machines: Machines) -> None:
    """Know the nodes by the folders of their patches, where no tool lists them; flags may have told some already."""
    if not machines.listed:
        for document in fabric.talos:
            if document.role == "node" and document.node:
                machines.nodes.setdefault(document.node, {})
                if document.kind == "Layer2VIPConfig":
                    page = Page(item=document.item, body=document.body, prefix=document.prefix)
                    machines.put(document.node, "role", "control-plane", page.origin("name"))


def _is_own(document: TalosDocument) -> bool:
    """Tell whether this is what talhelper's own file says, which its reader has told already."""
    return document.prefix == () and document.item.body is not document.body


def _settings(page: Page, document: TalosDocument, draft: Draft, machines: Machines) -> None:
    for key in ("apiVersion", "kind", "version", "debug", "persist"):
        page.take(key)
    if page.get("kind"):
        _of_document(page, document, draft)
        return
    _network(page, draft)
    _features(page, draft)
    _lists(page, draft)
    _kubernetes(page, draft, machines)


def _network(page: Page, draft: Draft) -> None:
    network = ("cluster", "network")
    _put(page, draft, (*network, "podSubnets"), ("networks.pods", _pair))
    _put(page, draft, (*network, "serviceSubnets"), ("networks.services", _pair))
    _put(page, draft, (*network, "dnsDomain"), ("networks.domain", str))
    _put(page, draft, ("machine", "network", "nameservers"), ("networks.dnsServers", _texts))
    _put(page, draft, ("machine", "time", "servers"), ("networks.timeServers", _texts))
    page.take(*network, "cni", "name")
    page.take("cluster", "proxy", "disabled")
    for path in (("machine", "kubelet", "nodeIP", "validSubnets"), ("cluster", "etcd", "advertisedSubnets")):
        _nodes_network(page, draft, path)
    endpoint(page, draft, ("cluster", "controlPlane", "endpoint"))
    _put(page, draft, ("cluster", "clusterName"), ("name", str))


def _nodes_network(page: Page, draft: Draft, path: tuple[str, ...]) -> None:
    """Read the networks that nodes have addresses of; what leaves some out (`!`) stays a patch."""
    found = page.get(*path)
    if isinstance(found, list) and found and all(isinstance(one, str) and "/" in one for one in found):
        if any(one.startswith("!") for one in found):
            return
        page.take(*path)
        if draft.get("networks", "nodes") is None:
            draft.put("networks.nodes", _pair(found), page.origin(*path))


def _features(page: Page, draft: Draft) -> None:
    features = ("machine", "features")
    prism = (*features, "kubePrism")
    if page.get(*prism, "enabled") is True:
        page.take(*prism, "enabled")
        if page.take(*prism, "port") not in {None, 7445}:
            draft.put(f"{TALOS}.kubePrismPort", page.get(*prism, "port"), page.origin(*prism, "port"))
    dns = (*features, "hostDNS")
    if page.get(*dns, "enabled") is True:
        page.take(*dns, "enabled")
    _put(page, draft, (*dns, "forwardKubeDNSToHost"), (f"{TALOS}.forwardDnsToHost", _flag))


def _lists(page: Page, draft: Draft) -> None:
    sysctls = page.get("machine", "sysctls")
    if isinstance(sysctls, dict):
        for key in sysctls:
            value = page.take("machine", "sysctls", key)
            if value is not None:
                where = page.origin("machine", "sysctls", key)
                draft.put((*TALOS.split("."), "sysctls", str(key)), str(value), where)
    modules = []
    for number, one in page.mappings("machine", "kernel", "modules"):
        if "name" in one and not one.get("parameters"):
            page.take("machine", "kernel", "modules", number)
            modules.append(str(one["name"]))
    extend(draft, f"{TALOS}.kernelModules", modules, page.origin("machine", "kernel", "modules"))
    for path in (("machine", "certSANs"), ("cluster", "apiServer", "certSANs")):
        if page.get(*path):
            extend(draft, f"{TALOS}.certSans", page.texts(*path), page.origin(*path))


def extend(draft: Draft, path: str, values: Iterable[str], origin: Origin) -> None:
    """Add to a list of the draft what it does not hold yet."""
    old = draft.get(*path.split(".")) or []
    new = [*old, *(one for one in dict.fromkeys(values) if one not in old)]
    if new != old:
        draft.replace(path, new, draft.origins.get(tuple(path.split(".")), origin))


def _kubernetes(page: Page, draft: Draft, machines: Machines) -> None:
    for key in ("allowSchedulingOnControlPlanes", "allowSchedulingOnMasters"):
        if isinstance(allowed := page.take("cluster", key), bool):
            for name in machines.control_planes():
                machines.put(name, "schedulable", allowed, page.origin("cluster", key))
    for path in (("machine", "kubelet", "image"), ("cluster", "apiServer", "image")):
        version(page, draft, path, "kubernetes")
    _masks(page, draft, ("cluster", "controllerManager", "extraArgs"))
    for part in ("controllerManager", "scheduler"):
        version(page, draft, ("cluster", part, "image"), "kubernetes")


def _masks(page: Page, draft: Draft, at: tuple[str, ...]) -> None:
    """Read the prefix lengths of the nodes' shares of the pod network."""
    found = [page.get(*at, f"node-cidr-mask-size{end}") for end in ("-ipv4", "-ipv6")]
    found = found if any(found) else [page.get(*at, "node-cidr-mask-size")]
    masks = [int(str(one)) for one in found if str(one).isdigit()]
    if masks:
        draft.put("networks.nodeMask", masks, page.origin(*at))
        for end in ("", "-ipv4", "-ipv6"):
            page.take(*at, f"node-cidr-mask-size{end}")


def version(page: Page, draft: Draft, path: tuple[str, ...], key: str) -> None:
    """Read the version out of an image's tag."""
    found = _VERSION.search(str(page.get(*path) or ""))
    if found:
        page.take(*path)
        draft.put(key, found[1], page.origin(*path))


def endpoint(page: Page, draft: Draft, path: tuple[str, ...]) -> None:
    """Read the address of the API."""
    found = _GUEST.match(str(page.get(*path) or ""))
    if found:
        page.take(*path)
        draft.put("endpoint.host", found["host"], page.origin(*path))
        draft.put("endpoint.port", int(found["port"] or 443), page.origin(*path))


def _of_document(page: Page, document: TalosDocument, draft: Draft) -> None:
    """Read the documents that have taken the place of parts of v1alpha1."""
    match document.kind:
        case "KubeNetworkConfig":
            _put(page, draft, ("podSubnets",), ("networks.pods", _pair))
            _put(page, draft, ("serviceSubnets",), ("networks.services", _pair))
            _put(page, draft, ("dnsDomain",), ("networks.domain", str))
        case "KubeNodeConfig":
            _nodes_network(page, draft, ("nodeIP", "validSubnets"))
        case "KubePrismConfig":
            if page.take("port") != 7445:  # noqa: PLR2004 - Talos' own port
                draft.put(f"{TALOS}.kubePrismPort", page.get("port"), page.origin("port"))
        case "KubeProxyConfig":
            page.take("enabled")
        case "ResolverConfig":
            found = [str(one.get("address")) for _, one in page.mappings("nameservers") if one.get("address")]
            page.take("nameservers")
            draft.put("networks.dnsServers", found or None, page.origin("nameservers"))
            page.take("hostDNS", "enabled")
            _put(page, draft, ("hostDNS", "forwardKubeDNSToHost"), (f"{TALOS}.forwardDnsToHost", _flag))
        case "KubeControllerManagerConfig":
            _masks(page, draft, ("extraArgs",))
            for family in ("IPv4", "IPv6"):
                page.take(f"nodeCIDRMaskSize{family}")
        case "TimeSyncConfig":
            _put(page, draft, ("ntp", "servers"), ("networks.timeServers", _texts))
        case _:
            return


_Target = tuple[str, Callable[[Any], Any]]


def _put(page: Page, draft: Draft, path: tuple[str, ...], target: _Target) -> None:
    key, read = target
    value = page.get(*path)
    if value is None or (meant := read(value)) is None:
        return
    page.take(*path)
    draft.put(key, meant, page.origin(*path))


def _pair(value: Any) -> str | list[str] | None:  # noqa: ANN401 - what files hold
    found = (
        [str(one) for one in value]
        if isinstance(value, list)
        else [one.strip() for one in str(value).split(",")]
    )
    return found[0] if len(found) == 1 else found or None


def _texts(value: Any) -> list[str] | None:  # noqa: ANN401 - as above
    return [str(one) for one in value] if isinstance(value, list) and value else None


def _flag(value: Any) -> bool | None:  # noqa: ANN401 - as above
    return value if isinstance(value, bool) else None


def _of_nodes(page: Page, document: TalosDocument, machines: Machines) -> None:
    """Put what a document says of machines to those that it is for."""
    names = machines_of(document, machines)
    if document.role == "node" and not names:
        name = str(page.get("machine", "network", "hostname") or document.node)
        if name and page.get("machine", "type"):
            machines.nodes.setdefault(name, {})
            names = [name]
    for name in names:
        _of_node(page, document, machines, name)


def machines_of(document: TalosDocument, machines: Machines) -> list[str]:
    """Return the names of the machines that a document is for; none where that is not told."""
    if document.role == "node":
        found = [name for name in machines.nodes if document.node and name.lower() == document.node.lower()]
        return found or [
            name for name in machines.nodes if name.lower().startswith(f"{document.node.lower()}.")
        ]
    if document.role == "all":
        return list(machines.nodes)
    wanted = {"control-plane": True, "worker": False}.get(document.role)
    return [
        name
        for name, node in machines.nodes.items()
        if wanted is not None and (node.get("role") == "control-plane") is wanted
    ]


def _of_node(page: Page, document: TalosDocument, machines: Machines, name: str) -> None:
    kind = {"controlplane": "control-plane", "worker": "worker"}.get(str(page.get("machine", "type")))
    if kind:
        page.take("machine", "type")
        machines.put(name, "role", kind, page.origin("machine", "type"))
    page.take("machine", "network", "hostname")
    if document.kind == "HostnameConfig":
        page.taken.add(("hostname",))
        page.taken.add(("auto",))
    _install(page, machines, name)
    read_links(page, document.kind, machines, name)
    labels_of(page, machines, name, ("machine", "nodeLabels"))
    if document.kind == "KubeNodeConfig":
        labels_of(page, machines, name, ("labels",))
        _taints(page, machines, name, ("taints",))
    _taints(page, machines, name)
    _registered(page, machines, name)


def _registered(page: Page, machines: Machines, name: str) -> None:
    """Read the taints that a worker's kubelet registers the node with."""
    at = ("machine", "kubelet", "extraConfig", "registerWithTaints")
    for _, one in page.mappings(*at):
        if one.get("effect") and one.get("key"):
            found = {key: one[key] for key in ("key", "value", "effect") if one.get(key)}
            old = machines.nodes.setdefault(name, {}).setdefault("taints", [])
            if found not in old:
                old.append(found)
            machines.origins.setdefault((name, ("taints",)), page.origin(*at))
            page.take(*at)


def _install(page: Page, machines: Machines, name: str) -> None:
    install = ("machine", "install")
    read_disk(page, machines, name, (*install, "disk"), (*install, "diskSelector"))
    _installer(page, machines, name, (*install, "image"))
    if page.get(*install, "wipe") is False:
        page.take(*install, "wipe")
    if page.get("kind") == "UnattendedInstallConfig":
        match = ("provisioning", "diskSelector", "match")
        if found := _MATCH.match(str(page.get(*match))):
            page.take(*match)
            machines.put(name, "disk", found["path"], page.origin(*match))
        if page.get("provisioning", "wipe") is False:
            page.take("provisioning", "wipe")
        _installer(page, machines, name, ("installer", "image"))


def _installer(page: Page, machines: Machines, name: str, path: tuple[str, ...]) -> None:
    image = page.get(*path)
    if isinstance(image, str):
        page.take(*path)
        version(page, machines.draft, path, f"{TALOS}.version")
        image_by_id(machines, name, schematic_id(image), page.origin(*path))
        if "secureboot" in image:
            machines.draft.put(f"{TALOS}.secureboot", True, page.origin(*path))  # noqa: FBT003 - the value


def image_by_id(machines: Machines, name: str, wanted: str, origin: Origin) -> None:
    """Put the image that an id stands for; what nothing in the repository explains is listed."""
    if not wanted or name in machines.images:
        return
    from fabricgen.importing.schematics import explain  # noqa: PLC0415 - reads the repository's schematics

    machines.images[name] = explain(machines, wanted, origin)


def read_disk(page: Page, machines: Machines, name: str, *paths: tuple[str | int, ...]) -> None:
    """Read the disk that Talos is installed on: a device, or what the description knows of selectors."""
    device, selector = (page.get(*one) for one in paths)
    if isinstance(device, str) and device:
        page.take(*paths[0])
        machines.put(name, "disk", device, page.origin(*paths[0]))
    if isinstance(selector, dict) and selector:
        known = {
            key: str(one)
            for key, one in selector.items()
            if key in {"type", "size", "model", "serial", "wwid"}
        }
        for key in known:
            page.take(*paths[1], key)
        if len(known) == len(selector):
            machines.put(name, "disk", known, page.origin(*paths[1]))


def labels_of(page: Page, machines: Machines, name: str, path: tuple[str | int, ...]) -> None:
    """Read the labels of a node."""
    labels = page.get(*path)
    for key, value in labels.items() if isinstance(labels, dict) else ():
        if isinstance(value, str):
            page.taken.add((*path, key))
            node = machines.nodes.setdefault(name, {}).setdefault("labels", {})
            node.setdefault(str(key), value)
            machines.origins.setdefault((name, ("labels",)), page.origin(*path))


def _taints(
    page: Page, machines: Machines, name: str, path: tuple[str | int, ...] = ("machine", "nodeTaints")
) -> None:
    taints = page.get(*path)
    for key, text in taints.items() if isinstance(taints, dict) else ():
        value, _, effect = str(text).rpartition(":")
        if effect in {"NoSchedule", "PreferNoSchedule", "NoExecute"}:
            page.taken.add((*path, key))
            found = {"key": str(key), **({"value": value} if value else {}), "effect": effect}
            old = machines.nodes.setdefault(name, {}).setdefault("taints", [])
            if found not in old:
                old.append(found)
            machines.origins.setdefault((name, ("taints",)), page.origin(*path))


read_taints = _taints
