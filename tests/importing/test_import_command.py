"""`fabricgen import`: exit codes, what is written and what never is, and the forms of its report."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import trees_of_people as trees

from fabricgen.cli import main

Put = Callable[..., Path]


@pytest.fixture
def have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with talhelper, Flux and Cilium; the command runs beside it."""
    for name, text in {**trees.TALHELPER, **trees.FLUX, **trees.CILIUM}.items():
        (tmp_path / "have" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "have" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "have"


def test_a_description_is_written_that_renders(have: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["import", str(have)])

    out, err = capsys.readouterr()
    assert code == 0
    assert out.startswith("home: 2 nodes, ")
    assert err == "written: clusters/home.yaml; next: fabricgen render clusters/home.yaml\n"
    assert main(["render", "clusters/home.yaml"]) == 0


def test_a_file_that_is_there_is_never_written_over(have: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = Path("clusters/home.yaml")
    file.parent.mkdir()
    file.write_text("mine\n", encoding="utf-8")

    code = main(["import", str(have)])

    assert code == 2
    assert "there is a file already" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine\n"


def test_a_dry_run_writes_nothing(have: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["import", str(have), "--dry-run", "--name", "lab"])

    assert code == 0
    assert "\nname: lab\n" in capsys.readouterr().out
    assert not Path("clusters").exists()


def test_nothing_is_written_while_a_fact_is_missing(have: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (have / "talos" / "talconfig.yaml").unlink()

    code = main(["import", str(have)])

    assert code == 2
    assert "--node NAME=ADDRESS:control-plane" in capsys.readouterr().err
    assert not Path("clusters").exists()


def test_a_draft_is_written_all_the_same(have: Path) -> None:
    (have / "talos" / "talconfig.yaml").unlink()

    code = main(["import", str(have), "--draft", "--output", "draft.yaml"])

    assert code == 2
    assert "cilium:" in Path("draft.yaml").read_text(encoding="utf-8")


def test_programs_get_everything_with_its_places(have: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(have), "--format", "json", "--dry-run"])

    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["valid"], told["nodes"], told["written"]) == ("home", True, 2, "")
    assert told["read"] == {"talos/talconfig.yaml": "talhelper"}
    assert all(one["why"] and one["todo"] for one in told["notCarried"])
    assert all(one["why"] for one in told["differences"])


def test_markdown_has_headings_for_each_kind(have: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(have), "--format", "markdown"])

    out = capsys.readouterr().out
    assert "## Not carried, and better so (1)" in out
    assert "## What a render would have otherwise (" in out


def test_a_path_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "nowhere"]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err
