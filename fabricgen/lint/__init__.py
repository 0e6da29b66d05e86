"""Fabrics -> findings: every rule over every cluster of a repository.

Fed by `repository`, `fabric` and `rules`; used by the commands `lint` and `check`.
"""

from fabricgen.lint.run import hits_of

__all__ = ["hits_of"]
