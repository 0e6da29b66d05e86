"""How `make docs` builds the site: Sphinx, Markdown by MyST, the theme furo.

Nothing is fetched, neither while building nor while reading: furo uses the fonts of the reader's system.
`tests/docs/` proves that, and that every page has its place.
"""

import re
from pathlib import Path

_INIT = Path(__file__).parent.parent / "fabricgen" / "__init__.py"
_VERSION = re.search(r'^__version__ = "(.*)"$', _INIT.read_text(encoding="utf-8"), flags=re.MULTILINE)

project = "fabricgen"
author = "the authors of fabricgen"
copyright = "2026, the authors of fabricgen"  # noqa: A001 - Sphinx calls it so
release = version = _VERSION[1] if _VERSION else "unknown"

extensions = ["myst_parser"]
exclude_patterns = ["_build", "examples"]
root_doc = "index"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
suppress_warnings = [
    "misc.highlighting_failure",  # what is shown is YAML and shell of many kinds, not all of which lexers take
    "toc.not_included",  # pages of single rules hang on their index alone; a test looks after all others
]

html_theme = "furo"
html_title = f"fabricgen {release}"
html_copy_source = False
html_show_sphinx = False
html_show_sourcelink = False
