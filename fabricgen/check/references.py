"""References between objects that Flux applies: what is named is there, in a namespace that is there, and only once.

Fed by all documents. Objects that only a controller makes (a chart's Services, Flux' own source) are known by name.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from fabricgen.check.places import Placed, trees
from fabricgen.check.reading import mappings, part, text
from fabricgen.documents.document import File
from fabricgen.documents.namespaces import WELL_KNOWN
from fabricgen.errors import Path, format_path
from fabricgen.finding import Finding

_KUSTOMIZATIONS: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations"
_BGP: Final = "https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-configuration/"


class _Name(NamedTuple):
    kind: str
    namespace: str
    name: str


class _Reference(NamedTuple):
    path: Path
    target: _Name
    source: str


class _Fault(NamedTuple):
    rule: str
    path: Path
    message: str
    source: str


# `flux bootstrap` and FluxInstance make it.
_FLUX = "flux-system"
_MADE_BY_FLUX = {_Name(kind, _FLUX, _FLUX) for kind in ("GitRepository", "OCIRepository")}


def dangling_references(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each reference without a target, missing namespace, and object that is there twice."""
    for tree in trees(files):
        applied = tuple(one for one in tree if one.synced)
        names = {_name(one) for one in applied}
        yield from _twice(applied)
        for one in applied:
            yield from (_finding(one, fault) for fault in _faults(one, names | _MADE_BY_FLUX))


def _faults(one: Placed, names: set[_Name]) -> Iterator[_Fault]:
    yield from _without_namespace(one, names)
    for reference in _references(one):
        if reference.target not in names:
            yield _dangling(reference)


def _name(one: Placed) -> _Name:
    identity = one.document.identity
    return _Name(identity.kind, identity.namespace, identity.name)


def _references(one: Placed) -> Iterator[_Reference]:
    body, own = one.document.body, one.document.identity.namespace
    spec = part(body, "spec")
    match one.document.identity.kind:
        case "Kustomization":
            yield from _object(spec, ("sourceRef",), own=own, source=f"{_KUSTOMIZATIONS}/#source-reference")
        case "HelmRelease":
            docs = "https://fluxcd.io/flux/components/helm/helmreleases"
            yield from _object(spec, ("chartRef",), own=own, source=f"{docs}/#chart-reference")
            yield from _object(
                spec, ("chart", "spec", "sourceRef"), own=own, source=f"{docs}/#chart-template"
            )
        case "HTTPRoute":
            for index, parent in mappings(part(spec, "parentRefs")):
                place = text(parent.get("namespace")) or own
                target = _Name(text(parent.get("kind")) or "Gateway", place, text(parent.get("name")))
                docs = "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference"
                yield _Reference(("spec", "parentRefs", index), target, docs)
        case "CiliumBGPClusterConfig":
            yield from _peer_configs(spec)
        case _:
            return


def _object(spec: object, keys: tuple[str, ...], *, own: str, source: str) -> Iterator[_Reference]:
    found = part(spec, *keys)
    if isinstance(found, Mapping):
        place = text(found.get("namespace")) or own
        target = _Name(text(found.get("kind")), place, text(found.get("name")))
        yield _Reference(("spec", *keys), target, source)


def _peer_configs(spec: object) -> Iterator[_Reference]:
    for number, instance in mappings(part(spec, "bgpInstances")):
        for index, peer in mappings(instance.get("peers")):
            name = part(peer, "peerConfigRef", "name")
            if isinstance(name, str):
                path = ("spec", "bgpInstances", number, "peers", index, "peerConfigRef")
                yield _Reference(path, _Name("CiliumBGPPeerConfig", "", name), _BGP)


def _dangling(reference: _Reference) -> _Fault:
    kind, namespace, name = reference.target
    where = f"{namespace}/{name}" if namespace else name
    message = f"{kind} {where} is named here, and nothing that Flux applies makes it"
    return _Fault("REF001", reference.path, message, reference.source)


def _without_namespace(one: Placed, names: set[_Name]) -> Iterator[_Fault]:
    namespace = one.document.identity.namespace
    if namespace and namespace not in WELL_KNOWN and _Name("Namespace", "", namespace) not in names:
        message = f"the namespace {namespace} is not in the tree, so this cannot be applied before somebody makes it"
        yield _Fault("REF002", ("metadata", "namespace"), message, f"{_KUSTOMIZATIONS}/#target-namespace")


def _twice(applied: tuple[Placed, ...]) -> Iterator[Finding]:
    first: dict[tuple[str, _Name], Placed] = {}
    for one in applied:
        before = first.setdefault((one.document.identity.group, _name(one)), one)
        if before is not one:
            message = f"{before.document.path} has it too; two layers would take it from each other for ever"
            fault = _Fault("REF003", ("metadata", "name"), message, f"{_KUSTOMIZATIONS}/#prune")
            yield _finding(one, fault)


def _finding(one: Placed, fault: _Fault) -> Finding:
    return Finding(
        rule=fault.rule,
        severity="error",
        file=str(one.document.path),
        object=one.document.label,
        path=format_path(fault.path),
        message=fault.message,
        source=fault.source,
    )
