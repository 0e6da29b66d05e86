"""Versions that work together: of APIs and those who serve them, of products and those they run on."""

from fabricgen.rules.versions import apis, products

__all__ = ["apis", "products"]
