"""What upstream says about going to a minor, as far as it is about clusters like ours, with the condition for each.

Pure data with small questions about the cluster; used by `changes`. What tables tell anyway (keys, defaults,
apiVersions) is not repeated here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.cluster import Cilium, Cluster
from fabricgen.upgrade.products import Product
from fabricgen.versions.version import Minor, Version, minor_of

_CILIUM: Final = "https://github.com/cilium/cilium/blob"
_NOTES: Final = "Documentation/operations/upgrade.rst"
_TO_1_17: Final = f"{_CILIUM}/v1.17.16/{_NOTES} (1.17 Upgrade Notes)"
_TO_1_18: Final = f"{_CILIUM}/v1.18.11/{_NOTES} (1.18 Upgrade Notes)"
_TO_1_19: Final = f"{_CILIUM}/v1.19.7/{_NOTES} (1.19 Upgrade Notes)"
_TO_1_20: Final = f"{_CILIUM}/v1.20.2/Documentation/operations/upgrade-current.inc"
_ANY_CILIUM: Final = f"{_CILIUM}/v1.20.2/{_NOTES} (Version Specific Notes)"
_HELM_CONTROLLER: Final = "https://github.com/fluxcd/helm-controller/blob/v1.6.3/CHANGELOG.md"
_KUSTOMIZE_CONTROLLER: Final = "https://github.com/fluxcd/kustomize-controller/blob/v1.9.4/CHANGELOG.md"
_TALOS: Final = "https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/lifecycle-management/upgrading-talos"
_TALOS_KUBERNETES: Final = (
    "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes"
)

Level = Literal["act", "know"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody has to do before a step (`act`), or to know (`know`), and who says so."""

    level: Level
    text: str
    source: str


_Asks = Callable[[Cluster], bool]


def _always(_: Cluster) -> bool:
    return True


def _cilium(asks: Callable[[Cilium], bool]) -> _Asks:
    return lambda cluster: cluster.cilium is not None and asks(cluster.cilium)


_L7: Final = _cilium(lambda cilium: cilium.l7_proxy or cilium.gateway_api is not None)
_WIREGUARD: Final = _cilium(lambda cilium: cilium.encryption is not None)
_GATEWAY: Final = _cilium(lambda cilium: cilium.gateway_api is not None)
_CERTIFICATES: Final = _cilium(
    lambda cilium: cilium.hubble.enabled and cilium.hubble.certificates == "cronJob"
)
_HOST_ONLY: Final = _cilium(lambda cilium: cilium.socket_lb_host_namespace_only is True)
_MTU_FOUND: Final = _cilium(lambda cilium: cilium.mtu is None)


def _names_many_levels(cluster: Cluster) -> bool:
    policies = cluster.cilium.policies if cluster.cilium else None
    return policies is not None and any(
        name.startswith("**.") for allow in policies.allow for peer in allow.egress for name in peer.fqdns
    )


def _on_k3s(cluster: Cluster) -> bool:
    return cluster.k3s is not None


def _on_machines(cluster: Cluster) -> bool:
    return cluster.talos is not None and cluster.talos.docker is None


def _in_docker(cluster: Cluster) -> bool:
    return cluster.talos is not None and cluster.talos.docker is not None


_TABLE: Final[tuple[tuple[Product, Minor | None, Level, _Asks, str, str], ...]] = (
    (
        "cilium",
        None,
        "know",
        _L7,
        "connections through Envoy (L7 policies, Gateways) break once while its pods and the agents are replaced",
        _ANY_CILIUM,
    ),
    (
        "cilium",
        (1, 17),
        "know",
        _MTU_FOUND,
        "the MTU is now the lowest of all external interfaces, and follows them without a restart",
        _TO_1_17,
    ),
    (
        "cilium",
        (1, 17),
        "act",
        _WIREGUARD,
        "WireGuard has no fallback in user space any more: each node's kernel must bring it",
        _TO_1_17,
    ),
    (
        "cilium",
        (1, 17),
        "know",
        _always,
        (
            "Services on one port with two protocols are told apart; those that are there keep the old way until they are "
            "made anew, and going back breaks connections of the others"
        ),
        _TO_1_17,
    ),
    ("cilium", (1, 18), "act", _on_k3s, "each node needs a kernel of 5.10 or newer: `uname -r`", _TO_1_18),
    (
        "cilium",
        (1, 19),
        "act",
        _names_many_levels,
        "names that start with `**.` now match any number of levels, where they matched one",
        _TO_1_19,
    ),
    (
        "cilium",
        (1, 19),
        "act",
        _always,
        "policies of your own must not use fromRequires or toRequires any more",
        _TO_1_19,
    ),
    (
        "cilium",
        (1, 19),
        "know",
        _always,
        "packets to a LoadBalancer address or ClusterIP of LB-IPAM are dropped where no Service has the port",
        _TO_1_19,
    ),
    (
        "cilium",
        (1, 19),
        "know",
        _CERTIFICATES,
        "Hubble's certificates are made by a Job that is part of the release, and no longer by a hook",
        _TO_1_19,
    ),
    (
        "cilium",
        (1, 20),
        "act",
        _always,
        "policies of your own must not use rules for kafka, l7 or l7proto any more",
        _TO_1_20,
    ),
    (
        "cilium",
        (1, 20),
        "act",
        _GATEWAY,
        (
            "TLSRoutes: back them up. Those that were stored as v1alpha2 vanish from the API with the standard channel of "
            "Gateway API 1.6; with any of them, install the experimental TLSRoute first"
        ),
        _TO_1_20,
    ),
    (
        "cilium",
        (1, 20),
        "act",
        _HOST_ONLY,
        (
            "a pod's connection to a NodePort is balanced where it leaves the pod: policies must allow the way from the pod to "
            "the backends"
        ),
        _TO_1_20,
    ),
    (
        "cilium",
        (1, 20),
        "know",
        _CERTIFICATES,
        "the Job that makes Hubble's certificates fails where the CA ends before they would",
        _TO_1_20,
    ),
    (
        "flux",
        None,
        "act",
        _always,
        (
            "`flux migrate` must have run before each minor, with the new CLI: it stores what the cluster holds in the newest "
            "versions, without which CRDs that drop old ones are refused"
        ),
        "https://fluxcd.io/flux/cmd/flux_migrate/, https://github.com/fluxcd/flux2/issues/5598",
    ),
    (
        "flux",
        (2, 8),
        "know",
        _always,
        "Helm 4 is inside: new releases are applied server-side, and readiness is judged by kstatus",
        f"{_HELM_CONTROLLER} (1.5.0)",
    ),
    (
        "flux",
        (2, 9),
        "act",
        _always,
        (
            "a `${variable}` that nothing sets now fails its Kustomization, where it became empty text: search your own "
            "manifests that use postBuild"
        ),
        f"{_KUSTOMIZE_CONTROLLER} (1.9.0)",
    ),
    (
        "talos",
        None,
        "know",
        _on_machines,
        "the machine configs stay in the dialect of their contract: a newer Talos reads them as they are",
        _TALOS,
    ),
    (
        "talos",
        None,
        "act",
        _in_docker,
        "a container cannot be upgraded: the cluster is made anew, with everything in it",
        "https://docs.siderolabs.com/talos/v1.13/platform-specific-installations/local-platforms/docker",
    ),
    (
        "talos",
        (1, 13),
        "know",
        _on_machines,
        "`talosctl upgrade-k8s` now removes bootstrap manifests that the config no longer asks for",
        _TALOS_KUBERNETES,
    ),
    (
        "talos",
        (1, 13),
        "act",
        _on_machines,
        (
            "nodes that boot with GRUB and machine.install.extraKernelArgs lose these: move them into the schematic, or upgrade "
            "with --legacy"
        ),
        _TALOS,
    ),
    (
        "kubernetes",
        None,
        "know",
        _always,
        "kubelets restart, and workloads may with them",
        _TALOS_KUBERNETES,
    ),
)


def notes_for(product: Product, *, before: Version, after: Version, cluster: Cluster) -> Iterator[Note]:
    """Yield what is to be done or known on the way, what is true of every minor first; nothing for a mere patch."""
    if minor_of(before) == minor_of(after):
        return
    for about, minor, level, asks, text, source in _TABLE:
        reached = minor is None or minor_of(before) < minor <= minor_of(after)
        if about == product and reached and asks(cluster):
            yield Note(level=level, text=text, source=source)
