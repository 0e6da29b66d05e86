"""Bootstrap and adoption: who installs Cilium first, and whether Flux finds it as its own."""

from fabricgen.rules.bootstrap import names, owners

__all__ = ["names", "owners"]
