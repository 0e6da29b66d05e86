"""The facts without which there is no description, each with the flag that tells it.

Fed with a draft after all readers.
"""

from typing import Final

from fabricgen.errors import Path, Problem
from fabricgen.importing.draft import Draft

_HINTS: Final[tuple[tuple[Path, str, str], ...]] = (
    (("nodes",), "no node is told", "--node NAME=ADDRESS:control-plane, once for each machine, workers too"),
    (
        ("distribution",),
        "nothing tells what runs on the machines",
        "--set distribution.talos.version=… or --set distribution.k3s.version=…",
    ),
    (
        ("endpoint", "host"),
        "nothing tells where the Kubernetes API answers",
        "--set endpoint.host=…, as in your kubeconfig",
    ),
    (("cni",), "nothing tells which CNI runs", "--set cni.cilium.version=…, or --set cni.flannel={}"),
    (
        ("networks", "nodes"),
        "nothing tells the network of the nodes",
        "--set networks.nodes=…, such as 192.168.1.0/24",
    ),
    (
        ("networks", "pods"),
        "nothing tells the pod network",
        "--set networks.pods=…, as in the Cilium or Kubernetes config",
    ),
    (("networks", "services"), "nothing tells the Service network", "--set networks.services=…"),
    (("flux", "version"), "no version of Flux fits", "--set flux.version=…"),
)


def missing(draft: Draft) -> list[Problem]:
    """Return every fact without which there is no description, each with the flag that tells it."""
    found = [
        Problem(path=path, message=message, hint=hint)
        for path, message, hint in _HINTS
        if draft.get(*path) is None and not (path == ("nodes",) and draft.half_told)
    ]
    found += [
        Problem(path=("nodes", name), message=f"nothing tells the {what} of this node", hint=flag)
        for name, (what, flag) in sorted(draft.half_told.items())
        if draft.get("nodes") is None or what == "address"
    ]
    found += _versions(draft)
    if draft.get("cni", "cilium") is not None and draft.get("cni", "cilium", "version") is None:
        hint = "--set cni.cilium.version=…, as `helm list --namespace kube-system` shows it"
        found.append(
            Problem(
                path=("cni", "cilium", "version"),
                message="nothing tells the version of Cilium's chart",
                hint=hint,
            )
        )
    if draft.get("metallb") is not None and draft.get("metallb", "version") is None:
        hint = "--set metallb.version=…"
        found.append(
            Problem(
                path=("metallb", "version"), message="nothing tells the version of MetalLB's chart", hint=hint
            )
        )
    if draft.get("flux", "git") is None and draft.get("flux", "oci") is None:
        hint = "--set flux.git.url=https://…, the repository that will hold the rendered tree"
        found.append(Problem(path=("flux", "git"), message="nothing tells where Flux reads from", hint=hint))
    nodes = draft.get("nodes") or []
    if nodes and not any(one.get("role") == "control-plane" for one in nodes):
        hint = "--node NAME=ADDRESS:control-plane"
        found.append(Problem(path=("nodes",), message="no node is told to be a control plane", hint=hint))
    return found


def _versions(draft: Draft) -> list[Problem]:
    """Return what is missing of the versions of what runs on the machines."""
    found: list[Problem] = []
    if draft.get("distribution", "talos") is not None:
        for path in (("distribution", "talos", "version"), ("kubernetes",)):
            if draft.get(*path) is None:
                what = "Talos'" if len(path) > 1 else "Kubernetes'"
                hint = f"--set {'.'.join(path)}=…, as `kubectl get nodes -o wide` shows it"
                found.append(Problem(path=path, message=f"nothing tells {what} version", hint=hint))
    elif draft.get("distribution", "k3s") is not None and draft.get("distribution", "k3s", "version") is None:
        hint = "--set distribution.k3s.version=…, as `kubectl get nodes` shows it: v1.33.4+k3s1"
        found.append(
            Problem(path=("distribution", "k3s", "version"), message="nothing tells k3s' version", hint=hint)
        )
    return found
