"""BGP: who else announces what Cilium announces, or speaks BGP on the same nodes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.rules.bgp import hit_at, instances, mappings, objects_of, peers
from fabricgen.rules.rule import Hit, rule

_DOC: Final = "https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-configuration/"
_TALOS: Final = "https://github.com/siderolabs/talos/blob/v1.14.0-rc.1/internal/app/machined/pkg/controllers/network/bgp.go"
_SWITCH: Final = "bgpControlPlane.enabled"
_PORT: Final = 179


@rule(
    "BGP019",
    "info",
    "An address is announced in one way",
    why="Machines of the nodes' own network take the answer by ARP, the others the router's: one node gets all of the former, and "
    "failover takes another time for each.",
    source=_DOC,
    fix="Limit the L2 policy, or the advertisement, by its selector of Services.",
)
def announced_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield the policy that announces all that an advertisement announces too."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on(_SWITCH) or not cilium.is_on("l2announcements.enabled"):
        return
    adverts = [
        item.name
        for item in objects_of(fabric, "CiliumBGPAdvertisement").values()
        for _, one in mappings(item, "spec", "advertisements")
        if one.get("advertisementType") == "Service" and isinstance(one.get("selector"), Mapping)
        if "matchLabels" not in one["selector"]
    ]
    for one in fabric.announcements if adverts else ():
        everything = one.item.kind == "CiliumL2AnnouncementPolicy" and not one.item.get(
            "spec", "serviceSelector"
        )
        if everything and one.item.get("spec", "loadBalancerIPs") is True:
            message = f"policy {one.item.name} announces all Services, and so does {adverts[0]}"
            yield hit_at(one.item, (), message)


def _talos_instances(fabric: Fabric) -> list[Any]:
    return [one for one in fabric.talos if one.kind == "BGPInstanceConfig" and not one.get("vrf")]


@rule(
    "BGP020",
    "error",
    "One daemon of a node listens for BGP",
    why="Talos' own BGP listens on port 179; Cilium's instance cannot, and does not start.",
    source=_TALOS,
    fix="Leave localPort out, so that Cilium only connects, or choose another port.",
)
def two_listeners(fabric: Fabric) -> Iterator[Hit]:
    """Yield each instance of Cilium that wants Talos' port."""
    for item, path, one in instances(fabric) if _talos_instances(fabric) else ():
        if one.get("localPort") == _PORT:
            message = f"instance {one.get('name')} listens on {_PORT}, and so does Talos"
            yield hit_at(item, (*path, "localPort"), message)


@rule(
    "BGP021",
    "warning",
    "A router has one BGP neighbour at an address",
    why="Talos' own BGP and Cilium's connect from the same address; the router keeps one of the sessions and drops the other, in turns.",
    source=_TALOS,
    fix="Let one of the two peer with the router, or give Cilium's sessions an address of their own (transport.sourceInterface).",
)
def two_speakers(fabric: Fabric) -> Iterator[Hit]:
    """Yield each peer that Talos has too, unless Cilium connects from another interface."""
    talos = {
        str(one.get("address"))
        for document in _talos_instances(fabric)
        for one in document.items("neighbors")
        if isinstance(one, Mapping) and one.get("address")
    }
    configs = objects_of(fabric, "CiliumBGPPeerConfig")
    overridden = bool(objects_of(fabric, "CiliumBGPNodeConfigOverride"))
    for item, path, peer in peers(fabric) if talos and not overridden else ():
        config = configs.get(str(item.get(*path, "peerConfigRef", "name")))
        own = config is not None and config.get("spec", "transport", "sourceInterface")
        if str(peer.get("peerAddress")) in talos and not own:
            message = f"peer {peer.get('peerAddress')} is a neighbour of Talos too"
            yield hit_at(item, (*path, "peerAddress"), message)
