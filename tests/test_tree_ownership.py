"""Whose file is it? What a render does with hand edits, with files of others, and with git's line ends."""

from pathlib import Path

import pytest
from tree_folder import README, RELEASE, TEXTS, plan, read_texts, render, snapshot

from fabricgen.tree import RECORD_NAME, TreeError, write_plan


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a cluster; neither it nor its parent is there yet."""
    return tmp_path / "gitops" / "home"


def test_a_file_edited_by_hand_is_kept_and_reported_each_time(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# mine\n")

    first = render(root, TEXTS | {"README.md": "# new\n"})
    second = render(root, TEXTS | {"README.md": "# new\n"})

    assert [change.path for change in first.edited] == [README]
    assert second.edited == first.edited
    assert second.is_noop
    assert (first.edited[0].old_text, first.edited[0].new_text) == ("# mine\n", "# new\n")
    assert (root / README).read_text() == "# mine\n"


def test_other_files_are_written_although_one_was_edited_by_hand(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# mine\n")

    render(root, {"README.md": "# new\n", str(RELEASE): "new\n"})

    assert read_texts(root) == {"README.md": "# mine\n", str(RELEASE): "new\n"}


def test_force_overwrites_a_file_edited_by_hand(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# mine\n")

    render(root, TEXTS, force=True)

    assert read_texts(root) == TEXTS
    assert plan(root, TEXTS).is_noop


def test_a_file_edited_back_to_what_we_wrote_last_is_ours_to_change_again(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# mine\n")
    render(root, TEXTS | {"README.md": "# new\n"})
    (root / README).write_text("# home\n")

    done = render(root, TEXTS | {"README.md": "# new\n"})

    assert [change.path for change in done.changed] == [README]
    assert (root / README).read_text() == "# new\n"


def test_an_edit_that_says_what_we_would_write_is_no_edit(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# new\n")

    done = render(root, TEXTS | {"README.md": "# new\n"})

    assert done.edited == ()
    assert plan(root, TEXTS).changed[0].path == README


def test_a_stale_file_edited_by_hand_is_kept_and_reported_each_time(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# mine\n")

    first = render(root, {})
    second = render(root, {})

    assert [(change.path, change.new_text) for change in first.edited] == [(README, None)]
    assert second.edited == first.edited
    assert read_texts(root) == {"README.md": "# mine\n"}


def test_force_removes_a_stale_file_edited_by_hand(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_text("# mine\n")

    render(root, {}, force=True)

    assert read_texts(root) == {}


def test_a_foreign_file_in_our_place_stops_the_whole_render(tmp_path: Path, root: Path) -> None:
    root.mkdir(parents=True)
    (root / README).write_text("# mine\n")
    before = snapshot(tmp_path)

    planned = plan(root, TEXTS)
    with pytest.raises(TreeError) as caught:
        write_plan(planned)

    assert [change.path for change in planned.foreign] == [README]
    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        f"{root}/README.md: is not ours, and stands where a file of ours should go; "
        "Move it away, or overwrite it with --force"
    )
    assert snapshot(tmp_path) == before


def test_a_plan_that_would_be_refused_is_no_noop(root: Path) -> None:
    root.mkdir(parents=True)
    (root / README).write_text("# mine\n")

    assert not plan(root, {"README.md": "# home\n"}).is_noop


def test_force_takes_the_place_of_a_foreign_file(root: Path) -> None:
    root.mkdir(parents=True)
    (root / README).write_text("# mine\n")

    render(root, TEXTS, force=True)

    assert read_texts(root) == TEXTS


def test_foreign_files_elsewhere_are_not_touched_even_with_force(root: Path) -> None:
    (root / "drafts").mkdir(parents=True)
    (root / "drafts/a.yaml").write_bytes(b"\xff\x00")
    before = snapshot(root / "drafts")

    render(root, TEXTS, force=True)
    done = render(root, {}, force=True)

    assert [change.path for change in done.changes] == [README, RELEASE]
    assert snapshot(root / "drafts") == before


def test_files_that_say_what_we_would_write_become_ours_without_being_touched(root: Path) -> None:
    render(root, TEXTS)
    record = (root / RECORD_NAME).read_bytes()
    (root / RECORD_NAME).unlink()
    before = snapshot(root)

    done = render(root, TEXTS)

    assert done.record_changed
    assert (root / RECORD_NAME).read_bytes() == record
    assert snapshot(root).items() >= before.items()


@pytest.mark.parametrize("name", ["README.md", RECORD_NAME])
def test_a_file_that_git_checked_out_with_crlf_is_as_it_should_be(root: Path, name: str) -> None:
    render(root, TEXTS)
    (root / name).write_bytes((root / name).read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(root)

    done = render(root, TEXTS)

    assert done.is_noop
    assert snapshot(root) == before


def test_a_file_with_crlf_is_rewritten_with_lf_once_its_content_changes(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_bytes(b"# home\r\n")

    done = render(root, TEXTS | {"README.md": "# new\n"})

    assert done.changed[0].old_text == "# home\n"
    assert (root / README).read_bytes() == b"# new\n"


def test_an_edit_with_crlf_is_still_an_edit(root: Path) -> None:
    render(root, TEXTS)
    (root / README).write_bytes(b"# mine\r\n")

    assert [change.path for change in plan(root, TEXTS).edited] == [README]


def test_an_edit_between_plan_and_writing_is_kept_and_reported(root: Path) -> None:
    render(root, TEXTS)
    planned = plan(root, {"README.md": "# new\n"})
    (root / README).write_text("# mine\n")

    done = write_plan(planned)

    assert [change.path for change in done.edited] == [README]
    assert read_texts(root) == {"README.md": "# mine\n"}


def test_a_foreign_file_that_comes_between_plan_and_writing_stops_the_whole_render(root: Path) -> None:
    planned = plan(root, TEXTS)
    root.mkdir(parents=True)
    (root / README).write_text("# mine\n")
    before = snapshot(root)

    with pytest.raises(TreeError, match="is not ours, and stands where a file of ours should go"):
        write_plan(planned)

    assert snapshot(root) == before


@pytest.mark.parametrize("wish", [{"README.md": "# new\n", str(RELEASE): TEXTS[str(RELEASE)]}, {}])
def test_a_read_only_file_is_left_alone_and_named(root: Path, wish: dict[str, str]) -> None:
    render(root, TEXTS)
    (root / README).chmod(0o444)
    before = snapshot(root)

    with pytest.raises(TreeError) as caught:
        render(root, wish)

    assert str(caught.value) == (
        f"{root}/README.md: is read-only; nothing was written; "
        "Make it writable (chmod u+w), or overwrite it with --force"
    )
    assert snapshot(root) == before


def test_force_overwrites_a_read_only_file(root: Path) -> None:
    render(root, TEXTS)
    (root / README).chmod(0o444)

    render(root, TEXTS | {"README.md": "# new\n"}, force=True)

    assert (root / README).read_text() == "# new\n"


def test_a_name_that_is_one_with_someone_elses_on_macos_is_refused(root: Path) -> None:
    (root / "flux").mkdir(parents=True)
    (root / "flux/Notes.md").write_text("mine\n")

    with pytest.raises(TreeError) as caught:
        plan(root, {"flux/notes.md": "ours\n"})

    assert str(caught.value) == (
        f"{root}: 'flux/Notes.md' and 'flux/notes.md' are one name on macOS and Windows; "
        "Rename or remove one of them"
    )
