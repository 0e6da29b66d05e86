"""The cluster's README: every setting with its reason, an address plan, and Markdown that cannot break."""

import re
from copy import deepcopy
from typing import Any

import pytest
from homes import BY_CLI, DOCKER, FLANNEL, K3S, TALOS, home, rendered
from hypothesis import given
from hypothesis import strategies as st

from fabricgen.addresses import size_of
from fabricgen.cluster import Cluster
from fabricgen.documents import drafts
from fabricgen.documents.markdown import code, prose, source

README = "README.md"
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))
CONSIDERED: dict[str, Any] = {
    **FLANNEL,
    "cni__considered": {
        "verdict": "not yet",
        "because": ["one node has nothing to route"],
        "revisit": ["a second node"],
        "cilium": {"version": "1.19.6"},
    },
}
VIPS: dict[str, Any] = {
    "networks__vips": {
        "web": {"address": "10.0.0.201"},
        "dns": {
            "address": "10.0.0.202",
            "services": [
                {
                    "name": "dns",
                    "namespace": "dns",
                    "selector": {"app": "dns"},
                    "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}],
                },
                {"name": "other", "namespace": "apps"},
            ],
        },
        "hubble": {"address": "10.0.0.203", "hostname": "hubble.example.org"},
    },
    "cni__cilium__hubble": {"relay": True, "ui": {"expose": "load-balancer", "vip": "hubble"}},
    "cni__cilium__gatewayAPI": {
        "gateways": [
            {
                "name": "web",
                "vip": "web",
                "listeners": [{"name": "https", "port": 443, "protocol": "HTTPS", "certificate": "tls"}],
            }
        ]
    },
}
HOSTILE: dict[str, Any] = {
    "decisions": [
        {"about": "a | b", "decided": "<b>bold</b> *and* [a](b)", "because": "`one` | ``\n# heading"},
    ],
    "ignore": [{"rule": "CIL001", "because": "under_score _and_ <details>"}],
}
NEWEST: dict[str, Any] = {"kubernetes": "1.36.1", "distribution__talos__version": "1.14.0"}
DUAL_STACK: dict[str, Any] = {
    "networks__nodes": ["10.0.0.0/24", "fd00:1::/64"],
    "networks__pods": ["10.42.0.0/16", "fd00:42::/56"],
    "networks__services": ["10.43.0.0/16", "fd00:43::/112"],
    "networks__loadBalancers": {"six": {"start": "fd00:1::200", "stop": "fd00:1::2ff"}},
    "nodes": [
        {"name": "one", "role": "control-plane", "address": ["10.0.0.11", "fd00:1::11"], "disk": "/dev/sda"},
    ],
}
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "talos": (TALOS, VIPS),
    "talos-hostile": (TALOS, {**HOSTILE, **BY_CLI}),
    "talos-dual-stack": (TALOS, DUAL_STACK),
    "docker": (DOCKER, CONSIDERED),
    "k3s": (K3S, {}),
    "k3s-flannel": (K3S, FLANNEL),
}


def readme(cluster: Cluster) -> str:
    return rendered(cluster)[README]


@pytest.fixture(params=KINDS)
def text(request: pytest.FixtureRequest) -> str:
    """The README of one kind of cluster."""
    description, changes = KINDS[request.param]
    return readme(home(description, **changes))


def row(text: str, first: str) -> list[str]:
    """Return the cells of the one row that starts with this."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    return cells(line)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def nodes_of(found: dict[str, str], cluster: Cluster) -> int:
    """Return how many nodes have what a row says; 1 in a table that is not by node."""
    on = found.get("On", "")
    return len(cluster.nodes) if on == "every node" else len(on.split(", "))


def settings_of(text: str, heading: str) -> list[list[str]]:
    """Return the setting, the value and the nodes of each row of the table under this heading."""
    (block,) = re.findall(rf"^{re.escape(heading)}\n\n((?:\|.*\n)+)", text, flags=re.MULTILINE)
    return [cells(line)[:3] for line in block.splitlines()[2:]]


def tables(text: str) -> list[list[str]]:
    """Return the tables, each as its lines."""
    found = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    return [block.splitlines() for block in found]


# Markdown


def test_every_row_of_a_table_has_as_many_cells_as_its_head(text: str) -> None:
    uneven = [line for table in tables(text) for line in table if len(cells(line)) != len(cells(table[0]))]

    assert tables(text)
    assert uneven == []


def test_every_table_has_its_rule_and_at_least_one_row(text: str) -> None:
    assert all(re.fullmatch(r"\|(---\|)+", table[1]) for table in tables(text))
    assert min(len(table) for table in tables(text)) > 2


def test_lines_end_where_they_should(text: str) -> None:
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert "\n\n\n" not in text


def test_there_is_no_html_but_details(text: str) -> None:
    without_pictures = re.sub(r"(?ms)^```mermaid\n.*?^```$", "", text)
    without_code = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", without_pictures)

    assert set(re.findall(r"(?<!\\)<(/?\w+)", without_code)) <= {"details", "/details", "summary", "/summary"}


def test_a_picture_holds_no_html_but_line_breaks(text: str) -> None:
    pictures = re.findall(r"(?ms)^```mermaid\n(.*?)^```$", text)

    assert len(pictures) == 3
    assert set(re.findall(r"<[^>\n]*>", "".join(pictures))) == {"<br/>"}


def test_every_heading_has_a_line_of_its_own(text: str) -> None:
    assert re.findall(r"[^\n]\n#{1,4} ", text) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_into_the_tree_leads_somewhere(kind: str) -> None:
    description, changes = KINDS[kind]
    tree = rendered(home(description, **changes))

    linked = set(re.findall(r"\]\(((?!https?://|#)[^)]+)\)", tree[README]))

    assert linked
    assert [link for link in linked if not any(path.startswith(link) for path in tree)] == []


@given(ANYTHING)
def test_a_value_is_one_code_span_on_one_line(value: str) -> None:
    span = code(value)

    assert len(span.splitlines()) <= 1
    assert re.fullmatch(r"(`+)(?!`).+(?<!`)\1|text of \d+ lines", span)


@given(ANYTHING)
def test_a_sentence_holds_no_tag_outside_of_code(text: str) -> None:
    without_code = re.sub(r"(?<!\\)(`+)(?!`).+?(?<!`)\1(?!`)", "", prose(text))

    assert not re.search(r"(?<!\\)<", re.sub(r"\\\\", "", without_code))


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("10.0.0.0/24", "`10.0.0.0/24`"),
        ("", '`""`'),
        (True, "`true`"),
        (None, "`null`"),
        (["a", {"b": 1}], '`["a", {"b": 1}]`'),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("one\ntwo\n", "text of 2 lines"),
    ],
)
def test_values_look_like_themselves(value: object, span: str) -> None:
    assert code(value) == span


def test_a_long_value_is_cut() -> None:
    assert code("x" * 500) == f"`{'x' * 158} …`"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("`*.example.org` and *.example.org", "`*.example.org` and \\*.example.org"),
        ("talos/node/<host>/", "talos/node/\\<host>/"),
        ("snake_case stays, _this_ does not", "snake_case stays, \\_this\\_ does not"),
        ("an open ` tick", "an open \\` tick"),
    ],
)
def test_sentences_are_not_taken_for_markup(text: str, escaped: str) -> None:
    assert prose(text) == escaped


def test_addresses_in_a_source_become_short_links() -> None:
    text = "https://github.com/cilium/cilium/issues/1 (why), https://docs.k3s.io/cli/server"

    assert source(text) == (
        "[github.com/cilium/cilium](https://github.com/cilium/cilium/issues/1) (why), "
        "[docs.k3s.io](https://docs.k3s.io/cli/server)"
    )


# Settings


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_stands_there_once(kind: str) -> None:
    description, changes = KINDS[kind]
    cluster = home(description, **changes)
    skipped = {"kustomization.yaml", "cilium-values.yaml"}
    told = [draft for draft in drafts(cluster) if draft.path.rpartition("/")[2] not in skipped]
    settings = [one for draft in told for part in draft.parts for one in part.settings]
    text = readme(cluster)

    found = [
        dict(zip(cells(table[0]), cells(line), strict=True))
        for table in tables(text)
        if table[0].startswith("| Setting |")
        for line in table[2:]
    ]

    assert sum(nodes_of(one, cluster) for one in found) == len(settings)
    assert f"\n{len(found)} settings;" in text


def test_what_nodes_have_alike_is_told_once_with_their_names() -> None:
    nodes = [*TALOS["nodes"][:2], {**TALOS["nodes"][2], "disk": "/dev/sdb"}]
    text = readme(home(nodes=nodes))

    disks = [
        one for one in settings_of(text, "`talos/node/{name}/machine.yaml`") if one[0].endswith(".disk`")
    ]

    assert disks == [
        ["`machine.install.disk`", "`/dev/sda`", "one, two"],
        ["`machine.install.disk`", "`/dev/sdb`", "three"],
    ]


def test_what_differs_only_by_the_nodes_own_name_and_address_is_alike() -> None:
    text = readme(home(K3S))

    assert settings_of(text, "`k3s/node/{name}/config.yaml`") == [
        ["`node-name`", "`{name}`", "every node"],
        ["`node-ip`", "`{address}`", "every node"],
        ["`node-taint`", '`["node-role.kubernetes.io/control-plane:NoSchedule"]`', "one"],
    ]


def test_a_word_that_only_happens_to_be_the_name_of_a_node_stays() -> None:
    text = readme(home())

    assert "otherwise Talos would make one up" in row(text, "`hostname`")[3]
    assert row(text, "`machine.install.disk`")[3].startswith("the disk of {name} that Talos")


def test_a_node_alone_keeps_its_own_file_and_its_own_name() -> None:
    text = readme(home(nodes=TALOS["nodes"][:1]))

    assert settings_of(text, "`talos/node/one/machine.yaml`: HostnameConfig")[1][1] == "`one`"
    assert "{name}" not in text


def test_two_addresses_of_a_node_are_told_apart() -> None:
    six = {"networks__nodes": ["10.0.0.0/24", "fd00:1::/64"]}
    nodes = [
        {**node, "address": [node["address"], f"fd00:1::{at}"]} for at, node in enumerate(K3S["nodes"], 11)
    ]
    stack = {**DUAL_STACK, **six, "nodes": nodes}

    text = readme(home(K3S, **stack))

    assert ["`node-ip`", "`{IPv4},{IPv6}`", "every node"] in settings_of(
        text, "`k3s/node/{name}/config.yaml`"
    )


def test_a_helm_value_is_told_under_its_own_name() -> None:
    path, value, why, origin = row(readme(home()), "`kubeProxyReplacement`")

    assert value == "`true`"
    assert len(why) > 20
    assert origin.startswith("[docs.cilium.io](https://docs.cilium.io/en/v1.19/")
    assert "spec.values" not in path


def test_what_is_off_stands_there_with_its_reason() -> None:
    text = readme(home())

    assert row(text, "Hubble")[1].startswith("not asked for")
    assert "## What is off" not in readme(home(**FLANNEL))


# The address plan


def test_networks_say_how_much_fits() -> None:
    text = readme(home())

    assert row(text, "pods") == [
        "pods",
        "`10.42.0.0/16`",
        "65,536",
        "a /24 for each node: 256 nodes with 256 addresses each",
    ]
    assert row(text, "Services")[3].endswith("its DNS answers at 10.43.0.10")


@pytest.mark.parametrize(
    ("count", "text"), [(16, "16"), (65536, "65,536"), (2**64, "2^64"), (2**64 + 1, "about 2^64")]
)
def test_sizes_can_be_read(count: int, text: str) -> None:
    assert size_of(count) == text


def test_a_pool_names_what_was_left_out_and_who_has_it() -> None:
    pool = {"lan": {"cidr": "10.0.0.0/24"}}
    reserved = [{"start": "10.0.0.100", "stop": "10.0.0.199", "for": "DHCP"}]

    _, blocks, size, announced, services, left_out = row(
        readme(home(networks__loadBalancers=pool, networks__reserved=reserved)), "lan"
    )

    assert blocks.startswith("`10.0.0.2-10.0.0.8`, `10.0.0.10`, ")
    assert size == "149"
    assert announced == "by Cilium: ARP"
    assert services == "all"
    assert "10.0.0.100-10.0.0.199 (DHCP)" in left_out
    assert "10.0.0.12 (node two)" in left_out


def test_ipv6_is_announced_by_neighbour_discovery() -> None:
    assert row(readme(home(**DUAL_STACK)), "six")[3] == "by Cilium: NDP"


def test_metallb_announces_where_it_serves() -> None:
    assert row(readme(home(metallb={"version": "0.15.2"})), "lan")[3] == "by MetalLB: ARP"


def test_it_is_said_who_writes_each_annotation() -> None:
    text = readme(home(**VIPS))
    writers = {
        cells(line)[0]: cells(line)[2]
        for table in tables(text)
        if table[0].startswith("| Service |")
        for line in table[2:]
    }

    assert writers == {
        "`apps/other`": "you: this Service is not part of the tree",
        "`dns/dns`": "this tree, in infrastructure/services",
        "`gateway/cilium-gateway-web`": "this tree, in infrastructure/gateway",
        "`kube-system/hubble-ui`": "this tree, in the values of Cilium",
    }


def test_a_pinned_address_has_the_name_of_what_holds_it() -> None:
    changes = deepcopy(VIPS)
    del changes["networks__vips"]["hubble"]["hostname"]
    changes["cni__cilium__hubble"]["ui"]["hostname"] = "flows.example.org"
    changes["cni__cilium__gatewayAPI"]["gateways"][0]["hostname"] = "web.example.org"

    text = readme(home(**changes))

    assert pinned(text) == {"dns": "", "hubble": "flows.example.org", "web": "web.example.org"}


def test_a_pinned_address_keeps_the_name_of_its_own() -> None:
    assert pinned(readme(home(**VIPS))) == {"dns": "", "hubble": "hubble.example.org", "web": ""}


def pinned(text: str) -> dict[str, str]:
    """Return the DNS name of each pinned address."""
    (table,) = [table for table in tables(text) if table[0].startswith("| Name |")]
    return {cells(line)[0]: cells(line)[3] for line in table[2:]}


def test_the_shared_address_of_the_api_has_an_owner() -> None:
    text = readme(home())

    assert row(text, "`10.0.0.9`")[1] == "Kubernetes API, port 6443, shared by the control planes"
    assert row(text, "`10.0.0.1`")[1] == "router"


def test_a_node_that_serves_the_api_says_so() -> None:
    assert row(readme(home(K3S)), "one")[1] == "control-plane, serves the API"


def test_nodes_stand_there_with_what_they_have() -> None:
    nodes = [
        {
            "name": "one",
            "role": "control-plane",
            "address": "10.0.0.11",
            "hardware": "raspberry-pi-4",
            "memory": "8GiB",
            "interface": {"bond": {"links": ["end0", "end1"]}, "vlan": 20, "mtu": 9000},
            "disk": {"type": "nvme", "size": ">= 100GB"},
        }
    ]

    assert row(readme(home(nodes=nodes)), "one")[2:] == [
        "10.0.0.11",
        "arm64",
        "raspberry-pi-4",
        "8 GiB",
        "type nvme, size >= 100GB",
        "bond0 of end0, end1, VLAN 20, MTU 9000",
        "yes",
    ]


# Versions, decisions, secrets


def test_versions_name_what_they_come_with() -> None:
    text = readme(home(cni__cilium={"version": "1.20.1", "gatewayAPI": {}}))

    assert row(text, "Talos") == ["Talos", "1.12.5", "machine configs by the contract of 1.12"]
    assert "8bb74df00e56ec8f944d48c25e6c1c9c2f6848e3" in row(text, "Gateway API")[2]


def test_pairs_that_nobody_tests_are_named() -> None:
    assert row(
        readme(home(kubernetes="1.34.2", cni__cilium__version="1.18.6")),
        "Cilium 1.18.6 with Kubernetes 1.34.2",
    )
    assert "upstream does not test" not in readme(home())


def test_decisions_and_ignored_rules_carry_their_reasons() -> None:
    text = readme(home(**HOSTILE))

    assert row(text, "a \\| b") == [
        "a \\| b",
        "\\<b>bold\\</b> \\*and\\* \\[a\\](b)",
        "`one` \\| \\`\\` # heading",
    ]
    assert row(text, "CIL001")[1] == "under_score \\_and\\_ \\<details>"


def test_secrets_that_are_not_in_git_are_listed() -> None:
    assert row(readme(home(**VIPS)), "gateway/tls")[1].startswith(
        "the certificate of https at the Gateway web"
    )


# Layout and advice


def test_each_folder_says_what_is_in_it() -> None:
    tree = rendered(home(**VIPS))
    (table,) = [table for table in tables(tree[README]) if table[0].startswith("| Folder |")]
    told = {cells(line)[0].strip("`"): cells(line)[1] for line in table[2:]}

    assert all(told.values())
    assert [path for path in tree if path != README and not path.startswith(tuple(told))] == []


@pytest.mark.parametrize(
    ("description", "changes", "told"),
    [
        (TALOS, {}, ["talconfig.yaml", "topf.yaml"]),
        (TALOS, NEWEST, ["topf.yaml"]),
        (DOCKER, {}, ["create-cluster.sh"]),
    ],
)
def test_the_folder_of_talos_names_the_files_that_are_there(
    description: dict[str, Any], changes: dict[str, Any], told: list[str]
) -> None:
    tree = rendered(home(description, **changes))

    found = re.findall(r"([a-z-]+\.(?:sh|yaml)):", row(tree[README], "`talos/`")[1])

    assert found == told
    assert {f"talos/{name}" for name in found} == {
        path for path in tree if re.fullmatch(r"talos/[^/]+", path)
    }


def test_advice_is_given_only_where_something_is_considered() -> None:
    assert "## Cilium instead of Flannel: not yet" in readme(home(DOCKER, **CONSIDERED))
    assert "instead of Flannel" not in readme(home(DOCKER, **FLANNEL))


def test_the_advice_counts_with_this_clusters_memory() -> None:
    text = readme(home(DOCKER, **CONSIDERED))
    roomy = readme(home(DOCKER, **CONSIDERED, nodes__0__memory="8GiB"))

    assert row(text, "-2 | Memory of a node")[2].startswith("375 to 724 MiB, 9 to 18 % of the 4 GiB")
    assert row(roomy, " | Memory of a node")[2].startswith("385 to 734 MiB, 5 to 9 % of the 8 GiB")
    assert row(roomy, "eBPF maps")[1] == "up to 20 MiB, 0.25 % of 8 GiB"


def test_envoy_counts_only_where_it_runs() -> None:
    text = readme(home(DOCKER, **CONSIDERED, cni__considered__cilium__l7Proxy=False))

    assert "| Envoy |" not in text
    assert row(text, "-2 | Memory of a node")[2].startswith("358 to 624 MiB")


def test_the_advice_says_what_one_node_and_docker_cannot_do() -> None:
    text = readme(home(DOCKER, **CONSIDERED))

    assert "no second node" in row(text, "-2 | One node")[2]
    assert "only inside docker's bridge 10.5.0.0/24" in row(text, "-2 | LoadBalancer addresses")[2]
    assert "Flannel enforces none" in row(text, " | Policies today")[2]


def test_on_machines_the_advice_speaks_of_neither() -> None:
    text = readme(home(K3S, **CONSIDERED))

    assert "| One node |" not in text
    assert "| LoadBalancer addresses |" not in text
    assert "k3s' own controller enforces" in row(text, " | Policies today")[2]


def test_a_name_with_a_star_is_no_emphasis() -> None:
    gateway = {**VIPS["cni__cilium__gatewayAPI"]["gateways"][0]}
    listener = {**gateway["listeners"][0], "hostname": "*.example.org"}
    text = readme(home(cni__cilium__gatewayAPI={"gateways": [{"name": "web", "listeners": [listener]}]}))

    assert "certificate of \\*.example.org at" in row(text, "gateway/tls")[1]
