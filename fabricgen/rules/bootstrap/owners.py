"""Several owners of Cilium: what each installs, and whether they agree."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import CiliumRelease, Fabric, Install
from fabricgen.fabric.cilium import DEFAULTS
from fabricgen.fabric.installs import find_inline_cilium
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule

_HELM: Final = "https://fluxcd.io/flux/components/helm/helmreleases"
_TALOS: Final = "https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"
# What makes the network of a node: another value restarts agents, or cuts connections. What a bootstrap leaves out on
# purpose, such as Hubble's certificates, dashboards and metrics, is not here.
_DATAPATH: Final = frozenset(
    {
        "MTU",
        "autoDirectNodeRoutes",
        "bandwidthManager",
        "bpf",
        "cgroup",
        "cluster",
        "cni",
        "devices",
        "enableIPv4Masquerade",
        "enableIPv6Masquerade",
        "encryption",
        "endpointRoutes",
        "ipam",
        "ipv4",
        "ipv4NativeRoutingCIDR",
        "ipv6",
        "ipv6NativeRoutingCIDR",
        "k8sServiceHost",
        "k8sServicePort",
        "kubeProxyReplacement",
        "loadBalancer",
        "routingMode",
        "securityContext",
        "socketLB",
        "tunnelPort",
        "tunnelProtocol",
    }
)
_SHOWN: Final = 4


def _of_flux(fabric: Fabric) -> list[CiliumRelease]:
    found = [one for one in fabric.all_cilium if one.role == "flux" and one.item.layer is not None]
    return [one for one in found if one.item.exact and one.item.get("spec", "suspend") is not True]


@rule(
    "BTS004",
    "warning",
    "One HelmRelease installs Cilium",
    why="Two releases of the chart are two agents on each node that fight over its interfaces and maps.",
    source=f"{_HELM}/#release-name",
    fix="Remove one of them, with kustomize.toolkit.fluxcd.io/prune: disabled if it is the one that runs.",
)
def two_releases(fabric: Fabric) -> Iterator[Hit]:
    """Yield each further HelmRelease of Cilium that Flux applies to this cluster."""
    found = [one for one in _of_flux(fabric) if one.item.get("spec", "kubeConfig") is None]
    for one in found[1:]:
        if one.item.label == found[0].item.label:
            continue  # One object that two layers apply: REF003 tells it where they differ.
        yield Hit.at(one.item, ("metadata", "name"), f"{found[0].item.label} installs Cilium, too")


@rule(
    "BTS005",
    "warning",
    "Talos does not hold a Cilium of its own beside Flux'",
    why="Talos makes what is missing of its inline manifests again whenever a control plane starts, and `talosctl "
    "upgrade-k8s` writes all of it anew: values and certificates of the day when it was rendered come back.",
    source=_TALOS,
    fix="Remove the manifest from the machine configuration once Flux has adopted Cilium.",
)
def inline_beside_flux(fabric: Fabric) -> Iterator[Hit]:
    """Yield each manifest of Cilium that Talos applies, where Flux installs Cilium."""
    releases = _of_flux(fabric)
    for document, path in find_inline_cilium(fabric.talos):
        if releases:
            place = document.item.place(*document.prefix, *path)
            yield Hit(place=place, message=f"Talos applies Cilium, and {releases[0].item.label} does, too")


@rule(
    "BTS006",
    "warning",
    "k3s and Flux install the same Cilium",
    why="k3s upgrades its HelmChart whenever the file changes or a server starts, Flux its HelmRelease: each puts its "
    "own version and values back, and the agents restart each time.",
    source="https://docs.k3s.io/helm",
    fix="Write one version and one set of values, and let go of the HelmChart once Flux has adopted the release.",
)
def k3s_beside_flux(fabric: Fabric) -> Iterator[Hit]:
    """Yield what k3s' HelmChart says other than Flux' HelmRelease."""
    flux = next(iter(_of_flux(fabric)), None)
    for one in fabric.all_cilium if flux else ():
        if one.role != "k3s" or flux is None:
            continue
        told = one.version is not None and flux.version is not None and one.version != flux.version
        differing = list(_differing(flux, one))
        if told or differing:
            words = [f"version {one.version} and {flux.version}"] if told else []
            yield Hit(
                place=one.place(),
                message=f"k3s and Flux differ in {_listed([*words, *differing])}",
                object=one.item.label,
            )


@rule(
    "BTS007",
    "warning",
    "The bootstrap installs the version that Flux runs",
    why="On a new cluster Flux upgrades, or downgrades, Cilium as soon as it has started, over a network that is just "
    "coming up; more than one minor at a time is not supported.",
    source=f"{_HELM}/#chart-template",
    fix="Write the same version in both; have one read from the other.",
)
def another_version(fabric: Fabric) -> Iterator[Hit]:
    """Yield each version that helmfile installs and Flux does not run."""
    flux = next(iter(_of_flux(fabric)), None)
    for install in fabric.own_installs if flux else ():
        if flux is not None and flux.version is not None and install.version not in {None, flux.version}:
            message = f"helmfile installs Cilium {install.version}, and Flux runs {flux.version}"
            yield Hit(place=install.place("version"), message=message, object=flux.item.label)


@rule(
    "BTS008",
    "warning",
    "The bootstrap installs Cilium with the values that Flux gives it",
    why="When Flux adopts the release it upgrades it to its own values: the agents restart with another datapath while "
    "the cluster comes up, and connections break.",
    source=f"{_HELM}/#values",
    fix="Keep one set of values: let the bootstrap read them from the HelmRelease.",
)
def other_values(fabric: Fabric) -> Iterator[Hit]:
    """Yield each set of bootstrap values whose datapath is not that of Flux' HelmRelease, with the paths."""
    flux = next(iter(_of_flux(fabric)), None)
    if flux is None or not flux.complete:
        return
    named = {file for install in fabric.own_installs for file in install.values}
    for one in fabric.all_cilium:
        if one.role != "bootstrap" or not _is_bootstrap(one, fabric.own_installs, named):
            continue
        if differing := list(_differing(flux, one)):
            message = f"it differs from {flux.item.label} in {_listed(differing)}"
            yield Hit(
                place=one.place(differing[0].partition(" ")[0]), message=message, object=flux.item.label
            )


def _is_bootstrap(one: CiliumRelease, installs: tuple[Install, ...], named: set[str]) -> bool:
    """Tell whether a file of values is what the bootstrap uses: helmfile names it, or it stands in such a folder."""
    file = one.item.origin.file
    return file in named if any(install.values for install in installs) else "bootstrap" in file


def _differing(flux: CiliumRelease, other: CiliumRelease) -> Iterator[str]:
    """Yield the paths of the datapath whose value is not the same, with both, after the chart's defaults."""
    paths = dict.fromkeys((*_leaves(flux.values), *_leaves(other.values)))
    for path in paths:
        if path.partition(".")[0] not in _DATAPATH:
            continue
        ours, theirs = (_effective(one, path) for one in (flux, other))
        if ours is not None and theirs is not None and _plain(ours) != _plain(theirs):
            yield f"{path} ({_shown(theirs)} there, {_shown(ours)} in Flux)"


def _leaves(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in values.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{path}.")
        else:
            yield path


def _effective(one: CiliumRelease, path: str) -> Any:  # noqa: ANN401 - values hold anything
    """Return the value in force; None where it is not known, and for mappings that are not leaves on both sides."""
    written = one.written(path)
    if written is None:
        return DEFAULTS.get(path)
    return None if isinstance(written, Mapping) or _is_template(written) else written


def _is_template(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_is_template, value))
    return is_open(value) or (isinstance(value, str) and "{{" in value)


def _plain(value: object) -> object:
    """Return a value as Helm's templates see it: switches and numbers are the same as their texts."""
    if isinstance(value, list):
        return sorted(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(words: list[str]) -> str:
    shown = ", ".join(words[:_SHOWN])
    return shown if len(words) <= _SHOWN else f"{shown} and {len(words) - _SHOWN} more"
