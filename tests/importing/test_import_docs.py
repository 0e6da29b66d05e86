"""docs/import.md shows what the command prints, and flags that exist."""

import contextlib
import io
import re
from pathlib import Path

import pytest
import trees_of_people as trees

from fabricgen.cli import main
from fabricgen.commands.parser import parser

FILE = Path(__file__).parents[2] / "docs" / "import.md"
LONGEST = 118
LINES_SHOWN = 24


def printed(*words: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(list(words))
    return _cut(out.getvalue())


def _cut(text: str) -> str:
    lines = [line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    files = {
        f"home-ops/{name}": text for name, text in {**trees.TALHELPER, **trees.FLUX, **trees.CILIUM}.items()
    }
    for name, text in {**files, **trees.VALUES}.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    return {
        "fabricgen import values.yaml": printed("import", "values.yaml"),
        "fabricgen import home-ops": printed("import", "home-ops"),
        "head clusters/home.yaml": "".join(
            Path("clusters/home.yaml").read_text(encoding="utf-8").splitlines(keepends=True)[:LINES_SHOWN]
        ),
    }


def test_the_page_shows_what_is_printed(outputs: dict[str, str], *, update_golden: bool) -> None:
    page = FILE.read_text(encoding="utf-8")

    wanted = _filled(page, outputs)
    _update(wanted if update_golden else page)

    assert FILE.read_text(encoding="utf-8") == wanted


def _filled(page: str, outputs: dict[str, str]) -> str:
    """Return the page with the block behind each comment replaced by what the command prints."""
    for words, text in outputs.items():
        mark = f"<!-- output: {words} -->\n"
        above, _, below = page.partition(mark)
        fence, _, rest = below.partition("\n")
        page = f"{above}{mark}{fence}\n{text}```{rest.partition('```')[2]}"
    return page


def _update(text: str) -> None:
    FILE.write_text(text, encoding="utf-8")


def test_each_command_on_the_page_can_be_given() -> None:
    page = FILE.read_text(encoding="utf-8")
    commands = re.findall(r"(?m)^fabricgen import ([^#\n]*)", page)

    options = [parser("import").parse_args(["import", *one.split()]) for one in commands]

    assert len(options) == 4
