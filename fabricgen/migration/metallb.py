"""From MetalLB to pools of Cilium, with every Service's address kept.

Feeds `plan`. Cilium takes the addresses that Services have over into its pools, if a pool has them and the Service
asks for no other; MetalLB's controller takes addresses that are not its own away. So never both at once.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.migration.datapath import waits
from fabricgen.migration.state import Balanced, MetalLbHome
from fabricgen.migration.step import Check, Move, Step, quoted

ANNOTATION: Final = "lbipam.cilium.io/ips"
_ASKING: Final = "https://docs.cilium.io/en/stable/network/lb-ipam/#requesting-ips"
_CLASSES: Final = "https://docs.cilium.io/en/stable/network/lb-ipam/#loadbalancerclass"
_IMPORTS: Final = "https://github.com/cilium/cilium/blob/v1.18.6/operator/pkg/lbipam/lbipam.go"
_FIGHTS: Final = "https://github.com/metallb/metallb/issues/2887"
_STORY: Final = "https://github.com/vehagn/homelab/issues/7"
_ARP: Final = "https://docs.cilium.io/en/stable/network/l2-announcements/"
_KEEPS: Final = (
    "https://github.com/fluxcd/helm-controller/blob/v1.6.3/internal/controller/helmrelease_controller.go"
)
_CONTROLLER: Final = "--selector app.kubernetes.io/name=metallb,app.kubernetes.io/component=controller"
_SPEAKER: Final = "--selector app.kubernetes.io/name=metallb,app.kubernetes.io/component=speaker"
_LIST: Final = "kubectl get services --all-namespaces --output wide | grep LoadBalancer"
_WHY_REMOVED: Final = (
    "Its HelmRelease is suspended, so deleting it uninstalls nothing; Helm then takes away what is stopped anyway. The "
    "other way round, its controller would start once more."
)
_OURS: Final = frozenset({"", "io.cilium/l2-announcer", "io.cilium/bgp-control-plane"})


def pinning(move: Move) -> Step:
    """Return the step that makes every Service ask for the address that it has; nothing moves yet."""
    open_ones = [one for one in move.today.balanced if one.addresses and not one.asks_cilium and one.name]
    return Step(
        id="pin-addresses",
        title="Have every Service ask for the address that it has",
        why="Cilium keeps an address that stands in a Service's status if a pool has it; asking for it makes that sure, "
        "whatever happens in between. MetalLB does not read this annotation.",
        commands=tuple(_annotate(one) for one in open_ones) or (_LIST,),
        checks=(Check(command=_LIST, expect=_expected(move)),),
        traps=tuple(_traps(move)),
        rollback=f"kubectl annotate service --all --all-namespaces {ANNOTATION}-",
        sources=(_ASKING, _CLASSES, _IMPORTS),
    )


def _annotate(one: Balanced) -> str:
    addresses = ",".join(str(address) for address in one.addresses)
    return (
        f"kubectl --namespace {quoted(one.namespace)} annotate service {quoted(one.name)} --overwrite "
        f"{ANNOTATION}={addresses}"
    )


def _expected(move: Move) -> str:
    told = [
        f"{one.label} {', '.join(map(str, one.addresses))}" for one in move.today.balanced if one.addresses
    ]
    return "; ".join(told) if told else "every Service with its address; note them down"


def _traps(move: Move) -> Iterator[str]:
    yield (
        "Write the same annotation where the Service is made: its manifest, the chart's values, `spec.infrastructure."
        "annotations` of a Gateway. Otherwise the next reconciliation takes it away."
    )
    yield (
        "An `IPAddressPool` with `autoAssign: false` gave addresses only to those that asked. A Cilium pool gives to "
        "every Service that its serviceSelector takes: give such a pool a selector."
    )
    strange = [one for one in move.today.balanced if one.load_balancer_class not in _OURS]
    for one in strange:
        yield (
            f"{one.label} has loadBalancerClass {one.load_balancer_class}, which Cilium ignores and nobody can change: "
            "this Service has to be deleted and made anew without it, at the moment of the switch."
        )
    if not strange and not move.today.all_balanced:
        yield "`loadBalancerClass` cannot be changed: a Service with MetalLB's class has to be made anew without it."
    for one in move.today.balanced:
        if one.is_local and "l2" in (move.wanted.announced or ()):
            yield (
                f"{one.label} has externalTrafficPolicy Local, which Cilium's L2 announcements do not support: a node "
                "without a pod of it may answer for the address. Set it to Cluster first, or announce it by BGP."
            )
    if not any(one.is_local for one in move.today.balanced) and not move.today.all_balanced:
        yield "`externalTrafficPolicy: Local` does not work with Cilium's L2 announcements; set Cluster, or use BGP."


def rolling(move: Move) -> Step:
    """Return the step that gives the agents their new values while MetalLB still announces."""
    return Step(
        id="roll-agents-first",
        title="Give Cilium its new values, while MetalLB still serves",
        why="The agents have to restart before they can announce anything. Without pools and policies, which come with "
        f"Flux, they do not: so the restarts of {len(move.cluster.nodes)} nodes are no part of the outage. It is the very "
        "HelmRelease that Flux applies later.",
        commands=(
            "kubectl apply --server-side --force-conflicts --filename infrastructure/cilium/release.yaml",
            *waits(move),
        ),
        checks=(Check(command=_LIST, expect=_expected(move)),),
        outage="agents restart one after the other; connections that stand go on, new ones wait for their node's agent",
        rollback="`git checkout HEAD~1 -- infrastructure/cilium/release.yaml`, and the same commands",
        sources=(_ARP,),
    )


def stopping(move: Move) -> Step:
    """Return the step that stops MetalLB: controller first, then speakers."""
    home = move.today.metallb or MetalLbHome(namespace="metallb-system")
    space = f"kubectl --namespace {quoted(home.namespace)}"
    pause = _suspended(home)
    stop = "--patch " + quoted('{"spec":{"template":{"spec":{"nodeSelector":{"fabricgen/stopped":"true"}}}}}')
    return Step(
        id="stop-metallb",
        title="Stop MetalLB, its controller first",
        why="A running controller takes an address that is none of its pools' out of a Service's status, so it and "
        "Cilium would undo each other; and two that answer ARP for one address make it come and go.",
        commands=(
            *pause,
            f"{space} scale deployment {_CONTROLLER} --replicas=0",
            f"{space} wait pods {_CONTROLLER} --for=delete --timeout=2m || true",
            (
                f"for speaker in $({space} get daemonsets {_SPEAKER} --output name); do\n"
                f'  {space} patch "$speaker" {stop}\ndone'
            ),
            f"{space} wait pods {_SPEAKER} --for=delete --timeout=5m || true",
        ),
        checks=(
            Check(command=f"{space} get pods", expect="no controller and no speaker"),
            Check(command=_LIST, expect="the same addresses as before: nobody is there to take them away"),
        ),
        traps=(
            "Do not delete IPAddressPools or CRDs yet: whatever still runs would withdraw the addresses.",
            (
                "MetalLB from plain manifests has other labels: `app=metallb` with `component=controller` and "
                "`component=speaker`."
            ),
        ),
        outage="LoadBalancer addresses: devices that know the MAC address go on; new ones get no answer until Cilium "
        "announces. By BGP, the router drops the routes when the session ends.",
        rollback=f"{space} scale deployment {_CONTROLLER} --replicas=1, and take `nodeSelector.fabricgen/stopped` off the "
        "DaemonSet: `kubectl rollout undo`",
        is_last_point_of_return=not move.swaps_cni,
        sources=(_FIGHTS, _STORY),
    )


def _suspended(home: MetalLbHome) -> tuple[str, ...]:
    if home.owner is None:
        return ()
    namespace, name = home.owner
    return (f"flux suspend helmrelease {quoted(name)} --namespace {quoted(namespace)}",)


def checking(move: Move) -> Step:
    """Return the step that shows that Cilium has all addresses, and announces them."""
    l2 = "l2" in (move.wanted.announced or ())
    leases = Check(
        command="kubectl --namespace kube-system get leases | grep cilium-l2announce",
        expect="one line for each Service, with the node that answers",
    )
    sessions = Check(
        command="cilium bgp peers", expect="each session established, and as many routes as addresses"
    )
    return Step(
        id="check-addresses",
        title="Check that every address is where it was",
        why="The pools, with the same addresses, came with Flux. From a device outside the cluster, open each Service once.",
        commands=("kubectl get ciliumloadbalancerippools.cilium.io", _LIST),
        checks=(
            Check(
                command="kubectl get ciliumloadbalancerippools.cilium.io",
                expect="CONFLICTING is False in every line",
            ),
            Check(command=_LIST, expect=_expected(move)),
            leases if l2 else sessions,
        ),
        traps=(
            "Devices that refuse gratuitous ARP keep the old MAC address until it expires; clear it (`ip neigh flush`).",
        )
        if l2
        else (),
        outage=_until(move),
        rollback="suspend Flux, delete the Cilium pools, start MetalLB again",
        sources=(_ARP, _IMPORTS),
    )


def _until(move: Move) -> str:
    l2 = move.cluster.cilium.l2 if move.cluster.cilium else None
    if l2 is None:
        return "ends when the sessions are up"
    return (
        f"ends with the first lease: the first node that asks gets it at once, a failed one is replaced after "
        f"{l2.lease_duration} (lease) and at most {l2.renew_deadline} (renewal) more"
    )


def removing(move: Move) -> Step:
    """Return the step that takes MetalLB out for good."""
    home = move.today.metallb or MetalLbHome(namespace="metallb-system")
    space = quoted(home.namespace)
    return Step(
        id="remove-metallb",
        title="Take MetalLB out",
        why=_WHY_REMOVED if home.owner else "It is stopped, and nobody misses it.",
        commands=tuple(_uninstall(home)),
        checks=(
            Check(
                command=f"kubectl --namespace {space} get deployments,daemonsets", expect="No resources found"
            ),
            Check(command=_LIST, expect="still the same addresses"),
        ),
        traps=()
        if home.owner
        else (
            "How MetalLB was installed is not known. From manifests: delete those. From Helm: uninstall its release.",
        ),
        rollback="MetalLB installed again from the commit before, after Cilium's pools are gone",
        sources=(_KEEPS,),
    )


def _uninstall(home: MetalLbHome) -> Iterator[str]:
    if home.owner is None:
        yield f"helm --namespace {quoted(home.namespace)} list"
        return
    namespace, name = home.owner
    yield (
        f"kubectl --namespace {quoted(namespace)} delete helmreleases.helm.toolkit.fluxcd.io {quoted(name)} --ignore-not-found"
    )
    yield f"helm --namespace {quoted(home.storage)} uninstall {quoted(home.release)}"
