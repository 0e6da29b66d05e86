"""Hubble's parts: server, relay, interface; what each needs, and who reaches it."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.rule import Edit, Hit, rule

CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
CHART: Final = f"{CODE}/install/kubernetes/cilium"
VALIDATE: Final = f"{CHART}/templates/validate.yaml"
CHART_FAILS: Final = "The chart fails, so the release stays as it was, or is never installed."
_EXPOSED: Final = frozenset({"LoadBalancer", "NodePort"})
_LOCAL: Final = ("127.", "localhost", "[::1]")


def hit_of(cilium: CiliumRelease, path: str, message: str, *edits: Edit) -> Hit:
    """Return a hit at a value of the Cilium chart."""
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label, edits=edits)


def runs_relay(fabric: Fabric) -> CiliumRelease | None:
    """Return the release of Cilium if Hubble and its relay are on. Raises UnknownError as `value` does."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("hubble.enabled") or not cilium.is_on("hubble.relay.enabled"):
        return None
    return cilium


@rule(
    "HUB001",
    "error",
    "Hubble's relay needs Hubble",
    why=CHART_FAILS,
    source=VALIDATE,
    fix="Set hubble.enabled: true, or hubble.relay.enabled: false.",
)
def relay_alone(fabric: Fabric) -> Iterator[Hit]:
    """Yield the relay without what it relays."""
    cilium = fabric.cilium
    if cilium is not None and cilium.is_on("hubble.relay.enabled") and not cilium.is_on("hubble.enabled"):
        yield hit_of(cilium, "hubble.relay.enabled", "hubble.relay is on, and hubble is off")


@rule(
    "HUB002",
    "error",
    "Hubble's interface needs the relay",
    why=CHART_FAILS,
    source=VALIDATE,
    fix="Set hubble.relay.enabled: true, or hubble.ui.enabled: false.",
)
def interface_alone(fabric: Fabric) -> Iterator[Hit]:
    """Yield the interface without the relay, unless it stands alone."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("hubble.ui.enabled") or cilium.is_on("hubble.relay.enabled"):
        return
    if cilium.value("hubble.ui.standalone.enabled", default=False) is not True:
        yield hit_of(cilium, "hubble.ui.enabled", "hubble.ui is on, and hubble.relay is off")


@rule(
    "HUB003",
    "error",
    "Hubble listens where its relay asks",
    why="The relay finds no server on any node, so neither the relay nor the interface has flows to show.",
    source=f"{CHART}/values.yaml",
    fix="Remove hubble.listenAddress (:4244 on every address), or set hubble.peerService.targetPort to its port.",
)
def unreachable_server(fabric: Fabric) -> Iterator[Hit]:
    """Yield a server that the relay cannot reach."""
    cilium = runs_relay(fabric)
    if cilium is None:
        return
    address = str(cilium.value("hubble.listenAddress", ":4244"))
    port = str(cilium.value("hubble.peerService.targetPort", 4244))
    if not address:
        yield hit_of(cilium, "hubble.listenAddress", "hubble.listenAddress is empty, and hubble.relay is on")
    elif address.startswith(_LOCAL):
        yield hit_of(
            cilium, "hubble.listenAddress", f"hubble.listenAddress is {address}, and hubble.relay is on"
        )
    elif address.rpartition(":")[2] != port:
        message = f"hubble.listenAddress is {address}, and hubble.peerService.targetPort is {port}"
        yield hit_of(cilium, "hubble.listenAddress", message)


@rule(
    "HUB004",
    "warning",
    "Hubble's servers are reached with TLS only",
    why="Who reaches a node's port 4244 reads every flow of it, names of hosts and requests among them.",
    source="https://docs.cilium.io/en/v1.20/observability/hubble/configuration/tls/",
    fix="Remove hubble.tls.enabled: false.",
)
def without_tls(fabric: Fabric) -> Iterator[Hit]:
    """Yield servers that anyone may ask."""
    cilium = runs_relay(fabric)
    if cilium is not None and not cilium.is_on("hubble.tls.enabled"):
        message = "hubble.tls.enabled is false: port 4244 of every node tells its flows to anyone"
        yield hit_of(cilium, "hubble.tls.enabled", message)


@rule(
    "HUB005",
    "info",
    "Hubble's interface and relay ask nobody who they are",
    why="Neither has accounts: who reaches the address sees the flows of the whole cluster.",
    source="https://docs.cilium.io/en/v1.20/observability/hubble/hubble-ui/",
    fix="Keep the Service a ClusterIP, and put something that asks for a login in front of it.",
)
def exposed(fabric: Fabric) -> Iterator[Hit]:
    """Yield each of the two that is given an address outside of the cluster."""
    cilium = runs_relay(fabric)
    if cilium is None:
        return
    for part in ("ui", "relay"):
        if part == "ui" and not cilium.is_on("hubble.ui.enabled"):
            continue
        path = f"hubble.{part}.service.type"
        found = cilium.value(path, "ClusterIP")
        if found in _EXPOSED:
            yield hit_of(cilium, path, f"{path} is {found}")


@rule(
    "HUB006",
    "error",
    "Hubble keeps one less than a power of two flows",
    why="The agent cannot start Hubble: there are no flows, on any node.",
    source=f"{CODE}/pkg/hubble/container/ring.go",
    fix="Set hubble.eventBufferCapacity to 4095 (the default), 8191, 16383, 32767 or 65535.",
)
def ring_size(fabric: Fabric) -> Iterator[Hit]:
    """Yield a number of flows that the ring cannot have."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("hubble.enabled"):
        return
    written = str(cilium.value("hubble.eventBufferCapacity", "4095"))
    number = int(written) if written.isdigit() else 0
    if not 0 < number <= 65535 or number & (number + 1):  # noqa: PLR2004 - 16 bits
        yield hit_of(cilium, "hubble.eventBufferCapacity", f"hubble.eventBufferCapacity is {written}")


@rule(
    "HUB007",
    "error",
    "Headers are redacted by one list",
    why=CHART_FAILS,
    source=VALIDATE,
    fix="Keep hubble.redact.http.headers.allow or hubble.redact.http.headers.deny, not both.",
)
def two_lists(fabric: Fabric) -> Iterator[Hit]:
    """Yield both lists at once."""
    cilium = fabric.cilium
    path = "hubble.redact.http.headers"
    if cilium is not None and cilium.written(f"{path}.allow") and cilium.written(f"{path}.deny"):
        yield hit_of(cilium, f"{path}.deny", f"{path} has allow and deny")
