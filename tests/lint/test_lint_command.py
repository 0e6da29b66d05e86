"""`fabricgen lint` as people run it: paths, what is told, exit codes."""

import json
from pathlib import Path

import pytest
from scratch_repository import RELEASE, commit_all, kustomization, write_files

import fabricgen
from fabricgen.cli import main
from fabricgen.commands.arguments.lint import FORMS as ARGUMENT_FORMS
from fabricgen.lint.output import FORMS

POOL = "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: { name: lab }\nspec: [1, 2\n"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Git repository with one finding, which is the current folder."""
    write_files(tmp_path, {"apps/cilium/release.yaml": RELEASE, "apps/other/pool.yaml": "kind: Pod\n"})
    commit_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _told(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int]]:
    findings = json.loads(capsys.readouterr().out)["findings"]
    return [(one["rule"], one["file"], one["line"]) for one in findings]


@pytest.mark.usefixtures("repository")
def test_an_error_ends_with_exit_code_1_and_points_at_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["lint", "--only", "RTE001", "--format", "json"])

    assert code == 1
    assert _told(capsys) == [("RTE001", "apps/cilium/release.yaml", 16)]


@pytest.mark.usefixtures("repository")
def test_findings_outside_of_the_path_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["lint", "apps/other", "--only", "RTE001", "--format", "json"])

    assert code == 0
    assert _told(capsys) == []


@pytest.mark.parametrize("path", ["apps", "apps/cilium", "apps/cilium/release.yaml", "."])
@pytest.mark.usefixtures("repository")
def test_files_are_called_as_seen_from_the_current_folder(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["lint", path, "--only", "RTE001", "--format", "json"])

    assert _told(capsys) == [("RTE001", "apps/cilium/release.yaml", 16)]


def test_from_a_folder_inside_files_are_called_from_there(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "apps" / "cilium")

    main(["lint", "--only", "RTE001", "--format", "json"])

    assert _told(capsys) == [("RTE001", "release.yaml", 16)]


def test_an_absolute_path_gives_absolute_files(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lint", str(repository), "--only", "RTE001", "--format", "json"])

    assert _told(capsys) == [("RTE001", str(repository / "apps/cilium/release.yaml"), 16)]


def test_a_part_of_a_repository_is_judged_with_all_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = RELEASE.replace("      mode: dsr\n", "      mode: ${MODE}\n")
    flux = kustomization("cilium", path="apps/cilium").replace(
        "  prune: true\n", "  prune: true\n  postBuild: { substitute: { MODE: dsr } }\n"
    )
    write_files(tmp_path, {"apps/cilium/release.yaml": parent, "flux/cilium.yaml": flux})
    commit_all(tmp_path)
    monkeypatch.chdir(tmp_path / "apps")

    main(["lint", "cilium", "--only", "RTE001", "--format", "json"])

    assert _told(capsys) == [("RTE001", "cilium/release.yaml", 16)]


def test_without_git_the_path_itself_is_the_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, {"release.yaml": RELEASE})

    code = main(["lint", str(tmp_path / "release.yaml"), "--only", "RTE001"])

    assert code == 1
    assert "1 error in 1 file" in capsys.readouterr().out


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
@pytest.mark.usefixtures("repository")
def test_the_exit_code_follows_the_chosen_severity(fail_on: str, code: int) -> None:
    assert main(["lint", "--only", "RTE001", "--fail-on", fail_on]) == code


def test_a_warning_does_not_fail_unless_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"pool.yaml": POOL}))

    assert main(["lint", "--only", "YML"]) == 0
    assert main(["lint", "--only", "YML", "--fail-on", "warning"]) == 1


def test_a_file_that_flux_applies_and_that_is_no_yaml_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "flux/apps.yaml": kustomization("apps", path="apps"),
        "apps/a.yaml": "a: 1\n",
        "apps/pool.yaml": POOL,
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    code = main(["lint", "--only", "YML", "--format", "json"])

    assert code == 1
    assert [one[:2] for one in _told(capsys)] == [("YML001", "apps/pool.yaml")]


def test_a_finding_says_which_cluster_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "clusters/home/flux.yaml": kustomization("cilium", path="base"),
        "clusters/lab/flux.yaml": kustomization("other", path="lab"),
        "base/release.yaml": RELEASE,
        "lab/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n",
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    main(["lint", "--only", "RTE001", "--format", "json"])

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["message"].startswith("home: loadBalancer.mode is dsr")


def test_what_two_clusters_share_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "clusters/home/flux.yaml": kustomization("cilium", path="base"),
        "clusters/lab/flux.yaml": kustomization("cilium", path="base"),
        "base/release.yaml": RELEASE,
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    main(["lint", "--only", "RTE001", "--format", "json"])

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["message"].startswith("home, lab: loadBalancer.mode is dsr")


def test_what_several_clusters_call_by_other_names_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "clusters/home/flux.yaml": kustomization("cilium", path="home"),
        "clusters/lab/flux.yaml": kustomization("cilium", path="lab"),
        "home/kustomization.yaml": "namePrefix: home-\nresources: [../base]\n",
        "lab/kustomization.yaml": "namePrefix: lab-\nresources: [../base]\n",
        "base/kustomization.yaml": "resources: [release.yaml]\n",
        "base/release.yaml": RELEASE,
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    main(["lint", "--only", "RTE001", "--format", "json"])

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["message"].startswith("home, lab: ")


def test_a_description_is_rendered_and_what_it_ignores_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "clusters" / "talos-homelab.yaml").read_text(encoding="utf-8")
    text += "\nignore:\n  - rule: RTE001\n    because: we know\n"
    description = write_files(tmp_path, {"clusters/lab.yaml": text}) / "clusters" / "lab.yaml"

    code = main(["lint", str(description), "--only", "RTE001,LNT", "--format", "json"])

    assert code == 0
    assert _told(capsys) == [("LNT001", str(description), text.count("\n") - 1)]


def test_a_description_is_not_taken_for_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "clusters" / "talos-homelab.yaml").read_text(encoding="utf-8")
    monkeypatch.chdir(write_files(tmp_path, {"clusters/lab.yaml": text, "apps/release.yaml": RELEASE}))

    main(["lint", "--only", "RTE001"])

    assert "1 file with 1 document read" in capsys.readouterr().out


def test_our_own_descriptions_have_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert main(["lint", "clusters"]) == 0


def test_what_is_only_considered_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = '{"version": 1, "generator": "fabricgen", "files": {}}'
    files = {
        "lab/.fabricgen.json": record,
        "lab/considered/cilium/r.yaml": RELEASE,
        "considered/a.yaml": "a: 1\n",
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    assert main(["lint", "--only", "RTE001"]) == 0
    assert "1 file with 1 document read" in capsys.readouterr().out


def test_a_path_that_leads_nowhere_is_refused_with_the_nearest(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["lint", str(repository / "aps"), "nowhere"])

    assert code == 2
    told = capsys.readouterr().err
    assert "did you mean" in told
    assert "nowhere" in told


def test_an_unknown_rule_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["lint", "--only", "RTE01", "--skip", "cil001,ZZZ"])

    assert code == 2
    assert (
        capsys.readouterr()
        .err.splitlines()[0]
        .startswith("--only RTE01: there is no such rule; did you mean RTE")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--diff"],
        ["--watch", "--fix"],
        ["--watch", "--format", "json"],
        ["--update-baseline", "--since", "main"],
    ],
)
def test_flags_that_contradict_each_other_are_refused(arguments: list[str]) -> None:
    assert main(["lint", *arguments]) == 2


@pytest.mark.usefixtures("repository")
def test_a_skipped_rule_is_silent() -> None:
    assert main(["lint", "--only", "RTE", "--skip", "RTE001"]) == 0


def test_the_library_returns_the_same_findings(repository: Path) -> None:
    (finding,) = fabricgen.lint_path(repository, only=["RTE001"])

    assert (finding.rule, finding.line) == ("RTE001", 16)
    assert finding.file == str(repository / "apps/cilium/release.yaml")


def test_the_forms_of_help_are_those_that_there_are() -> None:
    assert ARGUMENT_FORMS == FORMS
