"""k3s: what is the same on all servers, on all agents, and what is each node's own."""

import json
from copy import deepcopy
from typing import Any

import pytest

from fabricgen import yamlio
from fabricgen.cluster import Cluster
from fabricgen.documents import shape
from fabricgen.documents.document import leaves
from fabricgen.documents.k3s import drafts
from fabricgen.documents.text import texts
from fabricgen.load import load_text
from fabricgen.resolve import resolve
from fabricgen.templates import templates_of

HOME: dict[str, Any] = {
    "name": "home",
    "distribution": {"k3s": {"version": "1.33.4+k3s1"}},
    "endpoint": {"host": "192.168.1.10"},
    "networks": {
        "nodes": "192.168.1.0/24",
        "router": "192.168.1.1",
        "pods": "10.244.0.0/16",
        "services": "10.96.0.0/12",
    },
    "nodes": [
        {"name": "one", "role": "control-plane", "address": "192.168.1.10"},
        {"name": "two", "role": "worker", "address": "192.168.1.20"},
    ],
    "cni": {"cilium": {"version": "1.18.6"}},
    "flux": {
        "version": "2.7.5",
        "operatorVersion": "0.33.0",
        "git": {"url": "https://example.org/home.git"},
    },
}
THREE_SERVERS = {
    "nodes": [
        {"name": f"server{index}", "role": "control-plane", "address": f"192.168.1.1{index}"}
        for index in range(3)
    ]
}
POOL = {"networks.loadBalancers": {"lan": {"start": "192.168.1.200", "stop": "192.168.1.215"}}}
DUAL_STACK = {
    "networks.nodes": ["192.168.1.0/24", "fd00:1::/64"],
    "networks.router": ["192.168.1.1", "fd00:1::1"],
    "networks.pods": ["10.244.0.0/16", "fd00:42::/56"],
    "networks.services": ["10.96.0.0/12", "fd00:43::/112"],
    "nodes.0.address": ["192.168.1.10", "fd00:1::10"],
    "nodes.1.address": ["192.168.1.20", "fd00:1::20"],
}
FLANNEL = {"cni": {"flannel": {"because": "it is what runs today"}}}
EVERYTHING = {
    **THREE_SERVERS,
    "distribution.k3s.disable": ["traefik", "local-storage"],
    "distribution.k3s.tlsSans": ["k3s.example.org"],
    "distribution.k3s.server": {"kube-controller-manager-arg": ["bind-address=0.0.0.0"], "etcd-arg": ["a=b"]},
    "networks.nodeMask": [23],
    "nodes.1.labels": {"example.org/rack": "a"},
    "nodes.1.taints": [{"key": "gpu", "value": "nvidia", "effect": "NoSchedule"}],
    "nodes.2.externalAddress": "203.0.113.7",
}
SERVER, AGENT = "k3s/server/config.yaml", "k3s/agent/config.yaml"


def cluster(**changes: Any) -> Cluster:
    """Return HOME; `at={"networks.domain": "x.org"}` changes dotted paths."""
    description = deepcopy(HOME)
    for path, value in changes.get("at", {}).items():
        _write(description, path, deepcopy(value))
    return resolve(load_text(json.dumps(description), file="home.yaml").description)


def _write(description: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    here = description
    for key in way:
        here = here[int(key)] if isinstance(here, list) else here.setdefault(key, {})
    here[last] = value


def written(home: Cluster) -> dict[str, str]:
    files = [file for draft in drafts(home) for file in shape(draft, home, templates_of(None))]
    return {str(path): text for path, text in texts(files).items()}


def read(home: Cluster, path: str) -> dict[str, Any]:
    found: dict[str, Any] = yamlio.read_document(written(home)[path], source=path).value
    return found


def node(home: Cluster, name: str) -> dict[str, Any]:
    return read(home, f"k3s/node/{name}/config.yaml")


def test_each_role_and_each_node_has_its_file() -> None:
    assert sorted(written(cluster())) == [
        AGENT,
        "k3s/node/one/config.yaml",
        "k3s/node/two/config.yaml",
        SERVER,
    ]


def test_without_an_agent_there_is_no_file_for_agents() -> None:
    assert AGENT not in written(cluster(at=THREE_SERVERS))


def test_nothing_is_written_for_talos() -> None:
    talos = {
        "kubernetes": "1.33.4",
        "distribution": {"talos": {"version": "1.12.5"}},
        "nodes.0.disk": "/dev/sda",
        "nodes.1.disk": "/dev/sda",
        "nodes.0.interface": "end0",
        "nodes.1.interface": "end0",
    }

    assert list(drafts(cluster(at=talos))) == []


def test_with_cilium_servers_leave_out_what_it_replaces() -> None:
    assert read(cluster(), SERVER) == {
        "cluster-cidr": "10.244.0.0/16",
        "service-cidr": "10.96.0.0/12",
        "cluster-dns": "10.96.0.10",
        "cluster-domain": "cluster.local",
        "flannel-backend": "none",
        "disable-network-policy": True,
        "disable-kube-proxy": True,
        "secrets-encryption": True,
        "write-kubeconfig-mode": "0600",
        "token-file": "/etc/rancher/k3s/token",
    }


def test_servicelb_stays_until_cilium_has_addresses_to_give() -> None:
    assert "disable" not in read(cluster(), SERVER)
    assert read(cluster(at=POOL), SERVER)["disable"] == ["servicelb"]
    assert "servicelb: Cilium gives Services their addresses" in written(cluster(at=POOL))[SERVER]


def test_cilium_beside_kube_proxy_leaves_kube_proxy_alone() -> None:
    assert "disable-kube-proxy" not in read(cluster(at={"cni.cilium.kubeProxyReplacement": False}), SERVER)


def test_flannel_and_what_comes_with_it_stay() -> None:
    config = read(cluster(at=FLANNEL), SERVER)

    kept = {"flannel-backend", "disable-network-policy", "disable-kube-proxy", "disable"}
    assert kept & set(config) == set()


def test_traefik_goes_where_cilium_serves_the_gateway_api() -> None:
    home = cluster(at={"cni.cilium.gatewayAPI": {}, "distribution.k3s.disable": ["traefik", "local-storage"]})

    assert read(home, SERVER)["disable"] == ["traefik", "local-storage"]
    assert "traefik: Cilium serves the Gateway API" in written(home)[SERVER]


def test_flannel_gives_pods_their_nodes_ipv6_address_outside_the_cluster() -> None:
    home = cluster(at={**FLANNEL, **DUAL_STACK})

    assert read(home, SERVER)["flannel-ipv6-masq"] is True
    assert "flannel-ipv6-masq" not in read(cluster(at=FLANNEL), SERVER)
    assert "flannel-ipv6-masq" not in read(cluster(at=DUAL_STACK), SERVER)


def test_metallb_replaces_servicelb_too() -> None:
    home = cluster(at={**FLANNEL, "metallb": {"version": "0.15.2"}})

    assert read(home, SERVER)["disable"] == ["servicelb"]
    assert "servicelb: MetalLB gives Services their addresses" in written(home)[SERVER]


def test_dual_stack_networks_stand_in_one_value_ipv4_first() -> None:
    home = cluster(at={**DUAL_STACK, "networks.nodeMask": [24, 65]})

    config = read(home, SERVER)

    assert config["cluster-cidr"] == "10.244.0.0/16,fd00:42::/56"
    assert config["cluster-dns"] == "10.96.0.10,fd00:43::a"
    assert config["kube-controller-manager-arg"] == ["node-cidr-mask-size-ipv6=65"]
    assert node(home, "two")["node-ip"] == "192.168.1.20,fd00:1::20"


def test_a_single_server_keeps_sqlite_and_agents_join_it() -> None:
    home = cluster()

    assert node(home, "one").keys() & {"cluster-init", "server"} == set()
    assert read(home, AGENT) == {
        "server": "https://192.168.1.10:6443",
        "token-file": "/etc/rancher/k3s/token",
    }
    assert "server" not in node(home, "two")


def test_one_of_several_servers_starts_etcd_and_the_others_join() -> None:
    home = cluster(at=THREE_SERVERS)

    assert node(home, "server0")["cluster-init"] is True
    assert [node(home, name)["server"] for name in ("server1", "server2")] == [
        "https://192.168.1.10:6443"
    ] * 2
    assert [name for name in ("server1", "server2") if "cluster-init" in node(home, name)] == []


def test_a_name_that_something_else_serves_is_in_the_certificate() -> None:
    home = cluster(at={"endpoint": {"host": "api.example.org", "port": 7443, "external": True}})

    assert read(home, SERVER)["tls-san"] == ["api.example.org"]
    assert "https-listen-port" not in read(home, SERVER)
    assert read(home, AGENT)["server"] == "https://api.example.org:7443"


def test_a_node_says_who_it_is() -> None:
    home = cluster(at=EVERYTHING)

    assert node(home, "server1") == {
        "server": "https://192.168.1.10:6443",
        "node-name": "server1",
        "node-ip": "192.168.1.11",
        "node-label": ["example.org/rack=a"],
        "node-taint": ["gpu=nvidia:NoSchedule"],
    }
    assert node(home, "server2")["node-external-ip"] == "203.0.113.7"


def test_servers_beside_agents_keep_workloads_off() -> None:
    home = cluster()

    assert node(home, "one")["node-taint"] == ["node-role.kubernetes.io/control-plane:NoSchedule"]
    assert "# workloads stay on the agents" in written(home)["k3s/node/one/config.yaml"]


def test_a_server_that_may_run_workloads_has_no_taint() -> None:
    assert "node-taint" not in node(cluster(at={"nodes.0.schedulable": True}), "one")


def test_what_the_description_adds_comes_last_and_beside_our_lists() -> None:
    config = read(cluster(at=EVERYTHING), SERVER)

    assert config["kube-controller-manager-arg"] == ["node-cidr-mask-size-ipv4=23", "bind-address=0.0.0.0"]
    assert list(config)[-1] == "etcd-arg"
    assert config["disable"] == ["traefik", "local-storage"]
    assert config["tls-san"] == ["k3s.example.org"]


def test_an_appending_key_means_the_same_as_the_key() -> None:
    home = cluster(
        at={
            "networks.nodeMask": [23],
            "distribution.k3s.server": {"kube-controller-manager-arg+": ["bind-address=0.0.0.0"]},
        }
    )

    assert read(home, SERVER)["kube-controller-manager-arg"] == [
        "node-cidr-mask-size-ipv4=23",
        "bind-address=0.0.0.0",
    ]


def test_what_the_description_says_replaces_a_value_that_is_no_list() -> None:
    home = cluster(at={"distribution.k3s.server": {"write-kubeconfig-mode": "0640"}})

    assert read(home, SERVER)["write-kubeconfig-mode"] == "0640"


def test_no_key_stands_in_two_files_of_a_node_since_the_later_would_win() -> None:
    home = cluster(at=EVERYTHING)

    assert [set(read(home, SERVER)) & set(node(home, f"server{index}")) for index in range(3)] == [set()] * 3


@pytest.mark.parametrize("changes", [{}, EVERYTHING, FLANNEL], ids=["plain", "everything", "flannel"])
def test_every_leaf_has_a_reason_and_a_source(changes: dict[str, Any]) -> None:
    parts = [part for draft in drafts(cluster(at=changes)) for part in draft.parts]

    bare = [
        place
        for part in parts
        for place, _ in leaves(part.body)
        if not any(
            place[:1] == one.path and one.why and one.source.startswith("https://") for one in part.settings
        )
    ]

    assert bare == []


def test_a_file_says_where_it_goes() -> None:
    files = written(cluster())

    assert "# Its place is /etc/rancher/k3s/config.yaml of every agent.\n" in files[AGENT]
    assert "/etc/rancher/k3s/config.yaml.d/50-node.yaml of two.\n" in files["k3s/node/two/config.yaml"]
