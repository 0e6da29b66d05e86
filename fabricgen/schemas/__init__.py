"""Where JSON Schemas come from: the bundle of Kubernetes' own kinds, our models, a pulled folder, any location.

Read by `validation`; `commands.schemas` fills the pulled folder.
"""

from fabricgen.schemas.kind import Kind, Schema, Schemas

__all__ = ["Kind", "Schema", "Schemas"]
