"""Encryption between nodes: what leaks, and what keeps the agent from starting."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.rule import Edit, Hit, rule

_DAEMON: Final = "https://github.com/cilium/cilium/blob/v1.20.2/daemon/cmd/daemon.go"
_REFUSED: Final = "The agent refuses to start, so no pod on the node gets a network."
_WIREGUARD: Final = "https://docs.cilium.io/en/v1.20/security/network/encryption-wireguard/"


def _hit(cilium: CiliumRelease, path: str, message: str, *edits: Edit) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label, edits=edits)


def _encrypting(fabric: Fabric, kind: str) -> CiliumRelease | None:
    """Return the release if it encrypts with `wireguard` or `ipsec`."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("encryption.enabled"):
        return None
    return cilium if cilium.value("encryption.type") == kind else None


@rule(
    "ENC001",
    "warning",
    "encryption.type is written out where encryption is on",
    why="It is ipsec where nothing is written, and the agent then waits for a Secret with keys that nobody made.",
    source="https://docs.cilium.io/en/v1.20/security/network/encryption-ipsec/",
    fix="Set encryption.type: wireguard, or ipsec if the Secret cilium-ipsec-keys is there.",
)
def type_left_open(fabric: Fabric) -> Iterator[Hit]:
    """Yield encryption without a type."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("encryption.enabled") or not cilium.complete:
        return
    if not cilium.is_set("encryption.type"):
        yield _hit(cilium, "encryption.enabled", "encryption is on, and encryption.type is not set")


@rule(
    "ENC002",
    "error",
    "Strict mode is told in today's keys",
    why="Cilium 1.20 reads strictMode.egress and strictMode.ingress only: the old keys do nothing, and traffic to pods "
    "that are not known yet leaves unencrypted.",
    source="https://docs.cilium.io/en/v1.20/operations/upgrade/",
    fix="Write encryption.strictMode.egress.enabled, .cidr and .allowRemoteNodeIdentities.",
    since="1.20",
)
def old_strict_mode(fabric: Fabric) -> Iterator[Hit]:
    """Yield each key of strict mode that Cilium 1.20 no longer reads."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_set("encryption.strictMode") or not cilium.is_at_least((1, 20)):
        return
    for key in ("enabled", "cidr", "allowRemoteNodeIdentities"):
        path = f"encryption.strictMode.{key}"
        if cilium.is_set(path):
            message = f"{path} is not read by Cilium {cilium.version}; encryption.strictMode.egress.{key} is"
            yield _hit(cilium, path, message)


@rule(
    "ENC003",
    "error",
    "Strict mode for what comes in needs WireGuard",
    why=_REFUSED,
    source=_DAEMON,
    fix="Use encryption.type: wireguard, or remove encryption.strictMode.ingress.",
)
def strict_ingress_with_ipsec(fabric: Fabric) -> Iterator[Hit]:
    """Yield strict ingress beside IPsec."""
    cilium = _encrypting(fabric, "ipsec")
    if cilium is not None and cilium.value("encryption.strictMode.ingress.enabled", None) is True:
        path = "encryption.strictMode.ingress.enabled"
        yield _hit(cilium, path, f"{path} is on, and encryption.type is ipsec")


@rule(
    "ENC004",
    "error",
    "IPsec and the host firewall exclude each other",
    why=_REFUSED,
    source=_DAEMON,
    fix="Use encryption.type: wireguard, or turn hostFirewall off.",
)
def host_firewall_with_ipsec(fabric: Fabric) -> Iterator[Hit]:
    """Yield the host firewall beside IPsec."""
    cilium = _encrypting(fabric, "ipsec")
    if cilium is not None and cilium.is_on("hostFirewall.enabled"):
        yield _hit(cilium, "hostFirewall.enabled", "hostFirewall is on, and encryption.type is ipsec")


@rule(
    "ENC005",
    "error",
    "IPsec with the L7 proxy needs the DNS proxy's transparent mode",
    why=_REFUSED,
    source=_DAEMON,
    fix="Set dnsProxy.enableTransparentMode: true, or remove the line that turns it off.",
)
def ipsec_without_transparent_dns(fabric: Fabric) -> Iterator[Hit]:
    """Yield a DNS proxy that is told not to be transparent, beside IPsec."""
    cilium = _encrypting(fabric, "ipsec")
    if cilium is None or not cilium.is_on("l7Proxy"):
        return
    if cilium.value("dnsProxy.enableTransparentMode", None) is False:
        path = "dnsProxy.enableTransparentMode"
        yield _hit(cilium, path, f"{path} is off, and encryption.type is ipsec")


@rule(
    "ENC006",
    "warning",
    "The bandwidth manager does not run beside IPsec",
    why="The agent turns it off with a warning in its log: no bandwidth limits, no BBR.",
    source="https://github.com/cilium/cilium/blob/v1.20.2/pkg/datapath/linux/bandwidth/bandwidth.go",
    fix="Use encryption.type: wireguard, or remove bandwidthManager.",
)
def bandwidth_with_ipsec(fabric: Fabric) -> Iterator[Hit]:
    """Yield the bandwidth manager beside IPsec."""
    cilium = _encrypting(fabric, "ipsec")
    if cilium is not None and cilium.is_on("bandwidthManager.enabled"):
        yield _hit(cilium, "bandwidthManager.enabled", "bandwidthManager is on, and encryption.type is ipsec")


@rule(
    "ENC007",
    "error",
    "BIG TCP and IPsec exclude each other",
    why=_REFUSED,
    source="https://github.com/cilium/cilium/blob/v1.20.2/pkg/datapath/linux/bigtcp/bigtcp.go",
    fix="Use encryption.type: wireguard, or remove enableIPv4BIGTCP and enableIPv6BIGTCP.",
)
def big_tcp_with_ipsec(fabric: Fabric) -> Iterator[Hit]:
    """Yield BIG TCP beside IPsec."""
    cilium = _encrypting(fabric, "ipsec")
    for key in ("enableIPv4BIGTCP", "enableIPv6BIGTCP"):
        if cilium is not None and cilium.value(key, None) is True:
            yield _hit(cilium, key, f"{key} is on, and encryption.type is ipsec")


@rule(
    "ENC008",
    "warning",
    "WireGuard has no user space form since Cilium 1.17",
    why="The key is not read any more; a kernel without WireGuard then has no encryption and no agent.",
    source="https://docs.cilium.io/en/v1.17/operations/upgrade/",
    fix="Remove encryption.wireguard.userspaceFallback.",
    since="1.17",
)
def userspace_fallback(fabric: Fabric) -> Iterator[Hit]:
    """Yield the key that is gone."""
    cilium = fabric.cilium
    path = "encryption.wireguard.userspaceFallback"
    if cilium is not None and cilium.is_set(path) and cilium.is_at_least((1, 17)):
        place = cilium.place(path)
        edit = Edit(place, cilium.document(path), "remove", place.path)
        yield _hit(cilium, path, f"{path} is not read by Cilium {cilium.version}", edit)


@rule(
    "ENC009",
    "warning",
    "WireGuard twice: Cilium's and KubeSpan's",
    why="Each packet is encrypted two times and carries both headers; with encryption of nodes, the two lock each other out.",
    source=_WIREGUARD,
    fix="Turn one of the two off.",
)
def wireguard_beside_kubespan(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium's WireGuard beside Talos' KubeSpan."""
    cilium = _encrypting(fabric, "wireguard")
    if cilium is None:
        return
    for document in fabric.talos:
        on = document.get("machine", "network", "kubespan", "enabled") is True
        if on or (document.kind == "KubeSpanConfig" and document.get("enabled") is True):
            message = f"encryption.type is wireguard, and {document.item.origin.file} turns KubeSpan on"
            yield _hit(cilium, "encryption.type", message)
            return


@rule(
    "ENC010",
    "info",
    "Encryption of nodes covers worker nodes only",
    why="Nodes with the label node-role.kubernetes.io/control-plane opt out, so that they can be joined.",
    source=_WIREGUARD,
    fix="Nothing, if that is known; encryption.nodeEncryption cannot cover control planes by default.",
)
def control_planes_opt_out(fabric: Fabric) -> Iterator[Hit]:
    """Yield encryption of nodes where every known node is a control plane."""
    cilium = _encrypting(fabric, "wireguard")
    if cilium is None or not cilium.is_on("encryption.nodeEncryption") or not fabric.nodes:
        return
    if all(node.control_plane for node in fabric.nodes):
        message = f"encryption.nodeEncryption is on, and all {len(fabric.nodes)} nodes are control planes, which opt out"
        yield _hit(cilium, "encryption.nodeEncryption", message)


@rule(
    "ENC011",
    "warning",
    "A fixed MTU leaves room for encryption and tunnel",
    why="Packets of full size are dropped or cut in pieces: small requests work, downloads hang.",
    source="https://docs.cilium.io/en/v1.20/network/concepts/routing/#encapsulation",
    fix="Remove MTU, so that Cilium works it out, or subtract 80 bytes for WireGuard and 50 for a tunnel.",
)
def mtu_without_room(fabric: Fabric) -> Iterator[Hit]:
    """Yield an MTU of 1500 or more below jumbo frames where headers are added."""
    cilium = _encrypting(fabric, "wireguard")
    mtu = None if cilium is None else cilium.written("MTU")
    if cilium is not None and isinstance(mtu, int) and 1420 < mtu <= 1500:  # noqa: PLR2004 - WireGuard's room, Ethernet's MTU
        yield _hit(cilium, "MTU", f"MTU is {mtu}, and WireGuard adds 80 bytes to each packet")
