"""Versions that work together."""
