"""What a config contract takes: which documents, which fields, and what v1alpha1 has left."""

from typing import Any

import pytest
from changed import GONE, changed
from talos_document_examples import KUBERNETES, NETWORK
from talos_patch_examples import PATCHES

from fabricgen.objects import talos_problems_of

BOND = {"mode": "802.3ad", "interfaces": ["a"], "primary": "a"}
DOCUMENTS = {**NETWORK, **KUBERNETES}
KUBERNETES_KINDS = sorted(
    {example.to_body()["kind"] for example in KUBERNETES.values()}
    - {example.to_body()["kind"] for example in NETWORK.values()}
)


def _told(body: dict[str, Any], minor: int) -> list[str]:
    return [str(problem) for problem in talos_problems_of(body, contract=(1, minor))]


def _moved_to(kind: str, since: str) -> str:
    return f"configs of the contract {since} and later have this in {kind}; Talos refuses both"


@pytest.mark.parametrize("name", NETWORK)
def test_network_documents_do_not_exist_before_1_12(name: str) -> None:
    body = NETWORK[name].to_body()

    assert _told(body, 11) == [f"kind: {body['kind']} exists from the contract v1.12 on, not in v1.11"]


@pytest.mark.parametrize("kind", KUBERNETES_KINDS)
def test_kubernetes_documents_do_not_exist_before_1_14(kind: str) -> None:
    body = next(example.to_body() for example in KUBERNETES.values() if example.to_body()["kind"] == kind)

    assert _told(body, 13) == [f"kind: {kind} exists from the contract v1.14 on, not in v1.13"]


@pytest.mark.parametrize(
    ("name", "minor", "told"),
    [
        (
            "ResolverConfig, of 1.14",
            13,
            [
                "hostDNS: this exists from the contract v1.14 on, not in v1.13",
                "nameservers[0].protocol: this exists from the contract v1.14 on, not in v1.13",
                "nameservers[1].protocol: this exists from the contract v1.14 on, not in v1.13",
                "nameservers[0].tlsServerName: this exists from the contract v1.14 on, not in v1.13",
            ],
        ),
        ("TimeSyncConfig, of 1.14", 12, ["ntp.useNTS: this exists from the contract v1.14 on, not in v1.12"]),
        ("DHCPv4Config, of 1.14", 13, ["ignoreRoutes: this exists from the contract v1.14 on, not in v1.13"]),
    ],
)
def test_fields_that_came_later_than_their_document_are_refused_before(
    name: str, minor: int, told: list[str]
) -> None:
    assert _told(DOCUMENTS[name].to_body(), minor) == told


@pytest.mark.parametrize(
    ("name", "minor", "path"),
    [
        ("1.12", 11, "machine.install.grubUseUKICmdline"),
        ("1.13", 12, "cluster.network.cni.flannel.kubeNetworkPoliciesEnabled"),
    ],
)
def test_fields_of_v1alpha1_that_came_later_are_refused_before(name: str, minor: int, path: str) -> None:
    needed = f"v1.{name.removeprefix('1.')}"

    assert _told(PATCHES[name][0].to_body(), minor) == [
        f"{path}: this exists from the contract {needed} on, not in v1.{minor}"
    ]


def test_a_host_name_in_v1alpha1_is_refused_from_1_12_on() -> None:
    assert _told({"machine": {"network": {"hostname": "allyrion"}}}, 12) == [
        f"machine.network.hostname: {_moved_to('HostnameConfig', 'v1.12')}"
    ]


def test_the_old_patch_for_cilium_is_right_up_to_1_13() -> None:
    body = {"cluster": {"network": {"cni": {"name": "none"}}, "proxy": {"disabled": True}}}

    assert _told(body, 13) == []


def test_the_old_patch_for_cilium_is_refused_from_1_14_on() -> None:
    body = {"cluster": {"network": {"cni": {"name": "none"}}, "proxy": {"disabled": True}}}

    assert _told(body, 14) == [
        f"cluster.network: {_moved_to('KubeNetworkConfig and KubeFlannelCNIConfig', 'v1.14')}",
        f"cluster.proxy: {_moved_to('KubeProxyConfig', 'v1.14')}",
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"apiVersion": "v1alpha1", "kind": "KubeProxyconfig"}, "did you mean KubeProxyConfig?"),
        ({"apiVersion": "v1alpha1"}, "kind: there is no model of the Talos document "),
        (
            {"machine": {"sysctls": {"vm.max_map_count": 262144}}},
            "262144 is a number; expected text; put it in quotes",
        ),
        ({"cluster": {"network": {"cni": {"name": "cilium"}}}}, "allowed: 'flannel', 'custom' or 'none'"),
        ({"cluster": {"network": {"cni": {"name": "custom"}}}}, "name: custom and urls go together"),
        ({"machine": {"network": {"interfaces": [{}]}}}, "write exactly one of: interface, deviceSelector"),
        (
            {"machine": {"network": {"interfaces": [{"interface": "a", "bond": {"mode": "802.3ad"}}]}}},
            "a bond needs",
        ),
        (
            {"machine": {"network": {"interfaces": [{"interface": "a", "bond": BOND}]}}},
            "primary does not go with mode 802.3ad",
        ),
        (
            {"machine": {"install": {"disk": "/dev/sda", "diskSelector": {}}}},
            "write one of disk and diskSelector",
        ),
        (
            {"machine": {"features": {"hostDNS": {"enabled": False, "forwardKubeDNSToHost": True}}}},
            "need enabled: true",
        ),
        ({"machine": {"kubelet": {"nodeIP": {"validSubnets": ["lan"]}}}}, "'lan' is not a subnet such as"),
        ({"cluster": {"controlPlane": {"endpoint": "10.4.0.9:6443"}}}, "is not an endpoint such as"),
        ({}, "write at least one of: machine, cluster"),
    ],
)
def test_a_fault_in_a_patch_is_told(body: dict[str, Any], told: str) -> None:
    (problem,) = talos_problems_of(body, contract=(1, 13))

    assert told in str(problem)


@pytest.mark.parametrize(
    ("name", "path", "value", "told"),
    [
        ("HostnameConfig, most", "auto", False, "auto: false is not allowed; allowed: 'stable' or 'off'"),
        ("HostnameConfig, most", "auto", "stable", 'hostname needs auto: "off"'),
        ("HostnameConfig, most", "auto", GONE, 'hostname needs auto: "off"'),
        ("HostnameConfig, most", "hostname", "a" * 64, "has a first label of more than 63 characters"),
        ("HostnameConfig, least", "auto", GONE, "write auto, hostname, or both"),
        ("LinkConfig, most", "addresses.0.address", "10.4.0.10", "is not an address with its prefix length"),
        ("LinkConfig, most", "routes.0.gateway", GONE, "a route needs a destination or a gateway"),
        ("LinkAliasConfig", "name", "eth0", "not a name that the kernel gives"),
        ("LinkAliasConfig", "selector", GONE, "selector: this must be given"),
        ("BondConfig, most", "links", ["net0", "net0"], "links: 'net0' is listed twice"),
        ("BondConfig, least", "bondMode", "lacp", "bondMode: 'lacp' is not allowed"),
        ("BondConfig, most", "hardwareAddr", "D8:3A", "is not a MAC address"),
        ("VLANConfig, least", "vlanID", 4095, "4095 is above the most that is allowed, 4094"),
        ("VLANConfig, least", "parent", GONE, "parent: this must be given"),
        ("DHCPv4Config, most", "duidRaw", GONE, "clientIdentifier: duid and duidRaw go together"),
        ("Layer2VIPConfig", "name", "vip", "'vip' is not an IPv4 or IPv6 address"),
        ("Layer2VIPConfig", "link", GONE, "link: this must be given"),
        ("TimeSyncConfig, by PTP", "ntp", {"servers": ["a"]}, "write one of: ntp, ptp"),
        ("ResolverConfig, of 1.14", "nameservers.0.tlsServerName", GONE, "go together"),
        (
            "ResolverConfig, of 1.14",
            "hostDNS",
            {"enabled": False, "resolveMemberNames": True},
            "need enabled: true",
        ),
        (
            "KubeNetworkConfig, most",
            "podSubnets",
            ["10.0.0.0/8", "10.1.0.0/16"],
            "two networks of one family",
        ),
        ("KubeNetworkConfig, most", "podSubnets", ["10.0.0.0/8"], "1 podSubnets and 2 serviceSubnets"),
        ("KubeNetworkConfig, most", "podSubnets", ["10.0.0.5/8"], "has host bits set"),
        ("KubeFlannelCNIConfig, deleted", "backendType", "vxlan", "nothing goes beside it"),
        ("KubeProxyConfig, most", "mode", "ebpf", "allowed: 'iptables', 'ipvs' or 'nftables'"),
        ("KubeNodeConfig, most", "taints.pi", {"$patch": "remove"}, "allowed: 'delete'"),
        ("KubeNodeConfig, most", "labels.a b", "c", "is not a label or annotation key"),
        ("KubePrismConfig, least", "port", "7445", "'7445' is text; expected a whole number"),
        ("KubeClusterConfig", "endpoint", "http://10.4.0.9:6443", "is not an endpoint"),
        ("KubeInlineManifestConfig", "contents", "a: b", "unknown field"),
        ("UnattendedInstallConfig", "provisioning.diskSelector.match", GONE, "this must be given"),
        ("SysctlConfig", "params.a", 1, "1 is a number; expected text; put it in quotes"),
    ],
)
def test_a_fault_in_a_document_is_told(name: str, path: str, value: object, told: str) -> None:
    (problem,) = talos_problems_of(changed(DOCUMENTS[name].to_body(), path, value), contract=(1, 14))

    assert told in str(problem)
