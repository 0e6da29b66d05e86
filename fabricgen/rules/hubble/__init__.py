"""Hubble: its parts and who reaches them, its certificates, its metrics."""

from fabricgen.rules.hubble import certificates, metrics, parts

__all__ = ["certificates", "metrics", "parts"]
