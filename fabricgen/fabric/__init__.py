"""What the network of a cluster looks like, inferred from whatever documents there are.

Fed by `repository`; read by `rules`. What could not be inferred is unknown: asking for it raises `UnknownError`, and
the rule that asked stays silent.
"""

from fabricgen.fabric.cilium import CiliumRelease
from fabricgen.fabric.claims import Claim
from fabricgen.fabric.fabric import Fabric, infer
from fabricgen.fabric.facts import Fact, UnknownError
from fabricgen.fabric.gateway_crds import GatewayCrds
from fabricgen.fabric.gateways import Gateway, Listener, Parent, Route
from fabricgen.fabric.helm import HelmRelease
from fabricgen.fabric.installs import Install
from fabricgen.fabric.links import NodeLink
from fabricgen.fabric.machine_files import MachineFile
from fabricgen.fabric.pins import Pins, agreed, only
from fabricgen.fabric.pools import Announcement, Pool
from fabricgen.fabric.reserved import Reserved
from fabricgen.fabric.systems import K3sConfig, TalosDocument

__all__ = [
    "Announcement",
    "CiliumRelease",
    "Claim",
    "Fabric",
    "Fact",
    "Gateway",
    "GatewayCrds",
    "HelmRelease",
    "Install",
    "K3sConfig",
    "Listener",
    "MachineFile",
    "NodeLink",
    "Parent",
    "Pins",
    "Pool",
    "Reserved",
    "Route",
    "TalosDocument",
    "UnknownError",
    "agreed",
    "infer",
    "only",
]
