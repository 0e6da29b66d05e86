"""Which files are validated: named ones, those in folders, those that a glob finds; in an order that never changes."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from fabricgen.errors import ProblemsError
from fabricgen.validation.files import find_files

TREE = (
    "README.md",
    "apps.yaml",
    "apps/notes.txt",
    "apps/web.yaml",
    "apps/web/deployment.YAML",
    "apps/web/service.yml",
    "apps/api/values.json",
    ".sops.yaml",
    ".git/config.yaml",
    "apps/.hidden/x.yaml",
)
MANIFESTS = ["apps/api/values.json", "apps/web/deployment.YAML", "apps/web/service.yml", "apps/web.yaml"]


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in TREE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["."], [*MANIFESTS, "apps.yaml"]),
        (["apps"], MANIFESTS),
        (["./apps/"], MANIFESTS),
        (["apps/web", "apps/api"], [*MANIFESTS[1:3], MANIFESTS[0]]),
        (["README.md"], ["README.md"]),
        (["./README.md"], ["./README.md"]),
        ([".sops.yaml"], [".sops.yaml"]),
        ([".git"], [".git/config.yaml"]),
        (["apps.yaml", "./apps.yaml", "."], ["apps.yaml", *MANIFESTS]),
        (["apps/*.yaml"], ["apps/web.yaml"]),
        (["./apps/*.yaml"], ["apps/web.yaml"]),
        (["*/web"], MANIFESTS[1:3]),
        (["**/*.y*ml"], ["apps/web/service.yml", "apps/web.yaml", "apps.yaml"]),
        (["**"], [*MANIFESTS, "apps.yaml"]),
        (["apps/**/api"], MANIFESTS[:1]),
        (["a[!x]ps/w?b.yaml"], ["apps/web.yaml"]),
        ([], []),
    ],
)
def test_files_are_found_in_the_order_of_paths_and_names(
    paths: Sequence[str], expected: Sequence[str]
) -> None:
    assert list(find_files(paths)) == expected


def test_the_order_is_that_of_kubeconform_which_goes_by_names(tree: Path) -> None:
    (tree / "apps" / "web-2.yaml").touch()

    assert list(find_files(["apps"]))[1:] == [*MANIFESTS[1:3], "apps/web-2.yaml", "apps/web.yaml"]


def test_an_absolute_folder_gives_absolute_files(tree: Path) -> None:
    assert list(find_files([f"{tree}/apps/api"])) == [f"{tree}/apps/api/values.json"]
    assert list(find_files([f"{tree}/*/api"])) == [f"{tree}/apps/api/values.json"]


def test_a_file_with_the_name_of_a_pattern_is_that_file(tree: Path) -> None:
    (tree / "a[1].yaml").touch()
    (tree / "a1.yaml").touch()

    assert list(find_files(["a[1].yaml"])) == ["a[1].yaml"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("web", ["apps/api/values.json", "apps.yaml"]),
        (r"\.json$", [*MANIFESTS[1:], "apps.yaml"]),
        (
            "(?i)deployment\\.yaml",
            ["apps/api/values.json", "apps/web/service.yml", "apps/web.yaml", "apps.yaml"],
        ),
        ("^web", [*MANIFESTS, "apps.yaml"]),
    ],
)
def test_files_whose_path_matches_an_expression_are_left_out(
    expression: str, expected: Sequence[str]
) -> None:
    assert list(find_files(["."], ignore=[expression])) == expected


def test_a_named_file_is_left_out_too_as_kubeconform_has_it() -> None:
    assert list(find_files(["apps.yaml"], ignore=["apps"])) == []


def test_links_to_files_are_read_and_links_to_folders_are_not_followed(tree: Path) -> None:
    (tree / "links").mkdir()
    (tree / "links" / "file.yaml").symlink_to("../apps.yaml")
    (tree / "links" / "folder.yaml").symlink_to("../apps")
    (tree / "links" / "loop").symlink_to("..")
    (tree / "links" / "nowhere.yaml").symlink_to("gone")
    (tree / "links" / "round.yaml").symlink_to("round.yaml")

    assert list(find_files(["links"])) == ["links/file.yaml", "links/nowhere.yaml", "links/round.yaml"]
    assert list(find_files(["links/**"])) == ["links/file.yaml", "links/nowhere.yaml", "links/round.yaml"]


def test_a_link_to_a_folder_that_is_named_is_that_folder(tree: Path) -> None:
    (tree / "link").symlink_to("apps/api")

    assert list(find_files(["link"])) == ["link/values.json"]


def test_a_named_link_that_leads_nowhere_is_left_to_the_reader(tree: Path) -> None:
    (tree / "gone.yaml").symlink_to("nothing")

    assert list(find_files(["gone.yaml"])) == ["gone.yaml"]


def test_a_pipe_is_no_manifest_unless_it_is_named(tree: Path) -> None:
    (tree / "pipes").mkdir()
    os.mkfifo(tree / "pipes" / "x.yaml")

    assert list(find_files(["pipes"])) == []
    assert list(find_files(["pipes/x.yaml"])) == ["pipes/x.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_returned_for_the_reader_to_tell_of(tree: Path) -> None:
    (tree / "closed").mkdir(mode=0)

    assert list(find_files(["closed", "apps/api"])) == ["closed", "apps/api/values.json"]


@pytest.fixture
def deepest(tree: Path) -> Iterator[str]:
    """The path of a file in more folders than Python's functions may call each other."""
    folder = os.open(tree, os.O_RDONLY)
    for _ in range(1_100):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("x.yaml", os.O_CREAT, dir_fd=folder))
    os.close(folder)
    yield "d/" * 1_100 + "x.yaml"
    subprocess.run(["rm", "-r", tree / "d"], check=True)  # shutil.rmtree would fail on it


def test_folders_may_be_deeper_than_pythons_stack(deepest: str) -> None:
    assert list(find_files(["d"])) == [deepest]


def test_every_path_that_leads_nowhere_is_told_with_the_nearest_one() -> None:
    with pytest.raises(ProblemsError) as refused:
        find_files(["apps.yml", "nix/*.yaml", "a\0b", "apps"], ignore=["(", "a(?=b)"])

    assert str(refused.value).splitlines() == [
        "'(' is not a regular expression; the syntax is RE2's, as in Go",
        "'a(?=b)' is not a regular expression; the syntax is RE2's, as in Go",
        "'apps.yml': there is no such file or folder; did you mean apps.yaml?",
        "'nix/*.yaml': nothing here matches; a glob finds .yaml, .yml and .json files",
        r"'a\x00b': there is no such file or folder",
    ]


def test_ten_thousand_files_are_found_in_no_time(tree: Path) -> None:
    for folder in range(100):
        (tree / "many" / str(folder)).mkdir(parents=True)
    for number in range(10_000):
        (tree / "many" / str(number % 100) / f"{number}.yaml").touch()

    began = time.perf_counter()
    found = sum(1 for _ in find_files(["many"]))

    assert found == 10_000
    assert time.perf_counter() - began < 0.25  # a tenth of it on a quiet machine
