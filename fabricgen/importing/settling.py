"""Makes a description of a draft that `load` and `resolve` take: what they refuse is taken out, and listed with why.

Fed with a draft; only what has to be there, and is wrong, is left as a problem for people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from fabricgen import pipeline
from fabricgen.cluster import Cluster
from fabricgen.documents.cilium import value_settings
from fabricgen.errors import Path, Problem, ProblemsError, format_path
from fabricgen.importing.draft import Draft, Left, leaves, shown
from fabricgen.importing.writing import write_description
from fabricgen.load import load_text

_ROUNDS: Final = 12
_VALUES: Final = ("cni", "cilium", "values")
# What can be taken out as a whole: a pattern of a path, * for anything. The first that fits counts.
_CAN_GO: Final[tuple[Path, ...]] = (
    ("networks", "vips", "*", "services", "*"),
    ("networks", "vips", "*"),
    ("networks", "loadBalancers", "*"),
    ("networks", "reserved", "*"),
    ("networks", "dnsServers"),
    ("networks", "timeServers"),
    ("networks", "router"),
    ("networks", "nodeMask"),
    ("networks", "domain"),
    ("nodes", "*", "interface", "*"),
    ("nodes", "*", "labels", "*"),
    ("nodes", "*", "taints", "*"),
    ("nodes", "*", "hardware"),
    ("nodes", "*", "arch"),
    ("nodes", "*", "disk"),
    ("nodes", "*", "interface"),
    ("nodes", "*", "extensions"),
    ("nodes", "*", "labels"),
    ("nodes", "*", "taints"),
    ("nodes", "*", "schedulable"),
    ("nodes", "*", "externalAddress"),
    ("hardware", "*", "kernelArgs"),
    ("distribution", "talos", "sysctls", "*"),
    ("distribution", "talos", "kernelModules"),
    ("distribution", "talos", "certSans", "*"),
    ("distribution", "talos", "extensions"),
    ("distribution", "talos", "kernelArgs"),
    ("distribution", "talos", "forwardDnsToHost"),
    ("distribution", "talos", "secureboot"),
    ("distribution", "talos", "kubePrismPort"),
    ("distribution", "k3s", "server", "*"),
    ("distribution", "k3s", "agent", "*"),
    ("distribution", "k3s", "disable"),
    ("distribution", "k3s", "tlsSans", "*"),
    ("distribution", "k3s", "tokenFile"),
    ("flux", "sops"),
    ("flux", "interval"),
    ("flux", "git", "secret"),
    ("flux", "oci", "verify"),
    ("cni", "cilium", "policies", "allow", "*"),
    ("cni", "cilium", "policies", "defaultDeny"),
    ("cni", "cilium", "gatewayAPI", "gateways", "*"),
    ("cni", "cilium", "bgp", "peers", "*"),
    ("cni", "cilium", "chart", "digest"),
    ("cni", "cilium", "hubble", "*"),
    ("cni", "cilium", "routing", "*"),
    ("cni", "cilium", "loadBalancing", "*"),
    ("cni", "cilium", "encryption"),
    ("cni", "cilium", "l2", "*"),
    ("cni", "cilium", "bgp"),
    ("cni", "cilium", "chart"),
    ("cni", "cilium", "monitoring", "*"),
    ("cni", "cilium", "bandwidthManager"),
    ("cni", "cilium", "hostFirewall"),
    ("cni", "cilium", "gatewayAPI"),
    ("cni", "cilium", "policies"),
    ("cni", "cilium", "hostLegacyRouting"),
    ("cni", "cilium", "bpfMasquerade"),
    ("cni", "cilium", "socketLbHostNamespaceOnly"),
    ("cni", "cilium", "devices"),
    ("cni", "cilium", "mtu"),
    ("cni", "cilium", "operatorReplicas"),
    ("cni", "cilium", "ipam"),
    ("cni", "cilium", "apiServer"),
    ("cni", "cilium", "multus"),
    ("metallb", "chart"),
)
_EMPTY: Final[tuple[object, ...]] = (None, [], ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What came of a draft.

    Attributes:
        text: the description as YAML, valid or not.
        cluster: what it means; None while there are problems.
        problems: what keeps it from meaning anything.
    """

    text: str
    cluster: Cluster | None
    problems: tuple[Problem, ...]


def settle(draft: Draft, *, source: str, file: str) -> Settled:
    """Return the description of a draft; what it gives up is listed in the draft."""
    for _ in range(_ROUNDS):
        text = write_description(draft, source=source)
        try:
            cluster = pipeline.resolve_cluster(load_text(text, file=file))
        except ProblemsError as error:
            if not _give_up(draft, error.problems):
                return Settled(text=text, cluster=None, problems=tuple(error.problems))
            continue
        if not _trim(draft, cluster):
            return Settled(text=text, cluster=cluster, problems=())
    text = write_description(draft, source=source)
    return Settled(text=text, cluster=None, problems=(Problem(message="no description could be made of it"),))


def _give_up(draft: Draft, problems: Iterable[Problem]) -> bool:
    """Take out what can go of all that is refused, from the end of lists on; tell whether anything went."""
    going: dict[Path, Problem] = {}
    for problem in problems:
        path = _topmost(draft, problem.path)
        if path is not None:
            going.setdefault(path, problem)
    for path in sorted(going, key=_backwards, reverse=True):
        if draft.get(*path) is not None:
            _take_out(draft, path, going[path])
    return bool(going)


def _backwards(path: Path) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, part, "") if isinstance(part, int) else (1, 0, part) for part in path)


def _topmost(draft: Draft, path: Path) -> Path | None:
    """Return what has to go for a problem at `path`; None if that cannot."""
    if path[: len(_VALUES)] == _VALUES and len(path) > len(_VALUES):
        for end in range(len(path), len(_VALUES), -1):
            if draft.get(*path[:end]) is not None:
                return path[:end]
        return None
    for pattern in _CAN_GO:
        if len(path) >= len(pattern) and all(
            one in {"*", part} for one, part in zip(pattern, path, strict=False)
        ):
            found = path[: len(pattern)]
            if draft.get(*found) not in _EMPTY:
                return found
    return None


def _take_out(draft: Draft, path: Path, problem: Problem) -> None:
    origin = draft.origins.get(path)
    if origin is None:
        origin = next(
            (draft.origins[path[:end]] for end in range(len(path), 0, -1) if path[:end] in draft.origins),
            None,
        )
    if origin is None:
        origin = next((one for below, one in draft.origins.items() if below[: len(path)] == path), None)
    value = draft.drop(path)
    from_values = path[: len(_VALUES)] == _VALUES
    label = format_path(path[len(_VALUES) :]) if from_values else format_path(path)
    rule = _rule(problem) if from_values else ""
    draft.leave(
        Left(
            place=origin.place if origin else "",
            path=label,
            value=shown(value, name=str(path[-1])),
            why=f"{problem.message}{rule}",
            todo=problem.hint or "see whether it is still needed",
            kind="fixed" if rule else "lost",
        )
    )


def _rule(problem: Problem) -> str:
    """Return the rule of lint that says the same of a value that the chart does not read."""
    return " (CIL001)" if "does not read" in problem.message or "no key" in problem.message else ""


def _trim(draft: Draft, cluster: Cluster) -> bool:
    """Take values out that fabricgen writes by itself in the very same way; tell whether there were any."""
    values = draft.get(*_VALUES)
    if not values or cluster.cilium is None:
        return False
    bare = replace(cluster, cilium=replace(cluster.cilium, values={}))
    ours = {one.path: _plain(one.value) for one in value_settings(bare)}
    own: dict[Path, Any] = {}
    for path, value in ours.items():
        own |= dict(leaves(value, path))
    same = [path for path, value in list(leaves(values)) if path in own and _equal(own[path], value)]
    for path in same:
        draft.drop((*_VALUES, *path))
    return bool(same)


def _plain(value: Any) -> Any:  # noqa: ANN401 - values hold anything
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether two values mean the same to the chart: the order of capabilities does not matter, nor do quotes."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return str(one).lower() == str(other).lower()
