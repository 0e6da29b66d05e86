"""Which object a document is, and which it packs into a list. Used by whoever reads documents whose kind is known."""

from collections.abc import Mapping
from typing import Any

from fabricgen.validation.place import Place
from fabricgen.validation.result import Verdict
from fabricgen.validation.selection import LIST


def items_of(body: Mapping[str, Any]) -> list[Any] | None:
    """Return the objects of a list, None if it is none; those that do not say it are of the list's kind.

    Source: `UnstructuredJSONScheme` in pkg/apis/meta/v1/unstructured of k8s.io/apimachinery.
    """
    kind, items = text_of(body.get("kind")), body.get("items")
    if not kind.endswith(LIST) or not isinstance(items, list):
        return None
    said: dict[str, Any] = {"apiVersion": body.get("apiVersion"), "kind": kind.removesuffix(LIST)}
    if kind == LIST:
        return items
    return [{**said, **item} if isinstance(item, Mapping) and "kind" not in item else item for item in items]


def identify(body: Mapping[str, Any], place: Place) -> Verdict:
    """Return the verdict that there is nothing to say about `body`, with the object's name filled in."""
    metadata = body.get("metadata")
    named: Mapping[str, Any] = metadata if isinstance(metadata, Mapping) else {}
    return Verdict(
        file=place.file,
        line=place.line,
        index=place.index,
        api_version=text_of(body.get("apiVersion")),
        kind=text_of(body.get("kind")),
        namespace=text_of(named.get("namespace")),
        name=text_of(named.get("name")) or _made_up(text_of(named.get("generateName"))),
        status="valid",
    )


def text_of(value: object) -> str:
    """Return text as it is, anything else as the empty text."""
    return value if isinstance(value, str) else ""


def _made_up(prefix: str) -> str:
    """Return how kubeconform and flux-schema call an object whose name the API server makes up."""
    return f"{prefix}{{{{ generateName }}}}" if prefix else ""
