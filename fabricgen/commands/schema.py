"""`fabricgen schema`: the JSON Schema of descriptions, for editors and other tools."""

import argparse
import json


def run(_args: argparse.Namespace) -> int:
    """Print the schema."""
    from fabricgen.description.schema import description_schema  # noqa: PLC0415 - pydantic is not needed before

    print(json.dumps(description_schema(), indent=2))
    return 0
