"""Flux sources."""
