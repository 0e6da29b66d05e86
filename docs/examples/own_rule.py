"""A rule of the house without a package: no Service asks for a node port.

Run it on any repository: `python docs/examples/own_rule.py .`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import fabricgen


def find_node_ports(fabric: fabricgen.Fabric) -> Iterator[fabricgen.Hit]:
    """Yield each Service that every node opens a port for."""
    for service in fabric.of("", "Service"):
        if service.get("spec", "type") == "NodePort":
            yield fabricgen.Hit.at(service, ("spec", "type"), f"{service.name} opens a port on every node")


RULE = fabricgen.Rule(
    id="HSE001",
    severity="warning",
    title="No Service asks for a node port",
    why="The port is open on every node, past the pools and announcements of the cluster.",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
    fix="Write type: LoadBalancer; an address comes from a pool.",
    check=find_node_ports,
)


def main(path: Path) -> None:
    """Print what the rule finds, as `fabricgen lint` would, and nothing of other rules."""
    for finding in fabricgen.lint_path(path, only=[RULE.id], rules=[RULE]):
        print(finding)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
