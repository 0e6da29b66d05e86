"""kustomization.yaml files: what they list is there, once, and what stands beside them is listed.

Only those count that take part in a layer: nobody builds the others.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.releases import SOURCES
from fabricgen.repository import Layer, Repository, SourceDocument
from fabricgen.repository.generators import files_of
from fabricgen.repository.kustomize import REMOTE, inside, is_kustomization_file
from fabricgen.rules.rule import Edit, Hit, rule

_GENERATING: Final = (
    "https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file"
)
_PATH: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#path"
_FIELDS: Final = "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/"
_LISTS: Final = ("resources", "bases", "components", "crds", "configurations", "transformers", "generators")
_NO_MANIFESTS: Final = frozenset({"kustomization", "kustomizeconfig", "values"})
_BY_HAND: Final = re.compile(r"kubectl|manual|by hand", re.IGNORECASE)
_ONCE: Final = ("Job", "Pod")
_SUBMODULE: Final = re.compile(r"^\s*path\s*=(?P<path>.+)$", re.MULTILINE)


def _kustomizations(fabric: Fabric) -> Iterator[SourceDocument]:
    """Yield each kustomization.yaml that a layer builds, once."""
    repository = fabric.cluster.repository
    for file in sorted({file for layer in fabric.layers for file in layer.files}):
        if is_kustomization_file(file) and (documents := repository.by_file.get(file)):
            yield documents[0]


def _list(document: SourceDocument, key: str) -> list[Any]:
    value = document[key]
    return value if isinstance(value, list) else []


def _named(document: SourceDocument) -> Iterator[tuple[tuple[str | int, ...], PurePosixPath, bool]]:
    """Yield each path that a kustomization.yaml names: where, which, and whether a folder must be buildable."""
    folder = PurePosixPath(document.file).parent
    for key in _LISTS:
        for number, one in enumerate(_list(document, key)):
            if isinstance(one, str) and "\n" not in one and not REMOTE.search(one):
                yield (key, number), inside(folder, one), key in {"resources", "bases", "components"}
    for key in ("patches", "patchesJson6902", "replacements"):
        for number, one in enumerate(_list(document, key)):
            if isinstance(one, Mapping) and isinstance(name := one.get("path"), str):
                yield (key, number, "path"), inside(folder, name), False
    for number, one in enumerate(_list(document, "patchesStrategicMerge")):
        if isinstance(one, str) and "\n" not in one:
            yield ("patchesStrategicMerge", number), inside(folder, one), False


@rule(
    "FLX002",
    "error",
    "What a kustomization.yaml lists is there",
    why="The build fails, and nothing that the Flux Kustomization applies is updated any more.",
    source=_FIELDS,
    fix="Correct the path, add the file, or take the entry out.",
)
def listed_and_missing(fabric: Fabric) -> Iterator[Hit]:
    """Yield each entry without a file, and each folder without a kustomization.yaml."""
    repository = fabric.cluster.repository
    modules = _submodules(repository)
    for document in _kustomizations(fabric):
        for path, target, is_base in _named(document):
            if ".." in target.parts or modules & {target, *target.parents}:
                continue  # It leads out of what is here.
            if not repository.exists(target):
                yield Hit(place=document.place(path), message=f"{target} is listed and is not there")
            elif is_base and _is_unbuildable(repository, target):
                message = f"{target} is a folder without a kustomization.yaml"
                yield Hit(place=document.place(path), message=message)


def _submodules(repository: Repository) -> set[PurePosixPath]:
    """Return the folders that Git fills from other repositories, which a checkout may lack."""
    text = repository.text(PurePosixPath(".gitmodules")) or ""
    return {PurePosixPath(found["path"].strip()) for found in _SUBMODULE.finditer(text)}


def _is_unbuildable(repository: Repository, target: PurePosixPath) -> bool:
    if str(target) not in repository.folders or str(target) in repository.by_file:
        return False
    return repository.kustomization(target) is None and not repository.exists(target / "kustomization.yaml")


@rule(
    "FLX003",
    "info",
    "A manifest beside a kustomization.yaml is listed in it",
    why="Flux applies what is listed and nothing else: the object never reaches the cluster, and nothing says so.",
    source=_GENERATING,
    fix="List the file under resources, or delete it.",
)
def there_and_not_listed(fabric: Fabric) -> Iterator[Hit]:
    """Yield each manifest that no kustomization.yaml of the repository mentions, not even in a comment."""
    repository = fabric.cluster.repository
    mentioned = _mentioned(repository)
    beside = _by_folder(repository)
    for document in _kustomizations(fabric):
        folder = PurePosixPath(document.file).parent
        for file in beside.get(str(folder), ()):
            path = PurePosixPath(file)
            if file in mentioned or not _is_manifest(repository, file) or path.stem in document.text:
                continue
            place = repository.by_file[file][0].place()
            yield Hit(place=place, message=f"{document.file} does not list {path.name}")


def _by_folder(repository: Repository) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in repository.by_file:
        found.setdefault(str(PurePosixPath(file).parent), []).append(file)
    return found


def _is_manifest(repository: Repository, file: str) -> bool:
    """Tell whether a file holds objects that could be applied, and nothing else."""
    path = PurePosixPath(file)
    if path.stem in _NO_MANIFESTS or path.suffix not in {".yaml", ".yml"} or len(path.suffixes) > 1:
        return False
    documents = repository.by_file[file]
    if any(_BY_HAND.search(one.text) or one["kind"] in _ONCE for one in documents):
        return False
    bodies = [one.body for one in documents]
    return all(
        isinstance(body, Mapping)
        and body.get("kind")
        and "/" in f"{body.get('apiVersion')}/"
        and isinstance(body.get("metadata"), Mapping)
        and not str(body.get("apiVersion")).startswith(("kustomize.config.k8s.io", "v1alpha1", "talos."))
        for body in bodies
    )


def _mentioned(repository: Repository) -> set[str]:
    """Return every file that some kustomization.yaml names, in whatever way."""
    found: set[str] = set()
    for file, (document, *_) in repository.by_file.items():
        if is_kustomization_file(file):
            found.update(str(target) for _, target, _ in _named(document))
            found.update(files_of(document))
    return found


@rule(
    "FLX007",
    "warning",
    "The path of a Flux Kustomization leads to a folder",
    why="Flux answers `kustomization path not found`, and the Kustomization never becomes ready.",
    source=_PATH,
    fix="Correct spec.path; it is told from the root of the source.",
)
def path_that_holds_nothing(fabric: Fabric) -> Iterator[Hit]:
    """Yield each layer of this repository whose folder is not in it; one at least must be, or paths are not known."""
    if all(layer.path is None for layer in fabric.layers) and not fabric.complete:
        return
    for layer in fabric.layers:
        written = layer.item.get("spec", "path")
        if layer.path is not None or not _is_ours(layer) or not isinstance(written, str) or "$" in written:
            continue
        if fabric.cluster.repository.exists(PurePosixPath(written.lstrip("/"))):
            continue  # There is something, if only files that are no YAML.
        place = layer.item.place("spec", "path")
        yield Hit(place=place, message=f"there is no folder {written}", object=layer.item.label)


def _is_ours(layer: Layer) -> bool:
    kind = layer.item.get("spec", "sourceRef", "kind")
    return layer.is_own and layer.item.exact and kind in {"GitRepository", "OCIRepository", "Bucket"}


@rule(
    "FLX015",
    "error",
    "In a folder without a kustomization.yaml every YAML file is a manifest",
    why="Flux makes a kustomization.yaml of all YAML files below the path, and fails on the first that is none.",
    source=_GENERATING,
    fix="Add a kustomization.yaml that lists the manifests, or move the file out of the folder.",
)
def no_manifest_in_a_generated_folder(fabric: Fabric) -> Iterator[Hit]:
    """Yield each file of values, configuration or the like in a folder whose kustomization.yaml Flux generates."""
    repository = fabric.cluster.repository
    for layer in fabric.layers:
        if layer.path is None or not layer.is_own or repository.kustomization(layer.path):
            continue
        if any(repository.exists(one / ".sourceignore") for one in (layer.path, *layer.path.parents)):
            continue
        if any(one.get("spec", "ignore") for one in fabric.of(SOURCES, "GitRepository")):
            continue  # The source leaves files out.
        for file in sorted(layer.files & set(repository.folder(layer.path))):
            if is_kustomization_file(file) or not file.endswith((".yaml", ".yml")):
                continue
            if (wrong := _no_object(repository.by_file[file])) is not None and not _governed(
                repository, layer, file
            ):
                message = f"{layer.path} has no kustomization.yaml, and this is no Kubernetes object"
                yield Hit(place=wrong.place(), message=message, object=layer.item.label)


def _governed(repository: Repository, layer: Layer, file: str) -> bool:
    path, top = PurePosixPath(file), layer.path or PurePosixPath()
    between = path.parents[: len(path.parts) - len(top.parts) - 1]
    return any(repository.kustomization(folder) for folder in between)


def _no_object(documents: tuple[SourceDocument, ...]) -> SourceDocument | None:
    for one in documents:
        if one.body is None or one.body == {}:
            continue
        if not isinstance(one.body, Mapping) or not one.body.get("kind") or not one.body.get("apiVersion"):
            return one
    return None


@rule(
    "FLX016",
    "error",
    "A kustomization.yaml lists each resource once",
    why="kustomize refuses to build a resource that is registered already, so nothing of the folder is updated.",
    source="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/",
    fix="Remove the second entry.",
)
def listed_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield each entry of resources that stands there already, however it is written."""
    for document in _kustomizations(fabric):
        folder = PurePosixPath(document.file).parent
        seen: set[str] = set()
        for number, one in enumerate(_list(document, "resources")):
            name = str(one) if REMOTE.search(str(one)) else str(inside(folder, str(one)))
            if name in seen and not re.search(r"\s", name):
                path = ("resources", number)
                edit = Edit(document.place(path), document.index, "remove", path)
                yield Hit(place=document.place(path), message=f"{one} is listed twice", edits=(edit,))
            seen.add(name)
