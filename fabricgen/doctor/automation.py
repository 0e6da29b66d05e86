"""What works without anybody: workflows that check, Renovate that bumps, and the settings that both read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fabricgen.doctor.line import Line
from fabricgen.errors import ProblemsError
from fabricgen.lint.settings import NAME, read_settings

WORKFLOWS: Final = (".github/workflows", ".forgejo/workflows", ".gitea/workflows")
_ELSEWHERE: Final = (".gitlab-ci.yml", ".woodpecker.yaml", ".woodpecker.yml", "Jenkinsfile")
_RENOVATE: Final = tuple(
    f"{name}{end}"
    for name, ends in {
        "renovate.json": ("", "c", "5"),
        ".github/renovate.json": ("", "c", "5"),
        ".gitlab/renovate.json": ("", "c", "5"),
        ".forgejo/renovate.json": ("", "c", "5"),
        ".gitea/renovate.json": ("", "c", "5"),
        ".renovaterc": ("", ".json", ".jsonc", ".json5"),
    }.items()
    for end in ends
)
"""Source: lib/config/app-strings.ts of https://github.com/renovatebot/renovate."""
_PRESET: Final = "renovate/descriptions"


def see_settings(root: Path) -> Iterator[Line]:
    """Yield what is wrong in `.fabricgen.yaml`; nothing where there is none."""
    try:
        read_settings(root)
    except ProblemsError as error:
        for one in error.problems:
            yield Line(
                about="settings", status="problem", said=str(one), todo="mend it: docs/lint.md has every key"
            )
    else:
        if (root / NAME).is_file():
            yield Line(about="settings", status="ok", said=f"{root / NAME} can be read")


def see_workflows(root: Path) -> Iterator[Line]:
    """Yield whether a workflow runs `fabricgen check`: by the command, or by our action."""
    files = [*workflows(root), *(root / name for name in _ELSEWHERE if (root / name).is_file())]
    checking = [file for file in files if _checks(_text(file), root)]
    if checking:
        said = f"{', '.join(str(one) for one in checking)} runs `fabricgen check`"
        yield Line(about="workflow", status="ok", said=said)
        return
    said = "no workflow runs `fabricgen check`" if files else "there is no workflow"
    yield Line(about="workflow", status="note", said=said, todo="add one: docs/ci.md")


def workflows(root: Path) -> list[Path]:
    """Return the files of workflows, sorted."""
    folders = (root / name for name in WORKFLOWS)
    found = (one for folder in folders if folder.is_dir() for one in folder.iterdir())
    return sorted(one for one in found if one.suffix in {".yaml", ".yml"} and one.is_file())


def _checks(text: str, root: Path) -> bool:
    """Tell whether a workflow runs it: by itself, by make, by pre-commit or by our action."""
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return (
        "fabricgen check" in plain
        or ("fabricgen@" in plain and "command: check" in plain)
        or (
            "make check" in plain
            and re.search(r"(?i)fabricgen\)? check", _text(root / "Makefile")) is not None
        )
        or ("pre-commit" in plain and "fabricgen-check" in _text(root / ".pre-commit-config.yaml"))
    )


def see_renovate(root: Path) -> Iterator[Line]:
    """Yield whether Renovate finds the versions of descriptions."""
    found = [root / name for name in _RENOVATE if (root / name).is_file()]
    if not found:
        said = (
            "no configuration of Renovate: newer versions come when you write them, with `fabricgen upgrade`"
        )
        yield Line(about="renovate", status="note", said=said, todo="extend the preset: docs/renovate.md")
        return
    text = _text(found[0])
    if _PRESET in text or "renovate: datasource=" in text:
        yield Line(about="renovate", status="ok", said=f"{found[0]} finds the versions of descriptions")
        return
    said = f"{found[0]} does not extend the preset, so versions in clusters/ are not found"
    yield Line(about="renovate", status="note", said=said, todo="extend the preset: docs/renovate.md")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
