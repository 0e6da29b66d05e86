"""Network policies: Cilium's own, Kubernetes', those of hosts, and what enforces them.

Cilium's operator and agents read each policy on their own; what they refuse is not enforced, and only the policy's
status tells it.
"""

from fabricgen.rules.policies import (
    addresses,
    denying,
    dns,
    enforcement,
    hosts,
    kubernetes,
    layer7,
    peers,
    shape,
)

__all__ = [
    "addresses",
    "denying",
    "dns",
    "enforcement",
    "hosts",
    "kubernetes",
    "layer7",
    "peers",
    "shape",
]
