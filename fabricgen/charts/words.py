"""Which words the Cilium chart, its agent or its operator take, where the chart's schema lets any text through.

Pure data, from the chart's templates and from Cilium's own options at v1.16.0, v1.16.19, v1.17.16, v1.18.11, v1.19.0,
v1.19.6 and v1.20.2. Used by `values`.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from fabricgen.charts.table import Release

_TREE: Final = "https://github.com/cilium/cilium/blob"
_CHART: Final = f"{_TREE}/v1.20.2/install/kubernetes/cilium/templates"
_CONFIG_MAP: Final = f"{_CHART}/cilium-configmap.yaml"
_VALIDATE: Final = f"{_CHART}/validate.yaml"
_OPTIONS: Final = f"{_TREE}/v1.20.2/pkg/option/config.go"
_LOAD_BALANCER: Final = f"{_TREE}/v1.20.2/pkg/loadbalancer/config.go"

_CHART_FAILS: Final = "the chart does not render with anything else"
_AGENT_FAILS: Final = "the agent does not start with anything else"
_SILENT: Final = "anything else is passed over in silence"

_OLDEST: Final[Release] = (0, 0, 0)
_NEWEST: Final[Release] = (1 << 30, 0, 0)


class Words(NamedTuple):
    """What a key takes from `since` to before `until`: `words` (numbers and true as text), and what else does.

    `any_case`: upper and lower case are the same; `when_else` tells, as a clause, what follows from another word.
    """

    words: tuple[str, ...]
    when_else: str
    source: str
    any_case: bool = False
    since: Release = _OLDEST
    until: Release = _NEWEST


_TRUE_OR_FALSE: Final = ("true", "false")
_TLS_METHODS: Final = ("helm", "cronJob", "certmanager")
_POLICIES: Final = ("Cluster", "Local")
_IPAM: Final = (
    "cluster-pool",
    "kubernetes",
    "multi-pool",
    "eni",
    "azure",
    "alibabacloud",
    "crd",
    "delegated-plugin",
)
_TABLE_SIZES: Final = ["251", "509", "1021", "2039", "4093", "8191", "16381", "32749", "65521", "131071"]

_WORDS: Final[dict[str, tuple[Words, ...]]] = {
    "bgpControlPlane.routerIDAllocation.mode": (
        Words(
            ("default", "ip-pool"),
            "BGP does not come up with anything else",
            f"{_TREE}/v1.20.2/pkg/bgp/manager/manager.go",
        ),
    ),
    "bpf.datapathMode": (
        Words(
            ("veth", "netkit", "netkit-l2", "lb-only"),
            _AGENT_FAILS,
            f"{_TREE}/v1.18.11/pkg/datapath/option/option.go",
            until=(1, 18, 0),
        ),
        Words(
            ("veth", "netkit", "netkit-l2"),
            _AGENT_FAILS,
            f"{_TREE}/v1.18.11/pkg/datapath/option/option.go",
            since=(1, 18, 0),
            until=(1, 20, 0),
        ),
        Words(
            ("veth", "netkit", "netkit-l2", "auto"),
            _AGENT_FAILS,
            f"{_TREE}/v1.20.2/pkg/datapath/connector/mode.go",
            since=(1, 20, 0),
        ),
    ),
    "bpf.monitorAggregation": (
        Words(
            ("none", "lowest", "low", "medium", "maximum", "max", "disabled", "0", "1", "2", "3", "4"),
            _AGENT_FAILS,
            f"{_TREE}/v1.20.2/pkg/option/monitor.go",
            any_case=True,
        ),
    ),
    "clustermesh.apiserver.kvstoremesh.kvstoreMode": (
        Words(("internal", "external"), _CHART_FAILS, _VALIDATE),
    ),
    "clustermesh.apiserver.tls.authMode": (
        Words(
            ("legacy", "migration", "cluster"),
            _CHART_FAILS,
            f"{_CHART}/clustermesh-apiserver/deployment.yaml",
        ),
    ),
    "clustermesh.apiserver.tls.auto.method": (
        Words(_TLS_METHODS, _SILENT, f"{_CHART}/clustermesh-apiserver"),
    ),
    "clustermesh.maxConnectedClusters": (Words(("255", "511"), _CHART_FAILS, _VALIDATE),),
    "defaultLBServiceIPAM": (
        Words(("lbipam", "nodeipam", "none"), _SILENT, f"{_TREE}/v1.20.2/pkg/lbipamconfig/cell.go"),
    ),
    "dnsProxy.dnsRejectResponseCode": (
        Words(
            ("refused", "nameError"),
            _SILENT,
            f"{_TREE}/v1.20.2/pkg/fqdn/dnsproxy/proxy.go",
            any_case=True,
        ),
    ),
    "encryption.type": (
        Words(
            ("ipsec", "wireguard"), "nothing is encrypted with anything else", _CONFIG_MAP, until=(1, 19, 0)
        ),
        Words(
            ("ipsec", "wireguard", "ztunnel"),
            "nothing is encrypted with anything else",
            _CONFIG_MAP,
            since=(1, 19, 0),
        ),
    ),
    "gatewayAPI.externalTrafficPolicy": (Words(_POLICIES, _CHART_FAILS, _VALIDATE),),
    "gatewayAPI.gatewayClass.create": (
        Words(("auto", *_TRUE_OR_FALSE), _SILENT, f"{_CHART}/cilium-gateway-api-class.yaml"),
    ),
    "hubble.tls.auto.method": (
        Words(_TLS_METHODS, "no certificate is made with anything else", f"{_CHART}/hubble"),
    ),
    "identityAllocationMode": (
        Words(("crd", "kvstore"), _AGENT_FAILS, f"{_TREE}/v1.16.19/pkg/option/config.go", until=(1, 17, 0)),
        Words(
            ("crd", "kvstore", "doublewrite-readkvstore", "doublewrite-readcrd"),
            _AGENT_FAILS,
            _OPTIONS,
            since=(1, 17, 0),
        ),
    ),
    "ingressController.loadbalancerMode": (
        Words(("dedicated", "shared"), _SILENT, f"{_TREE}/v1.20.2/operator/pkg/ingress/cell.go"),
    ),
    "ingressController.service.externalTrafficPolicy": (Words(_POLICIES, _CHART_FAILS, _VALIDATE),),
    "ipam.mode": (Words(_IPAM, _AGENT_FAILS, f"{_TREE}/v1.20.2/pkg/ipam/option/option.go"),),
    "kubeProxyReplacement": (Words(_TRUE_OR_FALSE, _CHART_FAILS, _CONFIG_MAP),),
    "loadBalancer.acceleration": (
        Words(
            ("disabled", "native", "best-effort", "generic"),
            _AGENT_FAILS,
            f"{_TREE}/v1.20.2/pkg/datapath/xdp/cell.go",
        ),
    ),
    "loadBalancer.algorithm": (Words(("random", "maglev"), _AGENT_FAILS, _LOAD_BALANCER),),
    "loadBalancer.dsrDispatch": (Words(("opt", "ipip", "geneve"), _AGENT_FAILS, _LOAD_BALANCER),),
    "loadBalancer.l7.backend": (Words(("disabled", "envoy"), _SILENT, _CONFIG_MAP),),
    "loadBalancer.mode": (Words(("snat", "dsr", "hybrid"), _AGENT_FAILS, _LOAD_BALANCER),),
    "maglev.tableSize": (Words(tuple(_TABLE_SIZES), _AGENT_FAILS, f"{_TREE}/v1.20.2/pkg/maglev/maglev.go"),),
    "policyDenyResponse": (Words(("none", "icmp"), _AGENT_FAILS, _OPTIONS),),
    "policyEnforcementMode": (
        Words(
            ("default", "always", "never"),
            _SILENT,
            f"{_TREE}/v1.20.2/pkg/option/runtime_options.go",
            any_case=True,
        ),
    ),
    "routingMode": (Words(("tunnel", "native"), _AGENT_FAILS, _OPTIONS),),
    "serviceNoBackendResponse": (Words(("reject", "drop"), _AGENT_FAILS, _OPTIONS),),
    "tunnelProtocol": (
        Words(("vxlan", "geneve"), _AGENT_FAILS, f"{_TREE}/v1.20.2/pkg/datapath/tunnel/tunnel.go"),
    ),
    "underlayProtocol": (
        Words(
            ("ipv4", "ipv6"),
            _AGENT_FAILS,
            f"{_TREE}/v1.18.11/pkg/datapath/tunnel/tunnel.go",
            until=(1, 20, 0),
        ),
        Words(
            ("ipv4", "ipv6", "auto"),
            _AGENT_FAILS,
            f"{_TREE}/v1.20.2/pkg/datapath/tunnel/tunnel.go",
            since=(1, 20, 0),
        ),
    ),
}


def words_of(path: str, release: Release) -> Words | None:
    """Return what the key at a written path takes in this version; None where anything may stand."""
    rows = _WORDS.get(path, ())
    return next((row for row in rows if row.since <= release < row.until), None)


def paths_with_words() -> Iterator[str]:
    """Yield every written path that takes only certain words, in order."""
    yield from _WORDS
