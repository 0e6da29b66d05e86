"""Talos documents and patches, in either dialect -> the cluster's and the nodes' settings.

Fed with the documents of whichever tool: talhelper, topf, talm, plain files. A tool's own file is read before.
"""

from collections.abc import Callable
from typing import Any, Final

from fabricgen.fabric import Fabric, TalosDocument
from fabricgen.fabric.told import is_deletion
from fabricgen.importing.draft import Draft
from fabricgen.importing.machines import Machines
from fabricgen.importing.page import Page, is_closed
from fabricgen.importing.settings import TALOS, endpoint, extend, version
from fabricgen.importing.talos_nodes import nodes_of_patches, read_nodes
from fabricgen.versions import TALOS as TALOS_RELEASES
from fabricgen.versions import Dialect, dialect_of, format_minor, minor_of, parse_version

_PATCH: Final = "no key of the description stands for it"
_KEEP: Final = "keep the patch beside ours: talosctl, talhelper and topf take both"
# What is told of one machine counts before what is told of its role, and of all.
_NEAREST: Final = {"node": 0, "control-plane": 1, "worker": 1}
_NODES_NETWORKS: Final = (
    ("machine", "kubelet", "nodeIP", "validSubnets"),
    ("cluster", "etcd", "advertisedSubnets"),
    ("nodeIP", "validSubnets"),
)
# What the documents of later contracts have taken the place of; the oldest dialect first.
_OLDER: Final = {
    Dialect.V1ALPHA1: (("machine", "network", "interfaces"), ("machine", "network", "hostname")),
    Dialect.NETWORK_DOCUMENTS: (("cluster", "network"), ("machine", "kubelet", "nodeIP")),
}


def read_talos(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what every Talos document says into the draft and the nodes; list what has no key."""
    nodes_of_patches(fabric, machines)
    for document in fabric.talos:
        page = Page(item=document.item, body=document.body, prefix=document.prefix)
        for path in _NODES_NETWORKS:
            _nodes_network(page, draft, path)
    for document in sorted(fabric.talos, key=lambda one: _NEAREST.get(one.role, len(_NEAREST))):
        if is_deletion(document.body) or (set(document.body) <= {"cluster"} and _is_own(document)):
            continue
        page = Page(item=document.item, body=document.body, prefix=document.prefix)
        if "sops" in document.body:
            why = "it is encrypted, or a secret"
            page.leave(draft, (), "", why=why, todo="stays where it is", kind="stays")
            continue
        _settings(page, document, draft, machines)
        read_nodes(page, document, machines)
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
    for path in _NODES_NETWORKS:
        _nodes_network(page, draft, path)
    endpoint(page, draft, ("cluster", "controlPlane", "endpoint"))
    _put(page, draft, ("cluster", "clusterName"), ("name", str))


def _nodes_network(page: Page, draft: Draft, path: tuple[str, ...]) -> None:
    """Read the networks that nodes have addresses of; what leaves some out (`!`) stays a patch."""
    found = page.get(*path)
    if isinstance(found, list) and found and all(isinstance(one, str) and "/" in one for one in found):
        if any(one.startswith("!") or is_closed(one) for one in found):
            return
        page.take(*path)
        if draft.get("networks", "nodes") is None:
            draft.put("networks.nodes", _pair(found), page.origin(*path))


def _features(page: Page, draft: Draft) -> None:
    features = ("machine", "features")
    prism = (*features, "kubePrism")
    if page.get(*prism, "enabled") is True:
        page.take(*prism, "enabled")
        if page.take(*prism, "port") not in (None, 7445):
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


def _of_document(page: Page, document: TalosDocument, draft: Draft) -> None:
    """Read the documents that have taken the place of parts of v1alpha1."""
    match document.kind:
        case "KubeNetworkConfig":
            _put(page, draft, ("podSubnets",), ("networks.pods", _pair))
            _put(page, draft, ("serviceSubnets",), ("networks.services", _pair))
            _put(page, draft, ("dnsDomain",), ("networks.domain", str))
        case "KubeNodeConfig":
            _nodes_network(page, draft, _NODES_NETWORKS[-1])
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
    if any(map(is_closed, found)):
        return None
    return found[0] if len(found) == 1 else found or None


def _texts(value: Any) -> list[str] | None:  # noqa: ANN401 - as above
    known = isinstance(value, list) and value and not any(map(is_closed, value))
    return [str(one) for one in value] if known else None


def _flag(value: Any) -> bool | None:  # noqa: ANN401 - as above
    return value if isinstance(value, bool) else None
