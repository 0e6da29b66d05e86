"""What stands in which folder of the tree. Fed by the drafts of all other families."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fabricgen.cluster import Cluster
from fabricgen.documents.document import Draft
from fabricgen.documents.layers import layers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRow:
    """A folder and what is in it."""

    folder: str
    content: str


CONSIDERED = "considered/cilium"

_CONTENTS = {
    CONSIDERED: "a tree of its own with Cilium, as it would be; nothing applies it",
    "bootstrap": "what brings the pod network and Flux up; applied by hand, once",
    "flux": "what Flux is given: one Kustomization for each layer, with what it waits for",
    "k3s/agent": "the config of every agent",
    "k3s/node": "what each node has of its own",
    "k3s/server": "the config of every server",
    "pictures": "the pictures above, as files; nothing applies them",
    "talos/all": "patches for every node",
    "talos/control-plane": "patches for the control planes",
    "talos/node": "patches for each node",
    "talos/schematics": "what the installer images hold, by hardware",
    "talos/worker": "patches for the workers",
}
_TALOS = "talos"
_TALOS_FILES = {
    "create-cluster.sh": "the command that makes the containers, with these patches",
    "talconfig.yaml": "the nodes for talhelper, with these patches",
    "topf.yaml": "the nodes for topf, which finds these patches by their folders",
}


def folder_rows(cluster: Cluster, families: Sequence[Draft]) -> tuple[FolderRow, ...]:
    """Return the folders that have files, sorted; those of single nodes as one."""
    found = {_folder(draft) for draft in families if PurePosixPath(draft.path).parent.parts}
    if cluster.considered is not None:
        found.add(CONSIDERED)
    own = {layer.folder: layer.why for layer in layers_of(cluster, families)}
    contents = {**_CONTENTS, **own, _TALOS: _tools(families)}
    return tuple(FolderRow(folder=f"{folder}/", content=contents.get(folder, "")) for folder in sorted(found))


def _tools(families: Sequence[Draft]) -> str:
    """Return what each file is that stands beside the patches of Talos: which there are depends on the versions."""
    names = sorted(PurePosixPath(draft.path).name for draft in families if _folder(draft) == _TALOS)
    return "; ".join(f"{name}: {_TALOS_FILES[name]}" for name in names)


def _folder(draft: Draft) -> str:
    parts = PurePosixPath(draft.path).parent.parts
    return "/".join(parts[:2])
