"""`check` and `render` remember, and say what a run without memory says, whatever changes in between."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from homelab import DESCRIPTION, command, environment, write_description

from fabricgen.cli import main

Run = Callable[..., tuple[int, str, str]]
HEAVY = "pydantic jinja2 yaml ruamel.yaml jsonschema_rs yaml_rs fabricgen.pipeline"
KUSTOMIZATION = "gitops/home/infrastructure/cilium/kustomization.yaml"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder with a description and a memory; return exit code, stdout and stderr."""
    write_description(tmp_path, "home")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FABRICGEN_CACHE", str(tmp_path / "cache"))

    def told(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return told


@pytest.fixture
def home(tmp_path: Path, run: Run) -> Path:
    """The folder, with its tree, and a memory of both commands."""
    run("render")
    run("check")
    return tmp_path


def _imports(folder: Path, *arguments: str) -> list[str]:
    """Return which of the heavy modules a run imports."""
    code = (
        "import json, sys; from fabricgen.cli import main; main(sys.argv[2:]); "
        "json.dump([one for one in sys.argv[1].split() if one in sys.modules], sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, HEAVY, *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stderr.splitlines()[-1])
    return found


def _append(folder: Path, file: str, text: str) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    with (folder / file).open("a", encoding="utf-8") as whole:
        whole.write(text)


def _describe(folder: Path, old: str, new: str) -> None:
    text = DESCRIPTION.replace("NAME", "home")
    assert old in text
    (folder / "clusters" / "home.yaml").write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("verb", ["check", "render"])
def test_a_run_for_which_nothing_changed_imports_nothing_heavy(home: Path, verb: str) -> None:
    assert _imports(home, verb, "--no-cache") != []
    assert _imports(home, verb) == []


CHANGES = {
    "description": lambda home: _describe(home, "10.0.0.240/28", "10.0.0.224/28"),
    "description is wrong": lambda home: _describe(home, "nodes: [", "nods: ["),
    "rule ignored": lambda home: _append(
        home, "clusters/home.yaml", "ignore: [{ rule: HUB005, because: it is a test }]\n"
    ),
    "another description": lambda home: write_description(home, "other"),
    "template": lambda home: _append(home, "templates/README.md.j2", "mine\n"),
    "template is wrong": lambda home: _append(home, "templates/README.md.j2", "{{ none }}\n"),
    "schemas are wrong": lambda home: _append(home, "schemas/lock.json", "{"),
    "file edited": lambda home: _append(home, "gitops/home/README.md", "edited\n"),
    "file removed": lambda home: (home / "gitops/home/README.md").unlink(),
    "file added": lambda home: _append(home, "gitops/home/infrastructure/cilium/own.yaml", "a: 1\n"),
    "twin added": lambda home: _append(home, "gitops/home/readme.md", "twin\n"),
    "record edited": lambda home: _append(home, "gitops/home/.fabricgen.json", " "),
    "record is wrong": lambda home: _append(home, "gitops/home/.fabricgen.json", "x"),
    "record removed": lambda home: (home / "gitops/home/.fabricgen.json").unlink(),
    "tree is a link": lambda home: (
        (home / "gitops/home").rename(home / "there"),
        (home / "gitops/home").symlink_to(home / "there"),
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_after_each_change_a_check_says_what_it_says_without_memory(
    home: Path, run: Run, change: Callable[[Path], object]
) -> None:
    change(home)

    first, second = run("check"), run("check")

    assert [first, second] == [run("check", "--no-cache")] * 2


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_after_each_change_a_render_does_what_it_does_without_memory(
    home: Path, run: Run, change: Callable[[Path], object]
) -> None:
    change(home)

    run("render")
    second = run("render")

    assert second == run("render", "--no-cache")
    assert run("check") == run("check", "--no-cache")


@pytest.mark.parametrize(
    "options",
    [
        ["--format", "json"],
        ["--format", "github"],
        ["--color", "always"],
        ["--only", "HUB"],
        ["--skip", "HUB"],
        ["--fail-on", "info"],
        ["--output", "elsewhere"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("home")
def test_other_options_have_answers_of_their_own(run: Run, options: list[str]) -> None:
    first, second = run("check", *options), run("check", *options)

    assert [first, second] == [run("check", "--no-cache", *options)] * 2


def test_a_file_that_was_edited_is_told_every_time(home: Path, run: Run) -> None:
    _append(home, "gitops/home/README.md", "edited\n")

    first, second = run("render"), run("render")

    assert first == second
    assert first[0] == 1
    assert "README.md: edited by hand, kept as it is" in first[2]


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path, run: Run) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")

    assert run("render")[0] == 0
    assert run("check")[0] == 0


def test_without_memory_nothing_is_written_to_it(tmp_path: Path, run: Run) -> None:
    run("render", "--no-cache")
    run("check", "--no-cache")

    assert not (tmp_path / "cache").exists()


def test_runs_at_once_share_a_memory(home: Path, run: Run) -> None:
    _, *true = run("check", "--no-cache")
    (home / "cache").rename(home / "old")

    started = [
        subprocess.Popen(
            command("check"),
            cwd=home,
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]

    assert {one.communicate() for one in started} == {tuple(true)}
    assert _imports(home, "check") == []
    assert {one.suffix for one in (home / "cache" / "answers").iterdir()} == {".json"}


READS = """
import json, os, sys
read = set()
def note(event, arguments):
    if event in {"open", "os.listdir", "os.scandir"} and isinstance(arguments[0], str):
        read.add(os.path.abspath(arguments[0]))
sys.addaudithook(note)
from fabricgen.cli import main
main(sys.argv[1:])
here = os.getcwd() + os.sep
json.dump(sorted(one.removeprefix(here) for one in read if one.startswith(here)), sys.stderr)
"""


@pytest.mark.parametrize("verb", ["check", "render"])
def test_all_that_a_run_reads_is_what_its_answer_is_made_of(home: Path, verb: str) -> None:
    _append(home, "templates/README.md.j2", "mine\n")
    (home / "cache").rename(home / "old")

    done = subprocess.run(
        [sys.executable, "-c", READS, verb],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )

    read = json.loads(done.stderr.splitlines()[-1])
    named = ("cache", "tmp", "clusters", "clusters/home.yaml", "templates", "gitops/home")
    inside = ("cache/", "tmp/", "templates/", "gitops/home/")
    assert "gitops/home/README.md" in read
    assert "templates/README.md.j2" in read
    assert [one for one in read if one not in named and not one.startswith(inside)] == []
