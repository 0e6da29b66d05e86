"""Where a schema lies below a location, told by a template with variables: those of kubeconform and of flux-schema.

Used by `locations`. Only variables are understood of Go's templates: `{{.Group}}/{{ .ResourceKind }}.json`.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind, Schema
from fabricgen.schemas.target import Target

# The layout of flux-schema's and of the CRDs catalog, and that of kubernetes-json-schema, which kubeconform appends.
# From: https://github.com/yannh/kubeconform/blob/v0.8.0/pkg/registry/registry.go
CATALOG: Final = "{{.Group}}/{{.Kind}}_{{.Version}}.json"
KUBERNETES: Final = (
    "{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json"
)

_ACTION: Final = re.compile(r"\{\{\s*\.(\w+)\s*\}\}")


def _kind_suffix(kind: Kind, _: Target) -> str:
    first = kind.group.partition(".")[0]
    return f"-{first}-{kind.version}".lower() if first else f"-{kind.version}".lower()


# From: https://github.com/yannh/kubeconform/blob/v0.8.0/pkg/registry/registry.go (schemaPath)
# From: https://github.com/fluxcd/flux-schema (internal/tmpl: Group, GroupPrefix, Kind, Version)
_VARIABLES: Final[Mapping[str, Callable[[Kind, Target], str]]] = {
    "Group": lambda kind, _: kind.group or "core",
    "GroupPrefix": lambda kind, _: (kind.group or "core").partition(".")[0],
    "Kind": lambda kind, _: kind.kind.lower(),
    "KindSuffix": _kind_suffix,
    "NormalizedKubernetesVersion": lambda _, target: target.version,
    "ResourceAPIVersion": lambda kind, _: kind.version,
    "ResourceKind": lambda kind, _: kind.kind.lower(),
    "StrictSuffix": lambda _, target: "-strict" if target.strict else "",
    "Version": lambda kind, _: kind.version,
}


def templates_of(location: str) -> tuple[str, ...]:
    """Return the templates that a location stands for; one that does not name files gets the usual layouts.

    Raises:
        SchemaError: it has something in braces that is no known variable, or it is a folder that is not there.
    """
    unknown = [name for name in _ACTION.findall(location) if name not in _VARIABLES]
    if unknown or "{{" in _ACTION.sub("", location):
        known = ", ".join(f"{{{{.{name}}}}}" for name in _VARIABLES)
        what = f"{{{{.{unknown[0]}}}}} is no variable" if unknown else "only variables may stand in braces"
        raise SchemaError(f"{what} of a schema location", place=location, hint=f"there are {known}")
    if location.endswith(".json"):
        return (location,)
    if "://" not in location and "{{" not in location and not os.path.isdir(location):  # noqa: PTH112 - as in `locations`
        hint = "a location is `default`, a folder, or an address; {{.Group}}, {{.Kind}}, … may stand in it"
        raise SchemaError("there is no such folder of schemas", place=location, hint=hint)
    return tuple(f"{location.rstrip('/')}/{layout}" for layout in (CATALOG, KUBERNETES))


class SchemasByLayout:
    """Files whose places are made from the kind: the first of `templates` that leads to one decides."""

    def __init__(
        self,
        templates: tuple[str, ...],
        *,
        target: Target,
        load: Callable[[str], Schema | None],
        digest: Callable[[str], str | None],
    ) -> None:
        """Look where `templates` lead: `load` reads a place, `digest` names what is there without reading it."""
        self._templates = templates
        self._target = target
        self._load = load
        self._digest = digest

    def find(self, kind: Kind) -> Schema | None:
        """Return the schema of `kind`, or nothing. Raises SchemaError as `load` does."""
        return next((found for place in self._places(kind) if (found := self._load(place))), None)

    def digest(self, kind: Kind) -> str | None:
        """Return the digest that `find` would give. Raises SchemaError as `digest` does."""
        return next((found for place in self._places(kind) if (found := self._digest(place))), None)

    def _places(self, kind: Kind) -> Iterator[str]:
        for template in self._templates:
            yield from addresses(template, kind, target=self._target)


def addresses(template: str, kind: Kind, *, target: Target) -> tuple[str, ...]:
    """Return where the schema of `kind` may lie, best first: one address, or two for a kind of the core group.

    kubeconform takes the version for the group of core kinds (`v1/pod_v1.json`), flux-schema the word `core`.
    """
    plain = _filled(template, kind, target=target)
    if kind.group or "Group" not in _ACTION.findall(template):
        return (plain,)
    return plain, _filled(_ACTION.sub(_group_as_version, template), kind, target=target)


def _filled(template: str, kind: Kind, *, target: Target) -> str:
    return _ACTION.sub(lambda match: _VARIABLES[match[1]](kind, target), template)


def _group_as_version(match: re.Match[str]) -> str:
    return "{{.Version}}" if match[1] == "Group" else match[0]
