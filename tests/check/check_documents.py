"""Small documents for the tests beside this file."""

from pathlib import Path, PurePosixPath
from typing import Any

from fabricgen.check import Finding, check
from fabricgen.documents.document import Document

FLUX_SOURCE = {"kind": "GitRepository", "name": "flux-system"}


def written(path: str, body: dict[str, Any]) -> Document:
    return Document(path=PurePosixPath(path), body=body)


def layer(
    name: str,
    *,
    after: tuple[str, ...] = (),
    at: str = "",
    source: dict[str, Any] | None = None,
    tree: str = "",
) -> Document:
    """A Flux Kustomization that applies infrastructure/<name>, unless it says where else."""
    spec: dict[str, Any] = {
        "interval": "1h",
        "prune": True,
        "path": at or f"./gitops/home/infrastructure/{name}",
        "sourceRef": source or FLUX_SOURCE,
    }
    if after:
        spec["dependsOn"] = [{"name": other} for other in after]
    metadata = {"name": name, "namespace": "flux-system"}
    body = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": metadata,
        "spec": spec,
    }
    return written(f"{tree}flux/{name}.yaml", body)


def folder(path: str, *resources: str) -> Document:
    """The kustomization.yaml of a folder."""
    body = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(resources),
    }
    return written(f"{path}/kustomization.yaml", body)


def config_map(path: str, name: str = "settings", *, namespace: str = "default", **data: str) -> Document:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data,
    }
    return written(path, body)


def namespace(path: str, name: str) -> Document:
    return written(path, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def found(*documents: Document) -> list[tuple[str, str]]:
    """The rule and the file of each finding."""
    return [(one.rule, one.file) for one in findings(*documents)]


def findings(*documents: Document) -> tuple[Finding, ...]:
    return check(documents)


def applied(*documents: Document) -> tuple[Document, ...]:
    """The documents, with the layer and the kustomization.yaml of each folder of theirs in infrastructure/."""
    folders: dict[str, list[str]] = {}
    for one in documents:
        if one.path.parts[0] == "infrastructure":
            folders.setdefault(str(one.path.parent), []).append(one.path.name)
    around = [(layer(Path(name).name), folder(name, *files)) for name, files in folders.items()]
    return (*documents, *(one for both in around for one in both))
