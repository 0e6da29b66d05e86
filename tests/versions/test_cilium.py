"""Cilium's apiVersions and chart keys; the apiVersions also against its CRDs' schemas."""

from itertools import pairwise
from pathlib import Path

import pytest

from fabricgen.versions import CILIUM, HELM_KEYS, minor_of, parse_version
from fabricgen.versions.cilium import api_version, has_key, successor_of


@pytest.mark.parametrize(
    ("kind", "cilium", "expected"),
    [
        ("CiliumLoadBalancerIPPool", "1.17.18", "cilium.io/v2alpha1"),
        ("CiliumLoadBalancerIPPool", "1.18.0", "cilium.io/v2"),
        ("CiliumBGPClusterConfig", "1.16.6", "cilium.io/v2alpha1"),
        ("CiliumBGPClusterConfig", "1.20.1", "cilium.io/v2"),
        ("CiliumBGPPeerConfig", "1.18.6", "cilium.io/v2"),
        ("CiliumBGPAdvertisement", "1.17.0", "cilium.io/v2alpha1"),
        ("CiliumCIDRGroup", "1.17.0", "cilium.io/v2alpha1"),
        ("CiliumCIDRGroup", "1.18.0", "cilium.io/v2"),
        ("CiliumL2AnnouncementPolicy", "1.20.2", "cilium.io/v2alpha1"),
        ("CiliumNetworkPolicy", "1.16.0", "cilium.io/v2"),
        ("CiliumClusterwideNetworkPolicy", "1.20.2", "cilium.io/v2"),
        ("CiliumNodeConfig", "1.16.0", "cilium.io/v2"),
    ],
)
def test_an_object_takes_the_version_that_this_cilium_stores(kind: str, cilium: str, expected: str) -> None:
    assert api_version(kind, parse_version(cilium)) == expected


def test_a_kind_that_is_not_ciliums_has_no_version() -> None:
    with pytest.raises(KeyError):
        api_version("CiliumLoadBalancerPool", parse_version("1.20.1"))


@pytest.mark.schemas
@pytest.mark.parametrize(
    "kind",
    [
        "CiliumBGPAdvertisement",
        "CiliumBGPClusterConfig",
        "CiliumBGPPeerConfig",
        "CiliumCIDRGroup",
        "CiliumClusterwideNetworkPolicy",
        "CiliumL2AnnouncementPolicy",
        "CiliumLoadBalancerIPPool",
        "CiliumNetworkPolicy",
        "CiliumNodeConfig",
        "CiliumPodIPPool",
    ],
)
def test_v2_is_used_just_when_there_is_a_schema_of_it(schemas_dir: Path, kind: str) -> None:
    has_v2 = (schemas_dir / "cilium.io" / f"{kind.lower()}_v2.json").exists()
    assert (api_version(kind, parse_version("1.20.0")) == "cilium.io/v2") is has_v2


def test_cilium_1_16_to_1_20_are_known_each_by_its_own_minor() -> None:
    assert list(CILIUM) == [(1, minor) for minor in range(16, 21)]
    assert [minor_of(release.newest) for release in CILIUM.values()] == list(CILIUM)


def test_each_cilium_is_tested_with_four_minors_of_kubernetes() -> None:
    spans = [release.kubernetes_max[1] - release.kubernetes_min[1] for release in CILIUM.values()]
    assert spans == [3] * len(CILIUM)


@pytest.mark.parametrize(
    ("path", "last_with", "first_without"),
    [
        ("externalIPs.enabled", "1.17.5", "1.17.6"),
        ("hostPort.enabled", "1.17.18", "1.18.0"),
        ("nodePort.enabled", "1.18.12", "1.19.0"),
        ("sessionAffinity", "1.18.12", "1.19.0"),
        ("encryption.strictMode.enabled", "1.19.7", "1.20.0"),
        ("encryption.strictMode.cidr", "1.19.7", "1.20.0"),
        ("l2podAnnouncements.interface", "1.19.4", "1.19.5"),
        ("enableTunnelBIGTCP", "1.19.2", "1.19.3"),
        ("bgp.announce.loadbalancerIP", "1.16.19", "1.17.0"),
        ("hubble.redact.kafka.apiKey", "1.19.7", "1.20.0"),
    ],
)
def test_a_key_goes_with_an_exact_chart_version(path: str, last_with: str, first_without: str) -> None:
    assert has_key(path, parse_version(last_with))
    assert not has_key(path, parse_version(first_without))


@pytest.mark.parametrize(
    ("path", "last_without", "first_with"),
    [
        ("bpf.distributedLRU.enabled", "1.17.1", "1.17.2"),
        ("enableLBIPAM", "1.16.19", "1.17.0"),
        ("defaultLBServiceIPAM", "1.16.19", "1.17.0"),
        ("bandwidthManager.bbrHostNamespaceOnly", "1.17.18", "1.18.0"),
        ("localRedirectPolicies.enabled", "1.17.18", "1.18.0"),
        ("underlayProtocol", "1.17.18", "1.18.0"),
        ("hubble.export.static.fileMaxSizeMb", "1.17.18", "1.18.0"),
        ("encryption.strictMode.egress.enabled", "1.18.12", "1.19.0"),
        ("envoy.useOriginalSourceAddress", "1.18.12", "1.19.0"),
        ("nativeRoutingCIDRFromClusterPool", "1.19.7", "1.20.0"),
    ],
)
def test_a_key_comes_with_an_exact_chart_version(path: str, last_without: str, first_with: str) -> None:
    assert not has_key(path, parse_version(last_without))
    assert has_key(path, parse_version(first_with))


def test_a_key_that_was_backported_is_missing_in_between() -> None:
    versions = ("1.18.8", "1.18.9", "1.18.12", "1.19.0", "1.19.2", "1.19.3", "1.20.0")
    present = [has_key("configDriftDetection.enabled", parse_version(version)) for version in versions]
    assert present == [False, True, True, False, False, True, True]


@pytest.mark.parametrize("path", ["kubeProxyReplacement", "devices", "loadBalancer.mode", "maglev.tableSize"])
def test_a_key_that_templates_read_counts_though_values_do_not_list_it(path: str) -> None:
    assert has_key(path, parse_version("1.16.0"))


@pytest.mark.parametrize(
    "path", ["tunnel", "containerRuntime.integration", "ipam.operator.clusterPoolIPv4PodCIDR"]
)
def test_a_key_that_the_chart_refuses_does_not_count(path: str) -> None:
    assert not has_key(path, parse_version("1.16.0"))


def test_a_key_that_the_table_does_not_name_counts() -> None:
    assert has_key("bpf.masquerade", parse_version("1.18.6"))


def test_free_maps_hold_anything_in_every_version() -> None:
    assert has_key("operator.securityContext.readOnlyRootFilesystem", parse_version("1.16.0"))
    assert has_key("operator.securityContext.allowPrivilegeEscalation", parse_version("1.16.0"))


def test_a_release_candidate_has_the_keys_of_its_release() -> None:
    assert has_key("nativeRoutingCIDRFromClusterPool", parse_version("1.20.0-rc.1"))


@pytest.mark.parametrize(
    ("path", "successor"),
    [
        ("encryption.strictMode.enabled", "encryption.strictMode.egress.enabled"),
        ("localRedirectPolicy", "localRedirectPolicies.enabled"),
        ("externalIPs.enabled", "kubeProxyReplacement"),
        ("tunnel", "routingMode"),
        ("customCalls.enabled", None),
    ],
)
def test_a_key_that_is_gone_leads_to_its_successor(path: str, successor: str | None) -> None:
    assert successor_of(path) == successor


def test_every_successor_is_in_the_newest_chart() -> None:
    newest = parse_version("1.20.2")
    successors = {key.successor for key in HELM_KEYS if key.successor is not None}
    assert {path for path in successors if not has_key(path, newest)} == set()


def test_rows_of_one_key_follow_each_other_without_overlap() -> None:
    pairs = [(one, two) for one, two in pairwise(HELM_KEYS) if one.path == two.path]
    assert pairs
    assert all(
        one.until is not None and two.since is not None and one.until < two.since for one, two in pairs
    )


def test_every_row_ends_after_it_begins_and_says_where_that_was_read() -> None:
    assert all(key.since is not None or key.until is not None for key in HELM_KEYS)
    assert all(key.since < key.until for key in HELM_KEYS if key.since is not None and key.until is not None)
    assert all(key.source.startswith("https://github.com/cilium/charts: cilium-") for key in HELM_KEYS)
