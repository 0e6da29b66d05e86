"""What other packages add: components (documents of their own) and rules. Used only where somebody names one.

`installed` finds packages by their entry points, `component` is what a package writes, `adding` makes it part of a
cluster, `rules` of linting. A description, or `.fabricgen.yaml`, says which are on: the same description means the same
on every machine, whatever else is installed there.
"""

COMPONENTS = "fabricgen.components"
RULES = "fabricgen.rules"

__all__ = ["COMPONENTS", "RULES"]
