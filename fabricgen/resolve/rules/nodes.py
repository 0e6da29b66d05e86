"""Rules about the set of nodes: names, roles, what goes with which distribution."""

from collections.abc import Iterator

from fabricgen.description import Description
from fabricgen.errors import Problem

# What the outside takes for itself or for every machine.
_RESERVED_NAMES = frozenset({"localhost"})


def rule_node_names_differ(description: Description) -> Iterator[Problem]:
    """Kubernetes knows a node by its name."""
    first: dict[str, int] = {}
    for index, node in enumerate(description.nodes):
        if node.name in first:
            yield Problem(
                message=f"{node.name} is also nodes[{first[node.name]}]",
                path=("nodes", index, "name"),
                hint="give each machine a name of its own",
            )
        first.setdefault(node.name, index)


def rule_node_names_are_not_reserved(description: Description) -> Iterator[Problem]:
    """`localhost` is every machine's name for itself."""
    for index, node in enumerate(description.nodes):
        if node.name in _RESERVED_NAMES:
            message = f"{node.name} is every machine's name for itself"
            yield Problem(message=message, path=("nodes", index, "name"), hint="choose another name")


def rule_control_planes_can_decide(description: Description) -> Iterator[Problem]:
    """A majority must agree in etcd: an even number survives no more failures than one node fewer.

    Source: https://etcd.io/docs/v3.6/faq/ (why an odd number of cluster members).
    """
    count = sum(node.role == "control-plane" for node in description.nodes)
    if count == 0:
        hint = "give one node, or three, role: control-plane"
        yield Problem(message="no node is a control plane", path=("nodes",), hint=hint)
    elif count % 2 == 0:
        survives = (count - 1) // 2
        loss = f"{survives} nodes" if survives > 1 else "1 node" if survives else "no node"
        does = "does" if count - 1 == 1 else "do"
        yield Problem(
            message=f"{count} control planes survive the loss of {loss}, just as {count - 1} {does}",
            path=("nodes",),
            hint=f"write {count - 1} or {count + 1}",
        )


def rule_some_node_runs_pods(description: Description) -> Iterator[Problem]:
    """Without a worker, some control plane must be schedulable."""
    if all(node.role == "control-plane" and node.schedulable is False for node in description.nodes):
        message = "no node may run workloads: there is no worker, and no control plane is schedulable"
        yield Problem(message=message, path=("nodes",), hint="add a worker, or remove schedulable: false")


def rule_workers_are_schedulable(description: Description) -> Iterator[Problem]:
    """The switch is for control planes."""
    for index, node in enumerate(description.nodes):
        if node.role == "worker" and node.schedulable is not None:
            yield Problem(
                message=f"schedulable is for control planes, and {node.name} is a worker",
                path=("nodes", index, "schedulable"),
                hint="remove it; a taint keeps pods off a worker",
            )


def rule_external_addresses_are_for_k3s(description: Description) -> Iterator[Problem]:
    """Only k3s takes one."""
    for index, node in enumerate(description.nodes):
        if node.external_address is not None and description.distribution.k3s is None:
            message = "only k3s takes an external address"
            yield Problem(message=message, path=("nodes", index, "externalAddress"), hint="remove it")


def rule_external_addresses_differ(description: Description) -> Iterator[Problem]:
    """Two nodes cannot be reached by one address."""
    first: dict[object, int] = {}
    for index, node in enumerate(description.nodes):
        address = node.external_address
        if address is not None and address in first:
            name = description.nodes[first[address]].name
            message = f"{address} is also the external address of nodes[{first[address]}] ({name})"
            yield Problem(
                message=message,
                path=("nodes", index, "externalAddress"),
                hint="give each machine its own, or leave it out",
            )
        if address is not None:
            first.setdefault(address, index)


def rule_ignored_rules_are_named_once(description: Description) -> Iterator[Problem]:
    """Two reasons for one rule: which one holds?."""
    for index, ignore in enumerate(description.ignore):
        if ignore.rule in [one.rule for one in description.ignore[:index]]:
            yield Problem(
                message=f"{ignore.rule} is already ignored above",
                path=("ignore", index, "rule"),
                hint="leave one of them out",
            )
