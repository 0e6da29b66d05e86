"""Flux sources and charts."""

from fabricgen.rules.sources import charts, remotes, repositories

__all__ = ["charts", "remotes", "repositories"]
