"""Every setting of the tree with its reason, in tables by subject.

Fed by the drafts of all other families, so that nothing can be told otherwise than it is emitted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fabricgen.cluster import Node
from fabricgen.documents.bootstrap.cilium import VALUES
from fabricgen.documents.document import Draft, Part, Setting, identity_of
from fabricgen.documents.markdown import code, prose, source
from fabricgen.documents.readme.tables import SettingRow, Sheet, Table, tables_of
from fabricgen.errors import format_path

RELEASE = "infrastructure/cilium/release.yaml"
HELM_VALUES = ("spec", "values")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The tables of one subject."""

    title: str
    tables: tuple[Table, ...]

    @property
    def size(self) -> int:
        """Return how many settings there are."""
        return sum(len(table.rows) for table in self.tables)


def groups(families: Sequence[Draft], nodes: Sequence[Node]) -> tuple[Group, ...]:
    """Return every setting that is emitted, once, by subject; subjects without settings are left out."""
    told = [
        draft
        for draft in families
        if PurePosixPath(draft.path).name != "kustomization.yaml" and draft.path != VALUES
    ]
    values = [sheet for draft in told if draft.path == RELEASE for sheet in _sheets(draft, _is_value, nodes)]
    found = [Group(title="Cilium's Helm values", tables=tuple(tables_of(values, nodes)))]
    for title, folders in _SUBJECTS.items():
        sheets = (
            sheet
            for draft in told
            if draft.path.startswith(folders)
            for sheet in _sheets(draft, _is_no_value, nodes)
        )
        found.append(Group(title=title, tables=tuple(tables_of(sheets, nodes))))
    return tuple(group for group in found if group.tables)


_SUBJECTS = {
    "Talos' machine configs": ("talos/",),
    "k3s' configs": ("k3s/",),
    "Flux and its layers": ("flux/", "infrastructure/flux-operator/", "infrastructure/flux-instance/"),
    "Cilium's release": ("infrastructure/cilium/",),
    "MetalLB": ("infrastructure/metallb/", "infrastructure/metallb-config/"),
    "Pools and announcements": ("infrastructure/cilium-config/",),
    "Services": ("infrastructure/services/",),
    "Gateways and routes": ("infrastructure/gateway/",),
    "Policies": ("infrastructure/policies/",),
    "Dashboards": ("infrastructure/monitoring/",),
    "Before Flux runs": ("bootstrap/",),
}


def _is_value(draft: Draft, one: Setting) -> bool:
    return draft.path == RELEASE and one.path[:2] == HELM_VALUES


def _is_no_value(draft: Draft, one: Setting) -> bool:
    return not _is_value(draft, one)


def _sheets(draft: Draft, wanted: Callable[[Draft, Setting], bool], nodes: Sequence[Node]) -> Iterator[Sheet]:
    labels: list[str] = []
    for part in draft.parts:
        label = _label(part)
        rows = tuple(_row(one) for one in part.settings if wanted(draft, one))
        if rows:
            place, node = labels.count(label), _node_of(draft, nodes)
            yield Sheet(file=draft.path, label=label, place=place, rows=rows, node=node)
            labels.append(label)


def _node_of(draft: Draft, nodes: Sequence[Node]) -> Node | None:
    """Return whose file it is; None where it is nobody's own, or where there is no other node."""
    parts = PurePosixPath(draft.path).parts
    if len(nodes) == 1 or parts[1] != "node":
        return None
    return next((node for node in nodes if node.name == parts[2]), None)


def _label(part: Part) -> str:
    _, kind, namespace, name = identity_of(part.base)
    place = f"{namespace}/{name}" if namespace else name
    return f"{kind} {place}".strip()


def _row(one: Setting) -> SettingRow:
    path = one.path[2:] if one.path[:2] == HELM_VALUES else one.path
    return SettingRow(
        path=code(format_path(path)), value=code(one.value), why=prose(one.why), source=source(one.source)
    )


def count(found: Iterable[Group]) -> int:
    """Return how many settings there are in all groups."""
    return sum(group.size for group in found)
