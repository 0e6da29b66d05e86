"""Kubernetes minors that fabricgen writes for. Used by `compatibility`."""

from collections.abc import Mapping
from dataclasses import dataclass

from fabricgen.versions.version import Minor, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesRelease:
    """A minor of Kubernetes and the newest patch release known when this table was written."""

    minor: Minor
    newest: Version
    source: str


def _release(minor: int, patch: int) -> KubernetesRelease:
    newest = Version(1, minor, patch)
    changelog = f"https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.{minor}.md"
    return KubernetesRelease(minor=(1, minor), newest=newest, source=f"{changelog} (v{newest})")


_RELEASES = (
    _release(29, 15),
    _release(30, 14),
    _release(31, 14),
    _release(32, 13),
    _release(33, 13),
    _release(34, 13),
    _release(35, 10),
    _release(36, 6),
    _release(37, 2),
)

KUBERNETES: Mapping[Minor, KubernetesRelease] = {release.minor: release for release in _RELEASES}
