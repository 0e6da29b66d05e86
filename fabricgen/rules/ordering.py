"""Flux order and references."""
