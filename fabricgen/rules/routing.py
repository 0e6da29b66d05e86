"""Routing and the datapath: tunnel or native, DSR, BBR, eBPF host routing.

Sources are Cilium's own checks; many of them stop the agent, so that no pod gets a network.
"""

from collections.abc import Iterator

from fabricgen.fabric import Fabric
from fabricgen.rules.rule import Hit, rule

_DSR = {"dsr", "hybrid", "annotation"}


@rule(
    "RTE001",
    "error",
    "DSR does not work over VXLAN",
    why="The agent refuses to start: DSR needs native routing, or Geneve to carry the client's address.",
    source="https://docs.cilium.io/en/v1.20/network/kubernetes/kubeproxy-free/#direct-server-return-dsr-with-geneve",
    fix="Use routingMode: native, or tunnelProtocol: geneve with loadBalancer.dsrDispatch: geneve, or mode: snat.",
)
def dsr_over_vxlan(fabric: Fabric) -> Iterator[Hit]:
    """Yield where DSR meets a VXLAN tunnel."""
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy():
        return
    mode = cilium.value("loadBalancer.mode")
    if mode in _DSR and cilium.value("routingMode") == "tunnel" and cilium.value("tunnelProtocol") == "vxlan":
        yield Hit(
            place=cilium.place("loadBalancer.mode"),
            message=f"loadBalancer.mode is {mode}, and packets travel in VXLAN",
            object=cilium.item.label,
        )
