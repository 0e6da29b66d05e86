"""Whatever goes wrong, its text ends with what to do: every place that tells a problem, and the last resort."""

import ast
import errno
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fabricgen import __version__
from fabricgen.cli import main

AGAIN = "see whether the file and the disk are there and yours, and run it again"
PACKAGE = Path(__file__).parent.parent / "fabricgen"
FINDINGS = {
    "validation": "what the API server would refuse: the message says what is allowed, the rule's page how",
    "objects": "the same, of objects that we write ourselves",
    "repository": "carries on what the reader of YAML says, in files that are not ours",
}
"""Parts whose problems become findings, which have a rule with a page."""
WITHOUT: dict[str, tuple[int, str]] = {
    "commands/import_.py": (1, "the message ends with it"),
    "commands/init.py": (3, "the message names the flag, or the file that is to be another"),
    "commands/lint.py": (1, "each message says which flags go together"),
    "commands/push.py": (1, "the message says it"),
    "commands/upgrade.py": (1, "the message shows a version in the right form"),
    "commands/validate_options.py": (1, "is what to do, after all that is wrong"),
    "diff/history.py": (2, "git's own words, and its advice"),
    "documents/__init__.py": (
        2,
        "the template's file and what is wrong in it: what is right is its author's",
    ),
    "fleet/work.py": (1, "carries on what was told, hint and all"),
    "importing/flags.py": (2, "the message shows the right form"),
    "importing/imported.py": (1, "carries on what was told"),
    "importing/material.py": (1, "a path that is not there"),
    "importing/settling.py": (1, "stands after all that is wrong"),
    "lint/settings.py": (1, "carries on what the reader of YAML says"),
    "load/__init__.py": (1, "carries on what the reader of YAML says"),
    "plugins/adding.py": (2, "for the author of a plug-in: the message says what is expected"),
    "plugins/rules.py": (2, "the same"),
    "report/writing.py": (1, "the message says it"),
    "resolve/rules/disks.py": (1, "the message shows the right form"),
    "resolve/rules/labels.py": (1, "the message says what is allowed"),
    "resolve/rules/taints.py": (2, "the message says what is allowed"),
    "starting/layout.py": (2, "the system's reason: what is right is to be seen there"),
    "templates.py": (3, "Jinja's words: what is right is the template's author's"),
    "tree/plan.py": (1, "the message says it"),
    "upgrade/planning.py": (1, "each message says it"),
}
"""Places without a hint, by module: how many at most, and why they need none."""


def _problems_without_hint() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name.split("/")[0] in FINDINGS:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Problem":
                given = {one.arg for one in call.keywords}
                yield from () if given & {"hint", None} else (name,)


def test_every_problem_says_what_to_do_or_is_known_to_need_nothing() -> None:
    found = Counter(_problems_without_hint())

    assert {name: number for name, number in found.items() if number > WITHOUT.get(name, (0, ""))[0]} == {}


def test_what_is_known_to_need_nothing_is_still_there() -> None:
    assert set(WITHOUT) <= set(_problems_without_hint())


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Make `fabricgen schema` meet an error of the test's choice."""
    error: BaseException = request.param

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("fabricgen.commands.schema.run", fail)


@pytest.mark.parametrize(
    ("refusing", "told"),
    [
        (
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "a.yaml"),
            "a.yaml: the system says: Permission denied; change the permissions, or run it as the user whose file this is\n",
        ),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            "the system says: No space left on device; make room on the disk, and run it again\n",
        ),
        (
            OSError(errno.EIO, os.strerror(errno.EIO), "b.yaml"),
            f"b.yaml: the system says: Input/output error; {AGAIN}\n",
        ),
    ],
    indirect=["refusing"],
    ids=["permission", "full", "broken"],
)
@pytest.mark.usefixtures("refusing")
def test_what_the_system_refuses_is_told_without_a_traceback(
    told: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fabricgen.cli._silence", lambda _: None)  # this process goes on

    code = main(["schema"])

    assert (code, capfd.readouterr().err) == (2, told)


@pytest.mark.parametrize("refusing", [KeyboardInterrupt()], indirect=True)
@pytest.mark.usefixtures("refusing")
def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(["schema"]), *capsys.readouterr()) == (130, "", "")


@pytest.mark.parametrize("refusing", [ValueError("odd")], indirect=True)
@pytest.mark.usefixtures("refusing")
def test_a_bug_asks_for_a_report_with_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["schema"])

    lines = capsys.readouterr().err.splitlines()
    assert code == 3
    assert "ValueError: odd" in lines
    assert lines[-1].startswith(f"fabricgen {__version__}: this is a bug of fabricgen")
    assert "Please report it" in lines[-1]
