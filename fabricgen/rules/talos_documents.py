"""Talos' documents and patches: what one alone may say, for which machines, in which version, and beside which others.

All of it is what Talos' own machinery of v1.11.6 to v1.14.1 says to such patches.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric, TalosDocument, agreed
from fabricgen.fabric.told import Told, is_deletion, told
from fabricgen.rules.rule import Edit, Hit, rule
from fabricgen.versions import Minor, format_minor, minor_of
from fabricgen.versions.talos import CONTROL_PLANE_ONLY_KINDS, DOCUMENT_KINDS

_TYPES: Final = "https://github.com/siderolabs/talos/blob/v1.14.1/pkg/machinery/config/types"
_VALIDATION: Final = f"{_TYPES}/v1alpha1/v1alpha1_validation.go"
_VIP: Final = "https://docs.siderolabs.com/talos/v1.12/networking/advanced/vip"
_REFUSED: Final = "Talos refuses the whole config, so the machine keeps its old one, or does not start."
_MANY_DOCUMENTS: Final = (1, 12)
# Fields of v1alpha1, and the field of a document that Talos refuses beside it.
_TWICE: Final[tuple[tuple[str, str, str], ...]] = (
    ("machine.network.hostname", "HostnameConfig", ""),
    ("machine.network.nameservers", "ResolverConfig", ""),
    ("machine.time.servers", "TimeSyncConfig", "ntp"),
    ("machine.network.kubespan", "KubeSpanConfig", ""),
    ("machine.features.kubePrism", "KubePrismConfig", ""),
    ("machine.features.hostDNS", "ResolverConfig", "hostDNS"),
    ("machine.install", "UnattendedInstallConfig", ""),
    ("machine.kubelet", "KubeletConfig", ""),
    ("machine.nodeLabels", "KubeNodeConfig", ""),
    ("machine.nodeTaints", "KubeNodeConfig", ""),
    ("cluster.network", "KubeNetworkConfig", ""),
    ("cluster.proxy", "KubeProxyConfig", ""),
    ("cluster.apiServer", "KubeAPIServerConfig", ""),
    ("cluster.controllerManager", "KubeControllerManagerConfig", ""),
    ("cluster.scheduler", "KubeSchedulerConfig", ""),
    ("cluster.coreDNS", "KubeCoreDNSConfig", ""),
    ("cluster.discovery", "DiscoveryServiceConfig", ""),
)


def hit_of(one: Told, message: str, *edits: Edit) -> Hit:
    """Return the hit at what is told."""
    return Hit(place=one.place, message=message, object=one.label, edits=edits)


def whole(document: TalosDocument) -> Told:
    """Return a document as something that is told in it."""
    return Told(document, ("kind",), document.body)


def has_workers(fabric: Fabric) -> bool:
    """Tell whether the cluster has machines that are no control planes."""
    return any(node.control_plane is False for node in fabric.nodes) or any(
        document.role == "worker" for document in fabric.talos
    )


def _reaching_workers(fabric: Fabric) -> Callable[[TalosDocument], bool]:
    """Return what tells whether a document is for a worker, too."""
    workers = {node.name for node in fabric.nodes if node.control_plane is False}
    everyone = has_workers(fabric)

    def reaches(document: TalosDocument) -> bool:
        if document.role == "node":
            return document.node in workers
        return document.role == "worker" or (document.role == "all" and everyone)

    return reaches


def pinned(fabric: Fabric) -> Minor:
    """Return the minor of Talos. Raises UnknownError where none is told, or several are."""
    return minor_of(agreed(fabric.pins.talos).value)


@rule(
    "TAL014",
    "error",
    "Workers have no address that is shared",
    why="Which machine has it is agreed on in etcd, which workers are no members of; Talos refuses the config.",
    source=_VIP,
    fix="Move the VIP to the patch of the control planes.",
)
def vip_on_worker(fabric: Fabric) -> Iterator[Hit]:
    """Yield virtual addresses in what workers get."""
    reaches_workers = _reaching_workers(fabric)
    for one in told(fabric.talos, "machine.network.interfaces", kind="Layer2VIPConfig", key="name"):
        if not reaches_workers(one.document):
            continue
        if isinstance(one.value, str):
            yield hit_of(one, f"the shared address {one.value} reaches workers")
        for number, interface in enumerate(one.value if isinstance(one.value, list) else ()):
            vip = interface.get("vip") if isinstance(interface, Mapping) else None
            if isinstance(vip, Mapping) and vip.get("ip"):
                place = Told(one.document, (*one.path, number, "vip", "ip"), vip)
                yield hit_of(place, f"the shared address {vip['ip']} reaches workers")


@rule(
    "TAL015",
    "error",
    "A Layer2VIPConfig names the link that bears the address",
    why=f"{_REFUSED} The published schema lets it pass.",
    source=f"{_TYPES}/network/layer2_vip.go",
    fix="Add link: with the name of a link, or of a LinkAliasConfig.",
)
def vip_without_link(fabric: Fabric) -> Iterator[Hit]:
    """Yield shared addresses that no document of their name gives a link."""
    found = list(told(fabric.talos, "", kind="Layer2VIPConfig"))
    linked = [one.value.get("name") for one in found if one.value.get("link")]
    for one in found:
        name = one.value.get("name")
        if name and name not in linked:
            yield hit_of(whole(one.document), f"the shared address {name} has no link")


@rule(
    "TAL016",
    "error",
    "What only control planes have is not in the config of workers",
    why=_REFUSED,
    source=_VALIDATION,
    fix="Move it to the patch of the control planes.",
)
def control_plane_only(fabric: Fabric) -> Iterator[Hit]:
    """Yield etcd's settings and the documents of the control plane in what workers get."""
    reaches_workers = _reaching_workers(fabric)
    for document in fabric.talos:
        if not reaches_workers(document) or is_deletion(document.body):
            continue
        if document.kind in CONTROL_PLANE_ONLY_KINDS:
            yield hit_of(whole(document), f"{document.kind} reaches workers")
        elif not document.kind and document.get("cluster", "etcd") is not None:
            yield hit_of(Told(document, ("cluster", "etcd"), None), "cluster.etcd reaches workers")


@rule(
    "TAL017",
    "error",
    "A patch that names a host turns its automatic name off",
    why=f"The config that Talos 1.12 and later generate has auto: stable, and it takes one of the two. {_REFUSED}",
    source=f"{_TYPES}/network/hostname.go",
    fix='Add auto: "off", in quotes for readers of older YAML.',
    since="1.12",
)
def hostname_beside_auto(fabric: Fabric) -> Iterator[Hit]:
    """Yield patches with a host name and nothing on `auto`."""
    if not any(is_topf(item.body) for item in fabric.items):
        return  # only topf surely patches what Talos itself generates; talhelper names hosts, and turns auto off
    if any(minor_of(one.value) < _MANY_DOCUMENTS for one in fabric.pins.talos):
        return
    files = {one.document.item.origin.file for one in told(fabric.talos, "machine.type")}
    found = list(told(fabric.talos, "", kind="HostnameConfig"))
    helped_by = _Overlaps(one.document for one in found if one.value.get("auto") in ("off", False))
    for one in found:
        origin = one.document.item.origin
        helped = helped_by.first(one.document) is not None
        if one.value.get("hostname") and "auto" not in one.value and origin.file not in files and not helped:
            edit = Edit(one.place, origin.index, "set", (*one.document.prefix, "auto"), "off")
            yield hit_of(one, f"the host is named {one.value['hostname']}, and auto is not off", edit)


def is_topf(body: Mapping[str, Any]) -> bool:
    """Tell whether a file is topf's own."""
    return "kind" not in body and {"clusterName", "clusterEndpoint"} <= body.keys()


class _Overlaps:
    """Documents, of which can be asked which one some machine surely gets beside another document.

    Found by role, node and file, so that asking costs the same for five nodes and five thousand.
    """

    def __init__(self, documents: Iterable[TalosDocument]) -> None:
        self._by_role: dict[str, TalosDocument] = {}
        self._by_node: dict[str, TalosDocument] = {}
        self._by_file: dict[str, TalosDocument] = {}
        self._unknown: dict[str, TalosDocument] = {}
        for one in documents:
            file = one.item.origin.file
            self._by_file.setdefault(file, one)
            if one.role == "unknown":
                self._unknown.setdefault(file, one)
                continue
            self._by_role.setdefault(one.role, one)
            if one.role == "node":
                self._by_node.setdefault(one.node, one)

    def first(self, document: TalosDocument) -> TalosDocument | None:
        """Return one that is for a machine of this document's; where a role is unknown, one of the same file."""
        file = document.item.origin.file
        if document.role == "unknown":
            return self._by_file.get(file)
        found = self._unknown.get(file) or self._by_role.get("all")
        if found is not None or document.role == "node":
            return found or self._by_node.get(document.node)
        if document.role == "all":
            return next(iter(self._by_role.values()), None)
        return self._by_role.get(document.role)


@rule(
    "TAL018",
    "error",
    "A machine is told in one form: v1alpha1 or the document that took its place",
    why=_REFUSED,
    source="https://github.com/siderolabs/talos/blob/v1.14.1/pkg/machinery/config/container/validate.go",
    fix="Take the older form out.",
    since="1.12",
)
def told_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield fields of v1alpha1 beside the document that Talos refuses them with."""
    for path, kind, key in _TWICE:
        newer = _Overlaps(one.document for one in told(fabric.talos, "", kind=kind, key=key))
        for older in told(fabric.talos, path):
            if (beside := newer.first(older.document)) is not None:
                file = beside.item.origin.file
                yield hit_of(older, f"{path} stands beside a {kind} in {file}; Talos takes one of the two")
                break


@rule(
    "TAL019",
    "error",
    "A document is one that this version of Talos knows",
    why=_REFUSED,
    source=f"{_TYPES}",
    fix="Write it in v1alpha1's form, or upgrade Talos first.",
)
def newer_document(fabric: Fabric) -> Iterator[Hit]:
    """Yield documents that came with a later minor than the one that is pinned."""
    documents = [one for one in fabric.talos if one.kind in DOCUMENT_KINDS]
    minor = pinned(fabric) if documents else (0, 0)
    for document in documents:
        since = DOCUMENT_KINDS[document.kind]
        if since > minor:
            message = (
                f"{document.kind} comes with Talos {format_minor(since)}, and {format_minor(minor)} is pinned"
            )
            yield hit_of(whole(document), message)


@rule(
    "TAL022",
    "error",
    "The host's DNS is on where cluster DNS is forwarded to it",
    why=f"{_REFUSED} Earlier versions forward to an address that nothing listens on.",
    source=_VALIDATION,
    fix="Set hostDNS.enabled: true, or forwardKubeDNSToHost: false.",
)
def forwards_to_nothing(fabric: Fabric) -> Iterator[Hit]:
    """Yield where the forwarding is on and what it goes to is off."""
    for one in told(fabric.talos, "machine.features.hostDNS", kind="ResolverConfig", key="hostDNS"):
        value = one.value if isinstance(one.value, Mapping) else {}
        if value.get("enabled") is False and value.get("forwardKubeDNSToHost") is True:
            yield hit_of(one, "hostDNS is off, and forwardKubeDNSToHost is on")
