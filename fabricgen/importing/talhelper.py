"""talhelper's talconfig.yaml, with talenv.yaml filled in -> the cluster, its nodes and their images.

Its patches are Talos documents like any others: `talos` reads them.
Source: <https://budimanjojo.github.io/talhelper/latest/reference/configuration/>.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft
from fabricgen.importing.links import read_interfaces
from fabricgen.importing.machines import Image, Machines, schematic_id
from fabricgen.importing.page import Page, is_closed
from fabricgen.importing.settings import TALOS, endpoint, extend
from fabricgen.importing.talos_nodes import image_by_id, labels_of, read_disk, read_taints
from fabricgen.repository import Item

_ENV: Final = frozenset(f"talenv{end}" for end in (".yaml", ".yml", ".sops.yaml", ".sops.yml"))
_VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")
_SIMPLE: Final[Mapping[str, str]] = {
    "clusterName": "name",
    "domain": "networks.domain",
    "talosVersion": f"{TALOS}.version",
    "kubernetesVersion": "kubernetes",
}


def is_talconfig(item: Item) -> bool:
    """Tell whether a document is talhelper's own file."""
    return (
        not item.kind
        and "clusterName" in item.body
        and "nodes" in item.body
        and "clusterEndpoint" not in item.body
    )


def read_talhelper(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what every talconfig.yaml says into the draft and the nodes."""
    for item in fabric.items:
        if is_talconfig(item):
            told = dict(_environment(fabric, item))
            page = Page(item=item, body=fill(item.body, told))
            draft.read.setdefault(item.origin.file, "talhelper")
            _cluster(page, draft)
            machines.listed = True
            for number, _ in page.mappings("nodes"):
                _node(page, number, machines)
            _shared(page, draft, machines)
            page.leave_rest(
                draft,
                why="fabricgen has no key for it",
                todo="keep it in talconfig.yaml, whose patches ours can be",
            )


def _environment(fabric: Fabric, item: Item) -> Iterator[tuple[str, str]]:
    folder = PurePosixPath(item.origin.file).parent
    for document in fabric.cluster.repository.documents:
        path = PurePosixPath(document.file)
        if path.parent == folder and path.name in _ENV and isinstance(document.body, Mapping):
            for key, value in document.body.items():
                if isinstance(value, str | int) and not is_closed(str(value)):
                    yield str(key), str(value)


def fill(value: Any, told: Mapping[str, str]) -> Any:  # noqa: ANN401 - a file holds anything
    """Return a value with `${NAME}` and `${NAME:-default}` filled in where they are known."""
    if isinstance(value, Mapping):
        return {key: fill(one, told) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, told) for one in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    return _VARIABLE.sub(lambda found: told.get(found["name"], found["default"] or found[0]), value)


def _cluster(page: Page, draft: Draft) -> None:
    for key, target in _SIMPLE.items():
        value = page.take(key)
        draft.put(target, None if value is None else str(value), page.origin(key))
    endpoint(page, draft, ("endpoint",))
    for key, target in (("clusterPodNets", "networks.pods"), ("clusterSvcNets", "networks.services")):
        found = page.texts(key)
        draft.put(target, (found[0] if len(found) == 1 else found) or None, page.origin(key))
    for key in ("additionalMachineCertSans", "additionalApiServerCertSans"):
        if page.get(key):
            extend(draft, f"{TALOS}.certSans", page.texts(key), page.origin(key))
    page.take("cniConfig", "name")
    for section in ("controlPlane", "worker"):
        for number, text in enumerate(page.items(section, "patches")):
            _patch(page, (section, "patches", number), text)
    for number, text in enumerate(page.items("patches")):
        _patch(page, ("patches", number), text)


def _patch(page: Page, path: tuple[str | int, ...], text: object) -> None:
    """Count a patch as read: as a document of its own it is told there what it says that has no key."""
    if isinstance(text, str):
        page.taken.add(path)


def _node(page: Page, number: int, machines: Machines) -> None:
    at = ("nodes", number)
    name = str(page.take(*at, "hostname") or f"node-{number}")
    machines.nodes.setdefault(name, {})
    role = "control-plane" if page.take(*at, "controlPlane") is True else "worker"
    machines.put(name, "role", role, page.origin(*at))
    if page.get(*at, "ipAddress"):
        found = page.texts(*at, "ipAddress")
        machines.put(name, "address", found[0] if len(found) == 1 else found, page.origin(*at, "ipAddress"))
    _of_section(page, at, machines, name)
    for place, text in enumerate(page.items(*at, "patches")):
        _patch(page, (*at, "patches", place), text)


def _shared(page: Page, draft: Draft, machines: Machines) -> None:
    """Read what all machines of a role have, and then those of all."""
    for section, role in (("controlPlane", "control-plane"), ("worker", "worker")):
        for name, node in machines.nodes.items():
            if node.get("role") == role and page.get(section):
                _of_section(page, (section,), machines, name)
    for key in ("allowSchedulingOnMasters", "allowSchedulingOnControlPlanes"):
        if isinstance(allowed := page.take(key), bool):
            for name in machines.control_planes():
                machines.put(name, "schedulable", allowed, page.origin(key))
    servers = page.texts("nodes", 0, "nameservers") if page.get("nodes", 0, "nameservers") else []
    draft.put("networks.dnsServers", servers or None, page.origin("nodes", 0, "nameservers"))
    for number, _ in page.mappings("nodes"):
        if page.get("nodes", number, "nameservers") == page.get("nodes", 0, "nameservers"):
            page.take("nodes", number, "nameservers")


def _of_section(page: Page, at: tuple[str | int, ...], machines: Machines, name: str) -> None:
    arch = page.take(*at, "machineSpec", "arch")
    if arch in ("amd64", "arm64"):
        machines.put(name, "arch", arch, page.origin(*at, "machineSpec", "arch"))
    page.take(*at, "machineSpec", "mode")
    if page.take(*at, "machineSpec", "secureboot") is True:
        machines.draft.put(f"{TALOS}.secureboot", True, page.origin(*at, "machineSpec"))  # noqa: FBT003 - the value
    read_disk(page, machines, name, (*at, "installDisk"), (*at, "installDiskSelector"))
    _image(page, at, machines, name)
    read_interfaces(page, (*at, "networkInterfaces"), machines, name)
    labels_of(page, machines, name, (*at, "nodeLabels"))
    read_taints(page, machines, name, (*at, "nodeTaints"))
    modules = []
    for number, one in page.mappings(*at, "kernelModules"):
        if "name" in one and not one.get("parameters"):
            modules.append(str(one["name"]))
            page.take(*at, "kernelModules", number)
    if modules:
        extend(machines.draft, f"{TALOS}.kernelModules", modules, page.origin(*at, "kernelModules"))


def _image(page: Page, at: tuple[str | int, ...], machines: Machines, name: str) -> None:
    schematic = page.get(*at, "schematic")
    if isinstance(schematic, Mapping):
        image = Image(schematic, page.origin(*at, "schematic"))
        machines.images.setdefault(name, image)
        page.taken |= {
            (*at, "schematic", "overlay"),
            (*at, "schematic", "customization", "extraKernelArgs"),
            (*at, "schematic", "customization", "systemExtensions", "officialExtensions"),
        }
    url = page.get(*at, "talosImageURL")
    if isinstance(url, str) and schematic_id(url):
        page.take(*at, "talosImageURL")
        image_by_id(machines, name, schematic_id(url), page.origin(*at, "talosImageURL"))
