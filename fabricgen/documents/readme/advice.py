"""Advice about a network that is only considered: the verdict of the description, and the sum for this cluster.

Fed by `advise`, whose reasons and figures `fabricgen advise` prints as well; here they become cells of Markdown.
"""

from dataclasses import dataclass

from fabricgen.advise import Advice as Sum
from fabricgen.advise import Described, advise, described, mib, policies_source, policies_today
from fabricgen.advise.figures import CHART, MAP_SHARE
from fabricgen.advise.memory import map_mib
from fabricgen.cluster import Cluster
from fabricgen.documents.markdown import prose, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A reason: what it adds to the sum, what it is about, what is true here, who says so or which sum."""

    weight: str
    about: str
    here: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one part takes."""

    about: str
    figure: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the description says about moving, and what this cluster's numbers say."""

    verdict: str
    because: tuple[str, ...]
    revisit: tuple[str, ...]
    summed: str
    total: str
    compared: str
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    changes: tuple[str, ...]


def advice_of(cluster: Cluster) -> Advice | None:
    """Return the advice; None where nothing is considered."""
    if cluster.considered is None or cluster.considered.cluster.cilium is None:
        return None
    found = advise(cluster)
    return None if found.described is None else _advice(cluster, found, found.described)


def _advice(cluster: Cluster, found: Sum, own: Described) -> Advice:
    return Advice(
        verdict=own.verdict,
        because=tuple(prose(one) for one in own.because),
        revisit=tuple(prose(one) for one in own.revisit),
        summed=found.verdict,
        total=found.total,
        compared=prose(described(found)),
        rows=(*_rows(found), _policies(cluster)),
        figures=tuple(_figures(found)),
        changes=tuple(prose(f"{one.text} (sum: {one.total})") for one in found.triggers),
    )


def _rows(found: Sum) -> list[Row]:
    return [
        Row(
            weight=f"{one.value:+d}" if one.weight else "",
            about=one.about,
            here=prose(f"{one.text} (sum: {one.total})" if one.total else one.text),
            source=source(one.source),
        )
        for one in found.reasons
    ]


def _policies(cluster: Cluster) -> Row:
    return Row(
        weight="",
        about="Policies today",
        here=prose(policies_today(cluster)),
        source=source(policies_source(cluster)),
    )


def _figures(found: Sum) -> list[Figure]:
    parts = [
        Figure(
            about=part.name,
            figure="not known" if part.low is None else f"{part.low} to {part.high} MiB",
            source=source(part.source),
        )
        for part in found.parts
    ]
    maps = [
        Figure(
            about="eBPF maps",
            figure=f"up to {map_mib(row.memory_mib)} MiB, {MAP_SHARE * 100:g} % of {mib(row.memory_mib)}",
            source=source(CHART),
        )
        for row in found.memory[:1]
    ]
    return parts + maps
