"""What Talos documents say of single machines: role, disk, image, link, labels, taints.

Fed by `talos`, document by document, and by talhelper's file, which says the same in its own words.
"""

import re
from typing import Final

from fabricgen.fabric import Fabric, TalosDocument
from fabricgen.importing.draft import Origin
from fabricgen.importing.links import read_links
from fabricgen.importing.machines import Machines, schematic_id
from fabricgen.importing.page import Page
from fabricgen.importing.settings import TALOS, version

_MATCH: Final = re.compile(r'^disk\.dev_path == "(?P<path>[^"]+)"$')


def nodes_of_patches(fabric: Fabric, machines: Machines) -> None:
    """Know the nodes by the folders of their patches, where no tool lists them; flags may have told some already."""
    if not machines.listed:
        for document in fabric.talos:
            if document.role == "node" and document.node:
                machines.nodes.setdefault(document.node, {})
                if document.kind == "Layer2VIPConfig":
                    page = Page(item=document.item, body=document.body, prefix=document.prefix)
                    machines.put(document.node, "role", "control-plane", page.origin("name"))


def read_nodes(page: Page, document: TalosDocument, machines: Machines) -> None:
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
        if effect in ("NoSchedule", "PreferNoSchedule", "NoExecute"):
            page.taken.add((*path, key))
            found = {"key": str(key), **({"value": value} if value else {}), "effect": effect}
            old = machines.nodes.setdefault(name, {}).setdefault("taints", [])
            if found not in old:
                old.append(found)
            machines.origins.setdefault((name, ("taints",)), page.origin(*path))


read_taints = _taints
