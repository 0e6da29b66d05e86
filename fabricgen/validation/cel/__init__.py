"""CEL: the rules that schemas carry as `x-kubernetes-validations`, evaluated as the API server does.

Fed by the engine: a schema becomes Rules once, which judge every document of its kind that holds structurally.
"""

from fabricgen.validation.cel.rules import Rules, compile_rules

__all__ = ["Rules", "compile_rules"]
