"""Rules about versions: which are needed, and which go together."""

from collections.abc import Iterator

from fabricgen.description import Cilium, Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums
from fabricgen.versions.cilium import CILIUM
from fabricgen.versions.compatibility import Clash, clashes
from fabricgen.versions.k3s import kubernetes_of
from fabricgen.versions.kubernetes import KUBERNETES
from fabricgen.versions.talos import TALOS
from fabricgen.versions.version import Minor, Version, format_minor, format_range, minor_of


def kubernetes_version(description: Description) -> Version | None:
    """Return the Kubernetes version as written, or the one inside k3s; None if neither says it."""
    k3s = description.distribution.k3s
    return description.kubernetes or (kubernetes_of(k3s.version) if k3s else None)


def rule_kubernetes_version_is_known(description: Description) -> Iterator[Problem]:
    """k3s brings its Kubernetes along, Talos runs whichever it is told."""
    talos = description.distribution.talos
    if talos is None or description.kubernetes is not None:
        return
    release = TALOS.get(minor_of(talos.version))
    runs = format_range(release.kubernetes_min, release.kubernetes_max) if release else ""
    message = "is missing: Talos runs whichever Kubernetes it is told"
    yield Problem(
        message=message, path=("kubernetes",), hint=f"Talos {talos.version} runs {runs}" if runs else ""
    )


def rule_versions_go_together(description: Description) -> Iterator[Problem]:
    """Pairs that cannot work; a pair that upstream merely does not test is told elsewhere."""
    known = _found_clashes(description)
    for clash in dict.fromkeys(known):
        if clash.right == "fabricgen":
            message, hint = f"{clash.left} is unknown to fabricgen", f"known: {clash.allowed}"
            yield Problem(message=message, path=_path_of(clash.left, description), hint=hint)
        else:
            message = f"{clash.left} and {clash.right} do not go together: {clash.why}"
            hint = f"would work: {clash.allowed}"
            yield Problem(message=message, path=_path_of(clash.right, description), hint=hint)


def _found_clashes(description: Description) -> Iterator[Clash]:
    written: tuple[Cilium | None, ...] = tuple(cilium for _, cilium in ciliums(description))
    for cilium in written or (None,):
        for clash in _clashes_with(description, cilium):
            inside_k3s = clash.left.startswith("Kubernetes ") and description.kubernetes is None
            if not (inside_k3s and clash.right == "fabricgen"):
                yield clash


def _clashes_with(description: Description, cilium: Cilium | None) -> tuple[Clash, ...]:
    talos, k3s = description.distribution.talos, description.distribution.k3s
    kubernetes = kubernetes_version(description) or _any_kubernetes(description)
    return clashes(
        kubernetes=kubernetes,
        talos=talos.version if talos else None,
        talos_contract=_contract(description),
        k3s=k3s.version if k3s else None,
        cilium=cilium.version if cilium else None,
        gateway_api=_gateway_api(cilium) if cilium else None,
        flux=description.flux.version,
    )


def _any_kubernetes(description: Description) -> Version:
    """Return a Kubernetes that Talos surely runs: that it is missing is told already."""
    talos = description.distribution.talos
    release = TALOS.get(minor_of(talos.version)) if talos else None
    major, minor = release.kubernetes_max if release else max(KUBERNETES)
    return Version(major, minor, 0)


def _contract(description: Description) -> Minor | None:
    talos = description.distribution.talos
    return (talos.contract or minor_of(talos.version)) if talos else None


def _gateway_api(cilium: Cilium) -> Version | None:
    api = cilium.gateway_api
    if api is None or not api.enabled:
        return None
    release = CILIUM.get(minor_of(cilium.version))
    return api.version or (release.gateway_api if release else None)


def _path_of(product: str, description: Description) -> Path:
    """Return where the version of a product is written, such as that of "Cilium 1.18.6"."""
    cilium: Path = next((path for path, _ in ciliums(description)), ("cni", "cilium"))
    paths: dict[str, Path] = {
        "config contract": ("distribution", "talos", "contract"),
        "Talos": ("distribution", "talos", "version"),
        "k3s": ("distribution", "k3s", "version"),
        "Cilium": (*cilium, "version"),
        "Gateway API": (*cilium, "gatewayAPI", "version"),
        "Flux": ("flux", "version"),
        "Kubernetes": ("kubernetes",) if description.kubernetes else ("distribution", "k3s", "version"),
    }
    return next((path for name, path in paths.items() if product.startswith(f"{name} ")), ())


def rule_talosctl_can_write_the_images_contract(description: Description) -> Iterator[Problem]:
    """In docker talosctl generates for the tag of the image, and there is no switch for another contract.

    Source: cmd/talosctl/cmd/mgmt/cluster/create/create_docker.go in siderolabs/talos at v1.12.4.
    """
    talos = description.distribution.talos
    if talos is None or talos.docker is None:
        return
    path: Path = ("distribution", "talos", "docker", "talosctl")
    made, image = minor_of(talos.docker.talosctl), minor_of(talos.version)
    if made not in TALOS:
        message = f"talosctl {talos.docker.talosctl} is unknown to fabricgen"
        yield Problem(message=message, path=path, hint=f"known: {format_range(min(TALOS), max(TALOS))}")
    elif made < image:
        message = f"talosctl {talos.docker.talosctl} cannot write configs for the newer Talos {talos.version}"
        yield Problem(message=message, path=path, hint=f"use talosctl {format_minor(image)} or newer")
    if talos.contract is not None and talos.contract != image:
        yield Problem(
            message=f"contract {format_minor(talos.contract)}, but in docker talosctl writes that of the image, "
            f"{format_minor(image)}, and has no switch for another",
            path=("distribution", "talos", "contract"),
            hint="remove it",
        )


def rule_k3s_versions_are_releases(description: Description) -> Iterator[Problem]:
    """A k3s release is a Kubernetes release with a number of its own."""
    k3s = description.distribution.k3s
    if k3s is not None and not (k3s.version.build or "").startswith("k3s"):
        message = f"{k3s.version} is a Kubernetes version; a k3s release has a suffix"
        yield Problem(
            message=message,
            path=("distribution", "k3s", "version"),
            hint=f"write for example v{k3s.version}+k3s1",
        )
