"""The rules of a network fabric, a family a module: `(fabric) -> hits`.

Fed by `fabric`; run by `lint`. A rule is found by its id; adding one is a function with `@rule` above it, an example
that fails and one that passes.
"""

from fabricgen.rules.rule import Edit, Hit, Rule, rule

__all__ = ["Edit", "Hit", "Rule", "rule"]
