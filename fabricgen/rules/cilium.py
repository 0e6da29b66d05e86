"""Values of the Cilium chart: keys that it never reads, types and words that it refuses, and values that do not meet."""

import re
from collections.abc import Iterator
from typing import Final

from fabricgen.charts import ValuesProblem, values_problems
from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.rule import Edit, Hit, rule

_CHART: Final = "https://github.com/cilium/cilium/blob/v1.20.2/install/kubernetes/cilium"
_VALIDATE: Final = f"{_CHART}/templates/validate.yaml"
_NAME: Final = re.compile(r"([a-z0-9][-a-z0-9]*)?[a-z0-9]")
_LONGEST_NAME: Final = 32


def _hit(cilium: CiliumRelease, path: str, message: str, *edits: Edit) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label, edits=edits)


def _problems(fabric: Fabric, rule_id: str) -> Iterator[tuple[CiliumRelease, ValuesProblem, str]]:
    """Yield what is wrong with the values of each release, by one kind of fault, with the dotted path."""
    for cilium in fabric.all_cilium:
        version = str(cilium.version) if cilium.version else cilium.range
        for problem in values_problems(cilium.values, chart="cilium", version=version) if version else ():
            if problem.rule == rule_id:
                yield cilium, problem, ".".join(str(part) for part in problem.path)


@rule(
    "CIL001",
    "warning",
    "Every value is one that the chart reads",
    why="Helm says nothing about a key that the chart does not know: it does nothing, and looks as if it did.",
    source=f"{_CHART}/values.yaml",
    fix="Write the key that is meant, or remove it.",
)
def unknown_keys(fabric: Fabric) -> Iterator[Hit]:
    """Yield each key that the chart of this version never reads."""
    for cilium, problem, path in _problems(fabric, "HLM001"):
        edits: tuple[Edit, ...] = ()
        place = cilium.place(path)
        if (
            problem.instead.rpartition(".")[0] == path.rpartition(".")[0]
            and place.path[-1:] == problem.path[-1:]
        ):
            name = problem.instead.rpartition(".")[2]
            edits = (Edit(place, cilium.document(path), "rename", place.path, name),)
        message = f"{path}: {problem.message}" + (f"; {problem.hint}" if problem.hint else "")
        yield _hit(cilium, path, message, *edits)


@rule(
    "CIL002",
    "error",
    "Every value has the type that the chart takes",
    why="Helm refuses to render, so the release stays as it was, or is never installed.",
    source=f"{_CHART}/values.schema.json",
    fix="Write the value as the type that is expected.",
)
def wrong_types(fabric: Fabric) -> Iterator[Hit]:
    """Yield each value of a type that the chart's schema refuses."""
    for cilium, problem, path in _problems(fabric, "HLM002"):
        yield _hit(cilium, path, f"{path}: {problem.message}" + (f"; {problem.hint}" if problem.hint else ""))


@rule(
    "CIL003",
    "error",
    "Every word is one that the chart or the agent knows",
    why="The chart does not render, or the agent ends when it reads its config, and no pod gets a network.",
    source=f"{_CHART}/values.yaml",
    fix="Write one of the words that are allowed.",
)
def wrong_words(fabric: Fabric) -> Iterator[Hit]:
    """Yield each value out of its words or numbers."""
    for cilium, problem, path in _problems(fabric, "HLM003"):
        yield _hit(cilium, path, f"{path}: {problem.message}" + (f"; {problem.hint}" if problem.hint else ""))


@rule(
    "CIL004",
    "error",
    "Kube-proxy replacement is told where the API server is",
    why="Without kube-proxy nothing answers at the Service's address until Cilium runs, and Cilium waits for the API.",
    source="https://docs.cilium.io/en/v1.20/network/kubernetes/kubeproxy-free/#quick-start",
    fix="Set k8sServiceHost and k8sServicePort: localhost and 7445 with Talos' KubePrism, 127.0.0.1 and 6444 with k3s.",
)
def no_api_server(fabric: Fabric) -> Iterator[Hit]:
    """Yield a replacement that would look for the API server where only it can lead."""
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy():
        return
    ways = ("k8sServiceHost", "k8sServiceHostRef.name", "k8s.apiServerURLs")
    if not any(cilium.value(path, None) for path in ways):
        yield _hit(
            cilium, "kubeProxyReplacement", "kubeProxyReplacement is on, and k8sServiceHost is not set"
        )


@rule(
    "CIL005",
    "error",
    "There is a node for every replica of the operator",
    why="Its replicas refuse to share a node: one stays pending, and the release fails when its time is up.",
    source=f"{_CHART}/values.yaml",
    fix="Set operator.replicas: 1.",
)
def too_many_operators(fabric: Fabric) -> Iterator[Hit]:
    """Yield more replicas than nodes, where a list tells all nodes."""
    cilium = fabric.cilium
    nodes = {node.name for node in fabric.nodes if node.address.path[:1] == ("nodes",)}
    if cilium is None or not nodes or cilium.is_set("operator.affinity"):
        return
    replicas = cilium.value("operator.replicas")
    if isinstance(replicas, int) and replicas > len(nodes):
        path = "operator.replicas" if cilium.is_set("operator.replicas") else ""
        yield _hit(
            cilium,
            path,
            f"operator.replicas is {replicas}, and there is {len(nodes)} node" + "s" * (len(nodes) > 1),
        )


@rule(
    "CIL006",
    "error",
    "Beside another CNI plugin, cni.exclusive is off",
    why="Cilium renames the other plugin's config to *.cilium_bak, and pods lose their further interfaces.",
    source="https://docs.cilium.io/en/v1.20/network/kubernetes/configuration/#adjusting-cni-configuration",
    fix="Set cni.exclusive: false.",
)
def exclusive_beside_multus(fabric: Fabric) -> Iterator[Hit]:
    """Yield exclusive CNI config beside Multus."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("cni.exclusive"):
        return
    if fabric.in_force("k8s.cni.cncf.io", "NetworkAttachmentDefinition"):
        path = "cni.exclusive" if cilium.is_set("cni.exclusive") else ""
        yield _hit(
            cilium,
            path,
            "cni.exclusive is on, and there are NetworkAttachmentDefinitions, which Multus reads",
        )


@rule(
    "CIL007",
    "error",
    "The cluster's name is a DNS label of at most 32 characters, and not default beside an id",
    why="The chart does not render.",
    source=_VALIDATE,
    fix="Set cluster.name to small letters, digits and -, at most 32.",
)
def cluster_name(fabric: Fabric) -> Iterator[Hit]:
    """Yield a name that the chart refuses."""
    cilium = fabric.cilium
    if cilium is None or not (cilium.is_set("cluster.name") or cilium.is_set("cluster.id")):
        return
    name = str(cilium.value("cluster.name"))
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        yield _hit(cilium, "cluster.name", f"cluster.name is {name!r}")
    elif name == "default" and cilium.value("cluster.id") not in {0, "0"}:
        yield _hit(
            cilium, "cluster.id", f"cluster.id is {cilium.value('cluster.id')}, and cluster.name is default"
        )


@rule(
    "CIL008",
    "error",
    "A CiliumLocalRedirectPolicy needs the feature",
    why="The agent ignores the policy: DNS and metadata go the long way, or nowhere.",
    source="https://docs.cilium.io/en/v1.20/network/kubernetes/local-redirect-policy/",
    fix="Set localRedirectPolicies.enabled: true, or localRedirectPolicy: true before Cilium 1.18.",
)
def redirect_without_feature(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy that nothing reads."""
    cilium = fabric.cilium
    policies = fabric.in_force("cilium.io", "CiliumLocalRedirectPolicy")
    if cilium is None or not policies:
        return
    if not cilium.is_on("localRedirectPolicies.enabled") and not cilium.is_on("localRedirectPolicy"):
        for item in policies:
            yield Hit(
                place=item.place(),
                message=f"{item.name} redirects, and Cilium's feature is off",
                object=item.label,
            )


@rule(
    "CIL009",
    "error",
    "k8sServiceHost and k8sServiceHostRef exclude each other",
    why="The chart does not render.",
    source=_VALIDATE,
    fix="Remove one of the two.",
    since="1.18",
)
def two_api_servers(fabric: Fabric) -> Iterator[Hit]:
    """Yield a release that has both."""
    cilium = fabric.cilium
    if cilium is None or not cilium.written("k8sServiceHost"):
        return
    if cilium.written("k8sServiceHostRef.name") and cilium.written("k8sServiceHostRef.key"):
        yield _hit(cilium, "k8sServiceHostRef", "k8sServiceHost and k8sServiceHostRef are both set")


@rule(
    "CIL010",
    "warning",
    "Capabilities that are written out hold all that the agent needs",
    why="The list replaces the chart's: what is missing in it, the agent may not do.",
    source=f"{_CHART}/values.yaml",
    fix="Add what is missing; only SYS_MODULE may be left out where the kernel's modules are loaded already.",
)
def missing_capabilities(fabric: Fabric) -> Iterator[Hit]:
    """Yield each list that lacks one of the agent's capabilities."""
    cilium = fabric.cilium
    path = "securityContext.capabilities.ciliumAgent"
    written = None if cilium is None else cilium.written(path)
    if (
        cilium is None
        or not isinstance(written, list)
        or cilium.value("securityContext.privileged", None) is True
    ):
        return
    missing = [
        one for one in ("NET_ADMIN", "NET_RAW", "IPC_LOCK", "SYS_ADMIN", "SYS_RESOURCE") if one not in written
    ]
    if missing:
        yield _hit(cilium, path, f"{path} lacks {', '.join(missing)}")


@rule(
    "CIL011",
    "warning",
    "cluster-pool addresses are chosen for this network",
    why="10.0.0.0/8, the chart's default, holds most home networks: replies to a LAN client in it go to a pod.",
    source=f"{_CHART}/values.yaml",
    fix="Set ipam.operator.clusterPoolIPv4PodCIDRList, or ipam.mode: kubernetes.",
)
def default_cluster_pool(fabric: Fabric) -> Iterator[Hit]:
    """Yield the default pool where nodes have addresses in it."""
    cilium = fabric.cilium
    if cilium is None or cilium.value("ipam.mode") != "cluster-pool":
        return
    if cilium.value("ipam.operator.clusterPoolIPv4PodCIDRList", None) is not None:
        return
    inside = [one for one in fabric.nodes if str(one.address.value).startswith("10.")]
    if inside:
        path = "ipam.mode" if cilium.is_set("ipam.mode") else ""
        message = (
            f"pods get addresses out of 10.0.0.0/8, where node {inside[0].name} has {inside[0].address.value}"
        )
        yield _hit(cilium, path, message)
