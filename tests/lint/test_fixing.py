"""`--fix`: shown first, proven, written as a whole, and never where it must not be."""

import json
import textwrap
from pathlib import Path

import pytest
from scratch_repository import RELEASE, kustomization, write_files

from fabricgen.cli import main
from fabricgen.errors import format_path
from fabricgen.finding import Finding
from fabricgen.lint.baseline import Entry
from fabricgen.lint.fixing import Fixes, plan_fixes, write_fixes
from fabricgen.lint.outcome import Found
from fabricgen.repository import Place, Repository, read_repository
from fabricgen.rules import Edit

FILE = "cilium/release.yaml"
MODE = ("spec", "values", "loadBalancer", "mode")


def _found(*edits: Edit, rule: str = "RTE001", path: tuple[str, ...] = MODE) -> Found:
    finding = Finding(rule=rule, severity="error", file=FILE, message="wrong", path=format_path(path))
    return Found(finding=finding, path=path, edits=edits)


def _set(value: str, *, path: tuple[str, ...] = MODE, file: str = FILE) -> Edit:
    return Edit(Place(file, 1, 1, path), 0, "set", path, value)


def _nothing(_: Repository) -> frozenset[Entry]:
    return frozenset()


def _plan(folder: Path, *found: Found) -> Fixes:
    return plan_fixes(read_repository(folder), found, still=_nothing)


def test_a_fix_is_a_diff_and_then_a_file(tmp_path: Path) -> None:
    write_files(tmp_path, {FILE: f"# kept\n---\n{RELEASE}---\nother: 1 # kept\n"})
    (tmp_path / FILE).chmod(0o640)

    fixes = _plan(tmp_path, _found(_set("snat")))
    write_fixes(tmp_path, fixes)

    assert fixes.diff().splitlines()[-6:] == [
        "     kubeProxyReplacement: true",
        "     loadBalancer:",
        "-      mode: dsr",
        "+      mode: snat",
        " ---",
        " other: 1 # kept",
    ]
    assert (tmp_path / FILE).read_text(
        encoding="utf-8"
    ) == f"# kept\n---\n{RELEASE}---\nother: 1 # kept\n".replace("dsr", "snat")
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o640
    assert [one.name for one in (tmp_path / "cilium").iterdir()] == ["release.yaml"]


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    (tmp_path / "cilium").mkdir()
    (tmp_path / FILE).write_bytes(RELEASE.replace("\n", "\r\n").encode())

    write_fixes(tmp_path, _plan(tmp_path, _found(_set("snat"))))

    assert (tmp_path / FILE).read_bytes() == RELEASE.replace("\n", "\r\n").replace("dsr", "snat").encode()


def test_of_two_fixes_that_contradict_each_other_the_first_is_made(tmp_path: Path) -> None:
    write_files(tmp_path, {FILE: RELEASE})
    above = ("spec", "values", "loadBalancer")

    fixes = _plan(
        tmp_path,
        _found(_set("snat")),
        _found(_set("hybrid"), rule="RTE002"),
        _found(Edit(Place(FILE, 1, 1, above), 0, "remove", above), rule="RTE003"),
    )

    assert [one.finding.rule for one in fixes.fixed] == ["RTE001"]
    assert [(one.found.finding.rule, one.reason) for one in fixes.refused] == [
        ("RTE002", "it contradicts a fix that is made now; run again afterwards"),
        ("RTE003", "it contradicts a fix that is made now; run again afterwards"),
    ]


def test_one_edit_may_mend_two_findings(tmp_path: Path) -> None:
    write_files(tmp_path, {FILE: RELEASE})

    fixes = _plan(tmp_path, _found(_set("snat")), _found(_set("snat"), rule="RTE002"))

    assert len(fixes.fixed) == 2
    assert fixes.refused == ()


def test_a_fix_of_which_one_edit_cannot_be_made_is_not_made_at_all(tmp_path: Path) -> None:
    write_files(tmp_path, {FILE: RELEASE, "other.yaml": "a: text\n"})

    fixes = _plan(tmp_path, _found(_set("snat"), _set("x", path=("a", "b"), file="other.yaml")))

    assert fixes.changed == {}
    assert [one.reason for one in fixes.refused] == ["a is text in this file, or written elsewhere"]


def test_a_fix_after_which_the_rule_still_finds_something_is_not_made(tmp_path: Path) -> None:
    write_files(tmp_path, {FILE: RELEASE})
    entry = Entry("RTE001", FILE, "", format_path(MODE))

    fixes = plan_fixes(
        read_repository(tmp_path),
        [_found(_set("hybrid")), _found(_set("2h", path=("spec", "interval")), rule="X")],
        still=lambda _: frozenset({entry}),
    )

    assert [one.reason for one in fixes.refused] == ["the rule would still find it"]
    assert "hybrid" not in fixes.diff()
    assert "+  interval: 2h" in fixes.diff()


SOPS = "sops:\n  mac: ENC[AES256_GCM,data:a]\n  lastmodified: '2026-01-01T00:00:00Z'\n"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({FILE: RELEASE + SOPS}, "the file is encrypted"),
        (
            {
                FILE: RELEASE,
                ".fabricgen.json": '{"version": 1, "generator": "fabricgen", "files": {"cilium/release.yaml": "sha256:'
                + "0" * 64
                + '"}}',
            },
            "fabricgen generates this file: change the description instead, and render",
        ),
        ({FILE: "\ufeff" + RELEASE}, "the file starts with a byte order mark"),
        ({FILE: RELEASE.replace("\n", "\r\n", 3)}, "the file has line ends of two kinds"),
    ],
    ids=["encrypted", "generated", "marked", "mixed"],
)
def test_some_files_are_never_touched(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    (tmp_path / "cilium").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode())

    fixes = _plan(tmp_path, _found(_set("snat")))

    assert fixes.changed == {}
    assert [one.reason for one in fixes.refused] == [reason]


def test_a_foreign_file_in_a_generated_tree_may_be_fixed(tmp_path: Path) -> None:
    record = '{"version": 1, "generator": "fabricgen", "files": {}}'
    write_files(tmp_path, {FILE: RELEASE, ".fabricgen.json": record})

    assert _plan(tmp_path, _found(_set("snat"))).refused == ()


def test_a_fix_of_a_rule_is_shown_made_and_found_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        RELEASE.replace("dsr", "snat")
        + "    cgroup: # mounted by Talos\n      automount: { enabled: false }\n"
    )
    monkeypatch.chdir(write_files(tmp_path, {FILE: text}))
    fixed = text.replace("automount", "autoMount")

    assert main(["lint", "--only", "CIL001", "--fix", "--diff"]) == 1
    shown = capsys.readouterr()
    assert (tmp_path / FILE).read_text(encoding="utf-8") == text
    assert main(["lint", "--only", "CIL001", "--fix"]) == 0
    made = capsys.readouterr()

    assert (tmp_path / FILE).read_text(encoding="utf-8") == fixed
    assert (
        "+      autoMount: {enabled: false}" in shown.out
        or "+      autoMount: { enabled: false }" in shown.out
    )
    assert made.out.startswith(shown.out)
    assert made.out.endswith("nothing found; 1 file with 1 document read\n")
    assert "1 finding fixed in 1 file" in made.err


def test_values_that_a_generator_puts_into_a_config_map_are_fixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, _, values = RELEASE.replace("dsr", "snat").partition("  values:\n")
    values = textwrap.dedent(values) + "cgroup:\n  automount: { enabled: false }\n"
    generator = "configMapGenerator: [{ name: cilium-values, files: [values.yaml] }]\n"
    files = {
        "flux.yaml": kustomization("cilium", path="cilium"),
        FILE: f"{release}  valuesFrom: [{{ kind: ConfigMap, name: cilium-values }}]\n",
        "cilium/kustomization.yaml": f"namespace: kube-system\nresources: [release.yaml]\n{generator}",
        "cilium/values.yaml": values,
    }
    monkeypatch.chdir(write_files(tmp_path, files))

    assert main(["lint", "--only", "CIL001", "--fix"]) == 0

    assert (tmp_path / "cilium/values.yaml").read_text(encoding="utf-8") == values.replace(
        "automount", "autoMount"
    )


def test_sarif_carries_the_fix_of_a_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = RELEASE.replace("dsr", "snat") + "    cgroup:\n      automount:\n        enabled: false\n"
    monkeypatch.chdir(write_files(tmp_path, {FILE: text}))

    main(["lint", "--only", "CIL001", "--format", "sarif"])

    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"].endswith(FILE)
    assert change["replacements"][0]["insertedContent"]["text"] == "      autoMount:\n"


def test_nothing_to_fix_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {FILE: RELEASE.replace("dsr", "snat")}))

    assert main(["lint", "--only", "RTE001", "--fix"]) == 0
    assert main(["lint", "--only", "RTE001", "--fix", "--dry-run"]) == 0
    assert "0 findings can be fixed in 0 files" in capsys.readouterr().err
