"""`fabricgen init`: flags, pipes and a real terminal; what is asked, what is refused, what is written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from on_a_terminal import CTRL_C, CTRL_D, typed

from fabricgen.cli import main

FLAGS = ["--distribution", "talos", "--nodes-network", "10.0.0.0/24", "--git", "git@github.com:me/home.git"]
NODE = ["--node", "cp-1=10.0.0.11:control-plane:amd64:/dev/sda"]
NEEDED = [*FLAGS, *NODE]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in no repository."""
    lab = tmp_path / "lab"
    lab.mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(lab)
    return lab


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["init", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_what_flags_start_renders_and_passes_check(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, err = _said(capsys, *NEEDED)

    assert code == 0
    assert out.startswith("wrote clusters/lab.yaml\n")
    assert "fabricgen render    # clusters/lab.yaml to gitops/lab/\n" in err
    assert main(["render"]) == 0
    assert main(["check"]) == 0
    assert "ssh://git@github.com/me/home.git" in (folder / "clusters/lab.yaml").read_text(encoding="utf-8")


def test_in_a_pipe_everything_that_is_missing_is_told_at_once(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, out, err = _said(capsys)

    assert (code, out) == (2, "")
    assert [line.split(" ")[0] for line in err.splitlines()] == [
        "--distribution",
        "--nodes-network,",
        "--node,",
        "--git,",
    ]
    assert err.endswith("; --yes takes every default\n")
    assert list(folder.iterdir()) == []


def test_yes_takes_every_default_and_says_which_of_them_is_a_stand_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = _said(capsys, "--yes")

    assert code == 0
    assert err.startswith("clusters/lab.yaml: flux.git.url is a stand-in; write your repository's there\n")


def test_every_fault_is_told_at_its_flag(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, _, err = _said(
        capsys, *NEEDED, "--node", "w-1=10.0.1.5:worker:amd64:/dev/sda", "--router", "10.0.0.11"
    )

    assert code == 2
    assert "--node: nodes[1].address: 10.0.1.5 lies outside networks.nodes (10.0.0.0/24)" in err
    assert "--router: networks.router: " in err or "--node: nodes[0].address: " in err
    assert list(folder.iterdir()) == []


def test_a_list_of_nodes_is_judged_line_by_line(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "nodes.txt").write_text("s-1 10.0.0.11\n\nw-1 10.0.0.300\n", encoding="utf-8")

    code, _, err = _said(capsys, *FLAGS, "--distribution", "k3s", "--from-nodes", "nodes.txt")

    assert code == 2
    assert err == "nodes.txt:3: nodes[1].address: '10.0.0.300' is not an IPv4 or IPv6 address\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from-nodes", "gone.txt"], "gone.txt: cannot be read: No such file or directory\n"),
        (
            [*NODE, "--from-nodes", "gone.txt"],
            "--node and --from-nodes both name the machines; keep one of them\n",
        ),
        ([*NODE, "--requirement", "x'; rm"], '--requirement: "x\'; rm" is nothing that pip installs; write '),
        (["--node", "a", "--node", "b"], "--node: 'a' is no node; write name="),
    ],
)
def test_a_flag_that_cannot_be_read_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    code, _, err = _said(capsys, *FLAGS, *words)

    assert code == 2
    assert message in err


def test_a_description_that_is_there_stays(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "clusters").mkdir()
    (folder / "clusters/home.yaml").write_text("mine\n", encoding="utf-8")

    code, _, err = _said(capsys, "home", *NEEDED)

    assert code == 2
    assert err.startswith("clusters/home.yaml: is there already, and stays as it is; choose another name")
    assert (folder / "clusters/home.yaml").read_text(encoding="utf-8") == "mine\n"


def test_what_is_kept_is_told_with_what_to_add(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "Makefile").write_text("render:\n\ttrue\ncheck:\n\ttrue\n", encoding="utf-8")

    _, out, _ = _said(capsys, *NEEDED)

    told = "    diff: ## what would a render change, why, and what restarts?\n    \tfabricgen diff || test $$? -eq 1\n"
    assert out.endswith(f"kept Makefile, which was there; add to it:\n{told}")


def test_a_dry_run_shows_the_files_and_writes_none(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = _said(capsys, *NEEDED, "--dry-run")

    assert code == 0
    assert "would write clusters/lab.yaml\n" in out
    assert "\n    name: lab\n" in out
    assert list(folder.iterdir()) == []


def test_as_json_the_files_come_with_their_text(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / ".gitignore").write_text("x\n", encoding="utf-8")

    _, out, err = _said(capsys, *NEEDED, "--format", "json")

    told = json.loads(out)
    assert told["written"]["Makefile"] == (folder / "Makefile").read_text(encoding="utf-8")
    assert [one["path"] for one in told["kept"]] == [".gitignore"]
    assert err == ""


def test_a_repository_says_itself_where_it_is_pushed_and_whose_forge_it_is_on(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(
        ["git", "remote", "add", "origin", "https://me:secret@git.example.net/me/lab.git"], check=True
    )
    (folder / ".forgejo").mkdir()

    code, out, _ = _said(capsys, *FLAGS[:-2], *NODE)

    assert code == 0
    assert "url: https://git.example.net/me/lab.git\n" in (folder / "clusters/lab.yaml").read_text(
        encoding="utf-8"
    )
    assert "wrote .forgejo/workflows/fabricgen.yaml" in out


def test_the_makefile_runs_the_installed_command(capsys: pytest.CaptureFixture[str]) -> None:
    _said(capsys, *NEEDED)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"

    done = [
        subprocess.run(["make", one], env={"PATH": path}, capture_output=True, text=True, check=False)
        for one in ("render", "check", "diff", "help")
    ]

    assert [one.returncode for one in done] == [0, 0, 0, 0]
    assert "render: clusters/ to gitops/" in done[-1].stdout


def test_on_a_terminal_a_wrong_answer_is_told_and_asked_again(folder: Path) -> None:
    answers = [
        "Lab!",
        "",
        "talso",
        "",
        "10.0.0.5/24",
        "10.0.0.0/24",
        "",
        "",
        "w 10.0.0.11 worker",
        "",
        "",
        "none",
        "",
    ]

    code, seen = typed(["init"], answers, folder=folder)

    assert code == 0
    assert "did you mean lab?\nName of the cluster [lab]: \n" in seen
    assert "  'talso' is none of talos, k3s, docker; did you mean talos?\n" in seen
    assert "  networks.nodes: 10.0.0.5/24 has host bits set; did you mean the network 10.0.0.0/24" in seen
    assert "  nodes[1].address: address 10.0.0.11 is used by both nodes[0] (cp-1) and nodes[1] (w)" in seen
    assert "loadBalancers" not in (folder / "clusters/lab.yaml").read_text(encoding="utf-8")


def test_on_a_terminal_only_what_no_flag_says_is_asked(folder: Path) -> None:
    code, seen = typed(["init", "home", *NEEDED], ["", "", ""], folder=folder)

    assert code == 0
    assert seen.count("]: ") == 3
    assert (folder / "clusters/home.yaml").is_file()


def test_on_a_terminal_a_wrong_flag_is_told_before_anything_is_asked(folder: Path) -> None:
    code, seen = typed(["init", "--nodes-network", "10.0.0.5/24"], [], folder=folder)

    assert code == 2
    assert seen.startswith("--nodes-network: networks.nodes: 10.0.0.5/24 has host bits set; ")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
@pytest.mark.parametrize("after", [0, 1, 4, 7])
def test_questions_that_are_broken_off_leave_nothing(folder: Path, key: str, after: int) -> None:
    code, seen = typed(["init"], [*[""] * after, key], folder=folder)

    assert code == 130
    assert seen.endswith("\nnothing was written\n")
    assert list(folder.iterdir()) == []
