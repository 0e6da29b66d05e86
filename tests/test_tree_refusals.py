"""What a render refuses before it writes anything: names, symlinks, folders in the way, damaged records."""

import json
import os
from pathlib import Path

import pytest
from tree_folder import README, TEXTS, plan, read_texts, render, snapshot

from fabricgen.tree import RECORD_NAME, TreeError, read_record

REMEDY = (
    "Restore it from git; or delete it and render again: files that are as they would be written become ours "
    "again, others are reported and left alone"
)
IS_SYMLINK = (
    "is a symlink; nothing is read or written through one, since it may lead elsewhere; "
    "Move it away and render again"
)
HASH = "sha256:" + "0" * 64
BAD_NAMES = [
    pytest.param("../a", "leads out of the folder with `..`", id="parent"),
    pytest.param("a/../../b", "leads out of the folder with `..`", id="parent-inside"),
    pytest.param("/etc/passwd", "is an absolute path", id="absolute"),
    pytest.param("//host/a", "is an absolute path", id="two-slashes"),
    pytest.param("C:/a", "holds one of", id="drive"),
    pytest.param("a\\b", "holds one of", id="backslash"),
    pytest.param("a?.yaml", "holds one of", id="wildcard"),
    pytest.param("a\0b", "holds a character that cannot be printed", id="nul"),
    pytest.param("a\nb", "holds a character that cannot be printed", id="newline"),
    pytest.param("a\u202eb", "holds a character that cannot be printed", id="right-to-left"),
    pytest.param("a\ud800", "holds a character that cannot be printed", id="half-a-surrogate-pair"),
    pytest.param("a./b", "has a part that ends with a dot or a space", id="trailing-dot"),
    pytest.param("a /b", "has a part that ends with a dot or a space", id="trailing-space"),
    pytest.param("talos/CON", "has a part that is a device on Windows", id="device"),
    pytest.param("nul.yaml", "has a part that is a device on Windows", id="device-with-extension"),
    pytest.param("aux .yaml", "has a part that is a device on Windows", id="device-with-space"),
    pytest.param("com1.d/a", "has a part that is a device on Windows", id="device-as-folder"),
    pytest.param("a" * 256, "has a part longer than 255 bytes", id="long-part"),
    pytest.param("ü" * 128, "has a part longer than 255 bytes", id="long-part-in-bytes"),
    pytest.param("/".join(["a" * 100] * 11), "is longer than 1023 bytes", id="long-path"),
    pytest.param(".git/hooks/pre-commit", "lies in git's own folder", id="git"),
    pytest.param("a/.GIT/config", "lies in git's own folder", id="git-in-capitals"),
    pytest.param(".fabricgen.json", "is a name that fabricgen keeps for itself", id="record"),
    pytest.param(".Fabricgen.tmp/0.new", "is a name that fabricgen keeps for itself", id="staging"),
]
BAD_RECORD_NAMES = [
    *BAD_NAMES,
    pytest.param("", "has parts that are empty or `.`", id="empty"),
    pytest.param("a//b", "has parts that are empty or `.`", id="empty-part"),
    pytest.param("./a", "has parts that are empty or `.`", id="dot"),
    pytest.param("a/", "has parts that are empty or `.`", id="trailing-slash"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a cluster, rendered once."""
    folder = tmp_path / "gitops" / "home"
    render(folder, TEXTS)
    return folder


def refuse(root: Path, texts: dict[str, str]) -> list[str]:
    """The problems that planning is refused with, with and without force; nothing has changed then."""
    before = snapshot(root.parent.parent)
    with pytest.raises(TreeError) as forced:
        plan(root, texts, force=True)
    with pytest.raises(TreeError) as caught:
        plan(root, texts)
    assert str(forced.value) == str(caught.value)
    assert caught.value.exit_code == 2
    assert snapshot(root.parent.parent) == before
    return [str(problem) for problem in caught.value.problems]


def write_record(root: Path, files: dict[str, str]) -> None:
    content = {"version": 1, "generator": "fabricgen", "files": files}
    (root / RECORD_NAME).write_text(json.dumps(content))


@pytest.mark.parametrize(("name", "reason"), BAD_NAMES)
def test_a_name_that_cannot_be_everywhere_is_refused(root: Path, name: str, reason: str) -> None:
    problems = refuse(root, TEXTS | {name: "\n"})

    assert len(problems) == 1
    assert f"{root}: cannot hold " in problems[0]
    assert reason in problems[0]


@pytest.mark.parametrize(("name", "reason"), BAD_RECORD_NAMES)
def test_a_record_with_such_a_name_is_refused(root: Path, name: str, reason: str) -> None:
    write_record(root, {name: HASH})

    problems = refuse(root, {})

    assert len(problems) == 1
    assert f"{root}/{RECORD_NAME}: 'files' names " in problems[0]
    assert reason in problems[0]


@pytest.mark.parametrize(
    "name",
    ["console.yaml", "com.yaml", ".gitignore", "..a", "a b", "ü", ".a", "a/.fabricgen.json", "a" * 255],
)
def test_a_name_that_only_looks_like_one_of_those_is_fine(root: Path, name: str) -> None:
    render(root, TEXTS | {name: "\n"})

    assert read_texts(root) == TEXTS | {name: "\n"}


def test_all_bad_names_and_a_bad_record_are_told_at_once(root: Path) -> None:
    (root / RECORD_NAME).write_text("[]")

    problems = refuse(root, {"../a": "\n", "CON": "\n", "b": "\n", "b/c": "\n", "d": "\ud800"})

    assert problems == [
        f"{root}: cannot hold '../a', which leads out of the folder with `..`",
        f"{root}: cannot hold 'CON', which has a part that is a device on Windows",
        f"{root}: cannot hold both the file 'b' and 'b/c' inside it",
        f"{root}: cannot hold 'd': its text at character 0: surrogates not allowed",
        f"{root}/{RECORD_NAME}: is not a JSON object; {REMEDY}",
    ]


def test_a_file_cannot_stand_where_the_folder_itself_does(root: Path) -> None:
    assert refuse(root, {"": "\n"}) == [f"{root}: cannot hold '.', which has parts that are empty or `.`"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.yaml", "A.yaml"),
        ("Talos/a", "talos/b"),
        ("stra\u00dfe", "strasse"),
        ("u\u0308", "\u00fc"),
    ],
)
def test_names_that_are_one_on_macos_are_refused(root: Path, first: str, second: str) -> None:
    problems = refuse(root, {first: "1\n", second: "2\n"})

    assert len(problems) == 1
    assert problems[0].endswith("are one name on macOS and Windows; Rename or remove one of them")


def test_a_name_that_differs_in_case_from_a_stale_file_of_ours_is_refused(root: Path) -> None:
    problems = refuse(root, {"readme.md": "# home\n"})

    assert problems == [
        f"{root}: 'README.md' and 'readme.md' are one name on macOS and Windows; Rename or remove one of them"
    ]


def test_a_name_may_change_its_case_once_the_old_file_is_gone(root: Path) -> None:
    (root / README).unlink()

    render(root, {"readme.md": "# home\n"})

    assert read_texts(root) == {"readme.md": "# home\n"}


@pytest.mark.parametrize("link", ["README.md", "infrastructure", "infrastructure/cilium", RECORD_NAME])
def test_a_symlink_inside_the_folder_is_refused_by_name(tmp_path: Path, root: Path, link: str) -> None:
    (root / link).rename(tmp_path / "elsewhere")
    (root / link).symlink_to(tmp_path / "elsewhere")

    problems = refuse(root, TEXTS)

    assert problems == [f"{root}/{link}: {IS_SYMLINK}"]


def test_a_symlink_on_the_way_to_a_stale_file_is_refused_too(tmp_path: Path, root: Path) -> None:
    (root / "infrastructure").rename(tmp_path / "elsewhere")
    (root / "infrastructure").symlink_to(tmp_path / "elsewhere")

    problems = refuse(root, {})

    assert len(problems) == 1
    assert problems[0].startswith(f"{root}/infrastructure: is a symlink")


def test_a_root_that_is_a_symlink_is_refused(root: Path) -> None:
    root.rename(root.with_name("elsewhere"))
    root.symlink_to(root.with_name("elsewhere"))

    problems = refuse(root, TEXTS)

    assert len(problems) == 1
    assert problems[0].startswith(f"{root}: is a symlink")


def test_a_symlink_above_the_root_is_the_owners_choice(tmp_path: Path, root: Path) -> None:
    (tmp_path / "link").symlink_to(root.parent)

    assert plan(tmp_path / "link" / "home", TEXTS).is_noop


def test_a_dangling_symlink_is_a_symlink(root: Path) -> None:
    (root / "a.yaml").symlink_to(root / "nowhere")

    assert refuse(root, TEXTS | {"a.yaml": "\n"})[0].startswith(f"{root}/a.yaml: is a symlink")


def test_everything_in_the_way_is_told_at_once_and_only_once(root: Path) -> None:
    (root / "a").mkdir()
    (root / "b").write_text("mine\n")
    os.mkfifo(root / "c")

    problems = refuse(root, {"a": "\n", "b/1": "\n", "b/2": "\n", "c": "\n"})

    assert problems == [
        f"{root}/a: a folder stands where a file is expected; Move it away and render again",
        f"{root}/b: a file stands where a folder is needed; Move it away and render again",
        f"{root}/c: is not a regular file; Move it away and render again",
    ]


def test_a_root_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/home").write_text("mine\n")

    problems = refuse(tmp_path / "a/home", TEXTS)

    assert problems == [
        f"{tmp_path}/a/home: a file stands where a folder is needed; Move it away and render again"
    ]


def test_a_root_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gitops").write_text("mine\n")

    problems = refuse(tmp_path / "gitops/home", TEXTS)

    assert problems == [
        f"{tmp_path}/gitops/home: cannot be read: Not a directory; Move it away and render again"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON: Expecting value: line 1 column 1 (char 0); Restore it from git"),
        ('{"version": 1', "is not JSON: Expecting ',' delimiter: line 1 column 14 (char 13); Restore it"),
        ("[" * 100_000, "is not JSON: maximum recursion depth exceeded"),
        ('{"files": {}, "files": {}}', "is not JSON: 'files' stands there twice"),
        ("[]", "is not a JSON object; Restore it from git"),
        ("{}", "is of version None, and this fabricgen reads version 1; Restore it from git"),
        ('{"version": true}', "is of version True, and this fabricgen reads version 1; Restore it from git"),
        ('{"version": 2}', "is of version 2, and this fabricgen reads version 1; Update fabricgen"),
        (
            '{"version": 1, "generator": "x", "files": {}}',
            "is of generator 'x', not 'fabricgen'; Restore it from git",
        ),
        (
            '{"version": 1, "generator": "fabricgen", "files": {}, "fils": {}}',
            "holds the unknown key 'fils'; Restore it from git",
        ),
        ('{"version": 1, "generator": "fabricgen"}', "'files' is not an object of paths"),
        ('{"version": 1, "generator": "fabricgen", "files": ["a"]}', "'files' is not an object of paths"),
        (
            '{"version": 1, "generator": "fabricgen", "files": {}, "pending": 1}',
            "'pending' is not an object of paths",
        ),
        (
            '{"version": 1, "generator": "fabricgen", "files": {"a": "sha256:0"}}',
            "'files' gives 'a' a hash that is not `sha256:` and 64 hex digits",
        ),
        (
            '{"version": 1, "generator": "fabricgen", "files": {"a": 1}}',
            "'files' gives 'a' a hash that is not `sha256:` and 64 hex digits",
        ),
        (
            '{\n<<<<<<< HEAD\n  "version": 1\n=======\n  "version": 1\n>>>>>>> topic\n}\n',
            "holds a merge conflict; Take either side (`git checkout --ours` or `--theirs` with this file)",
        ),
    ],
)
def test_a_damaged_record_is_refused_and_says_what_to_do(root: Path, text: str, message: str) -> None:
    (root / RECORD_NAME).write_text(text)

    problems = refuse(root, TEXTS)

    assert len(problems) == 1
    assert problems[0].startswith(f"{root}/{RECORD_NAME}: {message}")


def test_a_record_that_is_not_unicode_is_refused(root: Path) -> None:
    (root / RECORD_NAME).write_bytes(b"\xff\xff")

    assert refuse(root, TEXTS)[0].startswith(f"{root}/{RECORD_NAME}: is not JSON: 'utf-8' codec")


def test_all_faults_of_a_record_are_told_at_once(root: Path) -> None:
    write_record(root, {"../a": HASH, "b": "x"})

    assert len(refuse(root, TEXTS)) == 2


def test_a_folder_without_a_record_has_an_empty_one(tmp_path: Path) -> None:
    assert read_record(tmp_path / "nowhere").files == {}
