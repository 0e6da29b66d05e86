"""What goes wrong while k3s comes up. Fed by the cluster; read by `order`."""

from typing import Final

from fabricgen.cluster import Cluster, Node
from fabricgen.documents.bootstrap.step import quoted
from fabricgen.documents.bootstrap.trouble import Trouble, Troubles

_REQUIREMENTS: Final = "https://docs.k3s.io/installation/requirements"
_CONFIG: Final = "https://docs.k3s.io/installation/configuration"
_CRITICAL: Final = "https://docs.k3s.io/cli/server#critical-configuration-values"
_TOKEN: Final = "https://docs.k3s.io/cli/token"  # noqa: S105 - an address, not a secret
_HASH: Final = "https://github.com/k3s-io/k3s/issues/3727"
_CGROUP: Final = "https://github.com/k3s-io/k3s/issues/2067"
_SUDO: Final = "https://www.sudo.ws/docs/man/sudo.man/"
_HELM: Final = "https://docs.k3s.io/add-ons/helm"


def _first(cluster: Cluster) -> Node:
    name = cluster.k3s.first_server if cluster.k3s else ""
    return next(node for node in cluster.nodes if node.name == name)


def _journal(node: Node, unit: str) -> str:
    return f"ssh {node.address} {quoted(f'sudo journalctl --unit {unit} --no-pager --lines 50')}"


def _token(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="Nothing is written.",
            look='ls -ld "$SECRETS"',
            mend="The folder has to be yours, and openssl has to be there. A token that is in use already must never be made anew.",
            source=_TOKEN,
        ),
    )


def _server(cluster: Cluster) -> tuple[Trouble, ...]:
    first = _first(cluster)
    found = [
        Trouble(
            sign="sudo asks for a password, or ssh for one.",
            look=f"ssh {first.address} 'sudo --non-interactive true'",
            mend="The commands have no terminal to ask in: give the user of your ssh config a key, and sudo without a password "
            "while this runs.",
            source=_SUDO,
        ),
        Trouble(
            sign="k3s is installed and does not start.",
            look=_journal(first, "k3s"),
            mend="The first error counts. A key that it does not know stands in /etc/rancher/k3s/config.yaml or in "
            "config.yaml.d/; ports 6443 and 6444 must be free.",
            source=_CONFIG,
        ),
    ]
    return (*found, *_boards(cluster))


def _boards(cluster: Cluster) -> tuple[Trouble, ...]:
    arm = [node for node in cluster.nodes if node.arch == "arm64"]
    if not arm:
        return ()
    return (
        Trouble(
            sign="It fails to find the memory cgroup.",
            look=f"ssh {arm[0].address} 'cat /proc/cmdline'",
            mend="Raspberry Pi OS has it off: add `cgroup_memory=1 cgroup_enable=memory` to the kernel's command line on the "
            "board, and restart it.",
            source=_CGROUP,
        ),
    )


def _kubeconfig(cluster: Cluster) -> tuple[Trouble, ...]:
    return (
        Trouble(
            sign=f"kubectl cannot reach {cluster.endpoint.url}, or does not trust it.",
            look=f"curl --insecure --silent --show-error --max-time 5 {cluster.endpoint.url}/version",
            mend="Any answer means that the way is free, also 401; then the certificate lacks this name, which stands under "
            "tls-san in k3s/server/config.yaml. Without one a firewall is between, or k3s is down on that machine.",
            source=_REQUIREMENTS,
        ),
    )


def _join_token(cluster: Cluster) -> tuple[Trouble, ...]:
    return (
        Trouble(
            sign="The file is missing on the server.",
            look=_journal(_first(cluster), "k3s"),
            mend="k3s writes it when it has started; the journal says why it has not.",
            source=_TOKEN,
        ),
    )


def _agents(cluster: Cluster) -> tuple[Trouble, ...]:
    return (_wrong_hash(cluster.workers[0], "k3s-agent"), *_boards(cluster))


def _servers(cluster: Cluster) -> tuple[Trouble, ...]:
    joining = next(node for node in cluster.control_planes if node.name != _first(cluster).name)
    return (
        _wrong_hash(joining, "k3s"),
        Trouble(
            sign="A server stops and names critical configuration.",
            look=_journal(joining, "k3s"),
            mend="It differs from the first server in a value that all must share: another file in config.yaml.d/ on that "
            "machine says something else. Remove it.",
            source=_CRITICAL,
        ),
    )


def _wrong_hash(node: Node, unit: str) -> Trouble:
    return Trouble(
        sign="A node does not join, and its token does not match the CA.",
        look=_journal(node, unit),
        mend="The token is that of an older cluster, or the node was in one: run fetch-join-token again; on the node "
        "k3s-agent-uninstall.sh or k3s-uninstall.sh removes what is left.",
        source=_HASH,
    )


def _nodes(cluster: Cluster) -> tuple[Trouble, ...]:
    last = cluster.nodes[-1]
    unit = "k3s" if last.control_plane else "k3s-agent"
    return (
        Trouble(
            sign="A node is missing, or has an address of another link.",
            look="kubectl get nodes --output wide",
            mend=f"INTERNAL-IP has to be the address of the description; node-ip in config.yaml.d/ on the node says it. For a "
            f"node that is missing, such as {last.name}, its journal says why: `{_journal(last, unit)}`",
            source=_CONFIG,
        ),
    )


def _hand(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="The DaemonSet never appears.",
            look="kubectl --namespace kube-system logs job/helm-install-cilium --tail=50",
            mend="The job of k3s says what Helm said. Once the cause is gone it tries again by itself: failurePolicy is abort, so "
            "nothing was uninstalled.",
            source=_HELM,
        ),
    )


def _take(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="Deleting the HelmChart hangs, or a job helm-delete-cilium appears.",
            look="kubectl --namespace kube-system get helmcharts.helm.cattle.io cilium --output yaml",
            mend="It still has its finalizer, by which k3s uninstalls the chart: run the patch again at once. If Cilium is gone, "
            "install it again with the step install-cilium before Flux starts.",
            source="https://github.com/k3s-io/helm-controller/pull/137",
        ),
    )


TROUBLES: Final[Troubles] = {
    "make-token": _token,
    "start-first-server": _server,
    "fetch-kubeconfig": _kubeconfig,
    "fetch-join-token": _join_token,
    "join-servers": _servers,
    "join-agents": _agents,
    "wait-for-nodes": _nodes,
    "hand-cilium-to-k3s": _hand,
    "take-cilium-from-k3s": _take,
}
