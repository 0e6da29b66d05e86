"""Network policies as people write them: who may talk to whom, in Cilium's words."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import Flag, Labels, Model, Name, NetworkField, Text, check_one_of

Entity = Literal[
    "all",
    "world",
    "cluster",
    "host",
    "remote-node",
    "kube-apiserver",
    "ingress",
    "init",
    "health",
    "unmanaged",
    "none",
]
PolicyPort = Annotated[
    str, Field(strict=True, pattern=r"^([1-9]\d{0,4})(-[1-9]\d{0,4})?/(TCP|UDP|SCTP|ANY)$")
]
# A DNS name, `*` and `**` allowed: Cilium's matchName and matchPattern.
FqdnPattern = Annotated[str, Field(strict=True, pattern=r"^[-a-zA-Z0-9_.*]+$", max_length=255)]


class HttpRule(Model):
    """One kind of HTTP request that is allowed; needs the L7 proxy."""

    method: Text | None = Field(
        default=None,
        description="Method, as a regular expression such as GET or GET|HEAD. Default: any method.",
    )
    path: Text | None = Field(
        default=None,
        description="Path, as a regular expression such as /api/.* that must fit the whole of it. Default: any path.",
    )
    host: Text | None = Field(
        default=None, description="Host header, as a regular expression. Default: any host."
    )
    headers: tuple[Text, ...] = Field(
        default=(), description="Headers that must be there, as `Name: value` or `Name`."
    )


class Peer(Model):
    """The other side of allowed traffic. What is given together must hold together; a list means any of them."""

    namespace: Name | None = Field(
        default=None, description="Pods of this namespace. Default: with `pods`, the policy's own namespace."
    )
    pods: Labels | None = Field(
        default=None, description="Pods that carry all of these labels. Labels that no pod has allow nothing."
    )
    entities: tuple[Entity, ...] = Field(
        default=(),
        description="Cilium's entities, such as kube-apiserver, ingress or world. `all` and `cluster` allow more than most mean.",
    )
    cidrs: tuple[NetworkField, ...] = Field(
        default=(),
        description="Networks outside the cluster. Pods and nodes are never meant by their addresses.",
    )
    except_cidrs: tuple[NetworkField, ...] = Field(
        default=(), description="Parts of `cidrs` that are not meant. Each must lie in one of them."
    )
    fqdns: tuple[FqdnPattern, ...] = Field(
        default=(),
        description="DNS names, for egress only. `*` stands for one label. The pod must ask the cluster's DNS for the name first.",
    )
    ports: tuple[PolicyPort, ...] = Field(
        default=(), description="Ports, such as 443/TCP or 30000-32767/TCP. At most 40. Default: all ports."
    )
    http: tuple[HttpRule, ...] = Field(
        default=(),
        description="HTTP requests that are allowed on `ports`. Any one must fit; all else gets a 403. Default: all traffic.",
    )

    @model_validator(mode="after")
    def _one_kind_of_peer(self) -> Self:
        check_one_of(
            "a peer is described in one way",
            **{"namespace and/or pods": self.pods if self.namespace is None else self.namespace},
            entities=self.entities or None,
            cidrs=self.cidrs or None,
            fqdns=self.fqdns or None,
        )
        if self.except_cidrs and not self.cidrs:
            raise ValueError(
                "exceptCidrs takes parts of cidrs away, and there are no cidrs; add cidrs, or remove it"
            )
        if self.http and not self.ports:
            raise ValueError(
                "http has no ports, and the proxy must know where HTTP is spoken; add ports, such as [80/TCP]"
            )
        return self


class Allow(Model):
    """One policy: what the pods it selects may receive and send."""

    name: Name = Field(description="Name of the policy. Each once in a namespace.")
    namespace: Name | None = Field(
        default=None,
        description="Namespace of the pods. Default: none, and the policy is for pods of the whole cluster.",
    )
    pods: Labels = Field(
        default_factory=dict, description="Labels of the pods it is for. Default: all pods in the namespace."
    )
    because: Text = Field(description="Why this traffic is allowed. Becomes the policy's description.")
    ingress: tuple[Peer, ...] = Field(
        default=(), description="Who may reach the pods. As soon as any is written, nobody else may."
    )
    egress: tuple[Peer, ...] = Field(
        default=(),
        description="What the pods may reach. As soon as any is written, they reach nothing else, DNS included.",
    )

    @model_validator(mode="after")
    def _some_direction(self) -> Self:
        if not (self.ingress or self.egress):
            raise ValueError(
                "has neither ingress nor egress, so it would allow nothing; write at least one of them"
            )
        if any(peer.fqdns for peer in self.ingress):
            raise ValueError(
                "ingress has fqdns, and of a client no name is known, only its address; move them to egress, or write cidrs"
            )
        return self


class Policies(Model):
    """CiliumNetworkPolicies: default deny, DNS, and what is allowed."""

    default_deny: tuple[Name, ...] = Field(
        default=(),
        description="Namespaces in which only allowed traffic passes, both ways. kube-system and flux-system are refused, "
        "since the cluster would stop.",
    )
    dns: Flag = Field(
        default=True,
        description="Whether pods in `defaultDeny` namespaces may ask the cluster's DNS, by UDP and TCP and through the DNS "
        "proxy. Without it `fqdns` find no name.",
    )
    allow: tuple[Allow, ...] = Field(default=(), description="What is allowed.")
    because: Text | None = Field(
        default=None, description="Why it is set up like this. Stands in the policies and in the README."
    )
