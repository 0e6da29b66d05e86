"""`fabricgen diff` as a command: what it compares with, what it exits with, what it refuses, and its three forms."""

import json
import subprocess
from pathlib import Path

import pytest
from described import ROOT, rendered_from

from fabricgen import pipeline
from fabricgen.cli import main

CLUSTER = ROOT / "clusters" / "k3s-homelab.yaml"
WIDER = ("stop: 192.168.1.215", "stop: 192.168.1.220")
POOLS = Path("gitops/k3s-homelab/infrastructure/cilium-config/pools.yaml")


def git(folder: Path, *arguments: str) -> None:
    """Run git as somebody."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one cluster and its tree, committed."""
    description = tmp_path / "clusters" / CLUSTER.name
    description.parent.mkdir()
    description.write_text(CLUSTER.read_text(encoding="utf-8"), encoding="utf-8")
    pipeline.write_output([pipeline.plan_output(rendered_from(CLUSTER), tmp_path / "gitops")])
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "as it was")
    monkeypatch.chdir(tmp_path)
    return description


@pytest.fixture
def edited(repository: Path) -> Path:
    """The same with a wider pool in the description."""
    repository.write_text(repository.read_text(encoding="utf-8").replace(*WIDER), encoding="utf-8")
    return repository


@pytest.mark.usefixtures("repository")
def test_nothing_is_said_and_zero_returned_where_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("edited")
def test_git_applies_the_lines_and_then_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--unified"]) == 1
    patch = capsys.readouterr().out

    subprocess.run(["git", "apply"], input=patch, text=True, check=True, capture_output=True)

    assert "192.168.1.220" in POOLS.read_text(encoding="utf-8")
    assert main(["diff", "--unified"]) == 0


def test_git_applies_new_and_removed_files(edited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = edited.read_text(encoding="utf-8")
    edited.write_text(
        text.replace("name: agent-2", "name: agent-3").replace("192.168.1.12,", "192.168.1.13,"),
        encoding="utf-8",
    )

    main(["diff", "--unified"])
    patch = capsys.readouterr().out
    subprocess.run(["git", "apply"], input=patch, text=True, check=True, capture_output=True)

    assert "--- /dev/null\n+++ b/gitops/k3s-homelab/k3s/node/agent-3/config.yaml" in patch
    assert "--- a/gitops/k3s-homelab/k3s/node/agent-2/config.yaml\n+++ /dev/null" in patch
    assert not Path("gitops/k3s-homelab/k3s/node/agent-2/config.yaml").exists()


@pytest.mark.usefixtures("edited")
def test_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff"])
    main(["diff", "--against", "HEAD"])
    capsys.readouterr()

    status = subprocess.run(["git", "status", "--short"], check=True, capture_output=True, text=True).stdout

    assert status == " M clusters/k3s-homelab.yaml\n"


@pytest.mark.usefixtures("edited")
def test_a_commit_is_compared_with_even_after_a_render(capsys: pytest.CaptureFixture[str]) -> None:
    main(["render"])
    capsys.readouterr()

    code = main(["diff", "--against", "HEAD", "--meaning"])

    told = capsys.readouterr().out
    assert code == 1
    assert (
        "networks.loadBalancers.default.stop 192.168.1.215 → 192.168.1.220 touches 1 setting in 1 file"
        in told
    )
    assert "spec.blocks[0].stop: 192.168.1.215 → 192.168.1.220" in told


@pytest.mark.usefixtures("edited")
def test_causes_are_not_made_up_where_the_tree_is_not_that_of_the_old_description(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["render"])
    POOLS.unlink()
    capsys.readouterr()

    code = main(["diff", "--meaning"])

    told = capsys.readouterr().out
    assert code == 1
    assert "causes are not known" in told
    assert "touches" not in told


def test_causes_are_not_known_without_git(
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "clusters").mkdir()
    text = repository.read_text(encoding="utf-8")
    (elsewhere / "clusters" / repository.name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(elsewhere)

    code = main(["diff", "--meaning"])

    assert code == 1
    assert "no git repository holds the description as it was" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ref", "said"),
    [("no-such-branch", "git knows no such commit"), ("--output=x", "that is an option, not a commit")],
)
@pytest.mark.usefixtures("repository")
def test_a_commit_that_is_not_there_is_refused(
    ref: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["diff", f"--against={ref}"])

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_description_that_was_not_there_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    young = repository.with_name("young.yaml")
    young.write_text(
        repository.read_text(encoding="utf-8").replace("name: k3s-homelab", "name: young"), encoding="utf-8"
    )

    code = main(["diff", str(young), "--against", "HEAD"])

    assert code == 2
    assert "is not there at HEAD" in capsys.readouterr().err


def test_without_git_the_reason_is_said(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(repository.parent))

    assert main(["diff", "--against", "HEAD"]) == 2
    assert "needs git, which is not installed" in capsys.readouterr().err


@pytest.mark.usefixtures("edited")
def test_a_file_edited_by_hand_is_said_and_no_part_of_the_change(capsys: pytest.CaptureFixture[str]) -> None:
    POOLS.write_text(POOLS.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    main(["diff"])

    told = capsys.readouterr().out
    assert "edited by hand, and kept: infrastructure/cilium-config/pools.yaml" in told
    assert (
        "192.168.1.220"
        not in told.partition("diff --git")[0].partition("pages")[0].partition("nothing restarts")[0]
    )


@pytest.mark.usefixtures("repository")
def test_a_foreign_file_is_said_and_is_a_difference(capsys: pytest.CaptureFixture[str]) -> None:
    Path("gitops/k3s-homelab/.fabricgen.json").unlink()
    POOLS.write_text("a: 1\n", encoding="utf-8")

    assert main(["diff"]) == 1
    assert "someone else's file in our place" in capsys.readouterr().out


def test_comments_on_disk_are_layout_only(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = repository.read_text(encoding="utf-8")
    because = "its owner pins it; 1.17 is the next stop"
    assert because in text
    repository.write_text(
        text.replace("Cilium's own default, which", "the default of Cilium, which"), encoding="utf-8"
    )

    code = main(["diff", "--meaning"])

    told = capsys.readouterr().out
    assert code == 1
    assert "only comments, order or quotes differ, and nothing restarts: bootstrap/cilium-values.yaml" in told
    assert "touches no setting" in told


@pytest.mark.usefixtures("edited")
def test_json_holds_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "--format", "json"])

    cluster = json.loads(capsys.readouterr().out)["clusters"][0]
    value = cluster["objects"][-1]["values"][0]
    assert (cluster["name"], cluster["impact"], cluster["differs"]) == ("k3s-homelab", "traffic-pauses", True)
    assert cluster["causes"][0]["settings"] == 1
    assert cluster["unified"].startswith("diff --git ")
    assert {"path", "before", "after", "does", "why", "source", "impact", "impactWhy", "impactSource"} == set(
        value
    )


@pytest.mark.usefixtures("edited")
def test_markdown_folds_the_details(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "--format", "markdown"])

    told = capsys.readouterr().out
    assert told.startswith("### k3s-homelab: traffic pauses\n")
    assert "| traffic pauses | 1 |" in told
    assert told.count("<details>") == told.count("</details>")
    assert "```diff\ndiff --git a/gitops" in told


@pytest.mark.usefixtures("repository")
def test_markdown_says_that_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "--format", "markdown"])

    assert capsys.readouterr().out == "Rendering would change nothing.\n"


def _own_template(repository: Path, kind: str) -> None:
    template = repository.parent.parent / "templates" / "infrastructure/cilium-config/pools.yaml.j2"
    template.parent.mkdir(parents=True, exist_ok=True)
    ours = (ROOT / "templates/infrastructure/cilium-config/pools.yaml.j2").read_text(encoding="utf-8")
    template.write_text(f"{ours}{kind}", encoding="utf-8")


def test_templates_of_the_commit_render_its_description(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _own_template(repository, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: b }\n")
    main(["render"])
    git(repository.parent.parent, "add", ".")
    git(repository.parent.parent, "commit", "-q", "-m", "a template of our own")
    _own_template(repository, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: c }\n")
    capsys.readouterr()

    code = main(["diff", "--meaning", "--against", "HEAD"])

    told = capsys.readouterr().out
    assert code == 1
    assert "1 file changed by templates of your own" in told
    assert "unknown" in told


@pytest.mark.parametrize("flags", [["--unified", "--meaning"], ["--format", "yaml"]])
def test_flags_that_contradict_are_refused(flags: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["diff", *flags])

    assert refused.value.code == 2
