"""Which key the Cilium chart has in which version: the table, and what took the place of keys that went."""

import re
from itertools import pairwise

import pytest

from fabricgen.charts import has_key
from fabricgen.charts.successors import replaced_paths, successor_of
from fabricgen.charts.table import containers_at, keys_at, releases, stretches
from fabricgen.charts.words import paths_with_words, words_of
from fabricgen.versions import parse_version

NEWEST = (1, 20, 2)


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


@pytest.mark.parametrize(
    "path",
    [
        "kubeProxyReplacement",
        "devices",
        "loadBalancer.mode",
        "maglev.tableSize",
        "socketLB.hostNamespaceOnly",
        "l2announcements.leaseDuration",
        "nodePort.range",
    ],
)
def test_a_key_that_templates_read_counts_though_values_do_not_list_it(path: str) -> None:
    assert has_key(path, parse_version("1.16.0"))


@pytest.mark.parametrize(
    "path", ["tunnel", "containerRuntime.integration", "ipam.operator.clusterPoolIPv4PodCIDR"]
)
def test_a_key_that_the_chart_refuses_does_not_count(path: str) -> None:
    assert not has_key(path, parse_version("1.16.2"))


def test_a_key_that_never_changed_is_in_every_version() -> None:
    assert {has_key("bpf.masquerade", parse_version(".".join(map(str, one)))) for one in releases()} == {True}


@pytest.mark.parametrize("path", ["gatewayApi", "cgroup.automount", "mtu", "bpf.masquerading"])
def test_a_key_that_no_chart_ever_had_does_not_count(path: str) -> None:
    assert not has_key(path, parse_version("1.20.2"))


def test_free_maps_hold_anything_in_every_version() -> None:
    assert has_key("operator.securityContext.readOnlyRootFilesystem", parse_version("1.16.0"))
    assert has_key("operator.securityContext.allowPrivilegeEscalation", parse_version("1.16.0"))
    assert has_key("extraConfig.enable-anything", parse_version("1.20.0"))
    assert has_key("podAnnotations.example", parse_version("1.18.3"))


def test_a_map_with_fixed_keys_holds_no_others() -> None:
    assert has_key("securityContext.capabilities.ciliumAgent", parse_version("1.20.0"))
    assert not has_key("securityContext.runAsUser", parse_version("1.20.0"))


def test_a_release_candidate_has_the_keys_of_its_release() -> None:
    assert has_key("nativeRoutingCIDRFromClusterPool", parse_version("1.20.0-rc.1"))


def test_a_patch_release_that_is_not_known_has_the_keys_of_the_one_before_it() -> None:
    assert has_key("envoy.initialFetchTimeoutSeconds", parse_version("1.16.14"))
    assert has_key("nativeRoutingCIDRFromClusterPool", parse_version("1.20.99"))


def test_the_table_knows_every_patch_release_of_five_minors() -> None:
    minors = {release[:2] for release in releases()}
    assert minors == {(1, minor) for minor in range(16, 21)}
    assert list(releases()) == sorted(set(releases()))
    assert releases()[0] == (1, 16, 0)
    assert releases()[-1] == NEWEST


def test_stretches_of_one_key_follow_each_other_without_overlap() -> None:
    paths = {path for release in releases() for path in keys_at(release)}
    pairs = [(one, two) for path in paths for one, two in pairwise(stretches(path))]
    assert pairs
    assert all(
        one.until is not None and two.since is not None and one.until < two.since for one, two in pairs
    )


def test_every_container_of_a_known_key_is_known_as_well() -> None:
    keys = keys_at(NEWEST)
    orphans = {path for path in containers_at(NEWEST) if "[]" not in path and path not in keys}
    assert {path for path in orphans if "\\" not in path} == set()


@pytest.mark.parametrize(
    ("path", "successor"),
    [
        ("encryption.strictMode.enabled", "encryption.strictMode.egress.enabled"),
        ("localRedirectPolicy", "localRedirectPolicies.enabled"),
        ("externalIPs.enabled", "kubeProxyReplacement"),
        ("tunnel", "routingMode"),
        ("customCalls.enabled", ""),
    ],
)
def test_a_key_that_is_gone_leads_to_its_successor(path: str, successor: str) -> None:
    found = successor_of(path.split("."))
    assert found is not None
    assert found.key == successor


def test_a_key_that_nothing_replaced_leads_nowhere() -> None:
    assert successor_of(("bpf", "masquerade")) is None


@pytest.mark.parametrize("path", list(replaced_paths()))
def test_every_successor_is_in_the_newest_chart_and_has_its_source(path: str) -> None:
    successor = successor_of(path.split("."))
    assert successor is not None
    assert not successor.key or has_key(successor.key, parse_version("1.20.2"))
    assert successor.key or successor.note
    assert successor.source.startswith("https://github.com/cilium/")


@pytest.mark.parametrize("path", sorted(set(replaced_paths()) - {"localRedirectPolicy"}))
def test_what_was_replaced_is_not_in_the_newest_chart(path: str) -> None:
    assert not has_key(path, parse_version("1.20.2"))


@pytest.mark.parametrize("path", list(replaced_paths()))
def test_when_a_key_went_is_known_from_the_table_or_told(path: str) -> None:
    successor = successor_of(path.split("."))
    assert successor is not None
    assert bool(stretches(path)) is not bool(re.fullmatch(r"1\.1\d", successor.gone))


@pytest.mark.parametrize("path", list(paths_with_words()))
def test_a_key_that_takes_only_some_words_is_in_the_chart_while_it_does(path: str) -> None:
    with_words = [release for release in releases() if words_of(path, release)]
    assert with_words
    assert [
        release for release in with_words if stretches(path)[0].since is None and path not in keys_at(release)
    ] == []


@pytest.mark.parametrize("path", list(paths_with_words()))
def test_words_have_a_source_and_do_not_repeat(path: str) -> None:
    words = words_of(path, NEWEST)
    assert words is not None
    assert words.source.startswith("https://github.com/cilium/cilium/blob/v1.20.2/")
    assert len(set(words.words)) == len(words.words)
