"""Contracts from 1.14: Kubernetes, install and kernel have documents too."""

import pytest
from talos_clusters import (
    EVERYTHING,
    FLANNEL,
    KUBERNETES,
    NETWORK,
    SITUATIONS,
    cluster,
    document,
    kinds,
    main,
    read,
    written,
)

from fabricgen.cluster import DiskSelector
from fabricgen.documents.talos.disks import disk_expression
from fabricgen.versions.talos import CONTROL_PLANE_ONLY_KINDS

CONTROL = "control-plane/kubernetes.yaml"
TAINT = "node-role.kubernetes.io/control-plane"


def test_every_node_knows_the_networks() -> None:
    home = cluster(KUBERNETES, at=EVERYTHING)

    assert kinds(home, "all/kubernetes.yaml") == ["KubeNetworkConfig", "KubeNodeConfig", "KubePrismConfig"]
    assert document(home, "all/kubernetes.yaml", "KubeNetworkConfig") == {
        "dnsDomain": "cluster.local",
        "podSubnets": ["10.42.0.0/16"],
        "serviceSubnets": ["10.43.0.0/16"],
        "nodeCIDRMaskSizeIPv4": 25,
    }
    assert document(home, "all/kubernetes.yaml", "KubeNodeConfig") == {
        "nodeIP": {"validSubnets": ["10.0.0.0/24"]}
    }
    assert document(home, "all/kubernetes.yaml", "KubePrismConfig") == {"port": 7446}


def test_the_system_has_documents_and_only_its_certificate_stays_where_it_was() -> None:
    home = cluster(KUBERNETES, at=EVERYTHING)
    path = "all/machine.yaml"

    assert main(home, path) == {"machine": {"certSANs": ["10.0.0.9", "home.example.org"]}}
    assert document(home, path, "ResolverConfig") == {
        "hostDNS": {"enabled": True, "forwardKubeDNSToHost": False},
        "nameservers": [{"address": "10.0.0.2"}, {"address": "9.9.9.9"}],
    }
    assert document(home, path, "SysctlConfig") == {
        "params": {"net.core.rmem_max": "7500000", "vm.max_map_count": "262144"}
    }
    modules = [body["name"] for body in read(home, path) if body.get("kind") == "KernelModuleConfig"]
    assert modules == ["nbd", "br_netfilter"]


def test_with_cilium_flannels_document_is_deleted_and_kube_proxy_is_off() -> None:
    home = cluster(KUBERNETES, at=EVERYTHING)

    assert main(home, CONTROL) == {"cluster": {"etcd": {"advertisedSubnets": ["10.0.0.0/24"]}}}
    assert document(home, CONTROL, "KubeFlannelCNIConfig") == {"$patch": "delete"}
    assert document(home, CONTROL, "KubeProxyConfig") == {"enabled": False}
    assert document(home, CONTROL, "KubeAPIServerConfig") == {"certExtraSANs": ["home.example.org"]}


def test_with_flannel_the_generated_documents_stay() -> None:
    assert kinds(cluster(KUBERNETES, at=FLANNEL), CONTROL) == [""]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_documents_that_workers_refuse_are_the_control_planes(situation: str) -> None:
    home = cluster(KUBERNETES, at=SITUATIONS[situation])
    worker_files = [path for path in written(home) if path.startswith(("all/", "worker/", "node/"))]

    found = {kind for path in worker_files for kind in kinds(home, path)}

    assert found & CONTROL_PLANE_ONLY_KINDS == set()


def test_talos_is_installed_by_a_document_and_erases_nothing() -> None:
    home = cluster(KUBERNETES)
    default = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"

    assert document(home, "node/one/machine.yaml", "UnattendedInstallConfig") == {
        "installer": {"image": f"factory.talos.dev/metal-installer/{default}:v1.14.1"},
        "provisioning": {"diskSelector": {"match": 'disk.dev_path == "/dev/sda"'}, "wipe": False},
    }


def test_the_network_is_said_as_before() -> None:
    before, after = (cluster(contract, at=EVERYTHING) for contract in (NETWORK, KUBERNETES))

    assert read(after, "node/two/machine.yaml")[1:] == read(before, "node/two/machine.yaml")[1:]


def test_labels_and_taints_are_the_nodes_on_workers_too() -> None:
    home = cluster(KUBERNETES, at=EVERYTHING)

    assert document(home, "node/two/placement.yaml", "KubeNodeConfig") == {
        "labels": {"example.org/rack": "b"},
        "taints": {"gpu": "nvidia:NoExecute"},
    }


def test_without_a_worker_the_generated_taint_is_deleted() -> None:
    home = cluster(KUBERNETES, at={"nodes.1": None})

    assert document(home, CONTROL, "KubeNodeConfig") == {"taints": {TAINT: {"$patch": "delete"}}}


def test_control_planes_that_differ_say_it_each_for_itself() -> None:
    three = [
        {"name": f"n{index}", "role": "control-plane", "address": f"10.0.0.1{index}", "disk": "/dev/sda"}
        for index in range(3)
    ]
    home = cluster(KUBERNETES, at={"nodes": [{**three[0], "schedulable": False}, *three[1:]]})

    assert document(home, CONTROL, "KubeNodeConfig") == {}
    assert document(home, "node/n1/placement.yaml", "KubeNodeConfig") == {
        "taints": {TAINT: {"$patch": "delete"}}
    }


@pytest.mark.parametrize(
    ("disk", "expression"),
    [
        ("/dev/nvme0n1", 'disk.dev_path == "/dev/nvme0n1"'),
        ("/dev/disk/by-id/nvme-x", '"/dev/disk/by-id/nvme-x" in disk.symlinks'),
        (
            DiskSelector(type="ssd", size="<= 1TB"),
            'disk.size <= 1000000000000u && disk.transport != "" && !disk.rotational && !disk.readonly && !disk.cdrom',
        ),
        (
            DiskSelector(model='WD "Red"*', serial="S1", wwid="eui.1"),
            (
                'glob("eui.1", disk.wwid) && glob("WD \\"Red\\"*", disk.model) && glob("S1", disk.serial)'
                ' && disk.transport != "" && !disk.readonly && !disk.cdrom'
            ),
        ),
    ],
    ids=["device", "link", "kind-and-size", "names"],
)
def test_a_disk_becomes_the_expression_that_talos_would_make_of_it(
    disk: str | DiskSelector, expression: str
) -> None:
    assert disk_expression(disk) == expression


@pytest.mark.parametrize(
    ("size", "compared"),
    [
        ("500GB", "== 500000000000u"),
        (">= 1.5 TiB", ">= 1649267441664u"),
        ("<64M", "< 64000000u"),
        ("> 1000", "> 1000u"),
    ],
)
def test_a_size_is_compared_in_bytes(size: str, compared: str) -> None:
    assert disk_expression(DiskSelector(size=size)).startswith(f"disk.size {compared} && ")


def test_a_size_that_talos_could_not_read_is_refused() -> None:
    with pytest.raises(ValueError, match="'big' is not a size such as 500GB"):
        disk_expression(DiskSelector(size="big"))
