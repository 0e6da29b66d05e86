"""Flux safety: what pruning, remediation and waiting can do to a cluster's network."""

from fabricgen.rules.safety import cni, namespaces, releases, waiting

__all__ = ["cni", "namespaces", "releases", "waiting"]
