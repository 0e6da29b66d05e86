"""What a render does to a folder: which files it writes, leaves alone, removes and refuses."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree_folder import README, RELEASE, TEXTS, plan, read_texts, render, snapshot

from fabricgen.tree import RECORD_NAME, read_record


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a cluster; neither it nor its parent is there yet."""
    return tmp_path / "gitops" / "home"


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_planning_writes_nothing(tmp_path: Path, root: Path) -> None:
    planned = plan(root, TEXTS)

    assert [change.path for change in planned.added] == [README, RELEASE]
    assert snapshot(tmp_path) == {}


def test_a_first_render_writes_every_file_and_nothing_else(root: Path) -> None:
    render(root, TEXTS)

    assert read_texts(root) == TEXTS
    assert sorted(place.name for place in root.iterdir()) == [RECORD_NAME, "README.md", "infrastructure"]


def test_the_record_names_our_files_in_order_and_no_version_of_fabricgen(root: Path) -> None:
    render(root, TEXTS | {"a/b": "\n", "a-b": "\n"})

    assert (root / RECORD_NAME).read_text() == (
        "{\n"
        '  "version": 1,\n'
        '  "generator": "fabricgen",\n'
        '  "files": {\n'
        '    "README.md": "sha256:e0675166efa00daa7b323b772f8883d8b941c7a1eab7c012e2ad514602efc4c4",\n'
        '    "a-b": "sha256:01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",\n'
        '    "a/b": "sha256:01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",\n'
        '    "infrastructure/cilium/release.yaml": '
        '"sha256:0052541908ad933c8efdd3b1ea7948e809a6fae0c5a8cf5787b8ec3e5fb667a2"\n'
        "  }\n"
        "}\n"
    )


def test_a_second_render_touches_nothing(root: Path) -> None:
    render(root, TEXTS)
    before = snapshot(root)

    again = render(root, TEXTS)

    assert again.is_noop
    assert [change.kind for change in again.changes] == ["keep", "keep"]
    assert snapshot(root) == before


def test_an_empty_render_of_a_folder_that_is_not_there_is_a_noop(tmp_path: Path, root: Path) -> None:
    assert render(root, {}).is_noop
    assert snapshot(tmp_path) == {}


def test_only_the_file_that_changed_is_touched(root: Path) -> None:
    render(root, TEXTS)
    kept = (root / README).stat()

    done = render(root, TEXTS | {str(RELEASE): "kind: HelmRelease\nspec: {}\n"})

    assert [change.path for change in done.changed] == [RELEASE]
    assert (done.changed[0].old_text, done.changed[0].new_text) == (
        "kind: HelmRelease\n",
        "kind: HelmRelease\nspec: {}\n",
    )
    assert (root / RELEASE).read_text() == "kind: HelmRelease\nspec: {}\n"
    assert (root / README).stat() == kept


def test_a_file_of_ours_that_was_deleted_comes_back(root: Path) -> None:
    render(root, TEXTS)
    (root / README).unlink()

    done = render(root, TEXTS)

    assert [change.path for change in done.added] == [README]
    assert read_texts(root) == TEXTS


def test_a_stale_file_goes_and_the_folders_it_leaves_empty_go_with_it(root: Path) -> None:
    render(root, TEXTS)

    done = render(root, {"README.md": "# home\n"})

    assert [change.path for change in done.removed] == [RELEASE]
    assert sorted(place.name for place in root.iterdir()) == [RECORD_NAME, "README.md"]
    assert list(read_record(root).files) == [README]


def test_a_folder_with_someone_elses_file_stays_when_ours_leaves_it(root: Path) -> None:
    render(root, TEXTS)
    (root / "infrastructure/notes.txt").write_text("mine\n")

    render(root, {})

    assert read_texts(root) == {"infrastructure/notes.txt": "mine\n"}
    assert not (root / "infrastructure/cilium").exists()


def test_an_empty_folder_that_is_not_ours_stays(root: Path) -> None:
    render(root, TEXTS)
    (root / "drafts").mkdir()

    render(root, {})

    assert (root / "drafts").is_dir()


def test_the_root_stays_when_the_last_file_goes(root: Path) -> None:
    render(root, TEXTS)

    render(root, {})

    assert [place.name for place in root.iterdir()] == [RECORD_NAME]


def test_a_stale_file_that_someone_removed_already_is_forgotten(root: Path) -> None:
    render(root, TEXTS)
    (root / README).unlink()

    done = render(root, {str(RELEASE): TEXTS[str(RELEASE)]})

    assert done.removed == ()
    assert list(read_record(root).files) == [RELEASE]


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize(("name", "mode"), [("a.yaml", 0o644), ("bootstrap/up.sh", 0o755)])
def test_scripts_can_be_run_and_other_files_cannot(root: Path, name: str, mode: int) -> None:
    render(root, {name: "\n"})

    assert (root / name).stat().st_mode & 0o777 == mode


def test_text_is_written_as_utf_8_with_the_line_ends_it_has(root: Path) -> None:
    render(root, {"a.yaml": "ü: 1\n"})

    assert (root / "a.yaml").read_bytes() == b"\xc3\xbc: 1\n"


def test_the_order_of_the_input_changes_nothing(tmp_path: Path) -> None:
    render(tmp_path / "a", TEXTS)
    render(tmp_path / "b", dict(reversed(TEXTS.items())))

    assert (tmp_path / "a" / RECORD_NAME).read_bytes() == (tmp_path / "b" / RECORD_NAME).read_bytes()


def test_a_record_that_a_formatter_has_laid_out_anew_is_left_alone(root: Path) -> None:
    render(root, TEXTS)
    (root / RECORD_NAME).write_text(json.dumps(json.loads((root / RECORD_NAME).read_text())))

    assert plan(root, TEXTS).is_noop
