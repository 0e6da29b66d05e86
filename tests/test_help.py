"""Help: every command has it in one form, it fits the terminal, and mistyped words are answered with the right ones."""

import os
import subprocess
import sys

import pytest

from fabricgen.cli import main
from fabricgen.commands.parser import COMMANDS, parse


def _told(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[object, str, str]:
    try:
        code: object = main(words)
    except SystemExit as ended:
        code = ended.code
    return (code, *capsys.readouterr())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_and_the_flag_say_the_same(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    by_flag = _told([command, "-h"], capsys)

    assert _told(["help", command], capsys) == by_flag
    assert by_flag[0] == 0
    assert by_flag[1].startswith(f"usage: fabricgen {command}")


def test_help_without_a_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _told(["help"], capsys)

    assert code == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


@pytest.mark.parametrize("command", ["lint", "validate", "push", ""])
@pytest.mark.parametrize("columns", [80, 100])
def test_help_is_as_wide_as_the_terminal(
    command: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    _, out, _ = _told(["help", *command.split()], capsys)

    prose = out.partition("\nexamples:")[0].splitlines()
    assert max(map(len, prose)) <= columns
    assert max(map(len, prose)) > columns - 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rendr"], "fabricgen: there is no command rendr; did you mean render?\n"),
        (["help", "lnit"], "fabricgen: there is no command lnit; did you mean lint?\n"),
        (["xyzzy"], "fabricgen: there is no command xyzzy; `fabricgen --help` lists them\n"),
        (["lint", "--formt", "json"], "unrecognized arguments: --formt; did you mean --format?\n"),
        (["lint", "--formt=json"], "unrecognized arguments: --formt=json; did you mean --format?\n"),
        (["lint", "--format", "jsno"], "; did you mean json?\n"),
        (["schemas", "pul"], "; did you mean pull?\n"),
        (["schemas", "pull", "--ciliun", "1.20.2"], "did you mean --cilium?\n"),
        (["completion", "zhs"], "; did you mean zsh?\n"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _told(words, capsys)

    assert (code, out) == (2, "")
    assert said in err


def test_a_refusal_says_where_help_is(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = _told(["push"], capsys)

    assert err.splitlines()[-1] == "`fabricgen push --help` tells of every argument, with examples"


def test_a_flag_cannot_be_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _told(["lint", "--fail", "never"], capsys)

    assert code == 2
    assert "unrecognized arguments: --fail" in err


def test_flags_may_stand_between_names() -> None:
    read = parse(["push", "oci://registry.lan/home", "--tag", "v1", "home", "--dry-run", "other"])

    assert (read.command, read.reference, read.tags) == ("push", "oci://registry.lan/home", ["v1"])
    assert read.clusters == ["home", "other"]


def test_what_follows_two_dashes_is_no_flag() -> None:
    read = parse(["explain", "--format", "json", "--", "home", "--path"])

    assert (read.cluster, read.path, read.format) == ("home", "--path", "json")


def test_no_command_shows_help_as_talk(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = _told([], capsys)

    assert (code, out) == (2, "")
    assert err.startswith("usage: fabricgen COMMAND")


def test_a_full_disk_is_told_and_no_traceback() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "fabricgen", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert (
        done.stderr == "the system says: No space left on device; make room on the disk, and run it again\n"
    )


def test_a_reader_that_has_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-m", "fabricgen", "schema"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, "")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom fabricgen.cli import main\n"
        "try:\n    main(['lint', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pydantic', 'yaml', 'jinja2', 'argcomplete', 'ruamel'} & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr == "[]\n"
