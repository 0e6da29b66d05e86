"""`fabricgen addresses` over descriptions and repositories: what is printed, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from fabricgen.cli import main

CLUSTERS = Path(__file__).resolve().parents[2] / "clusters"
TALCONFIG = """\
clusterName: home
talosVersion: v1.12.1
endpoint: https://10.0.0.10:6443
clusterPodNets: [10.244.0.0/16]
clusterSvcNets: [10.96.0.0/16]
nodes:
  - hostname: node-1
    ipAddress: 10.0.0.11
    controlPlane: true
    networkInterfaces:
      - interface: eth0
        addresses: [10.0.0.11/24]
        routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1 }]
        vip: { ip: 10.0.0.10 }
"""
POOL = """\
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: lan }
spec:
  blocks:
    - { start: 10.0.0.200, stop: 10.0.0.219 }
    - { cidr: 10.0.9.0/24 }
---
apiVersion: v1
kind: Service
metadata:
  name: dns
  namespace: dns
  annotations: { lbipam.cilium.io/ips: 10.0.0.200 }
spec: { type: LoadBalancer }
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "talconfig.yaml").write_text(TALCONFIG, encoding="utf-8")
    (tmp_path / "pool.yaml").write_text(POOL, encoding="utf-8")
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    main(["addresses", *words, "--format", "json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("path", sorted(CLUSTERS.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_own_clusters_have_no_address_twice(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["addresses", str(path)])

    assert (code, "overlap" in capsys.readouterr().out) == (0, False)


def test_a_folder_of_descriptions_gives_one_plan_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    plans = _json(capsys, str(CLUSTERS))

    assert [one["cluster"] for one in plans] == sorted(path.stem for path in CLUSTERS.glob("*.yaml"))


def test_every_address_of_a_repository_has_its_owner(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan,) = _json(capsys, str(repository))

    assert [(one["kind"], one["addresses"], one["owner"]) for one in plan["entries"]] == [
        ("nodes", "10.0.0.0/24", ""),
        ("router", "10.0.0.1", ""),
        ("api", "10.0.0.10", "shared"),
        ("node", "10.0.0.11", "node-1"),
        ("pool", "10.0.0.200-10.0.0.219", "lan"),
        ("pinned", "10.0.0.200", "dns/dns"),
        ("pool", "10.0.9.0/24", "lan"),
        ("services", "10.96.0.0/16", ""),
        ("pods", "10.244.0.0/16", ""),
    ]


def test_what_a_pool_has_left_and_what_l2_cannot_reach_is_told(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan,) = _json(capsys, str(repository))

    assert plan["pools"] == [
        {
            "name": "lan",
            "owner": "Cilium",
            "count": 276,
            "askedFor": 1,
            "left": 275,
            "announced": [],
            "offLink": ["10.0.9.0/24"],
        }
    ]


def test_nodes_are_counted_against_the_network_of_pods(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan,) = _json(capsys, str(repository))

    assert plan["pods"] == [
        {"network": "10.244.0.0/16", "nodeMask": 24, "nodes": 1, "shares": 256, "addressesPerNode": 254}
    ]


def test_an_overlap_ends_with_one_and_names_both(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "pool.yaml").write_text(
        POOL.replace("10.0.0.200, stop", "10.0.0.11, stop"), encoding="utf-8"
    )

    code = main(["addresses", str(repository)])

    assert code == 1
    assert "overlap: 10.0.0.11 is pool lan and node node-1" in capsys.readouterr().out


def test_a_suggestion_comes_with_the_block_to_write(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan,) = _json(capsys, str(repository), "--suggest", "16")

    assert plan["suggestion"]["block"] == {"cidr": "10.0.0.224/28"}


def test_a_pool_that_is_substituted_is_told_as_unknown(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "pool.yaml").write_text(POOL.replace("10.0.9.0/24", "'${LB_CIDR}'"), encoding="utf-8")

    (plan,) = _json(capsys, str(repository))

    assert "pool lan has addresses that are not told here" in plan["unknown"]


def test_a_repository_without_addresses_has_no_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()

    code = main(["addresses", str(tmp_path)])

    assert (code, capsys.readouterr().err) == (0, "no address is told here\n")


@pytest.mark.parametrize("number", ["0", "1.5", "many", "99999999999"])
def test_a_number_that_is_none_is_refused(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["addresses", "--suggest", number])

    assert ended.value.code == 2
    assert "1 to 16777216" in capsys.readouterr().err


def test_a_path_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["addresses", str(tmp_path / "nowhere")])

    assert code == 2
    assert "nowhere" in capsys.readouterr().err
