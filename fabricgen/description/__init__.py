"""What people write in clusters/<name>.yaml. `load` fills it, `resolve` reads it; nothing else does.

Absent stays absent: a default is decided by `resolve`, so that a choice and a default can be told apart.
"""

from typing import Annotated

from pydantic import Field

from fabricgen.description.cilium import Cilium
from fabricgen.description.cni import Cni, MetalLb
from fabricgen.description.distribution import Distribution
from fabricgen.description.fields import Model, Name, Text, Values, VersionField
from fabricgen.description.flux import Flux
from fabricgen.description.networks import Endpoint, Networks
from fabricgen.description.nodes import Hardware, Node


class Decision(Model):
    """Something that was asked for, or could be, and what became of it."""

    about: Text = Field(description="What it is about, such as BBR or the pool of goldentooth.")
    decided: Text = Field(description="What is rendered.")
    because: Text = Field(description="Why.")


class Ignore(Model):
    """A rule that does not hold here."""

    rule: Annotated[str, Field(strict=True, pattern=r"^[A-Z][A-Z0-9]{2}\d{3}$")] = Field(
        description="Id of the rule, such as CIL007. Each once."
    )
    because: Text = Field(description="Why it does not hold here.")


class Description(Model):
    """One cluster."""

    name: Annotated[str, Field(strict=True, pattern=r"^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$")] = Field(
        description="Name of the cluster, and of its folder in the output. Lower-case letters, digits and dashes, at most 32 since "
        "Cilium takes no more."
    )
    kubernetes: VersionField | None = Field(
        default=None,
        description="Kubernetes version, such as 1.34.2. Needed with Talos, which runs what it is told. Default: with k3s, the one "
        "inside its version.",
    )
    distribution: Distribution = Field(description="What runs on the machines: Talos or k3s.")
    endpoint: Endpoint = Field(description="Host and port of the Kubernetes API.")
    networks: Networks = Field(
        description="The address plan: networks, pools, reserved ranges and pinned addresses."
    )
    hardware: dict[Name, Hardware] = Field(
        default_factory=dict,
        description="Hardware classes of your own, by name. Names of built-in classes are refused.",
    )
    nodes: tuple[Node, ...] = Field(
        min_length=1,
        description="The machines. Their order does not matter. At least one is a control plane.",
    )
    cni: Cni = Field(description="The network of the pods: Cilium or Flannel.")
    metallb: MetalLb | None = Field(
        default=None,
        description="MetalLB, where it stays and serves `networks.loadBalancers`. Announces by l2 only. Default: Cilium serves "
        "them.",
    )
    flux: Flux = Field(description="Flux: its version, how it is installed, and where it reads this tree.")
    components: dict[Name, Values] = Field(
        default_factory=dict,
        description="Components that other packages bring, by the name under which they bring them, each with its options; `{}` "
        "takes the defaults. Each becomes a layer of its own. A name that no installed package brings is refused.",
    )
    rules: tuple[Name, ...] = Field(
        default=(),
        description="Sets of rules that other packages bring and that hold here too, by the name under which they bring them.",
    )
    decisions: tuple[Decision, ...] = Field(
        default=(), description="What was weighed, and what became of it. Stands in the cluster's README."
    )
    ignore: tuple[Ignore, ...] = Field(
        default=(),
        description="Rules that are switched off, each with a reason. They stand in the cluster's README.",
    )


__all__ = ["Cilium", "Decision", "Description", "Ignore", "Node"]
