"""The command line: exit codes, what goes to stdout and what to stderr."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fabricgen.cli import main

ROOT = Path(__file__).parent.parent


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one description, as the current folder."""
    (tmp_path / "clusters").mkdir()
    shutil.copy(ROOT / "clusters" / "talos-homelab.yaml", tmp_path / "clusters")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_render_writes_the_tree_and_says_how_much(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["render"])

    out, err = capsys.readouterr()
    assert code == 0
    assert out.startswith("gitops/talos-homelab: ")
    assert err == ""
    assert (workspace / "gitops/talos-homelab/infrastructure/cilium/release.yaml").is_file()


def test_a_second_render_touches_nothing(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["render"])
    before = {path: path.stat().st_mtime_ns for path in (workspace / "gitops").rglob("*")}
    capsys.readouterr()

    code = main(["render"])

    assert code == 0
    assert capsys.readouterr().out == "gitops/talos-homelab: nothing to do\n"
    assert {path: path.stat().st_mtime_ns for path in (workspace / "gitops").rglob("*")} == before


def test_a_file_edited_by_hand_is_kept_and_reported(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["render"])
    release = workspace / "gitops/talos-homelab/infrastructure/cilium/release.yaml"
    release.write_text("mine\n", encoding="utf-8")
    capsys.readouterr()

    code = main(["render"])

    assert code == 1
    assert release.read_text(encoding="utf-8") == "mine\n"
    assert "edited by hand" in capsys.readouterr().err


def test_force_takes_a_file_edited_by_hand_back(workspace: Path) -> None:
    main(["render"])
    release = workspace / "gitops/talos-homelab/infrastructure/cilium/release.yaml"
    release.write_text("mine\n", encoding="utf-8")

    code = main(["render", "--force"])

    assert code == 0
    assert release.read_text(encoding="utf-8") != "mine\n"


def test_someone_elses_file_in_our_place_stops_everything(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = workspace / "gitops/talos-homelab/flux/cilium.yaml"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("theirs\n", encoding="utf-8")

    code = main(["render"])

    assert code == 2
    assert "flux/cilium.yaml" in capsys.readouterr().err
    assert [path for path in (workspace / "gitops").rglob("*") if path.is_file()] == [foreign]


@pytest.mark.usefixtures("workspace")
def test_check_is_silent_when_the_tree_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    main(["render"])
    capsys.readouterr()

    assert main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_check_names_every_file_that_differs_and_writes_nothing(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["render"])
    tree = workspace / "gitops/talos-homelab"
    (tree / "README.md").unlink()
    (tree / "flux/cilium.yaml").write_text("mine\n", encoding="utf-8")
    capsys.readouterr()

    code = main(["check"])

    out = capsys.readouterr().out
    assert code == 1
    assert "gitops/talos-homelab/README.md: missing" in out
    assert "gitops/talos-homelab/flux/cilium.yaml: edited by hand" in out
    assert not (tree / "README.md").exists()


def test_check_finds_a_tree_that_was_never_rendered(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 1
    assert "missing" in capsys.readouterr().out
    assert not (workspace / "gitops").exists()


def test_wrong_descriptions_are_all_reported_and_nothing_is_written(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "clusters/broken.yaml").write_text("name: broken\nnodse: []\n", encoding="utf-8")
    text = (workspace / "clusters/talos-homelab.yaml").read_text(encoding="utf-8")
    (workspace / "clusters/wrong.yaml").write_text(
        text.replace("10.0.0.240/28", "10.0.0.241/28"), encoding="utf-8"
    )

    code = main(["render"])

    err = capsys.readouterr().err
    assert code == 2
    assert "clusters/broken.yaml:2: nodse" in err
    assert "10.0.0.241/28 has host bits set" in err
    assert not (workspace / "gitops").exists()


def test_two_descriptions_of_one_name_are_refused(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(workspace / "clusters/talos-homelab.yaml", workspace / "clusters/copy.yaml")

    assert main(["render"]) == 2
    assert "talos-homelab" in capsys.readouterr().err


@pytest.mark.usefixtures("workspace")
def test_explain_prints_value_reason_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["explain", "talos-homelab", "bpf.masquerade"])

    out = capsys.readouterr().out
    assert code == 0
    assert "spec.values.bpf.masquerade: true" in out
    assert "https://" in out


@pytest.mark.usefixtures("workspace")
def test_explain_as_json_is_one_row_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "talos-homelab", "bpf.masquerade", "--format", "json"])

    rows = json.loads(capsys.readouterr().out)
    assert {"file", "object", "path", "value", "why", "source"} == set(rows[0])


@pytest.mark.usefixtures("workspace")
def test_explain_of_an_unknown_cluster_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "talos-homelap"]) == 2
    assert "did you mean talos-homelab?" in capsys.readouterr().err


@pytest.mark.usefixtures("workspace")
def test_explain_of_an_unknown_path_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "talos-homelab", "bpf.masqerade"]) == 2
    assert "has no setting at 'bpf.masqerade'" in capsys.readouterr().err


def test_schema_prints_a_schema_in_which_every_field_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0

    schema = json.loads(capsys.readouterr().out)
    models = [schema, *schema["$defs"].values()]
    bare = [
        f"{model['title']}.{name}"
        for model in models
        for name, field in model.get("properties", {}).items()
        if "description" not in field
    ]
    assert bare == []


def test_the_committed_schema_is_the_printed_one(capsys: pytest.CaptureFixture[str]) -> None:
    main(["schema"])

    assert (ROOT / "schema/description.schema.json").read_text(encoding="utf-8") == capsys.readouterr().out


def test_a_missing_folder_of_descriptions_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["render"]) == 2
    assert "there is no description in clusters" in capsys.readouterr().err


@pytest.mark.usefixtures("workspace")
def test_a_description_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "clusters/nothing.yaml"]) == 2
    assert "clusters/nothing.yaml" in capsys.readouterr().err


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fabricgen", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("fabricgen ")


def test_a_users_templates_beside_clusters_are_used(workspace: Path) -> None:
    own = workspace / "templates/README.md.j2"
    own.parent.mkdir()
    own.write_text("# {{ cluster.name }}, in my own words\n", encoding="utf-8")

    main(["render"])

    assert (workspace / "gitops/talos-homelab/README.md").read_text(
        encoding="utf-8"
    ) == "# talos-homelab, in my own words\n"


def test_a_users_broken_template_is_reported_with_its_line(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = workspace / "templates/README.md.j2"
    own.parent.mkdir()
    own.write_text("# {{ clutser.name }}\n", encoding="utf-8")

    assert main(["render"]) == 2
    assert f"{own}:1: " in capsys.readouterr().err
    assert not (workspace / "gitops").exists()


def test_a_users_template_that_makes_wrong_objects_is_refused(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = workspace / "templates/infrastructure/cilium/namespace.yaml.j2"
    own.parent.mkdir(parents=True)
    own.write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system, lables: {}}\n", encoding="utf-8"
    )

    code = main(["render"])

    assert code == 1
    assert "lables" in capsys.readouterr().err
    assert not (workspace / "gitops").exists()


def test_a_rule_that_the_description_ignores_stops_nothing(workspace: Path) -> None:
    own = workspace / "templates/infrastructure/cilium/namespace.yaml.j2"
    own.parent.mkdir(parents=True)
    own.write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system, lables: {}}\n", encoding="utf-8"
    )
    description = workspace / "clusters/talos-homelab.yaml"
    ignored = 'ignore: [{rule: SCH001, because: "a field of the future"}]\n'
    description.write_text(description.read_text(encoding="utf-8") + ignored, encoding="utf-8")

    assert main(["render"]) == 0


def test_a_link_to_a_description_that_is_gone_is_said(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "clusters/gone.yaml").symlink_to("nowhere.yaml")

    assert main(["render"]) == 2
    assert "clusters/gone.yaml: is a link to nowhere.yaml, which does not exist" in capsys.readouterr().err
