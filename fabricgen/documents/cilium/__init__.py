"""Cilium: its namespace, its chart's repository, its release, and the Helm values of every feature.

Fed by the cluster. `values` gathers one module a subject; `release` puts them into a HelmRelease; bootstrap
installs with the very same values, and the cluster's README tells from `off` what is not there.
"""

from fabricgen.documents.cilium.off import off
from fabricgen.documents.cilium.release import (
    addresses_come_late,
    certificates_come_late,
    drafts,
    release_timeout,
)
from fabricgen.documents.cilium.values import value_settings

__all__ = [
    "addresses_come_late",
    "certificates_come_late",
    "drafts",
    "off",
    "release_timeout",
    "value_settings",
]
