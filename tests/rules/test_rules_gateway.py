"""Rules of Gateway API: routes that charts make, what is unknown, names that meet."""

import pytest

from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit, gateway
from fabricgen.rules.example import clusters_of
from fabricgen.rules.gateway.hostnames import meet
from fabricgen.rules.rule import RULES

assert gateway.__all__

GATEWAY = """\
# file: gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: home, namespace: network}
spec:
  gatewayClassName: cilium
  listeners:
"""
APP = """\
# file: apps/shop.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  chart: {spec: {chart: CHART, version: 5.0.0, sourceRef: {kind: HelmRepository, name: charts}}}
  values:
    route:
      app: ROUTE
"""
NAMESPACE = """\
# file: namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {exposed: "yes"}}
"""
CILIUM = """\
# file: cilium.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: VERSION, sourceRef: {kind: HelmRepository, name: cilium}}}
  values: VALUES
"""


def gateway_with(*listeners: str) -> str:
    return GATEWAY + "".join(f"  - {one}\n" for one in listeners)


def app(route: str, chart: str = "app-template") -> str:
    return APP.replace("CHART", chart).replace("ROUTE", route)


def cilium(values: str, version: str = "1.20.2") -> str:
    return CILIUM.replace("VALUES", values).replace("VERSION", version)


def hits(rule: str, *files: str) -> list[Hit]:
    clusters = clusters_of("".join(files))
    return [hit for cluster in clusters for _, hit in hits_of(infer(cluster), [RULES[rule]])]


HTTP = "{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}"


def test_a_route_that_a_chart_makes_is_judged_where_its_values_stand() -> None:
    route = "{parentRefs: [{name: home, namespace: network, sectionName: https}]}"

    (hit,) = hits("GWY019", gateway_with(HTTP), app(route))

    assert hit.place.file == "apps/shop.yaml"
    assert hit.place.path == ("spec", "values", "route", "app", "parentRefs", 0)
    assert hit.object == "HTTPRoute of HelmRelease shop/shop"


@pytest.mark.parametrize(
    "route",
    [
        "{enabled: false, parentRefs: [{name: home, namespace: network, sectionName: https}]}",
        "{parentRefs: [{name: home, namespace: network, sectionName: '${SECTION}'}]}",
        "{parentRefs: [{name: home, sectionName: https}]}",
        "{parentRefs: [{kind: ListenerSet, name: home, namespace: network, sectionName: https}]}",
    ],
)
def test_routes_that_are_off_or_not_told_in_full_are_passed_over(route: str) -> None:
    assert hits("GWY019", gateway_with(HTTP), app(route)) == []


def test_a_route_of_a_chart_with_its_own_defaults_has_to_be_on() -> None:
    route = "{SWITCHparentRefs: [{name: home, namespace: network, sectionName: https}]}"
    off, on = route.replace("SWITCH", ""), route.replace("SWITCH", "enabled: true, ")

    assert hits("GWY019", gateway_with(HTTP), app(off, "grafana")) == []
    assert len(hits("GWY019", gateway_with(HTTP), app(on, "grafana"))) == 1


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("{matchLabels: {exposed: 'yes'}}", 0),
        ("{matchLabels: {exposed: 'no'}}", 1),
        ("{matchLabels: {kubernetes.io/metadata.name: shop}}", 0),
        ("{matchLabels: {kubernetes.io/metadata.name: other}}", 1),
        ("{matchExpressions: [{key: exposed, operator: Exists}]}", 0),
    ],
)
def test_a_namespace_is_let_in_by_its_labels(selector: str, found: int) -> None:
    allowed = f"allowedRoutes: {{namespaces: {{from: Selector, selector: {selector}}}}}"
    listener = f"{{name: http, port: 80, protocol: HTTP, {allowed}}}"
    route = "{parentRefs: [{name: home, namespace: network}]}"

    assert len(hits("GWY020", gateway_with(listener), NAMESPACE, app(route))) == found


def test_labels_of_a_namespace_that_is_not_there_may_be_any() -> None:
    selector = "{from: Selector, selector: {matchLabels: {exposed: 'no'}}}"
    listener = f"{{name: http, port: 80, protocol: HTTP, allowedRoutes: {{namespaces: {selector}}}}}"

    assert (
        hits("GWY020", gateway_with(listener), app("{parentRefs: [{name: home, namespace: network}]}")) == []
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("a.example.com", "*.example.com", True),
        ("*.example.com", "*.b.example.com", True),
        ("*.example.com", "*.example.org", False),
        ("A.example.com", "a.example.com", True),
        ("notexample.com", "*.example.com", False),
    ],
)
def test_names_meet_as_the_specification_says(one: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert meet(one, other) is expected


def test_names_that_flux_fills_in_are_not_compared() -> None:
    listener = "{name: https, port: 443, protocol: HTTPS, hostname: '*.example.com'}"
    route = "{hostnames: ['shop.${DOMAIN}'], parentRefs: [{name: home, namespace: network}]}"

    assert hits("GWY023", gateway_with(listener), app(route)) == []


@pytest.mark.parametrize(("version", "found"), [("1.18.11", 0), ("1.19.6", 1)])
def test_node_ports_were_enough_until_cilium_1_18(version: str, found: int) -> None:
    values = "{kubeProxyReplacement: false, nodePort: {enabled: true}, gatewayAPI: {enabled: true}}"

    assert len(hits("GWY001", cilium(values, version))) == found


def test_tcp_and_udp_may_share_a_port() -> None:
    listeners = ("{name: dns, port: 53, protocol: UDP}", "{name: dns-tcp, port: 53, protocol: TCP}")

    assert hits("GWY013", gateway_with(*listeners), cilium("{gatewayAPI: {enabled: true}}")) == []


def test_gateways_of_other_controllers_do_not_need_ciliums() -> None:
    other = gateway_with(HTTP).replace("gatewayClassName: cilium", "gatewayClassName: envoy")

    assert hits("GWY003", other, cilium("{gatewayAPI: {enabled: false}}")) == []
    assert len(hits("GWY003", gateway_with(HTTP), cilium("{gatewayAPI: {enabled: false}}"))) == 1


def test_a_chart_in_the_repository_tells_its_defaults_and_installs_nothing() -> None:
    chart = "# file: charts/cilium/Chart.yaml\nname: cilium\nversion: 1.20.2\n"
    defaults = (
        "# file: charts/cilium/values.yaml\nbpf: {}\nhubble: {}\nipam: {}\ngatewayAPI: {enabled: false}\n"
    )

    assert hits("GWY003", gateway_with(HTTP), chart, defaults) == []
