"""Who wants a LoadBalancer address: Services, Gateways, and values of charts that make such Services.

Fed by the objects that are applied; read by the rules about pools, and by the address plan.
Sources: <https://docs.cilium.io/en/v1.20/network/lb-ipam/#requesting-ips>,
<https://metallb.io/usage/#requesting-specific-ips>.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from fabricgen.addresses import Address
from fabricgen.fabric.machines import read_address
from fabricgen.repository import Item, Place

Asked = Literal["cilium", "metallb", "any"]
_IPS: Final[Mapping[str, Asked]] = {
    "lbipam.cilium.io/ips": "cilium",
    "io.cilium/lb-ipam-ips": "cilium",
    "metallb.io/loadBalancerIPs": "metallb",
    "metallb.universe.tf/loadBalancerIPs": "metallb",
}
_KEYS: Final = (
    "lbipam.cilium.io/sharing-key",
    "io.cilium/lb-ipam-sharing-key",
    "metallb.io/allow-shared-ip",
    "metallb.universe.tf/allow-shared-ip",
)
_ACROSS: Final = ("lbipam.cilium.io/sharing-cross-namespace", "io.cilium/lb-ipam-sharing-cross-namespace")
# What a document says somewhere if it wants an address; searching its text is far cheaper than walking through it.
_MARKS: Final = ("LoadBalancer", "loadBalancerIP", *_IPS)
_SHARING: Final = "traefik"
_OTHER_TYPES: Final = frozenset({"ClusterIP", "NodePort", "ExternalName"})
"""Services of these types get no address, whatever else they ask for."""
_CLASSES: Final = frozenset({None, "", "io.cilium/l2-announcer", "io.cilium/bgp-control-plane"})
"""The classes of Services that Cilium gives addresses; of any other, somebody else decides."""
# Controllers that give each Gateway a Service of type LoadBalancer, unless somebody tells them otherwise; others make
# other Services, or none. Sources: <https://docs.cilium.io/en/v1.20/network/servicemesh/gateway-api/gateway-api/>,
# <https://gateway.envoyproxy.io/latest/tasks/traffic/gateway-address/>.
_BALANCING: Final = frozenset(
    {"io.cilium/gateway-controller", "gateway.envoyproxy.io/gatewayclass-controller"}
)
_OWN_CLASS: Final = "cilium"
"""The class that the chart of Cilium makes."""
_ON_NODES: Final = ("gatewayAPI", "hostNetwork", "enabled")
"""The value of Cilium's chart with which its Gateways have no LoadBalancer Service."""
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that wants an address of a pool.

    Attributes:
        item: the object; `path` leads to the value that asks, or to the Service where nothing asks.
        asked: whose annotation asks; `any` for `spec.loadBalancerIP` and where nothing asks.
        addresses: what is asked for; empty takes any.
        told: whether all that is asked for can be read; a substitution leaves it open.
        sharing_key: as the annotation says; empty where there is none.
        across: the namespaces it shares its address with, `*` for all.
    """

    item: Item
    path: Path
    asked: Asked
    addresses: tuple[Address, ...] = ()
    told: bool = True
    sharing_key: str = ""
    across: frozenset[str] = frozenset()

    @property
    def place(self) -> Place:
        """Where it asks."""
        return self.item.place(*self.path)

    @property
    def is_service(self) -> bool:
        """Whether it is a Service as it stands, so that its labels, ports and class are known."""
        return self.item.kind == "Service"

    @property
    def is_free(self) -> bool:
        """Whether it takes whatever address it gets."""
        return self.told and not self.addresses


def find_claims(items: tuple[Item, ...]) -> Iterator[Claim]:
    """Yield everything that wants a LoadBalancer address, in the order of the items."""
    shared, balancing = _shared_classes(items), _balancing_classes(items)
    for item in items:
        match (item.group, item.kind):
            case ("", "Service"):
                if item.get("spec", "type") == "LoadBalancer":
                    yield from _of_service(item)
            case ("gateway.networking.k8s.io", "Gateway") if (
                str(item.get("spec", "gatewayClassName")) not in shared
            ):
                yield _of_gateway(item, balancing)
            case ("helm.toolkit.fluxcd.io", "HelmRelease"):
                if any(mark in item.origin.text for mark in _MARKS):
                    yield from _of_release(item)
            case ("gateway.envoyproxy.io", "EnvoyProxy") | ("postgresql.cnpg.io", "Cluster"):
                if any(mark in item.origin.text for mark in _MARKS):
                    yield from _of_values(item.get("spec"), item, ("spec",))
            case _:
                pass


def _of_service(item: Item) -> Iterator[Claim]:
    annotations = item.mapping("metadata", "annotations")
    found = list(_of_annotations(annotations, item, ("metadata", "annotations")))
    found += _of_spec(item.mapping("spec"), item, ("spec",), annotations)
    yield from found or [_free(item, ("spec", "type"), item.mapping("spec"), annotations)]


def _shared_classes(items: tuple[Item, ...]) -> set[str]:
    """Return the classes whose controller makes no Service for a Gateway, but serves all by that of its chart.

    Source: <https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway/>.
    """
    gateways = {str(item.get("spec", "gatewayClassName")) for item in items if item.kind == "Gateway"}
    by_name = {name for name in gateways if name.startswith(_SHARING)}
    return by_name | {
        item.name
        for item in items
        if item.kind == "GatewayClass" and str(item.get("spec", "controllerName")).startswith(_SHARING)
    }


def _balancing_classes(items: tuple[Item, ...]) -> set[str]:
    """Return the classes whose Gateways get a LoadBalancer Service for sure: nothing can tell the controller else."""
    written = [one for one in items if one.kind == "GatewayClass"]
    found = (
        {} if any(one.name == _OWN_CLASS for one in written) else {_OWN_CLASS: "io.cilium/gateway-controller"}
    )
    found |= {
        one.name: str(one.get("spec", "controllerName"))
        for one in written
        if not one.get("spec", "parametersRef")
    }
    on_nodes = any(one.get("spec", "values", *_ON_NODES) is True for one in items)
    return {
        name
        for name, controller in found.items()
        if controller in _BALANCING and not (on_nodes and controller.startswith("io.cilium/"))
    }


def _of_gateway(item: Item, balancing: AbstractSet[str]) -> Claim:
    """Return what a Gateway asks for: by annotations of its Service, or by addresses of its own."""
    path = ("spec", "infrastructure", "annotations")
    annotations = item.mapping(*path)
    for claim in _of_annotations(annotations, item, path):
        return claim
    texts = [
        str(one.get("value"))
        for one in item.items("spec", "addresses")
        if isinstance(one, Mapping) and one.get("type", "IPAddress") == "IPAddress"
    ]
    if texts:
        return _claim(item, ("spec", "addresses"), "any", ",".join(texts), annotations)
    own = item.mapping("metadata", "annotations")
    copied = list(_of_annotations(own, item, ("metadata", "annotations")))
    sure = str(item.get("spec", "gatewayClassName")) in balancing
    told = sure and not copied and not item.get("spec", "infrastructure", "parametersRef")
    return Claim(item=item, path=("spec", "gatewayClassName"), asked="any", told=told)


def _of_release(item: Item) -> Iterator[Claim]:
    """Yield what the values of a release claim; an address in a place that only its chart knows may be any Service's."""
    found = _of_values(item.get("spec", "values"), item, ("spec", "values"))
    known = sum(claim.path[-1] in _IPS for claim in found)
    is_open = sum(key in _IPS for key in _keys(item.get("spec", "values"))) > known
    yield from (replace(one, told=False) if is_open and one.is_free else one for one in found)


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _of_values(value: Any, item: Item, path: Path) -> list[Claim]:  # noqa: ANN401 - values hold anything
    """Return the claims at and below `path`; what is switched off claims nothing."""
    if isinstance(value, list):
        return [found for at, one in enumerate(value) for found in _of_values(one, item, (*path, at))]
    if not isinstance(value, Mapping) or value.get("enabled") is False:
        return []
    annotations = value.get("annotations")
    annotations = annotations if isinstance(annotations, Mapping) else {}
    found: list[Claim] = []
    if value.get("type") not in _OTHER_TYPES:
        found += _of_annotations(annotations, item, (*path, "annotations"))
        found += _of_spec(value, item, path, annotations)
    for key, one in value.items():
        if key != "annotations" and isinstance(one, Mapping | list):
            found += _of_values(one, item, (*path, str(key)))
    if not found and value.get("type") == "LoadBalancer":
        found = [_free(item, (*path, "type"), value, annotations)]
    return found


def _free(item: Item, path: Path, spec: Mapping[str, Any], annotations: Mapping[str, Any]) -> Claim:
    """Return the claim of a Service that asks for no address; one with a class of others' may get one elsewhere."""
    claim = _claim(item, path, "any", "", annotations)
    written = spec.get("loadBalancerClass")
    is_ours = written is None or (isinstance(written, str) and written in _CLASSES)
    return claim if is_ours else replace(claim, told=False)


def _of_annotations(annotations: Mapping[str, Any], item: Item, path: Path) -> Iterator[Claim]:
    for key, asked in _IPS.items():
        if key in annotations:
            yield _claim(item, (*path, key), asked, str(annotations[key]), annotations)


def _of_spec(
    spec: Mapping[str, Any], item: Item, path: Path, annotations: Mapping[str, Any]
) -> Iterator[Claim]:
    text = spec.get("loadBalancerIP")
    if isinstance(text, str) and text:
        yield _claim(item, (*path, "loadBalancerIP"), "any", text, annotations)


def _claim(item: Item, path: Path, asked: Asked, text: str, annotations: Mapping[str, Any]) -> Claim:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    read = [read_address(part) for part in parts]
    across = next((str(annotations[key]) for key in _ACROSS if key in annotations), "")
    return Claim(
        item=item,
        path=path,
        asked=asked,
        addresses=tuple(one for one in read if one is not None),
        told=None not in read,
        sharing_key=next((str(annotations[key]) for key in _KEYS if key in annotations), ""),
        across=frozenset(part for part in across.split(",") if part),
    )
