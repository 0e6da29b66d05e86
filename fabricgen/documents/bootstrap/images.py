"""What machines boot before they have a config: one image for each kind of hardware. Fed by the cluster."""

from dataclasses import dataclass

from fabricgen.cluster import Cluster, Node, Talos


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What the nodes of one kind boot before they have a config."""

    hardware: str
    nodes: tuple[str, ...]
    url: str


def images(cluster: Cluster, talos: Talos) -> tuple[Image, ...]:
    """Return one image for each schematic, boards' as an image of their card, others' as an ISO.

    Source: https://docs.siderolabs.com/talos/v1.12/learn-more/image-factory
    """
    found: dict[str, list[Node]] = {}
    for node in cluster.nodes:
        if node.schematic is not None:
            found.setdefault(node.schematic.name, []).append(node)
    return tuple(_image(talos, name, nodes) for name, nodes in sorted(found.items()))


def _image(talos: Talos, name: str, nodes: list[Node]) -> Image:
    schematic = nodes[0].schematic
    assert schematic is not None  # noqa: S101 - only nodes with one were gathered
    kind = "raw.xz" if schematic.text.startswith("overlay:") else "iso"
    secure = "-secureboot" if talos.secureboot else ""
    url = (
        f"https://{talos.factory}/image/{schematic.id}/v{talos.version}/metal-{nodes[0].arch}{secure}.{kind}"
    )
    return Image(hardware=name, nodes=tuple(node.name for node in nodes), url=url)
