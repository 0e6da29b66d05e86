"""What only the running cluster tells: its nodes, DaemonSets, Cilium's ConfigMap, the addresses that Services have.

Fed by the objects that kubectl printed; adds to what `of_fabric` found in them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from fabricgen.addresses import Address, Network
from fabricgen.fabric import Fabric
from fabricgen.fabric.machines import read_address, read_network
from fabricgen.migration.state import (
    Balanced,
    Balancer,
    Cni,
    Datapath,
    Machine,
    MetalLbHome,
    Release,
    State,
    System,
)
from fabricgen.repository import Item
from fabricgen.versions.flux import FLUX
from fabricgen.versions.k3s import DEFAULT_POD_CIDRS, DEFAULT_SERVICE_CIDRS
from fabricgen.versions.version import Minor, Version, minor_of, parse_version

_IMAGE_TAG: Final = re.compile(r":v?(\d+\.\d+\.\d+[^@]*)")
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
# Every server and agent writes down what it was started with, from flags and files alike.
# Source: pkg/nodeconfig/nodeconfig.go of k3s-io/k3s.
_ARGUMENTS: Final = "k3s.io/node-args"
# Flannel marks every node that it serves, k3s' own one too.
# Source: pkg/subnet/kube/annotations.go of flannel-io/flannel.
_FLANNEL: Final = "flannel.alpha.coreos.com/backend-type"
_CILIUM_IPS: Final = ("lbipam.cilium.io/ips", "io.cilium/lb-ipam-ips")
_METALLB: Final = "metallb.io/ip-allocated-from-pool"


def with_live_facts(state: State, fabric: Fabric) -> State:
    """Return the state with everything that objects of a running cluster add to it."""
    nodes = fabric.of("", "Node")
    sets = {one.name: one for one in fabric.of("apps", "DaemonSet")}
    arguments = [found for one in nodes if (found := _arguments(one)) is not None]
    kubelet = _kubelet(nodes)
    return replace(
        state,
        system="k3s" if arguments else _system(nodes, kubelet) or state.system,
        talos=_talos(nodes) or state.talos,
        kubernetes=kubelet or state.kubernetes,
        k3s=kubelet if kubelet and "+k3s" in str(kubelet) else state.k3s,
        cni=_cni(state, nodes, sets),
        kube_proxy=_kube_proxy(state, sets, arguments),
        cilium=_datapath(state, fabric, sets),
        pods=state.pods or _networks(arguments, "--cluster-cidr", DEFAULT_POD_CIDRS[0]),
        services=state.services or _networks(arguments, "--service-cidr", DEFAULT_SERVICE_CIDRS[0]),
        balancers=_balancers(state, fabric, sets),
        balanced=tuple(_balanced(fabric)) or state.balanced,
        all_balanced=bool(fabric.of("", "Service")),
        metallb=state.metallb or _metallb(sets),
        nodes=tuple(_machine(one) for one in nodes) or _of_configs(fabric) or state.nodes,
        flux=state.flux or _flux(fabric),
    )


def _kubelet(nodes: tuple[Item, ...]) -> Version | None:
    """Return the version of Kubernetes that all nodes run; None if they differ."""
    found = {str(one.get("status", "nodeInfo", "kubeletVersion") or "") for one in nodes} - {""}
    return _version(found.pop()) if len(found) == 1 else None


def _version(text: str) -> Version | None:
    try:
        return parse_version(text)
    except ValueError:
        return None


def _system(nodes: tuple[Item, ...], kubelet: Version | None) -> System | None:
    """Return what the nodes run. Talos has a kernel of its own on machines, and its host's in containers."""
    if kubelet is not None and "+k3s" in str(kubelet):
        return "k3s"
    if not nodes or not all("Talos" in str(one.get("status", "nodeInfo", "osImage")) for one in nodes):
        return None
    kernels = [str(one.get("status", "nodeInfo", "kernelVersion") or "") for one in nodes]
    return "talos" if all(kernel.endswith("-talos") for kernel in kernels) else "docker"


def _talos(nodes: tuple[Item, ...]) -> Version | None:
    """Return the version of Talos that all nodes run, from `Talos (v1.12.5)`."""
    found = {str(one.get("status", "nodeInfo", "osImage") or "") for one in nodes}
    match = re.fullmatch(r"Talos \((v.+)\)", found.pop()) if len(found) == 1 else None
    return _version(match[1]) if match else None


def _arguments(node: Item) -> list[str] | None:
    """Return what k3s was started with on a server; None for agents and elsewhere."""
    written = node.get("metadata", "annotations", _ARGUMENTS)
    try:
        found = json.loads(written) if isinstance(written, str) else None
    except ValueError:
        return None
    if not isinstance(found, list) or found[:1] != ["server"]:
        return None
    return [str(one) for one in found]


def _values(arguments: list[str], flag: str) -> list[str]:
    """Return the values of a flag, in either form: `--flag=value` and `--flag`, `value`."""
    found = [one.partition("=")[2] for one in arguments if one.startswith(f"{flag}=")]
    return found + [after for one, after in pairwise(arguments) if one == flag]


def _is_set(arguments: list[str], flag: str) -> bool:
    """Tell whether a switch is on; files make `--flag`, `true` of it."""
    return flag in arguments and _values(arguments, flag)[:1] != ["false"]


def _networks(arguments: list[list[str]], flag: str, default: str) -> tuple[Network, ...] | None:
    if not arguments:
        return None
    texts = _values(arguments[0], flag) or [default]
    found = [read_network(part) for text in texts for part in text.split(",")]
    return tuple(one for one in found if one is not None) if all(found) else None


def _cni(state: State, nodes: tuple[Item, ...], sets: Mapping[str, Item]) -> Cni | None:
    if "cilium" in sets:
        return "cilium"
    marked = any(one.get("metadata", "annotations", _FLANNEL) for one in nodes)
    if marked or "kube-flannel" in sets:
        return "flannel"
    others = {"calico-node", "weave-net", "kube-router", "canal", "antrea-agent"} & sets.keys()
    return "other" if others else state.cni


def _kube_proxy(state: State, sets: Mapping[str, Item], arguments: list[list[str]]) -> bool | None:
    if arguments:
        return not any(_is_set(one, "--disable-kube-proxy") for one in arguments)
    return "kube-proxy" in sets if sets else state.kube_proxy


def _datapath(state: State, fabric: Fabric, sets: Mapping[str, Item]) -> Datapath | None:
    agent = sets.get("cilium")
    if agent is None:
        return state.cilium
    config: Mapping[str, Any] = next(
        (one.mapping("data") for one in fabric.of("", "ConfigMap") if one.name == "cilium-config"), {}
    )
    before = state.cilium or Datapath()
    return replace(
        before,
        version=_agent_version(agent) or before.version,
        routing=config.get("routing-mode", before.routing),
        ipam=config.get("ipam", before.ipam),
        wireguard=config.get("enable-wireguard") == "true" if config else before.wireguard,
        strict=_strict(config) if config else before.strict,
        gateway_api=config.get("enable-gateway-api") == "true" if config else before.gateway_api,
        release=before.release or _release(agent),
    )


def _strict(config: Mapping[str, Any]) -> bool:
    """Return whether unencrypted packets are dropped; the key got another name in 1.19."""
    keys = ("enable-encryption-strict-mode", "enable-encryption-strict-mode-egress")
    return any(config.get(key) == "true" for key in keys)


def _agent_version(agent: Item) -> Version | None:
    for one in agent.items("spec", "template", "spec", "containers"):
        if isinstance(one, Mapping) and one.get("name") == "cilium-agent":
            found = _IMAGE_TAG.search(str(one.get("image")))
            return _version(found[1]) if found else None
    return None


def _release(agent: Item) -> Release | None:
    """Return Helm's own note on the DaemonSet; it does not say where Helm keeps its record."""
    notes = agent.mapping("metadata", "annotations")
    name, namespace = (str(notes.get(f"meta.helm.sh/release-{one}") or "") for one in ("name", "namespace"))
    return Release(name=name, namespace=namespace, storage="", owner=None) if name and namespace else None


def _balancers(state: State, fabric: Fabric, sets: Mapping[str, Item]) -> frozenset[Balancer] | None:
    found: set[Balancer] = set(state.balancers or ())
    if _metallb(sets) or any(
        one.get("metadata", "annotations", _METALLB) for one in fabric.of("", "Service")
    ):
        found.add("metallb")
    if any(name.startswith("svclb-") for name in sets):
        found.add("servicelb")
    return frozenset(found) if found or fabric.of("", "Service") else None


def _metallb(sets: Mapping[str, Item]) -> MetalLbHome | None:
    for one in sets.values():
        labels = one.mapping("metadata", "labels")
        if "speaker" in {
            labels.get("app.kubernetes.io/component"),
            labels.get("component"),
        } and "metallb" in {
            labels.get("app.kubernetes.io/name"),
            labels.get("app"),
        }:
            return MetalLbHome(namespace=one.namespace, owner=None)
    return None


def _balanced(fabric: Fabric) -> Iterator[Balanced]:
    for one in fabric.of("", "Service"):
        if one.get("spec", "type") != "LoadBalancer":
            continue
        found = tuple(_addresses(one))
        asked = next((text for key in _CILIUM_IPS if (text := one.get("metadata", "annotations", key))), "")
        wanted = {part.strip() for part in str(asked).split(",")} - {""}
        yield Balanced(
            namespace=one.namespace,
            name=one.name,
            addresses=found,
            load_balancer_class=str(one.get("spec", "loadBalancerClass") or ""),
            asks_cilium=bool(wanted) and wanted == {str(address) for address in found},
            is_local=one.get("spec", "externalTrafficPolicy") == "Local",
        )


def _addresses(service: Item) -> Iterator[Address]:
    for one in service.items("status", "loadBalancer", "ingress"):
        if isinstance(one, Mapping) and (address := read_address(one.get("ip"))) is not None:
            yield address


def _machine(node: Item) -> Machine:
    inside = next(
        (
            address
            for one in node.items("status", "addresses")
            if isinstance(one, Mapping)
            and one.get("type") == "InternalIP"
            and (address := read_address(one.get("address"))) is not None
        ),
        None,
    )
    return Machine(
        name=node.name, address=inside, control_plane=_CONTROL_PLANE in node.mapping("metadata", "labels")
    )


def _of_configs(fabric: Fabric) -> tuple[Machine, ...] | None:
    """Return the machines that configs were saved of; each is called by the address that talosctl asked."""
    found: dict[str, Machine] = {}
    for one in fabric.talos:
        kind = one.get("machine", "type")
        if one.node and isinstance(kind, str):
            control_plane = kind in {"controlplane", "init"}
            found[one.node] = Machine(
                name=one.node, address=read_address(one.node), control_plane=control_plane
            )
    return tuple(found.values()) or None


def _flux(fabric: Fabric) -> Minor | None:
    """Return the minor of Flux that its namespace or its CRDs are labelled with."""
    found: set[Minor] = set()
    for one in (*fabric.of("", "Namespace"), *fabric.of("apiextensions.k8s.io", "CustomResourceDefinition")):
        labels = one.mapping("metadata", "labels")
        version = _version(str(labels.get("app.kubernetes.io/version")))
        if labels.get("app.kubernetes.io/part-of") == "flux" and version and minor_of(version) in FLUX:
            found.add(minor_of(version))
    return found.pop() if len(found) == 1 else None
