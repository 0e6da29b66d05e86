"""`fabricgen upgrade` as people run it: what it says, what it writes, what it leaves alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described import CLUSTERS, ROOT

from fabricgen.cli import main
from fabricgen.tree import Patience, TreeError
from fabricgen.upgrade.planning import Place, plan_upgrade
from fabricgen.upgrade.products import Target
from fabricgen.upgrade.writing import write_first_stop
from fabricgen.versions.version import parse_version

Run = Callable[..., int]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a goldentooth of Cilium 1.17.6, rendered, as the working directory."""
    (tmp_path / "clusters").mkdir()
    text = (ROOT / "clusters/goldentooth.yaml").read_text(encoding="utf-8")
    (tmp_path / "clusters/goldentooth.yaml").write_text(
        text.replace("version: 1.18.12", "version: 1.17.6"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["render"]) == 0
    return tmp_path


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _copy(name: str, into: Path, monkeypatch: pytest.MonkeyPatch, **changes: str) -> Path:
    """A repository with one cluster of ours, texts of its description exchanged, rendered."""
    text = (ROOT / f"clusters/{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    (into / "clusters").mkdir()
    (into / f"clusters/{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(into)
    assert main(["render"]) == 0
    return into / f"clusters/{name}.yaml"


def _compare(said: str, name: str, *, update: bool) -> None:
    if update:
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(said, encoding="utf-8")
    assert said == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("form", "name"), [("text", "cilium.txt"), ("markdown", "cilium.md")])
@pytest.mark.usefixtures("repository")
def test_the_whole_way_from_cilium_1_17_to_1_20(
    form: str, name: str, capsys: pytest.CaptureFixture[str], *, update_golden: bool
) -> None:
    capsys.readouterr()

    code = main(["upgrade", "goldentooth", "--cilium", "1.20.2", "--dry-run", "--format", form])

    assert code == 0
    _compare(capsys.readouterr().out, name, update=update_golden)


def test_a_plan_writes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _tree(repository)

    code = main(["upgrade", "--cilium", "1.20.2", "--dry-run"])

    assert code == 0
    assert _tree(repository) == before
    assert "nothing is written, as --dry-run asks for" in capsys.readouterr().err


def test_the_first_stop_is_written_and_the_next_is_named(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (repository / "clusters/goldentooth.yaml").read_text(encoding="utf-8")

    code = main(["upgrade", "--cilium", "1.20.2"])

    assert code == 0
    after = (repository / "clusters/goldentooth.yaml").read_text(encoding="utf-8")
    assert after == before.replace("version: 1.17.6", "version: 1.17.18")
    assert (
        "Next, once this stop's steps are done and all is Ready: "
        "fabricgen upgrade clusters/goldentooth.yaml --cilium 1.20.2\n"
    ) in capsys.readouterr().err
    assert main(["render"]) == 0
    assert capsys.readouterr().out == "gitops/goldentooth: nothing to do\n"


def test_stop_after_stop_one_gets_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [main(["upgrade", "--cilium", "1.20.2"]) for _ in range(5)]

    assert codes == [0] * 5
    assert "version: 1.20.2" in (repository / "clusters/goldentooth.yaml").read_text(encoding="utf-8")
    assert capsys.readouterr().err.endswith("clusters/goldentooth.yaml: nothing to do\n")
    release = repository / "gitops/goldentooth/infrastructure/cilium/release.yaml"
    assert "version: 1.20.2" in release.read_text(encoding="utf-8")


@pytest.mark.usefixtures("repository")
def test_the_same_version_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["upgrade", "--cilium", "1.17.6"])

    said = capsys.readouterr()
    assert code == 0
    assert "goldentooth: nothing to upgrade\n  - Cilium is at 1.17.6 already\n" in said.out
    assert said.err.endswith("clusters/goldentooth.yaml: nothing to do\n")


def test_all_that_is_no_goal_is_told_at_once_and_nothing_written(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _tree(repository)

    code = main(
        [
            "upgrade",
            "--cilium",
            "1.21.0",
            "--kubernetes",
            "1.37.0-rc.1",
            "--flux",
            "2.5.1",
            "--k3s",
            "1.34.9+k3s1",
        ]
    )

    said = capsys.readouterr().err
    assert code == 2
    assert "cni.cilium.version: Cilium 1.21.0 is unknown to fabricgen" in said
    assert "kubernetes: Kubernetes 1.37.0-rc.1 is a pre-release" in said
    assert "flux.version: Flux is at 2.6.4: 2.5.1 is a step back" in said
    assert "goldentooth has no k3s to upgrade; this cluster runs Talos" in said
    assert _tree(repository) == before


def test_what_is_no_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["upgrade", "--cilium", "1.20", "--flux", "newest"])

    said = capsys.readouterr().err
    assert code == 2
    assert "--cilium: '1.20' names a minor" in said
    assert "--flux: 'newest' is not a version" in said


def test_a_set_that_cannot_work_is_refused_by_the_resolvers_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _copy("k3s-homelab", tmp_path, monkeypatch)
    before = path.read_bytes()

    code = main(["upgrade", "--cilium", "1.20.2"])

    said = capsys.readouterr().err
    assert code == 2
    assert "Cilium 1.20.2 and Kubernetes 1.30.14 do not go together" in said
    assert "would work: Kubernetes 1.31 and newer" in said
    assert path.read_bytes() == before


def test_a_set_that_works_with_a_partner_goes_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _copy("k3s-homelab", tmp_path, monkeypatch)
    capsys.readouterr()

    code = main(["upgrade", "--cilium", "1.20.2", "--k3s", "v1.31.14+k3s1", "--dry-run", "--format", "json"])

    [plan] = json.loads(capsys.readouterr().out)
    moves = [f"{move['product']} {move['after']}" for stop in plan["stops"] for move in stop["moves"]]
    assert code == 0
    assert moves == [
        "cilium 1.16.19",
        "cilium 1.17.18",
        "k3s v1.31.14+k3s1",
        "cilium 1.18.12",
        "cilium 1.19.7",
        "cilium 1.20.2",
    ]


def test_a_value_that_a_later_chart_no_longer_reads_is_told_before_its_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = "    multus: true\n"
    new = "    multus: true\n    values:\n      customCalls: { enabled: true }\n"
    path = _copy("homeops", tmp_path, monkeypatch, **{old: new})

    code = main(["upgrade", "--cilium", "1.19.7"])

    said = capsys.readouterr()
    assert code == 1
    assert "To change in the description before this stop" in said.out
    assert "cni.cilium.values.customCalls" in said.out
    assert "version: 1.18.12" in path.read_text(encoding="utf-8")


def test_a_value_that_the_first_chart_no_longer_reads_stops_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = "    multus: true\n"
    new = "    multus: true\n    values:\n      customCalls: { enabled: true }\n"
    path = _copy("homeops", tmp_path, monkeypatch, **{old: new, "version: 1.18.6": "version: 1.18.12"})
    before = path.read_bytes()

    code = main(["upgrade", "--cilium", "1.19.7"])

    assert code == 2
    assert "cni.cilium.values.customCalls" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_chart_that_is_pinned_by_its_digest_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    oci = "      oci: oci://ghcr.io/home-operations/charts-mirror/cilium\n"
    _copy("homeops", tmp_path, monkeypatch, **{oci: f"{oci}      digest: sha256:{'a1' * 32}\n"})

    code = main(["upgrade", "--cilium", "1.18.12"])

    assert code == 2
    assert "cni.cilium.chart.digest: pins the chart of today" in capsys.readouterr().err


def test_several_clusters_need_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "clusters", tmp_path / "clusters")
    monkeypatch.chdir(tmp_path)

    code = main(["upgrade", "--flux", "2.10.0"])

    assert code == 2
    assert "say which: goldentooth, homeops" in capsys.readouterr().err


def test_a_foreign_file_in_the_way_leaves_description_and_tree_as_they_are(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = repository / "gitops/goldentooth/.fabricgen.json"
    record.unlink()
    before = _tree(repository)

    code = main(["upgrade", "--cilium", "1.20.2"])

    assert code == 2
    assert "is not ours" in capsys.readouterr().err
    assert _tree(repository) == before


def test_a_file_that_was_edited_by_hand_is_kept_and_told(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = repository / "gitops/goldentooth/infrastructure/cilium/release.yaml"
    release.write_text(release.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    code = main(["upgrade", "--cilium", "1.20.2"])

    assert code == 1
    assert "edited by hand, kept as it is" in capsys.readouterr().err
    assert release.read_text(encoding="utf-8").endswith("# mine\n")


def test_a_tree_that_refuses_gives_the_description_its_old_text_back(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = repository / "gitops/goldentooth/infrastructure/cilium/release.yaml"
    release.chmod(0o444)
    before = _tree(repository)

    code = main(["upgrade", "--cilium", "1.20.2"])

    assert code == 2
    assert "release.yaml" in capsys.readouterr().err
    assert _tree(repository) == before


def test_a_description_that_changed_since_it_was_planned_is_left_alone(repository: Path) -> None:
    path = Path("clusters/goldentooth.yaml")
    place = Place(description=path, output=Path("gitops"), templates=None)
    target: Target = {"cilium": parse_version("1.18.12")}
    plan = plan_upgrade(path.read_text(encoding="utf-8"), asked=target, place=place)
    path.write_text(f"{plan.text}# edited\n", encoding="utf-8")
    before = _tree(repository)

    with pytest.raises(TreeError, match="has changed since this upgrade was planned"):
        write_first_stop(plan, place, patience=Patience())

    assert _tree(repository) == before


@pytest.mark.parametrize(("form", "name"), [("text", "pins.txt"), ("markdown", "pins.md")])
def test_the_table_of_all_pins(
    form: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    update_golden: bool,
) -> None:
    monkeypatch.chdir(ROOT)

    code = main(["upgrade", "--format", form])

    assert code == 0
    _compare(capsys.readouterr().out, name, update=update_golden)


def test_the_table_as_json_has_every_pin_with_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)

    code = main(["upgrade", "--format", "json"])

    tables: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [one["cluster"] for one in tables] == [path.stem for path in CLUSTERS]
    assert {
        "pin": "cilium",
        "path": "cni.cilium.version",
        "line": 93,
        "version": "1.18.12",
        "newestPatch": "1.18.12",
        "newest": "1.20.2",
        "maintained": {
            "told": "until 1.21 is out",
            "ended": False,
            "source": "https://github.com/cilium/cilium/blob/v1.20.2/README.rst (Stable Releases)",
        },
        "renovate": True,
        "comment": "# renovate: datasource=helm depName=cilium registryUrl=https://helm.cilium.io/",
    } in tables[0]["pins"]


def test_a_pin_that_renovate_misses_is_told_with_its_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    comment = "    # renovate: datasource=github-releases depName=siderolabs/talos\n"
    _copy("homeops", tmp_path, monkeypatch, **{comment: ""})

    code = main(["upgrade"])

    said = capsys.readouterr().out
    assert code == 0
    assert "MISSES IT" in said
    assert f"Renovate does not find talos: write above it: {comment.strip()}" in said
