"""Innocent constellations of other people's networks, of which rules of severity error say nothing."""

import pytest
from fabric_files import cilium, l2_policy, messages, node, pool, service, talconfig, values_of

NODES = talconfig(node(1), node(2))
OVER_NODES = pool("cidr: 10.0.0.0/24")
NATIVE = "routingMode: native, ipam: {mode: kubernetes}, ipv4NativeRoutingCIDR: 10.42.0.0/16"
ROOT = """\
# file: flux/cluster.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster, namespace: flux-system}
spec: {prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
# file: apps/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [map.yaml]
# file: apps/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: default}
"""


def subnets(pods: str, file: str = "one") -> str:
    return f"# file: talos/patches/{file}.yaml\ncluster: {{network: {{podSubnets: [{pods}]}}}}\n"


def test_a_pool_over_nodes_bites_with_the_first_service_that_is_not_there_yet() -> None:
    assert messages("ADR001", NODES, OVER_NODES) == []
    assert len(messages("ADR002", NODES, OVER_NODES)) == 1


def test_a_service_of_another_class_draws_from_no_pool_here() -> None:
    foreign = service("one", spec="loadBalancerClass: tailscale")

    assert messages("ADR001", NODES, OVER_NODES, foreign) == []
    assert len(messages("ADR001", NODES, OVER_NODES, service("one"))) == 1


def test_values_of_another_class_draw_from_no_pool_here() -> None:
    foreign = values_of("one", "service: {type: LoadBalancer, loadBalancerClass: tailscale}")

    assert messages("ADR001", NODES, OVER_NODES, foreign) == []


@pytest.mark.parametrize(("kind", "count"), [("LoadBalancer", 1), ("ClusterIP", 0), ("NodePort", 0)])
def test_an_address_beside_a_type_that_takes_none_is_not_asked_for(kind: str, count: int) -> None:
    values = values_of("one", f"service: {{type: {kind}, loadBalancerIP: 192.168.9.9}}")

    assert len(messages("LBS019", cilium(), pool("cidr: 10.9.0.0/24"), values)) == count


def test_a_machine_whose_own_link_is_not_told_is_not_known_to_be_elsewhere() -> None:
    storage = node(2).replace("10.0.0.12/24", "10.99.0.12/24")
    routes = cilium("routingMode: native, autoDirectNodeRoutes: true, ipv4NativeRoutingCIDR: 10.42.0.0/16")

    assert messages("RTE008", routes, talconfig(node(1), storage)) == []


def test_pod_networks_that_disagree_tell_nothing_about_the_native_one() -> None:
    one, other = subnets("10.42.0.0/16"), subnets("10.244.0.0/16", "other")

    assert messages("RTE005", cilium(NATIVE), one, other) == []
    assert len(messages("RTE005", cilium(NATIVE), other)) == 1


def test_flannel_may_be_turned_off_in_a_file_that_is_not_read_as_talos() -> None:
    proxy = "# file: talos/patches/proxy.yaml\ncluster: {proxy: {disabled: true}}\n"
    other = "# file: ansible/vars.yaml\ntalos:\n  cni:\n    name: none\n"

    assert len(messages("TAL002", cilium(), proxy)) == 1
    assert messages("TAL002", cilium(), proxy, other) == []


def test_flags_of_the_installer_count_beside_the_config_of_k3s() -> None:
    config = "# file: k3s/config.yaml\ncluster-init: true\ntls-san: [k3s.example.org]\n"
    flags = "# file: ansible/k3s.yaml\ninstall_exec: --flannel-backend=none --disable=traefik,servicelb\n"
    files = (cilium(), config, pool("cidr: 10.9.0.0/24"))

    assert len(messages("K3S001", *files)) == 1
    assert len(messages("K3S004", *files)) == 1
    assert messages("K3S001", *files, flags) == []
    assert messages("K3S004", *files, flags) == []


def test_an_address_in_a_place_that_only_the_chart_knows_may_be_that_of_any_service() -> None:
    values = "port: {service: {type: LoadBalancer}}, serviceAnnotations: {lbipam.cilium.io/ips: 10.0.0.200}"

    assert messages("ADR001", NODES, OVER_NODES, values_of("one", values)) == []
    assert len(messages("ADR001", NODES, OVER_NODES, values_of("one", values.partition(", ")[0]))) == 1


def test_a_kubernetes_of_k3s_is_not_one_for_talos() -> None:
    talos = talconfig(node(1))
    plan = "# file: ansible/vars.yaml\nk3s_release_version: v1.36.3+k3s1\n"

    assert messages("VER010", talos, plan) == []
    assert len(messages("VER010", talconfig(node(1), more="kubernetesVersion: v1.40.0\n"))) == 1


def test_who_denies_everything_has_no_rest_to_allow() -> None:
    policy = (
        "# file: policies/one.yaml\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: one, namespace: apps}\nspec: {endpointSelector: {}, ingressDeny: [DENIED]}\n"
    )

    assert len(messages("POL034", policy.replace("DENIED", "{fromEntities: [world]}"))) == 1
    assert messages("POL034", policy.replace("DENIED", "{}")) == []


def test_values_that_flux_fills_in_differ_from_nothing() -> None:
    chart = (
        "# file: ansible/cilium.yaml\napiVersion: helm.cattle.io/v1\nkind: HelmChart\n"
        "metadata: {name: cilium, namespace: kube-system}\n"
        "spec: {chart: cilium, version: 1.20.2, valuesContent: 'ipam: {operator: {clusterPoolIPv4PodCIDRList: [10.42.0.0/16]}}'}\n"
    )
    filled = "ipam: {operator: {clusterPoolIPv4PodCIDRList: [NETWORK]}}"
    layer = ROOT.partition("# file: apps/")[0].replace("./apps", "./cilium")
    release = cilium(filled).replace("[NETWORK]", '["${POD_CIDR}"]')
    other = cilium(filled).replace("NETWORK", "10.43.0.0/16")

    assert len(messages("BTS006", layer, chart, other)) == 1
    assert messages("BTS006", layer, chart, release) == []


def test_a_layer_that_two_others_apply_is_no_second_release() -> None:
    layers = "".join(
        f"# file: flux/{name}.yaml\n"
        + ROOT.partition("# file: apps/")[0]
        .partition("\n")[2]
        .replace("./apps", "./cilium")
        .replace("name: cluster", f"name: {name}")
        for name in ("one", "two")
    )

    assert messages("BTS004", layers, cilium()) == []


def test_a_name_outside_with_a_search_domain_behind_it_is_no_service() -> None:
    policy = (
        "# file: policies/one.yaml\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: one, namespace: apps}\nspec: {endpointSelector: {}, egress: [{toFQDNs: [NAMES]}]}\n"
    )
    searched = "{matchName: example.org}, {matchName: example.org.apps.svc.cluster.local}"

    assert len(messages("POL033", policy.replace("NAMES", "{matchName: web.apps.svc.cluster.local}"))) == 1
    assert messages("POL033", policy.replace("NAMES", searched)) == []


@pytest.mark.parametrize(("more", "count"), [("ipv6: {enabled: true}", 1), ("ipv6: {enabled: false}", 0)])
def test_addresses_of_a_family_that_services_do_not_have_are_announced_by_nobody(
    more: str, count: int
) -> None:
    old = cilium(f"kubeProxyReplacement: true, l2announcements: {{enabled: true}}, {more}", version="1.18.6")

    assert len(messages("L2A014", old, pool("cidr: 'fd00:10::200/120'"), l2_policy())) == count
