"""Changes of a Cilium that runs: from a tunnel to native routing, WireGuard, Gateway API.

Feeds `plan`. Each is a change of values that Flux applies; what differs is how the agents take it.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.documents.bootstrap import cilium as bootstrap
from fabricgen.documents.cilium import release_timeout
from fabricgen.migration.step import Check, Move, Step, adopted
from fabricgen.versions.gateway_api import GROUP
from fabricgen.versions.version import Minor, minor_of

_MIXED: Final = "https://github.com/cilium/cilium/issues/9680"
_ROUTING: Final = "https://docs.cilium.io/en/stable/network/concepts/routing/#native-routing"
_WIREGUARD: Final = "https://docs.cilium.io/en/stable/security/network/encryption-wireguard/"
_MTU_FOLLOWS_SINCE: Final[Minor] = (1, 17)
_GATEWAY: Final = "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/"
_AGENTS: Final = "kubectl --namespace kube-system rollout status daemonset/cilium"
_EXEC: Final = "kubectl --namespace kube-system exec daemonset/cilium --container cilium-agent -- cilium-dbg"


def goes_native(move: Move) -> bool:
    """Tell whether pods' packets leave the tunnel, or enter one."""
    return _differs(move, "routing")


def encrypts(move: Move) -> bool:
    """Tell whether WireGuard is switched on."""
    return _pair(move, "wireguard") == (False, True)


def is_stricter(move: Move) -> bool:
    """Tell whether unencrypted packets are to be dropped from now on."""
    return (
        _pair(move, "wireguard")[1] is True
        and _pair(move, "strict")[1] is True
        and _pair(move, "strict")[0] is False
    )


def brings_gateways(move: Move) -> bool:
    """Tell whether Cilium's Gateway API is switched on."""
    return _pair(move, "gateway_api") == (False, True)


def _pair(move: Move, fact: str) -> tuple[object, object]:
    return getattr(move.today.cilium, fact, None), getattr(move.wanted.cilium, fact, None)


def _differs(move: Move, fact: str) -> bool:
    before, after = _pair(move, fact)
    return before is not None and after is not None and before != after


def early_crds(move: Move) -> Iterator[Step]:
    """Yield the step that installs the CRDs of Gateway API, before anything looks for them."""
    for one in bootstrap.steps(move.cluster):
        if one.name == "install-gateway-crds":
            yield adopted(
                one,
                outage="none",
                rollback=f"leave them: without Gateways nobody reads them. Deleting a CRD of {GROUP} deletes its objects",
                sources=(_GATEWAY,),
            )


def waits(move: Move) -> tuple[str, ...]:
    """Return the commands that wait for new values; none where all agents are to restart together at once."""
    if goes_native(move):
        return ()
    minutes = release_timeout(move.cluster)
    return (
        (
            "kubectl --namespace kube-system wait helmreleases.helm.toolkit.fluxcd.io/cilium --for=condition=Ready "
            f"--timeout={minutes}m"
        ),
        f"{_AGENTS} --timeout={minutes}m",
    )


def applied(move: Move, *, why: str, outage: str) -> Step:
    """Return the step that has Flux apply the new values, and waits for the agents."""
    return Step(
        id="apply-values",
        title="Have Flux apply the new values",
        why=why,
        commands=(
            "flux reconcile kustomization flux-system --with-source --namespace flux-system",
            *waits(move),
        ),
        checks=()
        if goes_native(move)
        else (
            Check(
                command="helm --namespace kube-system history cilium", expect="the last revision is deployed"
            ),
            Check(command=f"{_EXEC} status --brief", expect="OK"),
        ),
        outage=outage,
        rollback="git revert, push, and the same commands",
        is_last_point_of_return=False,
    )


def strict_later(move: Move) -> Step:
    """Return the step before strict mode: encrypt first, drop later."""
    return Step(
        id="encrypt-before-strict",
        title="First without strict mode",
        why="Strict mode drops what is not encrypted. While agents restart one by one, some nodes have no key yet, and "
        f"their packets would be dropped: leave `strict` out of `encryption` in {move.description} for the first push.",
        commands=(
            f'(cd "$(git rev-parse --show-toplevel)" && fabricgen render {move.description})',
            "grep --after-context 2 strictMode bootstrap/cilium-values.yaml || true",
        ),
        checks=(
            Check(
                command="grep --after-context 2 strictMode bootstrap/cilium-values.yaml || true",
                expect="nothing, or enabled: false",
            ),
        ),
        rollback="nothing has changed",
        sources=(_WIREGUARD,),
    )


def encrypted(move: Move) -> Step:
    """Return the step that shows that packets are encrypted."""
    peers = len(move.cluster.nodes) - 1
    return Step(
        id="check-encryption",
        title="Check that packets between nodes are encrypted",
        why="Every agent writes its public key into its CiliumNode, and takes the others' from theirs.",
        commands=(f"{_EXEC} status | grep Encryption", f"{_EXEC} encrypt status"),
        checks=(
            Check(
                command=f"{_EXEC} status | grep Encryption",
                expect=f"Wireguard, Port: 51871, Peers: {peers} (the other nodes)",
            ),
        ),
        traps=(
            "UDP 51871 must be open between nodes: a host firewall, k3s' ufw, an ingress firewall of Talos.",
            _mtu(move),
        ),
        rollback="git revert, push: packets go unencrypted again, nothing is lost",
        sources=(_WIREGUARD,),
    )


def _mtu(move: Move) -> str:
    """Return what happens to the MTU of pods that run. Source: <https://github.com/cilium/cilium/issues/37824>."""
    version = move.cluster.versions.cilium
    smaller = "WireGuard takes room in each packet, so pods get a smaller MTU. "
    if version is not None and minor_of(version) >= _MTU_FOLLOWS_SINCE:
        return smaller + (
            "From 1.17 on agents change it in running pods as well, in every interface there is: with Multus, look at "
            "the others. `ip link` in a pod shows it."
        )
    return smaller + (
        "A pod that started before keeps the larger one until it is made anew, and its large packets are cut in two "
        "or lost: restart workloads that move much (`kubectl rollout restart`), a namespace at a time."
    )


def strict_now(move: Move) -> Step:
    """Return the step that drops what is not encrypted."""
    return Step(
        id="switch-strict-on",
        title="Now strict mode",
        why="Each node has the keys of all others. Put `strict: true` back, render, and push.",
        commands=(
            f'(cd "$(git rev-parse --show-toplevel)" && fabricgen render {move.description})',
            f"git add --all . {move.beside}".rstrip(),
            'git commit --message "Drop what is not encrypted"',
            "git push",
            "flux reconcile kustomization flux-system --with-source --namespace flux-system",
        ),
        checks=(
            Check(
                command="kubectl --namespace kube-system exec daemonset/cilium --container cilium-agent -- "
                "hubble observe --verdict DROPPED --last 100 || true",
                expect="no drops that were not there before",
            ),
        ),
        rollback="git revert, push",
        sources=(_WIREGUARD,),
    )


def all_at_once(move: Move) -> Step:
    """Return the step that restarts all agents together, so that no two nodes route differently for long."""
    wanted = move.wanted.cilium.routing if move.wanted.cilium else None
    native = wanted == "native"
    return Step(
        id="restart-agents",
        title="Restart all agents at once",
        why="A node that tunnels and one that routes do not understand each other's answers, so a roll of one node "
        f"after the other over {len(move.cluster.nodes)} nodes would be an outage as long as the roll. Together it is one start.",
        commands=(
            (
                "until kubectl --namespace kube-system get configmap cilium-config --output jsonpath='{.data.routing-mode}' "
                f"| grep -x {wanted}; do sleep 2; done"
            ),
            "kubectl --namespace kube-system delete pods --selector k8s-app=cilium",
            f"{_AGENTS} --timeout={release_timeout(move.cluster)}m",
        ),
        checks=(
            Check(
                command=f"{_EXEC} status | grep -E 'Routing|KubeProxyReplacement'",
                expect="Network: Native" if native else "Network: Tunnel",
            ),
            Check(command=f"{_EXEC} health status --succinct", expect="every node and endpoint reachable"),
        ),
        traps=(
            (
                "Every node needs a route to every other's pods: in one L2 segment the agents set them, elsewhere the "
                "router has to know them. `ip route` on a node shows one line for each other node."
            ),
            "A firewall between nodes saw UDP from node to node until now; it will see pods' own addresses.",
        )
        if native
        else (),
        outage="between pods of different nodes: from the first agent with the new mode until the last has started, the "
        "start of one agent. Within a node nothing stops.",
        rollback="git revert, push, and restart all agents at once again",
        sources=(_MIXED, _ROUTING),
    )


def gateways_on(move: Move) -> Step:
    """Return the step that has the operator look for the CRDs again, and shows the class."""
    gateways = (
        move.cluster.cilium.gateway_api.gateways
        if move.cluster.cilium and move.cluster.cilium.gateway_api
        else ()
    )
    names = ", ".join(f"{one.namespace}/{one.name}" for one in gateways) or "none yet"
    return Step(
        id="start-gateways",
        title="Have the operator serve Gateways",
        why="The operator looks for the CRDs once, when it starts: one that started before them serves none.",
        commands=(
            "kubectl --namespace kube-system rollout restart deployment/cilium-operator",
            "kubectl --namespace kube-system rollout status deployment/cilium-operator --timeout=5m",
            "kubectl get gatewayclasses,gateways --all-namespaces",
        ),
        checks=(
            Check(command="kubectl get gatewayclass cilium", expect="ACCEPTED is True"),
            Check(command="kubectl get gateways --all-namespaces", expect=f"PROGRAMMED is True: {names}"),
        ),
        traps=(
            (
                "Another controller's Gateways (Envoy Gateway, Traefik) keep theirs: the class decides. Two of them cannot "
                "have one address: move a name in DNS only after the new Gateway answers."
            ),
        ),
        rollback="git revert, push: Gateways of the class are no longer served",
        sources=(_GATEWAY,),
    )
