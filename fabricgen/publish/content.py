"""Which files of a tree go into its artifact, and whether they are what the description renders.

Fed by the pipeline and the disk; feeds `archive`. Flux reads flux/ and what its layers point to, infrastructure/. What
it does not read stays at home: bootstrap/ and README.md, which name the artifact itself, and the machines' configs.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from fabricgen.errors import DriftError, Problem, PublishError
from fabricgen.pipeline import Rendered
from fabricgen.tree import Plan

FOLDERS = ("flux", "infrastructure")
_SAID = {
    "add": "missing",
    "change": "stale",
    "remove": "no longer wanted",
    "edited": "edited by hand",
    "foreign": "not ours, in our place",
}


def refuse_drift(plan: Plan) -> None:
    """Raise DriftError with every file of the tree that is not what the description renders."""
    drifted = [one for one in plan.changes if one.kind in _SAID]
    if drifted:
        lines = [f"{plan.root / one.path}: {_SAID[one.kind]}" for one in drifted]
        hint = "not published; render and commit first, or --force to publish what is on disk"
        raise DriftError("\n".join((*lines, f"{plan.root}: {hint}")))


def content_of(rendered: Rendered, root: Path) -> dict[PurePosixPath, bytes]:
    """Return what is on disk of the files that Flux reads, by path in the artifact: below `flux.path`.

    Raises PublishError if the cluster does not read artifacts, or a file cannot be read.
    """
    if rendered.cluster.flux.source.kind != "OCIRepository":
        message = "Flux in this cluster reads git, so it would never look at an artifact"
        hint = "write flux.oci instead of flux.git, and render"
        raise PublishError(
            [Problem(file=rendered.cluster.name, path=("flux", "git"), message=message, hint=hint)]
        )
    wanted = [path for path in rendered.texts if path.parts[0] in FOLDERS]
    below = PurePosixPath(rendered.cluster.flux.path)
    return {below / path: content for path, content in _read(root, wanted).items()}


def content_of_folder(root: Path) -> dict[PurePosixPath, bytes]:
    """Return every file below a folder, by path in it; git's own are left out. Raises PublishError."""
    if not root.is_dir():
        raise PublishError(
            [Problem(file=str(root), message="is no folder", hint="name a folder that holds a tree")]
        )
    found = [path for path in root.rglob("*") if ".git" not in path.relative_to(root).parts]
    links = [path for path in found if path.is_symlink()]
    if links:
        hint = "Flux leaves links out; put a file in its place"
        raise PublishError(Problem(file=str(one), message="is a symbolic link", hint=hint) for one in links)
    files = _read(root, [PurePosixPath(one.relative_to(root).as_posix()) for one in found if one.is_file()])
    if not files:
        raise PublishError(
            [
                Problem(
                    file=str(root),
                    message="has no file in it",
                    hint="render first, or name the folder that holds the tree",
                )
            ]
        )
    return files


def _read(root: Path, paths: list[PurePosixPath]) -> dict[PurePosixPath, bytes]:
    files, problems = {}, []
    for path in paths:
        try:
            files[path] = (root / path).read_bytes()
        except OSError as error:
            problems.append(
                Problem(
                    file=str(root / path),
                    message=f"cannot be read: {error.strerror}",
                    hint="make it readable, or look at the disk",
                )
            )
    if problems:
        raise PublishError(problems)
    return files


def texts_of(files: Mapping[PurePosixPath, bytes]) -> dict[PurePosixPath, str]:
    """Return the files as text, for a search; what is not UTF-8 is replaced."""
    return {path: content.decode(errors="replace") for path, content in files.items()}
