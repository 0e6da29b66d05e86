"""The documentation's examples run, and its commands exist."""

import re
from pathlib import Path

import pytest

import fabricgen
from fabricgen.commands.parser import COMMANDS

ROOT = Path(__file__).parent.parent


def test_the_library_page_runs_from_top_to_bottom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )

    program = compile("\n".join(blocks), "docs/library.md", "exec")

    exec(program, {})  # noqa: S102 - the page is ours


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"`fabricgen {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readmes_description_is_a_good_one() -> None:
    text = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert text

    cluster = fabricgen.resolve_cluster(fabricgen.load_text(text[1], file="clusters/home.yaml"))

    assert cluster.name == "home"


def test_the_readmes_refusal_is_what_is_said() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    good = re.search(r"```yaml\n(.*?)```", readme, flags=re.DOTALL)
    assert good
    bad = good[1].replace("10.0.0.240/28", "192.168.1.200/28")

    with pytest.raises(fabricgen.ProblemsError) as refused:
        fabricgen.load_text(bad, file="clusters/home.yaml")

    assert str(refused.value.problems[0]) in " ".join(readme.split())


def test_every_make_target_that_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert named <= set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
