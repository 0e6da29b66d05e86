"""What kubeconform itself says about the same files, form by form; what is wrong is said in other words."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from verdict_examples import SCHEMA_PLACE, SUMMARY, VERDICTS, write_files, written

from fabricgen.validation.output import Style

pytestmark = pytest.mark.tools
Kubeconform = Callable[..., str]

EVERYTHING = Style(summary=True, verbose=True)


@pytest.fixture
def kubeconform(tool: Callable[[str], str], tmp_path: Path) -> Kubeconform:
    """Return a function that runs kubeconform over the example files and returns what it writes."""
    write_files(tmp_path)
    program = tool("kubeconform")

    def run(*flags: str) -> str:
        command = [program, "-n", "1", "-skip", "Secret", "-schema-location", SCHEMA_PLACE, *flags, "."]
        return subprocess.run(
            command, cwd=tmp_path / "files", capture_output=True, text=True, check=False
        ).stdout

    return run


def _without_messages(text: str) -> list[str]:
    """The lines up to what is wrong, without those that we add below a line."""
    own = re.compile(r"^(\s|#|No schema for: )")
    lines = [line for line in text.splitlines() if not own.match(line)]
    message = re.compile(r"((?:is invalid|failed validation): |^not ok .*?\.yaml(?: \([^)]*\))?: ).*")
    return sorted(message.sub(r"\1", line) for line in lines)


@pytest.mark.parametrize("form", ["text", "tap"])
def test_lines_are_kubeconforms_up_to_the_message(form: str, kubeconform: Kubeconform) -> None:
    theirs = kubeconform("-output", form, "-summary", "-verbose")

    ours = written(form, *VERDICTS, summary=SUMMARY, style=EVERYTHING)

    assert _without_messages(ours) == _without_messages(theirs)


def test_without_flags_the_same_documents_are_told(kubeconform: Kubeconform) -> None:
    theirs = kubeconform()

    ours = written("text", *VERDICTS, summary=SUMMARY)

    assert _without_messages(ours) == _without_messages(theirs)


def test_pretty_has_kubeconforms_marks_and_colours(kubeconform: Kubeconform) -> None:
    told = re.compile(r"is valid|is invalid|skipped|Summary")
    theirs = [
        line
        for line in kubeconform("-output", "pretty", "-summary", "-verbose").splitlines()
        if told.search(line)
    ]
    style = Style(summary=True, verbose=True, color=True)

    ours = written("pretty", *VERDICTS, summary=SUMMARY, style=style).splitlines()

    assert _without_messages("\n".join(theirs)) == _without_messages("\n".join(filter(told.search, ours)))


def _elements(xml: str) -> list[tuple[str, dict[str, str]]]:
    free = {"time", "message", "type"}
    root = ET.fromstring(xml)  # noqa: S314 - kubeconform wrote it, or we
    root.set("name", "")
    return [
        (element.tag, {key: value for key, value in element.attrib.items() if key not in free})
        for element in root.iter()
    ]


def test_junit_has_kubeconforms_suites_cases_and_numbers(kubeconform: Kubeconform) -> None:
    theirs = kubeconform("-output", "junit")

    ours = written("junit", *VERDICTS, summary=SUMMARY)

    assert _elements(ours) == _elements(theirs)


def _resources(text: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    told = json.loads(text)
    kept = ("filename", "kind", "name", "version", "status")
    summary = {key: value for key, value in told["summary"].items() if key != "missingSchemas"}
    return [{key: resource[key] for key in kept} for resource in told["resources"]], summary


@pytest.mark.parametrize("flags", [(), ("-verbose",)])
def test_json_has_kubeconforms_resources_and_summary(
    flags: tuple[str, ...], kubeconform: Kubeconform
) -> None:
    theirs = kubeconform("-output", "json", "-summary", *flags)

    ours = written("json", *VERDICTS, summary=SUMMARY, style=Style(summary=True, verbose=bool(flags)))

    assert _resources(ours) == _resources(theirs)


def test_json_points_at_what_is_wrong_as_kubeconform_does(kubeconform: Kubeconform) -> None:
    theirs = json.loads(kubeconform("-output", "json"))["resources"][0]["validationErrors"]

    ours = json.loads(written("json", VERDICTS[1]))["resources"][0]["validationErrors"]

    assert [error["path"] for error in ours] == [error["path"] for error in theirs] == ["/spec/replicas"]
    assert set(theirs[0]) <= set(ours[0])


def test_an_empty_run_is_told_as_kubeconform_tells_it(kubeconform: Kubeconform) -> None:
    nothing = ("-output", "json", "-summary", "-ignore-filename-pattern", ".")

    theirs = kubeconform(*nothing)

    assert written("json", style=Style(summary=True)) == theirs
