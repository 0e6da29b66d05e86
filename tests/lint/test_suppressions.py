"""Suppressions: what they cover, that they need a reason, and that those which do nothing are told."""

from pathlib import Path

import pytest
from scratch_repository import RELEASE, write_files

import fabricgen
from fabricgen.lint.comments import find_comments

ONLY = ["RTE001", "LNT"]
SETTINGS = "ignore:\n  - rule: {rule}\n    reason: we know\n"


def _lint(folder: Path, text: str, **files: str) -> list[tuple[str, int]]:
    write_files(folder, {"cilium/release.yaml": text, **files})
    return [(one.rule, one.line) for one in fabricgen.lint_path(folder, only=ONLY)]


@pytest.mark.parametrize(
    "text",
    [
        RELEASE.replace("mode: dsr", "mode: dsr # fabricgen: ignore RTE001 we know"),
        RELEASE.replace("      mode: dsr", "      # fabricgen: ignore RTE001 we know\n      mode: dsr"),
        RELEASE.replace(
            "      mode: dsr", "      # fabricgen: ignore RTE001 we know\n\n      # so it is\n      mode: dsr"
        ),
        RELEASE.replace("mode: dsr", "mode: dsr # fabricgen: ignore CIL001, RTE001 we know"),
        f"# fabricgen: ignore RTE001 we know\n{RELEASE}",
        f"# fabricgen: ignore RTE001 we know\n---\n{RELEASE}",
        f"---\n# fabricgen: ignore rte001: we know\n# and more\n{RELEASE}",
        f"a: 1\n---\n# fabricgen: ignore RTE001 we know\n{RELEASE}---\nb: 2\n",
        RELEASE.replace("mode: dsr", "mode: dsr # fabricgen: ignore RTE001 we know").replace("\n", "\r\n"),
    ],
    ids=[
        "same line",
        "above",
        "far above",
        "of several",
        "object",
        "before ---",
        "after ---",
        "second",
        "crlf",
    ],
)
def test_a_comment_suppresses_at_its_place(tmp_path: Path, text: str) -> None:
    found = fabricgen.lint_path(write_files(tmp_path, {"r.yaml": text}), only=["RTE001"])

    assert found == ()


@pytest.mark.parametrize(
    "text",
    [
        RELEASE.replace("    loadBalancer:", "    # fabricgen: ignore RTE001 we know\n    loadBalancer:"),
        RELEASE.replace("mode: dsr", "mode: dsr # fabricgen: ignore CIL001 we know"),
        f"# fabricgen: ignore RTE001 we know\na: 1\n---\n{RELEASE}",
    ],
    ids=["another line", "another rule", "another object"],
)
def test_a_comment_elsewhere_suppresses_nothing(tmp_path: Path, text: str) -> None:
    found = fabricgen.lint_path(write_files(tmp_path, {"r.yaml": text}), only=["RTE001"])

    assert [one.rule for one in found] == ["RTE001"]


def test_a_comment_without_a_reason_does_not_count_and_is_told(tmp_path: Path) -> None:
    text = RELEASE.replace("mode: dsr", "mode: dsr # fabricgen: ignore RTE001")

    assert _lint(tmp_path, text) == [("RTE001", 16), ("LNT003", 16)]


def test_a_comment_that_suppresses_nothing_is_told(tmp_path: Path) -> None:
    text = RELEASE.replace("mode: dsr", "mode: snat # fabricgen: ignore RTE001 we know")

    assert _lint(tmp_path, text) == [("LNT001", 16)]


def test_a_comment_of_a_rule_that_does_not_run_is_not_called_unused(tmp_path: Path) -> None:
    text = RELEASE.replace("mode: dsr", "mode: snat # fabricgen: ignore RTE001 we know")
    write_files(tmp_path, {"r.yaml": text})

    assert fabricgen.lint_path(tmp_path, only=["LNT", "RTE002"]) == ()


def test_a_comment_of_no_rule_is_told_with_the_nearest(tmp_path: Path) -> None:
    text = RELEASE.replace("mode: dsr", "mode: snat # fabricgen: ignore RTE0O1 we know")
    write_files(tmp_path, {"r.yaml": text})

    (finding,) = fabricgen.lint_path(tmp_path, only=ONLY)

    assert finding.rule == "LNT002"
    assert "did you mean RTE001?" in finding.message


def test_text_that_only_looks_like_a_comment_is_none() -> None:
    assert find_comments("url: http://a/#fabricgen: ignore RTE001 x\n", file="a.yaml") == ()


@pytest.mark.parametrize("rule", ["RTE001", "RTE", "RTE0*", "rte001"])
def test_settings_suppress_a_rule_everywhere(tmp_path: Path, rule: str) -> None:
    write_files(tmp_path, {".fabricgen.yaml": SETTINGS.format(rule=rule), "r.yaml": RELEASE})

    assert fabricgen.lint_path(tmp_path, only=["RTE001"]) == ()


@pytest.mark.parametrize(
    ("glob", "number"),
    [
        ("cilium", 0),
        ("cilium/*.yaml", 0),
        ("**/release.yaml", 0),
        ("release.yaml", 0),
        ("other", 1),
        ("*.json", 1),
    ],
)
def test_settings_suppress_by_path(tmp_path: Path, glob: str, number: int) -> None:
    settings = f"{SETTINGS.format(rule='RTE001')}    paths: ['{glob}']\n"
    write_files(tmp_path, {".fabricgen.yaml": settings, "apps/cilium/release.yaml": RELEASE})
    moved = settings.replace("'cilium", "'apps/cilium")
    write_files(tmp_path, {".fabricgen.yaml": moved})

    assert len(fabricgen.lint_path(tmp_path, only=["RTE001"])) == number


def test_settings_that_suppress_nothing_are_told_at_their_line(tmp_path: Path) -> None:
    found = _lint(
        tmp_path, RELEASE.replace("dsr", "snat"), **{".fabricgen.yaml": SETTINGS.format(rule="RTE001")}
    )

    assert found == [("LNT001", 2)]


def test_settings_of_no_rule_are_told(tmp_path: Path) -> None:
    found = _lint(
        tmp_path, RELEASE.replace("dsr", "snat"), **{".fabricgen.yaml": SETTINGS.format(rule="XYZ001")}
    )

    assert found == [("LNT002", 2)]


def test_an_excluded_folder_is_not_read(tmp_path: Path) -> None:
    write_files(tmp_path, {".fabricgen.yaml": "exclude: [archive]\n", "archive/r.yaml": RELEASE})

    assert fabricgen.lint_path(tmp_path) == ()


def test_everything_that_is_wrong_in_the_settings_is_told_at_once(tmp_path: Path) -> None:
    text = "ignored: []\nfailOn: fatal\nexclude: archive\nignore:\n  - rule: RTE001\n    path: [a]\n"
    write_files(tmp_path, {".fabricgen.yaml": text})

    with pytest.raises(fabricgen.ProblemsError) as refused:
        fabricgen.lint_path(tmp_path)

    told = [str(one).removeprefix(f"{tmp_path}/") for one in refused.value.problems]
    assert told == [
        ".fabricgen.yaml:1: ignored: is not known; did you mean ignore?",
        ".fabricgen.yaml:2: failOn: is 'fatal'; write one of error, warning, info",
        ".fabricgen.yaml:3: exclude: is not a list; write each glob in a line of its own behind `- `",
        ".fabricgen.yaml:6: ignore[0].path: is not known; did you mean paths?",
        ".fabricgen.yaml:5: ignore[0]: has no reason; every entry names a rule and says why",
    ]
