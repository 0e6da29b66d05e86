"""What all models of this package share: unknown fields are refused, nothing changes, keys are spelt as upstream.

Fed by nothing above; every other module here builds on it.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from fabricgen.yamlio import dump_document


class Model(BaseModel):
    """A part of a document. Python code writes snake_case names, YAML carries upstream's camelCase ones.

    None means absent. The validators are built when a model is first used, so that importing stays cheap.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
    )

    def to_body(self) -> dict[str, Any]:
        """Return this as plain data: upstream's keys, lists for tuples, nothing that is absent."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def to_yaml(self) -> str:
        """Return this as one YAML document that every reader reads back equal."""
        return dump_document(self.to_body())
