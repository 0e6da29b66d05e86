"""Rules about pools and Services: versions, owners, who asks for what, and silence where something is unknown."""

import pytest
from fabric_files import cilium, hits, messages, metallb, pool, service, values_of

POOL = pool("start: 10.0.0.200, stop: 10.0.0.209")
IPS = "lbipam.cilium.io/ips: "
SHARED = "lbipam.cilium.io/ips: 10.0.0.200, lbipam.cilium.io/sharing-key: a"
PORT = "ports: [{port: 53, protocol: UDP}]"


def gateway(spec: str) -> str:
    return (
        "# file: gateway.yaml\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}\n"
        f"spec: {{gatewayClassName: cilium, {spec}}}\n"
    )


@pytest.mark.parametrize(
    ("written", "edit"), [("no", "No"), ("false", "No"), ('"yes"', "Yes"), ("true", "Yes"), ("maybe", None)]
)
def test_allow_first_last_ips_is_mended_where_its_meaning_is_clear(written: str, edit: str | None) -> None:
    (hit,) = hits("LBS006", pool("cidr: 10.0.0.192/28", more=f"  allowFirstLastIPs: {written}\n"))

    assert [one.value for one in hit.edits] == ([edit] if edit else [])


@pytest.mark.parametrize("written", ["No", "Yes", '"No"', "'Yes'", "No # all of them", "'${FIRST_LAST}'"])
def test_yes_and_no_need_no_quotes_for_kustomize(written: str) -> None:
    assert messages("LBS006", pool("cidr: 10.0.0.192/28", more=f"  allowFirstLastIPs: {written}\n")) == []


def test_cidrs_become_blocks_where_there_are_none() -> None:
    old = POOL.replace("blocks:", "cidrs:")
    both = POOL.replace("  blocks:", "  cidrs: [{cidr: 10.1.0.0/24}]\n  blocks:")

    assert [one.value for one in hits("LBS005", cilium(), old)[0].edits] == ["blocks"]
    assert hits("LBS005", cilium(), both)[0].edits == ()


@pytest.mark.parametrize(
    ("rule", "api", "cilium_version", "count"),
    [
        ("LBS007", "v2alpha1", "1.18.11", 0),
        ("LBS007", "v2alpha1", "1.19.0", 1),
        ("LBS007", "v2", "1.20.2", 0),
        ("LBS008", "v2", "1.17.16", 1),
        ("LBS008", "v2", "1.18.0", 0),
        ("LBS008", "v2", "1.x", 0),
        ("LBS007", "v2alpha1", "1.x", 0),
    ],
)
def test_api_versions_of_pools_follow_cilium(rule: str, api: str, cilium_version: str, count: int) -> None:
    files = cilium(version=cilium_version), pool("cidr: 10.0.0.0/24", version=api)

    assert len(messages(rule, *files)) == count


@pytest.mark.parametrize("block", ["cidr: '${LB}'", "start: '${A}', stop: 10.0.0.1", "cidr: 10.0.0.0/24"])
@pytest.mark.parametrize("rule", ["LBS001", "LBS002", "LBS003", "LBS004"])
def test_blocks_that_are_right_or_not_told_are_left_alone(rule: str, block: str) -> None:
    assert messages(rule, pool(block)) == []


def test_families_of_start_and_stop_must_be_one() -> None:
    assert messages("LBS003", pool("start: 10.0.0.1, stop: 'fd00::1'")) == [
        "start 10.0.0.1 is IPv4, and stop fd00::1 is IPv6"
    ]


def test_a_single_address_is_a_block() -> None:
    assert messages("LBS003", pool("start: 10.0.0.1")) == []


def test_host_bits_are_found_in_metallbs_pools_too() -> None:
    assert messages("LBS004", metallb("10.0.0.200/28")) == [
        "10.0.0.200/28 hands out 10.0.0.192 to 10.0.0.207, not the 16 from 10.0.0.200 on"
    ]


@pytest.mark.parametrize("written", ["10.0.0.9-10.0.0.1", "10.0.0.9-fd00::1"])
def test_a_range_of_metallb_that_runs_backwards_is_found(written: str) -> None:
    assert len(messages("LBS010", metallb(written))) == 1


def test_two_owners_may_share_services_by_class() -> None:
    release = (
        "# file: metallb/release.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        "metadata: {name: metallb, namespace: metallb-system}\n"
        "spec: {chart: {spec: {chart: metallb, version: 0.16.1, sourceRef: {kind: HelmRepository, name: m}}}, values: VALUES}\n"
    )
    files = cilium(), POOL, metallb("10.0.1.0/24")

    assert len(messages("LBS013", *files, release.replace("VALUES", "{}"))) == 1
    assert messages("LBS013", *files, release.replace("VALUES", "{loadBalancerClass: metallb}")) == []


@pytest.mark.parametrize(
    "values", ["enableLBIPAM: false", "defaultLBServiceIPAM: none", "defaultLBServiceIPAM: nodeipam"]
)
def test_a_cilium_that_hands_out_nothing_by_itself_is_no_second_owner(values: str) -> None:
    assert messages("LBS013", cilium(values), POOL, metallb("10.0.1.0/24")) == []


def test_servicelb_that_is_mentioned_anywhere_is_taken_care_of() -> None:
    server = "# file: k3s/server/config.yaml\ncluster-init: true\n"
    install = "# file: ansible/vars.yaml\nextra_server_args: --disable servicelb\n"

    assert len(messages("LBS014", POOL, server)) == 1
    assert messages("LBS014", POOL, server, install) == []


def test_an_agent_says_nothing_about_servicelb() -> None:
    assert messages("LBS014", POOL, "# file: k3s/agent/config.yaml\nnode-label: [a=b]\n") == []


@pytest.mark.parametrize(
    "claim",
    [
        service("a", f"{IPS}10.0.0.250"),
        service("a", "io.cilium/lb-ipam-ips: 10.0.0.250"),
        service("a", spec="loadBalancerIP: 10.0.0.250"),
        values_of("a", f"service: {{app: {{annotations: {{{IPS}10.0.0.250}}}}}}"),
        values_of("a", "controller: {service: {loadBalancerIP: 10.0.0.250}}"),
        gateway(f"infrastructure: {{annotations: {{{IPS}10.0.0.250}}}}"),
        gateway("addresses: [{value: 10.0.0.250}]"),
    ],
)
def test_an_address_outside_of_every_pool_is_found_however_it_is_asked_for(claim: str) -> None:
    assert messages("LBS019", POOL, claim) == ["10.0.0.250 is in no pool: there is 10.0.0.200-10.0.0.209"]


@pytest.mark.parametrize(
    "claim",
    [
        service("a", f"{IPS}'${{SVC_ADDR}}'"),
        service("a", f"{IPS}10.0.0.250", "loadBalancerClass: tailscale"),
        service("a", "metallb.io/loadBalancerIPs: 10.0.0.250"),
        service("a", f"{IPS}'10.0.0.200, 10.0.0.201'"),
    ],
)
def test_what_is_not_told_or_not_asked_of_cilium_is_left_alone(claim: str) -> None:
    assert messages("LBS019", POOL, claim) == []


def test_a_pool_that_cannot_be_read_may_hold_the_address() -> None:
    other = pool("cidr: '${LB_CIDR}'", name="other")

    assert messages("LBS019", POOL, other, service("a", f"{IPS}10.0.0.250")) == []


def test_an_ipv6_address_ends_in_no_port() -> None:
    files = pool("cidr: 'fd00::1:0/112'"), service("a", f"{IPS}'fd00::1:22'")

    assert messages("LBS019", *files) == []


def test_a_selector_by_namespace_knows_the_services_namespace() -> None:
    closed = pool(
        "cidr: 10.0.0.0/24",
        more="  serviceSelector: {matchLabels: {io.kubernetes.service.namespace: dns}}\n",
    )

    assert messages("LBS020", closed, service("a", f"{IPS}10.0.0.9", namespace="dns")) == []
    assert len(messages("LBS020", closed, service("a", f"{IPS}10.0.0.9", namespace="apps"))) == 1


def test_one_chart_may_ask_twice_for_one_service() -> None:
    both = values_of(
        "plex", f"service: {{app: {{loadBalancerIP: 10.0.0.200, annotations: {{{IPS}10.0.0.200}}}}}}"
    )

    assert messages("LBS021", POOL, both) == []


def test_two_services_of_one_chart_are_two() -> None:
    values = f"annotations: {{{IPS}10.0.0.200}}"

    assert (
        len(messages("LBS021", POOL, values_of("dns", f"service: {{tcp: {{{values}}}, udp: {{{values}}}}}")))
        == 1
    )


@pytest.mark.parametrize(
    ("tcp", "udp"),
    [
        ("type: LoadBalancer, {ips}", "{ips}"),
        ("{ips}, keys: {lbipam.cilium.io/sharing-key: a}", "{ips}"),
    ],
    ids=["one may be no LoadBalancer", "a key in a place that only the chart knows"],
)
def test_what_only_a_chart_knows_of_its_services_is_no_quarrel(tcp: str, udp: str) -> None:
    ips = f"annotations: {{{IPS}10.0.0.200}}"
    values = f"service: {{tcp: {{{tcp}}}, udp: {{{udp}}}}}".replace("{ips}", ips)

    assert messages("LBS021", POOL, values_of("dns", values)) == []


@pytest.mark.parametrize(
    ("spec", "namespace", "more", "why"),
    [
        ("ports: [{port: 53, protocol: TCP}]", "apps", "", ""),
        (PORT, "apps", "", "both have port 53/UDP"),
        (
            "externalTrafficPolicy: Local, ports: [{port: 1}]",
            "apps",
            "",
            "externalTrafficPolicy is Cluster there and Local here",
        ),
        ("ports: [{port: 1}]", "dns", "", "it is in namespace apps, and not both allow the other's"),
    ],
)
def test_what_keeps_two_services_from_sharing(spec: str, namespace: str, more: str, why: str) -> None:
    one, other = service("a", SHARED, PORT), service("b", SHARED + more, spec, namespace=namespace)

    expected = f"10.0.0.200 cannot be shared with Service apps/a: {why}"
    assert messages("LBS022", POOL, one, other) == ([expected] if why else [])


def test_namespaces_share_where_both_allow_it() -> None:
    across = ", lbipam.cilium.io/sharing-cross-namespace: "
    one = service("a", f"{SHARED}{across}dns", PORT)
    other = service("b", f"{SHARED}{across}'*'", "ports: [{port: 1}]", namespace="dns")

    assert messages("LBS022", POOL, one, other) == []


def test_local_services_share_only_pods_that_are_the_same() -> None:
    local = "externalTrafficPolicy: Local, selector: {app: APP}, ports: [{port: PORT}]"
    one = service("a", SHARED, local.replace("APP", "x").replace("PORT", "1"))
    same = service("b", SHARED, local.replace("APP", "x").replace("PORT", "2"))
    other = service("b", SHARED, local.replace("APP", "y").replace("PORT", "2"))

    assert messages("LBS022", POOL, one, same) == []
    assert len(messages("LBS022", POOL, one, other)) == 1


def test_addresses_are_enough_where_services_share() -> None:
    two = pool("cidr: 10.0.0.200/32")

    assert len(messages("LBS016", two, service("a"), service("b"))) == 1
    assert messages("LBS016", two, service("a", SHARED), service("b", SHARED)) == []


def test_an_annotation_for_both_owners_is_no_mistake() -> None:
    both = service("a", f"{IPS}10.0.0.200, metallb.io/loadBalancerIPs: 10.0.0.200")

    assert messages("LBS025", POOL, both) == []


def test_ipv6_alone_needs_a_pool_of_its_own() -> None:
    six = service("a", spec="ipFamilies: [IPv6]")

    assert len(messages("LBS017", POOL, six)) == 1
    assert messages("LBS017", pool("cidr: 'fd00::/120'"), six) == []
