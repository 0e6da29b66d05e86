"""The component and the rules, through fabricgen as people use it."""

from pathlib import Path, PurePosixPath

import fabricgen
import pytest
from fabricgen_lanes.rules import RULES

CLUSTER = """\
name: home
kubernetes: 1.34.2
distribution: { talos: { version: v1.12.5 } }
endpoint: { host: 10.0.0.5 }
networks:
  { nodes: 10.0.0.0/24, router: 10.0.0.1, pods: 10.244.0.0/16, services: 10.96.0.0/12,
    loadBalancers: { default: { cidr: 10.0.0.240/28 } } }
nodes: [{ name: cp-1, role: control-plane, address: 10.0.0.11, disk: /dev/nvme0n1 }]
cni: { cilium: { version: 1.19.6 } }
flux: { version: 2.9.5, operatorVersion: 0.58.1, git: { url: "https://git.example.org/home.git" } }
components:
  lanes: {greeting: Hello}
rules: [lanes]
"""
PAGE = PurePosixPath("infrastructure/lanes/page.yaml")


def _rendered(text: str) -> fabricgen.Rendered:
    return fabricgen.render_cluster(fabricgen.resolve_cluster(fabricgen.load_text(text, file="home.yaml")))


def test_the_page_greets_and_names_the_machines() -> None:
    page = _rendered(CLUSTER).texts[PAGE]

    assert "title: Hello to home" in page
    assert "cp-1" in page


def test_the_component_is_a_layer_that_waits_for_the_network() -> None:
    layer = _rendered(CLUSTER).texts[PurePosixPath("flux/lanes.yaml")]

    assert "name: fabric-cilium" in layer


def test_an_option_that_is_misspelt_is_refused_with_its_line() -> None:
    with pytest.raises(
        fabricgen.ResolveError, match=r"home.yaml:\d+: .*greetng: unknown key; did you mean greeting"
    ):
        _rendered(CLUSTER.replace("greeting", "greetng"))


def test_a_page_without_a_title_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page, namespace: lanes}\ndata: {nodes: one}\n",
        encoding="utf-8",
    )

    found = fabricgen.lint_path(tmp_path, only=["LAN"], rules=RULES)

    assert [(one.rule, one.line) for one in found] == [("LAN001", 4)]
