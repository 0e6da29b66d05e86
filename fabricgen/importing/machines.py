"""Nodes as they are put together: by name, whichever files tell of them.

Filled by the readers of machines' formats; `finish` makes the list of the description.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from fabricgen.fabric.machines import read_address
from fabricgen.hardware import BUILT_IN
from fabricgen.importing.draft import Draft, Left, Origin
from fabricgen.importing.page import listed
from fabricgen.schematic import is_plain, schematic_of

if TYPE_CHECKING:
    from fabricgen.addresses import Network
    from fabricgen.errors import Path

_FACTORY: Final = 64


class Machines:
    """The nodes of a draft, each with the values and origins that files tell of it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.nodes: dict[str, dict[str, Any]] = {}
        self.origins: dict[tuple[str, Path], Origin] = {}
        self.images: dict[str, Image] = {}
        self.schematics: Mapping[str, Mapping[str, Any]] = {}
        self.files: Mapping[str, Mapping[str, Any]] = {}
        self.aliases: dict[tuple[str, str], str] = {}
        self.networks: dict[int, tuple[Network, Origin]] = {}
        self.routers: dict[str, Origin] = {}
        self.named: dict[str, str] = {}
        self.stems: Mapping[str, str] = {}
        self.listed = False
        self.vlan: int | None = None

    def put(self, name: str, key: str, value: Any, origin: Origin) -> None:  # noqa: ANN401 - what files hold
        """Set a value of a node, `key` with dots below `nodes[…]`, unless there is one."""
        node = self.nodes.setdefault(name, {})
        *above, last = key.split(".")
        for part in above:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                return
        if value is None or last in node:
            return
        node[last] = value
        self.origins[name, (*above, last)] = origin

    def get(self, name: str, key: str) -> Any:  # noqa: ANN401 - as above
        """Return a value of a node."""
        value: Any = self.nodes.get(name, {})
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def control_planes(self) -> list[str]:
        """Return the names of the control planes."""
        return [name for name, node in self.nodes.items() if node.get("role") == "control-plane"]

    def finish(self) -> None:
        """Move the nodes into the draft, in the order in which they were found."""
        self._plan()
        for name in self.nodes:
            self._image(name)
        self._named_classes()
        self._agree_on_extensions()
        for name, node in self.nodes.items():
            self._without_address(name, node)
        whole = {name: node for name, node in self.nodes.items() if node.get("address") and node.get("role")}
        for name in [one for one in self.nodes if one not in whole]:
            self._unknown(name)
        if not whole:
            return
        nodes = self.draft.values.setdefault("nodes", [])
        for name, node in whole.items():
            index = len(nodes)
            nodes.append({"name": name, **node})
            for (owner, path), origin in self.origins.items():
                if owner == name:
                    self.draft.origins["nodes", index, *path] = origin

    def _plan(self) -> None:
        """Put the network of the nodes and their router, as the links tell them."""
        if self.networks and self.draft.get("networks", "nodes") is None:
            found = [self.networks[one] for one in sorted(self.networks)]
            texts = [str(network) for network, _ in found]
            self.draft.put("networks.nodes", texts[0] if len(texts) == 1 else texts, found[0][1])
        families: dict[int, str] = {}
        for router in self.routers:
            families.setdefault(6 if ":" in router else 4, router)
        if families:
            routers = [families[one] for one in sorted(families)]
            first = self.routers[routers[0]]
            self.draft.put("networks.router", routers[0] if len(routers) == 1 else routers, first)

    def _without_address(self, name: str, node: dict[str, Any]) -> None:
        """Take out an address that is none, such as a name that only DNS knows."""
        told = node.get("address")
        if told and not all(read_address(one) for one in (told if isinstance(told, list) else [told])):
            del node["address"]
            origin = self.origins.pop((name, ("address",)), Origin())
            why = "no address, and the description has such"
            left = Left(
                place=origin.place, path=f"node {name}", why=f"{told} is {why}", todo="tell its address"
            )
            self.draft.leave(left)

    def _unknown(self, name: str) -> None:
        missing = "address" if not self.nodes[name].get("address") else "role"
        address = str(self.nodes[name].get("address") or "ADDRESS")
        flag = f"--node {name}={address}:{self.nodes[name].get('role') or 'control-plane or :worker'}"
        self.draft.half_told[name] = (missing, flag)
        origin = next((one for (owner, _), one in self.origins.items() if owner == name), Origin())
        self.draft.leave(
            Left(
                place=origin.place,
                path=f"node {name}",
                why=f"nothing tells its {missing}",
                todo=flag,
            )
        )

    def _image(self, name: str) -> None:
        image = self.images.get(name)
        if image is None:
            return
        hardware = next(
            (key for key, one in BUILT_IN.items() if one.overlay and one.overlay.name == image.overlay), None
        )
        if hardware is not None:
            self.put(name, "hardware", hardware, image.origin)
        elif image.overlay:
            self.draft.leave(
                Left(
                    place=image.origin.place,
                    path=f"overlay {image.overlay}",
                    why=f"fabricgen knows no board of this overlay, which {name} has",
                    todo="keep its image as a patch of your own",
                )
            )

    def _agree_on_extensions(self) -> None:
        """Put what all images have in common at the cluster, and the rest at each node or its class."""
        images = [self.images.get(name) for name in self.nodes]
        if self.draft.get("hardware") is not None and None in images:
            images = [one for one in images if one is not None]
        told = [one for one in images if one is not None and one.known]
        if not told:
            return
        everywhere = len(told) == len(images)
        first = told[0]
        same = everywhere and all(one.extensions == first.extensions for one in told)
        if same:
            self.draft.put("distribution.talos.extensions", list(first.extensions) or None, first.origin)
        if everywhere and all(one.kernel_args == first.kernel_args for one in told):
            self.draft.put("distribution.talos.kernelArgs", list(first.kernel_args) or None, first.origin)
        else:
            self._classes()
        for name in self.nodes:
            image = self.images.get(name)
            if not same and image is not None and image.extensions:
                self.put(name, "extensions", list(image.extensions), image.origin)

    def _named_classes(self) -> None:
        """Make a class of hardware for each schematic that stands in a file of its own, called after the file."""
        for name in self.nodes:
            image = self.images.get(name)
            if image is not None and image.name in BUILT_IN:
                self.put(name, "hardware", image.name, image.origin)
            if image is None or not image.name or image.name in BUILT_IN or image.rest:
                continue
            base = self.get(name, "hardware") or f"generic-{self.get(name, 'arch') or 'amd64'}"
            if self.draft.get("hardware", image.name) is None:
                self.draft.put(("hardware", image.name, "extends"), base, image.origin)
                for key, found in (("extensions", image.extensions), ("kernelArgs", image.kernel_args)):
                    self.draft.put(("hardware", image.name, key), list(found) or None, image.origin)
            elif self.draft.get("hardware", image.name, "extends") != base:
                continue
            self.nodes[name]["hardware"] = image.name
            self.nodes[name].pop("arch", None)
            del self.images[name]

    def _classes(self) -> None:
        """Make a class of hardware for each set of kernel arguments."""
        made: dict[tuple[object, ...], str] = {}
        for name in self.nodes:
            image = self.images.get(name)
            if image is None or not image.kernel_args:
                continue
            base = self.get(name, "hardware") or f"generic-{self.get(name, 'arch') or 'amd64'}"
            key = made.setdefault((base, image.kernel_args), f"{base}-{len(made) + 1}")
            self.draft.put(("hardware", key, "extends"), base, image.origin)
            self.draft.put(("hardware", key, "kernelArgs"), list(image.kernel_args), image.origin)
            self.nodes[name]["hardware"] = key
            self.nodes[name].pop("arch", None)


class Image:
    """What is in the Talos image of a node; `known` is False where only an id is told that nothing explains."""

    def __init__(self, schematic: Mapping[str, Any], origin: Origin, *, known: bool = True) -> None:
        self.known = known
        self.name = ""
        self.origin = origin
        overlay = schematic.get("overlay")
        self.overlay = str(overlay.get("name") or "") if isinstance(overlay, Mapping) else ""
        custom = schematic.get("customization")
        custom = custom if isinstance(custom, Mapping) else {}
        extensions = custom.get("systemExtensions")
        official = extensions.get("officialExtensions") if isinstance(extensions, Mapping) else None
        self.extensions = tuple(str(one) for one in listed(official))
        self.kernel_args = tuple(str(one) for one in listed(custom.get("extraKernelArgs")))
        self.rest = sorted(set(custom) - {"systemExtensions", "extraKernelArgs"})

    @property
    def id(self) -> str:
        """The id that the factory gives it; empty where that cannot be told."""
        overlay = next(
            (one.overlay for one in BUILT_IN.values() if one.overlay and one.overlay.name == self.overlay),
            None,
        )
        if (self.overlay and overlay is None) or not all(
            map(is_plain, (*self.extensions, *self.kernel_args))
        ):
            return ""
        return schematic_of(
            name="", overlay=overlay, extensions=self.extensions, kernel_args=self.kernel_args
        ).id


def schematic_id(text: str) -> str:
    """Return the id of a schematic in the address of an installer; empty where there is none."""
    for part in text.replace(":", "/").split("/"):
        if len(part) == _FACTORY and all(one in "0123456789abcdef" for one in part):
            return part
    return ""


def known_ids() -> dict[str, Mapping[str, Any]]:
    """Return the schematics that hold nothing but a board's overlay, by id."""
    plain: list[Mapping[str, Any]] = [{"customization": {}}]
    plain += [
        {"overlay": {"image": one.overlay.image, "name": one.overlay.name}}
        for one in BUILT_IN.values()
        if one.overlay
    ]
    return {Image(one, Origin()).id: one for one in plain}
