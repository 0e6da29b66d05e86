"""Pictures of a cluster: the map of its addresses, what waits for what in Flux, the path of a packet to a pod.

Fed by `documents` with the resolved cluster; the generated README and the report show them, and the tree holds them.
"""

from collections.abc import Sequence

from fabricgen.cluster import Cluster
from fabricgen.pictures import addresses, layers, packet
from fabricgen.pictures.layers import Layer
from fabricgen.pictures.picture import Picture
from fabricgen.pictures.style import DARK, LIGHT, RULES, variables

__all__ = ["DARK", "LIGHT", "RULES", "Layer", "Picture", "pictures_of", "variables"]


def pictures_of(cluster: Cluster, waiting: Sequence[Layer], *, servicelb: bool) -> tuple[Picture, ...]:
    """Return the pictures of a cluster: addresses, layers, packet.

    `waiting` are its layers, which wait for nothing but each other; `servicelb` tells whether k3s'
    own load balancer runs.
    """
    return (
        addresses.picture(cluster),
        layers.picture(cluster.name, waiting),
        packet.picture(cluster, servicelb=servicelb),
    )
