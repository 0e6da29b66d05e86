"""Flux safety."""
