"""Documents -> findings: everything that is emitted is checked before the first byte is written.

Fed by `build`; its findings go to whoever asked. Each document is judged by its schema, the values of Helm by their
chart, and all of it together by the rules of `lint`; what no rule of lint says of a stranger's tree is here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import PurePosixPath

from fabricgen.check.bootstrap import unequal_values
from fabricgen.check.fault import Fault
from fabricgen.check.folders import forgotten_folders
from fabricgen.check.shape import wrong_shapes
from fabricgen.check.substitution import stray_substitutions
from fabricgen.check.tree import Tree, folder_of
from fabricgen.check.values import wrong_values
from fabricgen.cluster import Cluster
from fabricgen.documents.document import File
from fabricgen.documents.text import texts
from fabricgen.finding import Finding, Severity
from fabricgen.lint.engine import Question
from fabricgen.lint.outcome import Outcome
from fabricgen.lint.own import JUDGED
from fabricgen.lint.settings import Ignore
from fabricgen.lint.suppression import Suppressions
from fabricgen.schemas import Schemas, open_schemas
from fabricgen.schemas.pull.pins import pins_of
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.options import NEWEST_KUBERNETES
from fabricgen.validation.validators import Validators

CHECKS: tuple[Callable[[tuple[File, ...]], Iterator[Fault]], ...] = (
    forgotten_folders,
    stray_substitutions,
    unequal_values,
)


def check(
    files: Iterable[File],
    *,
    cluster: Cluster | None = None,
    written: Mapping[PurePosixPath, str] | None = None,
) -> tuple[Finding, ...]:
    """Return what must not be written: every error, and values that no chart reads. Sorted by file and path.

    Files are called from the folder of the tree.
    Schemas are those of the versions that `cluster` pins, and what its description ignores does not count. `written`
    are the texts of the files, if somebody has them already.
    """
    whole = tuple(files)
    ignored = cluster.ignored_rules if cluster is not None else {}
    ignores = tuple(Ignore(rule=rule, paths=(), reason=why) for rule, why in ignored.items())
    question = Question(suppressions=Suppressions(ignores=ignores))
    outcome = examine(whole, texts(whole) if written is None else written, cluster=cluster, question=question)
    folder = folder_in(whole, cluster)
    start = len(f"{folder}/") if folder else 0
    found = [one for one in outcome.findings if one.severity == "error" or one.rule in JUDGED]
    return tuple(sorted((replace(one, file=one.file[start:]) for one in found), key=_order))


def _order(finding: Finding) -> tuple[str, ...]:
    return finding.file, finding.object, finding.path, finding.rule


def examine(
    files: tuple[File, ...],
    written: Mapping[PurePosixPath, str],
    *,
    cluster: Cluster | None,
    question: Question,
) -> Outcome:
    """Return all that is found in a tree; `written` are its texts, and files are called from the repository's root."""
    schemas = _schemas(cluster)
    if cluster is not None and cluster.rules:
        from fabricgen.plugins.rules import rules_of  # noqa: PLC0415 - most descriptions name no plug-in

        question = replace(question, rules=rules_of(cluster.rules))
    faults = chain(
        wrong_shapes(files, validators=Validators(schemas, strict=True, cel=True)),
        wrong_values(files, charts=Charts(schemas)),
        *(one(files) for one in CHECKS),
    )
    return Tree.of(written, folder=folder_in(files, cluster)).outcome(question, faults)


def folder_in(files: tuple[File, ...], cluster: Cluster | None) -> str:
    """Return the folder that the tree stands in, from the root of the repository."""
    return folder_of(files) if cluster is None else cluster.flux.path.removeprefix("./").strip("/")


def _schemas(cluster: Cluster | None) -> Schemas:
    kubernetes = NEWEST_KUBERNETES if cluster is None else str(cluster.versions.kubernetes)
    pins = {} if cluster is None else pins_of(cluster)
    return open_schemas(("default",), kubernetes=kubernetes, pins=pins)


__all__ = ["Finding", "Severity", "check", "examine"]
