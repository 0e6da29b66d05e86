"""Flannel and kube-proxy out of Talos on machines: the config first, then the objects, then a reboot of each node.

Feeds `cni`. Sources: facts are named at each step; manifests are applied by
internal/app/machined/pkg/controllers/k8s/manifest_apply.go of siderolabs/talos at v1.12.11, which only creates what is
missing and deletes nothing.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.migration.step import Check, Move, Step, looped
from fabricgen.versions.version import Minor, minor_of

PRUNES_SINCE: Final[Minor] = (1, 13)
_GUIDE: Final = "https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"
_PRUNING: Final = "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes#kubernetes-manifest-synchronization"
_CREATES: Final = "https://github.com/siderolabs/talos/blob/v1.12.11/internal/app/machined/pkg/controllers/k8s/manifest_apply.go"
_FLANNEL: Final = "https://github.com/siderolabs/talos/blob/v1.12.11/internal/app/machined/pkg/controllers/k8s/internal/k8stemplates/flannel.go"
_CONNECTIONS: Final = "https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/"
_PATCH: Final = '"$BEFORE/cilium-patch.yaml"'
_PATCHING: Final = (
    (
        "Patch with these few lines, not with whole files of talos/: lists in a patch are appended, so the same "
        "file twice makes entries twice. The rest of the tree's patches goes into your machine configs later."
    ),
    (
        "Whatever renders your machine configs (talhelper, topf, `talosctl apply-config`) has to say the same "
        "before it is run again, or Flannel comes back."
    ),
)
_DNS_PATCH: Final = '"$BEFORE/dns-patch.yaml"'


def config(move: Move) -> Iterator[Step]:
    """Yield the steps that change machine configs; nothing stops yet."""
    yield _control_planes(move)
    if _changes_dns(move):
        yield _dns(move)


def _changes_dns(move: Move) -> bool:
    return move.wanted.dns_forwarded is False and move.today.dns_forwarded is not False


def _control_planes(move: Move) -> Step:
    first = move.control_planes[0]
    apply = f'talosctl --nodes "$node" patch machineconfig --mode=no-reboot --patch @{_PATCH}'
    legacy = not move.today.documents
    look = "grep -A 1 'cni:'" if legacy else "grep --count KubeFlannelCNIConfig"
    return Step(
        id="patch-control-planes",
        title="Tell Talos to want neither Flannel nor kube-proxy"
        if _drops_proxy(move)
        else "Tell Talos to want no Flannel",
        why="Every control plane writes Talos' manifests, and creates again what is missing: as long as one of them "
        "still wants Flannel, deleting it is for nothing. What runs goes on running.",
        commands=(
            f"cat > {_PATCH} <<'EOF'\n{_patch(move)}EOF",
            f"talosctl --nodes {first.address} patch machineconfig --mode=no-reboot --dry-run --patch @{_PATCH}",
            looped(move.control_planes, apply),
        ),
        checks=(
            Check(
                command=f"talosctl --nodes {first.address} get machineconfig v1alpha1 --output jsonpath='{{.spec}}' | {look}",
                expect="`name: none` below `cni:`" if legacy else "0",
            ),
            Check(
                command="kubectl --namespace kube-system get daemonset kube-flannel kube-proxy",
                expect="both are still there",
            ),
        ),
        traps=_PATCHING,
        rollback="apply the saved configs again: `talosctl --nodes NODE apply-config --mode=no-reboot --file FILE`, with "
        "`spec` of that node in machineconfigs.yaml",
        sources=(_GUIDE, _CREATES),
    )


def _drops_proxy(move: Move) -> bool:
    return move.wanted.kube_proxy is False


def _patch(move: Move) -> str:
    if move.today.documents:
        text = "apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\n$patch: delete\n"
        proxy = "---\napiVersion: v1alpha1\nkind: KubeProxyConfig\nenabled: false\n"
    else:
        text = "cluster:\n  network:\n    cni:\n      name: none\n"
        proxy = "  proxy:\n    disabled: true\n"
    return text + (proxy if _drops_proxy(move) else "")


def _dns(move: Move) -> Step:
    if move.today.documents:
        text = "apiVersion: v1alpha1\nkind: ResolverConfig\nhostDNS:\n  forwardKubeDNSToHost: false\n"
    else:
        text = "machine:\n  features:\n    hostDNS:\n      forwardKubeDNSToHost: false\n"
    nodes = (*move.control_planes, *move.workers)
    apply = f'talosctl --nodes "$node" patch machineconfig --mode=no-reboot --patch @{_DNS_PATCH}'
    return Step(
        id="patch-host-dns",
        title="Stop forwarding the cluster's DNS to the hosts",
        why="With eBPF masquerading and host routing, packets of CoreDNS no longer pass the host's address that Talos "
        "answers at, and every name outside the cluster would time out.",
        commands=(f"cat > {_DNS_PATCH} <<'EOF'\n{text}EOF", looped(nodes, apply)),
        checks=(
            Check(
                command="kubectl --namespace kube-system get pods --selector k8s-app=kube-dns",
                expect="each Running",
            ),
        ),
        rollback="the same patch with `true`",
        sources=(_GUIDE,),
    )


def removal(move: Move) -> Step:
    """Return the step that takes Flannel and kube-proxy away: the outage starts."""
    version = move.today.talos
    prunes = version is not None and minor_of(version) >= PRUNES_SINCE
    names = "kube-flannel kube-proxy" if _drops_proxy(move) else "kube-flannel"
    by_hand = (
        f"kubectl --namespace kube-system delete daemonset {names} --ignore-not-found",
        "kubectl --namespace kube-system delete configmap kube-flannel-cfg --ignore-not-found",
        "kubectl --namespace kube-system delete serviceaccount flannel --ignore-not-found",
        "kubectl delete clusterrolebinding,clusterrole flannel --ignore-not-found",
    )
    return Step(
        id="remove-flannel",
        title=f"Take {'Flannel and kube-proxy' if _drops_proxy(move) else 'Flannel'} away",
        why="Two CNIs at once write two configs and two sets of routes, and two replacements for Services do not know "
        f"each other's connections: the old ones go before Cilium comes. {_who_removes(prunes=prunes)}",
        commands=_pruning(move) if prunes else by_hand,
        checks=(
            Check(
                command="kubectl --namespace kube-system get daemonsets",
                expect=f"none is called {' or '.join(names.split())}",
            ),
        ),
        traps=_removal_traps(prunes=prunes, by_hand=by_hand[0]),
        outage="starts here, for every connection between nodes and every Service: nothing answers for cluster "
        "addresses until Cilium does. It ends node by node with the reboots below.",
        rollback="apply the saved machine configs to every control plane, then "
        + (
            "run `talosctl upgrade-k8s --to` the same version again: it brings Flannel and kube-proxy back"
            if prunes
            else "reboot one control plane: Talos creates what is missing"
        ),
        sources=(_PRUNING if prunes else _CREATES, _FLANNEL, _CONNECTIONS),
    )


def _who_removes(*, prunes: bool) -> str:
    if prunes:
        return "From Talos 1.13 on `upgrade-k8s` to the version that runs prunes what the config no longer wants."
    return "Talos up to 1.12 deletes nothing when its config changes, so this is done by hand."


def _pruning(move: Move) -> tuple[str, ...]:
    run = f"talosctl --nodes {move.control_planes[0].address} upgrade-k8s --to {move.today.kubernetes}"
    return (f"{run} --dry-run", run)


def _removal_traps(*, prunes: bool, by_hand: str) -> tuple[str, ...]:
    always = (
        (
            "Your kubeconfig must lead to a node or to the shared address of the control planes: an address of a Service "
            "stops to answer here, too."
        ),
        "Flannel ignores NetworkPolicies, Cilium enforces them: read `kubectl get networkpolicies --all-namespaces` before.",
    )
    if not prunes:
        return always
    return (
        *always,
        (
            "Read the dry run first: it must name kube-flannel to be pruned, and change no version. talosctl itself has to "
            "be 1.13 or newer."
        ),
        f"What Talos does not have in its inventory stays. If a DaemonSet is still there: `{by_hand}`.",
    )


def reboots(move: Move) -> Step:
    """Return the step that reboots every node, one after the other."""
    back = "until kubectl get --raw /readyz; do sleep 10; done"
    ready = "kubectl wait --for=condition=Ready nodes --all --timeout=15m"
    restart = 'talosctl --nodes "$node" reboot --wait --timeout=15m'
    workers = (looped(move.workers, restart, ready),) if move.workers else ()
    control = looped(
        move.control_planes, restart, f"{{ {back}; }}", ready, 'talosctl --nodes "$node" service etcd'
    )
    count = len(move.workers) + len(move.control_planes)
    return Step(
        id="reboot-nodes",
        title="Reboot every node: workers first, then the control planes one by one",
        why="A reboot clears what Flannel and kube-proxy left (flannel.1, cni0, their routes and iptables rules), and "
        "makes every pod anew on Cilium. Talos has no shell, so there is no other way to clear it.",
        commands=(*workers, control),
        checks=(
            Check(command="kubectl get nodes", expect=f"{count} nodes, each Ready"),
            Check(
                command=f"talosctl --nodes {move.control_planes[0].address} get links | grep -E 'flannel|cni0'",
                expect="nothing",
            ),
        ),
        traps=(
            "Never two control planes at once: etcd needs the majority of them."
            if len(move.control_planes) > 1
            else "There is one control plane: the API is away while it reboots.",
            (
                "Pods that started under Flannel keep its network until they are made anew: on a node that is not rebooted "
                "yet, they reach nobody. No drain is asked for, since nothing there works for others anyway; if your "
                "storage wants one (Longhorn, Ceph), drain each node first."
            ),
        ),
        outage=f"each node's pods come back with its reboot: the sum of {count} reboots, one after the other, for the "
        "last one. Workers may go together if everything is down anyway: talosctl takes several addresses.",
        rollback="from the first reboot on, back means the removal the other way round: Cilium out, the saved configs "
        "in, and every node rebooted again",
        sources=(_CONNECTIONS,),
    )
