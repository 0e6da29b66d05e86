"""talm's Chart.yaml, values.yaml and nodes/*.yaml -> the cluster and its nodes.

A node's file is a Talos patch, which `talos` reads; its modeline tells the address and, by the template, the role.
Source: README.md and charts/generic/values.yaml of <https://github.com/cozystack/talm>, August 2026.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.machines import Machines, schematic_id
from fabricgen.importing.page import Page
from fabricgen.importing.settings import TALOS, endpoint, extend, version
from fabricgen.importing.talos_nodes import image_by_id
from fabricgen.repository import Item

_MODELINE: Final = re.compile(r"^# talm: (?P<text>.*)$", re.MULTILINE)
_LIST: Final = re.compile(r"(?P<key>nodes|endpoints|templates)=\[(?P<items>[^\]]*)\]")


def read_talm(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what talm's files say into the draft and the nodes."""
    roots = set()
    for item, told in _nodes(fabric):
        path = PurePosixPath(item.origin.file)
        roots.add(path.parent.parent)
        draft.read.setdefault(item.origin.file, "talm")
        name = str(item.get("machine", "network", "hostname") or path.stem)
        origin = Origin(place=f"{item.origin.file}:1")
        template = " ".join(told.get("templates", ()))
        role = "worker" if "worker" in template else "control-plane" if "controlplane" in template else None
        machines.put(name, "role", role, origin)
        addresses = told.get("nodes", ())
        machines.put(name, "address", addresses[0] if len(addresses) == 1 else None, origin)
        machines.listed = True
        machines.named[path.stem.lower()] = name
    for item in fabric.items:
        path = PurePosixPath(item.origin.file)
        if path.parent in roots and path.name == "values.yaml" and not item.kind:
            _values(Page(item=item, body=item.body), draft, machines)
        elif path.parent in roots and path.name == "Chart.yaml":
            page = Page(item=item, body=item.body)
            draft.put("name", page.get("name"), page.origin("name"))
            told = page.get("templateOptions", "kubernetesVersion")
            draft.put("kubernetes", told, page.origin("templateOptions", "kubernetesVersion"))
            talos = page.get("templateOptions", "talosVersion")
            if isinstance(talos, str) and talos.count(".") > 1:
                draft.put(f"{TALOS}.version", talos, page.origin("templateOptions", "talosVersion"))


def _nodes(fabric: Fabric) -> Iterator[tuple[Item, dict[str, tuple[str, ...]]]]:
    """Yield the files with a modeline, once each, and what it says."""
    seen = set()
    for item in fabric.items:
        if item.kind or item.origin.file in seen or "# talm:" not in item.origin.text:
            continue
        found = _MODELINE.search(item.origin.text)
        if found is not None:
            seen.add(item.origin.file)
            yield (
                item,
                {
                    one["key"]: tuple(
                        part.strip().strip('"') for part in one["items"].split(",") if part.strip()
                    )
                    for one in _LIST.finditer(found["text"])
                },
            )


def _values(page: Page, draft: Draft, machines: Machines) -> None:
    draft.read.setdefault(page.file, "talm")
    endpoint(page, draft, ("endpoint",))
    vip = page.take("floatingIP")
    draft.put("endpoint.host", vip or None, page.origin("floatingIP"))
    draft.put("name", page.take("clusterName") or None, page.origin("clusterName"))
    for key, target in (
        ("podSubnets", "networks.pods"),
        ("serviceSubnets", "networks.services"),
        ("advertisedSubnets", "networks.nodes"),
    ):
        found = page.texts(key)
        draft.put(target, (found[0] if len(found) == 1 else found) or None, page.origin(key))
    draft.put("networks.domain", page.take("clusterDomain") or None, page.origin("clusterDomain"))
    if page.get("certSANs"):
        extend(draft, f"{TALOS}.certSans", page.texts("certSANs"), page.origin("certSANs"))
    sysctls = page.take("extraSysctls")
    for key, value in sysctls.items() if isinstance(sysctls, dict) else ():
        draft.put((*TALOS.split("."), "sysctls", str(key)), str(value), page.origin("extraSysctls", key))
    image = page.get("image")
    if isinstance(image, str) and image:
        version(page, draft, ("image",), f"{TALOS}.version")
        for name in machines.nodes:
            image_by_id(machines, name, schematic_id(image), page.origin("image"))
    page.take("vipLink")
    page.leave_rest(draft, why="fabricgen has no key for it", todo="keep it in talm's values")
