"""The examples of docs/addresses.md run, and print what stands there; `…` stands for what was shown before."""

import re
from pathlib import Path

import pytest

from fabricgen.cli import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "addresses.md").read_text(encoding="utf-8")
FILE = re.compile(r"(?m)^```yaml\n# file: (\S+)\n((?:.*\n)*?)```$")
COMMAND = re.compile(r"(?m)^```console\n\$ fabricgen (.*)\n((?:.*\n)*?)```$")


@pytest.mark.parametrize(("words", "expected"), COMMAND.findall(PAGE))
def test_an_example_of_the_page_prints_what_stands_there(
    words: str,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in FILE.findall(PAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    main(words.split())

    assert re.fullmatch(re.escape(expected).replace("…", "(?s:.*)"), capsys.readouterr().out)


def test_the_page_has_examples() -> None:
    assert len(COMMAND.findall(PAGE)) == 3
