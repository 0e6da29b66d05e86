"""Hands off secrets: nothing that fabricgen writes, publishes or says holds one.

Fed by `load` with what people write, by the pipeline with what is about to be written, and by whatever publishes.
`forms` knows what says of itself that it is a secret, `names` what its key calls one, `objects` Kubernetes' own.
"""

from fabricgen.secrets.scan import NAMED_RULE, find_in_value, find_secrets, hide_secrets

__all__ = ["NAMED_RULE", "find_in_value", "find_secrets", "hide_secrets"]
