"""Lint local folders, each as a repository, and print the tables that docs/field-report.md is made of.

Reads the folders and nothing else. With `--verdicts`, lines `repository <tab> rule <tab> file:line <tab> verdict` say
which findings somebody judged true, false or unsure; `*` stands for every line or every file. `--findings` prints the
findings that have no verdict yet, in the form that such a file has, with the message behind.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from fabricgen.fabric import Fabric, infer
from fabricgen.finding import Finding, Severity
from fabricgen.lint.engine import find_every
from fabricgen.lint.files import Files
from fabricgen.lint.outcome import SEVERITIES
from fabricgen.lint.selection import Selection
from fabricgen.repository import split_clusters

VERDICTS: Final = ("true", "false", "unsure", "unjudged")
Verdicts = Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What lint made of one repository."""

    name: str
    files: int
    documents: int
    unreadable: int
    seconds: float
    fabrics: tuple[Fabric, ...]
    findings: tuple[Finding, ...]

    def judged(self, verdicts: Verdicts) -> Iterator[tuple[Finding, str]]:
        """Yield every finding with its verdict."""
        for one in self.findings:
            place = f"{one.file}:{one.line}"
            found = (
                verdict
                for repository, rule, where, verdict in verdicts
                if fnmatchcase(one.rule, rule)
                and fnmatchcase(self.name, repository)
                and fnmatchcase(place, where)
            )
            yield one, next(found, "unjudged")


def read(folder: Path) -> Report:
    """Lint a folder; its own settings and suppressions do not count."""
    start = time.process_time()
    files = Files(folder.resolve())
    files.refresh()
    repository = files.repository()
    fabrics = tuple(infer(cluster) for cluster in split_clusters(repository))
    found = find_every(repository, fabrics, Selection())
    return Report(
        name=folder.resolve().name.replace("+", "/"),
        files=len(repository.by_file),
        documents=len(repository.documents),
        unreadable=len(repository.unreadable),
        seconds=time.process_time() - start,
        fabrics=fabrics,
        findings=tuple(one.finding for one in found),
    )


def table(head: str, rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the lines of a Markdown table; `head` has its columns, with `|` between."""
    columns = [part.strip() for part in head.split("|")]
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def by_repository(reports: Sequence[Report], verdicts: Verdicts) -> Iterator[str]:
    """Yield the table with a row for each repository."""
    head = "repository | files | documents | CPU seconds | clusters | error | warning | info | "
    return table(head + " | ".join(VERDICTS), (_row(one, verdicts) for one in reports))


def _row(report: Report, verdicts: Verdicts) -> Iterator[object]:
    severities = Counter(one.severity for one in report.findings)
    judged = Counter(verdict for _, verdict in report.judged(verdicts))
    yield from (report.name, report.files, report.documents, f"{report.seconds:.1f}", len(report.fabrics))
    yield from (severities[one] for one in SEVERITIES)
    yield from (judged[one] for one in VERDICTS)


def by_rule(reports: Sequence[Report], verdicts: Verdicts) -> Iterator[str]:
    """Yield the table with a row for each rule that found anything."""
    judged = [(report.name, one, said) for report in reports for one, said in report.judged(verdicts)]
    counts = Counter((one.rule, said) for _, one, said in judged)
    where = Counter(rule for _, rule in {(name, one.rule) for name, one, _ in judged})
    severity = {one.rule: one.severity for _, one, _ in judged}
    rows = (
        (rule, severity[rule], where[rule], *(counts[rule, one] for one in VERDICTS))
        for rule in sorted(severity, key=lambda rule: (SEVERITIES.index(severity[rule]), rule))
    )
    return table("rule | severity | repositories | " + " | ".join(VERDICTS), rows)


def precision(reports: Sequence[Report], verdicts: Verdicts) -> Iterator[str]:
    """Yield the table of how many findings of each severity are true; what is unsure counts as false."""
    counts = Counter((one.severity, said) for report in reports for one, said in report.judged(verdicts))
    rows = ((one, *(counts[one, said] for said in VERDICTS), _share(counts, one)) for one in SEVERITIES)
    return table("severity | " + " | ".join(VERDICTS) + " | true", rows)


def _share(counts: Mapping[tuple[Severity, str], int], severity: Severity) -> str:
    known = sum(counts[severity, said] for said in ("true", "false", "unsure"))
    return f"{100 * counts[severity, 'true'] / known:.1f} %" if known else "-"


def reading(reports: Sequence[Report]) -> Iterator[str]:
    """Yield the table of what was read of each cluster."""
    head = "repository | cluster | layers | of them in no folder here | objects applied | Cilium | values"
    head += " | Talos | k3s | nodes | pod networks | pools | claims"
    return table(
        head, (_facts(report, one) for report in reports for one in sorted(report.fabrics, key=_name))
    )


def _name(fabric: Fabric) -> str:
    return fabric.name


def _facts(report: Report, fabric: Fabric) -> Iterator[object]:
    lost = [one for one in fabric.layers if one.path is None and one.is_own]
    yield from (report.name, fabric.name or "-", len(fabric.layers), len(lost))
    yield sum(one.layer is not None for one in fabric.items)
    cilium = fabric.cilium
    yield "-" if cilium is None else f"{cilium.role} {cilium.range or '?'}"
    yield "-" if cilium is None else "all" if cilium.complete and cilium.item.exact else "in part"
    yield from (len(fabric.talos), len(fabric.k3s), len(fabric.nodes))
    yield " ".join(dict.fromkeys(str(one.value) for one in fabric.pod_networks)) or "-"
    yield from (len(fabric.pools), len(fabric.claims))


def unjudged(reports: Sequence[Report], verdicts: Verdicts) -> Iterator[str]:
    """Yield the findings that nobody judged yet, a line each."""
    for report in reports:
        for one, said in report.judged(verdicts):
            if said == "unjudged":
                parts = (report.name, one.rule, f"{one.file}:{one.line}", one.severity, one.message)
                yield "\t".join(parts)


def _verdicts(file: Path | None) -> Verdicts:
    lines = [] if file is None else file.read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(one[0], one[1], one[2], one[3]) for one in parts]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--verdicts", type=Path, metavar="FILE", help="what somebody judged")
    parser.add_argument("--findings", action="store_true", help="print what is not judged yet, and no tables")
    args = parser.parse_args()
    reports = []
    for folder in args.folders:
        print(folder, file=sys.stderr)
        reports.append(read(folder))
    verdicts = _verdicts(args.verdicts)
    if args.findings:
        print("\n".join(unjudged(reports, verdicts)))
        return
    for part in (
        precision(reports, verdicts),
        by_repository(reports, verdicts),
        by_rule(reports, verdicts),
        reading(reports),
    ):
        print("\n".join(part), end="\n\n")


if __name__ == "__main__":
    main()
