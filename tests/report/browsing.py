"""What a real browser says of pages: one start of Chromium for all that a test module asks."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Tool = Callable[[str], str]


def look(tool: Tool, jobs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return for each job the addresses it asked for, what its console said, and the result of each step."""
    done = subprocess.run(
        [tool("browser")], input=json.dumps(list(jobs)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
