"""Bringing up k3s: its token, the files on each node, the first server, then those that join.

Fed by the cluster; gives the first steps, and the second way to install Cilium: by k3s itself.
Sources: https://docs.k3s.io/quick-start , https://docs.k3s.io/cli/token , https://docs.k3s.io/datastore/ha-embedded ;
for letting go of a chart https://github.com/k3s-io/helm-controller/pull/137 and pkg/remove/handler.go there.
"""

from collections.abc import Iterator, Sequence

from fabricgen.cluster import Cluster, K3s, Node
from fabricgen.documents.bootstrap.step import Check, Step, command, quoted, words
from fabricgen.documents.bootstrap.values import HELM_CHART
from fabricgen.documents.cilium import release_timeout
from fabricgen.documents.cilium.release import NAME, NAMESPACE
from fabricgen.documents.k3s import CONFIG, NODE_CONFIG
from fabricgen.versions.k3s import MANIFESTS_DIR

INSTALLER = "https://get.k3s.io"
OWN_TOKEN = "/var/lib/rancher/k3s/server/token"  # noqa: S105 - a path, not a secret
OWN_KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"
MADE_TOKEN = '"$SECRETS/k3s-token"'  # noqa: S105 - a path, not a secret
JOIN_TOKEN = '"$SECRETS/k3s-join-token"'  # noqa: S105 - a path, not a secret
UNMANAGED = "helmcharts.helm.cattle.io/unmanaged=true"
NO_FINALIZERS = '{"metadata":{"finalizers":null}}'


def steps(cluster: Cluster, k3s: K3s) -> Iterator[Step]:
    """Yield the steps up to a kubeconfig and all nodes, the first server before everything that joins it."""
    first = _first(cluster, k3s)
    yield _token()
    yield _first_server(k3s, first)
    yield _kubeconfig(cluster, first)
    if len(cluster.nodes) > 1:
        yield _join_token(first)
    if servers := [node for node in cluster.control_planes if node.name != first.name]:
        yield _join(k3s, servers, kind="server")
    if cluster.workers:
        yield _join(k3s, cluster.workers, kind="agent")


def _first(cluster: Cluster, k3s: K3s) -> Node:
    return next(node for node in cluster.nodes if node.name == k3s.first_server)


def _token() -> Step:
    return Step(
        name="make-token",
        title="Make the token by which nodes join, once",
        what="Whoever has it can join, and it encrypts what k3s keeps of its certificates: keep a copy where you keep "
        "passwords, since no backup of the cluster can be restored without it.",
        commands=(f"test -s {MADE_TOKEN} || openssl rand -hex 32 > {MADE_TOKEN}",),
        tools=("openssl",),
        says="Nothing.",
        checks=(Check(command=f"ls -l {MADE_TOKEN}", expect="one file that only you can read"),),
        on_cluster=False,
    )


def _first_server(k3s: K3s, first: Node) -> Step:
    return Step(
        name="start-first-server",
        title=f"Start the first server, {first.name}",
        what="The token and the config go to their places as root, then k3s is installed at the pinned version and "
        "starts. ssh logs in as the user of your ssh config, who may use sudo.",
        commands=tuple(_installed(k3s, first, token=MADE_TOKEN, kind="server")),
        tools=("ssh",),
        says=f"What the installer does, and at the end k3s version v{k3s.version}.",
        checks=(Check(command=_remote(first, "sudo k3s kubectl get nodes"), expect=f"{first.name}"),),
        on_cluster=False,
    )


def _installed(k3s: K3s, node: Node, *, token: str, kind: str) -> Iterator[str]:
    yield _put(node, token, k3s.token_file)
    yield _put(node, f"k3s/{kind}/config.yaml", CONFIG)
    yield _put(node, quoted(f"k3s/node/{node.name}/config.yaml"), NODE_CONFIG)
    install = f"INSTALL_K3S_VERSION={quoted(f'v{k3s.version}')} sh -s - {kind}"
    # The last command fails where the download did, which a pipe would hide.
    yield _remote(node, f"curl -sfL {INSTALLER} | {install} && k3s --version")


def _put(node: Node, file: str, place: str) -> str:
    return f"{_remote(node, f'sudo install -D -m 600 /dev/stdin {quoted(place)}')} < {file}"


def _remote(node: Node, line: str) -> str:
    return f"ssh {node.address} {quoted(line)}"


def _kubeconfig(cluster: Cluster, first: Node) -> Step:
    return Step(
        name="fetch-kubeconfig",
        title="Fetch the kubeconfig",
        what=f"k3s' own leads to the server's localhost and is named default; this one leads to {cluster.endpoint.url} "
        "and has the cluster's name.",
        commands=(
            f'{_remote(first, f"sudo cat {OWN_KUBECONFIG}")} > "$KUBECONFIG"',
            f"kubectl config set-cluster default --server {quoted(cluster.endpoint.url)}",
            f"kubectl config rename-context default {quoted(cluster.name)}",
            "wait_for kubectl get --raw /readyz",
        ),
        tools=("ssh", "kubectl"),
        says=f"That the cluster default was set, and its context renamed to {cluster.name}.",
        checks=(Check(command="kubectl config current-context", expect=cluster.name),),
        on_cluster=False,
    )


def _join_token(first: Node) -> Step:
    return Step(
        name="fetch-join-token",
        title="Fetch the token in its long form",
        what="The first server writes the token with the hash of its CA: with that, a joining node knows that it talks to "
        "the right cluster before it sends the secret.",
        commands=(f"{_remote(first, f'sudo cat {OWN_TOKEN}')} > {JOIN_TOKEN}",),
        tools=("ssh",),
        says="Nothing.",
        checks=(Check(command=f"grep --count '^K10' {JOIN_TOKEN}", expect="1"),),
        on_cluster=False,
    )


def _join(k3s: K3s, nodes: Sequence[Node], *, kind: str) -> Step:
    commands = (line for node in nodes for line in _installed(k3s, node, token=JOIN_TOKEN, kind=kind))
    one = (
        "One after the other, since etcd takes one new member at a time."
        if kind == "server"
        else "In any order."
    )
    return Step(
        name=f"join-{kind}s",
        title=f"Join the {'other servers' if kind == 'server' else 'agents'}",
        what=f"{one} The same as on the first server, with the long token and the config of the role.",
        commands=tuple(commands),
        tools=("ssh", "kubectl"),
        says=f"For each node what the installer does, and at the end k3s version v{k3s.version}.",
        checks=(
            Check(
                command=command("wait_for kubectl get nodes", *words(node.name for node in nodes)),
                expect="nothing, once each of them is known",
            ),
        ),
        on_cluster=False,
    )


def helm_chart_steps(cluster: Cluster, k3s: K3s) -> tuple[Step, ...]:
    """Return the second way to install Cilium: by k3s' own controller, which lets go of it before Flux starts."""
    first = _first(cluster, k3s)
    return (_hand_to_k3s(cluster, first), _take_from_k3s(first))


def _hand_to_k3s(cluster: Cluster, first: Node) -> Step:
    place = f"{MANIFESTS_DIR}/{HELM_CHART.rpartition('/')[2]}"
    rollout = f"kubectl --namespace {NAMESPACE} rollout status"
    return Step(
        name="hand-cilium-to-k3s",
        title="Instead of install-cilium: let k3s install the chart",
        what="k3s installs every chart that it finds in this folder, here from the very same values. On the first server only.",
        commands=(
            _put(first, HELM_CHART, place),
            f"wait_for kubectl --namespace {NAMESPACE} get daemonset/cilium",
            f"{rollout} daemonset/cilium --timeout={release_timeout(cluster)}m",
            f"{rollout} deployment/cilium-operator --timeout=5m",
        ),
        tools=("ssh", "kubectl"),
        says="daemon set and deployment are successfully rolled out.",
        checks=(
            Check(
                command=f"kubectl --namespace {NAMESPACE} get helmcharts.helm.cattle.io {NAME}",
                expect="one HelmChart, its job helm-install-cilium",
            ),
        ),
    )


def _take_from_k3s(first: Node) -> Step:
    place = f"{MANIFESTS_DIR}/{HELM_CHART.rpartition('/')[2]}"
    chart = f"helmcharts.helm.cattle.io {NAME}"
    return Step(
        name="take-cilium-from-k3s",
        title="Before start-flux: make k3s let go of it",
        what="Two controllers must not manage one release: newer ones of k3s upgrade it again as soon as Flux has. The file "
        "goes first, or k3s would install the chart again when it restarts. Then the object is marked as unmanaged and "
        "loses its finalizer, so that deleting it does not uninstall Cilium: the order matters.",
        commands=(
            _remote(first, f"sudo rm {place}"),
            f"kubectl --namespace {NAMESPACE} annotate {chart} {UNMANAGED}",
            command(
                f"kubectl --namespace {NAMESPACE} patch {chart}",
                f"--type merge --patch {quoted(NO_FINALIZERS)}",
            ),
            f"kubectl --namespace {NAMESPACE} delete {chart}",
        ),
        tools=("ssh", "kubectl"),
        says="annotated, patched, deleted.",
        checks=(
            Check(
                command=f"kubectl --namespace {NAMESPACE} get secrets --selector owner=helm,name={NAME}",
                expect="one Secret, Helm's record of the release, which Flux takes over",
            ),
        ),
    )
