"""Reads Helm charts for what they know of their values: `templates` -> `reads` -> `chart` -> `table`."""
