"""What goes wrong while Talos comes up on machines. Fed by the cluster; read by `order`."""

from collections.abc import Iterator
from typing import Final

from fabricgen.cluster import Cluster, Node
from fabricgen.documents.bootstrap.step import quoted
from fabricgen.documents.bootstrap.trouble import Trouble, Troubles
from fabricgen.versions.version import format_minor

DOCS: Final = "https://docs.siderolabs.com/talos/v1.12"
GUIDE: Final = f"{DOCS}/troubleshooting/troubleshooting"
_START: Final = f"{DOCS}/getting-started/getting-started"
_VIP: Final = f"{DOCS}/networking/advanced/vip"
_FACTORY: Final = f"{DOCS}/learn-more/image-factory"
_PATCHES: Final = f"{DOCS}/configure-your-talos-cluster/system-configuration/patching"
_CILIUM: Final = "https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"


def _first(cluster: Cluster) -> Node:
    return cluster.control_planes[0]


def _schematics(cluster: Cluster) -> tuple[Trouble, ...]:
    factory = cluster.talos.factory if cluster.talos else ""
    return (
        Trouble(
            sign="Nothing is printed and the step stops.",
            look=f"curl --silent --show-error --output /dev/null --write-out '%{{http_code}}' https://{factory}/",
            mend="Without an answer this machine cannot reach the factory. With one, the files in talos/schematics/ are not "
            "those that were rendered: render again, since the hash is that of the file.",
            source=_FACTORY,
        ),
    )


def _secrets(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="It says that the file exists, or that the version is not known.",
            look="talosctl version --client",
            mend="An empty file is left by an interrupted run: remove it. A version that is not known needs the talosctl of "
            "the table above.",
            source=_START,
        ),
    )


def _configs(cluster: Cluster) -> tuple[Trouble, ...]:
    contract = format_minor(cluster.talos.contract) if cluster.talos else ""
    return (
        Trouble(
            sign="It names unknown keys, or an unknown kind of document.",
            look="talosctl version --client",
            mend=f"The patches are written for configs of Talos {contract}: an older talosctl does not know all of them. "
            "Take the one of the table above, or change `distribution.talos.contract` and render again.",
            source=_PATCHES,
        ),
    )


def _apply(cluster: Cluster) -> tuple[Trouble, ...]:
    node = cluster.nodes[-1]
    look = f"talosctl get disks --insecure --nodes {node.address}"
    return (
        Trouble(
            sign="It cannot connect, or waits without an end.",
            look=look,
            mend="The machine has not booted Talos' image, or DHCP gave it another address: its screen shows which. Then say "
            f'`MAINTENANCE="{node.name}=ADDRESS"` before the command.',
            source=_START,
        ),
        Trouble(
            sign="It complains about a certificate.",
            look=look,
            mend="The machine has a config already. One of this cluster is passed over once it answers, so wait until it has "
            "installed itself and run the step again; one of another cluster has to be reset, which erases it.",
            source=_START,
        ),
        Trouble(
            sign="The machine starts again and again, or finds no disk.",
            look=look,
            mend="Compare the disks with `disk` in the description, change that, render, and start from generate-node-configs.",
            source=_START,
        ),
    )


def _etcd(cluster: Cluster) -> tuple[Trouble, ...]:
    first = _first(cluster)
    yielded = [
        Trouble(
            sign="The node does not answer for half an hour.",
            look=f"ping -c 3 {first.address}",
            mend="It has not installed itself, or came up with another address than that of the description: its screen shows "
            "both.",
            source=GUIDE,
        ),
        Trouble(
            sign="etcd stays in Pre, or the command says that etcd is there already.",
            look=f"talosctl --nodes {first.address} dmesg",
            mend="Lines with `retrying:` say what it waits for, mostly its image. If it runs already, go on with the next step; "
            "if it holds the data of an older cluster, the disk was not empty: reset the machine.",
            source=GUIDE,
        ),
    ]
    if len(cluster.control_planes) > 1:
        yielded.append(_others(cluster))
    return tuple(yielded)


def _others(cluster: Cluster) -> Trouble:
    addresses = ",".join(str(node.address) for node in cluster.control_planes)
    return Trouble(
        sign="Only some control planes have etcd.",
        look=f"talosctl --nodes {addresses} service etcd",
        mend="Nothing may block port 2380 between them. Never run bootstrap on a second one: that makes a second cluster.",
        source=GUIDE,
    )


def _kubeconfig(cluster: Cluster) -> tuple[Trouble, ...]:
    return tuple(_no_api(cluster))


def _no_api(cluster: Cluster) -> Iterator[Trouble]:
    first = _first(cluster)
    if cluster.endpoint.vip is not None:
        yield Trouble(
            sign=f"kubectl cannot reach {cluster.endpoint.host}, talosctl reaches the node.",
            look=f"talosctl --nodes {first.address} get addresses",
            mend="A control plane takes the shared address only while etcd runs. If none has it, another machine of the LAN "
            "may: ask with `arping`, and that all control planes are in one segment.",
            source=_VIP,
        )
    yield Trouble(
        sign="The API never gets ready.",
        look=f"talosctl --nodes {first.address} containers --kubernetes",
        mend="kube-apiserver has to be there and running; its image may still be pulled. "
        f"`talosctl --nodes {first.address} logs kubelet` says what is wrong with it.",
        source=GUIDE,
    )


def _nodes(cluster: Cluster) -> tuple[Trouble, ...]:
    last = cluster.nodes[-1]
    found = [
        Trouble(
            sign="A node is missing.",
            look=f"talosctl --nodes {_first(cluster).address} get members",
            mend=f"A machine that is not listed has no config or no way to the others. For one that is, such as {last.name}, "
            f"`talosctl --nodes {last.address} logs kubelet` says why it does not register.",
            source=GUIDE,
        )
    ]
    if cluster.cilium is not None:
        found.append(
            Trouble(
                sign="Nodes restart about every ten minutes.",
                look=f"talosctl --nodes {last.address} dmesg",
                mend="Talos waits about ten minutes for a pod network and then restarts, with nothing lost: go on to "
                "install-cilium as soon as the API answers, also if a node is still missing.",
                source=_CILIUM,
            )
        )
    return tuple(found)


TROUBLES: Final[Troubles] = {
    "register-schematics": _schematics,
    "generate-secrets": _secrets,
    "generate-configs": _configs,
    "generate-node-configs": _configs,
    "apply-configs": _apply,
    "bootstrap-etcd": _etcd,
    "fetch-kubeconfig": _kubeconfig,
    "wait-for-nodes": _nodes,
}
DOCKER: Final = f"{DOCS}/platform-specific-installations/local-platforms/docker"


def _containers(cluster: Cluster) -> tuple[Trouble, ...]:
    again = f"`talosctl cluster destroy --name {cluster.name}` removes what is there, and everything in it."
    log = f"docker logs --tail 50 {quoted(_first(cluster).name)}"
    found = [
        Trouble(
            sign="It says that a container, a network or a port is there already.",
            look="docker ps --all",
            mend=f"Another program has the port, or an earlier try was interrupted: stop the first. {again}",
            source=DOCKER,
        )
    ]
    if cluster.cilium is None:
        found.append(
            Trouble(
                sign="Nodes never get ready, and Flannel says `Failed to check br_netfilter`.",
                look=log,
                mend="The kernel under docker lacks br_netfilter: `sudo modprobe br_netfilter`, on a Mac inside docker's "
                "machine.",
                source=DOCKER,
            )
        )
    else:
        found.append(
            Trouble(
                sign="It gives up waiting for nodes.",
                look='tail -n 20 "$SECRETS/create-cluster.log"',
                mend="Without Cilium they never get ready, and it waits for a time only: that it gives up harms nothing, "
                "the containers stay. Go on.",
                source=DOCKER,
            )
        )
    return tuple(found)


def _docker_api(cluster: Cluster) -> tuple[Trouble, ...]:
    first = _first(cluster)
    return (
        Trouble(
            sign="The container does not answer.",
            look=f"docker logs --tail 50 {quoted(first.name)}",
            mend="Its last lines say what it waits for; the machine under docker may have less memory than the description "
            "gives the container.",
            source=DOCKER,
        ),
    )


IN_DOCKER: Final[Troubles] = {
    "create-containers": _containers,
    "fetch-kubeconfig": _docker_api,
    "wait-for-nodes": _docker_api,
}
