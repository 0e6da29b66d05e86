"""Pictures: all addresses are in the map, layers come after what they wait for, the path is as configured, nothing breaks out."""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from described import CLUSTERS, EVERY, ROOT, rendered_from, title

import fabricgen
from fabricgen import yamlio
from fabricgen.addresses import AddressRange, subtract
from fabricgen.addressplan import plan_of_cluster
from fabricgen.cluster import Cluster
from fabricgen.load import load_text
from fabricgen.pictures import Layer, pictures_of
from fabricgen.pictures.layers import picture as picture_of_layers
from fabricgen.pictures.mermaid import label
from fabricgen.pictures.packet import picture as picture_of_packet
from fabricgen.pictures.places import MOST, owned, places_in
from fabricgen.pictures.svg import width_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("addresses", "layers", "packet")
HOSTILE = '"]:::x --> <script>alert(1)</script> `a` %% #quot; & \u0001 end'
every = pytest.mark.parametrize("path", EVERY, ids=title)


def _cluster(name: str, **changes: Any) -> Cluster:
    """One of the five, with values at dotted paths (`__` for a dot) replaced."""
    text = (ROOT / "clusters" / f"{name}.yaml").read_text(encoding="utf-8")
    body: dict[str, Any] = deepcopy(yamlio.read_document(text, source=name).value)
    for path, value in changes.items():
        *above, last = path.split("__")
        here = body
        for key in above:
            here = here.setdefault(key, {})
        here[last] = value
    return fabricgen.resolve_cluster(load_text(json.dumps(body), file="cluster.yaml"))


def _packet(name: str, *, servicelb: bool = False, **changes: Any) -> str:
    return picture_of_packet(_cluster(name, **changes), servicelb=servicelb).told


def _files(path: Path) -> Mapping[PurePosixPath, str]:
    return rendered_from(path).texts


@every
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_xml_with_a_name_and_a_text_for_whoever_does_not_see_it(path: Path, name: str) -> None:
    root = ET.fromstring(_files(path)[PurePosixPath(f"pictures/{name}.svg")])  # noqa: S314 - we drew it

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{name}-title {name}-told"
    assert [one.get("id") for one in root if one.get("id")] == [f"{name}-title", f"{name}-told"]
    assert all((one.text or "").strip() for one in root if one.get("id"))


@every
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_outside_of_the_picture(path: Path, name: str) -> None:
    root = ET.fromstring(_files(path)[PurePosixPath(f"pictures/{name}.svg")])  # noqa: S314 - we drew it
    width, height = float(root.get("width", 0)), float(root.get("height", 0))

    boxes = [
        [float(one.get(key, 0)) for key in ("x", "y", "width", "height")] for one in root.iter(f"{SVG}rect")
    ]

    assert [
        one for one in boxes if min(one) < 0 or one[0] + one[2] > width + 3 or one[1] + one[3] > height
    ] == []
    assert [one for one in root.iter(f"{SVG}text") if float(one.get("y", 0)) > height] == []


@every
def test_the_map_has_every_address_that_the_address_plan_has(path: Path) -> None:
    cluster = rendered_from(path).cluster
    kinds = {"control": "node", "worker": "node"}
    planned = {
        (one.kind, one.addresses)
        for one in plan_of_cluster(cluster).entries
        if one.kind not in {"nodes", "pods", "services"}
    }

    assert {(kinds.get(one.kind, one.kind), one.addresses) for one in owned(cluster)} == planned


@every
def test_every_address_of_a_network_has_exactly_one_place_or_is_its_first_or_last(path: Path) -> None:
    networks = [one for one in rendered_from(path).cluster.networks.nodes if one.version == 4]
    cluster = rendered_from(path).cluster

    left = [
        subtract([AddressRange.of(network)], [one.addresses for one in places_in(cluster, network)])
        for network in networks
    ]

    assert left == [
        (AddressRange.of(network.network_address), AddressRange.of(network.broadcast_address))
        for network in networks
    ]


def _spread(step: int) -> Cluster:
    nodes = [
        {
            "name": f"n-{at}",
            "role": "worker" if at else "control-plane",
            "address": f"10.4.{at * step // 250}.{at * step % 250 + 4}",
        }
        for at in range(500)
    ]
    changed = [{**one, "arch": "amd64", "memory": "8GiB", "disk": "/dev/sda"} for one in nodes]
    return _cluster(
        "goldentooth",
        nodes=changed,
        endpoint__host="10.4.10.254",
        networks__reserved=[],
        networks__router="10.4.10.253",
        networks__pods="10.240.0.0/12",
    )


@pytest.mark.parametrize("step", [1, 2, 5])
def test_five_hundred_nodes_are_few_places_in_which_none_is_lost(step: int) -> None:
    cluster = _spread(step)

    places = places_in(cluster, cluster.networks.nodes[0])

    assert len(places) <= 2 * MOST + 1
    assert sum(one.count for one in places if one.kind in {"control", "worker"}) == 500


def test_a_map_of_five_hundred_nodes_is_within_what_mermaid_draws() -> None:
    drawn = pictures_of(_spread(2), (), servicelb=False)[0]

    assert len(drawn.mermaid) < 50_000  # maxTextSize: https://mermaid.js.org/config/schema-docs/config.html
    assert drawn.height < 2_500


def test_a_layer_stands_right_of_all_that_it_waits_for_in_whatever_order_they_are_given() -> None:
    layers = (
        Layer(name="last", holds="c", after=("first", "middle")),
        Layer(name="middle", holds="b", after=("first",)),
        Layer(name="first", holds="a"),
    )

    drawn = picture_of_layers("home", layers)

    places = dict(re.findall(r'<text class="bold" x="([\d.]+)"[^>]*>(\w+)<', drawn.body))
    assert [places[x] for x in sorted(places, key=float)] == ["first", "middle", "last"]
    assert drawn.mermaid.count("-->") == 2, "what is waited for through another layer has no arrow of its own"
    assert "last (c) waits for first, middle" in drawn.told


def test_layers_that_wait_for_each_other_are_drawn_all_the_same() -> None:
    drawn = picture_of_layers(
        "home", (Layer(name="a", holds="", after=("b",)), Layer(name="b", holds="", after=("a",)))
    )

    assert drawn.body.count('class="card"') == 2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("goldentooth", "MetalLB's speaker on one node answers ARP"),
        ("goldentooth", "UDP port 8472"),
        ("goldentooth", "a packet from outside is encrypted from here on"),
        ("goldentooth", "its rules are watched and drop nothing yet"),
        ("homeops", "picks a pod by Maglev"),
        ("homeops", "the asked one travels in an IP option"),
        ("homeops", "straight to the client"),
        ("homeops", "Native routing"),
        ("joelclaw", "publishes 6379:6379/tcp"),
        ("joelclaw", "Flannel enforces none"),
        ("k3s-homelab", "the holder of the Service's lease"),
        ("k3s-homelab", "Envoy (L7)"),
        ("talos-homelab", "ends TLS"),
        ("talos-homelab", "in apps only what a policy allows gets in"),
    ],
)
def test_the_path_of_a_packet_is_as_the_cluster_is_configured(name: str, told: str) -> None:
    found = pictures_of(rendered_from(ROOT / "clusters" / f"{name}.yaml").cluster, (), servicelb=False)[2]

    assert told in found.told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "not encrypted: with native routing only node encryption does that"),
        (
            {"cni__cilium__encryption": {"type": "wireguard", "nodeEncryption": True}},
            "encrypted between workers",
        ),
        ({"cni__cilium__loadBalancing": {"mode": "dsr"}}, "not encrypted, since it returns directly"),
        (
            {
                "cni__cilium__routing": {"mode": "tunnel", "protocol": "geneve"},
                "cni__cilium__loadBalancing": {"mode": "dsr"},
            },
            "is encrypted, since Geneve carries it",
        ),
        ({"cni__cilium__loadBalancing": {"acceleration": "native"}}, "not encrypted where XDP sends it on"),
    ],
)
def test_what_wireguard_encrypts_follows_ciliums_own_table(changes: dict[str, Any], told: str) -> None:
    wireguard = {
        "cni__cilium__encryption": {"type": "wireguard"},
        "cni__cilium__gatewayAPI": {"enabled": False},
    }

    assert told in _packet(
        "talos-homelab", cni__cilium__hubble={"enabled": False}, networks__vips={}, **{**wireguard, **changes}
    )


def test_without_a_pool_servicelb_or_node_ports_are_the_way_in() -> None:
    cluster = rendered_from(ROOT / "tests" / "golden" / "k3s-flannel-dual-stack" / "cluster.yaml").cluster

    with_it = picture_of_packet(cluster, servicelb=True).told

    assert ("servicelb opens" in with_it) is (not cluster.pools)


@pytest.mark.parametrize("name", NAMES)
def test_what_people_write_is_nothing_but_text_in_a_picture(name: str) -> None:
    written = HOSTILE.replace("\u0001", "")  # which no description may hold; a component's layer may
    cluster = _cluster("homeops", networks__reserved=[{"address": "192.168.100.250", "for": written}])
    layers = (Layer(name="x", holds=HOSTILE),)

    drawn = {one.name: one for one in pictures_of(cluster, layers, servicelb=False)}[name]

    root = ET.fromstring(drawn.file())  # noqa: S314 - we drew it
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "text",
        "path",
        "polygon",
    }
    assert set(re.findall(r"<[^>]*>", drawn.mermaid)) <= {"<br/>"}
    assert "`" not in drawn.mermaid
    assert "%%" not in drawn.mermaid


def test_a_label_of_mermaid_keeps_words_and_escapes_the_rest() -> None:
    assert label('a "b"', "c  d\ne") == '"a #34;b#34;<br/>c d e"'


def test_text_is_wrapped_to_its_width_and_a_word_that_is_too_long_is_cut() -> None:
    found = wrapped("some words and averyveryveryveryverylongone", 80)

    assert "".join(found).replace(" ", "") == "somewordsandaveryveryveryveryverylongone"
    assert max(width_of(one) for one in found) <= 80


def test_the_same_cluster_gives_the_same_bytes() -> None:
    one, other = (pictures_of(_cluster("talos-homelab"), (), servicelb=False) for _ in range(2))

    assert [picture.file() for picture in one] == [picture.file() for picture in other]


def test_every_cluster_has_the_three_pictures_and_its_readme_shows_them() -> None:
    texts = [_files(path) for path in CLUSTERS]

    assert [sum(PurePosixPath(f"pictures/{name}.svg") in one for name in NAMES) for one in texts] == [
        3
    ] * len(CLUSTERS)
    assert [one[PurePosixPath("README.md")].count("```mermaid\n") for one in texts] == [3] * len(CLUSTERS)
