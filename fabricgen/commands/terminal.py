"""What standard output can show: used by commands that tell findings."""

import os
import sys


def colorful(when: str) -> bool:
    """Tell whether colours are wanted: `always`, `never`, or `auto`. Source: <https://no-color.org/>."""
    if when != "auto":
        return when == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
