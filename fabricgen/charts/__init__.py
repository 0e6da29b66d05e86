"""Checks the values of Helm releases against their charts: keys, types and words, at the version that is pinned.

`releases` and `layers` say which chart gets which values, `values` checks them against the table of Cilium's chart
that scripts/generate_chart_keys.py makes, `schema` against any chart's own schema. Fed by `validation`, `check` and
the rules of `resolve`; nothing here reads a file but the table.
"""

from fabricgen.charts.cilium import has_key
from fabricgen.charts.problem import ValuesProblem
from fabricgen.charts.values import UNKNOWN, judges, values_problems

__all__ = ["UNKNOWN", "ValuesProblem", "has_key", "judges", "values_problems"]
