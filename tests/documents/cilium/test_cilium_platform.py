"""What the operating system decides: the way to the API, cgroups, capabilities."""

from ipaddress import ip_address

import pytest
from cilium_clusters import VERSIONS, cluster, k3s, reason, value, values


def test_on_talos_agents_reach_the_api_through_kubeprism() -> None:
    home = cluster(at={"distribution.talos.kubePrismPort": 7446})

    assert (value(home, "k8sServiceHost"), value(home, "k8sServicePort")) == ("localhost", 7446)
    assert "7446" in reason(home, "k8sServicePort").why


def test_on_k3s_agents_reach_the_api_at_the_port_that_servers_and_agents_have() -> None:
    home = k3s()

    assert (value(home, "k8sServiceHost"), value(home, "k8sServicePort")) == ("127.0.0.1", 6444)
    assert reason(home, "k8sServicePort").source == "https://docs.k3s.io/cli/agent"


def test_the_api_at_its_endpoint_is_written_as_it_is() -> None:
    home = k3s(at={"cilium.apiServer": "endpoint"})

    assert (value(home, "k8sServiceHost"), value(home, "k8sServicePort")) == ("10.0.0.11", 6443)
    assert "https://10.0.0.11:6443" in reason(home, "k8sServiceHost").why


def test_with_kube_proxy_no_way_to_the_api_is_written() -> None:
    home = cluster(at={"cilium.kubeProxyReplacement": False, "networks.loadBalancers": {}})

    assert "k8sServiceHost" not in values(home)
    assert value(home, "kubeProxyReplacement") is False


def test_talos_own_cgroup_mount_is_used() -> None:
    assert value(cluster(), "cgroup") == {"autoMount": {"enabled": False}, "hostRoot": "/sys/fs/cgroup"}


@pytest.mark.parametrize("container", ["ciliumAgent", "cleanCiliumState"])
@pytest.mark.parametrize("version", VERSIONS)
def test_no_container_asks_talos_to_load_kernel_modules(version: str, container: str) -> None:
    capabilities = value(cluster(version), f"securityContext.capabilities.{container}")

    assert "NET_ADMIN" in capabilities
    assert "SYS_MODULE" not in capabilities


@pytest.mark.parametrize(
    ("version", "reads_the_log"), [("1.18.6", False), ("1.19.6", True), ("1.20.1", True)]
)
def test_agents_read_the_kernels_log_from_1_19_on(version: str, reads_the_log: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    capabilities = value(cluster(version), "securityContext.capabilities.ciliumAgent")

    assert ("SYSLOG" in capabilities) is reads_the_log


@pytest.mark.parametrize("key", ["cgroup", "securityContext", "cni"])
def test_k3s_needs_nothing_of_what_talos_needs(key: str) -> None:
    assert key not in values(k3s())


def test_talos_in_docker_keeps_the_hosts_stack_for_cluster_dns() -> None:
    docker = {"talosctl": "1.12.4", "memory": "4GiB"}
    home = cluster(
        at={"distribution.talos.docker": docker, "networks.loadBalancers": {}},
        nodes=[{"name": "one", "role": "control-plane", "address": "10.0.0.2", "schedulable": True}],
        endpoint={"host": "10.0.0.2"},
    )

    assert value(home, "bpf.hostLegacyRouting") is True
    assert home.nodes[0].address == ip_address("10.0.0.2")
