"""What goes wrong while the pod network comes up. Fed by the cluster; read by `order`."""

from typing import Final

from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.bootstrap.trouble import Trouble, Troubles
from fabricgen.documents.cilium import release_timeout
from fabricgen.documents.cilium.release import NAME, NAMESPACE

_KUBECTL: Final = f"kubectl --namespace {NAMESPACE}"
_GUIDE: Final = "https://docs.cilium.io/en/stable/operations/troubleshooting/"
_TALOS: Final = "https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"
_PRISM: Final = "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism"
_K3S: Final = "https://docs.k3s.io/cli/agent"
_PENDING: Final = "https://github.com/helm/helm/issues/10599"
_KUSTOMIZE: Final = "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization/"
_APPLY: Final = "https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"
_PODS: Final = "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/"
_FAILED_EVENTS: Final = f"{_KUBECTL} get events --field-selector reason=Failed --sort-by=.lastTimestamp"
_DNS: Final = "https://github.com/siderolabs/talos/issues/10002"


def _gateway_crds(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="kubectl cannot fetch them.",
            look="git ls-remote https://github.com/kubernetes-sigs/gateway-api HEAD",
            mend="kubectl fetches them with git from GitHub, on this machine, not in the cluster.",
            source=_KUSTOMIZE,
        ),
        _conflict(),
    )


def _crds(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="kubectl cannot fetch it.",
            look="curl --silent --show-error --output /dev/null --write-out '%{http_code}' https://raw.githubusercontent.com/",
            mend="kubectl fetches it on this machine, not in the cluster; any number means that the way is free.",
            source=_APPLY,
        ),
        _conflict(),
    )


def _namespaces(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (_conflict(),)


def _conflict() -> Trouble:
    return Trouble(
        sign="It reports a conflict with another manager.",
        look="kubectl get crds,namespaces --show-managed-fields --output name",
        mend="Somebody else applied the same object before. If that is nobody who will do it again, repeat the command with "
        "--force-conflicts.",
        source=_APPLY,
    )


def _install(cluster: Cluster) -> tuple[Trouble, ...]:
    cilium = cluster.cilium
    if cilium is None:
        return ()
    found = [_no_api(cluster, cilium), _no_image(), *_pending(), _slow(cluster)]
    if cluster.talos is not None:
        found.insert(1, _capabilities())
    return tuple(found)


def _no_api(cluster: Cluster, cilium: Cilium) -> Trouble:
    where = f"{cilium.api_host}:{cilium.api_port}"
    if cluster.k3s is not None:
        why, origin = (
            "k3s' own balancer on each node, away with `disable-apiserver-lb` or another `lb-server-port`",
            _K3S,
        )
    else:
        why, origin = "KubePrism, whose port stands in talos/all/kubernetes.yaml", _PRISM
    if cilium.api_host == cluster.endpoint.host:
        why = "the API's own address, so that machine has to answer every node"
    return Trouble(
        sign=f"Agents crash in a loop and cannot reach the API at {where}.",
        look=f"{_KUBECTL} logs daemonset/{NAME} --all-containers --tail=50 --prefix",
        mend=f"That is {why}; it has to be the same as k8sServiceHost and k8sServicePort in bootstrap/cilium-values.yaml.",
        source=origin,
    )


def _capabilities() -> Trouble:
    return Trouble(
        sign="A container is not permitted to apply its capabilities.",
        look=f"{_KUBECTL} describe pods --selector k8s-app={NAME}",
        mend="Talos lets no pod load kernel modules: values of your own that put SYS_MODULE back under "
        "securityContext.capabilities have to go.",
        source=_TALOS,
    )


def _no_image() -> Trouble:
    return Trouble(
        sign="Pods wait with ErrImagePull or ImagePullBackOff.",
        look=_FAILED_EVENTS,
        mend="The node itself pulls images, by its own DNS and its own way out: the event names what it could not reach. It tries "
        "again by itself.",
        source=_PODS,
    )


def _pending() -> tuple[Trouble, ...]:
    return (
        Trouble(
            sign="Helm says that another operation is in progress.",
            look=f"helm --namespace {NAMESPACE} history {NAME}",
            mend=f"An earlier run was cut off. If there is one revision only, in pending-install, remove that record, not the "
            f"pods, with `{_KUBECTL} delete secret sh.helm.release.v1.{NAME}.v1`, and run the step again.",
            source=_PENDING,
        ),
        Trouble(
            sign="Helm names invalid ownership metadata.",
            look=f"helm list --all-namespaces --filter {NAME}",
            mend="Cilium is there already, under another name or from another namespace: these steps are for a new cluster. Never "
            "install a second one beside it.",
            source="https://github.com/fluxcd/helm-controller/issues/593",
        ),
    )


def _slow(cluster: Cluster) -> Trouble:
    return Trouble(
        sign=f"It is not done after {release_timeout(cluster)} minutes.",
        look=f"{_KUBECTL} get pods --selector app.kubernetes.io/part-of={NAME} --output wide",
        mend="Nothing is undone when the time is over: see which node's pod is not ready, mend that node, and run the step "
        "again.",
        source=_GUIDE,
    )


def _ready(cluster: Cluster) -> tuple[Trouble, ...]:
    found = [
        Trouble(
            sign="A node stays NotReady.",
            look=f"{_KUBECTL} get pods --selector k8s-app=cilium --output wide"
            if cluster.cilium
            else "kubectl describe nodes",
            mend="It is ready once the pod network of that very node runs: the pod there, or the node's last condition, says why "
            "it does not.",
            source=_GUIDE if cluster.cilium else _PODS,
        ),
        Trouble(
            sign="Nodes are Ready, and CoreDNS is not.",
            look=f"{_KUBECTL} logs deployment/coredns --tail=20",
            mend=_dns_mend(cluster),
            source=_DNS if cluster.talos else _PODS,
        ),
    ]
    return tuple(found)


def _dns_mend(cluster: Cluster) -> str:
    upstream = "Timeouts to its upstream mean that pods have no way out, or the upstream is away."
    if cluster.talos is None or cluster.cilium is None:
        return upstream
    return (
        f"{upstream} Timeouts to 169.254.116.108 mean that forwardKubeDNSToHost and Cilium's host routing are on together: "
        "the rendered config has one of them off, so the node has an older one; apply it again."
    )


TROUBLES: Final[Troubles] = {
    "install-gateway-crds": _gateway_crds,
    "install-monitor-crd": _crds,
    "make-namespaces": _namespaces,
    "install-cilium": _install,
    "wait-for-network": _ready,
}
