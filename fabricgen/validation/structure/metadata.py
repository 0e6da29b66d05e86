"""What Kubernetes asks of every object's metadata, as schemas that are compiled into those of the kinds.

Read by `compiled`. The rules are those of Kubernetes' own validation of ObjectMeta, and of the kinds that are stricter
about their names. Source: <https://github.com/kubernetes/apimachinery/blob/v0.36.1/pkg/api/validation/objectmeta.go>
"""

from typing import Any, Final

from fabricgen.schemas.kind import Kind

_LABEL: Final = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_KEY: Final = "(?:[A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]"
_LONGEST_SUBDOMAIN: Final = 253
_LONGEST_LABEL: Final = 63

SUBDOMAIN: Final = f"^(?:{_SUBDOMAIN})?$"
LABEL: Final = f"^(?:{_LABEL})?$"
SEGMENT: Final = r"^(?:[^/%.][^/%]*|\.[^/%.][^/%]*|\.\.[^/%]+)?$"
LABEL_KEY: Final = f"^(?:{_SUBDOMAIN}/)?{_KEY}$"
# The server looks at the key of an annotation in small letters.
ANNOTATION_KEY: Final = LABEL_KEY.replace("a-z0-9", "A-Za-z0-9")
LABEL_VALUE: Final = "^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"
KEY_FORMAT: Final = "label key with a long prefix"

# Random letters follow a generateName. Where it ends with a dash, its last two characters are looked at as one letter,
# whatever the first of them is. From maskTrailingDash in
# <https://github.com/kubernetes/apimachinery/blob/v0.36.1/pkg/api/validation/generic.go>
_LABEL_START: Final = rf"^(?:{_LABEL}|(?:[a-z0-9][-a-z0-9]*)?[\x00-\x7F]-)?$"
_SUBDOMAIN_START: Final = rf"^(?:{_SUBDOMAIN}|(?:{_LABEL}\.)*(?:[a-z0-9][-a-z0-9]*)?[\x00-\x7F]-)?$"
_LABEL_MADE: Final = "^[a-z0-9][-a-z0-9]*$"
_SUBDOMAIN_MADE: Final = rf"^(?:{_LABEL}\.)*[a-z0-9][-a-z0-9]*$"
_SEGMENT_START: Final = "^[^/%]*$"
# Metadata of usual size is judged by the compiled schema alone: twelve annotations of so many characters, none of more
# than four bytes, are below the limit together. What is larger is counted.
_USUAL_ANNOTATIONS: Final = 12
_USUAL_ANNOTATION: Final = 5000

_TEXT: Final = {"type": ["string", "null"]}
_WHOLE: Final = {"type": ["integer", "null"]}
_MOMENT: Final = {"type": ["string", "null"], "format": "datetime"}
_OWNER: Final = {
    "type": "object",
    "properties": {
        "apiVersion": {"type": "string", "pattern": "[^/]$"},
        "blockOwnerDeletion": {"type": ["boolean", "null"]},
        "controller": {"type": ["boolean", "null"]},
        "kind": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
        "uid": {"type": "string", "minLength": 1},
    },
    "required": ["apiVersion", "kind", "name", "uid"],
    "additionalProperties": False,
}

_RBAC: Final = "rbac.authorization.k8s.io"
# Kinds whose names may be more than a DNS subdomain, or must be less. From Kubernetes' own validation:
# <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/rbac/validation/validation.go> (names of RBAC),
# <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go> (Namespace, Service:
# since 1.36 a Service's name may start with a digit, a dot was never allowed),
# <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/batch/validation/validation.go> (CronJob: eleven
# characters less than a label, which the names of its Jobs add).
_SEGMENTS: Final = frozenset(
    (_RBAC, kind) for kind in ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
)
_LABELS: Final = frozenset({("", "Namespace"), ("", "Service")})
_LONGEST_NAME: Final = {("batch", "CronJob"): 52}
# Requests that are answered and never stored. Source: the strategies below
# <https://github.com/kubernetes/kubernetes/tree/v1.36.0/pkg/registry/authorization>, …/authentication.
_NAMELESS: Final = frozenset(
    {
        ("authentication.k8s.io", "SelfSubjectReview"),
        ("authentication.k8s.io", "TokenReview"),
        ("authorization.k8s.io", "LocalSubjectAccessReview"),
        ("authorization.k8s.io", "SelfSubjectAccessReview"),
        ("authorization.k8s.io", "SelfSubjectRulesReview"),
        ("authorization.k8s.io", "SubjectAccessReview"),
    }
)
_NATIVE: Final = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
_NATIVE_PARENTS: Final = frozenset(
    [
        "admissionregistration",
        "apiextensions",
        "apiregistration",
        "authentication",
        "authorization",
        "certificates",
        "coordination",
        "discovery",
        "events",
        "flowcontrol.apiserver",
        "internal.apiserver",
        "networking",
        "node",
        "rbac.authorization",
        "resource",
        "scheduling",
        "storage",
        "storagemigration",
    ]
)
_KUBERNETES: Final = ".k8s.io"


def is_native(kind: Kind) -> bool:
    """Tell whether the API server itself has the kind: its reader in Go decides, not a CustomResourceDefinition."""
    return kind.group in _NATIVE or (
        kind.group.endswith(_KUBERNETES) and kind.group.removesuffix(_KUBERNETES) in _NATIVE_PARENTS
    )


def is_object(kind: Kind) -> bool:
    """Tell whether the API server stores the kind; a kustomization.yaml, or a plugin's file, is read by a tool."""
    return not kind.group.endswith((".config.k8s.io", "plugin.fluxcd.io")) and kind.group != "kubeadm.k8s.io"


def is_valid_key(key: str) -> bool:
    """Tell whether the part of a label's key before the slash is short enough; the pattern looks at the rest."""
    return len(key.partition("/")[0]) <= _LONGEST_SUBDOMAIN


def metadata_schema(kind: Kind, *, strict: bool = True, usual: bool = False) -> dict[str, Any]:
    """Return the schema of the metadata of an object of `kind`: name or generateName needed, unknown fields refused.

    Args:
        kind: what the object is; a few kinds have rules of their own for names.
        strict: whether unknown fields are refused.
        usual: take only what is so small that nothing remains to be counted; the rest may be right or wrong.
    """
    key = (kind.group, kind.kind)
    schema = _metadata(strict=strict, usual=usual)
    schema["properties"] |= _names(key)
    if key not in _NAMELESS:
        text = {"type": "string", "minLength": 1}
        schema["anyOf"] = [
            {"required": ["name"], "properties": {"name": text}},
            {"required": ["generateName"], "properties": {"generateName": text | _generated(key)}},
        ]
    return schema


def name_class(kind: Kind) -> tuple[str, str]:
    """Return what two kinds have in common whose metadata_schema is the same."""
    key = (kind.group, kind.kind)
    if key in _SEGMENTS:
        return (_RBAC, "Role")
    if key in _LABELS:
        return ("", "Service")
    return key if key in _LONGEST_NAME or key in _NAMELESS else ("", "")


def template_schema() -> dict[str, Any]:
    """Return the schema of the metadata of a Pod's template: its labels and annotations are looked at, not its name."""
    return {**_metadata(strict=True, usual=False), "type": ["object", "null"]}


def embedded_schema() -> dict[str, Any]:
    """Return the schema of the metadata of an object within an object: any name that fits into a path."""
    schema = _metadata(strict=True, usual=False)
    schema["properties"] |= _segment_names()
    return schema


def _segment_names() -> dict[str, Any]:
    return {
        "name": {"type": ["string", "null"], "pattern": SEGMENT},
        "generateName": {"type": ["string", "null"], "pattern": _SEGMENT_START},
    }


def _generated(key: tuple[str, str]) -> dict[str, Any]:
    """Return what a generateName must be besides, so that it makes a name with letters and digits behind it."""
    if key in _SEGMENTS:
        return {}
    return {"pattern": _LABEL_MADE if key in _LABELS else _SUBDOMAIN_MADE}


def _names(key: tuple[str, str]) -> dict[str, Any]:
    if key in _SEGMENTS:
        return _segment_names()
    if key in _LABELS:
        return {
            "name": {"type": ["string", "null"], "maxLength": _LONGEST_LABEL, "pattern": LABEL},
            "generateName": {
                "type": ["string", "null"],
                "maxLength": _LONGEST_LABEL,
                "pattern": _LABEL_START,
            },
        }
    longest = _LONGEST_NAME.get(key, _LONGEST_SUBDOMAIN)
    start = {"type": ["string", "null"], "maxLength": _LONGEST_SUBDOMAIN, "pattern": _SUBDOMAIN_START}
    return {
        "name": {"type": ["string", "null"], "maxLength": longest, "pattern": SUBDOMAIN},
        "generateName": start,
    }


def _metadata(*, strict: bool, usual: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "name": _TEXT,
            "generateName": _TEXT,
            "namespace": {"type": ["string", "null"], "maxLength": _LONGEST_LABEL, "pattern": LABEL},
            "labels": _labels(usual=usual),
            "annotations": _annotations(usual=usual),
            "finalizers": {"type": ["array", "null"], "items": {"type": "string"}, "uniqueItems": True},
            "ownerReferences": {"type": ["array", "null"], "items": _OWNER}
            | ({"maxItems": 1} if usual else {}),
            "managedFields": {"type": ["array", "null"], "items": {"type": "object"}},
            "creationTimestamp": _MOMENT,
            "deletionTimestamp": _MOMENT,
            "deletionGracePeriodSeconds": _WHOLE,
            "generation": _WHOLE,
            "resourceVersion": _TEXT,
            "selfLink": _TEXT,
            "uid": _TEXT,
        },
    }
    return schema | ({"additionalProperties": False} if strict else {})


def _labels(*, usual: bool) -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "propertyNames": _keys(LABEL_KEY, usual=usual),
        "additionalProperties": {"type": "string", "maxLength": _LONGEST_LABEL, "pattern": LABEL_VALUE},
    }


def _annotations(*, usual: bool) -> dict[str, Any]:
    value = {"type": "string"}
    return {
        "type": ["object", "null"],
        "propertyNames": _keys(ANNOTATION_KEY, usual=usual),
        "additionalProperties": value | ({"maxLength": _USUAL_ANNOTATION} if usual else {}),
        **({"maxProperties": _USUAL_ANNOTATIONS} if usual else {}),
    }


def _keys(pattern: str, *, usual: bool) -> dict[str, Any]:
    if usual:
        return {"pattern": pattern, "maxLength": _LONGEST_SUBDOMAIN}
    return {"pattern": pattern, "format": KEY_FORMAT}
