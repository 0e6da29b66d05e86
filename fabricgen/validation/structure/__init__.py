"""The structure of objects: fields, types, patterns, formats, metadata, keys of lists, judged as the API server does.

    structure = compile_structure(schema, kind=Kind("apps", "v1", "Deployment"))
    if not structure.holds(body):
        problems = structure.problems(body)

Fed by `validation.validators`. `prepare` may run long before, when a bundle is built or a folder pulled.
"""

from fabricgen.validation.structure.compiled import Structure, compile_structure
from fabricgen.validation.structure.prepare import prepare

__all__ = ["Structure", "compile_structure", "prepare"]
