"""A release of the Cilium chart: which version, under which name, with which values, whoever installs it.

Fed by HelmReleases, k3s HelmCharts and files of values; the truth about a cluster is what Flux applies, everything
else is bootstrap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from fabricgen.fabric.facts import UnknownError
from fabricgen.repository import Item, Place
from fabricgen.repository.substitution import is_open
from fabricgen.versions import Minor, Version, minor_of

Role = Literal["flux", "k3s", "bootstrap"]
_ABSENT: Final = object()

_OLDEST: Final = (1, 16)
# Defaults of the chart that rules ask for; the same in all of 1.16 to 1.20 unless a version is told.
# Source: install/kubernetes/cilium/values.yaml and templates/cilium-configmap.yaml of cilium at v1.16.19 to v1.20.2.
DEFAULTS: Final[Mapping[str, Any]] = {
    "autoDirectNodeRoutes": False,
    "bandwidthManager.bbr": False,
    "bandwidthManager.bbrHostNamespaceOnly": False,
    "bandwidthManager.enabled": False,
    "bgpControlPlane.enabled": False,
    "bpf.datapathMode": "veth",
    "bpf.hostLegacyRouting": False,
    "bpf.masquerade": False,
    "bpf.tproxy": False,
    "cgroup.autoMount.enabled": True,
    "cgroup.hostRoot": "/run/cilium/cgroupv2",
    "cluster.id": 0,
    "cluster.name": "default",
    "cni.exclusive": True,
    "directRoutingSkipUnreachable": False,
    "egressGateway.enabled": False,
    "enableIPv4Masquerade": True,
    "enableIPv6Masquerade": True,
    "enableLBIPAM": True,
    "encryption.enabled": False,
    "encryption.nodeEncryption": False,
    "encryption.type": "ipsec",
    "endpointRoutes.enabled": False,
    "envoy.enabled": True,
    "externalIPs.enabled": False,
    "gatewayAPI.enabled": False,
    "gatewayAPI.hostNetwork.enabled": False,
    "hostFirewall.enabled": False,
    "hubble.enabled": True,
    "hubble.relay.enabled": False,
    "hubble.tls.auto.method": "helm",
    "hubble.tls.enabled": True,
    "hubble.ui.enabled": False,
    "ingressController.enabled": False,
    "ipMasqAgent.enabled": False,
    "ipam.mode": "cluster-pool",
    "ipv4.enabled": True,
    "ipv6.enabled": False,
    "kubeProxyReplacement": "false",
    "l2announcements.enabled": False,
    "l7Proxy": True,
    "loadBalancer.acceleration": "disabled",
    "loadBalancer.algorithm": "random",
    "loadBalancer.dsrDispatch": "opt",
    "loadBalancer.mode": "snat",
    "localRedirectPolicies.enabled": False,
    "localRedirectPolicy": False,
    "operator.replicas": 2,
    "policyEnforcementMode": "default",
    "routingMode": "tunnel",
    "socketLB.enabled": False,
    "socketLB.hostNamespaceOnly": False,
    "tunnelProtocol": "vxlan",
}


@dataclass(frozen=True, kw_only=True)
class CiliumRelease:
    """A release of Cilium.

    Attributes:
        item: the object or values file that it is written in.
        role: who installs it.
        prefix: the path in `item` at which the values start.
        release, namespace, storage: Helm's names of it: release name, target namespace, where Helm keeps its record.
        version: of the chart, if one exact version is told; `range` is what is written otherwise.
        values: merged from everywhere.
        complete: whether `values` is all there is; if not, what is not set may be set elsewhere.
        elsewhere: values that are not written in `item`, by their first key: the item and path that have them.
    """

    item: Item
    role: Role
    prefix: tuple[str | int, ...]
    release: str
    namespace: str
    storage: str
    version: Version | None
    range: str = ""
    values: Mapping[str, Any]
    complete: bool = True
    elsewhere: Mapping[str, tuple[Item, tuple[str | int, ...]]]

    @property
    def minor(self) -> Minor:
        """Minor of the chart.

        Raises:
            UnknownError: the version is not told.
        """
        if self.version is None:
            raise UnknownError
        return minor_of(self.version)

    def is_at_least(self, minor: Minor) -> bool:
        """Tell whether the chart is of this minor or a later one. Raises UnknownError when no version is told."""
        return self.minor >= minor

    def is_set(self, path: str) -> bool:
        """Tell whether the values set `path`, such as `bpf.masquerade`."""
        return _at(self.values, path) is not _ABSENT

    def written(self, path: str) -> Any:  # noqa: ANN401 - values hold anything
        """Return what the values set at `path`; None if they do not."""
        found = _at(self.values, path)
        return None if found is _ABSENT else found

    def value(self, path: str, default: Any = _ABSENT) -> Any:  # noqa: ANN401 - as above
        """Return the value in force: what is set, else `default`, else the chart's own default.

        Raises:
            UnknownError: it may be set somewhere that is not in the repository, or by a substitution; or the chart
                is older than those whose defaults are known here.
        """
        found = _at(self.values, path)
        usual = DEFAULTS.get(path) if default is _ABSENT else default
        if isinstance(found, Mapping | list) and isinstance(usual, str | bool | int):
            raise UnknownError  # Helm refuses it, or fills in what nobody meant: no rule is about that.
        if found is None or found is _ABSENT:
            is_old = self.version is not None and minor_of(self.version) < _OLDEST
            if is_old or not (self.complete and self.item.exact):
                raise UnknownError
            found = DEFAULTS[path] if default is _ABSENT else default
        if is_open(found):
            raise UnknownError
        return found

    def is_on(self, path: str) -> bool:
        """Tell whether a switch is on; `true` as text counts. Raises UnknownError as `value` does."""
        return self.value(path) in (True, "true")

    def replaces_kube_proxy(self) -> bool:
        """Tell whether Cilium handles Services instead of kube-proxy. Raises UnknownError as `value` does."""
        return self.value("kubeProxyReplacement") in (True, "true", "strict")

    def place(self, path: str = "") -> Place:
        """Return where `path` is set, or the nearest place above it."""
        item, prefix = self._origin(path)
        return item.place(*prefix, *(path.split(".") if path else ()))

    def document(self, path: str = "") -> int:
        """Return which document of the file that `place` leads to it is, from 0."""
        return self._origin(path)[0].origin.index

    def _origin(self, path: str) -> tuple[Item, tuple[str | int, ...]]:
        """Return what holds `path`, and where the values start in it."""
        return self.elsewhere.get(path.partition(".")[0], (self.item, self.prefix))


def _at(values: Any, path: str) -> Any:  # noqa: ANN401 - as above
    for part in path.split("."):
        if not isinstance(values, Mapping) or part not in values:
            return _ABSENT
        values = values[part]
    return values
