"""The pages on `validate` show what is really printed: their files are written, and their commands run."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fabricgen.commands.validate_flags import FLAGS

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = DOCS / "validate.md"
MOVING = DOCS / "kubeconform.md"
# The command of this checkout, whatever is installed; errors end as the command line ends them.
PROGRAM = f"""#!{sys.executable}
import sys
from fabricgen.commands.validate import run
from fabricgen.errors import FabricgenError
try:
    sys.exit(run(sys.argv[2:]))
except FabricgenError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@pytest.fixture(params=[PAGE, MOVING], ids=lambda page: page.name)
def shown(request: pytest.FixtureRequest) -> Path:
    """One of the pages."""
    page: Path = request.param
    return page


@pytest.fixture
def workplace(shown: Path, tmp_path: Path) -> Path:
    """A folder with the files that the page shows, and the program."""
    program = tmp_path / "bin" / "fabricgen"
    program.parent.mkdir()
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    page = shown.read_text(encoding="utf-8")
    for name, text in re.findall(r"```yaml\n# ((?:apps|network)/\S+)\n(.*?)```", page, flags=re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _printed(page: str, folder: Path) -> str:
    """Return the page with what its commands print in place of what it shows."""
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }

    def rerun(block: re.Match[str]) -> str:
        done = subprocess.run(
            ["sh", "-c", block[1]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        timeless = re.sub(r'time="\d+\.\d+"', 'time="0.1"', done.stdout)
        return f"```console\n$ {block[1]}\n{timeless}```"

    return re.sub(r"```console\n\$ ([^\n]*)\n.*?```", rerun, page, flags=re.DOTALL)


def _update(page: Path, text: str) -> str:
    page.write_text(text, encoding="utf-8")
    return text


def test_a_page_shows_what_is_really_printed(shown: Path, workplace: Path, *, update_golden: bool) -> None:
    page = shown.read_text(encoding="utf-8")

    printed = _printed(page, workplace)

    assert (_update(shown, printed) if update_golden else page) == printed


def test_the_page_names_every_flag() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [
        flag.names[0] for flags in FLAGS.values() for flag in flags if f"-{flag.names[0]}" not in page
    ] == []


@pytest.mark.tools
def test_the_page_on_moving_names_every_flag_of_kubeconform(tool: Callable[[str], str]) -> None:
    said = subprocess.run([tool("kubeconform"), "-h"], capture_output=True, text=True, check=False)
    flags = re.findall(r"^  (-\S+)", said.stdout + said.stderr, flags=re.MULTILINE)
    page = MOVING.read_text(encoding="utf-8")

    assert len(flags) > 15
    assert [flag for flag in flags if not re.search(rf"^\| `{flag}\b", page, flags=re.MULTILINE)] == []
