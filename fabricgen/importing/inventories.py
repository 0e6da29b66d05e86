"""Inventories of Ansible, as YAML or INI: the machines of a cluster with k3s, by groups of servers and agents.

Fed by `k3s`; fills the machines. Which hosts are of the cluster is told by the names of their groups alone, so nothing
is taken where two inventories could be meant, or a host has no address.
Source: <https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html>.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.machines import read_address
from fabricgen.importing.draft import Draft, Left, Origin
from fabricgen.importing.machines import Machines
from fabricgen.repository import Repository

_SERVERS: Final = re.compile(
    r"(?:k3s_|k8s_|kube_)?(?:masters?|servers?|controllers?|control|control_?planes?)", re.IGNORECASE
)
_AGENTS: Final = re.compile(r"(?:k3s_|k8s_|kube_)?(?:workers?|agents?|nodes?)", re.IGNORECASE)
_FOLDER: Final = re.compile(r"inventor|ansible", re.IGNORECASE)
_INI: Final = re.compile(r"(?:hosts|inventory)(?:\.ini)?|.*\.ini")
_SECTION: Final = re.compile(r"\[(?P<name>[^\]:]+)(?::(?P<kind>\w+))?\]")
_RANGE: Final = re.compile(r"(?P<before>[^\[]*)\[(?P<first>\d+):(?P<last>\d+)\](?P<after>.*)")
_VARIABLE: Final = re.compile(r"(?P<key>\w+)=(?P<quote>[\"']?)(?P<value>[^\"'\s]*)(?P=quote)")
_MOST: Final = 500


@dataclass(slots=True, kw_only=True)
class _Inventory:
    """Hosts with their addresses and lines, and the names of those in each group."""

    file: str
    addresses: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)

    def add(self, host: str, group: str, variables: Mapping[str, Any], line: int) -> None:
        """Take in a host as one place tells it."""
        self.lines.setdefault(host, line)
        written = variables.get("ansible_host") or variables.get("ip") or host
        if (address := read_address(str(written))) is not None:
            self.addresses[host] = str(address)
        self.groups.setdefault(group, []).append(host)

    def machines(self) -> dict[str, str]:
        """Return the role of each host of the cluster; nothing where it is not told whose machines these are."""
        servers = [name for name in self.groups if _SERVERS.fullmatch(name)]
        agents = [name for name in self.groups if _AGENTS.fullmatch(name)]
        if len(servers) != 1 or len(agents) > 1:
            return {}
        roles = dict.fromkeys(self.groups[servers[0]], "control-plane")
        roles |= {host: "worker" for name in agents for host in self.groups[name] if host not in roles}
        return roles if all(host in self.addresses for host in roles) else {}


def read_inventories(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put the machines of the one inventory that tells servers, unless something tells machines already."""
    if machines.nodes:
        return
    found = [one for one in (*_of_yaml(fabric), *_of_ini(fabric.cluster.repository)) if one.machines()]
    named = [one for one in found if fabric.name and fabric.name in PurePosixPath(one.file).parts]
    found = named or found
    if len(found) > 1:
        todo = "--node NAME=ADDRESS:control-plane, once for each machine"
        why = f"{len(found)} inventories tell servers, and nothing tells which ones are of this cluster"
        draft.leave(Left(place=f"{found[0].file}:1", path="the inventory", why=why, todo=todo))
        return
    for one in found:
        draft.read.setdefault(one.file, "Ansible inventory")
        for host, role in one.machines().items():
            origin = Origin(place=f"{one.file}:{one.lines[host]}")
            name = host.replace(".", "-") if read_address(host) is not None else host
            machines.put(name, "role", role, origin)
            machines.put(name, "address", one.addresses[host], origin)


def _of_yaml(fabric: Fabric) -> Iterator[_Inventory]:
    for item in fabric.items:
        if item.kind or not _FOLDER.search(item.origin.file) or "k3s_cluster" in item.body:
            continue
        found = _Inventory(file=item.origin.file)
        for group, body in item.body.items():
            _read_group(found, str(group), body, item.origin.line)
        if found.groups:
            _place(found, item.origin.text, item.origin.line)
            yield found


def _read_group(found: _Inventory, group: str, body: object, line: int) -> None:
    if not isinstance(body, Mapping):
        return
    hosts = body.get("hosts")
    for host, variables in hosts.items() if isinstance(hosts, Mapping) else ():
        known = variables if isinstance(variables, Mapping) else {}
        for one in _expanded(str(host)):
            found.add(one, group, known, line)
    children = body.get("children")
    for name, inner in children.items() if isinstance(children, Mapping) else ():
        _read_group(found, str(name), inner, line)


def _place(found: _Inventory, text: str, start: int) -> None:
    """Find the line of each host: the first on which it is a key."""
    for number, line in enumerate(text.splitlines(), start):
        key = line.strip().partition(":")[0].strip("\"'")
        if found.lines.get(key) == start:
            found.lines[key] = number


def _of_ini(repository: Repository) -> Iterator[_Inventory]:
    for folder, folders, files in os.walk(repository.root) if repository.root is not None else ():
        folders[:] = sorted(one for one in folders if one[0] != "." and one != "node_modules")
        for name in sorted(files):
            path = Path(folder) / name
            file = path.relative_to(repository.root or folder).as_posix()
            if not _INI.fullmatch(name) or not (_FOLDER.search(file) or name == "inventory"):
                continue
            try:
                found = _ini(file, path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError):
                continue
            if found.groups:
                yield found


def _ini(file: str, text: str) -> _Inventory:
    found = _Inventory(file=file)
    group, kind = "ungrouped", ""
    for number, line in enumerate(text.splitlines(), 1):
        content = re.split(r"(?:^|\s)[#;]", line, maxsplit=1)[0].strip()
        if section := _SECTION.fullmatch(content):
            group, kind = section["name"].strip(), section["kind"] or ""
        elif content and not kind:
            host, _, rest = content.partition(" ")
            variables = {one["key"]: one["value"] for one in _VARIABLE.finditer(rest)}
            for one in _expanded(host):
                found.add(one, group, variables, number)
    return found


def _expanded(host: str) -> Iterator[str]:
    """Yield the hosts that a name with a range stands for: `node-[01:03]`."""
    pattern = _RANGE.fullmatch(host)
    if pattern is None:
        yield host
        return
    width = len(pattern["first"])
    last = min(int(pattern["last"]), int(pattern["first"]) + _MOST)
    for number in range(int(pattern["first"]), last + 1):
        yield f"{pattern['before']}{number:0{width}}{pattern['after']}"
