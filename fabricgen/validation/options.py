"""What a run of validation is told. Made by the command line or by a script; read by the engine."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from os import PathLike
    from typing import Final

NEWEST_KUBERNETES: Final = "1.37"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to validate.

    Attributes:
        schema_locations: where schemas are looked for, in this order: `default`, folders, kubeconform's templates.
        kubernetes: the version whose kinds are meant, such as `1.36`.
        talos: the version of Talos whose configs are meant, such as `1.12`; empty for the one that fits best.
        strict: whether unknown fields are refused.
        cel: whether the rules of `x-kubernetes-validations` are evaluated.
        skip: kinds that are not judged, such as `Secret`, `v1/Secret` or `apps/v1/Deployment`.
        reject: kinds that are not to be there at all.
        ignore_files: regular expressions; a file whose path matches one is left out.
        ignore_missing_schemas: whether a kind without a schema is skipped rather than an error.
        skip_paths: parts that are taken out before judging, such as `/sops` or `v1/Secret:/sops`.
        jobs: how many processes work; 0 is one for each core.
        fail_fast: whether the run ends with the first document that is not valid.
        every: whether the verdicts of valid documents are wanted too, or only their number.
        cache: the folder of the verdict cache; None is no cache.
        http_cache: the folder where fetched schemas are kept; None keeps them for this run.
        insecure: whether the certificates of schema locations go unchecked.
    """

    schema_locations: tuple[str, ...] = ("default",)
    kubernetes: str = NEWEST_KUBERNETES
    talos: str = ""
    strict: bool = True
    cel: bool = True
    skip: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    ignore_files: tuple[str, ...] = ()
    ignore_missing_schemas: bool = False
    skip_paths: tuple[str, ...] = ()
    jobs: int = 0
    fail_fast: bool = False
    every: bool = False
    cache: str | PathLike[str] | None = None
    http_cache: str | PathLike[str] | None = None
    insecure: bool = False
