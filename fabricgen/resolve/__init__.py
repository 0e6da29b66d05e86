"""Description -> Cluster: rules first, then every default filled and every derived fact computed once.

Fed by `load`; feeds `documents`. Pure: the same description gives the same cluster.
"""

from dataclasses import replace

from fabricgen.cluster import AddedComponent, Cluster, Considered, Decision, MetalLb
from fabricgen.description import Description
from fabricgen.description.cilium import Cilium
from fabricgen.errors import Problem, ResolveError
from fabricgen.resolve import rules
from fabricgen.resolve.features import chart_of, resolve_cilium
from fabricgen.resolve.machines import resolve_nodes
from fabricgen.resolve.plan import resolve_plan
from fabricgen.resolve.systems import resolve_flux, resolve_k3s, resolve_talos, resolve_versions


def resolve(description: Description) -> Cluster:
    """Return the cluster that the description means.

    Raises ResolveError with every pair of values that disagree; the problems carry paths, not yet lines.
    """
    components, wrong = _components(description)
    if problems := (*rules.problems(description), *wrong):
        raise ResolveError(problems)
    cluster = _cluster(description, cilium=description.cni.cilium)
    return replace(cluster, components=components, rules=description.rules)


def _components(description: Description) -> tuple[tuple[AddedComponent, ...], tuple[Problem, ...]]:
    """Return what other packages add, and what is wrong with it: their components, and the names of their rules."""
    components: tuple[AddedComponent, ...] = ()
    problems: tuple[Problem, ...] = ()
    if description.components:
        from fabricgen.plugins.adding import add_components  # noqa: PLC0415 - most descriptions name no plug-in

        components, problems = add_components(description.components)
    if description.rules:
        from fabricgen.plugins.rules import find_rules  # noqa: PLC0415 - the same

        problems += find_rules(description.rules)[1]
    return components, problems


def _cluster(description: Description, *, cilium: Cilium | None) -> Cluster:
    nodes = resolve_nodes(description)
    plan = resolve_plan(description, nodes)
    talos = resolve_talos(description, host_routing=cilium is not None and _routes_in_ebpf(cilium))
    return Cluster(
        name=description.name,
        versions=resolve_versions(description, cilium=cilium),
        endpoint=plan.endpoint,
        networks=plan.networks,
        nodes=nodes,
        pools=plan.pools,
        vips=plan.vips,
        reserved=plan.reserved,
        talos=talos,
        k3s=resolve_k3s(description, nodes),
        cilium=resolve_cilium(description, cilium, plan=plan, nodes=nodes, talos=talos) if cilium else None,
        metallb=_metallb(description),
        flux=resolve_flux(description),
        decisions=_decisions(description),
        ignored_rules={one.rule: one.because for one in description.ignore},
        flannel_because=description.cni.flannel.because if description.cni.flannel else None,
        considered=_considered(description) if cilium is None else None,
    )


def _routes_in_ebpf(cilium: Cilium) -> bool:
    """Whether packets skip the host's stack: kube-proxy replacement, eBPF masquerading, no legacy routing."""
    masquerade = cilium.kube_proxy_replacement if cilium.bpf_masquerade is None else cilium.bpf_masquerade
    return cilium.kube_proxy_replacement and masquerade and not cilium.host_legacy_routing


def _metallb(description: Description) -> MetalLb | None:
    metallb = description.metallb
    if metallb is None:
        return None
    chart = chart_of(metallb.chart, version=metallb.version)
    return MetalLb(version=metallb.version, chart=chart, because=metallb.because)


def _decisions(description: Description) -> tuple[Decision, ...]:
    return tuple(
        Decision(about=one.about, decided=one.decided, because=one.because) for one in description.decisions
    )


def _considered(description: Description) -> Considered | None:
    considered = description.cni.considered
    if considered is None:
        return None
    return Considered(
        cluster=replace(_cluster(description, cilium=considered.cilium), is_considered=True),
        verdict=considered.verdict,
        because=considered.because,
        revisit=considered.revisit,
    )
