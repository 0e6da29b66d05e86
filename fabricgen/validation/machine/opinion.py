"""What is said about a document that is no Kubernetes object. Made by the judges of this package."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fabricgen.errors import Problem
from fabricgen.finding import Severity
from fabricgen.validation.result import Status


class Told(NamedTuple):
    """A problem, the rule that it breaks, and how bad it is: only an error makes a document invalid."""

    rule: str
    problem: Problem
    severity: Severity = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The verdict on a document, without its place.

    Attributes:
        kind: what it is, in a word or two; its own `kind` where it has one.
        api_version, name: of it; empty where it has none.
        status, reason, missing_schema: as in `Verdict`.
        told: what is found in it, in the order of the document.
        instead: the object that it stands for, to be judged as such; all else says nothing then.
    """

    kind: str
    api_version: str = ""
    name: str = ""
    status: Status = "valid"
    reason: str = ""
    missing_schema: bool = False
    told: tuple[Told, ...] = ()
    instead: Mapping[str, Any] | None = None


def opinion_of(kind: str, told: tuple[Told, ...], *, api_version: str = "", name: str = "") -> Opinion:
    """Return the opinion on a document in which `told` was found, and nothing else."""
    wrong = any(one.severity == "error" for one in told)
    return Opinion(
        kind=kind,
        api_version=api_version,
        name=name,
        status="invalid" if wrong else "valid",
        told=told,
    )


def skipped(kind: str, reason: str) -> Opinion:
    """Return the opinion that a document is none of ours, and why."""
    return Opinion(kind=kind, status="skipped", reason=reason)
