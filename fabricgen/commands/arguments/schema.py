"""The arguments of `fabricgen schema`: none."""

import argparse

DESCRIPTION = "Print the JSON Schema of descriptions, for editors and other programs."
EXAMPLES = (
    (
        "fabricgen schema > schema/description.schema.json",
        "the file that the first line of a description names, for editors",
    ),
)
EXIT_CODES = "0 printed, 3 a bug of fabricgen"
PAGE = "docs/editors.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add nothing: there is one schema."""
    del one
