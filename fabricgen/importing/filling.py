"""What nobody wrote: what follows from the rest, what a system does by itself, and what people tell by flags.

Fed with a draft after all readers; what is still missing then is told with the flag that gives it.
"""

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any, Final

from fabricgen.addresses import parse_address
from fabricgen.errors import Path, Problem, ProblemsError
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.machines import Machines
from fabricgen.importing.names import as_name
from fabricgen.versions import FLUX, kubernetes_of, parse_version
from fabricgen.versions.version import format_minor, minor_of

_ROLES: Final = {
    "control-plane": "control-plane",
    "worker": "worker",
    "server": "control-plane",
    "agent": "worker",
}
_LONGEST: Final = 32
_PREFIX: Final = {4: 24, 6: 64}
_TALOS: Final = {"pods": "10.244.0.0/16", "services": "10.96.0.0/12"}
_K3S: Final = {"pods": "10.42.0.0/16", "services": "10.43.0.0/16"}
_FLAG: Final = Origin(note="told by a flag")


def apply_flags(draft: Draft, machines: Machines, *, sets: Iterable[str], nodes: Iterable[str]) -> None:
    """Put what `--set path=value` and `--node name=address:role` say; nothing else counts against them.

    Raises ProblemsError for flags that cannot be read.
    """
    problems = [one for text in sets if (one := _set(draft, machines, text)) is not None]
    problems += [one for text in nodes if (one := _node(machines, text)) is not None]
    if problems:
        raise ProblemsError(problems)


def _set(draft: Draft, machines: Machines, text: str) -> Problem | None:
    from fabricgen.yamlio import YamlSyntaxError, read_value  # noqa: PLC0415 - only for a flag

    key, equals, written = text.partition("=")
    if not equals or not key or not written:
        return Problem(message=f"--set {text}: write path=value, such as --set kubernetes=1.34.2")
    try:
        value = _plain(read_value(written), written)
    except YamlSyntaxError:
        value = written
    first, _, rest = key.partition(".")
    name, _, inside = rest.partition(".")
    if first == "nodes" and inside:
        machines.put(name, inside, value, _FLAG)
    else:
        draft.put(key, value, _FLAG)
    return None


def _plain(read: Any, text: str) -> Any:  # noqa: ANN401 - whatever YAML reads
    """Return text for what only looks like a number, such as a version."""
    return text if isinstance(read, float) or read is None else read


def _node(machines: Machines, text: str) -> Problem | None:
    name, equals, rest = text.partition("=")
    address, _, role = rest.rpartition(":")
    try:
        known = str(parse_address(address.strip("[]")))
    except ValueError:
        known = ""
    if not equals or not known or role not in _ROLES:
        example = "--node cp-1=10.0.0.11:control-plane"
        return Problem(
            message=f"--node {text}: write name=address:role, such as {example}; the other role is worker"
        )
    machines.put(name, "address", known, _FLAG)
    machines.put(name, "role", _ROLES[role], _FLAG)
    return None


def fill(draft: Draft, *, name: str, complete: bool) -> None:
    """Put what follows from what is told; `complete` says whether there is no Flux in what was read."""
    if draft.get("name") is None:
        draft.put("name", as_name(name, longest=_LONGEST), Origin(note="the name of the folder"))
    told = str(draft.get("name"))
    if as_name(told, longest=_LONGEST) != told:
        draft.replace("name", as_name(told, longest=_LONGEST), draft.origins["name",])
    _networks(draft)
    _normal(draft)
    _nodes_network(draft)
    _names_in_certificates(draft)
    _kubernetes(draft)
    _flux(draft, absent=complete)


def _networks(draft: Draft) -> None:
    """Put what Talos and k3s do where nothing is written."""
    talos, k3s = draft.get("distribution", "talos"), draft.get("distribution", "k3s")
    if (talos is None) == (k3s is None):
        return
    own, who = (_TALOS, "Talos' default") if talos is not None else (_K3S, "k3s' default")
    for key, network in own.items():
        if draft.get("networks", key) is None:
            draft.put(f"networks.{key}", network, Origin(note=f"not written: {who}"))
    if talos is not None and draft.get("networks", "addressing") is None:
        draft.put(
            "networks.addressing",
            "dhcp",
            Origin(note="no link says how nodes get their address: Talos asks by DHCP"),
        )


def _nodes_network(draft: Draft) -> None:
    """Put the network around the nodes: of the prefix length that homes have, if all of them are in it."""
    nodes = draft.get("nodes") or []
    texts = [text for node in nodes for text in _listed(node.get("address"))]
    _check_networks(draft, texts)
    if draft.get("networks", "nodes") is not None or not texts:
        return
    found: dict[int, str] = {}
    for text in texts:
        address = parse_address(text)
        network = ip_network(f"{address}/{_PREFIX[address.version]}", strict=False)
        while not all(_inside(one, network) for one in texts) and network.prefixlen > 8:  # noqa: PLR2004 - no LAN is larger
            network = network.supernet()
        found.setdefault(address.version, str(network))
    value = [found[one] for one in sorted(found)]
    note = "its prefix length is not told: the smallest usual one that holds all nodes"
    draft.put("networks.nodes", value[0] if len(value) == 1 else value, Origin(note=note))


def _listed(value: Any) -> list[str]:  # noqa: ANN401 - one or two addresses
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one]


def _inside(text: str, network: Any) -> bool:  # noqa: ANN401 - a network
    address = parse_address(text)
    return address.version != network.version or address in network


def _check_networks(draft: Draft, texts: list[str]) -> None:
    """Take out a network of the nodes in which no node is."""
    told = draft.get("networks", "nodes")
    if told is None or not texts:
        return
    try:
        networks = [ip_network(one, strict=False) for one in _listed(told)]
        addresses = [parse_address(one) for one in texts]
    except ValueError:
        return
    if not any(
        address in network
        for address in addresses
        for network in networks
        if address.version == network.version
    ):
        draft.drop(("networks", "nodes"))


def _normal(draft: Draft) -> None:
    """Write networks in their one form: 10.0.0.7/24 is 10.0.0.0/24 to Talos and Kubernetes."""
    for key in ("nodes", "pods", "services"):
        told = draft.get("networks", key)
        if told is None:
            continue
        try:
            found = [str(ip_network(one.strip(), strict=False)) for one in _listed(told)]
        except ValueError:
            continue
        if found != _listed(told):
            origin = draft.origins.get(("networks", key), Origin())
            note = f"there it is {', '.join(_listed(told))}"
            value = found[0] if len(found) == 1 else found
            draft.replace(("networks", key), value, Origin(place=origin.place, note=note))


def _names_in_certificates(draft: Draft) -> None:
    """Take out of the certificates' names what fabricgen puts in by itself: the endpoint, and the nodes."""
    own = {str(draft.get("endpoint", "host")), "127.0.0.1"}
    for node in draft.get("nodes") or ():
        own |= {str(node.get("name")), *_listed(node.get("address"))}
    for path in (("distribution", "talos", "certSans"), ("distribution", "k3s", "tlsSans")):
        if (listed := draft.get(*path)) is None:
            continue
        kept = [one for one in listed if one not in own]
        if kept:
            draft.replace(path, kept, draft.origins[path])
        else:
            draft.drop(path)


def _kubernetes(draft: Draft) -> None:
    version = draft.get("kubernetes")
    if isinstance(version, str):
        draft.replace("kubernetes", version.removeprefix("v"), draft.origins["kubernetes",])
    elif draft.get("distribution", "k3s", "version") is not None:
        return


def _flux(draft: Draft, *, absent: bool) -> None:
    """Put a Flux for who has none: the newest for this Kubernetes, by its own command line."""
    if draft.get("flux", "version") is None:
        minor = _minor(draft)
        fitting = [
            one for one in FLUX.values() if minor is None or one.kubernetes_min <= minor <= one.kubernetes_max
        ]
        if fitting:
            newest = fitting[-1]
            for_it = f" for Kubernetes {format_minor(minor)}" if minor else ""
            note = f"not told: the newest{for_it}; flux --version tells which one runs"
            draft.put("flux.version", str(newest.newest), Origin(note=note))
    if draft.get("flux", "operatorVersion") is None:
        asked = draft.get("flux", "install") == "operator"
        if asked:
            draft.drop(("flux", "install"))
        note = "no version of the operator's chart is told" if asked else ""
        draft.put("flux.install", "cli", Origin(note=note or ("not told" if absent else "")))


def _minor(draft: Draft) -> tuple[int, int] | None:
    try:
        if (text := draft.get("kubernetes")) is not None:
            return minor_of(parse_version(str(text)))
        if (k3s := draft.get("distribution", "k3s", "version")) is not None:
            return minor_of(kubernetes_of(parse_version(str(k3s))))
    except ValueError:
        return None
    return None


_HINTS: Final[tuple[tuple[Path, str, str], ...]] = (
    (("nodes",), "no node is told", "--node NAME=ADDRESS:control-plane, once for each machine, workers too"),
    (
        ("distribution",),
        "nothing tells what runs on the machines",
        "--set distribution.talos.version=… or --set distribution.k3s.version=…",
    ),
    (
        ("endpoint", "host"),
        "nothing tells where the Kubernetes API answers",
        "--set endpoint.host=…, as in your kubeconfig",
    ),
    (("cni",), "nothing tells which CNI runs", "--set cni.cilium.version=…, or --set cni.flannel={}"),
    (
        ("networks", "nodes"),
        "nothing tells the network of the nodes",
        "--set networks.nodes=…, such as 192.168.1.0/24",
    ),
    (
        ("networks", "pods"),
        "nothing tells the pod network",
        "--set networks.pods=…, as in the Cilium or Kubernetes config",
    ),
    (("networks", "services"), "nothing tells the Service network", "--set networks.services=…"),
    (("flux", "version"), "no version of Flux fits", "--set flux.version=…"),
)


def missing(draft: Draft) -> list[Problem]:
    """Return every fact without which there is no description, each with the flag that tells it."""
    found = [
        Problem(path=path, message=message, hint=hint)
        for path, message, hint in _HINTS
        if draft.get(*path) is None
    ]
    if draft.get("distribution", "talos") is not None:
        for path in (("distribution", "talos", "version"), ("kubernetes",)):
            if draft.get(*path) is None:
                what = "Talos'" if len(path) > 1 else "Kubernetes'"
                hint = f"--set {'.'.join(path)}=…, as `kubectl get nodes -o wide` shows it"
                found.append(Problem(path=path, message=f"nothing tells {what} version", hint=hint))
    elif draft.get("distribution", "k3s") is not None and draft.get("distribution", "k3s", "version") is None:
        hint = "--set distribution.k3s.version=…, as `kubectl get nodes` shows it: v1.33.4+k3s1"
        found.append(
            Problem(path=("distribution", "k3s", "version"), message="nothing tells k3s' version", hint=hint)
        )
    if draft.get("cni", "cilium") is not None and draft.get("cni", "cilium", "version") is None:
        hint = "--set cni.cilium.version=…, as `helm list --namespace kube-system` shows it"
        found.append(
            Problem(
                path=("cni", "cilium", "version"),
                message="nothing tells the version of Cilium's chart",
                hint=hint,
            )
        )
    if draft.get("metallb") is not None and draft.get("metallb", "version") is None:
        hint = "--set metallb.version=…"
        found.append(
            Problem(
                path=("metallb", "version"), message="nothing tells the version of MetalLB's chart", hint=hint
            )
        )
    if draft.get("flux", "git") is None and draft.get("flux", "oci") is None:
        hint = "--set flux.git.url=https://…, the repository that will hold the rendered tree"
        found.append(Problem(path=("flux", "git"), message="nothing tells where Flux reads from", hint=hint))
    nodes = draft.get("nodes") or []
    if nodes and not any(one.get("role") == "control-plane" for one in nodes):
        hint = "--node NAME=ADDRESS:control-plane"
        found.append(Problem(path=("nodes",), message="no node is told to be a control plane", hint=hint))
    return found
