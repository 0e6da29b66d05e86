"""Each format that people have, read as they write it: what is carried, what is not, and what is said of that."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import trees_of_people as trees

from fabricgen.errors import ProblemsError
from fabricgen.importing import Imported, Wanted, import_path
from fabricgen.yamlio import read_value

Import = Callable[..., Imported]
CILIUM_THERE = ("cni.cilium.version=1.18.6",)
GIT = ("flux.git.url=https://git.example.org/me/home",)


@pytest.fixture
def take(tmp_path: Path) -> Import:
    """Return a function that writes a tree and imports it."""

    def write_and_import(
        *files: Mapping[str, str], sets: tuple[str, ...] = (), nodes: tuple[str, ...] = ()
    ) -> Imported:
        for name, text in {name: text for one in files for name, text in one.items()}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return import_path(tmp_path, Wanted(sets=sets, nodes=nodes))

    return write_and_import


def described(imported: Imported) -> Any:
    assert imported.problems == ()
    return read_value(imported.text)


def left(imported: Imported) -> dict[str, str]:
    return {one.path: one.kind for one in imported.left}


def test_talhelper_with_its_patches_and_environment(take: Import) -> None:
    found = described(take(trees.TALHELPER, trees.FLUX, trees.CILIUM))

    assert found["endpoint"] == {"host": "10.0.0.5", "port": 6443}
    assert found["networks"]["nodes"] == "10.0.0.0/24"
    assert found["networks"]["router"] == "10.0.0.1"
    assert found["distribution"]["talos"]["certSans"] == ["api.example.org"]
    assert found["distribution"]["talos"]["sysctls"] == {"fs.inotify.max_user_watches": "524288"}
    assert found["nodes"][0]["interface"] == {"mac": "d8:3a:dd:00:00:01"}
    assert found["nodes"][1] == {
        "name": "worker-1",
        "role": "worker",
        "address": "10.0.0.21",
        "arch": "arm64",
        "disk": {"type": "nvme"},
        "interface": {"name": "end0"},
        "labels": {"example.org/disk": "fast"},
    }


def test_a_patch_without_a_key_stays_and_is_named_with_its_line(take: Import) -> None:
    imported = take(trees.TALHELPER, trees.FLUX, trees.CILIUM)

    (one,) = (one for one in imported.left if "kubelet" in one.path or "maxPods" in one.value)
    assert (one.place, one.kind) == ("talos/patches/kubelet.yaml:3", "stays")


def test_no_secret_is_copied_or_shown(take: Import) -> None:
    imported = take(trees.TALHELPER, trees.FLUX, trees.CILIUM)

    told = imported.text + "".join(map(str, (*imported.left, *imported.changes)))
    assert "hunter2" not in told
    assert "ENC[" not in told
    assert any(one.why == "it is encrypted, or a secret" for one in imported.left)


def test_the_values_of_a_release_become_features_and_what_has_none_stays_a_value(take: Import) -> None:
    cilium = described(take(trees.TALHELPER, trees.FLUX, trees.CILIUM))["cni"]["cilium"]

    assert cilium["routing"] == {"mode": "native", "directNodeRoutes": True}
    assert cilium["loadBalancing"] == {"mode": "dsr", "algorithm": "maglev"}
    assert cilium["values"] == {"debug": {"enabled": True}, "localRedirectPolicy": True}
    assert cilium["l2"] == {"interfaces": ["^eno1$"], "nodeLabels": {"kubernetes.io/os": "linux"}}


def test_a_key_that_the_chart_does_not_read_is_put_right(take: Import) -> None:
    imported = take(trees.TALHELPER, trees.FLUX, trees.CILIUM)

    assert left(imported)["cgroup.automount"] == "fixed"


def test_a_service_that_asks_for_an_address_gets_it_pinned(take: Import) -> None:
    networks = described(take(trees.TALHELPER, trees.FLUX, trees.CILIUM))["networks"]

    assert networks["loadBalancers"] == {"lan": {"start": "10.0.0.200", "stop": "10.0.0.220"}}
    assert networks["vips"]["dns"]["address"] == "10.0.0.205"
    assert networks["vips"]["dns"]["services"][0]["externalTrafficPolicy"] == "Local"


def test_topf_with_documents_of_its_own_folders(take: Import) -> None:
    found = described(take(trees.TOPF, trees.FLUX, trees.CILIUM))

    assert found["distribution"]["talos"]["version"] == "1.12.5"
    assert found["networks"]["addressing"] == "static"
    assert [(one["name"], one["disk"], one["interface"]) for one in found["nodes"]] == [
        ("cp-1", "/dev/sda", {"name": "eno1"}),
        ("worker-1", "/dev/sda", {"name": "eno1"}),
    ]


def test_talm_with_modelines(take: Import) -> None:
    found = described(take(trees.TALM, sets=("kubernetes=1.33.4", "cni.flannel={}", *GIT)))

    assert found["name"] == "home"
    assert found["distribution"]["talos"]["version"] == "1.11.5"
    assert found["networks"]["nodes"] == "10.0.0.0/24"
    assert [(one["name"], one["role"], one["address"]) for one in found["nodes"]] == [
        ("cp-1", "control-plane", "10.0.0.11"),
        ("worker-1", "worker", "10.0.0.21"),
    ]


def test_cluster_template_as_it_is_today(take: Import) -> None:
    sets = ("distribution.talos.version=1.12.5", "kubernetes=1.34.2", "cni.cilium.version=1.19.6")

    found = described(take(trees.CLUSTER_TOML, sets=sets))

    assert found["endpoint"]["host"] == "10.0.0.5"
    assert found["networks"]["router"] == "10.0.0.1"
    assert found["networks"]["pods"] == "10.42.0.0/16"
    assert found["networks"]["vips"]["k8s-gateway"]["address"] == "10.0.0.7"
    assert found["nodes"][0]["interface"] == {"mac": "d8:3a:dd:00:00:01", "vlan": 20}
    assert found["cni"]["cilium"]["bgp"]["asn"] == 64514
    assert found["flux"]["git"]["url"] == "https://git.example.org/me/home"


def test_cluster_template_as_it_was(take: Import) -> None:
    sets = ("distribution.talos.version=1.12.5", "kubernetes=1.34.2", "cni.cilium.version=1.19.6")

    imported = take(trees.CLUSTER_YAML, sets=sets)

    found = described(imported)
    assert found["flux"]["git"]["url"] == "https://github.com/me/home"
    assert found["nodes"][0]["disk"] == {"serial": "S5Y1NJ0R"}
    assert found["nodes"][0]["interface"] == {"mac": "d8:3a:dd:00:00:01", "mtu": 9000}
    assert "h7dKq2" not in imported.text + str(imported.left)
    assert "# nodes.yaml:" in imported.text


def test_k3s_with_config_files(take: Import) -> None:
    imported = take(trees.K3S, trees.FLUX, sets=("cni.cilium.version=1.18.6",))

    found = described(imported)
    assert found["distribution"]["k3s"]["version"] == "1.33.4+k3s1"
    assert found["distribution"]["k3s"]["disable"] == ["local-storage"]
    assert found["endpoint"]["host"] == "10.0.0.11"
    agent, _ = found["nodes"]
    assert agent["labels"] == {"example.org/disk": "fast"}
    assert agent["taints"] == [{"key": "example.org/slow", "value": "true", "effect": "PreferNoSchedule"}]
    assert "K10c9f4b8" not in imported.text + str(imported.left)


def test_k3s_with_the_flags_of_its_installer_and_its_service(take: Import) -> None:
    found = described(take(trees.K3S_FLAGS, sets=("cni.cilium.version=1.18.6", *GIT)))

    assert found["distribution"]["k3s"]["version"] == "v1.33.4+k3s1"
    assert found["networks"]["pods"] == "10.42.0.0/16"
    assert {one["name"]: one["role"] for one in found["nodes"]} == {
        "server-1": "control-plane",
        "agent-1": "worker",
    }


def test_k3s_with_an_inventory_of_ansible(take: Import) -> None:
    found = described(take(trees.K3S_ANSIBLE, sets=("cni.flannel={}", *GIT)))

    assert [(one["name"], one["address"]) for one in found["nodes"]] == [
        ("server-1", "10.0.0.11"),
        ("10-0-0-21", "10.0.0.21"),
    ]


def test_metallb_with_automatic_and_asked_for_pools(take: Import) -> None:
    imported = take(trees.TALHELPER, trees.FLUX, trees.METALLB, sets=("cni.flannel={}",))

    found = described(imported)
    assert found["metallb"]["version"] == "0.14.9"
    assert found["networks"]["loadBalancers"] == {
        "lan": {"start": "10.0.0.200", "stop": "10.0.0.220"},
        "apps": {"cidr": "10.0.0.240/30", "services": {"namespaces": ["apps"], "labels": {"tier": "web"}}},
    }
    assert left(imported)["spec"] == "lost"
    assert any("only Services that ask for it" in one.why for one in imported.left)


def test_a_chart_in_a_registry_with_bgp_gateways_and_policies(take: Import) -> None:
    imported = take(trees.TALHELPER, trees.FLUX, trees.OCI_CHART)

    cilium = described(imported)["cni"]["cilium"]
    assert cilium["version"] == "1.19.6"
    assert cilium["chart"] == {"oci": "oci://quay.io/cilium/charts/cilium"}
    assert cilium["bgp"]["peers"][0]["address"] == "10.0.0.1"
    assert cilium["bgp"]["nodeLabels"] == {"example.org/bgp": "yes"}
    assert [one["name"] for one in cilium["policies"]["allow"]] == ["api"]
    gateway = cilium["gatewayAPI"]["gateways"][0]
    assert (gateway["vip"], gateway["routesFrom"]) == ("lan", "Same")
    assert gateway["listeners"][1]["certificate"] == "example-tls"


def test_what_a_chart_in_a_registry_cannot_be_said_of_is_listed(take: Import) -> None:
    found = left(take(trees.TALHELPER, trees.FLUX, trees.OCI_CHART))

    assert found["encryption"] == "lost"
    assert found["spec.virtualRouters[0].neighbors[0].connectRetryTimeSeconds"] == "lost"
    assert found["the whole document"] == "stays"


def test_values_alone_with_the_rest_told_by_flags(take: Import) -> None:
    sets = (
        "distribution.talos.version=1.12.5",
        "kubernetes=1.34.2",
        "cni.cilium.version=1.19.6",
        "endpoint.host=10.0.0.11",
    )

    found = described(
        take(
            trees.VALUES,
            sets=(*sets, *GIT, "nodes.cp-1.disk=/dev/sda"),
            nodes=("cp-1=10.0.0.11:control-plane",),
        )
    )

    assert found["networks"]["pods"] == "10.60.0.0/16"
    assert found["networks"]["nodeMask"] == [25]
    assert found["cni"]["cilium"]["routing"] == {"mode": "tunnel", "protocol": "geneve"}
    assert found["cni"]["cilium"]["values"] == {"bpf": {"mapDynamicSizeRatio": 0.0025}}


def test_every_fact_that_is_missing_is_asked_for_with_its_flag(take: Import) -> None:
    imported = take(trees.VALUES)

    asked = [one.hint.partition(" ")[0] for one in imported.problems]
    assert len(asked) > 4
    assert set(asked) == {"--node", "--set"}


def test_flags_that_cannot_be_read_are_all_named(take: Import) -> None:
    with pytest.raises(ProblemsError) as raised:
        take(trees.VALUES, sets=("kubernetes",), nodes=("cp-1=10.0.0.11",))

    assert len(raised.value.problems) == 2


def test_several_clusters_are_not_mixed(take: Import) -> None:
    second = {name.replace("clusters/home", "clusters/away"): text for name, text in trees.FLUX.items()}
    second = {name: text.replace("clusters/home", "clusters/away") for name, text in second.items()}

    with pytest.raises(ProblemsError, match="choose one with --cluster: "):
        take(trees.FLUX, trees.CILIUM, second)


def test_each_difference_has_a_reason(take: Import) -> None:
    imported = take(trees.TALHELPER, trees.FLUX, trees.CILIUM)

    assert imported.changes
    assert all(one.why for one in imported.changes)
