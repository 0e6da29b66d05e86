"""Descriptions, repositories and saved files of our own making: both sides of every path that a plan can go."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_NODES = """
  - { name: cp-1, role: control-plane, address: 10.0.0.11, arch: amd64, memory: 8GiB, disk: /dev/sda }
  - { name: cp-2, role: control-plane, address: 10.0.0.12, arch: amd64, memory: 8GiB, disk: /dev/sda }
  - { name: cp-3, role: control-plane, address: 10.0.0.13, arch: amd64, memory: 8GiB, disk: /dev/sda }
  - { name: worker-1, role: worker, address: 10.0.0.21, arch: amd64, memory: 8GiB, disk: /dev/sda }
"""
_K3S_NODES = """
  - { name: server-1, role: control-plane, address: 10.0.0.11, arch: amd64, memory: 8GiB, schedulable: true }
  - { name: agent-1, role: worker, address: 10.0.0.21, arch: amd64, memory: 8GiB }
"""
FLANNEL = "cni:\n  flannel: { because: it was there first }\n"
POOL = "  loadBalancers:\n    lan: { start: 10.0.0.200, stop: 10.0.0.219 }\n"
LAN_BY = "  loadBalancers:\n    lan: { start: 10.0.0.200, stop: 10.0.0.219, announce: [%s] }\n"
METALLB = "metallb:\n  version: 0.15.2\n  because: it was there first\n"


def cilium(*lines: str, version: str = "1.19.6") -> str:
    """The part about the CNI: Cilium with a few more keys."""
    hubble = "    hubble: { enabled: false, because: not here }\n"
    return f"cni:\n  cilium:\n    version: {version}\n{hubble}" + "".join(f"    {one}\n" for one in lines)


def talos(  # noqa: PLR0913 - what differs between cases is named
    cni: str,
    *,
    version: str = "v1.12.5",
    kubernetes: str = "1.34.2",
    networks: str = "",
    metallb: str = "",
    flux: str = "2.8.8",
    pods: str = "10.244.0.0/16",
) -> str:
    """A description of three control planes and a worker on Talos."""
    return (
        f"name: lab\nkubernetes: {kubernetes}\ndistribution: {{ talos: {{ version: {version} }} }}\n"
        "endpoint: { host: 10.0.0.5 }\nnetworks:\n  nodes: 10.0.0.0/24\n  router: 10.0.0.1\n"
        f"  pods: {pods}\n  services: 10.96.0.0/12\n{networks}nodes:{_NODES}{cni}{metallb}"
        f"flux: {{ version: {flux}, install: cli, git: {{ url: 'https://github.com/me/lab' }} }}\n"
    )


def k3s(cni: str, *, pods: str = "10.42.0.0/16", services: str = "10.43.0.0/16", networks: str = POOL) -> str:
    """A description of a server and an agent on k3s."""
    return (
        "name: lab\ndistribution: { k3s: { version: v1.34.2+k3s1 } }\nendpoint: { host: 10.0.0.11 }\nnetworks:\n"
        "  nodes: [10.0.0.0/24]\n  router: [10.0.0.1]\n"
        f"  pods: {pods}\n  services: {services}\n{networks}nodes:{_K3S_NODES}{cni}"
        "flux: { version: 2.8.8, install: cli, git: { url: 'https://github.com/me/lab' } }\n"
    )


def _list(*items: Mapping[str, Any]) -> str:
    """What `kubectl get -o yaml` prints of several objects."""
    return yaml.safe_dump(
        {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(items)}
    )


def _object(kind: str, name: str, *, namespace: str = "", api: str = "v1", **parts: Any) -> dict[str, Any]:
    metadata = {
        "name": name,
        "uid": "0",
        "managedFields": [{"manager": "kubectl"}],
        **parts.pop("metadata", {}),
    }
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata | ({"namespace": namespace} if namespace else {}),
        **parts,
    }


def node(
    name: str, address: str, *, arguments: list[str] | None = None, image: str = "", control: bool = True
) -> dict[str, Any]:
    """A Node as the API server tells of it."""
    annotations = {"flannel.alpha.coreos.com/backend-type": "vxlan"}
    if arguments is not None:
        annotations["k3s.io/node-args"] = json.dumps(arguments)
    labels = {"node-role.kubernetes.io/control-plane": ""} if control else {}
    kubelet = "v1.34.2" if image else "v1.34.2+k3s1"
    info = {"kubeletVersion": kubelet, "osImage": image or "Ubuntu", "kernelVersion": "6.18.9-talos"}
    addresses = [{"type": "InternalIP", "address": address}]
    return _object(
        "Node",
        name,
        metadata={"labels": labels, "annotations": annotations},
        status={"nodeInfo": info, "addresses": addresses},
    )


def service(name: str, address: str, **spec: str) -> dict[str, Any]:
    """A Service of type LoadBalancer with its address."""
    return _object(
        "Service",
        name,
        namespace="web",
        spec={"type": "LoadBalancer", **spec},
        status={"loadBalancer": {"ingress": [{"ip": address}]}},
    )


def daemonset(
    name: str, *, namespace: str = "kube-system", labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A DaemonSet with nothing in it."""
    return _object(
        "DaemonSet", name, namespace=namespace, api="apps/v1", metadata={"labels": dict(labels or {})}
    )


_SPEAKER = {"app.kubernetes.io/name": "metallb", "app.kubernetes.io/component": "speaker"}
SECRET = "do-not-print-this-key"  # noqa: S105 - what a plan must never print


def machine_config(address: str, *, kind: str = "controlplane") -> str:
    """What `talosctl get machineconfig -o yaml` prints of one node."""
    spec = (
        f"version: v1alpha1\nmachine:\n  type: {kind}\n  token: {SECRET}\n  install: {{ disk: /dev/sda }}\n"
        f"cluster:\n  secret: {SECRET}\n  network:\n    podSubnets: [10.244.0.0/16]\n    serviceSubnets: [10.96.0.0/12]\n"
        "---\napiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n"
    )
    metadata = {
        "namespace": "config",
        "type": "MachineConfigs.config.talos.dev",
        "id": "v1alpha1",
        "version": 3,
    }
    return yaml.safe_dump({"node": address, "metadata": metadata, "spec": spec})


_TALOS_NODES = _list(
    node("cp-1", "10.0.0.11", image="Talos (v1.12.5)"),
    node("cp-2", "10.0.0.12", image="Talos (v1.12.5)"),
    node("cp-3", "10.0.0.13", image="Talos (v1.12.5)"),
    node("worker-1", "10.0.0.21", image="Talos (v1.12.5)", control=False),
)
SAVED_TALOS = {
    "nodes.yaml": _TALOS_NODES,
    "services.yaml": _list(
        service("front", "10.0.0.205"), service("mail", "10.0.0.206", externalTrafficPolicy="Local")
    ),
    "daemonsets.yaml": _list(daemonset("kube-flannel"), daemonset("kube-proxy")),
    "metallb-pods.yaml": _list(daemonset("metallb-speaker", namespace="metallb-system", labels=_SPEAKER)),
    "machineconfigs.yaml": machine_config("10.0.0.11") + "---\n" + machine_config("10.0.0.21", kind="worker"),
}
SAVED_K3S = {
    "nodes.yaml": _list(
        node("server-1", "10.0.0.11", arguments=["server"]),
        node("agent-1", "10.0.0.21", control=False),
    ),
    "services.yaml": _list(service("traefik", "10.0.0.11")),
    "daemonsets.yaml": _list(daemonset("svclb-traefik-1234")),
}
_HELM = "helm.toolkit.fluxcd.io"
OLD_REPOSITORY = {
    "clusters/lab/flux-system/gotk-sync.yaml": (
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: { name: flux-system, namespace: flux-system }\n"
        "spec: { interval: 1m, url: 'https://github.com/me/lab', ref: { branch: main } }\n---\n"
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: flux-system, namespace: flux-system }\n"
        "spec: { interval: 10m, path: ./apps, prune: true, sourceRef: { kind: GitRepository, name: flux-system } }\n"
    ),
    "clusters/lab/flux-system/gotk-components.yaml": (
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n  labels:\n"
        "    app.kubernetes.io/part-of: flux\n    app.kubernetes.io/version: v2.6.4\n"
    ),
    "apps/cilium.yaml": (
        "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: HelmRepository\nmetadata: { name: cilium, namespace: flux-system }\n"
        "spec: { interval: 1h, url: 'https://helm.cilium.io/' }\n---\n"
        f"apiVersion: {_HELM}/v2beta1\nkind: HelmRelease\nmetadata: {{ name: cilium, namespace: flux-system }}\n"
        "spec:\n  interval: 1h\n  targetNamespace: kube-system\n  chart:\n    spec:\n      chart: cilium\n      version: 1.19.6\n"
        "      sourceRef: { kind: HelmRepository, name: cilium }\n  values:\n    ipam: { mode: kubernetes }\n"
        "    kubeProxyReplacement: true\n    routingMode: tunnel\n    k8sServiceHost: localhost\n"
    ),
    "talos/all/cluster.yaml": (
        "machine:\n  install: { disk: /dev/sda }\ncluster:\n  network:\n    cni: { name: none }\n    podSubnets: [10.244.0.0/16]\n"
        "    serviceSubnets: [10.96.0.0/12]\n  proxy: { disabled: true }\n"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A move: what runs, as files or one description, and what is wanted."""

    today: str | Mapping[str, str]
    wanted: str
    options: tuple[str, ...] = ()
    code: int = 0


_L2 = "l2: { because: it is simple }"
_BGP = "bgp: { asn: 64512, peers: [{ name: router, address: 10.0.0.1, asn: 64513 }] }"
_TUNNEL = "routing: { mode: tunnel }"
_NATIVE = "routing: { mode: native }"
_GATEWAY = "gatewayAPI: { enabled: true, gateways: [{ name: lan, namespace: gateway, listeners: [{ name: http, port: 80 }] }] }"
_DOCKER = (
    "name: lab\nkubernetes: 1.35.0\ndistribution: {{ talos: {{ version: v1.12.4, docker: {{ talosctl: v1.12.4, memory: 4GiB, "
    "exposedPorts: [{ports}] }} }} }}\nendpoint: {{ host: 10.5.0.2 }}\nnetworks: {{ nodes: 10.5.0.0/24, router: 10.5.0.1, "
    "pods: 10.244.0.0/16, services: 10.96.0.0/12 }}\n"
    "nodes: [{{ name: lab-controlplane-1, role: control-plane, address: 10.5.0.2, arch: arm64, memory: 4GiB, schedulable: true }}]\n"
    "{cni}flux: {{ version: 2.8.8, operatorVersion: 0.58.1, git: {{ url: 'https://github.com/me/lab' }} }}\n"
)


def docker(cni: str, *, ports: str = "8080:8080/tcp") -> str:
    """A description of one Talos node in docker."""
    return _DOCKER.format(cni=cni, ports=ports)


CASES: Mapping[str, Case] = {
    "talos-up-to-1.12": Case(today=talos(FLANNEL), wanted=talos(cilium())),
    "talos-from-1.13": Case(
        today=talos(FLANNEL, version="v1.13.12"), wanted=talos(cilium(), version="v1.13.12")
    ),
    "talos-from-1.14": Case(
        today=talos(FLANNEL, version="v1.14.1"), wanted=talos(cilium(), version="v1.14.1")
    ),
    "k3s": Case(today=SAVED_K3S, wanted=k3s(cilium(_L2))),
    "docker": Case(today=docker(FLANNEL), wanted=docker(cilium(version="1.19.7"))),
    "metallb-to-l2": Case(
        today=talos(cilium(), networks=POOL, metallb=METALLB),
        wanted=talos(cilium(_L2), networks=POOL),
        code=1,
    ),
    "metallb-to-bgp": Case(
        today=talos(cilium(), networks=LAN_BY % "l2", metallb=METALLB),
        wanted=talos(cilium(_BGP), networks=LAN_BY % "bgp"),
        code=1,
    ),
    "flannel-and-metallb-to-cilium": Case(
        today=SAVED_TALOS, wanted=talos(cilium(_L2), networks=POOL), code=1
    ),
    "l2-to-bgp": Case(
        today=talos(cilium(_L2), networks=LAN_BY % "l2"),
        wanted=talos(cilium(_BGP), networks=LAN_BY % "bgp"),
    ),
    "tunnel-to-native": Case(today=talos(cilium(_TUNNEL)), wanted=talos(cilium(_NATIVE))),
    "wireguard": Case(
        today=talos(cilium(_TUNNEL)),
        wanted=talos(cilium(_TUNNEL, "encryption: { type: wireguard, strict: true }")),
    ),
    "gateway-api": Case(
        today=talos(cilium(_L2), networks=POOL), wanted=talos(cilium(_L2, _GATEWAY), networks=POOL)
    ),
    "release-and-old-apis": Case(
        today=OLD_REPOSITORY,
        wanted=talos(cilium(_TUNNEL), flux="2.8.8"),
        options=("--cluster", "lab"),
    ),
    "several-at-once": Case(
        today=talos(cilium(_TUNNEL), networks=POOL, metallb=METALLB),
        wanted=talos(cilium(_NATIVE, _L2, _GATEWAY, "encryption: { type: wireguard }"), networks=POOL),
        code=1,
    ),
    "nothing": Case(today=talos(cilium()), wanted=talos(cilium())),
}

REFUSED: Mapping[str, Case] = {
    "live": Case(today=talos(FLANNEL), wanted=talos(cilium()), options=("--live",)),
    "pod-network": Case(today=talos(FLANNEL, pods="10.10.0.0/16"), wanted=talos(cilium())),
    "dual-stack": Case(
        today=SAVED_K3S,
        wanted=k3s(
            cilium(_L2),
            pods="[10.42.0.0/16, 'fd00:42::/56']",
            services="[10.43.0.0/16, 'fd00:43::/112']",
        )
        .replace("nodes: [10.0.0.0/24]", "nodes: [10.0.0.0/24, 'fd00:1::/64']")
        .replace("address: 10.0.0.11", "address: [10.0.0.11, 'fd00:1::11']")
        .replace("address: 10.0.0.21", "address: [10.0.0.21, 'fd00:1::21']"),
    ),
    "exposed-ports": Case(today=docker(FLANNEL), wanted=docker(FLANNEL, ports="9090:9090/tcp")),
    "distribution": Case(today=SAVED_K3S, wanted=talos(cilium())),
    "cilium-minors": Case(
        today=talos(cilium(version="1.17.16"), kubernetes="1.33.13"),
        wanted=talos(cilium(), kubernetes="1.33.13"),
    ),
    "back-to-flannel": Case(today=talos(cilium()), wanted=talos(FLANNEL)),
    "ipam": Case(today=talos(cilium("ipam: cluster-pool")), wanted=talos(cilium())),
    "release-name": Case(
        today={
            **OLD_REPOSITORY,
            "apps/cilium.yaml": OLD_REPOSITORY["apps/cilium.yaml"].replace(
                "{ name: cilium, namespace: flux-system }\nspec:\n  interval: 1h\n  targetNamespace",
                "{ name: cilium, namespace: kube-system }\nspec:\n  interval: 1h\n  releaseName: cni\n  targetNamespace",
            ),
        },
        wanted=talos(cilium(_TUNNEL)),
    ),
    "address-without-pool": Case(
        today={**SAVED_TALOS, "services.yaml": _list(service("front", "10.0.0.99"))},
        wanted=talos(cilium(_L2), networks=POOL),
    ),
    "flux-too-old": Case(
        today={
            **OLD_REPOSITORY,
            "clusters/lab/flux-system/gotk-components.yaml": OLD_REPOSITORY[
                "clusters/lab/flux-system/gotk-components.yaml"
            ].replace("v2.6.4", "v2.2.3"),
        },
        wanted=talos(cilium(_TUNNEL)),
    ),
}
