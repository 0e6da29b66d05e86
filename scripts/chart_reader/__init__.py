"""Reads Helm charts for what they know of their values: `template` -> `reads` -> `chart` -> `table`."""
