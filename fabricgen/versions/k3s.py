"""k3s: which Kubernetes is inside, and the ports and paths that other layers must agree with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fabricgen.versions.version import Minor, Version

API_PORT: Final = 6443
"""Port of the supervisor and the API on a server's own addresses, `https-listen-port`.

Source: https://docs.k3s.io/cli/server
"""

LOCAL_API_PORT: Final = 6444
"""Port on 127.0.0.1 that reaches the API on every node, so that Cilium needs neither VIP nor kube-proxy.

An agent runs a client load balancer there (`lb-server-port`). A server runs none: its own kube-apiserver
listens there, one above `https-listen-port`. With `disable-apiserver-lb`, or when only one of the two ports is
changed, it no longer holds on every node.

Source: https://docs.k3s.io/cli/agent (lb-server-port), pkg/daemons/control/server.go (defaults) and
pkg/cli/server/server.go (DisableLoadBalancer) in https://github.com/k3s-io/k3s
"""

DEFAULT_POD_CIDRS: Final = ("10.42.0.0/16", "fd00:42::/56")
"""Pod networks when none is configured, IPv4 then IPv6. Source: pkg/cli/server/server.go in k3s-io/k3s."""

DEFAULT_SERVICE_CIDRS: Final = ("10.43.0.0/16", "fd00:43::/112")
"""Service networks when none is configured, IPv4 then IPv6; cluster DNS is address 10 of the first IPv4 one.

Source: pkg/cli/server/server.go in k3s-io/k3s.
"""

CNI_CONF_DIR: Final = "/etc/cni/net.d"
"""Where containerd reads CNI configuration once flannel is off: its own default, which Cilium writes to.

Source: pkg/agent/templates/templates_linux.go in k3s-io/k3s sets the directories only while flannel is on.
"""

CNI_BIN_DIR: Final = "/opt/cni/bin"
"""Where containerd looks for CNI plugins once flannel is off. Source: as for CNI_CONF_DIR."""

FLANNEL_CNI_CONF_DIR: Final = "/var/lib/rancher/k3s/agent/etc/cni/net.d"
"""Where k3s keeps CNI configuration while its flannel is on. Source: pkg/executor/embed/embed.go in k3s-io/k3s."""

FLANNEL_CNI_BIN_DIR: Final = "/var/lib/rancher/k3s/data/cni"
"""Where k3s keeps CNI plugins while flannel is on, a path that survives upgrades since autumn 2024.

Source: https://github.com/k3s-io/k3s/pull/10868
"""

MANIFESTS_DIR: Final = "/var/lib/rancher/k3s/server/manifests"
"""Files here are applied by the servers, HelmChart objects too.

Source: https://docs.k3s.io/installation/packaged-components
"""

CONFIG_FILE: Final = "/etc/rancher/k3s/config.yaml"
"""Read by servers and agents. A key that the running command does not know is skipped with a warning.

Source: https://docs.k3s.io/installation/configuration, pkg/configfilearg/parser.go in k3s-io/k3s.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class K3sRelease:
    """A line of k3s releases; `newest` is the newest one seen when this table was written, if any was.

    The last ones of 1.29 to 1.31 stand in https://docs.k3s.io/release-notes/v1.31.X and its neighbours.
    """

    minor: Minor
    newest: Version | None
    source: str


def _release(minor: int, newest: Version | None = None) -> K3sRelease:
    source = f"https://docs.k3s.io/release-notes/v1.{minor}.X"
    if newest is not None:
        source = f"https://github.com/k3s-io/k3s/releases/tag/v{newest}"
    return K3sRelease(minor=(1, minor), newest=newest, source=source)


_RELEASES = (
    _release(29, Version(1, 29, 15, build="k3s1")),
    _release(30, Version(1, 30, 14, build="k3s2")),
    _release(31, Version(1, 31, 14, build="k3s1")),
    _release(32),
    _release(33),
    _release(34, Version(1, 34, 9, build="k3s1")),
    _release(35, Version(1, 35, 6, build="k3s1")),
    _release(36, Version(1, 36, 4, build="k3s1")),
    _release(37, Version(1, 37, 0, build="k3s1")),
)

K3S: Mapping[Minor, K3sRelease] = {release.minor: release for release in _RELEASES}


def kubernetes_of(k3s: Version) -> Version:
    """Return the Kubernetes version inside a k3s release: 1.34.9+k3s1 holds 1.34.9."""
    return k3s.replace(build=None)
