"""What the description leaves open is decided by `resolve`: one test a decision."""

import copy
from typing import Any

import pytest
import yaml

import fabricgen
from fabricgen.versions import Dialect

BASE: dict[str, Any] = {
    "name": "home",
    "kubernetes": "1.34.2",
    "distribution": {"talos": {"version": "1.12.5"}},
    "endpoint": {"host": "10.0.0.5"},
    "networks": {
        "nodes": "10.0.0.0/24",
        "router": "10.0.0.1",
        "pods": "10.244.0.0/16",
        "services": "10.96.0.0/12",
        "loadBalancers": {"default": {"cidr": "10.0.0.240/28"}},
    },
    "nodes": [
        {"name": "cp-1", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda"},
        {"name": "w-1", "role": "worker", "address": "10.0.0.21", "disk": "/dev/sda"},
    ],
    "cni": {"cilium": {"version": "1.19.6"}},
    "flux": {"version": "2.9.5", "install": "cli", "git": {"url": "https://example.org/home.git"}},
}
K3S = {"k3s": {"version": "v1.34.1+k3s1"}}
DOCKER = {"talos": {"version": "1.12.4", "docker": {"talosctl": "1.12.4", "memory": "4GiB"}}}


def _with(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the base with dotted paths changed; None takes a key away."""
    body = copy.deepcopy(BASE)
    for path, value in changes.items():
        *parents, last = path.split(".")
        here = body
        for part in parents:
            here = here.setdefault(part, {})
        here.pop(last, None) if value is None else here.__setitem__(last, value)
    return body


def cluster(**changes: Any) -> fabricgen.Cluster:
    """Return a small cluster; `a__b=value` changes `a.b` of its description."""
    body = _with({path.replace("__", "."): value for path, value in changes.items()})
    return fabricgen.resolve_cluster(fabricgen.load_text(yaml.safe_dump(body), file="home.yaml"))


def _cilium(**changes: Any) -> Any:
    found = cluster(**changes).cilium
    assert found
    return found


def _node(name: str, address: str, role: str = "worker", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "address": address, "disk": "/dev/sda", **more}


def test_nodes_are_sorted_by_address_whatever_their_order() -> None:
    nodes = [_node("b", "10.0.0.100"), _node("a", "10.0.0.21"), _node("c", "10.0.0.11", "control-plane")]

    assert [node.name for node in cluster(nodes=nodes).nodes] == ["c", "a", "b"]


def test_an_address_that_no_node_has_is_shared_by_the_control_planes_of_talos() -> None:
    assert str(cluster().endpoint.vip) == "10.0.0.5"


def test_the_address_of_a_control_plane_is_no_virtual_address() -> None:
    endpoint = cluster(endpoint__host="10.0.0.11").endpoint

    assert endpoint.vip is None
    assert endpoint.node == "cp-1"


def test_an_external_endpoint_is_not_claimed_by_talos() -> None:
    assert cluster(endpoint__external=True).endpoint.vip is None


def test_an_ipv6_endpoint_stands_in_brackets() -> None:
    networks = {"nodes": "fd00::/64", "pods": "fd00:1::/48", "services": "fd00:2::/112", "loadBalancers": {}}
    nodes = [_node("cp-1", "fd00::11", "control-plane")]

    endpoint = cluster(networks=networks, nodes=nodes, endpoint__host="fd00::5").endpoint

    assert endpoint.url == "https://[fd00::5]:6443"


def test_the_router_answers_dns_unless_something_else_does() -> None:
    assert [str(server) for server in cluster().networks.dns_servers] == ["10.0.0.1"]


def test_a_control_plane_works_too_only_if_there_is_no_worker() -> None:
    alone = cluster(nodes=[_node("cp-1", "10.0.0.11", "control-plane")])

    assert alone.nodes[0].schedulable
    assert not cluster().control_planes[0].schedulable


def test_a_node_takes_what_it_does_not_say_from_its_class_and_the_class_from_the_board() -> None:
    hardware = {"pi": {"extends": "raspberry-pi-4", "memory": "8GiB"}}
    nodes = [{"name": "cp-1", "role": "control-plane", "address": "10.0.0.11", "hardware": "pi"}]

    node = cluster(hardware=hardware, nodes=nodes).nodes[0]

    assert (node.arch, node.memory_mib, node.disk, node.interface.name) == (
        "arm64",
        8192,
        "/dev/mmcblk0",
        "end0",
    )


def test_details_of_a_link_without_a_name_are_those_of_the_boards_link() -> None:
    nodes = [_node("cp-1", "10.0.0.11", "control-plane", hardware="raspberry-pi-4", interface={"vlan": 20})]

    interface = cluster(nodes=nodes).nodes[0].interface

    assert (interface.name, interface.vlan) == ("end0", 20)


def test_boards_get_their_overlay_in_the_schematic() -> None:
    nodes = [_node("cp-1", "10.0.0.11", "control-plane", hardware="raspberry-pi-4")]

    schematic = cluster(nodes=nodes).nodes[0].schematic

    # The ID that Talos' documentation gives for the Raspberry Pi 4.
    assert schematic
    assert schematic.id == "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9"


@pytest.mark.parametrize(
    ("version", "contract", "dialect"),
    [
        ("1.11.6", None, Dialect.V1ALPHA1),
        ("1.13.9", None, Dialect.NETWORK_DOCUMENTS),
        ("1.14.1", None, Dialect.KUBERNETES_DOCUMENTS),
        ("1.14.1", "v1.13", Dialect.NETWORK_DOCUMENTS),
        ("1.13.9", "v1.11", Dialect.V1ALPHA1),
    ],
)
def test_the_dialect_follows_the_contract_not_the_version(
    version: str, contract: str | None, dialect: Dialect
) -> None:
    talos = {"version": version, **({"contract": contract} if contract else {})}

    found = cluster(distribution={"talos": talos}, kubernetes="1.33.0").talos

    assert found
    assert found.dialect is dialect


def test_in_docker_the_contract_is_that_of_the_image_not_of_talosctl() -> None:
    docker = {"talos": {"version": "1.12.4", "docker": {"talosctl": "1.13.9", "memory": "4GiB"}}}

    found = cluster(distribution=docker, endpoint__host="10.0.0.11").talos

    assert found
    assert found.contract == (1, 12)


def test_nodes_of_one_segment_route_natively() -> None:
    routing = _cilium().routing

    assert routing.mode.value == "native"
    assert routing.direct_node_routes.value
    assert "10.0.0.0/24" in routing.mode.why
    assert not routing.mode.asked


def test_a_tunnel_that_is_asked_for_is_asked_for() -> None:
    routing = _cilium(cni__cilium__routing={"mode": "tunnel"}).routing

    assert routing.mode.asked
    assert not routing.direct_node_routes.value


def test_host_routing_turns_the_dns_forwarder_of_talos_off() -> None:
    found = cluster()

    assert found.talos
    assert not found.talos.forward_dns_to_host.value
    assert found.cilium
    assert not found.cilium.host_legacy_routing.value


def test_without_host_routing_the_dns_forwarder_stays() -> None:
    found = cluster(cni__cilium__hostLegacyRouting=True)

    assert found.talos
    assert found.talos.forward_dns_to_host.value


def test_in_docker_the_forwarder_must_stay_so_host_routing_goes() -> None:
    found = cluster(distribution=DOCKER, endpoint__host="10.0.0.11")

    assert found.talos
    assert found.talos.forward_dns_to_host.value
    assert found.cilium
    assert found.cilium.host_legacy_routing.value


@pytest.mark.parametrize("changes", [{"bpfMasquerade": False}, {"kubeProxyReplacement": False}])
def test_without_ebpf_masquerading_packets_pass_the_hosts_stack(changes: dict[str, bool]) -> None:
    legacy = _cilium(
        cni__cilium={"version": "1.18.6", **changes}, networks__loadBalancers={}
    ).host_legacy_routing

    assert legacy.value
    assert not legacy.asked
    assert "masquerading" in legacy.why


def test_a_single_node_runs_one_operator() -> None:
    assert _cilium(nodes=[_node("cp-1", "10.0.0.11", "control-plane")]).operator_replicas.value == 1


def test_talos_agents_reach_the_api_by_kubeprism() -> None:
    cilium = _cilium()

    assert (cilium.api_host, cilium.api_port) == ("localhost", 7445)


def test_k3s_agents_reach_the_api_by_the_balancer_in_each_k3s() -> None:
    cilium = _cilium(distribution=K3S, kubernetes=None, endpoint__host="10.0.0.11")

    assert (cilium.api_host, cilium.api_port) == ("127.0.0.1", 6444)


def test_the_endpoint_can_be_asked_for() -> None:
    cilium = _cilium(cni__cilium__apiServer="endpoint")

    assert (cilium.api_host, cilium.api_port) == ("10.0.0.5", 6443)


def test_kubernetes_of_k3s_is_the_one_inside_its_version() -> None:
    assert (
        str(cluster(distribution=K3S, kubernetes=None, endpoint__host="10.0.0.11").versions.kubernetes)
        == "1.34.1"
    )


def test_a_single_server_of_k3s_keeps_sqlite_and_three_have_etcd() -> None:
    servers = [_node(f"s-{last}", f"10.0.0.{last}", "control-plane") for last in (11, 12, 13)]
    one = cluster(distribution=K3S, kubernetes=None, endpoint__host="10.0.0.11").k3s
    three = cluster(distribution=K3S, kubernetes=None, endpoint__host="10.0.0.12", nodes=servers).k3s

    assert one
    assert not one.etcd
    assert three
    assert three.etcd
    assert three.first_server == "s-12"


def test_l2_is_on_because_a_pool_is_announced_so_and_workers_answer() -> None:
    l2 = _cilium().l2

    assert l2.exclude_control_planes
    # 32 Services renewed every 5 s are 6.4 requests a second, and 10 for everything else.
    assert (l2.qps, l2.burst) == (17, 34)


def test_without_pools_nothing_is_announced() -> None:
    assert _cilium(networks__loadBalancers={}).l2 is None


def test_metallb_takes_the_pools_from_cilium() -> None:
    assert _cilium(metallb={"version": "0.15.2"}).l2 is None


def test_a_pool_written_as_the_whole_lan_leaves_out_all_that_is_taken() -> None:
    networks = {**BASE["networks"], "loadBalancers": {"lan": {"cidr": "10.0.0.0/24"}}}
    networks["reserved"] = [{"start": "10.0.0.100", "stop": "10.0.0.199", "for": "DHCP"}]

    (pool,) = cluster(networks=networks).pools

    assert [str(block) for block in pool.blocks] == [
        "10.0.0.2-10.0.0.4",
        "10.0.0.6-10.0.0.10",
        "10.0.0.12-10.0.0.20",
        "10.0.0.22-10.0.0.99",
        "10.0.0.200-10.0.0.254",
    ]
    assert {owner for _, owner in pool.taken} >= {"router", "node cp-1", "Kubernetes API", "DHCP"}


def test_a_pinned_address_has_a_pool_of_its_own_for_its_services_only() -> None:
    vips = {"dns": {"address": "10.0.0.242", "services": [{"name": "dns", "namespace": "dns"}]}}

    open_pool, pinned = cluster(networks__vips=vips).pools

    assert "10.0.0.242" not in [str(block) for block in open_pool.blocks]
    assert (pinned.name, pinned.selector.names, pinned.selector.namespaces) == ("vip-dns", ("dns",), ("dns",))


def test_services_that_share_an_address_get_its_sharing_key_and_each_others_namespaces() -> None:
    services = [{"name": "a", "namespace": "web"}, {"name": "b", "namespace": "mail"}]

    (vip,) = cluster(networks__vips={"both": {"address": "10.0.0.242", "services": services}}).vips

    assert vip.annotations["web", "a"] == {
        "lbipam.cilium.io/ips": "10.0.0.242",
        "lbipam.cilium.io/sharing-key": "both",
        "lbipam.cilium.io/sharing-cross-namespace": "mail",
    }


def test_metallb_has_annotations_of_its_own() -> None:
    vips = {"dns": {"address": "10.0.0.242", "services": [{"name": "dns", "namespace": "dns"}]}}

    (vip,) = cluster(networks__vips=vips, metallb={"version": "0.15.2"}).vips

    assert vip.annotations["dns", "dns"] == {"metallb.io/loadBalancerIPs": "10.0.0.242"}


def test_bbr_is_for_the_hosts_only_where_pods_pass_the_hosts_stack() -> None:
    bandwidth = {"bbr": True}

    assert not _cilium(cni__cilium__bandwidthManager=bandwidth).bandwidth_manager.bbr_host_namespace_only
    legacy = {"version": "1.19.6", "bandwidthManager": bandwidth, "bpfMasquerade": False}
    assert _cilium(cni__cilium=legacy).bandwidth_manager.bbr_host_namespace_only


def test_the_gateway_apis_release_follows_cilium() -> None:
    api = cluster(cni__cilium__gatewayAPI={}).versions.gateway_api

    assert api
    assert api.tag == "v1.4.1"


def test_what_is_considered_is_a_cluster_of_its_own() -> None:
    cni = {"flannel": {}, "considered": {"cilium": {"version": "1.19.6"}, "because": ["one node"]}}

    found = cluster(cni=cni)

    assert found.cilium is None
    assert found.considered
    assert found.considered.cluster.cilium
    assert found.considered.cluster.considered is None


def test_dual_stack_keeps_ipv4_first() -> None:
    networks = {
        "nodes": ["fd00::/64", "10.0.0.0/24"],
        "router": "10.0.0.1",
        "pods": ["10.244.0.0/16", "fd00:1::/48"],
        "services": ["10.96.0.0/12", "fd00:2::/112"],
    }
    nodes = [
        {"name": "cp-1", "role": "control-plane", "address": ["fd00::11", "10.0.0.11"], "disk": "/dev/sda"}
    ]

    found = cluster(networks=networks, nodes=nodes)

    assert found.networks.families == (4, 6)
    assert found.networks.node_masks == (24, 64)
    assert [str(address) for address in found.nodes[0].addresses] == ["10.0.0.11", "fd00::11"]


def test_problems_carry_the_line_of_what_they_are_about() -> None:
    text = yaml.safe_dump(_with({"endpoint.host": "10.0.0.21"}), sort_keys=False)
    line = 1 + text[: text.index("host: 10.0.0.21")].count("\n")

    with pytest.raises(fabricgen.ResolveError) as caught:
        fabricgen.resolve_cluster(fabricgen.load_text(text, file="home.yaml"))

    assert {problem.line for problem in caught.value.problems} == {line}
