"""What the models check in Python code, told as CEL: one entry for each validator of a model, by its class and name.

Read by `nodes`, which refuses a validator that has no entry. The sentences are what a user reads.
Source of the language: https://kubernetes.io/docs/reference/using-api/cel/
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """A condition on `self`, and what is said where it does not hold."""

    rule: str
    message: str


def _one_of(*names: str) -> Rule:
    """Return the rule that exactly one of the fields is written."""
    if len(names) == 2:  # noqa: PLR2004 - the plain form is quicker, and there it is possible
        condition = f"has(self.{names[0]}) != has(self.{names[1]})"
    else:
        condition = f"[{', '.join(f'has(self.{name})' for name in names)}].filter(one, one).size() == 1"
    return Rule(condition, f"write exactly one of: {', '.join(names)}")


def _together(field: str, *, when: str, says: str) -> Rule:
    """Return the rule that a field is written when, and only when, a condition holds."""
    return Rule(f"has(self.{field}) == ({when})", says)


def _given(of: str, field: str, *, absent: str) -> str:
    return f"(has({of}.{field}) ? {of}.{field} : {absent})"


def _alike(field: str, *, absent: str) -> str:
    return f"{_given('one', field, absent=absent)} == {_given('other', field, absent=absent)}"


def _all_different(listed: str, *conditions: str, says: str) -> Rule:
    """Return the rule that no two items of a list, which may be absent, are alike in all `conditions`."""
    condition = " && ".join(conditions)
    return Rule(
        f"!has(self.{listed}) || self.{listed}.all(one, self.{listed}.exists_one(other, {condition}))", says
    )


def _number(address: str) -> str:
    """Return an IPv4 address as a number."""
    parts = (f"int({address}.split('.')[{index}]) * {256 ** (3 - index)}" for index in range(4))
    return " + ".join(parts)


def _upwards(first: str, last: str) -> str:
    """Return whether two addresses are of one family and, if that is IPv4, in order."""
    return (
        f"ip({first}).family() == ip({last}).family() && "
        f"(ip({first}).family() != 4 || {_number(first)} <= {_number(last)})"
    )


_PEERS: Final = ("Endpoints", "Entities", "CIDR", "CIDRSet", "Nodes", "FQDNs", "Services")


def one_kind_of_peer(fields: Sequence[str]) -> Rule:
    """Return the rule that a line of a network policy, which has `fields`, names one kind of peer only."""
    names = [name for side in ("from", "to") for peer in _PEERS if (name := f"{side}{peer}") in fields]
    written = ", ".join(f"has(self.{name}) && size(self.{name}) > 0" for name in names)
    return Rule(
        f"[{written}].filter(one, one).size() <= 1",
        f"Cilium does not combine kinds of peers in one rule; write a rule for each of: {', '.join(names)}",
    )


def ports_or_icmp(fields: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules on what a line of a network policy, which has `fields`, has beside its ports."""
    ports = "!has(self.toPorts) || size(self.toPorts) == 0"
    return tuple(
        Rule(
            f"!has(self.{name}) || size(self.{name}) == 0 || {ports}",
            f"{name} does not go with toPorts in one rule; write two rules",
        )
        for name in ("icmps", "toServices")
        if name in fields
    )


_TERMINATES: Final = "!has(self.mode) || self.mode == 'Terminate'"
_HAS_CERTIFICATE: Final = "has(self.certificateRefs) && size(self.certificateRefs) > 0 || has(self.options) && size(self.options) > 0"
_PLAIN_PATH: Final = "has(self.type) && self.type == 'RegularExpression' || !has(self.value)"
_NOT_IN_PATH: Final = ("//", "/./", "/../", "%2f", "%2F", "#")
_IS_TEXT_OF_RANGE: Final = "size(self.split('-')) == 2 && self.split('-').all(one, isIP(one.trim()))"
_END: Final = "self.split('-')[{}].trim()"
_FILTERS: Final = {
    "requestHeaderModifier": "RequestHeaderModifier",
    "responseHeaderModifier": "ResponseHeaderModifier",
    "requestMirror": "RequestMirror",
    "requestRedirect": "RequestRedirect",
    "urlRewrite": "URLRewrite",
    "extensionRef": "ExtensionRef",
    "cors": "CORS",
}

# Of a text that is a network, and of one that is a network or `first-last`.
IS_ALIGNED: Final = Rule(
    "cidr(self) == cidr(self).masked()",
    "this has host bits set: a network starts at its first address, as 10.0.0.0/24 does",
)
IS_POOL_RANGE: Final = Rule(
    f"self.contains('-') ? {_IS_TEXT_OF_RANGE} && {_upwards(_END.format(0), _END.format(1))}"
    " : isCIDR(self) && cidr(self) == cidr(self).masked()",
    "this is neither a network such as 10.0.0.0/24 nor a range such as 10.0.0.10-10.0.0.20, upwards",
)

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    # What a cluster's objects have in metadata is the same for all kinds, and looked at there.
    "ClusterObject._no_namespace": (),
    "Requirement._values_where_compared": (
        Rule(
            "self.operator in ['In', 'NotIn'] == (has(self.values) && size(self.values) > 0)",
            "operators In and NotIn need values to compare with, Exists and DoesNotExist take none",
        ),
    ),
    # cilium
    "PoolBlock._one_form": (
        Rule(
            "has(self.cidr) != has(self.start)",
            "write either cidr, or start and stop; start alone is a single address",
        ),
        Rule("!has(self.stop) || has(self.start)", "stop goes with start, not with cidr"),
        Rule(
            f"!has(self.stop) || !has(self.start) || {_upwards('self.start', 'self.stop')}",
            "start and stop are of one family, and stop does not come before start",
        ),
    ),
    "L2AnnouncementPolicySpec._announces_something": (
        Rule(
            "has(self.loadBalancerIPs) && self.loadBalancerIPs || has(self.externalIPs) && self.externalIPs",
            "this policy announces nothing: both loadBalancerIPs and externalIPs are off by default",
        ),
    ),
    # cilium_bgp
    "Peer._one_way_to_the_peer": (_one_of("peerAddress", "autoDiscovery"),),
    "Instance._peers_can_be_told_apart": (
        _all_different("peers", "other.name == one.name", says="each peer needs a name of its own"),
    ),
    "BGPClusterConfigSpec._instances_can_be_told_apart": (
        _all_different(
            "bgpInstances", "other.name == one.name", says="each instance needs a name of its own"
        ),
    ),
    "Timers._alive_before_given_up": (
        Rule(
            f"{_given('self', 'keepAliveTimeSeconds', absent='30')} <= {_given('self', 'holdTimeSeconds', absent='90')}",
            "keepAliveTimeSeconds (30 by default) is longer than holdTimeSeconds (90 by default)",
        ),
    ),
    "Advertisement._fields_fit_the_type": (
        _together(
            "service",
            when="self.advertisementType == 'Service'",
            says="advertisementType: Service and service go together",
        ),
        Rule(
            "self.advertisementType != 'PodCIDR' || !has(self.selector)",
            "PodCIDR takes no selector: it is always the node's whole share of the pod network",
        ),
    ),
    # flux, flux_instance, helm_release, sources
    "KubeConfig._one_place": (_one_of("secretRef", "configMapRef"),),
    "FluxCluster._identity_of_objects": (
        Rule(
            "!(has(self.multitenantWorkloadIdentity) && self.multitenantWorkloadIdentity) || "
            "has(self.objectLevelWorkloadIdentity) && self.objectLevelWorkloadIdentity",
            "multitenantWorkloadIdentity needs objectLevelWorkloadIdentity: true",
        ),
    ),
    "Sync._provider_has_the_kind": (
        Rule(
            "!has(self.provider) || self.provider != 'github' || self.kind == 'GitRepository'",
            "provider github goes with kind: GitRepository",
        ),
        Rule(
            "!has(self.provider) || self.provider != 'gcp' || self.kind != 'GitRepository'",
            "provider gcp goes with kind: OCIRepository or Bucket",
        ),
    ),
    "FluxInstanceSpec._storage_of_shards": (
        Rule(
            "!has(self.sharding) || !has(self.sharding.storage) || self.sharding.storage != 'persistent' "
            "|| has(self.storage)",
            "sharding.storage: persistent needs storage",
        ),
    ),
    "Strategy._interval_of_a_retry": (
        Rule(
            "!has(self.retryInterval) || self.name == 'RetryOnFailure'",
            "retryInterval goes with name: RetryOnFailure",
        ),
    ),
    "HelmReleaseSpec._one_chart": (_one_of("chart", "chartRef"),),
    "GitRepositorySpec._account_of_a_cloud": (
        Rule(
            "!has(self.serviceAccountName) || has(self.provider) && self.provider in ['aws', 'azure']",
            "serviceAccountName goes with provider aws or azure",
        ),
    ),
    "HelmRepositorySpec._type_fits_the_address": (
        Rule(
            "self.url.startsWith('oci://') == (has(self.type) && self.type == 'oci')",
            "an oci:// address and type: oci go together",
        ),
    ),
    "PatchEntry._file_or_text": (_one_of("path", "patch"),),
    # gateway, http_route
    "ListenerTls._certificate_where_it_ends": (
        Rule(f"!({_TERMINATES}) || {_HAS_CERTIFICATE}", "mode Terminate needs certificateRefs"),
    ),
    "RouteNamespaces._selector_where_it_selects": (
        _together(
            "selector",
            when="has(self.from) && self.from == 'Selector'",
            says="from: Selector and selector go together",
        ),
    ),
    "Listener._tls_fits_the_protocol": (
        Rule(
            "!(self.protocol in ['HTTP', 'TCP', 'UDP']) || !has(self.tls)",
            "tls does not go with protocol HTTP, TCP or UDP",
        ),
        Rule(
            "self.protocol != 'HTTPS' || !has(self.tls) || !has(self.tls.mode) || self.tls.mode != 'Passthrough'",
            "protocol HTTPS ends TLS here; pass it on with protocol TLS",
        ),
        Rule(
            "self.protocol != 'TLS' || has(self.tls) && has(self.tls.mode)",
            "protocol TLS needs tls.mode",
        ),
        Rule(
            "!(self.protocol in ['TCP', 'UDP']) || !has(self.hostname)",
            "hostname does not go with protocol TCP or UDP",
        ),
    ),
    "GatewaySpec._listeners_can_be_told_apart": (
        _all_different("listeners", "other.name == one.name", says="each listener needs a name of its own"),
        _all_different(
            "listeners",
            "other.port == one.port",
            "other.protocol == one.protocol",
            _alike("hostname", absent="''"),
            says="two listeners have the same port, protocol and hostname",
        ),
    ),
    "PathMatch._path_as_the_api_wants_it": (
        Rule(f"{_PLAIN_PATH} || self.value.startsWith('/')", "the path must start with /"),
        *(
            Rule(f"{_PLAIN_PATH} || !self.value.contains('{bad}')", f"the path must not hold {bad}")
            for bad in _NOT_IN_PATH
        ),
        *(
            Rule(f"{_PLAIN_PATH} || !self.value.endsWith('{bad}')", f"the path must not end with {bad}")
            for bad in ("/..", "/.")
        ),
    ),
    "PathModifier._field_of_the_type": tuple(
        _together(
            f"replace{name}",
            when=f"self.type == 'Replace{name}'",
            says=f"type Replace{name} and replace{name} go together",
        )
        for name in ("FullPath", "PrefixMatch")
    ),
    "BackendReference._port_of_a_service": (
        Rule(
            "has(self.group) && self.group != '' || has(self.kind) && self.kind != 'Service' || has(self.port)",
            "a Service as backend needs its port",
        ),
    ),
    "Filter._field_of_the_type": tuple(
        _together(field, when=f"self.type == '{name}'", says=f"type {name} and {field} go together")
        for field, name in _FILTERS.items()
    ),
    "RouteRule._filters_go_together": (
        Rule(
            "!has(self.filters) || self.filters.all(one, one.type in ['RequestMirror', 'ExtensionRef'] || "
            "self.filters.exists_one(other, other.type == one.type))",
            "only RequestMirror and ExtensionRef may be written more than once",
        ),
        Rule(
            "!has(self.filters) || !self.filters.exists(one, one.type == 'RequestRedirect') || "
            "!self.filters.exists(one, one.type == 'URLRewrite') && (!has(self.backendRefs) || size(self.backendRefs) == 0)",
            "a redirect is the answer: no URLRewrite and no backendRefs beside it",
        ),
    ),
    "HTTPRouteSpec._parents_can_be_told_apart": (
        _all_different(
            "parentRefs",
            "other.name == one.name",
            *(_alike(name, absent="''") for name in ("kind", "__namespace__", "sectionName")),
            _alike("port", absent="0"),
            says="a parent is written twice; tell the two apart by sectionName or port",
        ),
    ),
    # metallb, monitoring, k3s
    "BGPPeerSpec._one_asn_and_one_address": (
        _one_of("peerASN", "dynamicASN"),
        _one_of("peerAddress", "interface"),
    ),
    "BGPAdvertisementSpec._communities_once": (
        _all_different("communities", "other == one", says="a community is listed twice"),
    ),
    "Endpoint._one_port": (_one_of("port", "targetPort"),),
    "GrafanaDashboardSpec._one_place_and_one_folder": (
        _one_of("json", "gzipJson", "url", "configMapRef", "grafanaCom", "jsonnet", "jsonnetLib", "oci"),
        Rule(
            "[has(self.folder), has(self.folderRef), has(self.folderUID)].filter(one, one).size() <= 1",
            "write at most one of: folder, folderRef, folderUID",
        ),
    ),
    "HelmChartSpec._one_chart": (_one_of("chart", "chartContent"),),
    # policies, policy_rules
    "IngressRule._no_dns_rules": (
        Rule(
            "!has(self.toPorts) || !self.toPorts.exists(one, has(one.rules) && has(one.rules.dns))",
            "rules.dns is for egress: the proxy learns names from what pods ask",
        ),
    ),
    "PolicySpec._some_direction": (
        Rule(
            "has(self.ingress) || has(self.ingressDeny) || has(self.egress) || has(self.egressDeny)",
            "write at least one of: ingress, ingressDeny, egress, egressDeny",
        ),
    ),
    "ClusterwidePolicySpec._pods_or_nodes": (_one_of("endpointSelector", "nodeSelector"),),
    "ClusterwidePolicySpec._nodes_have_no_proxy": tuple(
        Rule(
            f"!has(self.nodeSelector) || !has(self.{way}) || "
            f"!self.{way}.exists(rule, has(rule.toPorts) && rule.toPorts.exists(one, has(one.rules)))",
            "a policy for nodes cannot have rules.http or rules.dns",
        )
        for way in ("ingress", "egress")
    ),
    "CiliumNetworkPolicy._one_form": (_one_of("spec", "specs"),),
    "CiliumClusterwideNetworkPolicy._one_form": (_one_of("spec", "specs"),),
    "CidrRule._one_form": (_one_of("cidr", "cidrGroupRef", "cidrGroupSelector"),),
    "CidrRule._exceptions_lie_inside": (
        Rule(
            "!has(self.cidr) || !has(self.except) || self.except.all(one, cidr(self.cidr).containsCIDR(one))",
            "each network in except must lie inside cidr",
        ),
    ),
    "FqdnRule._one_form": (_one_of("matchName", "matchPattern"),),
    "PortProtocol._range_goes_up": (
        Rule(
            "!has(self.endPort) || self.port.matches('^[0-9]+$') && int(self.port) <= self.endPort",
            "endPort needs a port number that is not above it",
        ),
    ),
    "L7Rules._one_protocol": (_one_of("http", "dns", "l7"),),
    "PortRule._ports_that_a_proxy_can_read": (
        Rule("!has(self.rules) || !has(self.serverNames)", "serverNames does not go with rules"),
        Rule(
            "!has(self.rules) || !has(self.ports) || self.ports.all(one, one.port != '0')",
            "rules need real ports; port 0 means all of them",
        ),
        Rule(
            "!has(self.rules) || !has(self.rules.http) || !has(self.ports) || "
            "self.ports.all(one, has(one.protocol) && one.protocol == 'TCP')",
            "rules.http needs protocol: TCP on each port; without it Cilium takes ANY and refuses",
        ),
        Rule(
            "!has(self.rules) || !has(self.rules.dns) || has(self.ports) && size(self.ports) > 0 && "
            "self.ports.all(one, !has(one.endPort))",
            "rules.dns needs its port, 53, written out, and no range",
        ),
    ),
}
