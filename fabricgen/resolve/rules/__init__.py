"""Rules over the description: values that disagree, or cannot work together. `resolve` runs them first.

Each rule looks at the whole description and yields a problem for each thing that is wrong, with the path of the
value that should change. Rules never raise, whatever a valid description holds, and leave out what merely bites.
"""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Final

from fabricgen.description import Description
from fabricgen.errors import Problem
from fabricgen.resolve.rules import (
    announcements,
    clusternets,
    credentials,
    disks,
    docker,
    endpoint,
    features,
    flux,
    gateways,
    hardware,
    images,
    k3s,
    labels,
    links,
    nodes,
    plan,
    policies,
    pools,
    taints,
    talos,
    values,
    versions,
    vips,
)

__all__ = ["RULES", "problems"]

Rule = Callable[[Description], Iterator[Problem]]


def _rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """Return the rules of a module, in the order they stand there."""
    return tuple(value for name, value in vars(module).items() if name.startswith("rule_"))


_MODULES: Final = (
    versions,
    plan,
    clusternets,
    endpoint,
    pools,
    vips,
    nodes,
    hardware,
    disks,
    links,
    labels,
    taints,
    images,
    talos,
    docker,
    k3s,
    features,
    gateways,
    announcements,
    policies,
    values,
    credentials,
    flux,
)

RULES: Final[tuple[Rule, ...]] = tuple(rule for module in _MODULES for rule in _rules_of(module))


def problems(description: Description) -> tuple[Problem, ...]:
    """Return every problem of the description, each once, in the order of the rules."""
    return tuple(dict.fromkeys(problem for rule in RULES for problem in rule(description)))
