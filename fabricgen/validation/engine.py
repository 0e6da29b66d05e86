"""The engine of a run: its options understood, its schemas found, and the judge of documents, made when one comes.

Fed by `run`. What a cached verdict depends on can be asked without loading anything that judges.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from fabricgen.schemas import Http, Kind, SchemaError, open_schemas
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.helm.watch import is_release
from fabricgen.validation.options import Options
from fabricgen.validation.review import Review
from fabricgen.validation.selection import read_selection

if TYPE_CHECKING:
    from fabricgen.validation.helm.last import Last
    from fabricgen.validation.helm.nearby import Nearby
    from fabricgen.validation.judge import Judge

_MACHINES: Final = ("", "v1alpha1")
"""The apiVersions of what is judged by the schemas of Talos, if by any."""

_KUSTOMIZATION: Final = "kustomization"
"""What stands for the apiVersion where a verdict depends on a kustomization.yaml, whose path is the kind."""

_UNKNOWN: Final = "none that can be had"
"""What names a schema that cannot be read now."""


class Engine:
    """Judges documents by the schemas and rules that its options name."""

    def __init__(self, options: Options) -> None:
        """Read the options; schemas are found and compiled when the first document of a kind comes.

        Raises:
            ProblemsError: an option cannot be understood.
        """
        self.options = options
        self._schemas = open_schemas(
            options.schema_locations,
            kubernetes=options.kubernetes,
            strict=options.strict,
            http=Http(cache=options.http_cache, insecure=options.insecure),
        )
        self._selection = read_selection(options)
        self.charts = Charts(self._schemas)

    @cached_property
    def judge(self) -> "Judge":
        """Who judges documents in this process; loaded when the first one comes."""
        from fabricgen.validation.judge import Judge  # noqa: PLC0415 - as said above

        return Judge(self.options, schemas=self._schemas, selection=self._selection, charts=self.charts)

    def last(self, nearby: "Nearby") -> "Last":
        """Return what finishes, at the end of a run, the releases that other documents decide."""
        from fabricgen.validation.helm.last import Last  # noqa: PLC0415 - few runs have such releases

        return Last(charts=self.charts, selection=self._selection, nearby=nearby)

    def digest(self, key: tuple[str, str]) -> str:
        """Return what names the schema of (apiVersion, kind); empty when there is none."""
        try:
            if key[0] in _MACHINES:
                from fabricgen.validation.machine.talos_pulled import talos_digest  # noqa: PLC0415 - as above

                pulled = talos_digest(self.options.schema_locations)
                return (self._schemas.digest(Kind.of(*key)) or "") + pulled if key[0] else pulled
            if key[0] == _KUSTOMIZATION:
                from fabricgen.validation.machine.listed import digest_of_file  # noqa: PLC0415 - as above

                return digest_of_file(key[1])
            charts = self.charts.digest if is_release(key) else ""
            return (self._schemas.digest(Kind.of(*key)) or "") + charts
        except SchemaError:
            return _UNKNOWN  # not as where there is none: what is said of it ends when it can be had

    def review_bytes(self, data: bytes, *, file: str) -> Review:
        """Return the review of a text by itself, called `file` in what is said about it; nothing is pending in it."""
        review = self.judge.review_bytes(data, file=file)
        review.settle([one.verdict for one in review.pending])
        return review
