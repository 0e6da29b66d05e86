"""What a machine config says of its own node, whatever the dialect: name, install, labels, taints, scheduling.

Fed by the cluster and one node; the dialects give these facts their places. Addresses and links are in `links`.
"""

from fabricgen.cluster import Cluster, DiskSelector, Node, Taint
from fabricgen.documents.talos.facts import GUIDES, TALOS_DOCS, Fact, talos_of
from fabricgen.versions.talos import installer_image

CONTROL_PLANE_TAINT = "node-role.kubernetes.io/control-plane"
NO_LOAD_BALANCER = "node.kubernetes.io/exclude-from-external-load-balancers"
DELETE = {"$patch": "delete"}


def hostname(cluster: Cluster, node: Node) -> Fact:
    """Return the node's name."""
    return Fact(
        value=node.name,
        why=f"the node's name in {cluster.name}, whatever DHCP says; otherwise Talos would make one up",
        source=f"{TALOS_DOCS}/v1.12/networking/configuration/hostname",
    )


def install_image(cluster: Cluster, node: Node) -> Fact | None:
    """Return the installer for the node's hardware; None in containers, where nothing is installed."""
    talos, schematic = talos_of(cluster), node.schematic
    if schematic is None:
        return None
    image = installer_image(talos.version, schematic.id, factory=talos.factory, secureboot=talos.secureboot)
    return Fact(
        value=image,
        why=f"Talos {talos.version} for {schematic.name}{_contents(node)}; "
        f"the ID is the hash of talos/schematics/{schematic.name}.yaml",
        source=f"{TALOS_DOCS}/v1.12/learn-more/image-factory",
    )


def _contents(node: Node) -> str:
    held = (*node.extensions, *node.kernel_args)
    return f", with {', '.join(held)}" if held else ""


def install_disk(node: Node) -> Fact | None:
    """Return the disk that Talos is installed on, as the description names it; None if it does not."""
    if node.disk is None:
        return None
    how = "found by what it says of itself" if isinstance(node.disk, DiskSelector) else "by its device name"
    return Fact(
        value=node.disk,
        why=f"the disk of {node.name} that Talos is installed on, {how}",
        source=f"{TALOS_DOCS}/v1.12/reference/configuration/v1alpha1/config",
    )


def selector_fields(selector: DiskSelector) -> dict[str, str]:
    """Return what the selector asks for, under the names of Talos' `diskSelector`."""
    fields = {
        "type": selector.type,
        "size": selector.size,
        "model": selector.model,
        "serial": selector.serial,
        "wwid": selector.wwid,
    }
    return {name: value for name, value in fields.items() if value is not None}


def labels(node: Node) -> Fact | None:
    """Return the node's Kubernetes labels; None if there are none."""
    if not node.labels:
        return None
    return Fact(
        value=dict(node.labels),
        why=f"labels of {node.name}, for whatever selects nodes by them",
        source=f"{GUIDES}/advanced-guides/node-labels",
    )


def taints(node: Node) -> Fact | None:
    """Return the node's taints as Talos writes them, by key: `value:Effect`, or `Effect` alone; None if none."""
    if not node.taints:
        return None
    return Fact(
        value={taint.key: _taint(taint) for taint in node.taints},
        why=f"only pods that tolerate this run on {node.name}",
        source=f"{GUIDES}/advanced-guides/node-labels",
    )


def _taint(taint: Taint) -> str:
    return f"{taint.value}:{taint.effect}" if taint.value else taint.effect


def registered_taints(node: Node) -> Fact | None:
    """Return a worker's taints as the kubelet registers them; None if there are none."""
    if not node.taints:
        return None
    return Fact(
        value=[{"key": one.key, "value": one.value, "effect": one.effect} for one in node.taints],
        why=f"only pods that tolerate this run on {node.name}; a worker may set its taints only when it joins",
        source="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction",
    )


def schedulable_here(cluster: Cluster, node: Node) -> Fact | None:
    """Return that workloads may run on this control plane; None for workers, and where they may not."""
    if not (node.control_plane and node.schedulable):
        return None
    several = len(cluster.control_planes) > 1 and same_for_all_control_planes(cluster)
    who = "the control planes" if several else node.name
    why = (
        f"workloads run on {who} too, as the description says"
        if cluster.workers
        else f"there is no worker, so workloads run on {who}"
    )
    source = f"{TALOS_DOCS}/v1.12/deploy-and-manage-workloads/workloads-on-controlplane"
    return Fact(value=True, why=why, source=source)


def announces_again(cluster: Cluster, node: Node) -> Fact | None:
    """Return the removal of the label by which MetalLB would pass this control plane over; None elsewhere."""
    if cluster.metallb is None or schedulable_here(cluster, node) is None:
        return None
    return Fact(
        value=DELETE,
        why="Talos labels control planes so, and MetalLB announces no address from a node with this label",
        source="https://github.com/metallb/metallb/issues/2021",
    )


def same_for_all_control_planes(cluster: Cluster) -> bool:
    """Tell whether the control planes agree on running workloads, so that it can be said once for all of them."""
    return len({node.schedulable for node in cluster.control_planes}) == 1
