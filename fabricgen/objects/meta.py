"""Names, labels and the two top-level fields: what every Kubernetes object has.

Fed by `fields`; used by every module of Kubernetes objects here.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Annotations, DnsLabel, DnsName, LabelKey, Labels, LabelValue
from fabricgen.objects.model import Model


class ObjectMeta(Model):
    """Who an object is. The API server fills in the rest of upstream's fields; nobody writes them in git."""

    name: DnsName
    namespace: DnsLabel | None = None
    labels: Labels | None = None
    annotations: Annotations | None = None


class KubernetesObject(Model):
    """One document for the API server."""

    api_version: str
    kind: str
    metadata: ObjectMeta


class ClusterObject(KubernetesObject):
    """An object of a kind that has no namespace."""

    @model_validator(mode="after")
    def _no_namespace(self) -> Self:
        if self.metadata.namespace is not None:
            raise ValueError(f"a {self.kind} belongs to the whole cluster; leave metadata.namespace out")
        return self


class Requirement(Model):
    """One line of `matchExpressions`."""

    key: LabelKey
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[LabelValue, ...] | None = None

    @model_validator(mode="after")
    def _values_where_compared(self) -> Self:
        compares = self.operator in {"In", "NotIn"}
        if compares and not self.values:
            raise ValueError(f"operator {self.operator} needs values to compare with")
        if not compares and self.values:
            raise ValueError(f"operator {self.operator} takes no values")
        return self


class LabelSelector(Model):
    """Which objects, by their labels; all that is written must hold. Empty means all."""

    match_labels: Labels | None = None
    match_expressions: tuple[Requirement, ...] | None = None


class NameReference(Model):
    """Another object of the same namespace, whose kind is clear from the field."""

    name: DnsName


class NamespacedReference(Model):
    """Another object whose kind is clear from the field; without a namespace it is in this object's own."""

    name: DnsName
    namespace: DnsLabel | None = None


class KeyReference(Model):
    """One key of a Secret or ConfigMap."""

    name: DnsName
    key: Annotated[str, Field(min_length=1)]
    optional: Annotated[bool, Field(strict=True)] | None = None
