"""Writes fabricgen/schemas/models.json: the typed models as JSON Schemas, for validating without pydantic.

Run by `make generated`. Fed by `fabricgen.objects`; the file is read by `fabricgen.schemas.models`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, get_args

from model_schemas.nodes import FREE, Node, name_of, schema_of

from fabricgen.objects import MODELS
from fabricgen.objects.meta import KubernetesObject, ObjectMeta
from fabricgen.objects.model import Model
from fabricgen.objects.problems import models_within

OUTPUT: Final = Path(__file__).resolve().parent.parent / "fabricgen" / "schemas" / "models.json"
_REFERENCE: Final = re.compile(r'"#/\$defs/([^"]+)"')


def model_schemas() -> str:
    """Return the file: one kind and one definition a line, so that little is read of it, and differences are small."""
    roots = [model for (group, _), model in MODELS.items() if group]  # Kubernetes' own come from the bundle
    definitions = {name_of(model): _compact(schema_of(model)) for model in _parts(roots)}
    kinds = dict(entry for model in roots for entry in _entries(model, definitions=definitions))
    used = _reached("".join(kinds.values()), definitions=definitions)
    entries = {**kinds, **{name: definitions[name] for name in used}}
    lines = ",\n".join(f'"{name}":{text}' for name, text in sorted(entries.items()))
    return f"{{\n{lines}\n}}\n"


def _parts(roots: Iterable[type[Model]]) -> set[type[Model]]:
    """Return the models that kinds are made of, without the kinds."""
    found, todo = set[type[Model]](), list(roots)
    while todo:
        fields = todo.pop().model_fields.values()
        inner = {one for field in fields for one in models_within(field.annotation)} - found
        found |= inner
        todo.extend(inner)
    return found


def _entries(model: type[Model], *, definitions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield a kind's name and entry for each version that its model stands for."""
    schema = _compact(_kind(model))
    content = "".join(
        [schema, *(definitions[name] for name in sorted(_reached(schema, definitions=definitions)))]
    )
    digest = hashlib.sha256(content.encode()).hexdigest()[:32]
    for api_version in get_args(model.model_fields["api_version"].annotation):
        key = f"{api_version}/{model.model_fields['kind'].default}"
        yield key, f'{{"digest":"{digest}","schema":{schema}}}'


def _reached(text: str, *, definitions: Mapping[str, str]) -> set[str]:
    found, todo = set[str](), [text]
    while todo:
        new = set(_REFERENCE.findall(todo.pop())) - found
        found |= new
        todo.extend(definitions[name] for name in new)
    return found


def _kind(model: type[Model]) -> Node:
    """Return the schema of a kind: open in its metadata, which is the same for all kinds, and in its status."""
    schema = schema_of(model)
    metadata = _metadata(model)
    properties = {**schema["properties"], "apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    if issubclass(model, KubernetesObject):
        properties["status"] = dict(FREE)
    return {**schema, "properties": {**properties, "metadata": metadata}}


def _metadata(model: type[Model]) -> Node:
    """Return what a kind asks of metadata beyond what all kinds do: something of its name, if anything."""
    [meta] = models_within(model.model_fields["metadata"].annotation)
    own = schema_of(meta)["properties"]["name"]
    usual = schema_of(ObjectMeta)["properties"]["name"]
    return {"type": "object"} if own == usual else {"type": "object", "properties": {"name": own}}


def _compact(node: Node) -> str:
    return json.dumps(node, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    OUTPUT.write_text(model_schemas(), encoding="utf-8", newline="")
