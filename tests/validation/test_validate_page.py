"""The page on `validate` shows what is really printed: its files are written, and its commands run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fabricgen.commands.validate_flags import FLAGS

PAGE = Path(__file__).parent.parent.parent / "docs" / "validate.md"
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


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the files that the page shows, and the program."""
    program = tmp_path / "bin" / "fabricgen"
    program.parent.mkdir()
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    shown = re.findall(r"```yaml\n# (apps/\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name, text in shown:
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


def _update(text: str) -> str:
    PAGE.write_text(text, encoding="utf-8")
    return text


def test_the_page_shows_what_is_really_printed(workplace: Path, *, update_golden: bool) -> None:
    page = PAGE.read_text(encoding="utf-8")

    printed = _printed(page, workplace)

    assert (_update(printed) if update_golden else page) == printed


def test_the_page_names_every_flag() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [
        flag.names[0] for flags in FLAGS.values() for flag in flags if f"-{flag.names[0]}" not in page
    ] == []
