"""What is remembered holds as long as all that it is made of is the same, and is never half of anything."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fabricgen.memory.answers import Memory, Source, look
from fabricgen.memory.program import foreign_code, state_of_program
from fabricgen.memory.state import ABSENT, state_of_file, state_of_folder

QUESTION = ("what", "is", "it")
ANSWER = ["this", 1]


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _write(tmp_path / "input.yaml", "a: 1\n")


@pytest.fixture
def cache(tmp_path: Path, file: Path) -> Path:
    """A memory's folder with one answer, which is made of `file`."""
    folder = tmp_path / "cache"
    Memory(str(folder)).learn(QUESTION, ANSWER, made_of=[look("file", str(file))])
    return folder


def test_an_answer_is_there_for_the_next_run(cache: Path) -> None:
    assert Memory(str(cache)).recall(QUESTION) == ANSWER


def test_another_question_has_no_answer(cache: Path) -> None:
    assert Memory(str(cache)).recall((*QUESTION, "really")) is None


def test_an_answer_ends_when_what_it_is_made_of_changes(cache: Path, file: Path) -> None:
    _write(file, "a: 2\n")

    assert Memory(str(cache)).recall(QUESTION) is None


def test_an_answer_holds_again_when_the_change_is_taken_back(cache: Path, file: Path) -> None:
    _write(file, "a: 2\n")
    _write(file, "a: 1\n")

    assert Memory(str(cache)).recall(QUESTION) == ANSWER


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:-1], id="cut"),
        pytest.param(lambda data: data.replace(b'"this"', b'"that"'), id="other"),
        pytest.param(lambda _: b"{}", id="json"),
        pytest.param(lambda _: b"\x00\xff", id="binary"),
    ],
)
def test_what_is_damaged_is_as_good_as_none(cache: Path, damage: Callable[[bytes], bytes]) -> None:
    (entry,) = cache.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))

    assert Memory(str(cache)).recall(QUESTION) is None


def test_the_answer_to_another_question_in_its_place_is_not_taken(cache: Path) -> None:
    (entry,) = cache.iterdir()
    Memory(str(cache)).learn(["other"], "wrong", made_of=[])
    (other,) = set(cache.iterdir()) - {entry}
    other.replace(entry)

    assert Memory(str(cache)).recall(QUESTION) is None


def test_what_cannot_be_told_is_not_remembered(tmp_path: Path) -> None:
    memory = Memory(str(tmp_path / "cache"))

    memory.learn(QUESTION, ANSWER, made_of=[Source("folder", "somewhere", None)])

    assert memory.recall(QUESTION) is None


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    in_the_way = _write(tmp_path / "cache", "a file")

    Memory(str(in_the_way)).learn(QUESTION, ANSWER, made_of=[])

    assert Memory(str(in_the_way)).recall(QUESTION) is None
    assert in_the_way.read_text(encoding="utf-8") == "a file"


def test_without_a_folder_nothing_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    Memory("").learn(QUESTION, ANSWER, made_of=[])

    assert Memory("").recall(QUESTION) is None
    assert list(tmp_path.iterdir()) == []


def test_what_was_learnt_a_month_ago_is_forgotten(cache: Path) -> None:
    (entry,) = cache.iterdir()
    Memory(str(cache)).learn(["new"], ANSWER, made_of=[])
    os.utime(entry, (0, 0))

    Memory(str(cache)).forget_old()

    assert Memory(str(cache)).recall(QUESTION) is None
    assert Memory(str(cache)).recall(["new"]) == ANSWER


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda tree: _write(tree / "a" / "one", "2"), id="content"),
        pytest.param(lambda tree: _write(tree / "a" / "two", ""), id="new file"),
        pytest.param(lambda tree: (tree / "a" / "one").unlink(), id="file gone"),
        pytest.param(lambda tree: (tree / "a" / "one").rename(tree / "one"), id="moved"),
        pytest.param(lambda tree: (tree / "empty").mkdir(), id="new folder"),
    ],
)
def test_a_folder_is_another_after_each_change(tmp_path: Path, change: Callable[[Path], object]) -> None:
    _write(tmp_path / "tree" / "a" / "one", "1")
    before = state_of_folder(str(tmp_path / "tree"))

    change(tmp_path / "tree")

    assert before is not None
    assert state_of_folder(str(tmp_path / "tree")) not in {before, None, ABSENT}


def test_names_and_contents_cannot_be_taken_for_each_other(tmp_path: Path) -> None:
    _write(tmp_path / "first" / "ab", "c")
    _write(tmp_path / "second" / "a", "bc")

    assert state_of_folder(str(tmp_path / "first")) != state_of_folder(str(tmp_path / "second"))


def test_of_a_link_nothing_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path)
    (tmp_path / "alias").symlink_to(tmp_path / "tree")

    assert state_of_folder(str(tmp_path / "tree")) is None
    assert state_of_folder(str(tmp_path / "alias")) is None


def test_of_a_pipe_nothing_can_be_told_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert state_of_file(str(tmp_path / "pipe")) is None
    assert state_of_folder(str(tmp_path)) is None


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert state_of_file(str(tmp_path / "none")) == state_of_folder(str(tmp_path / "none")) == ABSENT


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("package/module.py", True),
        ("package/below/table.json", True),
        ("package/new.py", True),
        ("templates/readme.j2", True),
        ("package/__pycache__/module.pyc", False),
    ],
)
def test_each_file_of_the_program_counts(tmp_path: Path, file: str, *, matters: bool) -> None:
    for one in ("package/module.py", "package/below/table.json", "templates/readme.j2"):
        _write(tmp_path / one, "1")
    before = state_of_program(str(tmp_path / "package"))

    _write(tmp_path / file, "22")

    assert (state_of_program(str(tmp_path / "package")) != before) == matters


def test_another_version_of_a_package_is_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "jinja2-3.1.6.dist-info").mkdir()
    before = state_of_program()

    (tmp_path / "jinja2-3.1.6.dist-info").rename(tmp_path / "jinja2-3.1.7.dist-info")

    assert state_of_program() != before


def test_the_code_of_a_plugin_that_is_edited_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    _write(tmp_path / "acme_lanes" / "__init__.py", "")
    _write(tmp_path / "acme_rules.py", "")

    __import__("acme_lanes")
    __import__("acme_rules")

    assert set(foreign_code()) >= {
        ("folder", str(tmp_path / "acme_lanes")),
        ("file", str(tmp_path / "acme_rules.py")),
    }
