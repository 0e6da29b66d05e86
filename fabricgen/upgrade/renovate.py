"""Renovate's comments: how they are read, which one belongs to which pin, and the preset made of it.

Fed by `pins`; used by the table of pins, by whoever writes descriptions, and by scripts/generate_renovate.py, which
writes the preset. Renovate reads patterns with RE2: nothing here looks ahead or back.
Source: https://docs.renovatebot.com/modules/manager/regex/
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.description import Description
from fabricgen.description.chart import Chart
from fabricgen.upgrade.pins import Pin, PinName, cilium_of

_NL: Final = r"[ \t]*\r?\n"
_COMMENTS: Final = r"(?:[ \t]*#[^\n]*\n)*"
_DIGEST: Final = r"(?P<currentDigest>sha256:[0-9a-f]{64})"
# The digest stands behind the version, as in an image's name, or below the address of a chart in a registry.
_BEFORE_DIGEST: Final = (
    r"(?:@|[\"']?" + _NL + _COMMENTS + r"[ \t]+chart:" + _NL + _COMMENTS + r"[ \t]+oci:[^\n]*\n"
    r"" + _COMMENTS + r"[ \t]+digest:[ \t]+[\"']?)"
)
PATTERN: Final = (
    r"#[ \t]*renovate: datasource=(?P<datasource>[a-zA-Z0-9._-]+) depName=(?P<depName>[^\s]+)"
    r"(?: packageName=(?P<packageName>[^\s]+))?(?: versioning=(?P<versioning>[^\s]+))?"
    r"(?: extractVersion=(?P<extractVersion>[^\s]+))?(?: registryUrl=(?P<registryUrl>[^\s]+))?"
    + _NL
    + _COMMENTS
    + r"[ \t]*(?:-[ \t]+)?[A-Za-z0-9_.\"'-]+:[ \t]+[\"']?(?:[^\s\"'@{]+:)?(?P<currentValue>v?[0-9][^\s\"'@,}]*)"
    r"(?:" + _BEFORE_DIGEST + _DIGEST + r")?"
)
"""A comment with its attributes in this order, then, below it, the line of the pin: `key: version`, or an image."""

_PATTERN = re.compile(PATTERN)
FILES: Final = r"/(^|/)clusters/[^/]+\.ya?ml$/"
OURS: Final = "gitops/*/{bootstrap,considered,flux,infrastructure,k3s,talos}/**"
_K3S_VERSIONING: Final = (
    r"regex:^v(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(-(?<prerelease>rc\d+))?\+k3s(?<build>\d+)$"
)
_GITHUB: Final[Mapping[PinName, str]] = {
    "talos": "siderolabs/talos",
    "talosctl": "siderolabs/talos",
    "kubernetes": "kubernetes/kubernetes",
    "k3s": "k3s-io/k3s",
    "gateway-api": "kubernetes-sigs/gateway-api",
    "flux": "fluxcd/flux2",
}
_OPERATOR: Final = "ghcr.io/controlplaneio-fluxcd/charts/flux-operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A version that Renovate finds: `line`, from 1, is that of the version."""

    datasource: str
    name: str
    value: str
    line: int
    registry: str
    digest: str


def find_comments(text: str) -> tuple[Found, ...]:
    """Return what Renovate finds in a description by our preset, in the order of the text."""
    return tuple(
        Found(
            datasource=one["datasource"],
            name=one["depName"],
            value=one["currentValue"],
            line=text.count("\n", 0, one.start("currentValue")) + 1,
            registry=one["registryUrl"] or "",
            digest=one["currentDigest"] or "",
        )
        for one in _PATTERN.finditer(text)
    )


def comment_for(pin: Pin, description: Description) -> str:
    """Return the comment by which Renovate finds a pin, without indentation; it goes on the line above the pin."""
    return f"# renovate: {_looked_up(pin, description)}"


def _looked_up(pin: Pin, description: Description) -> str:
    match pin.name:
        case "cilium":
            found = cilium_of(description)
            return _chart(found[1].chart, name="cilium") if found else ""
        case "metallb":
            return _chart(description.metallb.chart, name="metallb") if description.metallb else ""
        case "flux-operator":
            return f"datasource=docker depName={_OPERATOR}"
        case name:
            return f"datasource=github-releases depName={_GITHUB[name]}"


def _chart(chart: Chart, *, name: str) -> str:
    if chart.oci is not None:
        return f"datasource=docker depName={chart.oci.removeprefix('oci://')}"
    return f"datasource=helm depName={name} registryUrl={chart.helm}"


def preset() -> dict[str, Any]:
    """Return the preset: what finds the pins, and how their updates come."""
    return {
        "$schema": "https://docs.renovatebot.com/renovate-schema.json",
        "description": "Finds the version pins of fabricgen's descriptions. See docs/renovate.md.",
        "customManagers": [
            {
                "customType": "regex",
                "description": "Versions below a `# renovate:` comment in clusters/*.yaml",
                "managerFilePatterns": [FILES],
                "matchStrings": [PATTERN.replace("(?P<", "(?<")],
            }
        ],
        "packageRules": list(_rules()),
    }


def _rules() -> Iterator[dict[str, Any]]:
    yield {
        "description": "k3s numbers its own releases behind the +, which plain semver does not compare",
        "matchDatasources": ["github-releases"],
        "matchPackageNames": ["k3s-io/k3s"],
        "versioning": _K3S_VERSIONING,
    }
    yield {
        "description": "Tags have a v, descriptions need none: a version comes as it is written",
        "matchDatasources": ["github-releases"],
        "matchPackageNames": ["fluxcd/flux2", "kubernetes/kubernetes", "kubernetes-sigs/gateway-api"],
        "versioning": "semver-coerced",
    }
    yield {
        "description": "One pull request for each minor: none of these may skip one",
        "matchFileNames": ["**/clusters/*.yaml", "**/clusters/*.yml"],
        "separateMinorPatch": True,
        "separateMultipleMinor": True,
        "automerge": False,
    }
    yield {
        "description": "talosctl follows Talos",
        "matchDatasources": ["github-releases"],
        "matchPackageNames": ["siderolabs/talos"],
        "groupName": "Talos",
    }
    yield {
        "description": "Rendered trees follow their description: nothing is bumped in them",
        "matchFileNames": [OURS],
        "enabled": False,
    }
