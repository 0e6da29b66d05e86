"""Puts together what a page tells of a cluster: pictures, findings, plan, versions, addresses, nodes, settings.

Fed by the pipeline; feeds `page`. No clock: the same repository gives the same page.
"""

from dataclasses import dataclass
from pathlib import Path

from fabricgen import documents, pipeline
from fabricgen.check.described import Described
from fabricgen.cluster import Cluster
from fabricgen.documents.readme import README, Readme
from fabricgen.load.source import read_source
from fabricgen.pictures import Picture
from fabricgen.report import cluster as about
from fabricgen.report import state
from fabricgen.report.table import Section, Table
from fabricgen.upgrade.standing import is_newest_patch, standings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A page's content.

    Attributes:
        name: of the cluster.
        told: sentences about it, in Markdown.
        counts: what the page begins with: a number, what it counts, and the section that tells more.
        pictures: of the cluster.
        sections: in the order of the page; the settings come after them.
        settings: subjects, and the tables of each.
    """

    name: str
    told: str
    counts: tuple[tuple[str, str, str], ...]
    pictures: tuple[Picture, ...]
    sections: tuple[Section, ...]
    settings: tuple[tuple[str, tuple[Table, ...]], ...]

    @property
    def size(self) -> int:
        """How many settings there are."""
        return sum(len(one.rows) for _, found in self.settings for one in found)


def gather(path: Path, *, trees: Path, templates: Path | None = None) -> Report:
    """Return what the page of a description tells; `trees` is the folder that its tree is in.

    Raises ProblemsError if the description or a template is wrong.
    """
    described = pipeline.describe(path, templates=templates)
    checked = pipeline.check_described(described, trees)
    text = read_source(path)
    standings = standings_of(described.loaded, text)
    readme = _readme(described.cluster)
    behind = sum(1 for one in standings.pins if not is_newest_patch(one))
    settings = about.settings(readme)
    return Report(
        name=described.cluster.name,
        told=_told(described, readme),
        counts=(
            _count(len(described.cluster.nodes), "node", "nodes"),
            _count(len(checked.outcome.found), "finding", "findings"),
            _count(len(checked.drift.differences), "file to render", "plan", plural="files to render"),
            _count(
                behind, "pin behind its newest patch", "versions", plural="pins behind their newest patch"
            ),
            _count(readme.settings, "setting", "settings"),
        ),
        pictures=readme.pictures,
        sections=(
            state.findings(checked.outcome),
            state.drift(checked.drift, described, output=trees),
            about.versions(standings, readme),
            about.address_plan(readme),
            about.nodes(readme),
            about.decisions(readme),
        ),
        settings=settings,
    )


def _readme(cluster: Cluster) -> Readme:
    """Return what the README of the tree tells."""
    draft = next(one for one in documents.drafts(cluster) if one.path == README)
    readme: Readme = draft.context["readme"]
    return readme


def _told(described: Described, readme: Readme) -> str:
    versions, cluster = described.cluster.versions, described.cluster
    system = f"Talos {versions.talos}" if cluster.talos else f"k3s {versions.k3s}"
    docker = " in docker" if cluster.talos and cluster.talos.docker else ""
    return f"{readme.nodes}, on {system}{docker} with Kubernetes {versions.kubernetes}. {readme.fabric}"


def _count(number: int, one: str, key: str, *, plural: str = "") -> tuple[str, str, str]:
    return str(number), one if number == 1 else plural or f"{one}s", key
