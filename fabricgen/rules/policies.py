"""Network policies."""
