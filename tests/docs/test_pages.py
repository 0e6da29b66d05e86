"""Every command that the documentation shows runs, and prints what stands below it.

`--update-golden` writes what is printed into the pages. How a page tells files and commands: `page_runner`.
"""

import os
from pathlib import Path

import pytest
from page_runner import ROOT, PageRun, environment_of, shown_commands

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
GENERATED = "Generated "
PROSE = {
    "docs/ci.md": "workflows",
    "docs/completion.md": "what Tab does, which tests/test_completion.py tries in real shells",
    "docs/dependencies.md": "packages and their cost",
    "docs/deprecation.md": "a policy, which tests/test_public_api.py keeps",
    "docs/field-report.md": "figures of repositories that are not here",
    "docs/import.md": "outputs, which tests/importing/test_import_docs.py compares",
    "docs/library.md": "Python, which tests/test_docs.py runs",
    "docs/pre-commit.md": "configs of another program",
    "docs/renovate.md": "configs of another program, which tests/upgrade/test_upgrade_docs.py reads",
    "docs/validation.md": "generated in large parts, by scripts/generate_validation_page.py",
}
"""Pages without a command, and why."""


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


WRITTEN = [
    page
    for page in PAGES
    if not {"_build", "rules", "decisions", "examples"} & set(page.relative_to(ROOT).parts)
    and page != DOCS / "index.md"
    and GENERATED not in page.read_text(encoding="utf-8")[:1000]
]
RUNNING = [page for page in WRITTEN if any(shown_commands(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("page", RUNNING, ids=_name)
def test_a_page_shows_what_is_really_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, update_golden: bool
) -> None:
    environment = environment_of(tmp_path / "home")
    for name in set(os.environ) - set(environment) - {"PYTEST_CURRENT_TEST"}:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "home" / page.stem
    folder.mkdir()
    monkeypatch.chdir(folder)
    shown = page.read_text(encoding="utf-8")

    printed = PageRun(folder=folder, environment=environment).printed(shown)
    if update_golden:
        page.write_text(printed, encoding="utf-8")

    assert (printed if update_golden else shown) == printed


@pytest.mark.parametrize("page", [page for page in WRITTEN if page not in RUNNING], ids=_name)
def test_a_page_without_commands_is_known_as_one(page: Path) -> None:
    assert PROSE.get(_name(page))


@pytest.mark.parametrize("name", PROSE)
def test_a_page_of_prose_is_still_one(name: str) -> None:
    assert ROOT / name in WRITTEN
    assert ROOT / name not in RUNNING
