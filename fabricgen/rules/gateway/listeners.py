"""Listeners of Gateways: ports and names that collide, TLS and its certificates."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric, Gateway, Listener
from fabricgen.fabric.gateways import GATEWAY_API, Path, is_filled_in
from fabricgen.rules.gateway.reading import CODE, SPEC, gateways_of_cilium, hit_at, is_granted
from fabricgen.rules.rule import Hit, rule

_API: Final = "https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.1/apis/v1/gateway_types.go"
_PLAIN: Final = frozenset({"HTTP", "TCP", "UDP"})
_WHOLE_PORT: Final = frozenset({"TCP", "UDP"})
_REFUSED: Final = "The API server refuses the object, so what Flux applies with it stays as it was."


@rule(
    "GWY012",
    "error",
    "Listeners of a Gateway differ in port, protocol or hostname, and in their names",
    why=_REFUSED,
    source=_API,
    fix="Give each listener a name of its own, and a hostname of its own where port and protocol are the same.",
)
def same_listeners(fabric: Fabric) -> Iterator[Hit]:
    """Yield each listener that another one is the same as."""
    for gateway in fabric.gateways:
        names: set[str] = set()
        seen: dict[tuple[object, ...], str] = {}
        for one in gateway.listeners:
            if one.name in names and one.name:
                yield hit_at(gateway, (*one.path, "name"), f"there are two listeners {one.name}")
            names.add(one.name)
            other = seen.setdefault((one.port, one.protocol, one.hostname), one.name)
            if other != one.name:
                what = f"{one.port}/{one.protocol} for {one.hostname or 'every name'}"
                yield hit_at(gateway, one.path, f"listeners {other} and {one.name} are both {what}")


@rule(
    "GWY013",
    "error",
    "A listener for TCP or UDP has its port alone",
    why="Cilium accepts none of the listeners of the port: nothing tells the one's traffic from the other's.",
    source=f"{CODE}/operator/pkg/gateway-api/status_listener.go",
    fix="Give the listener another port; TCP and UDP may have the same.",
)
def shared_with_l4(fabric: Fabric) -> Iterator[Hit]:
    """Yield each listener for TCP or UDP whose port another protocol has."""
    for gateway in gateways_of_cilium(fabric):
        owners: dict[int | None, Listener] = {}
        for one in gateway.listeners:
            other = owners.setdefault(one.port, one)
            mixed = {one.protocol, other.protocol} & _WHOLE_PORT and one.protocol != other.protocol
            if mixed and {one.protocol, other.protocol} != _WHOLE_PORT and one.port is not None:
                message = f"listeners {other.name} ({other.protocol}) and {one.name} ({one.protocol}) share port {one.port}"
                yield hit_at(gateway, (*one.path, "port"), message)


@rule(
    "GWY014",
    "error",
    "A listener that ends TLS has a certificate",
    why="Without one it is not accepted: no handshake ends there.",
    source=_API,
    fix="Name a Secret of type kubernetes.io/tls in tls.certificateRefs.",
)
def without_certificate(fabric: Fabric) -> Iterator[Hit]:
    """Yield each listener that ends TLS and has no certificate."""
    for gateway in fabric.gateways:
        for one in gateway.listeners if gateway.item.exact else ():
            tls = one.body.get("tls")
            found = tls if isinstance(tls, Mapping) else {}
            ends = one.protocol == "HTTPS" or (one.protocol == "TLS" and found.get("mode") == "Terminate")
            if ends and not found.get("certificateRefs") and not found.get("options"):
                yield hit_at(gateway, one.path, f"listener {one.name} ends TLS, and has no certificateRefs")


@rule(
    "GWY015",
    "error",
    "TLS is set where the protocol has it",
    why=_REFUSED,
    source=_API,
    fix="Set protocol: HTTPS, or TLS; or remove tls. A listener of HTTPS ends TLS, one of TLS says which mode it has.",
)
def tls_without_protocol(fabric: Fabric) -> Iterator[Hit]:
    """Yield each listener whose protocol and TLS do not go together."""
    for gateway in fabric.gateways:
        for one in gateway.listeners:
            tls = one.body.get("tls")
            mode = tls.get("mode") if isinstance(tls, Mapping) else None
            if one.protocol in _PLAIN and tls:
                yield hit_at(
                    gateway, (*one.path, "tls"), f"listener {one.name} is {one.protocol}, and has tls"
                )
            elif one.protocol == "HTTPS" and mode == "Passthrough":
                path = (*one.path, "tls", "mode")
                yield hit_at(gateway, path, f"listener {one.name} is HTTPS, and passes TLS through")
            elif one.protocol == "TLS" and not mode and gateway.item.exact:
                yield hit_at(gateway, one.path, f"listener {one.name} is TLS, and does not say in which mode")


@rule(
    "GWY016",
    "error",
    "A certificate in another namespace needs a ReferenceGrant there",
    why="The controller may not read the Secret, so the listener is not accepted.",
    source=f"{SPEC}/#referencegrant",
    fix="Add a ReferenceGrant to the namespace of the Secret, from Gateway to Secret; or keep the Secret beside the Gateway.",
)
def foreign_certificate(fabric: Fabric) -> Iterator[Hit]:
    """Yield each certificate of another namespace that the repository makes, and does not grant."""
    made = set(_secrets(fabric))
    for gateway in fabric.gateways:
        here = gateway.item.namespace
        for path, reference in _certificates(gateway):
            there, name = reference.get("namespace"), reference.get("name")
            if not here or not there or there == here or is_filled_in(there) or is_filled_in(name):
                continue
            source, target = (GATEWAY_API, "Gateway", here), ("", "Secret", str(there), str(name))
            is_ours = (reference.get("kind") or "Secret") == "Secret" and (there, str(name)) in made
            if is_ours and not is_granted(fabric, source, target):
                message = (
                    f"the Secret {name} is in namespace {there}, and no ReferenceGrant there allows {here}"
                )
                yield hit_at(gateway, path, message)


def _secrets(fabric: Fabric) -> Iterator[tuple[str, str]]:
    """Yield namespace and name of each Secret that is made here: who makes it can grant it, too."""
    for item in fabric.applied:
        if item.kind in {"Secret", "SealedSecret", "ExternalSecret"}:
            yield item.namespace, str(item.get("spec", "target", "name") or item.name)
        elif item.kind == "Certificate":
            yield item.namespace, str(item.get("spec", "secretName") or "")


def _certificates(gateway: Gateway) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for one in gateway.listeners:
        tls = one.body.get("tls")
        references = tls.get("certificateRefs") if isinstance(tls, Mapping) else None
        for number, reference in enumerate(references if isinstance(references, list) else ()):
            if isinstance(reference, Mapping):
                yield (*one.path, "tls", "certificateRefs", number), reference
