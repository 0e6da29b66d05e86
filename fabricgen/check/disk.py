"""What can be said of a tree on disk besides how it differs: files that Flux passes over, and unequal values.

Fed by the plan of a render; its findings stand beside those of what is rendered.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from fabricgen.check.bootstrap import RELEASE, SOURCE, WHY, are_equal
from fabricgen.documents.bootstrap.cilium import VALUES
from fabricgen.finding import Finding
from fabricgen.tree import Plan
from fabricgen.yamlio import YamlSyntaxError, read_value

_NAME = "kustomization.yaml"
_LISTING = "https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file"


def find_on_disk(plan: Plan) -> Iterator[Finding]:
    """Yield what is found in the files of the tree as they stand."""
    yield from _unlisted(plan)
    yield from _unequal(plan)


def _unlisted(plan: Plan) -> Iterator[Finding]:
    """Yield a note for each YAML file of somebody's beside a kustomization.yaml of ours."""
    ours = {one.path for one in plan.changes}
    for folder in sorted(path.parent for path in ours if path.name == _NAME):
        for name in _names(plan.root / folder):
            path = folder / name
            if path.suffix in {".yaml", ".yml"} and path not in ours:
                yield Finding(
                    rule="FLX003",
                    severity="info",
                    file=str(plan.root / path),
                    message=f"is not ours, and our {folder / _NAME} does not list it",
                    why="Flux applies what is listed and nothing else: the object never reaches the cluster.",
                    source=_LISTING,
                    fix="Put it into a folder of your own, with a Flux Kustomization that applies it.",
                )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(one.name for one in folder.iterdir() if one.is_file())
    except OSError:
        return []


def _unequal(plan: Plan) -> Iterator[Finding]:
    """Yield the values of the bootstrap where somebody's hand made them other than those of the HelmRelease."""
    texts = {str(one.path): one.old_text for one in plan.changes}
    if VALUES not in {str(one.path) for one in plan.edited} and RELEASE not in {
        str(one.path) for one in plan.edited
    }:
        return
    start, release = (_body(texts.get(path)) for path in (VALUES, RELEASE))
    spec = release.get("spec") if isinstance(release, Mapping) else None
    if start is None or not isinstance(spec, Mapping) or are_equal(start, spec.get("values")):
        return
    yield Finding(
        rule="BTS008",
        severity="error",
        file=str(plan.root / PurePosixPath(VALUES)),
        message=f"the values are not those of {plan.root / RELEASE}",
        why=WHY,
        source=SOURCE,
        fix="Set the value in cni.cilium.values of the description, and render: it is written to both.",
    )


def _body(text: str | None) -> object:
    try:
        return None if text is None else read_value(text)
    except YamlSyntaxError:
        return None
