"""Rules over the description: each has an example that breaks it, and none of them ever raises."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fabricgen.description import Description
from fabricgen.errors import DescriptionError
from fabricgen.load import load_text
from fabricgen.resolve.rules import RULES, Rule, problems

INVALID = Path(__file__).parent.parent / "invalid"


def descriptions_that_load() -> list[Description]:
    loaded = []
    for path in sorted(INVALID.glob("*.yaml")):
        try:
            loaded.append(load_text(path.read_text(encoding="utf-8"), file=path.name).description)
        except DescriptionError:
            continue
    return loaded


READABLE = descriptions_that_load()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_broken_by_an_invalid_description(rule: Rule) -> None:
    assert any(list(rule(description)) for description in READABLE)


def test_no_problem_is_told_twice() -> None:
    found = [[str(problem) for problem in problems(description)] for description in READABLE]

    assert [len(told) for told in found] == [len(set(told)) for told in found]


ADDRESSES = st.sampled_from(
    [
        "0.0.0.0",  # noqa: S104 - an address that somebody may write, nothing listens here
        "10.0.0.0",
        "10.0.0.1",
        "10.0.0.11",
        "10.0.0.255",
        "10.42.0.1",
        "127.0.0.1",
        "224.0.0.1",
        "8.8.8.8",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "fd00:1::",
        "fd00:1::1",
        "fe80::1%end0",
    ]
)
NETWORKS = st.sampled_from(
    [
        "0.0.0.0/0",
        "10.0.0.0/24",
        "10.0.0.0/31",
        "10.0.0.11/32",
        "10.42.0.0/16",
        "10.42.0.0/30",
        "224.0.0.0/4",
        "8.8.8.0/24",
        "::/0",
        "fd00:1::/64",
        "fd00:1::/127",
        "fd00:1::1/128",
        "fd00:42::/56",
    ]
)
NAMES = st.sampled_from(["one", "two", "vip-one", "kube-system", "raspberry-pi-4", "small", "tiny"])
LABELS = st.dictionaries(
    st.sampled_from(["a", "a/b/c", "", "kubernetes.io/x", "/"]), st.text(max_size=3), max_size=2
)
DISKS = st.sampled_from(["/dev/sda", "sda", {"serial": "1"}, {"size": "x"}, {"wwid": "1", "type": "ssd"}])
LINKS = st.sampled_from(
    [
        "end0",
        "x" * 20,
        {"mac": "d8:3a:dd:01:02:03"},
        {"bond": {"links": ["a", "a"]}, "vlan": 4094},
        {"mtu": 9000},
        {},
    ]
)
RANGES = st.one_of(
    st.fixed_dictionaries({"cidr": NETWORKS}),
    st.fixed_dictionaries({"address": ADDRESSES}),
    st.fixed_dictionaries({"start": ADDRESSES, "stop": ADDRESSES}),
)


def mapping(needed: Mapping[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(needed), optional=optional)


POOLS = st.one_of(RANGES, mapping({"blocks": st.lists(RANGES, min_size=1, max_size=2)})).flatmap(
    lambda pool: mapping(
        {key: st.just(value) for key, value in pool.items()},
        announce=st.lists(st.sampled_from(["l2", "bgp"]), max_size=2),
    )
)
SERVICES = mapping(
    {"name": NAMES, "namespace": NAMES},
    selector=LABELS,
    externalTrafficPolicy=st.sampled_from(["Local", "Cluster"]),
    ports=st.lists(mapping({"name": NAMES, "port": st.integers(1, 3)}, targetPort=NAMES), max_size=2),
)
NODES = mapping(
    {"name": NAMES, "role": st.sampled_from(["control-plane", "worker"]), "address": ADDRESSES},
    hardware=NAMES,
    arch=st.sampled_from(["amd64", "arm64"]),
    disk=DISKS,
    interface=LINKS,
    labels=LABELS,
    schedulable=st.booleans(),
    externalAddress=ADDRESSES,
)
PEERS = mapping(
    {"name": NAMES, "address": ADDRESSES, "asn": st.integers(64512, 64514)},
    ebgpMultihop=st.integers(1, 3),
    holdTimeSeconds=st.integers(3, 90),
)
TRAFFIC = st.one_of(
    mapping(
        {"cidrs": st.lists(NETWORKS, min_size=1, max_size=2)}, exceptCidrs=st.lists(NETWORKS, max_size=2)
    ),
    mapping({"fqdns": st.lists(st.sampled_from(["**", "*", "a..b", ".", "**.a", "a.**"]), min_size=1)}),
    mapping(
        {
            "entities": st.just(["world"]),
            "ports": st.lists(st.sampled_from(["9-1/TCP", "99999/UDP", "1/ANY"]), min_size=1),
        },
        http=st.lists(mapping({}, path=st.text(min_size=1, max_size=3), headers=st.just([" "])), max_size=2),
    ),
)
POLICIES = mapping(
    {},
    defaultDeny=st.lists(NAMES, max_size=2),
    allow=st.lists(
        mapping(
            {"name": NAMES, "because": st.just("x"), "egress": st.lists(TRAFFIC, min_size=1, max_size=2)}
        ),
        max_size=2,
    ),
)
CILIUM = mapping(
    {"version": st.sampled_from(["1.18.6", "1.20.1", "9.9.9"])},
    kubeProxyReplacement=st.booleans(),
    routing=mapping(
        {}, mode=st.sampled_from(["native", "tunnel"]), protocol=st.sampled_from(["vxlan", "geneve"])
    ),
    loadBalancing=mapping(
        {}, mode=st.sampled_from(["dsr", "snat"]), dispatch=st.sampled_from(["opt", "geneve"])
    ),
    l2=mapping({}, interfaces=st.lists(st.text(min_size=1, max_size=4), max_size=2)),
    bgp=mapping({"asn": st.just(64512), "peers": st.lists(PEERS, min_size=1, max_size=2)}),
    policies=POLICIES,
    values=st.dictionaries(
        st.sampled_from(["mtu", "externalIPs", "cgroup", "x", ""]),
        st.one_of(
            st.none(),
            st.dictionaries(st.one_of(st.integers(), st.sampled_from(["automount", "enabled"])), st.none()),
        ),
        max_size=2,
    ),
)
DISTRIBUTIONS = st.one_of(
    mapping(
        {
            "talos": mapping(
                {"version": st.sampled_from(["1.12.5", "1.8.0"])}, contract=st.sampled_from(["v1.9", "v1.13"])
            )
        }
    ),
    mapping(
        {
            "talos": st.just(
                {"version": "1.12.5", "docker": {"talosctl": "1.12.4", "exposedPorts": ["0:99999/tcp"]}}
            )
        }
    ),
    mapping({"k3s": st.just({"version": "1.34.2+k3s1", "agent": {"token": 1}, "server": {"disable+": 1}})}),
)
DESCRIPTIONS = mapping(
    {
        "name": st.just("home"),
        "distribution": DISTRIBUTIONS,
        "endpoint": mapping(
            {"host": st.one_of(ADDRESSES, st.text(min_size=1, max_size=6))}, external=st.booleans()
        ),
        "networks": mapping(
            {"nodes": NETWORKS, "pods": NETWORKS, "services": NETWORKS},
            router=ADDRESSES,
            nodeMask=st.lists(st.integers(16, 120), max_size=3),
            dnsServers=st.lists(ADDRESSES, max_size=2),
            loadBalancers=st.dictionaries(NAMES, POOLS, max_size=2),
            reserved=st.lists(RANGES.map(lambda one: {**one, "for": "x"}), max_size=2),
            vips=st.dictionaries(
                NAMES, mapping({"address": ADDRESSES}, services=st.lists(SERVICES, max_size=2)), max_size=2
            ),
        ),
        "nodes": st.lists(NODES, min_size=1, max_size=3),
        "cni": st.one_of(mapping({"cilium": CILIUM}), st.just({"flannel": {}})),
        "flux": st.just(
            {"version": "2.7.5", "install": "cli", "git": {"url": "https://example.org/home.git"}}
        ),
    },
    kubernetes=st.sampled_from(["1.34.2", "1.20.0"]),
    hardware=st.dictionaries(NAMES, mapping({}, extends=NAMES, disk=DISKS, interface=LINKS), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(DESCRIPTIONS)
def test_rules_have_an_answer_to_every_description_that_can_be_read(body: dict[str, Any]) -> None:
    try:
        description = Description.model_validate(body)
    except ValidationError:
        assume(False)  # noqa: FBT003 - hypothesis' own signature

    found = problems(description)

    assert all(problem.message and problem.path for problem in found)
