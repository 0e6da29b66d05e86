"""Defaults that follow from answers, the description they become, and lists of nodes."""

import json
from dataclasses import replace
from ipaddress import ip_network

import pytest

import fabricgen
from fabricgen.errors import ProblemsError
from fabricgen.starting import (
    Answers,
    FirstNode,
    Told,
    complete,
    description_text,
    find_faults,
    git_url,
    next_node,
    parse_node,
    read_nodes,
    usual_name,
)
from fabricgen.starting.answers import Distribution
from fabricgen.starting.pairing import newest_together
from fabricgen.upgrade.pins import pins_of
from fabricgen.upgrade.renovate import comment_for, find_comments
from fabricgen.versions import CILIUM, FLUX, K3S, TALOS, minor_of


def _loaded(answers: Answers) -> fabricgen.Loaded:
    return fabricgen.load_text(description_text(answers), file="clusters/home.yaml")


@pytest.mark.parametrize("distribution", ["talos", "k3s", "docker"])
@pytest.mark.parametrize(
    "network",
    [None, "10.0.0.0/24", "10.100.0.0/24", "10.244.7.0/24", "10.0.0.0/29", "10.0.0.0/30", "fd00:1::/64"],
)
def test_defaults_alone_are_a_cluster_that_passes_every_check(
    distribution: Distribution, network: str | None
) -> None:
    answers = complete(Told(distribution=distribution, nodes_network=network, endpoint=None))

    cluster = fabricgen.resolve_cluster(_loaded(answers))

    assert fabricgen.render_cluster(cluster).texts
    assert find_faults(answers) == ()


@pytest.mark.parametrize("distribution", ["talos", "k3s", "docker"])
def test_renovate_finds_every_version_and_looks_in_the_right_place(distribution: Distribution) -> None:
    answers = complete(Told(distribution=distribution))
    description = _loaded(answers).description

    text = description_text(answers)

    wanted = [f"{comment_for(pin, description)}\n" for pin in pins_of(description)]
    assert [one for one in wanted if one not in text] == []
    assert len(find_comments(text)) == len(wanted)


@pytest.mark.parametrize("distribution", ["talos", "k3s", "docker"])
def test_every_key_of_the_description_has_a_comment_at_it_or_at_the_group_around_it(
    distribution: Distribution,
) -> None:
    lines = description_text(complete(Told(distribution=distribution))).splitlines()
    top = [number for number, line in enumerate(lines) if line[:1].isalpha()]

    commented = [lines[number - 1].startswith("# ") for number in top[:-1] if lines[number] != "networks:"]

    assert all(commented)
    assert lines[0] == "# yaml-language-server: $schema=../schema/description.schema.json"


@pytest.mark.parametrize("with_k3s", [False, True])
def test_versions_are_the_newest_that_go_together(*, with_k3s: bool) -> None:
    found = newest_together(with_k3s=with_k3s)

    assert found.cilium == max(one.newest for one in CILIUM.values())
    assert minor_of(found.kubernetes) == CILIUM[max(CILIUM)].kubernetes_max
    assert FLUX[minor_of(found.flux)].newest == found.flux
    assert found.system in [one.newest for one in (K3S if with_k3s else TALOS).values()]


def test_a_pool_leaves_out_nodes_router_and_the_address_of_the_api() -> None:
    nodes = tuple(FirstNode(name=f"n{last}", address=f"10.0.0.{last}", role="worker") for last in (230, 245))
    answers = complete(
        Told(
            distribution="talos",
            nodes_network="10.0.0.0/24",
            router="10.0.0.254",
            endpoint="10.0.0.215",
            nodes=nodes,
        )
    )

    assert answers.load_balancers == "10.0.0.192/28"
    assert ip_network(answers.load_balancers).num_addresses == 16


def test_networks_of_pods_and_services_give_way_to_the_lan() -> None:
    answers = complete(Told(nodes_network="10.96.4.0/22"))

    assert (answers.pods, answers.services) == ("10.244.0.0/16", "10.43.0.0/16")


def test_with_talos_the_api_gets_the_free_address_below_the_first_control_plane() -> None:
    nodes = (FirstNode(name="cp-1", address="10.0.0.20", role="control-plane"),)

    assert complete(Told(nodes_network="10.0.0.0/24", nodes=nodes)).endpoint == "10.0.0.19"


def test_with_k3s_the_api_answers_at_the_first_server() -> None:
    nodes = (
        FirstNode(name="w", address="10.0.0.9"),
        FirstNode(name="s", address="10.0.0.20", role="control-plane"),
    )

    answers = complete(Told(distribution="k3s", nodes_network="10.0.0.0/24", nodes=nodes))

    assert answers.endpoint == "10.0.0.20"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("git@github.com:me/home.git", "ssh://git@github.com/me/home.git"),
        ("https://github.com/me/home", "https://github.com/me/home"),
        ("ssh://git@git.example.org:2222/me/home", "ssh://git@git.example.org:2222/me/home"),
        ("/srv/git/home", "/srv/git/home"),
    ],
)
def test_the_short_form_of_ssh_becomes_one_that_flux_takes(given: str, url: str) -> None:
    assert git_url(given) == url


@pytest.mark.parametrize(
    ("folder", "name"),
    [("home-ops", "home-ops"), ("My Lab", "home"), ("-x", "home"), ("a" * 33, "home"), ("", "home")],
)
def test_a_folder_gives_its_name_if_that_can_be_one(folder: str, name: str) -> None:
    assert usual_name(folder) == name


@pytest.mark.parametrize(
    "disk", ["yes", "a: b", "{x}", "/dev/disk/by-id/x #1", '"', "1e3", "0x10", "\t", "ö"]
)
def test_text_of_any_kind_is_quoted_where_it_must_be(disk: str) -> None:
    usual = complete(Told())

    description = _loaded(replace(usual, nodes=(replace(usual.nodes[0], disk=disk),))).description

    assert description.nodes[0].disk == disk


def test_the_node_after_one_has_the_next_address_and_its_disk() -> None:
    first = FirstNode(name="cp-1", address="10.0.0.11", role="control-plane", arch="arm64", disk="/dev/sdb")

    assert next_node((first,)) == FirstNode(
        name="worker-1", address="10.0.0.12", role="worker", arch="arm64", disk="/dev/sdb"
    )


@pytest.mark.parametrize("address", ["here", "255.255.255.255"])
def test_no_node_follows_where_no_address_does(address: str) -> None:
    assert next_node((FirstNode(name="a", address=address),)) is None


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a=10.0.0.1", ("a", "10.0.0.1", "worker", "amd64", "")),
        ("a=10.0.0.1:server", ("a", "10.0.0.1", "control-plane", "amd64", "")),
        (
            "a=10.0.0.1:worker:arm64:/dev/disk/by-path/pci-0:1",
            ("a", "10.0.0.1", "worker", "arm64", "/dev/disk/by-path/pci-0:1"),
        ),
        ("a=[fd00::1]:control-plane", ("a", "fd00::1", "control-plane", "amd64", "")),
        ("a=[fd00::1]", ("a", "fd00::1", "worker", "amd64", "")),
    ],
)
def test_a_node_is_read_from_a_flag(text: str, node: tuple[str, ...]) -> None:
    found = parse_node(text, is_first=False, place="--node")

    assert (found.name, found.address, found.role, found.arch, found.disk) == node


def test_the_first_node_is_a_control_plane_unless_it_says_otherwise() -> None:
    assert parse_node("a=10.0.0.1", is_first=True, place="").role == "control-plane"


@pytest.mark.parametrize(
    "text", ["", "a", "a=", "=10.0.0.1", "a=[fd00::1", "a=10.0.0.1:boss", "a=10.0.0.1:worker:mips"]
)
def test_what_is_no_node_is_refused_with_its_form_or_the_nearest_word(text: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        parse_node(text, is_first=False, place="--node")

    assert str(refused.value).startswith("--node: ")
    assert "write " in str(refused.value)


def test_lines_are_read_with_comments_blanks_and_commas() -> None:
    text = "name,address,role\n\n# the rack\ncp-1,10.0.0.11,control-plane\nw-1 10.0.0.12 worker arm64 /dev/sda  # new\n"

    nodes = read_nodes(text, source="nodes.txt")

    assert [(one.name, one.role, one.arch, one.disk, one.place) for one in nodes] == [
        ("cp-1", "control-plane", "amd64", "", "nodes.txt:4"),
        ("w-1", "worker", "arm64", "/dev/sda", "nodes.txt:5"),
    ]


def test_every_line_that_cannot_be_read_is_told_with_its_number() -> None:
    with pytest.raises(ProblemsError) as refused:
        read_nodes("cp-1\nw-1 10.0.0.12 worke\n", source="nodes.txt")

    assert [str(one) for one in refused.value.problems] == [
        "nodes.txt:1: has no address; write: name address role [arch] [disk]",
        "nodes.txt:2: 'worke' is no role; did you mean worker?",
    ]


def _node_of_kubernetes(name: str, address: str, **labels: str) -> dict[str, object]:
    addresses = [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": address}]
    status = {"addresses": addresses, "nodeInfo": {"architecture": "arm64"}}
    return {"metadata": {"name": name, "labels": labels}, "status": status}


def test_what_kubectl_prints_is_read() -> None:
    items = [
        _node_of_kubernetes("a", "10.0.0.1", **{"node-role.kubernetes.io/control-plane": ""}),
        _node_of_kubernetes("b", "10.0.0.2"),
    ]

    nodes = read_nodes(json.dumps({"kind": "List", "items": items}), source="nodes.json")

    assert [(one.name, one.address, one.role, one.arch) for one in nodes] == [
        ("a", "10.0.0.1", "control-plane", "arm64"),
        ("b", "10.0.0.2", "worker", "arm64"),
    ]


@pytest.mark.parametrize(
    "text", ["{", '{"items": [1]}', '{"items": {}}', '{"items": [{"metadata": {}}]}', "", "# none", "{}"]
)
def test_what_holds_no_node_is_refused_with_the_way_to_get_one(text: str) -> None:
    with pytest.raises(ProblemsError, match=r"^nodes\.json.*; write"):
        read_nodes(text, source="nodes.json")


def test_each_fault_is_told_of_the_answer_that_it_is_about() -> None:
    answers = complete(Told(router="10.9.9.9", endpoint="192.168.1.255"))

    assert {key for key, _ in find_faults(answers)} == {"router", "endpoint"}
