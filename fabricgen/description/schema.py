"""The JSON Schema of descriptions. Generated from the models, so that editors know what `load` knows.

What editors would show or write without it helping anybody is left out: titles that repeat the key, and `null` as the
default of what is simply not there.
"""

from typing import Any

from fabricgen.description import Description

Schema = dict[str, Any]


def description_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12); every field carries a description."""
    schema = Description.model_json_schema(by_alias=True, mode="validation")
    for model in (schema, *schema["$defs"].values()):
        for field in model.get("properties", {}).values():
            _plain(field)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fabricgen cluster description",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _plain(field: Schema) -> None:
    field.pop("title", None)
    if "default" in field and field["default"] is None:
        del field["default"]
    for one in field.get("anyOf", ()):
        if "enum" in one and "description" in field:  # what editors show beside each of the values
            one["description"] = field["description"]
