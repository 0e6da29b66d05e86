"""The colours of pictures, light and dark, as CSS. Used by files of their own and by the report's page.

Each strong colour has a contrast of 4.5 and more to the text on it, in both.
"""

from collections.abc import Mapping
from typing import Final

LIGHT: Final[Mapping[str, str]] = {
    "paper": "#ffffff",
    "panel": "#f6f8fa",
    "ink": "#1f2328",
    "soft": "#57606a",
    "line": "#8c959f",
    "faint": "#d8dee4",
    "on-strong": "#ffffff",
    "control": "#6639ba",
    "worker": "#0757ba",
    "pinned": "#a04100",
    "pool": "#aceebb",
    "reserved": "#d4d9df",
    "router": "#a40e26",
    "api": "#7d4e00",
    "dns": "#1b7c83",
    "policy": "#a40e26",
    "crypt": "#116329",
}
DARK: Final[Mapping[str, str]] = {
    "paper": "#0d1117",
    "panel": "#161b22",
    "ink": "#e6edf3",
    "soft": "#a0a9b4",
    "line": "#6e7681",
    "faint": "#30363d",
    "on-strong": "#0d1117",
    "control": "#c9a7ff",
    "worker": "#6cb6ff",
    "pinned": "#ffb77c",
    "pool": "#1f5a30",
    "reserved": "#444c56",
    "router": "#ff938a",
    "api": "#e3b341",
    "dns": "#76e3ea",
    "policy": "#ff938a",
    "crypt": "#7ee787",
}
KINDS: Final = ("control", "worker", "router", "api", "dns", "reserved", "pool", "pinned")
"""What has addresses, each with a colour of its own."""
SANS: Final = 'system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",Arial,sans-serif'
MONO: Final = 'ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace'


def variables(colors: Mapping[str, str]) -> str:
    """Return the colours as CSS variables."""
    return ";".join(f"--{name}:{color}" for name, color in colors.items())


RULES: Final = (
    f".picture text{{font-family:{SANS};font-size:13px;fill:var(--ink)}}\n"
    f".picture .mono{{font-family:{MONO};font-size:12.5px}}\n"
    ".picture .tiny{font-size:10px}\n"
    ".picture .small{font-size:12px}\n"
    ".picture .soft{fill:var(--soft)}\n"
    ".picture .bold{font-weight:600}\n"
    ".picture .head{font-weight:600;font-size:15px}\n"
    ".picture .strong{fill:var(--on-strong)}\n"
    ".picture .paper{fill:var(--paper)}\n"
    ".picture .panel{fill:var(--panel);stroke:var(--faint)}\n"
    ".picture .card{fill:var(--paper);stroke:var(--line)}\n"
    ".picture .free{fill:var(--panel);stroke:var(--faint)}\n"
    ".picture .edge{fill:none;stroke:var(--line);stroke-width:1.6}\n"
    ".picture .back{stroke-dasharray:6 4}\n"
    ".picture .tip{fill:var(--line)}\n"
    + "".join(f".picture .{kind}{{fill:var(--{kind})}}\n" for kind in (*KINDS, "policy", "crypt"))
    + "".join(
        f".picture .rim-{kind}{{stroke:var(--{kind});stroke-width:1.6}}\n" for kind in ("policy", "crypt")
    )
)
STYLE: Final = (
    f"svg{{{variables(LIGHT)}}}\n@media(prefers-color-scheme:dark){{svg{{{variables(DARK)}}}}}\n{RULES}"
)
