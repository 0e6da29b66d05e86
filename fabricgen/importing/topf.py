"""topf's topf.yaml -> the cluster, its nodes and their images. Its patches are Talos documents: `talos` reads them.

Source: docs/configuration.md of postfinance/topf, August 2026.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft
from fabricgen.importing.machines import Image, Machines
from fabricgen.importing.names import as_name
from fabricgen.importing.page import Page
from fabricgen.importing.settings import TALOS, endpoint
from fabricgen.importing.talos_nodes import image_by_id
from fabricgen.repository import Item

_ROLES = {"control-plane": "control-plane", "controlplane": "control-plane", "worker": "worker"}


def is_topf(item: Item) -> bool:
    """Tell whether a document is topf's own file."""
    return not item.kind and "clusterEndpoint" in item.body and "nodes" in item.body


def read_topf(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put what every topf.yaml says into the draft and the nodes."""
    for item in fabric.items:
        if not is_topf(item):
            continue
        page = Page(item=item, body=item.body)
        draft.read.setdefault(item.origin.file, "topf")
        for key, target in (
            ("clusterName", "name"),
            ("kubernetesVersion", "kubernetes"),
            ("talosVersion", f"{TALOS}.version"),
        ):
            value = page.take(key)
            draft.put(target, None if value is None else str(value), page.origin(key))
        endpoint(page, draft, ("clusterEndpoint",))
        shared = page.take("schematicId")
        if page.take("secureboot") is True:
            draft.put(f"{TALOS}.secureboot", True, page.origin("secureboot"))  # noqa: FBT003 - the value
        machines.listed = True
        for number, _ in page.mappings("nodes"):
            _node(page, number, machines, shared=shared)
        page.leave_rest(draft, why="fabricgen has no key for it", todo="keep it in topf.yaml")


def _node(page: Page, number: int, machines: Machines, *, shared: Any) -> None:  # noqa: ANN401 - as written
    at = ("nodes", number)
    name = str(page.take(*at, "host") or "")
    role = _ROLES.get(str(page.take(*at, "role")))
    machines.put(name, "role", role, page.origin(*at, "role"))
    machines.put(name, "address", page.take(*at, "ip"), page.origin(*at, "ip"))
    own = page.take(*at, "schematicId")
    wanted = own or shared
    if not isinstance(wanted, str):
        return
    origin = page.origin(*at, "schematicId") if own else page.origin("schematicId")
    if not wanted.startswith("@"):
        image_by_id(machines, name, wanted, origin)
    elif body := _file(machines, page, wanted[1:]):
        image = Image(body, origin)
        image.name = as_name(PurePosixPath(wanted[1:]).stem)
        machines.images[name] = image


def _file(machines: Machines, page: Page, text: str) -> Mapping[str, Any] | None:
    path = normpath(str(PurePosixPath(page.file).parent / text))
    return machines.files.get(path)
