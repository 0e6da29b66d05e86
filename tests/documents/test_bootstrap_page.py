"""docs/bootstrap.md: the files that it names are there, and its description is read as it is written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from described import ROOT
from homes import BY_CLI, K3S, TALOS, home, read, rendered

from fabricgen.cli import main

PAGE = (ROOT / "docs/bootstrap.md").read_text(encoding="utf-8")


def test_every_file_of_the_page_is_in_a_tree() -> None:
    named = set(re.findall(r"^\| `(bootstrap/[\w.-]+)` \|", PAGE, flags=re.MULTILINE))

    assert named == {path for path in rendered(home(K3S, **BY_CLI)) if path.startswith("bootstrap/")}


def test_the_description_of_the_page_gives_what_it_says() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    flux: dict[str, Any] = read(block)["flux"]

    tree = rendered(home(TALOS, flux=flux))

    assert flux["sops"]["age"][0] in tree[".sops.yaml"]
    assert "make-sops-key" in tree["bootstrap/bootstrap.sh"]


@pytest.mark.parametrize(
    ("file", "edit", "rule"),
    [
        ("cilium-values.yaml", ("kubeProxyReplacement: true", "kubeProxyReplacement: false"), "BTS008"),
        ("cilium-helmchart.yaml", ("version: 1.19.6", "version: 1.19.7"), "BTS006"),
        ("cilium-helmchart.yaml", ("kubeProxyReplacement: true", "kubeProxyReplacement: false"), "BTS006"),
    ],
)
def test_lint_says_so_when_somebody_edits_one_of_the_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, edit: tuple[str, str], rule: str
) -> None:
    for path, text in rendered(home(K3S)).items():
        place = tmp_path / "gitops/home" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    edited = tmp_path / "gitops/home/bootstrap" / file
    assert edit[0] in edited.read_text(encoding="utf-8")

    edited.write_text(edited.read_text(encoding="utf-8").replace(*edit), encoding="utf-8")
    main(["lint", str(tmp_path), "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]

    assert rule in {one["rule"] for one in found if one["file"].endswith(file)}
