"""Everything in k3s/: what is the same on all servers, on all agents, and what is each node's own.

Fed by the cluster. k3s reads /etc/rancher/k3s/config.yaml, then config.yaml.d/*.yaml; a key that comes again replaces
the earlier value, so the files of a role and of a node share no key.
Source: https://docs.k3s.io/installation/configuration#configuration-file
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv6Network
from typing import Any

from fabricgen.cluster import Cluster, K3s, Node
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.node_masks import SOURCE as MASK_SOURCE
from fabricgen.documents.node_masks import unusual_masks
from fabricgen.versions.k3s import API_PORT

DOCS = "https://docs.k3s.io"
SERVER = f"{DOCS}/cli/server"
AGENT = f"{DOCS}/cli/agent"
CONFIG = "/etc/rancher/k3s/config.yaml"
NODE_CONFIG = "/etc/rancher/k3s/config.yaml.d/50-node.yaml"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield the config of servers, of agents if there are any, and of each node; nothing without k3s."""
    k3s = cluster.k3s
    if k3s is None:
        return
    yield _draft(
        cluster, "server/config.yaml", _merged(_server(cluster, k3s), k3s.server, source=SERVER), place=CONFIG
    )
    if cluster.workers:
        yield _draft(
            cluster, "agent/config.yaml", _merged(_agent(cluster, k3s), k3s.agent, source=AGENT), place=CONFIG
        )
    for node in cluster.nodes:
        yield _draft(cluster, f"node/{node.name}/config.yaml", _node(cluster, k3s, node), place=NODE_CONFIG)


def _draft(cluster: Cluster, path: str, settings: Iterator[Setting], *, place: str) -> Draft:
    folder, _, name = path.rpartition("/")
    shape = "node/host" if folder.startswith("node/") else folder
    who = {"server": "every server; one that differs cannot join", "agent": "every agent"}
    header = f"Rendered by fabricgen from the description of {cluster.name}: change that, then render again."
    return Draft(
        path=f"k3s/{path}",
        template=f"k3s/{shape}/{name}.j2",
        parts=(Part(base={}, settings=tuple(settings)),),
        header=f"{header}\nIts place is {place} of {who.get(folder, folder.removeprefix('node/'))}.",
    )


def _server(cluster: Cluster, k3s: K3s) -> Iterator[Setting]:
    yield from _network(cluster)
    yield from _cni(cluster)
    yield from _packaged(cluster, k3s)
    yield from _api(cluster, k3s)
    if k3s.secrets_encryption:
        why = "Secrets are encrypted in the datastore and in its snapshots"
        yield setting("secrets-encryption", value=True, why=why, source=f"{DOCS}/security/secrets-encryption")
    why = "only root reads the kubeconfig, which is an administrator's"
    yield setting("write-kubeconfig-mode", "0600", why=why, source=SERVER)
    yield _token(k3s)


def _network(cluster: Cluster) -> Iterator[Setting]:
    networks, source = cluster.networks, f"{DOCS}/networking/basic-network-options"
    masks = " and ".join(f"/{mask}" for mask in networks.node_masks)
    why = f"addresses of pods, a {masks} for each node ({len(cluster.nodes)} now)"
    yield setting("cluster-cidr", _joined(networks.pods), why=why, source=source)
    why = "addresses of Services inside the cluster"
    yield setting("service-cidr", _joined(networks.services), why=why, source=source)
    why = "the address of the cluster's DNS, in the Service network"
    yield setting("cluster-dns", _joined(networks.dns_service), why=why, source=SERVER)
    why = "names of Services end in it"
    yield setting("cluster-domain", networks.domain, why=why, source=SERVER)
    if unusual := tuple(unusual_masks(networks)):
        flags = [f"{mask.flag}={mask.prefix_length}" for mask in unusual]
        reasons = "; ".join(mask.why for mask in unusual)
        yield setting("kube-controller-manager-arg", flags, why=reasons, source=MASK_SOURCE)


def _joined(items: tuple[object, ...]) -> str:
    return ",".join(str(item) for item in items)


def _cni(cluster: Cluster) -> Iterator[Setting]:
    source = f"{DOCS}/networking/basic-network-options#custom-cni"
    if cluster.cilium is None:
        yield from _flannel(cluster)
        return
    why = "Cilium is the pod network"
    yield setting("flannel-backend", "none", why=why, source=source)
    why = "Cilium enforces policies; two enforcers would contradict each other"
    yield setting("disable-network-policy", value=True, why=why, source=source)
    if cluster.cilium.kube_proxy_replacement:
        why = (
            "Cilium does its work; with both, each would translate Service addresses behind the other's back"
        )
        source = "https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/"
        yield setting("disable-kube-proxy", value=True, why=why, source=source)


def _flannel(cluster: Cluster) -> Iterator[Setting]:
    for pods in cluster.networks.pods:
        if isinstance(pods, IPv6Network):
            why = f"outside the cluster nobody knows a way to {pods}, so there pods get their node's IPv6 address too"
            source = f"{DOCS}/networking/basic-network-options#flannel-options"
            yield setting("flannel-ipv6-masq", value=True, why=why, source=source)


def disabled_parts(cluster: Cluster) -> tuple[str, ...]:
    """Return the packaged parts of k3s that its servers are told to leave out; none on Talos."""
    if cluster.k3s is None:
        return ()
    return tuple(dict.fromkeys((*(name for name, _ in _replaced(cluster)), *cluster.k3s.disable)))


def _packaged(cluster: Cluster, k3s: K3s) -> Iterator[Setting]:
    replaced = dict(_replaced(cluster))
    # What is replaced comes first, and keeps that reason where the description names it as well.
    reasons = {**replaced, **dict.fromkeys(k3s.disable, "left out, as the description says"), **replaced}
    if reasons:
        why = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        source = f"{DOCS}/installation/packaged-components"
        yield setting("disable", list(reasons), why=why, source=source)


def _replaced(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Yield the packaged components whose work something else does here, each with the reason."""
    if cluster.metallb is not None:
        yield "servicelb", "MetalLB gives Services their addresses"
    elif cluster.cilium is not None and cluster.pools:
        yield "servicelb", "Cilium gives Services their addresses"
    if cluster.cilium is not None and cluster.cilium.gateway_api is not None:
        yield "traefik", "Cilium serves the Gateway API"


def _api(cluster: Cluster, k3s: K3s) -> Iterator[Setting]:
    endpoint = cluster.endpoint
    names = ([] if endpoint.node else [endpoint.host]) + list(k3s.tls_sans)
    if names:
        why = "kubectl and joining nodes trust the API under these names too; the servers' own are known"
        yield setting("tls-san", list(dict.fromkeys(names)), why=why, source=SERVER)
    if endpoint.node is not None and endpoint.port != API_PORT:
        why = "the port of the endpoint, on which the servers themselves listen"
        yield setting("https-listen-port", endpoint.port, why=why, source=SERVER)


def _token(k3s: K3s) -> Setting:
    why = "the secret by which nodes join: put it there by hand before k3s starts, never in git"
    return setting("token-file", k3s.token_file, why=why, source=f"{DOCS}/cli/token")


def _agent(cluster: Cluster, k3s: K3s) -> Iterator[Setting]:
    yield _join(cluster)
    yield _token(k3s)


def _join(cluster: Cluster) -> Setting:
    why = "where this node joins; it learns of all servers there and then reaches each of them"
    return setting("server", cluster.endpoint.url, why=why, source=f"{DOCS}/datastore/ha-embedded")


def _node(cluster: Cluster, k3s: K3s, node: Node) -> Iterator[Setting]:
    if node.control_plane:
        yield from _start_or_join(cluster, k3s, node)
    why = "the node's name, whatever its host name is"
    yield setting("node-name", node.name, why=why, source=AGENT)
    why = "the node's address in the LAN; with several links k3s might pick another"
    yield setting("node-ip", _joined(node.addresses), why=why, source=AGENT)
    if node.external_address is not None:
        why = "the address by which others reach the node"
        yield setting("node-external-ip", str(node.external_address), why=why, source=AGENT)
    labels = [f"{key}={value}" for key, value in node.labels.items()]
    source = f"{AGENT}#node-labels-and-taints-for-agents"
    if labels:
        why = f"labels of {node.name}; they count when it joins, later use kubectl"
        yield setting("node-label", labels, why=why, source=source)
    if taints := list(_taints(node)):
        kept_off = "workloads stay on the agents" if node.control_plane and not node.schedulable else ""
        asked = f"only pods that tolerate this run on {node.name}" if node.taints else ""
        why = (
            f"{'; '.join(filter(None, (kept_off, asked)))}; it counts when the node joins, later use kubectl"
        )
        yield setting("node-taint", taints, why=why, source=source)


def _start_or_join(cluster: Cluster, k3s: K3s, node: Node) -> Iterator[Setting]:
    """Yield how a server finds its cluster: one starts it, the others join; a single one needs neither."""
    if node.name != k3s.first_server:
        yield _join(cluster)
    elif k3s.etcd:
        why = f"{node.name} starts the cluster with etcd, which the other servers join; it counts only the first time"
        yield setting("cluster-init", value=True, why=why, source=f"{DOCS}/datastore/ha-embedded")


def _taints(node: Node) -> Iterator[str]:
    if node.control_plane and not node.schedulable:
        yield "node-role.kubernetes.io/control-plane:NoSchedule"
    for taint in node.taints:
        yield f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"


def _merged(ours: Iterator[Setting], asked: Mapping[str, Any], *, source: str) -> Iterator[Setting]:
    """Yield our settings, then those of the description; lists of flags are added to ours, all else replaces it."""
    written = {one.path[0]: one for one in ours}
    for key, value in asked.items():
        name = key.removesuffix("+")
        above = written.get(name)
        both = above is not None and isinstance(above.value, list) and isinstance(value, list | tuple)
        why = "asked for in the description" + (f", beside: {above.why}" if above and both else "")
        whole = [*above.value, *value] if above and both else value
        written[name] = Setting(path=(name,), value=whole, why=why, source=source)
    yield from written.values()
