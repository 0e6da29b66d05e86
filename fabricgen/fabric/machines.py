"""Nodes and networks: who has which address, and which networks pods, Services and nodes have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_interface, ip_network
from typing import Any, Final

from fabricgen.addresses import Address, Network
from fabricgen.fabric.facts import Fact
from fabricgen.fabric.machine_files import MachineFile
from fabricgen.fabric.systems import K3sConfig, TalosDocument
from fabricgen.repository import Item

_HOST: Final = re.compile(r"^(?:https?://)?\[?(?P<host>[0-9A-Fa-f.:]+?)\]?(?::\d+)?/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine; `address` is the one that others reach it by."""

    name: str
    address: Fact[Address]
    control_plane: bool | None


def read_address(written: object) -> Address | None:
    """Return the address in `10.0.0.1`, `10.0.0.1/24` or `https://10.0.0.1:6443`; None if there is none."""
    if not isinstance(written, str):
        return None
    text = written.strip()
    host = _HOST.match(text)
    # The whole first: in an IPv6 address alone, the last group is no port.
    for part in (text, host["host"] if host and ("/" not in text or "://" in text) else ""):
        try:
            return ip_interface(part).ip
        except ValueError:
            continue
    return None


def read_network(written: object) -> Network | None:
    """Return the network of `10.0.0.0/24`, host bits or not; None if there is none."""
    try:
        return ip_network(str(written).strip(), strict=False) if "/" in str(written) else None
    except ValueError:
        return None


def called_after_address(files: tuple[MachineFile, ...], known: tuple[Node, ...]) -> Iterator[Node]:
    """Yield the machines whose file is called after their address, where nothing else tells it."""
    told = {one.address.value for one in known}
    for one in files:
        if one.address is not None and one.name and one.address not in told:
            yield Node(
                name=one.name, address=Fact(one.address, one.named.item, ()), control_plane=one.control_plane
            )


def find_nodes(
    items: tuple[Item, ...], talos: tuple[TalosDocument, ...], k3s: tuple[K3sConfig, ...]
) -> Iterator[Node]:
    """Yield the machines whose address is told, in the order of the documents; 127.0.0.1 stands for none yet."""
    for node in _told(items, talos, k3s):
        if not node.address.value.is_loopback and not node.address.value.is_unspecified:
            yield node


def _told(
    items: tuple[Item, ...], talos: tuple[TalosDocument, ...], k3s: tuple[K3sConfig, ...]
) -> Iterator[Node]:
    for item in items:
        if "kind" not in item.body and isinstance(item.body.get("nodes"), list):
            yield from _listed(item)
    for document in talos:
        if document.role == "node":
            yield from _of_patch(document)
    for config in k3s:
        for address in (one for text in config.texts("node-ip") if (one := read_address(text)) is not None):
            name = str(config.get("node-name") or config.item.origin.file)
            yield Node(
                name=name,
                address=Fact(address, config.item, ("node-ip",)),
                control_plane=config.role == "server",
            )


def _listed(item: Item) -> Iterator[Node]:
    """Yield the nodes of talhelper's talconfig.yaml, topf's topf.yaml, and cluster-template's own files."""
    for number, one in enumerate(item.items("nodes")):
        if not isinstance(one, Mapping):
            continue
        for key in ("ipAddress", "ip", "host", "address"):
            for text in str(one.get(key, "")).split(","):
                if (address := read_address(text)) is not None:
                    role = one.get("role") in ("control-plane", "controlplane")
                    control = one.get("controlPlane", one.get("controller", role))
                    yield Node(
                        name=str(one.get("hostname") or one.get("name") or one.get("host") or text),
                        address=Fact(address, item, ("nodes", number, key)),
                        control_plane=bool(control),
                    )


def _of_patch(document: TalosDocument) -> Iterator[Node]:
    for path, written in _addresses(document):
        if (address := read_address(written)) is not None:
            yield Node(
                name=document.node,
                address=Fact(address, document.item, (*document.prefix, *path)),
                control_plane=None,
            )
            return


def _addresses(document: TalosDocument) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if document.kind in {"LinkConfig", "BondConfig", "VLANConfig", "BridgeConfig"}:
        for number, one in enumerate(document.items("addresses")):
            if isinstance(one, Mapping):
                yield ("addresses", number, "address"), one.get("address")
    for number, interface in enumerate(document.items("machine", "network", "interfaces")):
        found = interface.get("addresses") if isinstance(interface, Mapping) else None
        for place, one in enumerate(found if isinstance(found, list) else []):
            yield ("machine", "network", "interfaces", number, "addresses", place), one


def find_networks(
    talos: tuple[TalosDocument, ...], k3s: tuple[K3sConfig, ...], *, what: str
) -> Iterator[Fact[Network]]:
    """Yield the networks of `pods` or `services` that Talos and k3s are told, in the order of the documents."""
    v1alpha1, document_key, flag = {
        "pods": ("podSubnets", "podSubnets", "cluster-cidr"),
        "services": ("serviceSubnets", "serviceSubnets", "service-cidr"),
    }[what]
    for one in talos:
        path = (document_key,) if one.kind == "KubeNetworkConfig" else ("cluster", "network", v1alpha1)
        written = one.get(*path)
        for number, text in enumerate(written if isinstance(written, list) else []):
            if (network := read_network(text)) is not None:
                yield Fact(network, one.item, (*one.prefix, *path, number))
    for config in k3s:
        for text in config.texts(flag):
            if (network := read_network(text)) is not None:
                yield Fact(network, config.item, (flag,))
