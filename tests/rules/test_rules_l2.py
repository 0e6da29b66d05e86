"""Rules about L2 announcements: versions, nodes, interfaces, times, and silence where something is unknown."""

import pytest
from fabric_files import bgp, cilium, l2_policy, messages, metallb, node, pool, service, talconfig

ON = "kubeProxyReplacement: true, l2announcements: {enabled: true}"
POOL = pool("start: 10.0.0.200, stop: 10.0.0.209")
ADVERT = bgp("Advertisement", "advertisements: [{advertisementType: PodCIDR}]")
NOT_CONTROL_PLANES = (
    "loadBalancerIPs: true, nodeSelector: {matchExpressions: "
    "[{key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}]}"
)


def times(lease: str, renew: str, retry: str = "1s", more: str = "") -> str:
    return cilium(
        "kubeProxyReplacement: true, l2announcements: {enabled: true, "
        f"leaseDuration: {lease}, leaseRenewDeadline: {renew}, leaseRetryPeriod: {retry}}}{more}"
    )


def test_bgp_is_as_good_as_a_policy() -> None:
    assert len(messages("L2A001", cilium(ON), POOL)) == 1
    assert messages("L2A001", cilium(ON), POOL, ADVERT) == []


def test_a_policy_that_is_left_over_where_bgp_announces_is_no_error() -> None:
    assert len(messages("L2A002", cilium(), POOL, l2_policy())) == 1
    assert messages("L2A002", cilium(), POOL, l2_policy(), ADVERT) == []


def test_a_switch_that_may_be_in_a_secret_is_unknown() -> None:
    hidden = cilium(more="  valuesFrom: [{kind: Secret, name: cilium}]\n")

    assert messages("L2A002", hidden, POOL, l2_policy()) == []


@pytest.mark.parametrize(
    ("pattern", "count"), [("^eth[0-9]+", 0), ("bond0", 1), ("[[:alpha:]]+", 0), ("${NIC}", 0)]
)
def test_interfaces_are_matched_as_expressions(pattern: str, count: int) -> None:
    policy = l2_policy(f"loadBalancerIPs: true, interfaces: ['{pattern}']")

    assert len(messages("L2A006", policy, talconfig(node(1)))) == count


def test_an_interface_that_is_chosen_by_its_address_may_have_any_name() -> None:
    policy = l2_policy("loadBalancerIPs: true, interfaces: [bond0]")
    selected = talconfig(node(1, "deviceSelector: {hardwareAddr: 'aa:*'}"))

    assert messages("L2A006", policy, selected) == []


@pytest.mark.parametrize(
    ("devices", "pattern", "count"),
    [
        ("eth0", "^eth0$", 0),
        ("eth0", "^bond0$", 1),
        ("eth+", "^eth[0-9]+$", 0),
        ("bond+", "^eth[0-9]+$", 1),
        ("[eth0, bond0]", "^bond0$", 0),
        ("''", "^bond0$", 0),
    ],
)
def test_devices_are_what_a_policy_can_announce_on(devices: str, pattern: str, count: int) -> None:
    values = f"{ON}, devices: {devices}"
    policy = l2_policy(f"loadBalancerIPs: true, interfaces: ['{pattern}']")

    assert len(messages("L2A007", cilium(values), policy)) == count


@pytest.mark.parametrize(
    ("nodes", "count"),
    [([True, True], 1), ([True, False], 0)],
    ids=["only control planes", "a worker"],
)
def test_control_planes_that_are_left_out_may_be_all_there_is(nodes: list[bool], count: int) -> None:
    told = talconfig(*(node(number, control_plane=role) for number, role in enumerate(nodes)))

    assert len(messages("L2A008", l2_policy(NOT_CONTROL_PLANES), told)) == count


def test_a_label_that_nothing_here_tells_may_be_set_by_hand() -> None:
    policy = l2_policy("loadBalancerIPs: true, nodeSelector: {matchLabels: {example.com/lan: a}}")

    assert messages("L2A008", policy, talconfig(node(1))) == []


def test_a_label_that_talos_tells_has_only_the_values_it_tells() -> None:
    policy = l2_policy("loadBalancerIPs: true, nodeSelector: {matchLabels: {example.com/lan: a}}")
    labels = "# file: talos/patches/all/labels.yaml\nmachine: {nodeLabels: {example.com/lan: VALUE}}\n"

    assert messages("L2A008", policy, talconfig(node(1)), labels.replace("VALUE", "a")) == []
    assert len(messages("L2A008", policy, talconfig(node(1)), labels.replace("VALUE", "b"))) == 1


def test_addresses_off_the_link_are_for_bgp() -> None:
    files = cilium(ON), l2_policy(), talconfig(node(1)), pool("cidr: 10.9.0.0/24")

    assert len(messages("L2A010", *files)) == 1
    assert messages("L2A010", *files, ADVERT) == []


@pytest.mark.parametrize(("version", "count"), [("1.20.1", 1), ("1.20.2", 0), ("1.18.6", 1), ("1.x", 0)])
def test_local_traffic_is_minded_since_one_patch_release(version: str, count: int) -> None:
    local = service("a", spec="externalTrafficPolicy: Local")

    assert len(messages("L2A011", cilium(ON, version), POOL, l2_policy(), local)) == count


def test_what_runs_on_every_node_may_be_local() -> None:
    api = service("api", spec="externalTrafficPolicy: Local, selector: {k8s-app: kube-apiserver}")

    assert messages("L2A011", cilium(ON, "1.18.6"), POOL, l2_policy(), api) == []


@pytest.mark.parametrize(
    ("lease", "renew", "retry", "expected"),
    [
        ("15s", "5s", "2s", ""),
        ("500ms", "200ms", "100ms", "leaseDuration is 500ms, less than 1s"),
        ("5s", "5s", "1s", "leaseDuration is 5s, and leaseRenewDeadline is 5s"),
        ("1m", "2s", "2s", "leaseRenewDeadline is 2s, and leaseRetryPeriod is 2s"),
        ("1m0.5s", "5s", "2s", ""),
        ("15", "5s", "2s", ""),
    ],
)
def test_times_are_compared_as_go_reads_them(lease: str, renew: str, retry: str, expected: str) -> None:
    assert messages("L2A012", times(lease, renew, retry)) == ([expected] if expected else [])


def test_the_limit_of_requests_follows_the_services() -> None:
    services = [service(f"a-{number}") for number in range(12)]
    files = POOL, l2_policy(), *services

    assert messages("L2A013", times("3s", "1s"), *files) == [
        "12 Services renewed every 1s are 12 requests a second, and qps is 10"
    ]
    assert messages("L2A013", cilium(ON), *files) == []


@pytest.mark.parametrize(("version", "count"), [("1.18.11", 1), ("1.19.0", 0)])
def test_ipv6_is_announced_since_119(version: str, count: int) -> None:
    files = cilium(f"{ON}, ipv6: {{enabled: true}}", version), l2_policy(), pool("cidr: 'fd00::/120'")

    assert len(messages("L2A014", *files)) == count


def test_metallbs_pools_may_be_selected_by_labels() -> None:
    labelled = metallb("10.0.0.0/24").replace("{name: lan,", "{name: lan, labels: {a: b},")
    advertisement = (
        "# file: metallb/l2.yaml\napiVersion: metallb.io/v1beta1\nkind: L2Advertisement\n"
        "metadata: {name: lan}\nspec: {ipAddressPoolSelectors: [{matchLabels: {a: VALUE}}]}\n"
    )

    assert messages("L2A017", labelled, advertisement.replace("VALUE", "b")) == []
    assert len(messages("L2A017", labelled, advertisement.replace("VALUE", "c"))) == 1


@pytest.mark.parametrize(
    ("version", "mention", "count"),
    [
        ("v1.12.1", "", 1),
        ("v1.7.0", "", 0),
        ("v1.12.1", "node.kubernetes.io/exclude-from-external-load-balancers", 0),
    ],
)
def test_talos_own_label_keeps_metallb_away_since_18(version: str, mention: str, count: int) -> None:
    release = (
        "# file: metallb/release.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        "metadata: {name: metallb, namespace: metallb-system}\n"
        "spec: {chart: {spec: {chart: metallb, version: 0.16.1, sourceRef: {kind: HelmRepository, name: m}}}}\n"
    )
    patch = f"# file: talos/patches/all/labels.yaml\nmachine: {{nodeLabels: {{'{mention or 'a'}': ''}}}}\n"
    told = talconfig(node(1)).replace("v1.12.1", version)

    assert len(messages("L2A018", told, metallb("10.0.0.0/24"), release, patch)) == count
