"""What there is to import: the folder read as a repository, and the one cluster that is meant.

Fed with a path; feeds the readers, which look at the fabric of that cluster.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from fabricgen.errors import Problem, ProblemsError
from fabricgen.fabric import Fabric, infer
from fabricgen.importing.k3s_flags import find_commands
from fabricgen.repository import ClusterItems, Item, Repository, find_root, read_repository, split_clusters
from fabricgen.repository.reading import read_file

_SEVERAL = "this repository holds several clusters, and a description is of one"


def read_material(path: Path, *, cluster: str = "") -> Fabric:
    """Return what is known of the cluster at `path`.

    Raises:
        ProblemsError: the path leads nowhere, nothing can be read there, or several clusters could be meant.
    """
    if not path.exists():
        raise ProblemsError([Problem(message="there is no such file or folder", file=str(path))])
    if path.is_file():
        return infer(_alone(_single(path)))
    top = find_root(path).resolve()
    below = PurePosixPath(path.resolve().relative_to(top).as_posix())
    repository = read_repository(top, ignore=tuple(_considered(top)))
    found = [_within(one, below) for one in split_clusters(repository)]
    chosen = _choose([one for one in found if one.items], cluster, path)
    return infer(chosen)


def _considered(top: Path) -> Iterator[str]:
    """Yield what fabricgen has rendered beside its trees, and nothing applies."""
    for record in sorted(top.rglob(".fabricgen.json")):
        if (record.parent / "considered").is_dir():
            yield f"(^|/){re.escape(str(record.parent / 'considered'))}/"


def _single(path: Path) -> Repository:
    problems: list[Problem] = []
    documents = () if path.suffix == ".toml" else tuple(read_file(str(path), path.name, problems))
    if problems and not documents:
        raise ProblemsError(problems)
    by_file = {path.name: documents} if documents else {}
    return Repository.of(by_file, root=None if path.suffix != ".toml" else path.parent, unreadable=problems)


def _alone(repository: Repository) -> ClusterItems:
    items = tuple(
        Item(origin=one, body=one.body) for one in repository.documents if isinstance(one.body, dict)
    )
    return ClusterItems(name="", roots=(), items=items, repository=repository)


def _within(one: ClusterItems, folder: PurePosixPath) -> ClusterItems:
    """Return a cluster without what stands beside `folder`; what its layers there apply stays, wherever it is."""
    if folder == PurePosixPath():
        return one

    def inside(item: Item) -> bool:
        file = PurePosixPath(item.origin.file)
        return folder in (file, *file.parents)

    one = replace(
        one,
        templates={
            file: text for file, text in one.templates.items() if folder in PurePosixPath(file).parents
        },
    )
    mine = [root for root in one.roots if inside(root.item) or any(map(inside, root.items))]
    if one.roots and not mine:
        return replace(one, items=tuple(item for item in one.items if inside(item)), roots=())
    layers = {id(layer) for root in mine for layer in root.whole()}
    items = tuple(
        item for item in one.items if inside(item) or (item.layer is not None and id(item.layer) in layers)
    )
    return replace(one, items=items, roots=tuple(mine))


def _choose(found: Sequence[ClusterItems], wanted: str, path: Path) -> ClusterItems:
    names = [one.name for one in found if one.name]
    if wanted:
        for one in found:
            if one.name == wanted:
                return one
        near = get_close_matches(wanted, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there is: {', '.join(names) or 'one without a name'}"
        raise ProblemsError([Problem(message=f"there is no cluster {wanted!r}", file=str(path), hint=hint)])
    if not found:
        hint = "name a folder with talconfig.yaml, topf.yaml, cluster.toml, k3s' config.yaml, Helm values or Flux' objects"
        bare = ClusterItems(name="", roots=(), items=(), repository=Repository.of({}, root=path))
        if (path / "cluster.toml").exists() or any(True for _ in find_commands(bare.repository)):
            return bare
        raise ProblemsError([Problem(message="nothing here can be imported", file=str(path), hint=hint)])
    if len(found) > 1:
        hint = f"choose one with --cluster: {', '.join(names)}"
        raise ProblemsError([Problem(message=_SEVERAL, file=str(path), hint=hint)])
    return found[0]
