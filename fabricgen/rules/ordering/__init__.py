"""Flux order and references: what kustomization.yaml files list, what waits for what, whose CRDs come first."""

from fabricgen.rules.ordering import crds, files, graph, variables

__all__ = ["crds", "files", "graph", "variables"]
