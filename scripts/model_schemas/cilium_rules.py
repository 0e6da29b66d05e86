"""What the models of Cilium's kinds check in Python code, told as CEL. Part of the table in `rules`."""

from collections.abc import Mapping, Sequence
from typing import Final

from model_schemas.conditions import Rule, all_different, given, one_of, together, upwards

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


CILIUM_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "PoolBlock._one_form": (
        Rule(
            "has(self.cidr) != has(self.start)",
            "write either cidr, or start and stop; start alone is a single address",
        ),
        Rule("!has(self.stop) || has(self.start)", "stop goes with start, not with cidr"),
        Rule(
            f"!has(self.stop) || !has(self.start) || {upwards('self.start', 'self.stop')}",
            "start and stop are of one family, and stop does not come before start",
        ),
    ),
    "L2AnnouncementPolicySpec._announces_something": (
        Rule(
            "has(self.loadBalancerIPs) && self.loadBalancerIPs || has(self.externalIPs) && self.externalIPs",
            "this policy announces nothing: both loadBalancerIPs and externalIPs are off by default",
        ),
    ),
    "Peer._one_way_to_the_peer": (one_of("peerAddress", "autoDiscovery"),),
    "Instance._peers_can_be_told_apart": (
        all_different("peers", "other.name == one.name", says="each peer needs a name of its own"),
    ),
    "BGPClusterConfigSpec._instances_can_be_told_apart": (
        all_different("bgpInstances", "other.name == one.name", says="each instance needs a name of its own"),
    ),
    "Timers._alive_before_given_up": (
        Rule(
            f"{given('self', 'keepAliveTimeSeconds', absent='30')} <= {given('self', 'holdTimeSeconds', absent='90')}",
            "keepAliveTimeSeconds (30 by default) is longer than holdTimeSeconds (90 by default)",
        ),
    ),
    "Advertisement._fields_fit_the_type": (
        together(
            "service",
            when="self.advertisementType == 'Service'",
            says="advertisementType: Service and service go together",
        ),
        Rule(
            "self.advertisementType != 'PodCIDR' || !has(self.selector)",
            "PodCIDR takes no selector: it is always the node's whole share of the pod network",
        ),
    ),
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
    "ClusterwidePolicySpec._pods_or_nodes": (one_of("endpointSelector", "nodeSelector"),),
    "ClusterwidePolicySpec._nodes_have_no_proxy": tuple(
        Rule(
            f"!has(self.nodeSelector) || !has(self.{way}) || "
            f"!self.{way}.exists(rule, has(rule.toPorts) && rule.toPorts.exists(one, has(one.rules)))",
            "a policy for nodes cannot have rules.http or rules.dns",
        )
        for way in ("ingress", "egress")
    ),
    "CiliumNetworkPolicy._one_form": (one_of("spec", "specs"),),
    "CiliumClusterwideNetworkPolicy._one_form": (one_of("spec", "specs"),),
    "CidrRule._one_form": (one_of("cidr", "cidrGroupRef", "cidrGroupSelector"),),
    "CidrRule._exceptions_lie_inside": (
        Rule(
            "!has(self.cidr) || !has(self.except) || self.except.all(one, cidr(self.cidr).containsCIDR(one))",
            "each network in except must lie inside cidr",
        ),
    ),
    "FqdnRule._one_form": (one_of("matchName", "matchPattern"),),
    "PortProtocol._range_goes_up": (
        Rule(
            "!has(self.endPort) || self.port.matches('^[0-9]+$') && int(self.port) <= self.endPort",
            "endPort needs a port number that is not above it",
        ),
    ),
    "L7Rules._one_protocol": (one_of("http", "dns", "l7"),),
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
