"""What validation says about a document and about a run. The JSON forms of both are promises."""

from dataclasses import dataclass
from typing import Literal

from fabricgen.finding import Finding

Status = Literal["valid", "invalid", "error", "skipped"]
"""kubeconform's words: `error` is a document that could not be judged (not YAML, no schema), `skipped` one that
was not to be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said about one document.

    Attributes:
        file: as it was given or found; `stdin` for what was piped in.
        line: the first line of the document in its file, from 1.
        index: which document of its file this is, from 0; content-free ones are not counted.
        api_version, kind, namespace, name: of the object; empty where it has none.
        missing_schema: whether there is no schema of its kind.
        reason: one sentence, why it was skipped or could not be judged; empty otherwise.
        findings: everything that is wrong, in the order of the file; none when it is valid.
    """

    file: str
    line: int = 1
    index: int = 0
    api_version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    status: Status
    missing_schema: bool = False
    reason: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many documents got which verdict, over `files` files.

    Attributes:
        missing: kinds that no schema was found for, as `apiVersion/kind`, with how many documents have it.
        unchecked: CEL rules of schemas that cannot be evaluated here, each with its kind and the reason.
    """

    files: int
    valid: int
    invalid: int
    errors: int
    skipped: int
    missing: tuple[tuple[str, int], ...] = ()
    unchecked: tuple[str, ...] = ()
