"""What they have against what fabricgen would render: object by object, and fact by fact.

Fed with the fabric as it is and the rendered tree; objects of apps, which fabricgen never writes, are no part of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.diff import TreeDiff, compare_texts
from fabricgen.errors import format_path
from fabricgen.fabric import Fabric
from fabricgen.fabric.cilium import DEFAULTS, CiliumRelease
from fabricgen.importing.draft import Draft, Left, shown
from fabricgen.migration.differences import Difference, facts
from fabricgen.migration.of_cluster import state_of_cluster
from fabricgen.migration.of_fabric import state_of_fabric
from fabricgen.pipeline import Rendered
from fabricgen.repository import Item
from fabricgen.yamlio import dump_document

_ABOUT: Final = frozenset(
    {
        ("cilium.io", "CiliumLoadBalancerIPPool"),
        ("cilium.io", "CiliumL2AnnouncementPolicy"),
        ("cilium.io", "CiliumBGPClusterConfig"),
        ("cilium.io", "CiliumBGPPeerConfig"),
        ("cilium.io", "CiliumBGPAdvertisement"),
        ("cilium.io", "CiliumNetworkPolicy"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ("metallb.io", "IPAddressPool"),
        ("metallb.io", "L2Advertisement"),
        ("gateway.networking.k8s.io", "Gateway"),
    }
)
# Kinds of which there is one for all, under whatever name.
_NAMELESS: Final = (
    "CiliumL2AnnouncementPolicy",
    "CiliumBGPClusterConfig",
    "CiliumBGPAdvertisement",
    "L2Advertisement",
)
_RENAMED: Final = "the name that fabricgen gives it; nothing refers to it by name"
_HOME: Final = PurePosixPath("infrastructure/cilium/release.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that a render would have otherwise.

    Attributes:
        what: the object, or the values of Cilium.
        path: in it; empty for all of it.
        before, after: as text; empty where there is nothing.
        why: the reason of ours, or why theirs was not carried.
        source: where the reason is from.
    """

    what: str
    path: str
    before: str
    after: str
    why: str
    source: str = ""


def changes(fabric: Fabric, rendered: Rendered, draft: Draft) -> tuple[Change, ...]:
    """Return every difference in meaning between what is there and what would be rendered, with its reason."""
    before = dict(_theirs(fabric))
    after = {path: text for path, text in rendered.texts.items() if _is_about(str(path), text)}
    kept = [item for item in fabric.applied if not _kept_theirs(item, draft)]
    ours = _same_release(after)
    names = _only_ones(kept, ours)
    before |= dict(_objects(kept, names))
    tree = compare_texts(before, ours, cluster=rendered.cluster, files=rendered.files)
    renamed = (
        Change(what=f"{kind} {old}", path="metadata.name", before=old, after=new, why=_RENAMED)
        for kind, (old, new) in names.items()
        if old != new
    )
    return (*renamed, *_told(tree, fabric.cilium, draft))


def _only_ones(items: Iterable[Item], ours: Mapping[PurePosixPath, str]) -> dict[str, tuple[str, str]]:
    """Return their name and ours of each kind of which there is one on both sides, and whose name means nothing."""
    found: dict[str, tuple[str, str]] = {}
    for kind in _NAMELESS:
        theirs = [one.name for one in items if one.kind == kind]
        mine = [name for text in ours.values() for name in _names(text, kind)]
        if len(theirs) == 1 and len(mine) == 1:
            found[kind] = (theirs[0], mine[0])
    return found


def _names(text: str, kind: str) -> Iterable[str]:
    from fabricgen.yamlio import read_documents  # noqa: PLC0415 - only where something is compared

    if f"kind: {kind}\n" in text:
        yield from (
            one.value["metadata"]["name"] for one in read_documents(text) if one.value.get("kind") == kind
        )


def fact_changes(fabric: Fabric, rendered: Rendered, *, source: str) -> tuple[Difference, ...]:
    """Return the facts of the whole fabric that are known on both sides, and differ."""
    today = dict(facts(state_of_fabric(fabric, told_by=source)))
    wanted = dict(facts(state_of_cluster(rendered.cluster, told_by="the description")))
    both = ((what, today.get(what), one) for what, one in wanted.items())
    return tuple(
        Difference(what, old, new)
        for what, old, new in both
        if old is not None and new is not None and old != new
    )


def _theirs(fabric: Fabric) -> Iterable[tuple[PurePosixPath, str]]:
    if fabric.cilium is not None:
        yield _HOME, _release(fabric.cilium.values)


def _release(values: Mapping[str, Any]) -> str:
    """Return a release in one form, whoever installs it: only its values are compared."""
    return dump_document(
        {
            "apiVersion": "helm.toolkit.fluxcd.io/v2",
            "kind": "HelmRelease",
            "metadata": {"name": "cilium", "namespace": "kube-system"},
            "spec": {"chart": {"spec": {"chart": "cilium"}}, "values": _plain(values)},
        }
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - values hold anything
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _objects(
    items: Iterable[Item], names: Mapping[str, tuple[str, str]]
) -> Iterable[tuple[PurePosixPath, str]]:
    for number, item in enumerate(items):
        if (item.group, item.kind) in _ABOUT:
            body = {key: _plain(item.body[key]) for key in ("kind", "spec") if key in item.body}
            body["apiVersion"] = f"{item.group}/v1"
            name = names[item.kind][1] if item.kind in names else item.name
            body["metadata"] = {
                key: one for key, one in (("name", name), ("namespace", item.namespace)) if one
            }
            try:
                yield PurePosixPath(f"{item.origin.file}#{number}.yaml"), dump_document(body)
            except (TypeError, ValueError):
                continue


def _kept_theirs(item: Item, draft: Draft) -> bool:
    """Tell whether an object goes on in the person's own files, so that nothing becomes of it."""
    return any(one.kind == "stays" and one.value == item.label for one in draft.left)


def _is_about(path: str, text: str) -> bool:
    if path.startswith(("considered/", "bootstrap/")):
        return False
    return any(f"kind: {kind}\n" in text for _, kind in _ABOUT) or path == str(_HOME)


def _same_release(after: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    """Return ours with the release in the form of theirs, and every object with one version of its API."""
    from fabricgen.yamlio import read_documents  # noqa: PLC0415 - only where something is compared

    found: dict[PurePosixPath, str] = {}
    for path, text in after.items():
        bodies = [one.value for one in read_documents(text)]
        if path == _HOME:
            values: Mapping[str, Any] = next(
                (one["spec"]["values"] for one in bodies if one.get("kind") == "HelmRelease"), {}
            )
            found[path] = _release(values)
            continue
        parts = []
        for body in bodies:
            group = str(body.get("apiVersion", "")).rpartition("/")[0]
            if (group, body.get("kind")) in _ABOUT:
                metadata = {key: one for key, one in body["metadata"].items() if key in {"name", "namespace"}}
                parts.append(dump_document({**body, "apiVersion": f"{group}/v1", "metadata": metadata}))
        if parts:
            found[path] = "---\n".join(parts)
    return found


def _told(tree: TreeDiff, release: CiliumRelease | None, draft: Draft) -> Iterable[Change]:
    left = {one.path: one for one in draft.left}
    for thing in tree.objects:
        for value in thing.values:
            inside = value.path[2:] if value.path[:2] == ("spec", "values") else value.path
            path = format_path(inside)
            if thing.label.startswith("HelmRelease") and not inside:
                path = ""
            why, source = value.why, value.source
            if not why:
                why = _why(thing.kind, path, left)
            if (
                value.does == "add"
                and release is not None
                and path in DEFAULTS
                and DEFAULTS[path] == value.after
            ):
                why = f"what the chart does anyway, written out: {why}"
            what = "Cilium's values" if thing.label.startswith("HelmRelease") else thing.label
            before, after = (_text(one, path) for one in (value.before, value.after))
            if not value.path:
                before, after = ("", "written") if thing.kind == "added" else ("there", "")
            yield Change(what=what, path=path, before=before, after=after, why=why, source=source)


def _text(value: object, path: str) -> str:
    return "" if value is None else shown(value, name=path.rpartition(".")[2])


def _why(kind: str, path: str, left: Mapping[str, Left]) -> str:
    near = next((one for known, one in left.items() if path == known or path.startswith(f"{known}.")), None)
    if near is not None:
        return near.why
    if kind == "added":
        return "fabricgen writes it out of the description"
    if kind == "removed":
        return "it is not carried under this name: see what is listed"
    return "written in fabricgen's way"
