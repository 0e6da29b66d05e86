"""The pictures of a cluster as files of its tree, which its README shows too.

Fed by the cluster, and by the drafts of all other families, which decide what layers there are.
"""

from collections.abc import Iterator, Sequence

from fabricgen.cluster import Cluster
from fabricgen.documents.document import Draft
from fabricgen.documents.k3s import disabled_parts
from fabricgen.documents.layers import layers_of
from fabricgen.pictures import Layer, Picture, pictures_of

FOLDER = "pictures"


def drafts(cluster: Cluster, families: Sequence[Draft]) -> Iterator[Draft]:
    """Yield pictures/*.svg."""
    for one in drawn(cluster, families):
        yield Draft(
            path=f"{FOLDER}/{one.name}.svg", template="pictures/picture.svg.j2", context={"picture": one}
        )


def drawn(cluster: Cluster, families: Sequence[Draft]) -> tuple[Picture, ...]:
    """Return the pictures of a cluster; `families` are the drafts of its other files."""
    layers = layers_of(cluster, families)
    names = {one.name for one in layers}
    waiting = [
        Layer(
            name=one.name,
            holds=one.why,
            after=tuple(name for name in one.after if name in names),
            waits=one.waits,
        )
        for one in layers
    ]
    servicelb = cluster.k3s is not None and "servicelb" not in disabled_parts(cluster)
    return pictures_of(cluster, waiting, servicelb=servicelb)
