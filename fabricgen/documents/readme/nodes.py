"""The machines as rows. Fed by the resolved cluster; feeds the README."""

from dataclasses import dataclass

from fabricgen.advise import mib
from fabricgen.cluster import Cluster, DiskSelector, Interface, Node
from fabricgen.documents.markdown import code, prose


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A machine."""

    name: str
    role: str
    addresses: str
    arch: str
    hardware: str
    memory: str
    disk: str
    link: str
    workloads: str


def node_rows(cluster: Cluster) -> tuple[NodeRow, ...]:
    """Return the machines, sorted by address."""
    return tuple(_node_row(cluster, node) for node in cluster.nodes)


def _node_row(cluster: Cluster, node: Node) -> NodeRow:
    api = ", serves the API" if cluster.endpoint.node == node.name else ""
    return NodeRow(
        name=node.name,
        role=f"{node.role}{api}",
        addresses=", ".join(str(address) for address in node.addresses),
        arch=node.arch,
        hardware=node.hardware,
        memory="" if node.memory_mib is None else mib(node.memory_mib),
        disk=_disk(node.disk),
        link=_link(node.interface),
        workloads="yes" if node.schedulable else "no",
    )


def _disk(disk: str | DiskSelector | None) -> str:
    if disk is None:
        return ""
    if isinstance(disk, str):
        return code(disk)
    asked = {
        "type": disk.type,
        "size": disk.size,
        "model": disk.model,
        "serial": disk.serial,
        "wwid": disk.wwid,
    }
    return prose(", ".join(f"{key} {value}" for key, value in asked.items() if value is not None))


def _link(interface: Interface) -> str:
    """Return the link in words; empty where it is whichever comes first."""
    bond = interface.bond
    name = f"{bond.name} of {', '.join(bond.links)}" if bond else interface.name or interface.mac or ""
    parts = [name] if name else []
    if interface.vlan is not None:
        parts.append(f"VLAN {interface.vlan}")
    if interface.mtu is not None:
        parts.append(f"MTU {interface.mtu}")
    return prose(", ".join(parts))
