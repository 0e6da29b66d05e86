"""The pages on `validate` name every flag, ours and kubeconform's."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fabricgen.commands.validate_flags import FLAGS

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = DOCS / "validate.md"
MOVING = DOCS / "kubeconform.md"


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
