"""fabricgen: one description of a cluster in, its whole GitOps network fabric out."""

__version__ = "0.1.0"
