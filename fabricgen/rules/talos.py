"""Talos beside Cilium: what both must agree on, and what Talos does not let a workload do."""

import re
from collections.abc import Iterator
from typing import Any, Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.fabric.told import Told, deletions, is_deletion, told
from fabricgen.repository.reading import recipes
from fabricgen.rules.rule import Edit, Hit, rule

_TALOS_GUIDE: Final = "https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"
_CILIUM_GUIDE: Final = "https://docs.cilium.io/en/v1.20/installation/k8s-install-talos-linux/"
_KPR: Final = "https://docs.cilium.io/en/v1.20/network/kubernetes/kubeproxy-free/"
_KUBEPRISM: Final = "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_KUBEPRISM_PORT: Final = 7445
_API_PORT: Final = 6443
_MODULES: Final = "SYS_MODULE"
_CGROUP: Final = "/sys/fs/cgroup"
_CNI_OFF: Final = re.compile(r"\bcni\b.{0,40}?\bnone\b|KubeFlannelCNIConfig", re.DOTALL | re.IGNORECASE)


def _hit(cilium: CiliumRelease, path: str, message: str, *edits: Edit) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label, edits=edits)


def _hit_at(one: Told, message: str) -> Hit:
    return Hit(place=one.place, message=message, object=one.label)


def _edit(cilium: CiliumRelease, path: str, value: Any) -> tuple[Edit, ...]:  # noqa: ANN401 - any value
    """Return the edit that sets a value where the release itself has its values."""
    if cilium.elsewhere or cilium.prefix == ("spec", "valuesContent"):
        return ()
    full = (*cilium.prefix, *path.split("."))
    return (Edit(cilium.place(path), cilium.item.origin.index, "set", full, value),)


def _number(value: Any) -> int | None:  # noqa: ANN401 - a value of a chart
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and not isinstance(value, bool) else None


def _proxy(fabric: Fabric) -> list[Told]:
    return [
        *told(fabric.talos, "cluster.proxy.disabled", kind="KubeProxyConfig", key="enabled"),
        *deletions(fabric.talos, "KubeProxyConfig"),
    ]


def _cni(fabric: Fabric) -> list[Told]:
    return [
        *told(fabric.talos, "cluster.network.cni.name"),
        *deletions(fabric.talos, "KubeFlannelCNIConfig"),
    ]


@rule(
    "TAL001",
    "warning",
    "Talos deploys no kube-proxy where Cilium replaces it",
    why="Both translate Service addresses, each with a table that the other does not know: connections break when one "
    "of them changes, and a port that both want for health checks belongs to whoever came first.",
    source=_KPR,
    fix="Set cluster.proxy.disabled: true; from Talos 1.14 on, a KubeProxyConfig with enabled: false.",
)
def kube_proxy_stays(fabric: Fabric) -> Iterator[Hit]:
    """Yield where Talos is told to keep kube-proxy, or only that another CNI comes."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or not cilium.replaces_kube_proxy():
        return
    settings = _proxy(fabric)
    for one in settings:
        kept = one.value is False if one.path[-1:] == ("disabled",) else one.value is True
        if kept:
            yield _hit_at(one, "kube-proxy is left on, and Cilium replaces it")
    if not settings:
        for one in _cni(fabric)[:1]:
            yield _hit_at(
                one,
                "another CNI than Talos' own is told, and nothing turns kube-proxy off, which Cilium replaces",
            )


@rule(
    "TAL002",
    "error",
    "Talos deploys no CNI of its own beside Cilium",
    why="Flannel and Cilium both set up routes and interfaces for the same pods; which of them a pod gets is chance.",
    source=_TALOS_GUIDE,
    fix="Set cluster.network.cni.name: none; from Talos 1.14 on, take the KubeFlannelCNIConfig away with $patch: delete.",
)
def flannel_stays(fabric: Fabric) -> Iterator[Hit]:
    """Yield where Flannel is told, or nothing tells that it shall not come."""
    cilium = fabric.cilium
    if cilium is None or cilium.role == "bootstrap" or cilium.value("cni.chainingMode", "none") != "none":
        return  # values alone may be those of a network that is only thought of
    for one in told(fabric.talos, "cluster.network.cni.name"):
        if one.value == "flannel":
            yield _hit_at(one, "Talos deploys Flannel beside Cilium")
    for one in told(fabric.talos, "", kind="KubeFlannelCNIConfig"):
        yield _hit_at(one, "Talos deploys Flannel beside Cilium")
    if not _cni(fabric) and not _may_be_off(fabric):
        for one in told(fabric.talos, "cluster.proxy.disabled"):
            if one.value is True:
                yield _hit_at(
                    one, "kube-proxy is turned off and the CNI is not, so Talos deploys Flannel beside Cilium"
                )
                return


def _may_be_off(fabric: Fabric) -> bool:
    """Tell whether Flannel is told about above, or something that is not read as a config of Talos' takes it away."""
    if any(True for _ in told(fabric.talos, "", kind="KubeFlannelCNIConfig")):
        return True
    known = {one.item.origin for one in fabric.talos}
    others = (
        one for one in fabric.cluster.repository.documents if one not in known and not one["apiVersion"]
    )
    return any(_CNI_OFF.search(one.text) for one in others) or any(
        _CNI_OFF.search(text) for text in recipes(fabric.cluster.repository)
    )


@rule(
    "TAL003",
    "error",
    "Cilium asks for the API at the port that KubePrism listens on",
    why="The agent never reaches the API server, so no node of the cluster gets a network.",
    source=_KUBEPRISM,
    fix="Set k8sServicePort to KubePrism's port, which is 7445 unless Talos is told another.",
)
def kubeprism_port_differs(fabric: Fabric) -> Iterator[Hit]:
    """Yield where the ports differ."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("k8sServiceHost", "") not in _LOCAL:
        return
    asked = _number(cilium.value("k8sServicePort", ""))
    ports = {
        one.value
        for one in told(fabric.talos, "machine.features.kubePrism.port", kind="KubePrismConfig", key="port")
        if isinstance(one.value, int | str)
    }
    listening = ports or {_KUBEPRISM_PORT}
    if asked is not None and asked not in listening and asked != _API_PORT:
        shown = " and ".join(str(port) for port in sorted(listening, key=str))
        message = f"Cilium asks for the API at localhost:{asked}, and KubePrism listens at {shown}"
        edits = _edit(cilium, "k8sServicePort", next(iter(listening))) if len(listening) == 1 else ()
        yield _hit(cilium, "k8sServicePort", message, *edits)


@rule(
    "TAL004",
    "error",
    "KubePrism is on where Cilium asks for the API at localhost",
    why="Nothing listens there, so the agent never reaches the API server and no node gets a network.",
    source=_KUBEPRISM,
    fix="Turn KubePrism on, or give Cilium another address of the API.",
)
def kubeprism_is_off(fabric: Fabric) -> Iterator[Hit]:
    """Yield what turns KubePrism off."""
    cilium = fabric.cilium
    if cilium is None or cilium.value("k8sServiceHost", "") not in _LOCAL:
        return
    if _number(cilium.value("k8sServicePort", "")) == _API_PORT:
        return
    for one in (
        *told(fabric.talos, "machine.features.kubePrism.enabled"),
        *deletions(fabric.talos, "KubePrismConfig"),
    ):
        if one.value is False or is_deletion(one.value):
            port = cilium.value("k8sServicePort", "")
            yield _hit_at(one, f"KubePrism is off, and Cilium asks for the API at localhost:{port}")


@rule(
    "TAL005",
    "error",
    "Cilium on workers does not ask for the API at localhost:6443",
    why="The API server listens there on control planes alone; on workers the agent never reaches it.",
    source=_CILIUM_GUIDE,
    fix="Set k8sServicePort: 7445, where KubePrism listens on every node.",
)
def api_port_on_workers(fabric: Fabric) -> Iterator[Hit]:
    """Yield where there are workers and Cilium asks for the API server's own port."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("k8sServiceHost", "") not in _LOCAL:
        return
    workers = [node.name for node in fabric.nodes if node.control_plane is False]
    if workers and _number(cilium.value("k8sServicePort", "")) == _API_PORT:
        message = f"Cilium asks for the API at localhost:6443, which no worker has, such as {workers[0]}"
        yield _hit(cilium, "k8sServicePort", message, *_edit(cilium, "k8sServicePort", _KUBEPRISM_PORT))


@rule(
    "TAL006",
    "error",
    "Cilium on Talos does not ask for SYS_MODULE",
    why="Talos lets no workload load kernel modules: a container that asks for the capability does not start.",
    source=_CILIUM_GUIDE,
    fix="Write securityContext.capabilities.ciliumAgent and cleanCiliumState out, as the guide does, without SYS_MODULE.",
)
def asks_for_modules(fabric: Fabric) -> Iterator[Hit]:
    """Yield the lists of capabilities with SYS_MODULE in them: the chart's own have it."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("securityContext.privileged", False) is True:  # noqa: FBT003 - the chart's default
        return
    for container in ("ciliumAgent", "cleanCiliumState"):
        path = f"securityContext.capabilities.{container}"
        capabilities = cilium.value(path, [_MODULES])
        if isinstance(capabilities, list) and _MODULES in capabilities:
            where = "is in the list" if cilium.is_set(path) else "is in the chart's own list"
            yield _hit(cilium, path, f"SYS_MODULE {where} of {path}")


@rule(
    "TAL007",
    "info",
    "Cilium uses the cgroup file system that Talos has mounted",
    why="Talos mounts it at /sys/fs/cgroup. With the chart's defaults Cilium mounts a second one, by entering the host "
    "from an init container; the guides of both tell not to.",
    source=_TALOS_GUIDE,
    fix="Set cgroup.autoMount.enabled: false and cgroup.hostRoot: /sys/fs/cgroup; mind the capital M.",
)
def mounts_cgroup(fabric: Fabric) -> Iterator[Hit]:
    """Yield where Cilium looks for it elsewhere."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("cgroup.hostRoot") == _CGROUP:
        return
    root = cilium.value("cgroup.hostRoot")
    does = "mounts one" if cilium.is_on("cgroup.autoMount.enabled") else "looks for it"
    message = f"Cilium {does} at {root}, and Talos has it at {_CGROUP}"
    yield _hit(cilium, "cgroup.hostRoot", message, *_edit(cilium, "cgroup.hostRoot", _CGROUP))


@rule(
    "TAL029",
    "info",
    "Cilium mounts no cgroup file system on Talos",
    why="Talos has mounted it: the init container that enters the host to do so finds that there is nothing to do.",
    source=_TALOS_GUIDE,
    fix="Set cgroup.autoMount.enabled: false; mind the capital M.",
)
def mounts_in_vain(fabric: Fabric) -> Iterator[Hit]:
    """Yield where Cilium is to mount what is there."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("cgroup.hostRoot") != _CGROUP:
        return
    path = "cgroup.autoMount.enabled"
    if cilium.is_on(path):
        yield _hit(cilium, path, f"{path} is not false", *_edit(cilium, path, False))  # noqa: FBT003 - the value that is set
