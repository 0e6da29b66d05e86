"""The arguments of `fabricgen schema`: none."""

import argparse

DESCRIPTION = "Print the JSON Schema of descriptions, for editors and other programs."
EPILOG = "examples: fabricgen schema > schema/description.schema.json"


def add(one: argparse.ArgumentParser) -> None:
    """Add nothing: there is one schema."""
    del one
