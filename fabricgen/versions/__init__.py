"""What changes with a version, as tables with their sources: pure data and small functions.

`cilium`, `flux` and `gateway_api` each have an `api_version`; import those modules, not their functions.
"""

from fabricgen.versions.cilium import CILIUM, CiliumRelease
from fabricgen.versions.compatibility import Clash, cautions, clashes
from fabricgen.versions.flux import FLUX, FluxRelease
from fabricgen.versions.gateway_api import GATEWAY_API, GatewayApiRelease
from fabricgen.versions.k3s import K3S, K3sRelease, kubernetes_of
from fabricgen.versions.kubernetes import KUBERNETES, KubernetesRelease
from fabricgen.versions.talos import (
    CONTROL_PLANE_ONLY_KINDS,
    DOCUMENT_KINDS,
    TALOS,
    Dialect,
    TalosRelease,
    dialect_of,
)
from fabricgen.versions.version import (
    Minor,
    Version,
    format_minor,
    format_range,
    minor_of,
    parse_minor,
    parse_version,
)

__all__ = [
    "CILIUM",
    "CONTROL_PLANE_ONLY_KINDS",
    "DOCUMENT_KINDS",
    "FLUX",
    "GATEWAY_API",
    "K3S",
    "KUBERNETES",
    "TALOS",
    "CiliumRelease",
    "Clash",
    "Dialect",
    "FluxRelease",
    "GatewayApiRelease",
    "K3sRelease",
    "KubernetesRelease",
    "Minor",
    "TalosRelease",
    "Version",
    "cautions",
    "clashes",
    "dialect_of",
    "format_minor",
    "format_range",
    "kubernetes_of",
    "minor_of",
    "parse_minor",
    "parse_version",
]
