"""Tables of settings: one for each document, and one alone for the documents that every node has of its own.

Fed by `settings` with the rows of each document. Rows of several nodes that say the same, or that differ only by the
node's own name and addresses, become one row that names the nodes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fabricgen.cluster import Node
from fabricgen.documents.markdown import code, prose

# A name, an IPv4 or IPv6 address, or any other word, without the punctuation around it.
_WORD = re.compile(r"([A-Za-z0-9][A-Za-z0-9.:-]*[A-Za-z0-9]|[A-Za-z0-9])")
_BETWEEN = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """A value, why it is so, and who says so; `nodes` is which nodes have it, in a table by node."""

    path: str
    value: str
    why: str
    source: str
    nodes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The settings of one document; `heading` is its file and, where it is an object, what it is called."""

    heading: str
    rows: tuple[SettingRow, ...]
    by_node: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of one document in one file. `node` is whose file it is; `place` tells documents of one label apart."""

    file: str
    label: str
    place: int
    rows: tuple[SettingRow, ...]
    node: Node | None = None

    @property
    def document(self) -> tuple[str, str, int]:
        """Return what the same document of another node has in common: the file without the node's name."""
        file = self.file if self.node is None else self.file.replace(f"/{self.node.name}/", "/{name}/", 1)
        return file, self.label, self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A row as one node has it: its words, every second one of them punctuation, and what the node's own words mean."""

    node: Node
    path: str
    words: tuple[str, ...]
    own: Mapping[str, str]


def tables_of(sheets: Iterable[Sheet], nodes: Sequence[Node]) -> Iterator[Table]:
    """Yield a table for each document, in the order in which they come first."""
    together: dict[tuple[str, str, int], list[Sheet]] = {}
    for sheet in sheets:
        together.setdefault(sheet.document, []).append(sheet)
    for (file, label, _), found in together.items():
        heading = f"{code(file)}: {prose(label)}" if label else code(file)
        if found[0].node is None:
            yield Table(heading=heading, rows=found[0].rows)
        else:
            yield Table(heading=heading, rows=tuple(_folded(found, nodes)), by_node=True)


def _folded(sheets: Sequence[Sheet], nodes: Sequence[Node]) -> Iterator[SettingRow]:
    """Yield each distinct row once, by the settings' order; rows of one setting stand together."""
    groups: dict[str, list[list[_Told]]] = {}
    for one in _told(sheets):
        known = groups.setdefault(one.path, [])
        alike = next((group for group in known if _are_alike(group[0], one)), None)
        if alike is None:
            known.append([one])
        else:
            alike.append(one)
    for known in groups.values():
        yield from (_row(group, nodes) for group in known)


def _told(sheets: Sequence[Sheet]) -> Iterator[_Told]:
    for sheet in sheets:
        if sheet.node is not None:
            own = _own(sheet.node)
            for row in sheet.rows:
                text = _BETWEEN.join((row.path, row.value, row.why, row.source))
                yield _Told(node=sheet.node, path=row.path, words=tuple(_WORD.split(text)), own=own)


def _own(node: Node) -> dict[str, str]:
    """Return what stands for each word that is the node's own: `{name}`, `{address}`, with two of them `{IPv4}`."""
    alone = len(node.addresses) == 1
    addresses = {str(one): "{address}" if alone else f"{{IPv{one.version}}}" for one in node.addresses}
    return {**addresses, node.name: "{name}"}


def _are_alike(one: _Told, other: _Told) -> bool:
    return len(one.words) == len(other.words) and all(
        left == right or (left in one.own and one.own[left] == other.own.get(right))
        for left, right in zip(one.words, other.words, strict=True)
    )


def _row(group: Sequence[_Told], nodes: Sequence[Node]) -> SettingRow:
    first = group[0]
    words = (
        first.own[word] if any(other.words[at] != word for other in group) else word
        for at, word in enumerate(first.words)
    )
    path, value, why, source = "".join(words).split(_BETWEEN)
    names = ", ".join(one.node.name for one in group)
    who = "every node" if len(group) == len(nodes) else names
    return SettingRow(path=path, value=value, why=why, source=source, nodes=who)
