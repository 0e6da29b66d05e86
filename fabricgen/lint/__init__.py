"""Repositories -> findings: every rule over every cluster, less what is suppressed, known or not asked for.

Fed by `repository`, `fabric` and `rules`; used by `linting`, which is the whole way on one page.
"""

from fabricgen.lint.engine import Question, lint
from fabricgen.lint.outcome import Found, Outcome
from fabricgen.lint.run import hits_of

__all__ = ["Found", "Outcome", "Question", "hits_of", "lint"]
