"""The JSON Schema of descriptions. Generated from the models, so that editors know what `load` knows."""

from typing import Any

from fabricgen.description import Description


def description_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12); every field carries a description."""
    schema = Description.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fabricgen cluster description",
        **{key: value for key, value in schema.items() if key != "title"},
    }
