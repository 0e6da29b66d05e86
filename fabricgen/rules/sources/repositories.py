"""Flux' sources: addresses, types, kinds that fit, who may read them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.releases import FLUX_HELM, SOURCES
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Edit, Hit, rule

_CRDS: Final = (
    "https://github.com/fluxcd/source-controller/blob/v1.9.1/config/crd/bases/source.toolkit.fluxcd.io"
)
_HELM_CRD: Final = "https://github.com/fluxcd/helm-controller/blob/v1.6.3/config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml"
_SCP: Final = re.compile(r"(?P<user>[\w.-]+@[\w.-]+):(?P<path>[^/].*)")
_DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m))+")
_SOURCE_KINDS: Final[Mapping[tuple[str, ...], frozenset[str]]] = {
    ("sourceRef",): frozenset({"GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"}),
    ("chart", "spec", "sourceRef"): frozenset({"HelmRepository", "GitRepository", "Bucket"}),
    ("chartRef",): frozenset({"OCIRepository", "HelmChart", "ExternalArtifact"}),
}


def _sources(fabric: Fabric, *kinds: str) -> Iterator[tuple[Item, str]]:
    """Yield the sources of these kinds with their addresses, where those are told."""
    for item in fabric.in_force(SOURCES, *kinds):
        url = item.get("spec", "url")
        if isinstance(url, str) and not is_open(url):
            yield item, url


@rule(
    "SRC001",
    "error",
    "The type of a HelmRepository goes with its address",
    why="Flux takes a HelmRepository for an HTTP server with an index unless its type says oci, and fetches nothing.",
    source="https://fluxcd.io/flux/components/source/helmrepositories/#type",
    fix="Set spec.type: oci for an address oci://…, and no type for http.",
)
def type_and_address(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRepository whose type is not that of its address."""
    for item, url in _sources(fabric, "HelmRepository"):
        kind = item.get("spec", "type") or "default"
        if url.startswith("oci://") and kind == "default":
            yield Hit.at(
                item, ("spec", "url"), f"{url} needs type: oci", Edit.of(item, "set", ("spec", "type"), "oci")
            )
        if kind == "oci" and not url.startswith("oci://"):
            yield Hit.at(item, ("spec", "url"), f"type is oci, and the address is {url}")


@rule(
    "SRC002",
    "error",
    "The address of a repository has a scheme that Flux takes",
    why="The API server refuses the object, so everything that is applied with it fails.",
    source=f"{_CRDS}_gitrepositories.yaml",
    fix="Write ssh://git@host/path for Git over SSH, https://… else; an OCIRepository takes oci://… only.",
)
def scheme(fabric: Fabric) -> Iterator[Hit]:
    """Yield each GitRepository and OCIRepository whose address the CRD refuses."""
    for item, url in _sources(fabric, "GitRepository"):
        if not re.match(r"(?:https?|ssh)://", url):
            scp = _SCP.fullmatch(url)
            edits = (
                (Edit.of(item, "set", ("spec", "url"), f"ssh://{scp['user']}/{scp['path']}"),) if scp else ()
            )
            yield Hit.at(item, ("spec", "url"), f"{url} is not an address with http, https or ssh", *edits)
    for item, url in _sources(fabric, "OCIRepository"):
        if not url.startswith("oci://"):
            yield Hit.at(item, ("spec", "url"), f"{url} does not start with oci://")


@rule(
    "SRC003",
    "info",
    "Charts in OCI registries come from an OCIRepository",
    why="HelmRepositories of type oci are in maintenance mode; what is new comes to OCIRepositories only.",
    source="https://fluxcd.io/flux/components/source/helmrepositories/#type",
    fix="Make an OCIRepository of the chart's full address and name it in spec.chartRef of the HelmRelease.",
)
def repository_of_type_oci(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRepository of type oci that Flux applies."""
    for item, url in _sources(fabric, "HelmRepository"):
        if item.get("spec", "type") == "oci" and item.layer is not None:
            yield Hit.at(item, ("spec", "type"), f"{url} is read as a HelmRepository of type oci")


@rule(
    "SRC004",
    "error",
    "A reference to a source names a kind that is allowed there",
    why="The API server refuses the object, so everything that is applied with it fails.",
    source=_HELM_CRD,
    fix="Use a HelmRepository, GitRepository or Bucket in chart.spec.sourceRef, an OCIRepository, HelmChart or "
    "ExternalArtifact in chartRef; a Kustomization takes no HelmRepository.",
)
def kind_of_source(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a source of a kind that its place does not allow."""
    items = (
        *fabric.in_force("kustomize.toolkit.fluxcd.io", "Kustomization"),
        *fabric.in_force(FLUX_HELM, "HelmRelease"),
    )
    for item in items:
        for path, allowed in _SOURCE_KINDS.items():
            kind = item.get("spec", *path, "kind")
            if isinstance(kind, str) and kind not in allowed and not is_open(kind):
                message = f"{'.'.join(path)} does not take a {kind}, but {_either(allowed)}"
                yield Hit.at(item, ("spec", *path, "kind"), message)


def _either(words: frozenset[str]) -> str:
    *some, last = sorted(words)
    return f"{', '.join(some)} or {last}"


@rule(
    "SRC008",
    "error",
    "The timeout of a source has no hours",
    why="The API server refuses the object: the timeout of a source takes ms, s and m only.",
    source=f"{_CRDS}_helmrepositories.yaml",
    fix="Write the timeout in minutes.",
)
def timeout_in_hours(fabric: Fabric) -> Iterator[Hit]:
    """Yield each timeout of a source that the CRD refuses."""
    for item in fabric.in_force(SOURCES, "GitRepository", "HelmRepository", "OCIRepository", "Bucket"):
        timeout = item.get("spec", "timeout")
        if isinstance(timeout, str) and not is_open(timeout) and not _DURATION.fullmatch(timeout):
            yield Hit.at(item, ("spec", "timeout"), f"timeout {timeout} is not of ms, s and m")


@rule(
    "SRC014",
    "error",
    "With tenants locked down, sources stand in the namespace of what uses them",
    why="Flux refuses a source in another namespace: access is denied, and the object is never applied.",
    source="https://fluxoperator.dev/docs/crd/fluxinstance/#cluster-multitenant",
    fix="Put a source into the same namespace, or set cluster.multitenant: false.",
)
def source_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference into another namespace where a FluxInstance locks tenants down."""
    instances = fabric.of("fluxcd.controlplane.io", "FluxInstance")
    if not any(one.get("spec", "cluster", "multitenant") is True for one in instances):
        return
    items = (*fabric.of("kustomize.toolkit.fluxcd.io", "Kustomization"), *fabric.of(FLUX_HELM, "HelmRelease"))
    for item in items:
        for path in _SOURCE_KINDS:
            namespace = item.get("spec", *path, "namespace")
            if (
                item.layer is not None
                and item.exact
                and isinstance(namespace, str)
                and namespace != item.namespace
            ):
                message = f"the source is in {namespace}, and this is in {item.namespace}"
                yield Hit.at(item, ("spec", *path, "namespace"), message)
