"""Rules of k3s: whose config it is, what is left at its default, and silence where something is unknown."""

from importlib import import_module

import pytest

from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit
from fabricgen.rules.example import clusters_of
from fabricgen.rules.rule import RULES

for module in ("k3s", "k3s_network", "k3s_servers"):
    import_module(f"fabricgen.rules.{module}")

CILIUM = """\
# file: cilium/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cilium, namespace: kube-system}}
spec:
  chart: {{spec: {{chart: cilium, version: 1.20.2, sourceRef: {{kind: HelmRepository, name: cilium}}}}}}
  values: {values}
"""
POOL = """\
# file: cilium/pool.yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: lan}
spec: {blocks: [{cidr: 10.0.0.0/28}]}
"""
CHART = """\
# file: k3s/cilium.yaml
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {{name: cilium, namespace: kube-system}}
spec:
  chart: cilium
  repo: https://helm.cilium.io
  version: 1.20.2
  {bootstrap}
  valuesContent: 'kubeProxyReplacement: true'
"""
PLAN = """\
# file: upgrade/plan.yaml
apiVersion: upgrade.cattle.io/v1
kind: Plan
metadata: {{name: server, namespace: system-upgrade}}
spec: {{concurrency: 1, version: {version}}}
"""
GATEWAY_CRD = """\
# file: crds/gateways.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gateways.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.5.1}
spec: {group: gateway.networking.k8s.io, names: {kind: Gateway, plural: gateways}, scope: Namespaced}
"""
OFF = "flannel-backend: none\ndisable-network-policy: true\ndisable-kube-proxy: true"
RIGHT = f"{OFF}\ndisable: [servicelb, traefik]"


def cilium(values: str = "kubeProxyReplacement: true") -> str:
    return CILIUM.format(values=f"{{{values}}}")


def config(text: str, file: str = "k3s/server/config.yaml") -> str:
    return f"# file: {file}\n{text}\n"


def agent(text: str = "") -> str:
    return config(f"server: https://10.0.0.11:6443\nnode-ip: 10.0.0.21\n{text}", "k3s/agent/config.yaml")


def server(number: int, text: str = "") -> str:
    return config(f"node-ip: 10.0.0.{number}\n{text}", f"k3s/server-{number}/config.yaml")


def hits(rule: str, *files: str) -> list[Hit]:
    clusters = clusters_of("".join(files))
    return [hit for cluster in clusters for _, hit in hits_of(infer(cluster), [RULES[rule]])]


@pytest.mark.parametrize("rule", ["K3S001", "K3S002", "K3S003", "K3S004", "K3S005"])
def test_what_k3s_brings_stays_unless_it_is_told(rule: str) -> None:
    values = "kubeProxyReplacement: true, gatewayAPI: {enabled: true}"

    assert hits(rule, cilium(values), POOL, config("cluster-init: true"))
    assert hits(rule, cilium(values), POOL, config(RIGHT)) == []


@pytest.mark.parametrize("rule", ["K3S001", "K3S002", "K3S003", "K3S004", "K3S005"])
def test_nothing_is_said_without_cilium_or_without_a_server(rule: str) -> None:
    assert hits(rule, POOL, config("cluster-init: true")) == []
    assert hits(rule, cilium(), POOL, agent()) == []
    assert hits(rule, cilium(), POOL) == []


@pytest.mark.parametrize("rule", ["K3S001", "K3S002", "K3S003"])
def test_one_server_that_tells_it_is_enough(rule: str) -> None:
    assert hits(rule, cilium(), server(11, RIGHT), server(12, "disable-cloud-controller: true")) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("K3S001", "flannel-backend: ${FLANNEL}"),
        ("K3S002", "disable-network-policy: ${OFF}"),
        ("K3S003", "disable-kube-proxy: ${OFF}"),
        ("K3S004", "disable: ['${PARTS}']"),
        ("K3S005", "disable: ['${PARTS}']"),
    ],
)
def test_what_is_told_later_is_left_alone(rule: str, text: str) -> None:
    values = "kubeProxyReplacement: true, gatewayAPI: {enabled: true}"

    assert hits(rule, cilium(values), POOL, config(f"cluster-init: true\n{text}")) == []


@pytest.mark.parametrize("written", ["true", "'true'", "'1'"])
def test_a_switch_may_be_a_text(written: str) -> None:
    assert hits("K3S003", cilium(), config(f"flannel-backend: none\ndisable-kube-proxy: {written}")) == []


@pytest.mark.parametrize(
    "written", ["disable: servicelb,traefik", "disable: [servicelb]", "disable+: [servicelb]"]
)
def test_disable_in_each_of_its_forms(written: str) -> None:
    assert hits("K3S004", cilium(), POOL, config(f"{OFF}\n{written}")) == []


@pytest.mark.parametrize(
    "values",
    ["enableLBIPAM: false", "defaultLBServiceIPAM: none"],
)
def test_servicelb_may_stay_where_cilium_leaves_services_alone(values: str) -> None:
    assert hits("K3S004", cilium(values), POOL, config(OFF)) == []


def test_servicelb_may_stay_where_cilium_has_no_pools() -> None:
    assert hits("K3S004", cilium(), config(OFF)) == []


def test_kube_proxy_may_stay_where_cilium_does_not_replace_it() -> None:
    assert hits("K3S003", cilium("kubeProxyReplacement: false"), config("flannel-backend: none")) == []


def test_flannel_may_stay_where_cilium_is_chained_to_it() -> None:
    assert hits("K3S001", cilium("cni: {chainingMode: generic-veth}"), config("cluster-init: true")) == []


@pytest.mark.parametrize(
    ("port", "files", "found"),
    [
        ("6444", (config(OFF), agent()), 0),
        ("6443", (config(OFF), agent()), 1),
        ("6443", (config(OFF),), 0),
        ("6445", (config(OFF),), 1),
        ("6445", (config(OFF), agent("lb-server-port: 6445")), 0),
        ("6444", (config(OFF), agent("lb-server-port: 6445")), 1),
        ("'${PORT}'", (config(OFF), agent()), 0),
    ],
)
def test_the_port_of_the_api(port: str, files: tuple[str, ...], found: int) -> None:
    values = cilium(f"k8sServiceHost: 127.0.0.1, k8sServicePort: {port}")

    assert len(hits("K3S006", values, *files)) == found


def test_another_host_of_the_api_has_any_port() -> None:
    assert (
        hits("K3S006", cilium("k8sServiceHost: 10.0.0.5, k8sServicePort: 6443"), config(OFF), agent()) == []
    )
    assert hits("K3S007", cilium("k8sServiceHost: 10.0.0.5"), agent("disable-apiserver-lb: true")) == []


@pytest.mark.parametrize(
    ("cidr", "pool", "found"),
    [
        ("", "10.42.0.0/16", 0),
        ("", "10.0.0.0/8", 1),
        ("cluster-cidr: 10.44.0.0/16", "10.44.0.0/16", 0),
        ("cluster-cidr: 10.44.0.0/16,fd00:44::/48", "10.42.0.0/16", 1),
        ("", "'${POOL}'", 0),
    ],
)
def test_pools_of_pods(cidr: str, pool: str, found: int) -> None:
    values = f"ipam: {{mode: cluster-pool, operator: {{clusterPoolIPv4PodCIDRList: [{pool}]}}}}"

    assert len(hits("K3S008", cilium(values), config(f"{OFF}\n{cidr}"))) == found


@pytest.mark.parametrize(
    ("bootstrap", "found"),
    [("bootstrap: true", 0), ("bootstrap: false", 1), ("", 1), ("bootstrap: '${FIRST}'", 0)],
)
def test_charts_that_bring_the_network(bootstrap: str, found: int) -> None:
    assert len(hits("K3S010", CHART.format(bootstrap=bootstrap), config(OFF))) == found


def test_the_helm_controller_may_be_off_where_flux_brings_cilium() -> None:
    off = config(f"{OFF}\ndisable-helm-controller: true")

    assert hits("K3S011", cilium(), off) == []
    assert hits("K3S011", CHART.format(bootstrap="bootstrap: true"), off)


@pytest.mark.parametrize(
    ("version", "text", "found"),
    [
        ("v1.37.0+k3s1", OFF, 1),
        ("v1.37.0+k3s1", f"{OFF}\ndisable: [gateway-api-crd]", 0),
        ("v1.36.1+k3s1", OFF, 0),
        ("'${K3S}'", OFF, 0),
    ],
)
def test_crds_of_gateway_api(version: str, text: str, found: int) -> None:
    assert len(hits("K3S012", GATEWAY_CRD, PLAN.format(version=version), config(text))) == found


def test_values_of_different_form_are_the_same() -> None:
    one = server(11, "cluster-cidr: 10.42.0.0/16,fd00::/48\ndisable-network-policy: true")
    other = server(12, "cluster-cidr: [10.42.0.0/16, 'fd00::/48']\ndisable-network-policy: 'true'")

    assert hits("K3S013", one, other) == []


@pytest.mark.parametrize("text", ["node-label: [a=b]", "tls-san: [a.lan]", "disable: [traefik]"])
def test_servers_may_differ_in_what_is_their_own(text: str) -> None:
    assert hits("K3S013", server(11, f"{OFF}\n{text}"), server(12, OFF)) == []


def test_tokens_that_differ_are_not_shown() -> None:
    one, other = server(11, f"{OFF}\nagent-token: first"), server(12, f"{OFF}\nagent-token: second")

    (hit,) = hits("K3S013", one, other)

    assert "first" not in hit.message
    assert "second" not in hit.message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("disable: [traefik]", 1),
        ("disable+: [traefik]", 1),
        ("node-label: [a=b]", 0),
        ("kubelet-arg: [max-pods=200]", 0),
        ("lb-server-port: 6445", 0),
    ],
)
def test_keys_of_servers_on_agents(text: str, found: int) -> None:
    assert len(hits("K3S014", agent(text))) == found


def test_the_key_that_is_meant_keeps_its_value() -> None:
    (hit,) = hits("K3S015", config(f"{OFF}\nflanel-iface: eth0"))

    assert [(edit.operation, edit.path, edit.value) for edit in hit.edits] == [
        ("rename", ("flanel-iface",), "flannel-iface")
    ]


@pytest.mark.parametrize("key", ["kubelet-arg+", "etcd-s3-bucket", "vpn-auth", "sops", "debug"])
def test_keys_that_are_known(key: str) -> None:
    assert hits("K3S015", config(f"{OFF}\n{key}: a")) == []


@pytest.mark.parametrize(
    ("backend", "version", "found"),
    [
        ("wireguard", "v1.36.1+k3s1", 1),
        ("wireguard", "v1.25.16+k3s4", 0),
        ("ipsec", "v1.26.15+k3s1", 0),
        ("ipsec", "v1.34.1+k3s1", 1),
        ("wireguard-native", "v1.36.1+k3s1", 0),
    ],
)
def test_backends_that_are_gone(backend: str, version: str, found: int) -> None:
    files = config(f"flannel-backend: {backend}"), PLAN.format(version=version)

    assert len(hits("K3S016", *files)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cluster-dns: 10.43.0.10", 0),
        ("cluster-dns: 10.96.0.10", 1),
        ("cluster-dns: 10.96.0.10\nservice-cidr: 10.96.0.0/16", 0),
        ("cluster-dns: 10.96.0.10,fd00::a\nservice-cidr: 10.96.0.0/16,fd00::/108", 0),
        ("cluster-dns: 'fd01::a'\nservice-cidr: 10.96.0.0/16,fd00::/108", 1),
        ("cluster-dns: 'fd01::a'", 0),
        ("cluster-dns: '${DNS}'", 0),
    ],
)
def test_addresses_of_dns(text: str, found: int) -> None:
    assert len(hits("K3S017", config(f"cluster-init: true\n{text}"))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("token: K10abcdef::server:secret", 1),
        ("token: ENC[AES256_GCM,data:aaaa,type:str]", 0),
        ("token: '${TOKEN}'", 0),
        ("token: '{{ k3s_token }}'", 0),
        ("token: op://vault/k3s/token", 0),
        ("token: <token of yours>", 0),
        ("token: xxxxxxxx", 0),
        ("token-file: /etc/rancher/k3s/token", 0),
        ("datastore-endpoint: postgres://k3s:secret@db.lan:5432/k3s", 1),
        ("datastore-endpoint: postgres://db.lan:5432/k3s", 0),
    ],
)
def test_secrets(text: str, found: int) -> None:
    found_hits = hits("K3S019", config(f"{OFF}\n{text}"))

    assert len(found_hits) == found
    assert all("secret" not in hit.message for hit in found_hits)


@pytest.mark.parametrize(("numbers", "found"), [((11,), 0), ((11, 12), 1), ((11, 12, 13), 0)])
def test_how_many_servers(numbers: tuple[int, ...], found: int) -> None:
    files = [server(number, f"{OFF}\ncluster-init: true") for number in numbers]

    assert len(hits("K3S020", *files)) == found


def test_servers_with_a_database_of_their_own_may_be_two() -> None:
    text = f"{OFF}\ncluster-init: true\ndatastore-endpoint: postgres://db.lan/k3s"

    assert hits("K3S020", server(11, text), server(12, text)) == []


@pytest.mark.parametrize(
    ("values", "cidr", "found"),
    [
        ("ipam: {mode: kubernetes}, ipv6: {enabled: true}", "", 1),
        ("ipam: {mode: kubernetes}, ipv6: {enabled: true}", "cluster-cidr: 10.42.0.0/16,fd00:42::/56", 0),
        ("ipam: {mode: kubernetes}", "cluster-cidr: fd00:42::/56", 1),
        ("ipam: {mode: cluster-pool}, ipv6: {enabled: true}", "", 0),
    ],
)
def test_families(values: str, cidr: str, found: int) -> None:
    assert len(hits("K3S021", cilium(values), config(f"{OFF}\n{cidr}"))) == found
