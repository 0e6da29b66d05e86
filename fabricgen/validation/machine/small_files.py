"""Small files of k3s and Talos whose whole form is known: registries.yaml, and a schematic of Talos' image factory."""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fabricgen.validation.machine.opinion import Opinion, Told, opinion_of
from fabricgen.validation.placeholders import awaits_value

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Node = dict[str, Any]
_NAME: Final = re.compile(r"registries|rancher|k3s", re.IGNORECASE)


def _closed(**properties: Any) -> Node:  # noqa: ANN401 - schemas
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _listed(items: Node) -> Node:
    return {"type": ["array", "null"], "items": items}


def _mapped(values: Node) -> Node:
    return {"type": ["object", "null"], "additionalProperties": values}


_TEXT: Final[Node] = {"type": ["string", "null"]}
_TRUTH: Final[Node] = {"type": ["boolean", "null"]}
_NUMBER: Final[Node] = {"type": ["integer", "null"], "minimum": 0}
_AUTH: Final = _closed(username=_TEXT, password=_TEXT, auth=_TEXT, token=_TEXT, identity_token=_TEXT)
# Source: <https://docs.k3s.io/installation/private-registry>
_REGISTRIES: Final = _closed(
    mirrors=_mapped(_closed(endpoint=_listed(_TEXT), rewrite=_mapped(_TEXT))),
    configs=_mapped(
        _closed(
            auth=_AUTH,
            tls=_closed(ca_file=_TEXT, cert_file=_TEXT, key_file=_TEXT, insecure_skip_verify=_TRUTH),
        )
    ),
    auths=_mapped(_AUTH),
)
# Source: pkg/schematic/schematic.go of siderolabs/image-factory, which refuses unknown fields.
_SCHEMATIC: Final = _closed(
    owner=_TEXT,
    overlay=_closed(image=_TEXT, name=_TEXT, options={"type": ["object", "null"]}),
    customization=_closed(
        embeddedMachineConfiguration=_TEXT,
        extraKernelArgs=_listed(_TEXT),
        meta=_listed(_closed(key={**_NUMBER, "maximum": 255}, value=_TEXT)),
        systemExtensions=_closed(officialExtensions=_listed(_TEXT)),
        bootloader=_TEXT,
        secureboot=_closed(enrollKeys=_TEXT, includeWellKnownCertificates=_TRUTH),
        diskImage=_closed(sectorSize=_NUMBER),
    ),
)
_FORMS: Final[Mapping[str, tuple[str, Node]]] = {
    "registries.yaml": ("K3C003", _REGISTRIES),
    "schematic": ("TLS003", _SCHEMATIC),
}


def form_of(body: Mapping[str, Any], *, file: str) -> str:
    """Return which of the forms a mapping has; empty for none."""
    keys = body.keys() - {"sops"}
    if keys and keys <= {"mirrors", "configs", "auths"} and _NAME.search(file):
        return "registries.yaml"
    if "customization" in keys and keys <= {"owner", "overlay", "customization"}:
        return "schematic"
    return ""


def small_opinion(body: Mapping[str, Any], *, form: str, template: bool) -> Opinion:
    """Return the opinion on a document of a form that `form_of` names."""
    from fabricgen.validation.structure.problems import problems_of  # noqa: PLC0415 - few runs have such a file

    rule, schema = _FORMS[form]
    found = problems_of(dict(body), root=(_compiled(form), schema), metadata=None, plan=None)
    told = (Told(rule, one) for one in found if not awaits_value(body, one.path, template=template))
    return opinion_of(form, tuple(told))


@cache
def _compiled(form: str) -> "Draft202012Validator":
    from fabricgen.validation.structure.engine import compiled  # noqa: PLC0415 - as above

    return compiled(_FORMS[form][1])
