"""Talos' documents and patches against their models, and against what a config contract takes.

Fed by `registry` and `problems`; used by `check`. A contract is the Talos minor that a config was generated for:
it decides which documents there are, and which parts of v1alpha1 are refused beside them.
Source: pkg/machinery/config/contract.go and the V1Alpha1ConflictValidate functions of siderolabs/talos v1.14.0-rc.1.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.errors import Path, Problem
from fabricgen.objects.problems import problems_in
from fabricgen.objects.registry import FILES, TALOS_MODELS
from fabricgen.objects.wording import nearest

Contract = tuple[int, int]

_NETWORK_DOCUMENTS = (1, 12)
_KUBERNETES_DOCUMENTS = (1, 14)

# Fields that came later than their document, or than Talos 1.9. Lists are passed through.
FIELDS_SINCE: Mapping[tuple[str, ...], Contract] = {
    ("ResolverConfig", "hostDNS"): (1, 14),
    ("ResolverConfig", "nameservers", "protocol"): (1, 14),
    ("ResolverConfig", "nameservers", "tlsServerName"): (1, 14),
    ("TimeSyncConfig", "ntp", "useNTS"): (1, 14),
    ("DHCPv4Config", "ignoreRoutes"): (1, 14),
    ("machine", "install", "grubUseUKICmdline"): (1, 12),
    ("cluster", "network", "cni", "flannel", "kubeNetworkPoliciesEnabled"): (1, 13),
}

# Parts of v1alpha1 that Talos refuses beside the document which a config of that contract is generated with.
MOVED: Mapping[tuple[str, ...], tuple[Contract, str]] = {
    ("machine", "network", "hostname"): ((1, 12), "HostnameConfig"),
    ("machine", "features", "stableHostname"): ((1, 12), "HostnameConfig"),
    # Configs are generated with grubUseUKICmdline since, and Talos refuses the two together.
    ("machine", "install", "extraKernelArgs"): ((1, 12), "the image's schematic"),
    ("machine", "network", "nameservers"): ((1, 14), "ResolverConfig"),
    ("machine", "network", "searchDomains"): ((1, 14), "ResolverConfig"),
    ("machine", "network", "disableSearchDomain"): ((1, 14), "ResolverConfig"),
    ("machine", "features", "hostDNS"): ((1, 14), "ResolverConfig"),
    ("machine", "features", "kubePrism"): ((1, 14), "KubePrismConfig"),
    ("machine", "install"): ((1, 14), "UnattendedInstallConfig"),
    ("machine", "kubelet"): ((1, 14), "KubeletConfig and KubeNodeConfig"),
    ("machine", "nodeLabels"): ((1, 14), "KubeNodeConfig"),
    ("machine", "nodeAnnotations"): ((1, 14), "KubeNodeConfig"),
    ("machine", "nodeTaints"): ((1, 14), "KubeNodeConfig"),
    ("cluster", "network"): ((1, 14), "KubeNetworkConfig and KubeFlannelCNIConfig"),
    ("cluster", "proxy"): ((1, 14), "KubeProxyConfig"),
    ("cluster", "apiServer"): ((1, 14), "KubeAPIServerConfig"),
    ("cluster", "controllerManager"): ((1, 14), "KubeControllerManagerConfig"),
    ("cluster", "scheduler"): ((1, 14), "KubeSchedulerConfig"),
    ("cluster", "coreDNS"): ((1, 14), "KubeCoreDNSConfig"),
    ("cluster", "discovery"): ((1, 14), "DiscoveryServiceConfig"),
    ("cluster", "clusterName"): ((1, 14), "KubeClusterConfig"),
    ("cluster", "controlPlane"): ((1, 14), "KubeClusterConfig"),
    ("cluster", "allowSchedulingOnControlPlanes"): ((1, 14), "KubeNodeConfig"),
}


def talos_problems_of(body: Mapping[str, Any], *, contract: Contract) -> tuple[Problem, ...]:
    """Return what is wrong with one document of a Talos patch, for configs of `contract`, such as (1, 12).

    A body without apiVersion and kind is a v1alpha1 patch.
    """
    if "kind" not in body and "apiVersion" not in body:
        found = problems_in(body, model=FILES["MachineConfigPatch"])
        return (*found, *_too_new(body, (), contract), *_moved(body, contract))
    kind = str(body.get("kind", ""))
    if kind not in TALOS_MODELS:
        hint = nearest(kind, list(TALOS_MODELS))
        return (
            Problem(message=f"there is no model of the Talos document {kind}", path=("kind",), hint=hint),
        )
    since = kind_since(kind)
    if since > contract:
        return (
            Problem(
                message=f"{kind} exists from the contract {_minor(since)} on, not in {_minor(contract)}",
                path=("kind",),
            ),
        )
    return (*problems_in(body, model=TALOS_MODELS[kind]), *_too_new(body, (kind,), contract))


def kind_since(kind: str) -> Contract:
    """Return the first contract with documents of this kind."""
    module = TALOS_MODELS[kind].__module__
    return _NETWORK_DOCUMENTS if module.endswith("talos_network") else _KUBERNETES_DOCUMENTS


def _too_new(body: Mapping[str, Any], root: tuple[str, ...], contract: Contract) -> Iterator[Problem]:
    for names, since in FIELDS_SINCE.items():
        if names[: len(root)] != root or since <= contract:
            continue
        for path in _places(body, names[len(root) :]):
            yield Problem(
                message=f"this exists from the contract {_minor(since)} on, not in {_minor(contract)}",
                path=path,
            )


def _moved(body: Mapping[str, Any], contract: Contract) -> Iterator[Problem]:
    for names, (since, kind) in MOVED.items():
        if since > contract:
            continue
        for path in _places(body, names):
            yield Problem(
                message=f"configs of the contract {_minor(since)} and later have this in {kind}; Talos refuses both",
                path=path,
            )


def _places(value: object, names: tuple[str, ...], path: Path = ()) -> Iterator[Path]:
    """Yield each place below `value` that the names lead to; lists are passed through."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _places(item, names, (*path, index))
    elif not names:
        yield path
    elif isinstance(value, Mapping) and names[0] in value:
        yield from _places(value[names[0]], names[1:], (*path, names[0]))


def _minor(contract: Contract) -> str:
    return f"v{contract[0]}.{contract[1]}"
