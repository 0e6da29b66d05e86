"""What `fabricgen diff` says of edits that people make, whole, against golden files."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from described import ROOT, rendered_from
from edited_descriptions import CHANGES, Change

from fabricgen import pipeline
from fabricgen.cli import main

GOLDEN = Path(__file__).parent / "golden"


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], Path]:
    """Return a function that commits a cluster with its tree, then edits its description."""

    def make(change: Change) -> Path:
        source = ROOT / "clusters" / f"{change.cluster}.yaml"
        description = tmp_path / "clusters" / source.name
        description.parent.mkdir()
        text = source.read_text(encoding="utf-8")
        description.write_text(text, encoding="utf-8")
        pipeline.write_output([pipeline.plan_output(rendered_from(source), tmp_path / "gitops")])
        _git(tmp_path, "init", "-q")
        _git(tmp_path, "add", ".")
        _git(tmp_path, "commit", "-q", "-m", "as it was")
        for old, new in change.edits:
            assert old in text
            text = text.replace(old, new)
        description.write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return description

    return make


@pytest.mark.parametrize("change", CHANGES, ids=[one.name for one in CHANGES])
def test_an_edit_is_told_by_its_meaning(
    change: Change,
    repository: Callable[[Change], Path],
    capsys: pytest.CaptureFixture[str],
    update_golden: bool,  # noqa: FBT001 - a fixture
) -> None:
    repository(change)
    expected = GOLDEN / f"{change.name}.txt"

    code = main(["diff", "--meaning"])

    told = capsys.readouterr().out
    if update_golden:
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert code == (1 if told else 0)
