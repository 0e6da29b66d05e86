"""Which of Talos' schemas count: those that are pulled, the version that is told, and our models where there are none."""

from pathlib import Path

import pytest
from pulled_talos import write_pulled

from fabricgen.errors import ProblemsError
from fabricgen.validation.options import Options
from fabricgen.validation.result import Summary, Verdict
from fabricgen.validation.run import validate

OURS = "machine: {certSANs: [10.0.0.5]}\n"
THEIRS = "machine: {udev: {rules: [a]}}\n"
WRONG = "machine: {udev: {rule: [a]}}\n"


def _run(
    folder: Path, *, pulled: Path | None = None, talos: str = "", ignore: bool = False
) -> tuple[Verdict, Summary]:
    options = Options(
        schema_locations=("default", str(pulled)) if pulled else ("default",),
        talos=talos,
        ignore_missing_schemas=ignore,
        every=True,
        jobs=1,
    )
    verdict, summary = validate([str(folder)], options)
    assert isinstance(verdict, Verdict)
    assert isinstance(summary, Summary)
    return verdict, summary


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def _patch(repository: Path, text: str) -> Path:
    path = repository / "patch.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_schemas_what_our_models_take_is_valid(repository: Path) -> None:
    verdict, _ = _run(_patch(repository, OURS))

    assert verdict.status == "valid"


def test_without_schemas_what_our_models_refuse_cannot_be_told(repository: Path) -> None:
    verdict, summary = _run(_patch(repository, THEIRS), talos="1.12")

    assert (verdict.status, verdict.missing_schema) == ("error", True)
    assert verdict.reason == (
        "there is no schema of Talos 1.12's config here; `fabricgen schemas pull --talos 1.12` fetches it"
    )
    assert summary.missing == (("v1alpha1/MachineConfig", 1),)


def test_a_missing_schema_may_be_overlooked(repository: Path) -> None:
    verdict, _ = _run(_patch(repository, THEIRS), ignore=True)

    assert (verdict.status, verdict.findings) == ("skipped", ())


@pytest.mark.schemas
@pytest.mark.parametrize(("text", "status"), [(OURS, "valid"), (THEIRS, "valid"), (WRONG, "invalid")])
def test_pulled_schemas_decide(
    text: str, status: str, repository: Path, tmp_path: Path, schemas_dir: Path
) -> None:
    pulled = write_pulled(tmp_path / "pulled", schemas=schemas_dir)

    verdict, _ = _run(_patch(repository, text), pulled=pulled)

    assert verdict.status == status


@pytest.mark.schemas
def test_the_folder_of_the_repository_is_found(repository: Path, schemas_dir: Path) -> None:
    write_pulled(repository / "schemas", schemas=schemas_dir, minors=(12,))

    verdict, _ = _run(_patch(repository, WRONG))

    assert [(one.rule, one.line, one.path) for one in verdict.findings] == [
        ("TLS001", 1, "machine.udev.rule")
    ]


@pytest.mark.schemas
@pytest.mark.parametrize(
    ("talos", "status", "said"),
    [
        ("1.11", "invalid", "HostnameConfig comes with Talos 1.12; this is judged as 1.11"),
        ("v1.12.4", "valid", ""),
        ("", "valid", ""),
    ],
)
def test_the_version_that_is_told_is_the_one_that_counts(
    talos: str, status: str, said: str, repository: Path, schemas_dir: Path
) -> None:
    pulled = write_pulled(repository / "pulled", schemas=schemas_dir)
    path = _patch(repository, "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n")

    verdict, _ = _run(path, pulled=pulled, talos=talos)

    assert verdict.status == status
    assert " ".join(one.message for one in verdict.findings) == said


@pytest.mark.schemas
def test_a_kind_of_a_newer_minor_than_is_pulled_has_no_schema_here(
    repository: Path, tmp_path: Path, schemas_dir: Path
) -> None:
    pulled = write_pulled(tmp_path / "pulled", schemas=schemas_dir, minors=(11,))
    path = _patch(repository, "apiVersion: v1alpha1\nkind: UdevRulesConfig\nrules: []\n")

    verdict, _ = _run(path, pulled=pulled)

    assert verdict.missing_schema
    assert "fabricgen schemas pull --talos 1.14" in verdict.reason


@pytest.mark.schemas
def test_an_older_field_is_a_word_on_a_valid_document(
    repository: Path, tmp_path: Path, schemas_dir: Path
) -> None:
    pulled = write_pulled(tmp_path / "pulled", schemas=schemas_dir, minors=(14,))
    path = _patch(repository, "cluster: {proxy: {disabled: true}}\n")

    verdict, summary = _run(path, pulled=pulled)

    assert (verdict.status, [one.severity for one in verdict.findings]) == ("valid", ["warning"])
    assert summary.valid == 1


@pytest.mark.schemas
def test_a_schema_that_is_not_the_locked_one_is_told(
    repository: Path, tmp_path: Path, schemas_dir: Path
) -> None:
    pulled = write_pulled(tmp_path / "pulled", schemas=schemas_dir, minors=(12,))
    (pulled / "talos" / "1.12.0" / "config.schema.json").write_text("{}", encoding="utf-8")

    verdict, _ = _run(_patch(repository, OURS), pulled=pulled)

    assert verdict.status == "error"
    assert "its sha256 differs" in verdict.findings[0].message


def test_what_is_no_version_is_refused(repository: Path) -> None:
    with pytest.raises(ProblemsError, match="'latest' is no version of Talos"):
        _run(_patch(repository, OURS), talos="latest")
