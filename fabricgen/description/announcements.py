"""How the LAN learns of addresses, as people write it: L2 announcements and BGP."""

from typing import Annotated

from pydantic import Field

from fabricgen.description.fields import (
    AddressField,
    Asn,
    Because,
    Count,
    Duration,
    Flag,
    Labels,
    Model,
    Name,
    Port,
    Text,
)


class L2(Model):
    """Announcing addresses of pools on the LAN by ARP."""

    interfaces: tuple[Text, ...] = Field(
        default=(),
        description="Links that answer ARP, as Go regular expressions such as ^end0$. An expression that fits no link "
        "announces nothing. Default: all of Cilium's devices.",
    )
    node_labels: Labels = Field(
        default_factory=dict,
        description="Only nodes with all of these labels announce. Default: workers, or all nodes if there is none.",
    )
    lease_duration: Duration = Field(
        default="15s", description="How long the LAN may point to a dead node. Longer than `renewDeadline`."
    )
    renew_deadline: Duration = Field(
        default="5s",
        description="How long a node tries to renew a lease before it gives the address up. More than 1.2 times `retryPeriod`.",
    )
    retry_period: Duration = Field(
        default="2s",
        description="Time between two tries to get or to renew a lease. Shorter asks more of the API server.",
    )
    services: Count | None = Field(
        default=None,
        description="How many LoadBalancer Services are expected. Sizes the agents' API rate limit: with too few, leases are "
        "lost and addresses move. Default: `32`.",
    )
    because: Because


class BgpPeer(Model):
    """A router."""

    name: Name = Field(description="Name of the peering. Each once.")
    address: AddressField = Field(
        description="Address of the router, in a family of `networks.nodes`. It must wait for the nodes' calls."
    )
    asn: Asn = Field(description="AS number of the router. The session does not come up with any other.")
    port: Port = Field(default=179, description="TCP port on which the router listens.")
    password_secret: Name | None = Field(
        default=None,
        description="Secret in kube-system with the password under the key `password`, made by hand and never in git. "
        "Default: no password.",
    )
    hold_time_seconds: Annotated[int, Field(strict=True, ge=3, le=65535)] = Field(
        default=90,
        description="Seconds without a sign of life before the peer is given up, and its routes with it.",
    )
    keepalive_time_seconds: Annotated[int, Field(strict=True, ge=1, le=21845)] = Field(
        default=30, description="Seconds between signs of life. At most a third of the hold time."
    )
    ebgp_multihop: Annotated[int, Field(strict=True, ge=1, le=255)] | None = Field(
        default=None,
        description="Hops to a router of another AS that is not on the nodes' LAN. Too few, and the session does not come "
        "up. Default: 1, neighbours only.",
    )
    graceful_restart: Flag = Field(
        default=True,
        description="Whether the router keeps routes while an agent restarts. Without it every upgrade drops traffic.",
    )


class Bgp(Model):
    """Announcing addresses of pools to routers."""

    asn: Asn = Field(
        description="AS number of the nodes, such as 64512. The routers expect exactly this one."
    )
    peers: tuple[BgpPeer, ...] = Field(min_length=1, description="The routers.")
    node_labels: Labels = Field(
        default_factory=dict,
        description="Only nodes with all of these labels peer. The routers need exactly these as neighbours. Default: all nodes.",
    )
    advertise_pods: Flag = Field(
        default=False, description="Whether each node's share of the pod network is announced too."
    )
    because: Because
