"""Every fact that differs between both sides, in words: the table at the top of a plan."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from fabricgen.migration.state import Datapath, State
from fabricgen.migration.step import Move
from fabricgen.versions.version import format_minor

_UNKNOWN = "not known"


class Difference(NamedTuple):
    """A fact, as it is and as it is wanted."""

    what: str
    today: str
    wanted: str


def differences(move: Move) -> tuple[Difference, ...]:
    """Return the facts that are not the same on both sides, in a fixed order; unknown ones are among them."""
    today, wanted = dict(facts(move.today)), dict(facts(move.wanted))
    both = ((what, today.get(what), one) for what, one in wanted.items())
    return tuple(
        Difference(what, _UNKNOWN if before is None else before, after)
        for what, before, after in both
        if after is not None and before != after and not (before is None and after in {"no", "none"})
    )


def facts(state: State) -> Iterator[tuple[str, str | None]]:
    """Yield every fact of a state in words, by what it is about; None where it is not known."""
    yield "nodes run", state.system
    yield "Talos", _text(state.talos)
    yield "k3s", _text(state.k3s)
    yield "Kubernetes", None if state.k3s else _text(state.kubernetes)
    yield "CNI", state.cni
    yield "kube-proxy", _WORDS[state.kube_proxy]
    yield "pod network", _joined(state.pods)
    yield "Service network", _joined(state.services)
    cilium = state.cilium
    if cilium is not None:
        release = cilium.release
        yield "Cilium", _text(cilium.version)
        yield (
            "Helm release",
            f"{release.name} in {release.namespace}, recorded in {release.storage or '?'}"
            if release
            else None,
        )
        yield "IPAM", cilium.ipam
        yield "routing", cilium.routing
        yield "WireGuard", _encryption(cilium)
        yield "Gateway API of Cilium", _WORDS[cilium.gateway_api]
    yield (
        "LoadBalancer addresses by",
        _joined(sorted(state.balancers) if state.balancers is not None else None),
    )
    yield "announced by", _joined(sorted(state.announced) if state.announced is not None else None)
    yield "exposed ports", _joined(state.exposed_ports)
    yield "Flux", format_minor(state.flux) if state.flux else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


_WORDS: Final = {None: None, True: "yes", False: "no"}


def _encryption(cilium: Datapath) -> str | None:
    return "yes, strict" if cilium.wireguard and cilium.strict else _WORDS[cilium.wireguard]


def _joined(values: object) -> str | None:
    if not isinstance(values, tuple | list):
        return None
    return ", ".join(str(one) for one in values) or "none"
