"""Golden trees: small clusters beside the five real ones, each for what is told in its first comment.

`pytest --update-golden tests/test_golden.py`, or `make golden`, rewrites them; what changed is then read as a diff.
"""

import shutil
from pathlib import Path

import pytest
from described import GOLDEN, rendered_from, title

HERE = Path(__file__).parent / "golden"
cases = pytest.mark.parametrize("path", GOLDEN, ids=title)


def _wanted(path: Path) -> dict[str, bytes]:
    return {str(name): text.encode() for name, text in rendered_from(path).texts.items()}


def _expected(path: Path, wanted: dict[str, bytes], *, update: bool) -> dict[str, bytes]:
    folder = path.parent / "expected"
    if update:
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in wanted.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@cases
def test_a_golden_tree_is_what_its_description_renders_to(path: Path, *, update_golden: bool) -> None:
    found = _wanted(path)

    expected = _expected(path, found, update=update_golden)

    assert sorted(expected.keys() - found.keys()) == [], "expected, and not rendered"
    assert sorted(found.keys() - expected.keys()) == [], "rendered, and not expected"
    assert {name: found[name].decode() for name in found if found[name] != expected[name]} == {
        name: expected[name].decode() for name in found if found[name] != expected[name]
    }


@cases
def test_the_first_comment_says_what_the_case_is_for(path: Path) -> None:
    first, second = path.read_text(encoding="utf-8").splitlines()[:2]

    assert first.startswith("# ")
    assert first.endswith(".")
    assert not second.startswith("#")


@cases
def test_a_case_is_small_and_named_as_its_folder(path: Path) -> None:
    cluster = rendered_from(path).cluster

    assert len(cluster.nodes) <= 4
    assert cluster.name == path.parent.name


def test_every_golden_folder_is_a_case() -> None:
    entries = {entry.relative_to(HERE).as_posix() for entry in [*HERE.iterdir(), *HERE.glob("*/*")]}

    assert entries == {
        name
        for path in GOLDEN
        for name in (
            title(path),
            f"{title(path)}/cluster.yaml",
            f"{title(path)}/expected",
        )
    }
