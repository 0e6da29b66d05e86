"""Each class of fault on kinds of Kubernetes, Flux, Cilium and Gateway API: refused, and told in one sentence."""

from pathlib import Path
from typing import Any

import pytest
from structures import GOOD, REMOVED, changed, structure, told

pytestmark = pytest.mark.schemas
Fault = tuple[str, str, Any, str]

UNKNOWN: list[Fault] = [
    ("Deployment", "spec/replica", 3, "spec.replica: unknown field; did you mean replicas?"),
    ("Deployment", "spec/containers", [], "spec.containers: unknown field; it belongs into template.spec"),
    (
        "Deployment",
        "spec/template/spec/replicas",
        1,
        "spec.template.spec.replicas: unknown field; it belongs into spec",
    ),
    ("Service", "metadata/lables", {}, "metadata.lables: unknown field; did you mean labels?"),
    ("HelmRelease", "spec/Interval", "1h", "spec.Interval: unknown field; did you mean interval?"),
    ("GitRepository", "specs", {}, "specs: unknown field; did you mean spec?"),
    (
        "CiliumNetworkPolicy",
        "spec/ingress/0/from",
        [],
        "spec.ingress[0].from: unknown field; did you mean fromEndpoints, fromEntities or fromCIDR?",
    ),
    (
        "CiliumLoadBalancerIPPool",
        "spec/cidrs",
        [],
        "spec.cidrs: unknown field; write blocks; Cilium removed cidrs in 1.16",
    ),
    (
        "CiliumNetworkPolicy",
        "spec/egress/1/toFQDNs/0",
        {"name": "a.b"},
        "spec.egress[1].toFQDNs[0].name: unknown field; known here: matchName, matchPattern",
    ),
]
MISSING: list[Fault] = [
    ("Deployment", "spec/selector", REMOVED, "spec.selector: this must be given"),
    (
        "Deployment",
        "spec/template/spec/containers",
        None,
        "spec.template.spec.containers: this must be given",
    ),
    ("HelmRelease", "spec/interval", REMOVED, "spec.interval: this must be given"),
    ("HTTPRoute", "spec/parentRefs/0/name", REMOVED, "spec.parentRefs[0].name: this must be given"),
    (
        "CiliumNetworkPolicy",
        "spec/endpointSelector",
        REMOVED,
        "spec: one of endpointSelector or nodeSelector must be given",
    ),
    ("Deployment", "metadata/name", REMOVED, "metadata.name: this must be given; every object has a name"),
    ("HelmRelease", "metadata", REMOVED, "metadata.name: this must be given; every object has a name"),
]
TYPES: list[Fault] = [
    (
        "Deployment",
        "spec/replicas",
        "3",
        "spec.replicas: '3' is text; expected a whole number; write it without quotes",
    ),
    (
        "Deployment",
        "spec/template/spec/containers/0/env/0/value",
        True,
        "spec.template.spec.containers[0].env[0].value: true is a truth value; expected text; put it in quotes",
    ),
    ("ConfigMap", "data/a", 1, "data.a: 1 is a number; expected text; put it in quotes"),
    (
        "Service",
        "spec/ports",
        {"port": 80},
        "spec.ports: this is a mapping; expected a list; put a dash before it: a list of one",
    ),
    (
        "Service",
        "spec/ports/0/targetPort",
        True,
        "spec.ports[0].targetPort: true is a truth value; expected text or a whole number",
    ),
    (
        "Kustomization",
        "spec/prune",
        "true",
        "spec.prune: 'true' is text; expected true or false; write it without quotes",
    ),
    (
        "HelmRelease",
        "spec/interval",
        60,
        "spec.interval: 60 is a number; expected text; did you mean 60s?",
    ),
    (
        "HelmRelease",
        "spec/chart",
        [{}],
        "spec.chart: this is a list; expected a mapping; take the dash away: there is only one",
    ),
    (
        "CiliumLoadBalancerIPPool",
        "spec/allowFirstLastIPs",
        False,
        'spec.allowFirstLastIPs: false is a truth value; expected text; put it in quotes: "No"',
    ),
    (
        "CiliumNetworkPolicy",
        "spec/ingress/0/toPorts/0/ports/0/port",
        80,
        "spec.ingress[0].toPorts[0].ports[0].port: 80 is a number; expected text; put it in quotes",
    ),
]
CHOICES: list[Fault] = [
    (
        "HelmRelease",
        "spec/chart/spec/sourceRef/kind",
        "GitRepo",
        (
            "spec.chart.spec.sourceRef.kind: 'GitRepo' is not allowed; "
            "allowed: 'HelmRepository', 'GitRepository' or 'Bucket'; did you mean GitRepository?"
        ),
    ),
    (
        "CiliumNetworkPolicy",
        "spec/ingress/0/toPorts/0/ports/0/protocol",
        "tcp",
        (
            "spec.ingress[0].toPorts[0].ports[0].protocol: 'tcp' is not allowed; "
            "allowed: 'TCP', 'UDP', 'SCTP' or 'ANY'; did you mean TCP?"
        ),
    ),
]
TEXTS: list[Fault] = [
    (
        "HelmRelease",
        "spec/interval",
        "1x",
        "spec.interval: '1x' is not a duration such as 30s, 5m or 1h30m",
    ),
    (
        "HTTPRoute",
        "spec/rules/0/timeouts/request",
        "10",
        "spec.rules[0].timeouts.request: '10' is not a duration such as 30s, 5m or 1h30m; did you mean 10s?",
    ),
    (
        "GitRepository",
        "spec/url",
        "git@example.com:home",
        "spec.url: 'git@example.com:home' is not an address that begins with http:// or https:// or ssh://",
    ),
    (
        "CiliumNetworkPolicy",
        "spec/egress/0/toCIDRSet/0/cidr",
        "10.0.0.1",
        (
            "spec.egress[0].toCIDRSet[0].cidr: '10.0.0.1' is not a network such as 10.0.0.0/24; "
            "did you mean 10.0.0.1/32?"
        ),
    ),
    (
        "CiliumBGPClusterConfig",
        "spec/bgpInstances/0/peers/0/peerAddress",
        "10.0.0.300",
        "spec.bgpInstances[0].peers[0].peerAddress: '10.0.0.300' is not an IP address",
    ),
    ("Secret", "data/a", "not base64", "data.a: 'not base64' is not base64"),
    (
        "Gateway",
        "spec/addresses/0/value",
        "x.y",
        "spec.addresses[0].value: 'x.y' is neither an IPv4 address nor an IPv6 address",
    ),
]
BOUNDS: list[Fault] = [
    (
        "Gateway",
        "spec/listeners/0/port",
        70000,
        "spec.listeners[0].port: 70000 is above the most that is allowed, 65535",
    ),
    (
        "Deployment",
        "spec/replicas",
        2**31,
        "spec.replicas: 2147483648 is above the most that is allowed, 2147483647",
    ),
    (
        "Service",
        "spec/ports/0/targetPort",
        2**31,
        "spec.ports[0].targetPort: 2147483648 is above the most that is allowed, 2147483647",
    ),
    ("CiliumBGPClusterConfig", "spec/bgpInstances", [], "spec.bgpInstances: this must not be empty"),
    (
        "HelmRelease",
        "spec/targetNamespace",
        "a" * 64,
        "spec.targetNamespace: this is longer than the 63 characters that are allowed",
    ),
]
TOGETHER: list[Fault] = [
    (
        "CiliumNetworkPolicy",
        "spec/nodeSelector",
        {},
        "spec: endpointSelector and nodeSelector cannot be given together; keep one of them",
    ),
    (
        "Gateway",
        "spec/listeners",
        [{"name": "a", "port": 80, "protocol": "HTTP"}, {"name": "a", "port": 81, "protocol": "HTTP"}],
        (
            "spec.listeners[1]: item 0 of this list has name a already; "
            "items are told apart by name: leave one of them out"
        ),
    ),
]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_object_holds(kind: str, schemas_dir: Path) -> None:
    judged = structure(schemas_dir, kind)

    assert judged.holds(GOOD[kind])
    assert told(judged, GOOD[kind]) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "sentence"),
    [*UNKNOWN, *MISSING, *TYPES, *CHOICES, *TEXTS, *BOUNDS, *TOGETHER],
)
def test_one_fault_is_refused_with_one_sentence(
    kind: str, path: str, value: Any, sentence: str, schemas_dir: Path
) -> None:
    judged = structure(schemas_dir, kind)
    body = changed(kind, path, value)

    assert not judged.holds(body)
    assert told(judged, body) == [sentence]


def test_a_field_misspelt_is_not_also_missing(schemas_dir: Path) -> None:
    body = changed("Deployment", "sepc", GOOD["Deployment"]["spec"])
    del body["spec"]

    assert told(structure(schemas_dir, "Deployment"), body) == ["sepc: unknown field; did you mean spec?"]


def test_faults_are_told_all_at_once_in_the_order_of_the_document(schemas_dir: Path) -> None:
    body = changed("Deployment", "spec/replicas", "two")
    body["spec"]["template"]["spec"]["containers"][0] |= {"imagePullPolcy": "Always", "image": 1}
    body["metadata"]["labels"]["a"] = "b c"

    problems = structure(schemas_dir, "Deployment").problems(body)

    assert [problem.path[-1] for problem in problems] == ["a", "replicas", "image", "imagePullPolcy"]


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", "spec/replicas", None),
        ("Deployment", "metadata/creationTimestamp", None),
        ("Service", "spec/ports/0/targetPort", 80),
        ("Deployment", "spec/replicas", 2.0),
        ("Kustomization", "spec/path", None),
        ("CiliumNetworkPolicy", "spec/ingress", None),
        ("HelmRelease", "spec/values", {"nothing": None}),
        ("HelmRelease", "spec/chart/spec/verify", {}),
        ("Gateway", "spec/addresses/0", {"value": "10.0.0.240"}),
        ("Secret", "data/a", "aGVs\nbG8=\n"),
        ("CiliumNetworkPolicy", "spec/egress/0/toCIDRSet/0/cidr", "fd00::/8"),
        ("Deployment", "metadata/generateName", "web-"),
    ],
)
def test_what_the_api_server_takes_in_holds(kind: str, path: str, value: Any, schemas_dir: Path) -> None:
    judged = structure(schemas_dir, kind)
    body = changed(kind, path, value)

    assert judged.holds(body)
    assert told(judged, body) == []
