"""k3s: its config.yaml, the flags of its service and of its installer, k3s-ansible's inventory -> the draft.

Flags are keys of config.yaml without their dashes, so that all of them are read in one way.
Sources: <https://docs.k3s.io/installation/configuration>, <https://github.com/k3s-io/k3s-ansible>.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from fabricgen.fabric import Fabric
from fabricgen.fabric.machines import read_address
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.inventories import read_inventories
from fabricgen.importing.k3s_flags import find_commands
from fabricgen.importing.machines import Machines
from fabricgen.importing.page import Page
from fabricgen.importing.settings import extend
from fabricgen.repository import Item, Repository

_K3S: Final = "distribution.k3s"
# What fabricgen writes by itself, out of the rest of the description.
_OURS: Final = (
    "cluster-dns",
    "flannel-backend",
    "flannel-ipv6-masq",
    "disable-network-policy",
    "disable-kube-proxy",
    "cluster-init",
    "with-node-id",
)
_PACKAGED: Final = frozenset({"servicelb", "traefik"})
_SECRET: Final = ("token", "agent-token", "datastore-endpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Config:
    """A config of k3s or its flags, the role that it is for, and its machine if it is for one."""

    page: Page
    role: str
    node: str


def read_k3s(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what every config, service and installer of k3s says into the draft; list what has no key."""
    _versions(fabric, draft)
    _inventories(fabric, draft, machines)
    read_inventories(fabric, draft, machines)
    configs = list(_configs(fabric))
    for one in configs:
        _node(one, machines, draft)
        _cluster(one, draft)
        for key in _SECRET:
            one.page.take(key)
    if draft.get(*_K3S.split("."), "secretsEncryption") is None and any(
        one.role == "server" for one in configs
    ):
        draft.put(f"{_K3S}.secretsEncryption", False, Origin(note="not written: k3s encrypts none by itself"))  # noqa: FBT003
    _endpoint(configs, draft, machines)
    for one in configs:
        _rest(one, draft)


def _versions(fabric: Fabric, draft: Draft) -> None:
    for fact in fabric.pins.k3s:
        place = fact.place
        draft.put(f"{_K3S}.version", str(fact.value), Origin(place=f"{place.file}:{place.line}"))


def _configs(fabric: Fabric) -> Iterator[_Config]:
    for one in fabric.k3s:
        parts = one.item.origin.file.split("/")
        node = parts[-2] if len(parts) > 2 and parts[-3] in {"node", "nodes", "host_vars"} else ""  # noqa: PLR2004
        body = {str(key).removesuffix("+"): value for key, value in one.item.body.items()}
        yield _Config(page=Page(item=one.item, body=body), role=_role(one.role, body), node=node)
    for item in find_commands(fabric.cluster.repository):
        body = dict(item.body)
        role = str(body.pop("role", "server"))
        node = str(body.get("node-name") or "")
        yield _Config(page=Page(item=item, body=body), role=role, node=node)


def _role(told: str, body: Mapping[str, Any]) -> str:
    if told != "unknown":
        return told
    return "agent" if "server" in body and "cluster-cidr" not in body else "unknown"


def _node(one: _Config, machines: Machines, draft: Draft) -> None:
    page = one.page
    name = str(page.take("node-name") or one.node)
    addresses = [text for text in page.texts("node-ip") if read_address(text) is not None]
    if not name and addresses:
        name = f"{'server' if one.role == 'server' else 'agent'}-{len(machines.nodes) + 1}"
        note = "its name is not told"
        machines.put(name, "address", addresses[0], page.origin("node-ip", note=note))
    if not name:
        return
    if addresses:
        value = addresses[0] if len(addresses) == 1 else addresses
        machines.put(name, "address", value, page.origin("node-ip"))
    if one.role in {"server", "agent"}:
        role = "control-plane" if one.role == "server" else "worker"
        machines.put(name, "role", role, page.origin())
    machines.put(name, "externalAddress", page.take("node-external-ip"), page.origin("node-external-ip"))
    labels = dict(text.partition("=")[::2] for text in page.texts("node-label") if "=" in text)
    machines.put(name, "labels", labels or None, page.origin("node-label"))
    taints = [_taint(text) for text in page.texts("node-taint")]
    _scheduling(name, taints, machines, page)
    draft.read.setdefault(page.file, "k3s")


def _scheduling(name: str, taints: list[dict[str, str]], machines: Machines, page: Page) -> None:
    """Put the taints; the one that keeps workloads off a server is what `schedulable: false` says."""
    control = [one for one in taints if one["key"] == "node-role.kubernetes.io/control-plane"]
    if control:
        machines.put(name, "schedulable", False, page.origin("node-taint"))  # noqa: FBT003 - the value
    elif machines.get(name, "role") == "control-plane":
        machines.put(name, "schedulable", True, page.origin())  # noqa: FBT003 - as above
    machines.put(
        name, "taints", [one for one in taints if one not in control] or None, page.origin("node-taint")
    )


def _taint(text: str) -> dict[str, str]:
    key, _, effect = text.rpartition(":")
    key, _, value = key.partition("=")
    return {"key": key, **({"value": value} if value else {}), "effect": effect}


def _cluster(one: _Config, draft: Draft) -> None:
    page = one.page
    for key, target in (("cluster-cidr", "networks.pods"), ("service-cidr", "networks.services")):
        found = page.texts(key)
        draft.put(target, (found[0] if len(found) == 1 else found) or None, page.origin(key))
    draft.put("networks.domain", page.take("cluster-domain"), page.origin("cluster-domain"))
    draft.put(f"{_K3S}.version", page.take("k3s_version"), page.origin("k3s_version"))
    draft.put(f"{_K3S}.tokenFile", page.take("token-file"), page.origin("token-file"))
    if (encrypted := page.take("secrets-encryption")) is not None:
        draft.put(f"{_K3S}.secretsEncryption", encrypted in (True, "true"), page.origin("secrets-encryption"))
    _masks(page, draft)
    _lists(page, draft)
    if one.role == "server" or page.get("flannel-backend") is not None:
        _cni(page, draft)


def _masks(page: Page, draft: Draft) -> None:
    """Read the prefix lengths of the nodes' shares of the pod network, where the arguments are about nothing else."""
    key = "kube-controller-manager-arg"
    found = page.get(key)
    texts = [str(one) for one in found] if isinstance(found, list) else [str(found)] if found else []
    masks = [one.partition("=")[2] for one in texts if one.startswith("node-cidr-mask-size")]
    if masks and len(masks) == len(texts) and all(one.isdigit() for one in masks):
        page.take(key)
        draft.put("networks.nodeMask", [int(one) for one in dict.fromkeys(masks)], page.origin(key))


def _lists(page: Page, draft: Draft) -> None:
    if page.get("tls-san") is not None:
        extend(draft, f"{_K3S}.tlsSans", page.texts("tls-san"), page.origin("tls-san"))
    more = [text for text in page.texts("disable") if text not in _PACKAGED]
    if more:
        extend(draft, f"{_K3S}.disable", more, page.origin("disable"))


def _cni(page: Page, draft: Draft) -> None:
    """Read which CNI runs: k3s' own flannel, unless it is switched off."""
    backend = page.get("flannel-backend")
    if backend in (None, "vxlan"):
        draft.origins.setdefault(("k3s", "flannel"), page.origin("flannel-backend"))
    if backend not in (None, "vxlan", "none"):
        page.leave(
            draft,
            ("flannel-backend",),
            backend,
            why="the description knows flannel with VXLAN only",
            todo="write it under distribution.k3s.server",
            kind="lost",
        )
    for key in _OURS:
        page.take(key)


def _endpoint(configs: list[_Config], draft: Draft, machines: Machines) -> None:
    """Put the address of the API: the one that others join at, else the first server's."""
    for one in configs:
        if isinstance(url := one.page.take("server"), str) and url.startswith("https://") and "$" not in url:
            split = urlsplit(url)
            draft.put("endpoint.host", split.hostname, one.page.origin("server"))
            draft.put("endpoint.port", split.port or 6443, one.page.origin("server"))
    for name in machines.control_planes():
        address = machines.get(name, "address")
        if draft.get("endpoint", "host") is None and address:
            first = address[0] if isinstance(address, list) else address
            draft.put("endpoint.host", first, machines.origins[name, ("address",)])


def _rest(one: _Config, draft: Draft) -> None:
    """Put what is left under the servers' or the agents' own keys; a single machine's is listed."""
    section = {"server": "server", "agent": "agent"}.get(one.role)
    for path, value in list(one.page.rest()):
        if section is None or one.node:
            why = (
                "it is for one machine, and the description has such keys for all servers or agents"
                if one.node
                else "it is not told which machines it is for"
            )
            one.page.leave(
                draft, path, value, why=why, todo=f"write it under {_K3S}.server or .agent", kind="lost"
            )
        else:
            key = str(path[0])
            draft.put((*_K3S.split("."), section, key), one.page.get(key), one.page.origin(key))
            one.page.taken.add((key,))


def _inventories(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Read k3s-ansible's inventory: groups `server` and `agent`, and the variables of the cluster."""
    for item in fabric.items:
        cluster = item.get("k3s_cluster")
        if item.kind or not isinstance(cluster, Mapping):
            continue
        page = Page(item=item, body=item.body)
        draft.read.setdefault(item.origin.file, "k3s-ansible")
        for group, role in (("server", "control-plane"), ("agent", "worker")):
            at = ("k3s_cluster", "children", group, "hosts")
            for host, variables in (page.get(*at) or {}).items():
                _host(page, (*at, host), variables, (machines, role))
        _variables(page, draft)
        page.leave_rest(draft, why="it is for Ansible", todo="keep it in the inventory")


def _host(page: Page, at: tuple[str | int, ...], variables: Any, of: tuple[Machines, str]) -> None:  # noqa: ANN401
    machines, role = of
    host = str(at[-1])
    known = variables if isinstance(variables, Mapping) else {}
    address = read_address(str(known.get("ansible_host") or host))
    name = host.replace(".", "-") if read_address(host) is not None else host
    page.taken |= {(*at, "ansible_host")} if known else {at}
    machines.put(name, "role", role, page.origin(*at))
    machines.put(name, "address", None if address is None else str(address), page.origin(*at))


def _variables(page: Page, draft: Draft) -> None:
    at = ("k3s_cluster", "vars")
    draft.put(f"{_K3S}.version", page.take(*at, "k3s_version"), page.origin(*at, "k3s_version"))
    endpoint = page.get(*at, "api_endpoint")
    if isinstance(endpoint, str) and "{{" not in endpoint:
        draft.put("endpoint.host", page.take(*at, "api_endpoint"), page.origin(*at, "api_endpoint"))
    draft.put("endpoint.port", page.take(*at, "api_port"), page.origin(*at, "api_port"))


def is_told(fabric: Fabric) -> bool:
    """Tell whether the repository says anything of k3s."""
    repository: Repository = fabric.cluster.repository
    if any("k3s_cluster" in item.body for item in fabric.items):
        return True
    return bool(fabric.k3s or fabric.pins.k3s) or any(True for _ in find_commands(repository))


__all__ = ["Item", "is_told", "read_k3s"]
