"""Paths -> both sides of a plan: what today is told by (a description, a repository, saved files), and what is wanted."""

from collections.abc import Sequence
from difflib import get_close_matches
from os.path import relpath
from pathlib import Path, PurePosixPath

from fabricgen import pipeline
from fabricgen.errors import Problem, ProblemsError
from fabricgen.fabric import infer
from fabricgen.lint.files import is_description
from fabricgen.load import load_file
from fabricgen.migration.of_cluster import state_of_cluster
from fabricgen.migration.of_fabric import state_of_fabric
from fabricgen.migration.plan import Plan, plan_move
from fabricgen.migration.saved import is_saved, state_of_saved
from fabricgen.migration.state import State
from fabricgen.migration.step import Move
from fabricgen.repository import ClusterItems, Repository, find_root, read_repository, split_clusters
from fabricgen.repository.reading import read_file


def plan_from(
    today: Path, description: Path, *, cluster: str = "", considered: bool = False, live: bool = False
) -> Plan:
    """Return the plan from what `today` tells to what `description` wants.

    Args:
        today: a description, a repository (or a folder of it), or a file or folder of what kubectl and talosctl printed.
        description: a description.
        cluster: which cluster of the repository, where it holds several.
        considered: whether the fabric that the description only considers is wanted.
        live: whether both CNIs are to run at once; refused, with the reason.

    Raises:
        ProblemsError: a path leads nowhere, cannot be read, or holds several clusters; the description is wrong.
    """
    wanted = pipeline.resolve_cluster(load_file(description))
    told_by = f"the description {description}"
    if considered:
        if wanted.considered is None:
            message = "this description considers no other fabric"
            raise ProblemsError(
                [
                    Problem(
                        message=message,
                        file=str(description),
                        path=("cni",),
                        hint="write what is considered under cni.considered, or leave out --considered",
                    )
                ]
            )
        wanted, told_by = wanted.considered.cluster, f"what the description {description} considers"
    move = Move(
        today=state_at(today, cluster=cluster),
        wanted=state_of_cluster(wanted, told_by=told_by),
        cluster=wanted,
        description=_inside(description),
        is_considered=considered,
    )
    return plan_move(move, live=live)


def _inside(path: Path) -> str:
    """Return the path as seen from here, where it lies below; else as it is."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return relpath(path)
    return str(path)


def state_at(path: Path, *, cluster: str = "") -> State:
    """Return the state that a description, a repository or saved files tell. Raises ProblemsError as `plan_from`."""
    if not path.exists():
        hint = "name a description, a repository, or what was saved: `fabricgen plan --how-to-save`"
        raise ProblemsError([Problem(message="there is no such file or folder", file=str(path), hint=hint)])
    repository = _read(path)
    if path.is_file() and any(is_description(one.body) for one in repository.documents):
        return state_of_cluster(pipeline.resolve_cluster(load_file(path)), told_by=f"the description {path}")
    if any(is_saved(one.body) for one in repository.documents):
        return state_of_saved(repository, told_by=f"what was saved in {path}")
    if not repository.documents:
        raise ProblemsError(
            [
                Problem(
                    message="there is no YAML here",
                    file=str(path),
                    hint="name what kubectl or talosctl printed, as `fabricgen plan --how-to-save` has it",
                )
            ]
        )
    return _of_repository(path, cluster)


def _read(path: Path) -> Repository:
    if path.is_dir():
        return read_repository(path)
    problems: list[Problem] = []
    documents = tuple(read_file(str(path), path.name, problems))
    return Repository.of({path.name: documents}, root=path.parent, unreadable=problems)


def _of_repository(path: Path, wanted: str) -> State:
    """Return the state of a cluster of the whole repository around `path`, since Flux counts paths from its top."""
    root = find_root(path if path.is_dir() else path.parent).resolve()
    below = PurePosixPath(path.resolve().relative_to(root).as_posix())
    found = [one for one in split_clusters(read_repository(root)) if _stands_below(one, below)]
    chosen = _choose(found, wanted, path)
    return state_of_fabric(infer(chosen), told_by=f"the repository {path}")


def _stands_below(one: ClusterItems, folder: PurePosixPath) -> bool:
    files = [PurePosixPath(item.origin.file) for item in one.items if item.layer is not None] or [
        PurePosixPath(item.origin.file) for item in one.items
    ]
    return any(folder in (file, *file.parents) for file in files)


def _choose(found: Sequence[ClusterItems], wanted: str, path: Path) -> ClusterItems:
    names = [one.name for one in found if one.name]
    if wanted:
        for one in found:
            if one.name == wanted:
                return one
        near = get_close_matches(wanted, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there is: {', '.join(names) or 'one without a name'}"
        raise ProblemsError([Problem(message=f"there is no cluster {wanted!r}", file=str(path), hint=hint)])
    if len(found) != 1:
        hint = f"choose one with --cluster: {', '.join(names)}" if found else ""
        message = "this repository holds several clusters" if found else "no cluster is told here"
        raise ProblemsError([Problem(message=message, file=str(path), hint=hint)])
    return found[0]
