"""The network of the pods as people write it: which CNI runs, which is considered, and MetalLB beside it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.chart import Chart
from fabricgen.description.cilium import Cilium
from fabricgen.description.fields import Because, Model, Text, VersionField, check_one_of


class Flannel(Model):
    """The CNI that Talos and k3s bring along."""

    because: Because


class Considered(Model):
    """A CNI that is thought about but does not run: it is rendered beside the tree, and nothing applies it."""

    cilium: Cilium = Field(description="Cilium as it would be.")
    verdict: Literal["not yet", "never", "soon"] = Field(
        default="not yet", description="Where the thinking stands. Decides what the README advises."
    )
    because: tuple[Text, ...] = Field(min_length=1, description="Why it stands there.")
    revisit: tuple[Text, ...] = Field(default=(), description="What would change it, such as a second node.")


class Cni(Model):
    """Exactly one CNI runs."""

    cilium: Cilium | None = Field(
        default=None, description="Cilium, and which of its features are wanted. Either this or `flannel`."
    )
    flannel: Flannel | None = Field(
        default=None,
        description="Flannel as Talos or k3s bring it. Either this or `cilium`; write `{}` for just that.",
    )
    considered: Considered | None = Field(
        default=None,
        description="Cilium that is thought about but does not run. Only with `flannel`; rendered beside the tree.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        check_one_of("one CNI runs at a time", cilium=self.cilium, flannel=self.flannel)
        if self.considered is not None and self.flannel is None:
            raise ValueError(
                "considered is Cilium that does not run, and cilium runs here; remove one of the two, "
                "or write flannel instead of cilium"
            )
        return self


class MetalLb(Model):
    """MetalLB serves `networks.loadBalancers`, instead of Cilium."""

    version: VersionField = Field(description="Version of the Helm chart, such as 0.15.2.")
    chart: Chart = Field(
        default=Chart(helm="https://metallb.github.io/metallb"), description="Where the chart comes from."
    )
    because: Because
