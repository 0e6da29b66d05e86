"""What stands in which folder of the tree. Fed by the drafts of all other families."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fabricgen.documents.document import Draft
from fabricgen.documents.layers import LAYERS


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
    "talos": "what talosctl, topf and talhelper need besides the patches",
    "talos/all": "patches for every node",
    "talos/control-plane": "patches for the control planes",
    "talos/node": "patches for each node",
    "talos/schematics": "what the installer images hold, by hardware",
    "talos/worker": "patches for the workers",
    **{layer.folder: layer.why for layer in LAYERS},
}


def folder_rows(families: Sequence[Draft], *, considered: bool) -> tuple[FolderRow, ...]:
    """Return the folders that have files, sorted; those of single nodes as one."""
    found = {_folder(draft) for draft in families}
    if considered:
        found.add(CONSIDERED)
    return tuple(
        FolderRow(folder=f"{folder}/", content=_CONTENTS.get(folder, "")) for folder in sorted(found)
    )


def _folder(draft: Draft) -> str:
    parts = PurePosixPath(draft.path).parent.parts
    return "/".join(parts[:2])
