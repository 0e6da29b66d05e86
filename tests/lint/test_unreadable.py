"""YML001: what is no YAML is told, what is no business of Kubernetes' is not."""

from pathlib import Path

import pytest
from scratch_repository import kustomization, write_files

import fabricgen

BAD = "a: 1\n b: 2\n"
FLUX = {"flux/apps.yaml": kustomization("apps", path="apps"), "apps/a.yaml": "a: 1\n"}


def _listing(text: str) -> dict[str, str]:
    return {"apps/kustomization.yaml": f"resources: [a.yaml]\n{text}"}


def _severities(folder: Path, files: dict[str, str]) -> list[str]:
    found = fabricgen.lint_path(write_files(folder, files), only=["YML"])
    return [one.severity for one in found]


@pytest.mark.parametrize(
    "files",
    [
        {"apps/bad.yaml": BAD},
        {"apps/below/bad.yaml": BAD},
        {"apps/bad.yaml": BAD, "apps/kustomization.yaml": "resources: [./bad.yaml, a.yaml]\n"},
        {"apps/bad.yaml": BAD, **_listing("patches: [{ path: bad.yaml }]\n")},
        {"apps/bad.yaml": "a: !env_var x\n"},
        {"apps/bad.yaml": "{{ a }}: b: c\n"},
    ],
    ids=["in the folder", "below", "listed", "a patch", "a tag", "a template"],
)
def test_what_flux_applies_must_be_yaml(tmp_path: Path, files: dict[str, str]) -> None:
    assert _severities(tmp_path, FLUX | files) == ["error"]


@pytest.mark.parametrize(
    "files",
    [
        {"values/bad.yaml": BAD},
        {"apps/bad.yaml": BAD, **_listing("configMapGenerator: [{ name: a, files: [bad.yaml] }]\n")},
    ],
    ids=["elsewhere", "a generator's"],
)
def test_what_is_only_there_may_bite(tmp_path: Path, files: dict[str, str]) -> None:
    assert _severities(tmp_path, FLUX | files) == ["warning"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chart/templates/a.yaml", "{{- include `a` . }}\na: {{ .Values.a }}: b\n"),
        ("bootstrap/a.yaml", "#% if a %#\na: 1\n b: 2\n"),
        ("config/a.yaml", "a: !env_var b\n"),
        ("config/b.yaml", "a:\n  !!merge <<: { b: 1 }\n"),
        ("tsconfig.json", "{ // comments\n}\n"),
    ],
)
def test_files_of_other_programs_are_passed_over(tmp_path: Path, name: str, text: str) -> None:
    assert _severities(tmp_path, FLUX | {name: text}) == []
