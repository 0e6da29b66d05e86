"""Where JSON Schemas come from: the bundle of Kubernetes' own kinds, our models, a pulled folder, any location.

Read by `validation`; `commands.schemas` fills the pulled folder.
"""

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import ChartSchemas, Kind, Schema, Schemas
from fabricgen.schemas.locations import Http, charts_among, open_schemas
from fabricgen.schemas.missing import explain_missing

__all__ = [
    "ChartSchemas",
    "Http",
    "Kind",
    "Schema",
    "SchemaError",
    "Schemas",
    "charts_among",
    "explain_missing",
    "open_schemas",
]
