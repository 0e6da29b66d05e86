"""Machines as people write them: hardware classes, disks, interfaces, and the nodes themselves."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import (
    AddressField,
    AddressPair,
    Flag,
    Labels,
    LinkOrMac,
    Mac,
    MemoryMiB,
    Model,
    Name,
    Text,
    check_one_of,
)

Arch = Literal["amd64", "arm64"]
Role = Literal["control-plane", "worker"]
BondMode = Literal[
    "802.3ad", "active-backup", "balance-alb", "balance-rr", "balance-tlb", "balance-xor", "broadcast"
]
VlanId = Annotated[int, Field(strict=True, ge=1, le=4094)]
MtuBytes = Annotated[int, Field(strict=True, ge=1280, le=9216)]


class DiskSelector(Model):
    """Which disk Talos is installed on, by what the disk says of itself. All that is given must hold."""

    type: Literal["ssd", "hdd", "nvme", "sd"] | None = Field(default=None, description="Kind of disk.")
    size: Text | None = Field(default=None, description="Size, such as `>= 100GB`.")
    model: Text | None = Field(
        default=None, description="Model as the disk names itself. `*` stands for the rest."
    )
    serial: Text | None = Field(default=None, description="Serial number. Unique, so never on two nodes.")
    wwid: Text | None = Field(default=None, description="World wide ID. Unique, so never on two nodes.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "says nothing of the disk; write at least one of: type, size, model, serial, wwid"
            )
        return self


class Bond(Model):
    """Several links as one."""

    name: Name = Field(
        default="bond0", description="Name of the bond. At most 15 characters, as for every link."
    )
    links: tuple[LinkOrMac, ...] = Field(
        min_length=1,
        description="The links, by name or MAC address. Up to config contract 1.11 all of them in one of the two ways.",
    )
    mode: BondMode = Field(
        default="802.3ad",
        description="How the links share the traffic. `802.3ad` needs LACP on the switch, without which the node is cut "
        "off; `active-backup` needs nothing.",
    )


class Interface(Model):
    """The link that carries the node's address."""

    name: Text | None = Field(
        default=None, description="Name of the link, such as end0 or enp1s0. At most 15 characters."
    )
    mac: Mac | None = Field(
        default=None, description="MAC address of the link, in any usual form. Stays when names change."
    )
    bond: Bond | None = Field(default=None, description="Several links as one, instead of a single link.")
    vlan: VlanId | None = Field(
        default=None,
        description="VLAN ID, when the address lies in a tagged network. The same on all nodes. Default: untagged.",
    )
    mtu: MtuBytes | None = Field(
        default=None,
        description="MTU in bytes, the same on all nodes. Larger than the switch takes, large packets are lost without a word. "
        "Default: the link's own, 1500.",
    )

    @model_validator(mode="after")
    def _one_link(self) -> Self:
        if self.name is not None or self.mac is not None or self.bond is not None:
            check_one_of("a link is found in one way", name=self.name, mac=self.mac, bond=self.bond)
        return self


class Hardware(Model):
    """A class of machines: what its nodes have unless they say otherwise."""

    extends: Name | None = Field(
        default=None,
        description="A class to start from: one of yours, raspberry-pi-4, raspberry-pi-5, generic-amd64 or generic-arm64. "
        "Boards bring their overlay, disk and link. Default: the generic one of `arch`.",
    )
    arch: Arch | None = Field(
        default=None,
        description="Architecture. An image of another one does not boot. Default: that of `extends`.",
    )
    memory: MemoryMiB | None = Field(
        default=None,
        description="Memory, such as 8GiB. The agents' requests follow the smallest node's. Default: that of `extends`, else unknown.",
    )
    disk: Text | DiskSelector | None = Field(
        default=None,
        description="Disk that Talos is installed on: a device such as /dev/sda, or a selector. What is on it is lost. "
        "Default: that of `extends`.",
    )
    interface: Text | Interface | None = Field(
        default=None,
        description="Link that carries the node's address: a name such as end0, or its details. Default: that of "
        "`extends`, else the only physical one.",
    )
    extensions: tuple[Text, ...] = Field(
        default=(),
        description="Talos system extensions, such as siderolabs/iscsi-tools, besides those of `extends`. Each becomes "
        "part of the image, so a change is an upgrade of the node.",
    )
    kernel_args: tuple[Text, ...] = Field(
        default=(),
        description="Kernel arguments of the Talos image, besides those of `extends`. A change is an upgrade of the node.",
    )


class Taint(Model):
    """A taint of a node."""

    key: Text = Field(
        description="Key of the taint. With Talos a key has one effect on control planes, and from config contract 1.14 on all nodes."
    )
    value: str = Field(default="", strict=True, description="Value of the taint.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = Field(
        description="What it does to pods that do not tolerate it. `NoExecute` also ends those that run already."
    )


class Node(Model):
    """One machine."""

    name: Name = Field(
        description="Host name: one DNS label. Kubernetes knows the node by it, so a new name is a new node."
    )
    role: Role = Field(
        description="What it runs: the control plane and etcd, or workloads alone. One control plane or three: an even number "
        "survives no more failures than one fewer."
    )
    address: AddressPair = Field(
        description="Its address in `networks.nodes`, or an IPv4/IPv6 pair. With DHCP the router must hand out the same one."
    )
    hardware: Name | None = Field(
        default=None,
        description="Class of hardware: raspberry-pi-4, raspberry-pi-5, generic-amd64, generic-arm64, or one of `hardware`. Default: "
        "the generic one of `arch`.",
    )
    arch: Arch | None = Field(
        default=None,
        description="Architecture. An image of another one does not boot. Default: the class's, else amd64.",
    )
    memory: MemoryMiB | None = Field(
        default=None,
        description="Memory, such as 8GiB. The agents' requests follow the smallest node's. Default: the class's, else unknown.",
    )
    disk: Text | DiskSelector | None = Field(
        default=None,
        description="Disk that Talos is installed on: a device such as /dev/sda, or a selector. What is on it is lost. "
        "Default: the class's.",
    )
    interface: Text | Interface | None = Field(
        default=None,
        description="Link that carries the address: a name such as end0, or its details. A link that is not there "
        "leaves the node without its address. Default: the class's.",
    )
    extensions: tuple[Text, ...] = Field(
        default=(),
        description="Talos system extensions besides the class's. The node then has an image of its own.",
    )
    labels: Labels = Field(
        default_factory=dict,
        description="Kubernetes labels of the node. Of kubernetes.io and k8s.io a kubelet may set only a few.",
    )
    taints: tuple[Taint, ...] = Field(
        default=(),
        description="Kubernetes taints of the node: only pods that tolerate them run there. k3s and Talos workers set them "
        "only when the node joins.",
    )
    schedulable: Flag | None = Field(
        default=None,
        description="Whether a control plane runs workloads. Default: only if there is no worker.",
    )
    external_address: AddressField | None = Field(
        default=None,
        description="Address that others reach the node by, such as a public one. k3s only.",
    )
