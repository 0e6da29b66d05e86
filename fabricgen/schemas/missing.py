"""Why a kind has no schema: another version of Kubernetes has it, another group, or its name is misspelt.

Fed by the indexes of all bundled minors; `validation` appends the sentence to what it says of the document.
"""

from collections.abc import Iterable, Mapping

from fabricgen.schemas.bundle import NEWEST, OLDEST, BundledSchemas, minor_of
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind


def explain_missing(kind: Kind, kubernetes: str) -> str:
    """Return a sentence on where `kind`, which has no schema, is to be found; empty when nothing is known of it."""
    if "." in kind.group and not kind.group.endswith(".k8s.io"):
        return ""  # somebody's own group: that Kubernetes has a kind of this name as well tells nothing
    try:
        minor, minors = minor_of(kubernetes), _minors_by_kind()
    except SchemaError:
        return ""  # other locations are in use: what this is about is no kind of theirs either
    known = [one for one, had in minors.items() if minor in had]
    sentences = [_when(kind, had=minors[kind], minor=minor)] if kind in minors else []
    if same := [one for one in known if one.kind == kind.kind]:
        sentences.append(f"Kubernetes 1.{minor} has {kind.kind} as {_listed(same)}")
    elif not sentences and (similar := _nearest(kind, known=known)):
        sentences.append(f"did you mean kind {similar.kind} of {similar.api_version}?")
    return "; ".join(sentence for sentence in sentences if sentence)


def _minors_by_kind() -> Mapping[Kind, list[int]]:
    """Return the minors that have each kind, oldest first."""
    found: dict[Kind, list[int]] = {}
    for minor in range(OLDEST, NEWEST + 1):
        for kind in BundledSchemas(f"1.{minor}").kinds():
            found.setdefault(kind, []).append(minor)
    return found


def _when(kind: Kind, *, had: list[int], minor: int) -> str:
    """Return when a kind came, or since when it is gone."""
    name = f"{kind.kind} of {kind.api_version}"
    if had[0] > minor:
        return f"{name} comes with Kubernetes 1.{had[0]}"
    return f"{name} was removed in Kubernetes 1.{had[-1] + 1}" if had[-1] < minor else ""


def _nearest(kind: Kind, *, known: Iterable[Kind]) -> Kind | None:
    """Return the kind whose name is most like this one's; of several versions, one of its own group before others."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a run that fails pays for it

    by_name: dict[str, list[Kind]] = {}
    for one in known:
        by_name.setdefault(one.kind, []).append(one)
    lowered = {name.lower(): name for name in by_name}
    names = get_close_matches(kind.kind.lower(), lowered, n=1, cutoff=0.8)
    found = by_name[lowered[names[0]]] if names else []
    return min(found, key=lambda one: (one.group != kind.group, *_age(one)), default=None)


def _listed(kinds: Iterable[Kind]) -> str:
    """Return the apiVersions, stable ones first: `networking.k8s.io/v1`, or `a/v1 and a/v1beta1`."""
    *others, last = [one.api_version for one in sorted(kinds, key=_age)]
    return f"{', '.join(others)} and {last}" if others else last


def _age(kind: Kind) -> tuple[int, str]:
    """Return what puts v1 before v1beta1 before v1alpha1."""
    return ("alpha" in kind.version) * 2 + ("beta" in kind.version), kind.version
