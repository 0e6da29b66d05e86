"""Flannel, kube-proxy and servicelb out of k3s: one more config file on the servers, restarts, then reboots.

Feeds `cni`. k3s runs them inside itself, so there is nothing to delete but what they left on the nodes.
"""

from typing import Final

from fabricgen.documents.k3s import disabled_parts
from fabricgen.migration.state import Machine
from fabricgen.migration.step import Check, Move, Step, quoted
from fabricgen.versions.k3s import CNI_CONF_DIR, FLANNEL_CNI_CONF_DIR

DROP_IN: Final = "/etc/rancher/k3s/config.yaml.d/90-cilium.yaml"
_FILE: Final = '"$BEFORE/90-cilium.yaml"'
_FILES: Final = "https://docs.k3s.io/installation/configuration"
_CNI: Final = "https://docs.k3s.io/networking/basic-network-options#custom-cni"
_CRITICAL: Final = "https://docs.k3s.io/cli/server#critical-configuration-values"
_SERVICES: Final = "https://docs.k3s.io/networking/networking-services"
_PORTS: Final = "https://docs.k3s.io/installation/requirements#inbound-rules-for-k3s-nodes"
_GONE: Final = (
    Check(
        command="kubectl --namespace kube-system get daemonsets --selector svccontroller.k3s.cattle.io/svcname",
        expect="No resources found: servicelb is gone",
    ),
)
_CLEARING: Final = (
    (
        "A node that cannot be rebooted: `ip link delete flannel.1`, `ip link delete cni0`, then "
        "`iptables-save | grep -v KUBE | iptables-restore`, and every pod on it deleted."
    ),
    (
        "Never run k3s-killall.sh once Cilium runs without deleting cilium_host, cilium_net and cilium_vxlan first: "
        "the node may lose its network."
    ),
)
_CONNECTIONS: Final = "https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/"


def config(move: Move) -> Step:
    """Return the step that puts the file on all servers; nothing reads it yet."""
    put = quoted(f"sudo install -D -m 600 /dev/stdin {DROP_IN}")
    lines = (f"ssh {one.address} {put} < {_FILE}" for one in move.control_planes)
    first = move.control_planes[0]
    return Step(
        id="configure-servers",
        title="Tell every server to leave the network to Cilium",
        why="These values must be the same on all servers, and agents get theirs from them. The file is read after "
        "config.yaml, and only when k3s starts, so nothing happens yet.",
        commands=(f"cat > {_FILE} <<'EOF'\n{_drop_in(move)}EOF", *lines),
        checks=(
            Check(command=f"ssh {first.address} {quoted(f'sudo cat {DROP_IN}')}", expect="the lines above"),
        ),
        traps=(
            (
                'Flags of the systemd unit win over files. `kubectl get nodes --output jsonpath="{.items[*].metadata.'
                'annotations.k3s\\.io/node-args}"` shows what each server was started with.'
            ),
            (
                "The tree's own k3s/server/config.yaml says the same and more. It takes the place of this file once all "
                "else is done; its token file must then hold the token that this cluster has, not a new one."
            ),
        ),
        rollback=f"delete {DROP_IN} on every server",
        sources=(_FILES, _CNI, _CRITICAL),
    )


def _drop_in(move: Move) -> str:
    lines = ["flannel-backend: none", "disable-network-policy: true"]
    if move.wanted.kube_proxy is False:
        lines.append("disable-kube-proxy: true")
    if gone := _disabled(move):
        lines += ["disable+:", *(f"  - {name}" for name in gone)]
    return "\n".join(lines) + "\n"


def _disabled(move: Move) -> tuple[str, ...]:
    """Return the parts of k3s that the tree switches off, as far as they are about the network."""
    return tuple(one for one in disabled_parts(move.cluster) if one in {"servicelb", "traefik"})


def restarts(move: Move) -> Step:
    """Return the step that restarts servers, then agents: the outage starts."""
    restart = [_remote(one, "sudo systemctl restart k3s") for one in move.control_planes]
    restart.append("until kubectl get --raw /readyz; do sleep 10; done")
    restart += [_remote(one, "sudo systemctl restart k3s-agent") for one in move.workers]
    restart += [
        f"{_remote(one, 'sudo ip link delete flannel.1')} || true"
        for one in (*move.control_planes, *move.workers)
    ]
    gone = [one for one in _disabled(move) if one == "traefik"]
    always = (
        "flannel.1 goes at once: it holds UDP 8472, which Cilium's own VXLAN needs, and agents would not start beside it. "
        "With another backend than vxlan there is none, and the command says so."
    )
    traps = (
        (
            "Traefik is removed, as the description wants: what came in through its Ingresses has no way in until the "
            "Gateway of the last steps is there."
        ),
    )
    return Step(
        id="restart-k3s",
        title="Restart k3s: servers first, one after the other, then agents",
        why="Flannel, kube-proxy and the policy controller run inside k3s and are gone once it starts without them. "
        "What they wrote on the nodes is still there; Cilium is installed before it is cleared.",
        commands=tuple(restart),
        checks=(
            Check(command="kubectl get nodes", expect="every node is known; NotReady is right from here on"),
            *(_GONE if "servicelb" in _disabled(move) else ()),
        ),
        traps=(always, *traps) if gone else (always,),
        outage="starts here: Services and connections between nodes fail until Cilium runs and the node has rebooted. "
        "The API itself is away for one restart of each server.",
        rollback=f"delete {DROP_IN} on every server, restart servers, then agents",
        sources=(_CNI, _PORTS, _CONNECTIONS, _SERVICES),
    )


def _remote(node: Machine, line: str) -> str:
    return f"ssh {node.address} {quoted(line)}"


def reboots(move: Move) -> Step:
    """Return the step that clears every node, by a reboot."""
    clear = f"sudo rm -f {FLANNEL_CNI_CONF_DIR}/10-flannel.conflist; sudo systemctl reboot"
    lines: list[str] = []
    for one in (*move.workers, *move.control_planes):
        lines += [
            f"{_remote(one, clear)} || true",
            f"sleep 60; until {_remote(one, 'systemctl is-active k3s k3s-agent')} | grep -x active; do sleep 10; done",
            "until kubectl get --raw /readyz; do sleep 10; done",
            "kubectl wait --for=condition=Ready nodes --all --timeout=15m",
        ]
    count = len(move.workers) + len(move.control_planes)
    some = move.control_planes[0]
    return Step(
        id="reboot-nodes",
        title="Clear every node by a reboot: agents first, then the servers one by one",
        why="flannel.1 and cni0 hold routes to the very pod networks that Cilium serves now, and kube-proxy's iptables "
        f"rules still catch Services. A reboot clears all of it and makes every pod anew. Flannel's file in "
        f"{FLANNEL_CNI_CONF_DIR} is deleted first; Cilium's is in {CNI_CONF_DIR}, where containerd looks without Flannel.",
        commands=tuple(lines),
        checks=(
            Check(
                command=_remote(some, "ip -brief link show | grep -E 'flannel|cni0' || echo clean"),
                expect="clean",
            ),
            Check(
                command=_remote(some, "sudo iptables-save | grep --count KUBE-SVC || true"),
                expect="0" if move.wanted.kube_proxy is False else "the rules of kube-proxy",
            ),
            Check(command="kubectl get nodes", expect=f"{count} nodes, each Ready"),
        ),
        traps=_CLEARING,
        outage=f"each node's pods come back with its reboot: the sum of {count} reboots, one after the other, for the last",
        rollback=f"Cilium out, {DROP_IN} deleted, k3s restarted, and every node rebooted again",
        sources=(_CNI, _CONNECTIONS),
    )
