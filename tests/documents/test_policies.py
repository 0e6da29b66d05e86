"""Network policies: what is denied, what is allowed, in the words that Cilium understands."""

from typing import Any

import pytest
from homes import K3S, home

from fabricgen.cluster import Cluster
from fabricgen.documents import policies
from fabricgen.documents.document import Part
from fabricgen.documents.peers import endpoint_labels

DNS_TO = {"matchLabels": {"k8s:io.kubernetes.pod.namespace": "kube-system", "k8s:k8s-app": "kube-dns"}}


def parts(cluster: Cluster, name: str) -> list[Part]:
    found = {draft.path.rpartition("/")[2]: draft.parts for draft in policies.drafts(cluster)}
    return list(found.get(f"{name}.yaml", ()))


def allowed(*, version: str = "1.19.6", **policy: Any) -> Any:
    wanted = {"name": "rule", "namespace": "web", "pods": {"app": "web"}, "because": "it is asked", **policy}
    cluster = home(kubernetes="1.33.4", cni__cilium={"version": version, "policies": {"allow": [wanted]}})
    return parts(cluster, "allow")[0]


def ingress(**peer: Any) -> Any:
    return allowed(ingress=[peer]).body["spec"]["ingress"][0]


def egress(**peer: Any) -> Any:
    return allowed(egress=[peer]).body["spec"]["egress"]


def denied(**wanted: Any) -> Cluster:
    return home(cni__cilium__policies={"defaultDeny": ["web"], **wanted})


def test_default_deny_selects_every_pod_and_allows_nobody() -> None:
    body = parts(denied(), "default-deny")[0].body

    assert body["metadata"] == {"name": "default-deny", "namespace": "web"}
    assert body["spec"] == {
        "description": "Default deny in web",
        "endpointSelector": {},
        "ingress": [{}],
        "egress": [{}],
    }


def test_a_denied_namespace_still_has_names_over_both_protocols() -> None:
    spec = parts(denied(), "dns")[0].body["spec"]

    assert spec["egress"] == [
        {
            "toEndpoints": [DNS_TO],
            "toPorts": [
                {
                    "ports": [{"port": "53", "protocol": "UDP"}, {"port": "53", "protocol": "TCP"}],
                    "rules": {"dns": [{"matchPattern": "*"}]},
                }
            ],
        }
    ]


def test_dns_is_left_to_others_where_the_description_says_so() -> None:
    assert parts(denied(dns=False), "dns") == []


def test_each_denied_namespace_has_its_own_policies() -> None:
    cluster = home(cni__cilium__policies={"defaultDeny": ["web", "apps"]})

    assert [part.body["metadata"]["namespace"] for part in parts(cluster, "dns")] == ["apps", "web"]


def test_a_policy_selects_pods_by_kubernetes_labels() -> None:
    spec = allowed(ingress=[{"entities": ["ingress"]}]).body["spec"]

    assert spec["endpointSelector"] == {"matchLabels": {"k8s:app": "web"}}
    assert spec["description"] == "it is asked"


def test_pods_without_a_namespace_are_those_of_the_policys_own() -> None:
    assert ingress(pods={"app": "front"}) == {"fromEndpoints": [{"matchLabels": {"k8s:app": "front"}}]}


def test_pods_of_another_namespace_carry_it_as_a_label() -> None:
    assert ingress(namespace="monitoring", pods={"app": "prometheus"})["fromEndpoints"] == [
        {"matchLabels": {"k8s:io.kubernetes.pod.namespace": "monitoring", "k8s:app": "prometheus"}}
    ]


def test_a_namespace_alone_means_all_its_pods() -> None:
    assert ingress(namespace="monitoring") == {
        "fromEndpoints": [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": "monitoring"}}]
    }


def test_no_labels_at_all_mean_every_pod_of_the_own_namespace() -> None:
    assert ingress(pods={}) == {"fromEndpoints": [{}]}


def test_a_label_that_names_its_source_keeps_it() -> None:
    assert endpoint_labels({"any:app": "web", "tier": "front"}) == {"any:app": "web", "k8s:tier": "front"}


def test_entities_are_cilium_own_words() -> None:
    assert egress(entities=["kube-apiserver"], ports=["6443/TCP"]) == [
        {"toEntities": ["kube-apiserver"], "toPorts": [{"ports": [{"port": "6443", "protocol": "TCP"}]}]}
    ]


def test_networks_leave_out_what_is_not_meant_where_it_lies_inside() -> None:
    peers = {"cidrs": ["10.0.0.0/8", "192.168.0.0/16"], "exceptCidrs": ["10.1.0.0/16"]}

    assert egress(**peers) == [
        {"toCIDRSet": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, {"cidr": "192.168.0.0/16"}]}
    ]


def test_a_range_of_ports_ends_with_a_number() -> None:
    rule = ingress(entities=["world"], ports=["30000-32767/UDP"])

    assert rule["toPorts"] == [{"ports": [{"port": "30000", "endPort": 32767, "protocol": "UDP"}]}]


def test_http_is_read_on_its_ports() -> None:
    rule = ingress(
        pods={"app": "front"},
        ports=["8080/TCP"],
        http=[{"method": "GET", "path": "/v1/.*"}, {"host": "api.example.org", "headers": ["X-Token: yes"]}],
    )

    assert rule["toPorts"][0]["rules"] == {
        "http": [
            {"method": "GET", "path": "/v1/.*"},
            {"host": "api.example.org", "headers": ["X-Token: yes"]},
        ]
    }


def test_names_bring_the_dns_rule_from_which_their_addresses_are_learnt() -> None:
    rules = egress(fqdns=["api.github.com", "*.example.org"], ports=["443/TCP"])

    assert rules[0]["toEndpoints"] == [DNS_TO]
    assert rules[0]["toPorts"][0]["rules"] == {"dns": [{"matchPattern": "*"}]}
    assert rules[1]["toFQDNs"] == [{"matchName": "api.github.com"}, {"matchPattern": "*.example.org"}]


def test_without_names_no_dns_rule_comes_along() -> None:
    assert egress(entities=["world"]) == [{"toEntities": ["world"]}]


def test_a_policy_without_a_namespace_is_for_the_whole_cluster() -> None:
    body = allowed(namespace=None, ingress=[{"entities": ["cluster"]}]).body

    assert body["kind"] == "CiliumClusterwideNetworkPolicy"
    assert body["metadata"] == {"name": "rule"}


def test_a_policy_for_every_pod_of_the_cluster_denies_nothing() -> None:
    spec = allowed(namespace=None, pods={}, ingress=[{"entities": ["cluster"]}]).body["spec"]

    assert spec["endpointSelector"] == {}
    assert spec["enableDefaultDeny"] == {"ingress": False, "egress": False}


@pytest.mark.parametrize("policy", [{"pods": {}}, {"namespace": None}])
def test_a_policy_for_some_pods_denies_what_it_does_not_allow(policy: dict[str, Any]) -> None:
    assert "enableDefaultDeny" not in allowed(**policy, ingress=[{"entities": ["cluster"]}]).body["spec"]


@pytest.mark.parametrize(
    ("version", "source"),
    [
        ("1.18.6", "https://docs.cilium.io/en/v1.18/security/policy/language/#endpoints-based"),
        ("1.19.6", "https://docs.cilium.io/en/v1.19/security/policy/layer3/#endpoints-based"),
    ],
)
def test_sources_lead_to_the_page_that_the_minor_has(version: str, source: str) -> None:
    part = allowed(version=version, ingress=[{"entities": ["cluster"]}])

    assert {one.source for one in part.settings} == {source}


def test_without_policies_there_is_no_file() -> None:
    assert list(policies.drafts(home())) == []


def test_on_k3s_cluster_dns_has_the_same_label() -> None:
    cluster = home(K3S, cni__cilium__policies={"defaultDeny": ["web"]})

    assert parts(cluster, "dns")[0].body["spec"]["egress"][0]["toEndpoints"] == [DNS_TO]
