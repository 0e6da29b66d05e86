"""Talos' machines: how many there are, what may run on them, what they are installed from, and their secrets."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric, Fact, agreed
from fabricgen.fabric.machines import Node
from fabricgen.fabric.told import Told, told
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule
from fabricgen.versions import minor_of

_CONFIG: Final = "https://docs.siderolabs.com/talos/v1.12/reference/configuration/v1alpha1/config"
_ETCD: Final = "https://etcd.io/docs/v3.6/faq/#what-is-failure-tolerance"
_SECRETS: Final = "https://docs.siderolabs.com/talos/v1.12/security/cert-management"
_RELEASE: Final = "https://github.com/siderolabs/talos/blob/v1.14.0-rc.1/hack/release.toml"
_EXTENSIONS: Final = "https://docs.siderolabs.com/talos/v1.12/build-and-extend-talos/custom-images-and-development/system-extensions"
_NO_INSTALLER: Final = (1, 14)
_INSTALLER: Final = "ghcr.io/siderolabs/installer:"
_TWO: Final = 2
_DEFAULT_MASK: Final = 24
_IPV4_BITS: Final = 32
# Of a node's network Cilium keeps the first and last address, its router's and that of its health endpoint.
_TAKEN: Final = 4
_PRIVATE: Final = re.compile(r"\s*(?:-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|LS0tLS1CRUdJTi)")
# Where nobody's secrets are.
_EXAMPLE: Final = re.compile(r"(?:^|/)(?:tests?|testdata|fixtures?|examples?|docs?)/")
_KEYS: Final = (
    *("machine.ca.key", "cluster.ca.key", "cluster.aggregatorCA.key", "cluster.serviceAccount.key"),
    *("cluster.etcd.ca.key",),
)
_PHRASES: Final = (
    *("machine.token", "cluster.token", "cluster.secret", "cluster.secretboxEncryptionSecret"),
    *("cluster.aescbcEncryptionSecret",),
)


def _listed(fabric: Fabric) -> tuple[Node, ...]:
    """Return the machines of one list that tells each one's role, as talhelper's and topf's files do; else none."""
    lists = {one.address.item.origin for one in fabric.nodes if one.address.path[:1] == ("nodes",)}
    if len(lists) != 1:
        return ()
    return tuple({one.name: one for one in fabric.nodes if one.address.item.origin in lists}.values())


@rule(
    "TAL023",
    "warning",
    "There is an odd number of control planes",
    why="Of two members of etcd none may fail, and of four one, as of three: the even one adds a machine that may fail, "
    "and nothing else.",
    source=_ETCD,
    fix="Have one control plane, three or five.",
)
def even_control_planes(fabric: Fabric) -> Iterator[Hit]:
    """Yield an even number of control planes."""
    if not fabric.talos and not fabric.pins.talos:
        return
    control = [one for one in _listed(fabric) if one.control_plane]
    if control and len(control) % _TWO == 0:
        last: Fact[Any] = control[-1].address
        yield Hit(
            place=last.place, message=f"there are {len(control)} control planes", object=control[-1].name
        )


@rule(
    "TAL024",
    "warning",
    "Pods may run somewhere",
    why="Talos keeps pods off control planes unless it is told otherwise: with no workers everything stays pending but "
    "what tolerates the taint.",
    source=_CONFIG,
    fix="Set cluster.allowSchedulingOnControlPlanes: true; from Talos 1.14 on, take the taint away in a KubeNodeConfig.",
)
def nowhere_to_run(fabric: Fabric) -> Iterator[Hit]:
    """Yield clusters of control planes alone that let no pods in, where this is told or everything else is."""
    machines = _listed(fabric)
    if not machines or any(one.control_plane is False for one in machines):
        return
    path = "cluster.allowSchedulingOnControlPlanes"
    settings = [
        *told(fabric.talos, path, kind="KubeNodeConfig", key="taints"),
        *told(fabric.talos, "cluster.allowSchedulingOnMasters"),
    ]
    item = machines[0].address.item
    if any(
        item.body.get(key) is True for key in ("allowSchedulingOnControlPlanes", "allowSchedulingOnMasters")
    ):
        return
    for one in settings:
        if one.value is False:
            message = f"all {len(machines)} machines are control planes, and no pods may run on these"
            yield Hit(place=one.place, message=message, object=one.label)


@rule(
    "TAL025",
    "warning",
    "A node's network has an address for each pod that it may run",
    why="Pods beyond the addresses wait in ContainerCreating, on a node that Kubernetes takes for free.",
    source="https://docs.cilium.io/en/v1.20/network/concepts/ipam/kubernetes/",
    fix="Make the node's network larger (node-cidr-mask-size-ipv4), or maxPods smaller.",
)
def more_pods_than_addresses(fabric: Fabric) -> Iterator[Hit]:
    """Yield a maxPods that the node's network has no addresses for."""
    cilium = fabric.cilium
    if cilium is None or cilium.value("ipam.mode") != "kubernetes":
        return
    masks = [*_masks(fabric)]
    bits = min(masks, default=_DEFAULT_MASK)
    room = 2 ** (_IPV4_BITS - bits) - _TAKEN
    for one in told(
        fabric.talos, "machine.kubelet.extraConfig.maxPods", kind="KubeletConfig", key="config.maxPods"
    ):
        if isinstance(one.value, int) and one.value > room:
            message = f"maxPods is {one.value}, and a /{bits} for each node has {room} addresses for pods"
            yield Hit(place=one.place, message=message, object=one.label)


def _masks(fabric: Fabric) -> Iterator[int]:
    arguments = "cluster.controllerManager.extraArgs"
    for one in told(fabric.talos, arguments, kind="KubeControllerManagerConfig", key="extraArgs"):
        values = one.value if isinstance(one.value, Mapping) else {}
        for key in ("node-cidr-mask-size", "node-cidr-mask-size-ipv4"):
            if str(values.get(key, "")).isdigit():
                yield int(values[key])
    for one in told(fabric.talos, "", kind="KubeNetworkConfig", key="nodeCIDRMaskSizeIPv4"):
        if isinstance(one.value, int):
            yield one.value


@rule(
    "TAL026",
    "error",
    "The installer is an image that is published",
    why="ghcr.io/siderolabs/installer ends with Talos 1.13: the installation, or the upgrade, finds no image.",
    source=_RELEASE,
    fix="Name the image of the image factory, such as factory.talos.dev/metal-installer/<schematic>:v1.14.1.",
    since="1.14",
)
def installer_is_gone(fabric: Fabric) -> Iterator[Hit]:
    """Yield the old name of the installer with a version that has none."""
    for one in told(
        fabric.talos, "machine.install.image", kind="UnattendedInstallConfig", key="installer.image"
    ):
        found = re.fullmatch(re.escape(_INSTALLER) + r"v(\d+)\.(\d+)\..*", str(one.value))
        if found and (int(found[1]), int(found[2])) >= _NO_INSTALLER:
            yield Hit(place=one.place, message=f"{one.value} is not published", object=one.label)


@rule(
    "TAL027",
    "error",
    "The keys of the cluster are encrypted",
    why="Whoever reads the repository, or an old copy of it, can make himself an administrator of every machine.",
    source=_SECRETS,
    fix="Encrypt the file with SOPS, or keep secrets apart (talosctl gen secrets) and make new ones: these are known.",
)
def secrets_in_the_clear(fabric: Fabric) -> Iterator[Hit]:
    """Yield private keys and tokens that stand in a config as they are; one for each file."""
    seen = set()
    for path in (*_KEYS, *_PHRASES):
        for one in told(fabric.talos, path):
            file = one.document.item.origin.file
            if file not in seen and not _EXAMPLE.search(file) and _is_secret(one, key=path in _KEYS):
                seen.add(file)
                yield Hit(place=one.place, message=f"{path} stands here as it is", object=one.label)


def _is_secret(one: Told, *, key: bool) -> bool:
    text = one.value
    if not isinstance(text, str) or not text.strip() or is_open(text) or text.startswith("ENC["):
        return False
    if (
        "{{" in text
        or "<" in text
        or "://" in text
        or text.startswith("ref+")
        or set(text) <= {"x", "X", "*", ".", "-"}
    ):
        return False
    return _PRIVATE.match(text) is not None if key else len(text) >= 16  # noqa: PLR2004 - tokens are longer


@rule(
    "TAL028",
    "warning",
    "Extensions are part of the image",
    why="Since Talos 1.10 machine.install.extensions is ignored: the machine comes up without them.",
    source=_EXTENSIONS,
    fix="Name them in a schematic of the image factory, and install its image.",
    since="1.10",
)
def ignored_extensions(fabric: Fabric) -> Iterator[Hit]:
    """Yield extensions in the config of a Talos that ignores them."""
    found = [one for one in told(fabric.talos, "machine.install.extensions") if one.value]
    if found and minor_of(agreed(fabric.pins.talos).value) >= (1, 10):
        for one in found:
            yield Hit(place=one.place, message="Talos ignores these extensions", object=one.label)
