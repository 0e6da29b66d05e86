"""Cilium before Flux: what must be there first, the install, and the sign that it works.

Fed by the cluster; gives the steps between the kubeconfig and Flux. The install is the HelmRelease's own: same
chart, same values, same name and namespace, so that Flux takes it over.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.cluster import Chart, Cilium, Cluster
from fabricgen.documents.bootstrap.step import Check, Step, command, counted, quoted, words
from fabricgen.documents.cilium import addresses_come_late, certificates_come_late, release_timeout
from fabricgen.documents.cilium.release import NAME, NAMESPACE
from fabricgen.documents.namespaces import PATH as NAMESPACES
from fabricgen.documents.namespaces import WELL_KNOWN
from fabricgen.versions.gateway_api import GROUP, REPOSITORY, GatewayApiRelease, required_kinds

VALUES = "bootstrap/cilium-values.yaml"
SERVICE_MONITORS: Final = "servicemonitors.monitoring.coreos.com"

# renovate: datasource=github-releases depName=prometheus-operator/prometheus-operator
PROMETHEUS_OPERATOR: Final = "v0.95.2"
_SERVICE_MONITOR_CRD: Final = (
    "https://raw.githubusercontent.com/prometheus-operator/prometheus-operator/"
    f"{PROMETHEUS_OPERATOR}/example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"
)


def steps(cluster: Cluster) -> Iterator[Step]:
    """Yield what is done with kubectl and helm until every node is ready."""
    yield _registered(cluster)
    cilium = cluster.cilium
    if cilium is not None:
        if cilium.gateway_api is not None:
            yield _gateway_crds(cilium, cilium.gateway_api.release)
        if cilium.monitoring.service_monitors:
            yield _monitor_crd()
        if cilium.monitoring.dashboards != "none" and cilium.monitoring.namespace not in WELL_KNOWN:
            yield _namespaces(cilium.monitoring.namespace)
        yield _install(cluster, cilium)
    yield _ready(cluster)


def _registered(cluster: Cluster) -> Step:
    state = "NotReady is right: there is no pod network yet" if cluster.cilium else "each is or becomes Ready"
    return Step(
        name="wait-for-nodes",
        title="Wait until every node has registered",
        what=f"Kubernetes knows {counted(cluster.nodes, 'node')}, as the description does; {state}.",
        commands=(command("wait_for kubectl get nodes", *words(node.name for node in cluster.nodes)),),
        tools=("kubectl",),
        says="Nothing.",
        checks=(
            Check(
                command="kubectl get nodes --output wide", expect=f"{counted(cluster.nodes, 'node')}; {state}"
            ),
        ),
    )


def _gateway_crds(cilium: Cilium, release: GatewayApiRelease) -> Step:
    ref = release.commit or release.tag
    names = (f"crd/{plural(kind)}.{GROUP}" for kind, _ in required_kinds(cilium.version))
    return Step(
        name="install-gateway-crds",
        title=f"Install the CRDs of Gateway API {release.tag}",
        what="Cilium's operator looks for them once, when it starts: without them it runs no Gateway until it is "
        "restarted. These are the ones that Flux applies later, from the same commit.",
        commands=(
            command(
                "kubectl apply --server-side",
                f"--kustomize {quoted(f'{REPOSITORY}/{release.path}?ref={ref}')}",
            ),
            command("kubectl wait --for=condition=Established --timeout=2m", *words(names)),
        ),
        tools=("kubectl", "git"),
        says="For each kind serverside-applied, then condition met.",
        checks=(
            Check(
                command=f"kubectl get crds --output name | grep {GROUP}", expect=f"{len(release.kinds)} kinds"
            ),
        ),
    )


def plural(kind: str) -> str:
    """Return the plural of a kind, as its CRD is named: `BackendTLSPolicy` is `backendtlspolicies`."""
    lower = kind.lower()
    if lower.endswith("y") and not lower.endswith("ay"):
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith("s") else f"{lower}s"


def _monitor_crd() -> Step:
    apply = command("kubectl apply --server-side", f"--filename {quoted(_SERVICE_MONITOR_CRD)}")
    return Step(
        name="install-monitor-crd",
        title="Install the CRD of ServiceMonitors, if it is missing",
        what="The chart brings ServiceMonitors, and Kubernetes refuses them without their CRD. Whatever "
        "brings prometheus-operator later finds this one there.",
        commands=(f"kubectl get crd {SERVICE_MONITORS} || {apply}",),
        tools=("kubectl",),
        says="The CRD; or that it is not found, then serverside-applied.",
        checks=(Check(command=f"kubectl get crd {SERVICE_MONITORS}", expect="one CRD"),),
    )


def _namespaces(name: str) -> Step:
    return Step(
        name="make-namespaces",
        title="Make the namespaces of this tree",
        what=f"The chart puts its dashboards into {name}, and Helm stops where that is missing. Flux applies the same "
        "file later.",
        commands=(command("kubectl apply --server-side", f"--filename {quoted(NAMESPACES)}"),),
        tools=("kubectl",),
        says="serverside-applied.",
        checks=(Check(command=f"kubectl get namespace {name}", expect="Active"),),
    )


def _install(cluster: Cluster, cilium: Cilium) -> Step:
    late = certificates_come_late(cilium) or addresses_come_late(cilium)
    install = command(
        f"helm upgrade --install {NAME} {chart_words(cilium.chart)}",
        f"--namespace {NAMESPACE} --values {VALUES}",
        f"--timeout {release_timeout(cluster)}m{'' if late else ' --wait'}",
    )
    return Step(
        name="install-cilium",
        title=f"Install Cilium {cilium.version}",
        what="The chart, version, values, name and namespace of infrastructure/cilium/release.yaml, so that Flux finds "
        f"its own release later and changes nothing.{_why_not_waiting(cilium)}",
        commands=(
            install,
            f"kubectl --namespace {NAMESPACE} rollout status daemonset/cilium --timeout={release_timeout(cluster)}m",
            f"kubectl --namespace {NAMESPACE} rollout status deployment/cilium-operator --timeout=5m",
        ),
        tools=("helm", "kubectl"),
        says="STATUS: deployed, then successfully rolled out, twice.",
        checks=(
            Check(
                command=f"kubectl --namespace {NAMESPACE} exec daemonset/cilium --container cilium-agent -- cilium-dbg status --brief",
                expect="OK",
            ),
        ),
    )


def _why_not_waiting(cilium: Cilium) -> str:
    """Return why Helm does not wait; empty where it does.

    Helm 3 waits for the address of a LoadBalancer Service. Source: pkg/kube/ready.go of https://github.com/helm/helm
    at v3.19.0.
    """
    if certificates_come_late(cilium):
        return (
            f" Without --wait: chart {cilium.version} makes Hubble's certificates only after Helm has waited, and the "
            "relay waits for them."
        )
    if addresses_come_late(cilium):
        return " Without --wait: Helm would wait for the address of Hubble's interface, which a later layer hands out."
    return ""


def chart_words(chart: Chart) -> str:
    """Return what helm calls the chart, pinned: a repository and a name, or an address in a registry."""
    if not chart.oci:
        return command(NAME, f"--repo {quoted(chart.url)} --version {chart.version}")
    if chart.digest is not None:
        return quoted(f"{chart.url}@{chart.digest}")
    return command(quoted(chart.url), f"--version {chart.version}")


def _ready(cluster: Cluster) -> Step:
    return Step(
        name="wait-for-network",
        title="Wait until every node is ready",
        what="Nodes become Ready with their pod network; then the cluster's DNS starts, without which Flux fetches nothing.",
        commands=(
            "kubectl wait --for=condition=Ready nodes --all --timeout=15m",
            f"kubectl --namespace {NAMESPACE} rollout status deployment/coredns --timeout=5m",
        ),
        tools=("kubectl",),
        says="condition met for each node, then successfully rolled out.",
        checks=(Check(command="kubectl get nodes", expect=f"{counted(cluster.nodes, 'node')}, each Ready"),),
    )
