"""What nobody wrote: what follows from the rest, what a system does by itself, and what people tell by flags.

Fed with a draft after all readers; what is still missing then is told with the flag that gives it.
"""

from ipaddress import ip_network
from typing import Any, Final

from fabricgen.addresses import parse_address
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.names import as_name
from fabricgen.versions import FLUX, kubernetes_of, parse_version
from fabricgen.versions.version import format_minor, minor_of

_LONGEST: Final = 32
_PREFIX: Final = {4: 24, 6: 64}
_TALOS: Final = {"pods": "10.244.0.0/16", "services": "10.96.0.0/12"}
_K3S: Final = {"pods": "10.42.0.0/16", "services": "10.43.0.0/16"}


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
