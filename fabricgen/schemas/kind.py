"""What a schema is looked up by, and what is found. Shared by everything that finds, compiles or fetches schemas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable


class Kind(NamedTuple):
    """A kind of object, as an `apiVersion` and a `kind` name it; the core group is the empty text."""

    group: str
    version: str
    kind: str

    @classmethod
    def of(cls, api_version: str, kind: str) -> "Kind":
        """Return the kind of `apiVersion: apps/v1, kind: Deployment`, or of `v1` and `Namespace`."""
        group, _, version = api_version.rpartition("/")
        return cls(group, version, kind)

    @property
    def api_version(self) -> str:
        """The `apiVersion` that documents of this kind carry."""
        return f"{self.group}/{self.version}" if self.group else self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A JSON Schema, as it was found.

    Attributes:
        body: the schema with Kubernetes' extensions (`x-kubernetes-*`) kept.
        origin: where it comes from, for people: a file, an address, `Kubernetes 1.36`.
        digest: names this very content, for caches; two schemas with one digest are equal.
    """

    body: Mapping[str, Any]
    origin: str
    digest: str


class Schemas(Protocol):
    """Somewhere that schemas are found."""

    def find(self, kind: Kind) -> Schema | None:
        """Return the schema of `kind`, or nothing when there is none here.

        Raises:
            SchemaError: the place has one, and it cannot be had or read.
        """
        ...

    def digest(self, kind: Kind) -> str | None:
        """Return the digest that `find` would give, at less cost where the place knows it; raises as `find` does."""
        ...


@runtime_checkable
class ChartSchemas(Protocol):
    """Somewhere that the values.schema.json of Helm charts are found."""

    def chart_digests(self) -> Mapping[tuple[str, str], str]:
        """Return which charts, by name and version, have a schema here, with what names its content."""
        ...

    def chart_values_schema(self, chart: str, version: str) -> Mapping[str, Any] | None:
        """Return the schema of a chart in exactly this version, or nothing.

        Raises:
            SchemaError: the place has one, and it cannot be read.
        """
        ...
