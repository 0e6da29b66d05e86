"""`fabricgen advise`: which clusters, in which form, and what it says of a wrong one."""

import json
import re
from pathlib import Path

import pytest
from described import ROOT

from fabricgen.cli import main


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters are found by their names."""
    monkeypatch.chdir(ROOT)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["advise", *words]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_a_cluster_is_found_by_its_name_or_its_description(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "joelclaw") == said(capsys, "clusters/joelclaw.yaml")


def test_without_a_cluster_all_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(capsys, "--format", "json"))

    assert [one["cluster"] for one in told] == sorted(
        path.stem for path in (ROOT / "clusters").glob("*.yaml")
    )


def test_data_has_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = json.loads(said(capsys, "joelclaw", "--format", "json"))

    assert told["verdict"] == "not yet"
    assert told["score"] == sum(one["value"] for one in told["reasons"])
    assert told["memory"][0]["high"] == 724
    assert told["description"]["agrees"] is True
    assert len(told["triggers"]) == 4


def test_markdown_has_one_row_for_each_reason(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "goldentooth", "--format", "markdown")
    (told,) = json.loads(said(capsys, "goldentooth", "--format", "json"))

    rows = [line for line in text.splitlines() if line.startswith("| ")]

    assert len(rows) == len(told["reasons"]) + 1
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {7}
    assert "`cni.cilium.l7Proxy: false`" in text


def test_the_readme_of_a_cluster_and_the_command_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "gitops/joelclaw/README.md").read_text(encoding="utf-8")
    (told,) = json.loads(said(capsys, "joelclaw", "--format", "json"))

    rows = [
        f"| {one['value']:+d} | {one['about']} | {one['text']}" for one in told["reasons"] if one["value"]
    ]

    assert [row for row in rows if row not in readme] == []
    assert f"{told['verdict']} ({told['sum']})" in readme


def test_a_name_that_is_none_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "joelclow"]) == 2
    assert "did you mean joelclaw?" in capsys.readouterr().err


def test_a_wrong_description_is_refused_as_by_render(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "clusters/joelclaw.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("pods: 10.244.0.0/16", "pods: 10.244.0.1/16"), encoding="utf-8")

    assert main(["advise", str(wrong)]) == 2
    assert "networks.pods" in capsys.readouterr().err
