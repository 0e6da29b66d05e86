"""k3s' own config: what servers must agree on, what agents have no say in, what does nothing, and secrets."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from fabricgen.fabric import Fabric, K3sConfig
from fabricgen.fabric.machines import read_address, read_network
from fabricgen.repository.substitution import is_open
from fabricgen.rules.k3s import hit_at, is_on, place_of, servers
from fabricgen.rules.rule import Edit, Hit, rule
from fabricgen.validation.machine.k3s_flags import AGENT, SERVER
from fabricgen.versions import Minor, minor_of

_SERVER: Final = "https://docs.k3s.io/cli/server"
_AGENT: Final = "https://docs.k3s.io/cli/agent"
_CONFIG: Final = "https://docs.k3s.io/installation/configuration#configuration-file"
_OPTIONS: Final = "https://docs.k3s.io/networking/basic-network-options"
_ETCD: Final = "https://docs.k3s.io/datastore/ha-embedded"
_TOKEN: Final = "https://docs.k3s.io/cli/token"  # noqa: S105 - a page of the documentation
# Source: the list of critical values in <https://docs.k3s.io/cli/server>.
_CRITICAL: Final = (
    *("agent-token", "cluster-cidr", "cluster-dns", "cluster-domain", "disable-cloud-controller"),
    *("disable-helm-controller", "disable-network-policy", "egress-selector-mode", "embedded-registry"),
    *("flannel-backend", "flannel-external-ip", "flannel-ipv6-masq", "secrets-encryption"),
    *("secrets-encryption-provider", "service-cidr"),
)
_SECRETS: Final = (
    *("token", "agent-token", "etcd-s3-secret-key", "etcd-s3-access-key", "vpn-auth", "datastore-endpoint"),
)
_GONE: Final[dict[str, Minor]] = {"wireguard": (1, 26), "ipsec": (1, 27)}
_SUCCESSOR: Final = "wireguard-native"
_FLANNEL: Final = (
    "flannel-iface",
    "flannel-conf",
    "flannel-cni-conf",
    "flannel-ipv6-masq",
    "flannel-external-ip",
)
_TWO: Final = 2


def _plain(value: Any) -> str:  # noqa: ANN401 - a document holds anything
    """Return a value as k3s sees it, so that a list and a text with commas are the same."""
    items = value if isinstance(value, list) else str(value).split(",")
    return ",".join(str(one).strip().lower() for one in items)


@rule(
    "K3S013",
    "error",
    "Servers agree on the critical values",
    why="A server whose critical values differ from those of the first does not join the cluster.",
    source=_SERVER,
    fix="Write these values once, in what all servers get.",
)
def servers_differ(fabric: Fabric) -> Iterator[Hit]:
    """Yield critical values that two servers tell in two ways."""
    told: defaultdict[str, list[tuple[str, K3sConfig]]] = defaultdict(list)
    for config in fabric.k3s:
        for key in _CRITICAL if config.role != "agent" else ():
            if (value := config.get(key)) is not None and not is_open(value):
                told[key].append((_plain(value), config))
    for key, values in told.items():
        first, origin = values[0]
        other = next(((value, config) for value, config in values[1:] if value != first), None)
        if other is not None:
            file = origin.item.origin.file
            shown = "" if "token" in key else f": {other[0]} here, {first} there"
            yield hit_at(other[1], key, f"{key} differs from that in {file}{shown}")


@rule(
    "K3S014",
    "warning",
    "Agents are told what agents know",
    why="k3s skips the key with a word in the log: what it was to do is decided on the servers.",
    source=_AGENT,
    fix="Move the key to the config of the servers, or remove it.",
)
def servers_key_on_agent(fabric: Fabric) -> Iterator[Hit]:
    """Yield keys of servers in the config of agents."""
    for config in fabric.k3s:
        for written in config.item.body if config.role == "agent" else ():
            key = str(written).removesuffix("+")
            if key in SERVER and key not in AGENT:
                place = config.item.place(str(written))
                edit = Edit(place, config.item.origin.index, "remove", (str(written),))
                yield hit_at(config, key, f"{key} is a key of servers", edit)


@rule(
    "K3S015",
    "warning",
    "A key of k3s' config is one that k3s knows",
    why="k3s skips the key with a word in the log, and goes on without it.",
    source=_CONFIG,
    fix="Write the key that is meant.",
)
def unknown_keys(fabric: Fabric) -> Iterator[Hit]:
    """Yield keys that no role has."""
    from fabricgen.objects.wording import closest  # noqa: PLC0415 - only where there is one

    for config in fabric.k3s:
        for written in config.item.body:
            key = str(written).removesuffix("+")
            if key in SERVER or key in AGENT or key == "sops":
                continue
            near = closest(key, [one for one in (*SERVER, *AGENT) if len(one) > 1])
            place = config.item.place(str(written))
            edits = (Edit(place, config.item.origin.index, "rename", (str(written),), near),) if near else ()
            message = f"k3s has no key {key}" + (f"; {near} is nearest" if near else "")
            yield hit_at(config, key, message, *edits)


@rule(
    "K3S016",
    "error",
    "A backend of Flannel's is one that k3s has",
    why="k3s ends with an error: wireguard is gone since 1.26, ipsec since 1.27.",
    source=_OPTIONS,
    fix="Use wireguard-native, or none with another network.",
    since="1.26",
)
def backend_is_gone(fabric: Fabric) -> Iterator[Hit]:
    """Yield backends that were removed."""
    for config in fabric.k3s:
        backend = str(config.get("flannel-backend")).partition("=")[0]
        if backend in _GONE and not any(minor_of(one.value) < _GONE[backend] for one in fabric.pins.k3s):
            edit = Edit(
                config.item.place("flannel-backend"),
                config.item.origin.index,
                "set",
                place_of(config, "flannel-backend"),
                _SUCCESSOR,
            )
            yield hit_at(config, "flannel-backend", f"k3s has no backend {backend}", edit)


@rule(
    "K3S017",
    "error",
    "The cluster's DNS has an address of the Services",
    why="Kubernetes refuses the Service of CoreDNS with an address outside of service-cidr: no name resolves.",
    source=_SERVER,
    fix="Take an address in service-cidr, the tenth by habit.",
)
def dns_outside(fabric: Fabric) -> Iterator[Hit]:
    """Yield addresses of the cluster's DNS that are in no network of Services."""
    networks = [fact.value for fact in fabric.service_networks]
    for config in fabric.k3s:
        for text in config.texts("cluster-dns"):
            address = read_address(text)
            known = [one for one in networks if address is not None and one.version == address.version]
            default = read_network("10.43.0.0/16")
            if (
                not networks
                and default is not None
                and address is not None
                and address.version == default.version
            ):
                known = [default]
            if known and not any(address in one for one in known):
                shown = ", ".join(sorted({str(one) for one in known}))
                yield hit_at(config, "cluster-dns", f"cluster-dns {text} is not in service-cidr {shown}")


@rule(
    "K3S018",
    "info",
    "Without Flannel nothing is set for it",
    why="The keys do nothing, and look as if they did.",
    source=_OPTIONS,
    fix="Remove them.",
)
def flannel_keys(fabric: Fabric) -> Iterator[Hit]:
    """Yield keys of Flannel's where it is off."""
    if not any(one.get("flannel-backend") == "none" for one in fabric.k3s):
        return
    for config in fabric.k3s:
        for key in _FLANNEL:
            if config.get(key) is not None:
                path = place_of(config, key)
                edit = Edit(config.item.place(*path), config.item.origin.index, "remove", path)
                yield hit_at(config, key, f"flannel-backend is none, and {key} is set", edit)


@rule(
    "K3S019",
    "error",
    "Tokens and keys of the cluster are encrypted",
    why="With the token anyone who reaches port 6443 joins a node, and with a server's token becomes an administrator.",
    source=_TOKEN,
    fix="Encrypt the file with SOPS, or name a file on the node (token-file), and make a new token: this one is known.",
)
def secrets_in_the_clear(fabric: Fabric) -> Iterator[Hit]:
    """Yield secrets that stand in a config as they are."""
    for config in fabric.k3s:
        for key in _SECRETS:
            if _is_secret(config.get(key), key=key):
                yield hit_at(config, key, f"{key} stands here as it is")


def _is_secret(value: Any, *, key: str) -> bool:  # noqa: ANN401 - a document holds anything
    if (
        not isinstance(value, str)
        or is_open(value)
        or value.startswith("ENC[")
        or "{{" in value
        or "<" in value
    ):
        return False
    if key == "datastore-endpoint":
        return "@" in value and ":" in value.partition("//")[2].partition("@")[0]
    return "://" not in value and bool(value.strip("xX*.- "))


@rule(
    "K3S020",
    "warning",
    "There is an odd number of servers with embedded etcd",
    why="Of two members of etcd none may fail, and of four one, as of three: the even one adds a machine that may fail, "
    "and nothing else.",
    source=_ETCD,
    fix="Have one server, three or five.",
)
def even_servers(fabric: Fabric) -> Iterator[Hit]:
    """Yield an even number of servers, where each has a file with its address and one starts etcd."""
    if any(one.get("datastore-endpoint") is not None for one in fabric.k3s):
        return
    if not any(is_on(one, "cluster-init") for one in servers(fabric)):
        return
    control = {
        one.name: one for one in fabric.nodes if one.control_plane and one.address.path == ("node-ip",)
    }
    if control and len(control) % _TWO == 0:
        last = list(control.values())[-1]
        yield Hit(place=last.address.place, message=f"there are {len(control)} servers", object=last.name)


@rule(
    "K3S021",
    "error",
    "Pods have a network of each family that Cilium uses",
    why="The agent waits for the node's network of that family, which nobody gives it: no pod starts.",
    source="https://github.com/cilium/cilium/blob/v1.20.2/pkg/option/config.go",
    fix="Add a network of the family to cluster-cidr and service-cidr (only when the cluster is made), or turn it off.",
)
def family_without_network(fabric: Fabric) -> Iterator[Hit]:
    """Yield a family that is on in Cilium, and without a network in k3s."""
    cilium = fabric.cilium
    if cilium is None or not servers(fabric) or cilium.value("ipam.mode") != "kubernetes":
        return
    versions = {fact.value.version for fact in fabric.pod_networks} or {4}
    for key, version in (("ipv4.enabled", 4), ("ipv6.enabled", 6)):
        if version not in versions and cilium.is_on(key):
            message = f"{key} is true, and cluster-cidr has no IPv{version} network"
            yield Hit(place=cilium.place(key), message=message, object=cilium.item.label)
