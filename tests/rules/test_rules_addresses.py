"""Rules about the address plan: who counts as taken, which pools count, and silence where something is unknown."""

import pytest
from fabric_files import cilium, messages, metallb, node, pool, service, talconfig, values_of

NODES = talconfig(node(1), node(2))
PINNED = "lbipam.cilium.io/ips: 10.0.0.200"
KUBERNETES = "ipam: {mode: kubernetes}"
ROUTER = (
    "hostname: node-1, ipAddress: 10.0.0.11, controlPlane: true, networkInterfaces: [{interface: eth0, "
    "addresses: [10.0.0.11/24], routes: [{network: 0.0.0.0/0, gateway: GATEWAY}], vip: {ip: VIP}}]"
)


def networks(pods: str = "10.244.0.0/16", services: str = "10.96.0.0/12") -> str:
    return (
        "# file: talos/patches/all/networks.yaml\n"
        f"cluster: {{network: {{podSubnets: [{pods}], serviceSubnets: [{services}]}}}}\n"
    )


def with_router(gateway: str = "10.0.0.1", vip: str = "10.0.0.10") -> str:
    return talconfig(ROUTER.replace("GATEWAY", gateway).replace("VIP", vip))


def test_a_pool_over_nodes_is_an_error_where_any_service_draws_from_it() -> None:
    files = (NODES, pool("cidr: 10.0.0.0/24"), service("one", PINNED), service("two"))

    assert messages("ADR001", *files) == [
        "10.0.0.0/24 holds 10.0.0.11 of node node-1 and 1 more that are taken"
    ]
    assert messages("ADR002", *files) == []


def test_a_pool_over_nodes_is_a_warning_where_every_service_asks_for_its_own() -> None:
    files = (NODES, pool("cidr: 10.0.0.0/24"), service("one", PINNED))

    assert messages("ADR001", *files) == []
    assert len(messages("ADR002", *files)) == 1


def test_values_of_a_chart_that_make_a_load_balancer_draw_from_the_pool() -> None:
    files = (NODES, pool("cidr: 10.0.0.0/24"), service("one", PINNED))

    assert len(messages("ADR001", *files, values_of("promtail", "service: {type: LoadBalancer}"))) == 1


def test_values_that_are_switched_off_want_no_address() -> None:
    files = (NODES, pool("cidr: 10.0.0.0/24"), service("one", PINNED))
    off = values_of("promtail", "service: {enabled: false, type: LoadBalancer}")

    assert messages("ADR001", *files, off) == []


@pytest.mark.parametrize("more", ["  serviceSelector: {matchLabels: {a: b}}\n", "  disabled: true\n"])
def test_a_pool_that_nobody_draws_from_by_itself_is_no_error(more: str) -> None:
    assert messages("ADR001", NODES, pool("cidr: 10.0.0.0/24", more=more), service("one")) == []


def test_metallbs_pools_count_too() -> None:
    assert len(messages("ADR001", NODES, metallb("10.0.0.1-10.0.0.50"), service("one"))) == 1


def test_pools_of_one_name_are_those_of_two_clusters_and_nothing_is_said() -> None:
    two = pool("cidr: 10.0.0.0/24") + pool("cidr: 10.9.0.0/24").replace("pools/lan", "other/lan")

    assert messages("ADR001", NODES, two, service("one")) == []


def test_the_apis_address_that_a_service_asks_for_is_that_services() -> None:
    files = (with_router(), pool("start: 10.0.0.5, stop: 10.0.0.10"))
    api = service("kube-api", "lbipam.cilium.io/ips: 10.0.0.10")

    assert len(messages("ADR003", *files, service("one"))) == 1
    assert messages("ADR003", *files, service("one"), api) == []


def test_two_blocks_of_one_pool_overlap_as_well() -> None:
    assert messages("ADR005", pool("cidr: 10.0.0.0/24", "start: 10.0.0.9, stop: 10.0.0.9")) == [
        "10.0.0.9-10.0.0.9 of pool lan overlaps 10.0.0.0/24 of another block of the same pool"
    ]


def test_pools_of_two_owners_overlap() -> None:
    assert len(messages("ADR005", pool("cidr: 10.0.0.0/24"), metallb("10.0.0.128/25", name="metal"))) == 1


def test_many_pools_that_do_not_overlap_are_told_apart() -> None:
    pools = [pool(f"cidr: 10.{number}.0.0/24", name=f"p-{number}") for number in range(50)]

    assert messages("ADR005", *pools) == []


def test_a_pool_in_the_chart_s_own_pod_network_is_found() -> None:
    assert messages("ADR006", cilium(), pool("cidr: 10.0.9.0/24")) == [
        "10.0.9.0/24 overlaps 10.0.0.0/8, the network of pods"
    ]


def test_the_chart_s_own_pod_network_does_not_count_where_kubernetes_hands_out() -> None:
    assert messages("ADR006", cilium(KUBERNETES), networks(), pool("cidr: 10.0.9.0/24")) == []


def test_values_from_a_secret_leave_the_pod_network_unknown() -> None:
    hidden = cilium(more="  valuesFrom: [{kind: Secret, name: cilium}]\n")

    assert messages("ADR009", hidden, NODES) == []


def test_pod_networks_of_two_clusters_leave_it_unknown() -> None:
    other = networks("10.245.0.0/16").replace("networks.yaml", "more.yaml")

    assert messages("ADR008", cilium(KUBERNETES), networks("10.96.0.0/16"), other) == []


def test_broadcast_addresses_are_left_out_by_allow_first_last_ips() -> None:
    block = pool("cidr: 10.0.0.192/26", more='  allowFirstLastIPs: "No"\n')

    assert len(messages("ADR007", NODES, pool("cidr: 10.0.0.192/26"), service("one"))) == 1
    assert messages("ADR007", NODES, block, service("one")) == []


def test_a_range_is_not_cut_by_allow_first_last_ips() -> None:
    block = pool("start: 10.0.0.250, stop: 10.0.0.255", more='  allowFirstLastIPs: "No"\n')

    assert len(messages("ADR007", NODES, block, service("one"))) == 1


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("", "10.244.0.0/24 makes 1 of the shares of /24 that 2 nodes need"),
        ("node-cidr-mask-size: '26'", ""),
        ("node-cidr-mask-size-ipv4: '25'", ""),
        ("node-cidr-mask-size: '20'", "10.244.0.0/24 makes 0 of the shares of /20 that 2 nodes need"),
    ],
)
def test_the_flags_of_the_controller_manager_say_how_large_a_share_is(flags: str, expected: str) -> None:
    manager = f"# file: talos/patches/all/manager.yaml\ncluster: {{controllerManager: {{extraArgs: {{{flags}}}}}}}\n"

    assert messages("ADR011", cilium(KUBERNETES), NODES, networks("10.244.0.0/24"), manager) == (
        [expected] if expected else []
    )


def test_k3s_tells_its_shares_in_its_own_way() -> None:
    config = (
        "# file: k3s/server/config.yaml\ncluster-init: true\ncluster-cidr: 10.42.0.0/24\n"
        "node-ip: 10.0.0.11\nkube-controller-manager-arg: [node-cidr-mask-size=22]\n"
    )

    assert messages("ADR011", config) == ["10.42.0.0/24 makes 0 of the shares of /22 that 1 nodes need"]


def test_cilium_deals_out_shares_of_its_own() -> None:
    values = "ipam: {operator: {clusterPoolIPv4PodCIDRList: [10.244.0.0/23], clusterPoolIPv4MaskSize: 24}}"

    assert messages("ADR011", cilium(values), NODES) == []
    assert len(messages("ADR011", cilium(values.replace("/23", "/24")), NODES)) == 1


def test_nodes_that_are_given_addresses_by_dhcp_tell_no_network() -> None:
    dhcp = talconfig(node(1, "interface: eth0, dhcp: true"), more="endpoint: https://10.0.9.10:6443\n")

    assert messages("ADR014", dhcp.replace("dhcp: true", "dhcp: true, vip: {ip: 10.0.9.10}")) == []


def test_the_same_node_in_two_files_is_one_node() -> None:
    patch = (
        "# file: talos/node/node-one/network.yaml\n"
        "machine: {network: {interfaces: [{interface: eth0, addresses: [10.0.0.11/24]}]}}\n"
    )

    assert messages("ADR016", NODES, patch) == []


def test_a_router_in_a_network_that_is_not_told_is_no_fault() -> None:
    dhcp = node(2, "interface: eth0, dhcp: true")
    far = ROUTER.replace("GATEWAY", "10.0.9.1").replace("VIP", "10.0.0.10")

    assert len(messages("ADR018", talconfig(far))) == 1
    assert messages("ADR018", talconfig(far, dhcp)) == []
