"""How packets of pods and Services travel, as people write it: routing, balancing, encryption, firewall, pacing."""

from typing import Literal

from pydantic import Field

from fabricgen.description.fields import Because, Flag, Model, Port

MaglevTableSize = Literal[251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071]


class Routing(Model):
    """How packets travel between pods of two nodes."""

    mode: Literal["native", "tunnel"] | None = Field(
        default=None,
        description="How packets travel. `native` leaves them as they are and needs every node to know the way to the "
        "others' pods; `tunnel` wraps them and costs 50 bytes of each. Default: `native`, since all nodes share "
        "`networks.nodes`.",
    )
    protocol: Literal["vxlan", "geneve"] | None = Field(
        default=None,
        description="Encapsulation of tunnel mode. Direct server return needs geneve. Default: `vxlan`.",
    )
    port: Port | None = Field(
        default=None,
        description="UDP port of the tunnel. Firewalls between nodes must let it pass. Default: 8472 (vxlan) or 6081 (geneve).",
    )
    direct_node_routes: Flag | None = Field(
        default=None,
        description="Whether Cilium writes the routes between nodes. Native mode only; write false where the routers know "
        "them, by BGP for example. Without either pods reach only those of their own node. Default: true with native.",
    )
    because: Because


class LoadBalancing(Model):
    """How Services are balanced."""

    mode: Literal["snat", "dsr", "hybrid"] | None = Field(
        default=None,
        description="How answers travel. `snat` takes the way back through the node that was asked and hides the "
        "client's address; `dsr` answers straight from the pod's node; `hybrid` does so for TCP only. Default: `snat`.",
    )
    algorithm: Literal["random", "maglev"] | None = Field(
        default=None,
        description="How a pod is chosen. `maglev` finds the same one from every node, for memory on each. Default: `random`.",
    )
    dispatch: Literal["opt", "ipip", "geneve"] | None = Field(
        default=None,
        description="How direct server return tells the pod's node which address was asked. In a tunnel only `geneve`. "
        "Default: geneve in a tunnel, else Cilium's own, opt.",
    )
    maglev_table_size: MaglevTableSize | None = Field(
        default=None,
        description="Entries of maglev's table for each Service, a prime. At least 100 times the pods of the largest "
        "Service, or some get more than their share. Default: `16381`.",
    )
    acceleration: Literal["disabled", "native", "best-effort"] | None = Field(
        default=None,
        description="XDP: balancing in the network card's driver. `native` keeps the agent from starting where the "
        "driver cannot; `best-effort` leaves such links out. Default: `disabled`.",
    )
    because: Because


class Encryption(Model):
    """Encryption between nodes."""

    type: Literal["wireguard", "none"] = Field(
        description="How traffic is encrypted. `none` is for saying why not."
    )
    node_encryption: Flag = Field(
        default=False,
        description="Whether traffic of the nodes themselves is encrypted too. Control planes are left out.",
    )
    strict: Flag = Field(
        default=False,
        description="Whether pods' traffic that would leave a node unencrypted is dropped. IPv4 only, so a cluster without "
        "IPv4 is refused.",
    )
    because: Because


class HostFirewall(Model):
    """Policies for the nodes themselves."""

    enabled: Flag = Field(default=True, description="Whether policies can select nodes.")
    policy: Literal["none", "observe", "enforce"] = Field(
        default="observe",
        description="Which rules are written. `observe` writes them but denies nothing; `enforce` drops what no rule allows, "
        "so a missing rule can lock you out; `none` writes none.",
    )
    because: Because


class BandwidthManager(Model):
    """Pacing of pods' traffic."""

    enabled: Flag = Field(
        default=True,
        description="Whether the annotation kubernetes.io/egress-bandwidth is enforced. Does not work in docker.",
    )
    bbr: Flag = Field(
        default=False,
        description="Whether sockets use BBR congestion control. Needs kernel 5.18; pods need eBPF host routing too.",
    )
    because: Because
