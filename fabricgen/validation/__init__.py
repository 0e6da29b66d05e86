"""Files -> verdicts: whether the API server would take each document, and if not, why and where.

Fed by `schemas` and `yamlio`; used by the commands `validate`, `check` and `render`.
"""
