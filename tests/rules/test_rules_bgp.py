"""Rules about BGP: references, selectors, times, other speakers, and silence where something is unknown."""

import pytest
from fabric_files import bgp, cilium, hits, l2_policy, messages, pool

ON = "kubeProxyReplacement: true, bgpControlPlane: {enabled: true}"
BOTH = f"{ON}, l2announcements: {{enabled: true}}"
POOL = pool("cidr: 10.20.0.0/24")
PEER = "name: router, peerASN: 64513, peerAddress: 10.0.0.1, peerConfigRef: {name: router}"
FAMILY = "afi: ipv4, safi: unicast, advertisements: {matchLabels: {advertise: bgp}}"
ALL = "selector: {matchExpressions: [{key: a, operator: NotIn, values: [never]}]}"
SERVICES = "advertisementType: Service, service: {addresses: [LoadBalancerIP]}"


def cluster(peer: str = PEER, instance: str = "localASN: 64512", name: str = "home", more: str = "") -> str:
    return bgp(
        "ClusterConfig", f"{more}bgpInstances: [{{name: home, {instance}, peers: [{{{peer}}}]}}]", name
    )


def config(*families: str, more: str = "") -> str:
    listed = ", ".join(f"{{{one}}}" for one in families)
    return bgp("PeerConfig", f"{more}families: [{listed}]", "router")


def advert(spec: str = f"{SERVICES}, {ALL}", labels: str = "advertise: bgp") -> str:
    return bgp("Advertisement", f"advertisements: [{{{spec}}}]", "services", labels)


def talos(address: str = "10.0.0.1", more: str = "") -> str:
    return (
        "# file: talos/patches/all/bgp.yaml\napiVersion: v1alpha1\nkind: BGPInstanceConfig\nname: fabric\n"
        f"localASN: 65001\n{more}neighbors: [{{address: {address}, peerASN: 65000}}]\n"
    )


def test_everything_that_fits_together_is_left_alone() -> None:
    files = cilium(ON), POOL, cluster(), config(FAMILY), advert()

    assert [rule for number in range(1, 27) if messages(rule := f"BGP{number:03}", *files)] == ["BGP022"]


@pytest.mark.parametrize(("version", "count"), [("1.18.11", 0), ("1.19.0", 1), ("1.x", 0)])
def test_the_first_control_plane_is_gone_since_119(version: str, count: int) -> None:
    old = bgp("PeeringPolicy", "virtualRouters: []", version="v2alpha1")

    assert len(messages("BGP001", cilium(ON, version), old)) == count


def test_objects_that_are_left_over_where_l2_announces_are_no_error() -> None:
    files = cluster(), l2_policy()

    assert len(messages("BGP002", cilium(), cluster())) == 1
    assert messages("BGP002", cilium("l2announcements: {enabled: true}"), *files) == []


def test_a_peer_config_may_be_elsewhere_where_none_is_here() -> None:
    assert messages("BGP003", cluster()) == []


@pytest.mark.parametrize(
    ("labels", "selector", "count"),
    [
        ("advertise: bgp", "matchLabels: {advertise: bgp}", 0),
        ("advertise: other", "matchLabels: {advertise: bgp}", 1),
        ("advertise: a", "matchExpressions: [{key: advertise, operator: In, values: [a, b]}]", 0),
        ("", "matchLabels: {}", 0),
        ("advertise: '${LABEL}'", "matchLabels: {advertise: bgp}", 0),
    ],
)
def test_families_select_advertisements_by_labels(labels: str, selector: str, count: int) -> None:
    family = f"afi: ipv4, safi: unicast, advertisements: {{{selector}}}"

    assert len(messages("BGP004", config(family), advert(labels=labels))) == count


def test_a_family_without_a_selector_selects_nothing() -> None:
    assert len(messages("BGP004", config("afi: ipv4, safi: unicast"), advert())) == 1


def test_advertisements_of_pods_need_no_selector() -> None:
    assert messages("BGP006", advert("advertisementType: PodCIDR")) == []


def test_a_selector_of_everything_is_a_selector() -> None:
    assert messages("BGP006", advert(f"{SERVICES}, selector: {{}}")) == []


def test_cluster_configs_of_different_nodes_go_together() -> None:
    one = cluster(more="nodeSelector: {matchLabels: {rack: a}}, ")
    other = cluster(name="other", more="nodeSelector: {matchLabels: {rack: b}}, ")

    assert messages("BGP009", one, other) == []
    assert len(messages("BGP009", one, cluster(name="other"))) == 1


@pytest.mark.parametrize(
    ("rule", "version", "count"),
    [("BGP010", "1.17.16", 0), ("BGP010", "1.18.0", 1), ("BGP011", "1.18.0", 0), ("BGP011", "1.17.16", 1)],
)
def test_api_versions_follow_cilium(rule: str, version: str, count: int) -> None:
    api = "v2alpha1" if rule == "BGP010" else "v2"

    assert len(messages(rule, cilium(ON, version), bgp("PeerConfig", "families: []", version=api))) == count


@pytest.mark.parametrize(
    ("times", "refused", "slow"),
    [
        ("", 0, 0),
        ("holdTimeSeconds: 9, keepAliveTimeSeconds: 3", 0, 0),
        ("holdTimeSeconds: 9, keepAliveTimeSeconds: 4", 0, 1),
        ("holdTimeSeconds: 9", 1, 0),
        ("keepAliveTimeSeconds: 60", 0, 1),
        ("holdTimeSeconds: '${HOLD}'", 0, 0),
    ],
)
def test_keepalives_are_a_third_of_the_hold_time(times: str, refused: int, slow: int) -> None:
    written = config(FAMILY, more=f"timers: {{{times}}}, ")

    assert (len(messages("BGP014", written)), len(messages("BGP015", written))) == (refused, slow)


def test_keepalives_are_mended_to_a_third() -> None:
    (hit,) = hits("BGP014", config(FAMILY, more="timers: {holdTimeSeconds: 9}, "))

    assert [(one.path, one.value) for one in hit.edits] == [(("spec", "timers", "keepAliveTimeSeconds"), 3)]


def test_an_override_may_give_the_asn() -> None:
    override = bgp("NodeConfigOverride", "bgpInstances: [{name: home, localASN: 64512}]", "node-1")
    nameless = cluster(instance="localPort: 1790")

    assert len(messages("BGP016", nameless)) == 1
    assert messages("BGP016", nameless, override) == []


def test_a_peer_may_be_discovered() -> None:
    peer = "name: router, autoDiscovery: {mode: DefaultGateway}, peerConfigRef: {name: router}"

    assert messages("BGP017", cluster(peer)) == []


@pytest.mark.parametrize(
    ("namespace", "values", "count"),
    [
        ("kube-system", ON, 0),
        ("flux-system", ON, 1),
        ("flux-system", "bgpControlPlane: {enabled: true, secretsNamespace: {name: flux-system}}", 0),
    ],
)
def test_passwords_are_looked_for_in_one_namespace(namespace: str, values: str, count: int) -> None:
    secret = (
        "# file: secret.yaml\napiVersion: v1\nkind: Secret\n"
        f"metadata: {{name: password, namespace: {namespace}}}\nstringData: {{password: a}}\n"
    )

    assert (
        len(messages("BGP018", cilium(values), config(FAMILY, more="authSecretRef: password, "), secret))
        == count
    )


def test_a_password_that_nothing_here_makes_may_be_made_by_hand() -> None:
    assert messages("BGP018", cilium(ON), config(FAMILY, more="authSecretRef: password, ")) == []


def test_one_address_in_two_ways_is_told_only_where_both_take_everything() -> None:
    few = advert(f"{SERVICES}, selector: {{matchLabels: {{a: b}}}}")

    assert len(messages("BGP019", cilium(BOTH), l2_policy(), advert())) == 1
    assert messages("BGP019", cilium(BOTH), l2_policy(), few) == []


def test_talos_in_a_vrf_is_out_of_the_way() -> None:
    listening = cluster(instance="localASN: 64512, localPort: 179")

    assert len(messages("BGP020", listening, talos())) == 1
    assert messages("BGP020", listening, talos(more="vrf: fabric\n")) == []


def test_a_session_of_its_own_interface_is_another_neighbour() -> None:
    own = config(FAMILY, more="transport: {sourceInterface: dummy0}, ")

    assert len(messages("BGP021", cluster(), config(FAMILY), talos())) == 1
    assert messages("BGP021", cluster(), own, talos()) == []


def test_ipv6_needs_a_family_only_where_nothing_else_announces() -> None:
    six = pool("cidr: 'fd00::/120'")

    assert len(messages("BGP024", six, config(FAMILY))) == 1
    assert messages("BGP024", six, config(FAMILY), l2_policy()) == []
