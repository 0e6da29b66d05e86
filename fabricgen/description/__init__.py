"""What people write in clusters/<name>.yaml. `load` fills it, `resolve` reads it; nothing else does.

Absent stays absent: a default is decided by `resolve`, so that a choice and a default can be told apart.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.cilium import Because, Chart, Cilium, HttpsUrl, OciUrl
from fabricgen.description.distribution import Distribution
from fabricgen.description.fields import Duration, Model, Name, Text, VersionField, check_one_of
from fabricgen.description.networks import Endpoint, Networks
from fabricgen.description.nodes import Hardware, Node

GitUrl = Annotated[str, Field(strict=True, pattern=r"^(https?|ssh)://[^\s/]+/\S+$")]


class Flannel(Model):
    """The CNI that Talos and k3s bring along."""

    because: Because


class Considered(Model):
    """A CNI that is thought about but does not run: it is rendered beside the tree, and nothing applies it."""

    cilium: Cilium = Field(description="Cilium as it would be.")
    verdict: Literal["not yet", "never", "soon"] = Field(
        default="not yet", description="Where the thinking stands."
    )
    because: tuple[Text, ...] = Field(min_length=1, description="Why it stands there.")
    revisit: tuple[Text, ...] = Field(default=(), description="What would change it.")


class Cni(Model):
    """Exactly one CNI runs."""

    cilium: Cilium | None = Field(default=None, description="Cilium.")
    flannel: Flannel | None = Field(default=None, description="Flannel.")
    considered: Considered | None = Field(
        default=None, description="With flannel: Cilium, considered but not used."
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

    version: VersionField = Field(description="Version of the Helm chart.")
    chart: Chart = Field(
        default=Chart(helm="https://metallb.github.io/metallb"), description="Where the chart comes from."
    )
    because: Because


class GitSource(Model):
    """A git repository that Flux reads."""

    url: GitUrl = Field(description="https:// or ssh:// address.")
    branch: Text = Field(default="main", description="Branch.")
    secret: Name | None = Field(
        default=None, description="Secret in flux-system with the credentials, made by hand; never in git."
    )


class OciSource(Model):
    """An OCI artifact that Flux reads."""

    url: OciUrl = Field(description="oci:// address.")
    tag: Text = Field(default="latest", description="Tag.")
    secret: Name | None = Field(
        default=None, description="Secret in flux-system with the credentials, made by hand; never in git."
    )


class Flux(Model):
    """Flux, and where it reads this tree from."""

    version: VersionField = Field(description="Flux version; decides the apiVersions.")
    install: Literal["operator", "cli"] = Field(
        default="operator",
        description="`operator`: flux-operator and a FluxInstance; `cli`: `flux install` and sync objects.",
    )
    operator_version: VersionField | None = Field(
        default=None, description="Version of the flux-operator chart; needed with `operator`."
    )
    git: GitSource | None = Field(default=None, description="Read from git.")
    oci: OciSource | None = Field(default=None, description="Read from a registry.")
    path: Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")] | None = Field(
        default=None, description="Folder of this tree in the source. Default: gitops/<name>."
    )
    interval: Duration = Field(
        default="1h", description="How often layers and releases are reconciled without a change."
    )

    @model_validator(mode="after")
    def _exactly_one_source(self) -> Self:
        check_one_of("Flux reads this tree from one place", git=self.git, oci=self.oci)
        if self.install == "operator" and self.operator_version is None:
            asked = (
                "install is operator"
                if "install" in self.model_fields_set
                else "install is operator by default"
            )
            raise ValueError(
                f"{asked}, and operatorVersion is missing; write the version of the flux-operator chart, "
                "such as operatorVersion: 0.58.1, or install: cli"
            )
        if self.install == "cli" and self.operator_version is not None:
            raise ValueError(
                "install is cli, and operatorVersion is for the operator; write install: operator, or remove operatorVersion"
            )
        return self


class Decision(Model):
    """Something that was asked for, or could be, and what became of it."""

    about: Text = Field(description="What it is about, such as BBR or the pool of goldentooth.")
    decided: Text = Field(description="What is rendered.")
    because: Text = Field(description="Why.")


class Ignore(Model):
    """A rule that does not hold here."""

    rule: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{2,5}\d{3}$")] = Field(
        description="Id of the rule, such as CIL007."
    )
    because: Text = Field(description="Why it does not hold here.")


class Description(Model):
    """One cluster."""

    name: Annotated[str, Field(strict=True, pattern=r"^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$")] = Field(
        description="Name of the cluster, and of its folder in the output; at most 32 characters, since Cilium takes no more."
    )
    kubernetes: VersionField | None = Field(
        default=None,
        description="Kubernetes version. Needed with Talos; with k3s it is part of the k3s version.",
    )
    distribution: Distribution = Field(description="What runs on the machines.")
    endpoint: Endpoint = Field(description="Host and port of the Kubernetes API.")
    networks: Networks = Field(description="The address plan.")
    hardware: dict[Name, Hardware] = Field(default_factory=dict, description="Your own hardware classes.")
    nodes: tuple[Node, ...] = Field(min_length=1, description="The machines.")
    cni: Cni = Field(description="The network of the pods.")
    metallb: MetalLb | None = Field(
        default=None, description="MetalLB, where it stays; else Cilium serves the pools."
    )
    flux: Flux = Field(description="Flux.")
    decisions: tuple[Decision, ...] = Field(
        default=(), description="What was weighed; stands in the cluster's README."
    )
    ignore: tuple[Ignore, ...] = Field(default=(), description="Rules switched off, each with a reason.")


__all__ = ["Chart", "Cilium", "Cni", "Considered", "Description", "Flux", "HttpsUrl", "MetalLb", "Node"]
