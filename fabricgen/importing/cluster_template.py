"""cluster-template's input, today's cluster.toml or the former cluster.yaml and nodes.yaml -> the draft.

Both say the same under other names. The output that it was rendered to counts first, where that is there: people
change it afterwards. Sources: cluster.sample.toml of <https://github.com/onedr0p/cluster-template> at ae73246, and
cluster.sample.yaml and nodes.sample.yaml there before e6b1881.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.machines import read_network
from fabricgen.importing.draft import Draft, Left, Origin
from fabricgen.importing.machines import Machines
from fabricgen.importing.page import Page
from fabricgen.importing.pools import add_vip
from fabricgen.importing.settings import TALOS, extend
from fabricgen.importing.talos_nodes import image_by_id
from fabricgen.repository import Item, SourceDocument

_ASN: Final = re.compile(r"\d{1,10} \d{1,10}")
_GITHUB: Final = "https://github.com/"
_DEFAULTS: Final[Mapping[str, Any]] = {"networks.pods": "10.42.0.0/16", "networks.services": "10.43.0.0/16"}
_NOTE: Final = "cluster-template's default"
_MTU: Final = 1500
# Former key -> today's path.
_FORMER: Final[Mapping[str, str]] = {
    "node_cidr": "network.node_cidr",
    "node_dns_servers": "network.dns_servers",
    "node_ntp_servers": "network.ntp_servers",
    "node_default_gateway": "network.default_gateway",
    "node_vlan_tag": "network.vlan_tag",
    "cluster_api_addr": "kubernetes.api.addr",
    "cluster_api_tls_sans": "kubernetes.api.tls_sans",
    "cluster_pod_cidr": "kubernetes.pod_cidr",
    "cluster_svc_cidr": "kubernetes.svc_cidr",
    "cluster_dns_gateway_addr": "gateways.dns",
    "cluster_gateway_addr": "gateways.internal",
    "cloudflare_gateway_addr": "gateways.external",
    "cluster_ingress_addr": "gateways.internal",
    "cloudflare_ingress_addr": "gateways.external",
    "repository_name": "repository.url",
    "repository_branch": "repository.branch",
    "cloudflare_domain": "domain.name",
    "cilium_loadbalancer_mode": "cilium.loadbalancer_mode",
    "cilium_bgp_router_addr": "cilium.bgp.router_addr",
    "cilium_bgp_router_asn": "cilium.bgp.router_asn",
    "cilium_bgp_node_asn": "cilium.bgp.node_asn",
}
# The Service that takes each address: template/config/kubernetes/apps/network of cluster-template.
_SERVICES: Final = {"internal": "envoy-internal", "external": "envoy-external", "dns": "k8s-gateway"}


def read_cluster_template(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what every input of cluster-template says into the draft and the nodes."""
    for page in (*_toml(fabric, draft), *_former(fabric)):
        draft.read.setdefault(page.file, "cluster-template")
        _network(page, draft, machines)
        _kubernetes(page, draft)
        _gateways(page, draft)
        _cilium(page, draft)
        _repository(page, draft)
        for number, _ in page.mappings("nodes"):
            _node(page, number, machines)
        for key in ("domain", "dns", "ingress"):
            page.take(key)
        page.leave_rest(
            draft, why="it is for what cluster-template installs besides the fabric", todo="keep it there"
        )


class _Former(Page):
    """The former input under today's names; each value stands where its former name does."""

    __slots__ = ("names",)

    def __init__(self, item: Item, body: Any, names: Mapping[tuple[str, ...], tuple[Item, str]]) -> None:  # noqa: ANN401
        super().__init__(item=item, body=body)
        self.names = names

    def where(self, *path: str | int) -> str:
        for length in range(len(path), 0, -1):
            found = self.names.get(tuple(str(part) for part in path[:length]))
            if found is not None:
                place = found[0].place(found[1], *path[length:])
                return f"{place.file}:{place.line}"
        return Page.where(self, *path)


def _toml(fabric: Fabric, draft: Draft) -> Iterator[Page]:
    repository = fabric.cluster.repository
    for file in ("cluster.toml",):
        text = repository.text(PurePosixPath(file))
        if text is None:
            continue
        try:
            body = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            draft.leave(
                Left(place=file, path="", why=f"it is not TOML: {error}", todo="correct it, and import again")
            )
            continue
        if "network" in body or "nodes" in body:
            yield _Toml(item=Item(origin=SourceDocument(file, text, 1, 0, body), body=body), body=body)


class _Toml(Page):
    """cluster.toml: lines are found by the keys."""

    __slots__ = ()

    def where(self, *path: str | int) -> str:
        """Return `file:line` of the last key of the path, below the table that holds it."""
        keys = [str(part) for part in path if isinstance(part, str)]
        lines = self.item.origin.text.splitlines()
        number = next((part for part in path if isinstance(part, int)), 0)
        start = _table(lines, keys[:-1] or keys, number)
        wanted = keys[-1] if keys else ""
        for at in range(start, len(lines)):
            if lines[at].partition("=")[0].strip() == wanted:
                return f"{self.file}:{at + 1}"
        return f"{self.file}:{start or 1}"


def _table(lines: list[str], keys: list[str], number: int) -> int:
    for length in range(len(keys), 0, -1):
        name = ".".join(keys[:length])
        found = [
            at + 1
            for at, line in enumerate(lines)
            if line.strip().strip("[]") == name and line.startswith("[")
        ]
        if found:
            return found[number] if number < len(found) else found[0]
    return 0


def _former(fabric: Fabric) -> Iterator[Page]:
    for item in fabric.items:
        if item.kind or "node_cidr" not in item.body:
            continue
        body: dict[str, Any] = {}
        names: dict[tuple[str, ...], tuple[Item, str]] = {}
        for key, value in item.body.items():
            path = tuple(_FORMER[key].split(".")) if key in _FORMER else (str(key),)
            if value in ("", None, []):
                continue
            here = body
            for part in path[:-1]:
                here = here.setdefault(part, {})
            here[path[-1]] = value
            names[path] = (item, str(key))
        folder = PurePosixPath(item.origin.file).parent
        for other in fabric.items:
            if not other.kind and other.origin.file == str(folder / "nodes.yaml") and other.items("nodes"):
                body["nodes"] = other.get("nodes")
                names["nodes",] = (other, "nodes")
        yield _Former(item, body, names)


def _network(page: Page, draft: Draft, machines: Machines) -> None:
    at = "network"
    draft.put("networks.nodes", page.take(at, "node_cidr"), page.origin(at, "node_cidr"))
    network = read_network(page.get(at, "node_cidr"))
    router = page.take(at, "default_gateway") or (str(next(network.hosts())) if network is not None else None)
    note = "" if page.get(at, "default_gateway") else f"{_NOTE}: the first address"
    draft.put("networks.router", router, page.origin(at, "default_gateway", note=note))
    for key, target, default in (
        ("dns_servers", "networks.dnsServers", ["1.1.1.1", "1.0.0.1"]),
        ("ntp_servers", "networks.timeServers", ["162.159.200.1", "162.159.200.123"]),
    ):
        found = page.take(at, key)
        origin = page.origin(at, key) if found else Origin(place=page.where(at), note=_NOTE)
        draft.put(target, found or default, origin)
    draft.put("networks.addressing", "static", Origin(note=_NOTE))
    vlan = page.take(at, "vlan_tag")
    machines.vlan = int(str(vlan)) if str(vlan or "").isdigit() else None


def _kubernetes(page: Page, draft: Draft) -> None:
    for key, target in (("pod_cidr", "networks.pods"), ("svc_cidr", "networks.services")):
        found = page.take("kubernetes", key)
        origin = (
            page.origin("kubernetes", key) if found else Origin(place=page.where("kubernetes"), note=_NOTE)
        )
        draft.put(target, found or _DEFAULTS[target], origin)
    draft.put(
        "endpoint.host", page.take("kubernetes", "api", "addr"), page.origin("kubernetes", "api", "addr")
    )
    sans = page.texts("kubernetes", "api", "tls_sans")
    if sans:
        extend(draft, f"{TALOS}.certSans", sans, page.origin("kubernetes", "api", "tls_sans"))


def _gateways(page: Page, draft: Draft) -> None:
    """Read the pinned addresses, and the pool around them: the whole network of the nodes."""
    found = False
    for key, service in _SERVICES.items():
        address = page.take("gateways", key)
        if isinstance(address, str) and address:
            found = True
            name = add_vip(draft, service, address, page.origin("gateways", key))
            vip = draft.values["networks"]["vips"][name]
            vip.setdefault("services", [{"name": service, "namespace": "network"}])
    network = page.get("network", "node_cidr")
    if found and network and draft.get("networks", "loadBalancers") is None:
        note = (
            "cluster-template's pool: all of the nodes' network, of which fabricgen leaves out what is taken"
        )
        origin = page.origin("network", "node_cidr", note=note)
        routed = {"announce": ["l2", "bgp"]} if page.get("cilium", "bgp", "router_addr") else {}
        draft.put(("networks", "loadBalancers", "pool"), {"cidr": network, **routed}, origin)


def _cilium(page: Page, draft: Draft) -> None:
    mode = page.take("cilium", "loadbalancer_mode")
    if draft.get("cni", "cilium") is None:
        cilium = "cni.cilium"
        place = page.where("cilium")
        for key, value in (
            ("routing.mode", "native"),
            ("loadBalancing.mode", mode or "dsr"),
            ("loadBalancing.algorithm", "maglev"),
            ("multus", True),
            ("hubble.enabled", False),
            ("hostLegacyRouting", True),
        ):
            draft.put(f"{cilium}.{key}", value, Origin(place=place, note="what cluster-template renders"))
    bgp = {key: page.take("cilium", "bgp", key) for key in ("router_addr", "router_asn", "node_asn")}
    if (
        all(bgp.values())
        and _ASN.fullmatch(f"{bgp['router_asn']} {bgp['node_asn']}")
        and draft.get("cni", "cilium", "bgp") is None
    ):
        origin = page.origin("cilium", "bgp")
        draft.put("cni.cilium.bgp.asn", int(str(bgp["node_asn"])), origin)
        peer = {"name": "router", "address": bgp["router_addr"], "asn": int(str(bgp["router_asn"]))}
        draft.put("cni.cilium.bgp.peers", [peer], origin)


def _repository(page: Page, draft: Draft) -> None:
    url = page.take("repository", "url")
    if isinstance(url, str) and url:
        whole = url if "://" in url else f"{_GITHUB}{url}"
        draft.put("flux.git.url", whole, page.origin("repository", "url"))
    draft.put(
        "flux.git.branch", page.take("repository", "branch") or None, page.origin("repository", "branch")
    )


def _node(page: Page, number: int, machines: Machines) -> None:
    at = ("nodes", number)
    name = str(page.take(*at, "name") or "")
    if not name:
        return
    role = "control-plane" if page.take(*at, "controller") is True else "worker"
    machines.put(name, "role", role, page.origin(*at, "controller"))
    machines.put(name, "address", page.take(*at, "address"), page.origin(*at, "address"))
    disk = page.take(*at, "disk")
    if isinstance(disk, str) and disk:
        machines.put(
            name, "disk", disk if disk.startswith("/") else {"serial": disk}, page.origin(*at, "disk")
        )
    machines.put(name, "interface.mac", page.take(*at, "mac_addr"), page.origin(*at, "mac_addr"))
    machines.put(name, "interface.vlan", machines.vlan, page.origin("network", "vlan_tag"))
    if page.take(*at, "mtu") not in (None, _MTU):
        machines.put(name, "interface.mtu", page.get(*at, "mtu"), page.origin(*at, "mtu"))
    if page.take(*at, "secureboot") is True:
        machines.draft.put(f"{TALOS}.secureboot", True, page.origin(*at, "secureboot"))  # noqa: FBT003 - the value
    wanted = page.take(*at, "schematic_id") or page.take("talos", "schematic_id")
    if isinstance(wanted, str):
        image_by_id(machines, name, wanted, page.origin(*at, "schematic_id"))
    modules = page.get(*at, "kernel_modules")
    if modules:
        extend(
            machines.draft,
            f"{TALOS}.kernelModules",
            page.texts(*at, "kernel_modules"),
            page.origin(*at, "kernel_modules"),
        )
