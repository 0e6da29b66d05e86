"""Releases on the engine's fast path: most install charts that nothing is known of, and cost a look at three keys.

Used by `engine` in place of the validator of a kind of release. Loads nothing of `fabricgen.charts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from fabricgen.validation.helm.known import mentions
from fabricgen.validation.result import Verdict
from fabricgen.validation.review import Pending

_KINDS: Final = ("HelmRelease", "HelmChart", "HelmChartConfig")
_GROUPS: Final = ("helm.toolkit.fluxcd.io/", "helm.cattle.io/")

NEEDED: Final = frozenset(
    {
        ("v1", "ConfigMap"),
        ("v1", "Secret"),
        ("helm.cattle.io/v1", "HelmChart"),
        *(
            (f"source.toolkit.fluxcd.io/{version}", kind)
            for version in ("v1", "v1beta2", "v1beta1")
            for kind in ("OCIRepository", "HelmChart")
        ),
    }
)
"""The kinds of documents that say which chart a release installs, or which values."""


def is_release(key: tuple[str, str]) -> bool:
    """Tell whether documents of (apiVersion, kind) put values into a chart."""
    return key[1] in _KINDS and key[0].startswith(_GROUPS)


class Holds(Protocol):
    """Whatever tells whether a document is surely valid."""

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Tell whether it is; no is not yet a verdict."""
        ...


class Watch:
    """Lets pass what is valid and of no chart that is known.

    A valid release whose chart another document names does not pass: it is left in `awaiting`, so that it need not
    be read again.
    """

    def __init__(self, validator: Holds, *, names: Sequence[str], awaiting: list[Mapping[str, Any]]) -> None:
        self._validator = validator
        self._names = names
        self._awaiting = awaiting

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Tell whether a release is valid, and there is nothing to be said about its values."""
        try:
            spec = body["spec"]
            if "chartRef" not in spec:
                chart = spec["chart"] if body["kind"] == "HelmChart" else spec["chart"]["spec"]["chart"]
                return not mentions(chart, self._names) and self._validator.holds(body)
        except (KeyError, TypeError):
            return False
        if not self._validator.holds(body):
            return False
        if spec.get("values") or spec.get("valuesFrom"):
            self._awaiting.append(body)
            return False
        return True


def pending_of(body: Mapping[str, Any], blank: Verdict) -> Pending:
    """Return what is awaited of a valid release that a `Watch` did not let pass; `blank` says where it is."""
    metadata = body["metadata"]
    verdict = replace(
        blank,
        api_version=body["apiVersion"],
        kind=body["kind"],
        namespace=metadata.get("namespace", ""),
        name=metadata.get("name", ""),
    )
    return Pending(verdict=verdict, source=body["spec"]["chartRef"]["name"])
