"""Contracts up to 1.11: one document."""

from talos_clusters import (
    DHCP,
    DUAL_STACK,
    EVERYTHING,
    FLANNEL,
    MACS,
    SELECTOR,
    SITUATIONS,
    V1ALPHA1,
    cluster,
    kinds,
    main,
    written,
)

ONE = "node/one/machine.yaml"
TWO = "node/two/machine.yaml"
EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"


def test_every_file_holds_the_one_document() -> None:
    home = cluster(V1ALPHA1, at=EVERYTHING)

    patches = [path for path in written(home) if path.startswith(("all/", "control-plane/", "node/"))]

    assert [kinds(home, path) for path in patches] == [[""]] * 7


def test_every_node_knows_the_networks() -> None:
    home = cluster(V1ALPHA1, at=DUAL_STACK)

    assert main(home, "all/kubernetes.yaml") == {
        "cluster": {
            "network": {
                "dnsDomain": "cluster.local",
                "podSubnets": ["10.42.0.0/16", "fd00:42::/56"],
                "serviceSubnets": ["10.43.0.0/16", "fd00:43::/112"],
            }
        },
        "machine": {
            "kubelet": {"nodeIP": {"validSubnets": ["10.0.0.0/24", "fd00:1::/64"]}},
            "features": {"kubePrism": {"enabled": True, "port": 7445}},
        },
    }


def test_every_node_gets_what_the_description_asks_of_its_system() -> None:
    home = cluster(V1ALPHA1, at=EVERYTHING)

    assert main(home, "all/machine.yaml") == {
        "machine": {
            "certSANs": ["10.0.0.9", "home.example.org"],
            "sysctls": {"net.core.rmem_max": "7500000", "vm.max_map_count": "262144"},
            "kernel": {"modules": [{"name": "nbd"}, {"name": "br_netfilter"}]},
            "features": {"hostDNS": {"enabled": True, "forwardKubeDNSToHost": False}},
            "network": {"nameservers": ["10.0.0.2", "9.9.9.9"]},
            "time": {"servers": ["time.example.org"]},
        }
    }


def test_with_cilium_there_is_neither_flannel_nor_kube_proxy() -> None:
    home = cluster(V1ALPHA1, at=EVERYTHING)

    assert main(home, "control-plane/kubernetes.yaml") == {
        "cluster": {
            "network": {"cni": {"name": "none"}},
            "proxy": {"disabled": True},
            "apiServer": {"certSANs": ["home.example.org"]},
            "controllerManager": {"extraArgs": {"node-cidr-mask-size-ipv4": "25"}},
            "etcd": {"advertisedSubnets": ["10.0.0.0/24"]},
        }
    }


def test_cilium_beside_kube_proxy_leaves_kube_proxy_alone() -> None:
    home = cluster(V1ALPHA1, at={"cni.cilium.kubeProxyReplacement": False})

    assert main(home, "control-plane/kubernetes.yaml")["cluster"] == {
        "network": {"cni": {"name": "none"}},
        "etcd": {"advertisedSubnets": ["10.0.0.0/24"]},
    }


def test_flannel_stays_and_says_why() -> None:
    home = cluster(V1ALPHA1, at=FLANNEL)

    assert main(home, "control-plane/kubernetes.yaml")["cluster"]["network"] == {"cni": {"name": "flannel"}}
    assert "# it is what runs today" in written(home)["control-plane/kubernetes.yaml"]


def test_a_node_has_its_name_its_address_and_its_installer() -> None:
    home = cluster(V1ALPHA1)
    default = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"

    assert main(home, TWO) == {
        "machine": {
            "network": {
                "hostname": "two",
                "interfaces": [
                    {
                        "interface": "end0",
                        "dhcp": False,
                        "addresses": ["10.0.0.12/24"],
                        "routes": [{"network": "0.0.0.0/0", "gateway": "10.0.0.1"}],
                    }
                ],
            },
            "install": {
                "disk": "/dev/sda",
                "image": f"factory.talos.dev/metal-installer/{default}:v1.11.6",
            },
        }
    }


def test_control_planes_share_the_address_of_the_api() -> None:
    home = cluster(V1ALPHA1)

    assert main(home, ONE)["machine"]["network"]["interfaces"][0]["vip"] == {"ip": "10.0.0.9"}
    assert "vip" not in main(home, TWO)["machine"]["network"]["interfaces"][0]


def test_a_disk_is_found_by_what_it_says_of_itself() -> None:
    home = cluster(V1ALPHA1, at=EVERYTHING)

    install = main(home, TWO)["machine"]["install"]

    assert install["diskSelector"] == SELECTOR
    assert "disk" not in install
    assert "metal-installer-secureboot" in install["image"]


def test_a_link_is_found_by_mac_but_not_the_vlan_on_it_which_has_that_mac_too_and_the_address() -> None:
    home = cluster(V1ALPHA1, at=EVERYTHING)

    assert main(home, TWO)["machine"]["network"]["interfaces"] == [
        {
            "deviceSelector": {"hardwareAddr": MACS[0], "physical": True},
            "vlans": [
                {
                    "vlanId": 12,
                    "dhcp": False,
                    "addresses": ["10.0.0.12/24"],
                    "routes": [{"network": "0.0.0.0/0", "gateway": "10.0.0.1"}],
                }
            ],
        }
    ]


def test_members_of_a_bond_are_found_by_the_mac_they_were_made_with() -> None:
    home = cluster(V1ALPHA1, at=SITUATIONS["bond-by-mac"])

    interface = main(home, ONE)["machine"]["network"]["interfaces"][0]

    assert interface["interface"] == "bond0"
    assert interface["bond"] == {
        "deviceSelectors": [{"permanentAddr": MACS[0]}, {"permanentAddr": MACS[1]}],
        "mode": "active-backup",
        "miimon": 100,
        "updelay": 200,
        "downdelay": 200,
    }


def test_with_dhcp_nothing_is_said_about_the_link_of_a_worker() -> None:
    home = cluster(V1ALPHA1, at=DHCP)

    assert main(home, TWO)["machine"]["network"] == {"hostname": "two"}


def test_with_dhcp_the_shared_address_needs_the_link_and_dhcp_on_it() -> None:
    home = cluster(V1ALPHA1, at=DHCP)

    assert main(home, ONE)["machine"]["network"]["interfaces"] == [
        {"interface": "end0", "dhcp": True, "vip": {"ip": "10.0.0.9"}}
    ]


def test_dhcp_for_ipv6_is_asked_for_since_it_is_off_by_default() -> None:
    home = cluster(V1ALPHA1, at=SITUATIONS["dhcp-dual-stack"])

    assert main(home, TWO)["machine"]["network"]["interfaces"] == [
        {"interface": "end0", "dhcp": True, "dhcpOptions": {"ipv4": True, "ipv6": True}}
    ]


def test_control_planes_take_taints_from_talos_and_workers_from_their_kubelet() -> None:
    home = cluster(V1ALPHA1, at=EVERYTHING)

    assert main(home, "node/one/placement.yaml") == {
        "machine": {"nodeLabels": {"example.org/rack": "a"}, "nodeTaints": {"example.org/x": "NoSchedule"}}
    }
    assert main(home, "node/two/placement.yaml") == {
        "machine": {
            "nodeLabels": {"example.org/rack": "b"},
            "kubelet": {
                "extraConfig": {
                    "registerWithTaints": [{"key": "gpu", "value": "nvidia", "effect": "NoExecute"}]
                }
            },
        }
    }


def test_without_a_worker_the_control_planes_run_workloads() -> None:
    home = cluster(V1ALPHA1, at={"nodes.1": None})

    assert main(home, "control-plane/kubernetes.yaml")["cluster"]["allowSchedulingOnControlPlanes"] is True
    assert "node/one/placement.yaml" not in written(home)


def test_control_planes_that_differ_say_it_each_for_itself() -> None:
    three = [
        {"name": f"n{index}", "role": "control-plane", "address": f"10.0.0.1{index}", "disk": "/dev/sda"}
        for index in range(3)
    ]
    home = cluster(V1ALPHA1, at={"nodes": [{**three[0], "schedulable": False}, *three[1:]]})

    assert "allowSchedulingOnControlPlanes" not in main(home, "control-plane/kubernetes.yaml")["cluster"]
    assert "node/n0/placement.yaml" not in written(home)
    assert main(home, "node/n1/placement.yaml") == {"cluster": {"allowSchedulingOnControlPlanes": True}}


def test_metallb_may_announce_from_control_planes_that_run_workloads() -> None:
    home = cluster(V1ALPHA1, at=SITUATIONS["metallb"])

    machine = main(home, "control-plane/kubernetes.yaml")["machine"]

    assert machine == {"nodeLabels": {EXCLUDED: {"$patch": "delete"}}}


def test_metallb_leaves_the_label_where_workers_announce() -> None:
    home = cluster(V1ALPHA1, at={"metallb": {"version": "0.15.2"}})

    assert EXCLUDED not in written(home)["control-plane/kubernetes.yaml"]
