"""The script that installs the real tools, where it can install nothing: without Go and without a package index."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script needs of a checkout, with nothing installed."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / "tests" / "tools", tmp_path / "tests" / "tools")
    return tmp_path


def _install(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = checkout / "scripts" / "install_tools.py"
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        env={"PATH": str(checkout), "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_tool_that_cannot_be_installed_is_skipped_with_the_reason(checkout: Path) -> None:
    done = _install(checkout)

    assert (done.returncode, done.stdout) == (0, "")
    assert "goyaml: skipped, there is no go on PATH\n" in done.stderr
    assert "kubectl: skipped, " in done.stderr
    assert list((checkout / ".tools" / "bin").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "environment"), [(["--require"], {}), ([], {"FABRICGEN_REQUIRE_TOOLS": "1"})]
)
def test_a_tool_that_cannot_be_installed_is_a_failure_where_tools_are_required(
    arguments: list[str], environment: dict[str, str], checkout: Path
) -> None:
    done = _install(checkout, *arguments, **environment)

    assert done.returncode == 1


@pytest.mark.tools
def test_an_optional_tool_that_cannot_be_installed_is_no_failure_and_what_stands_in_is_said(
    checkout: Path, tool: Callable[[str], str]
) -> None:
    installed = Path(tool("goyaml")).parent.parent
    shutil.copytree(installed / "stamps", checkout / ".tools" / "stamps")
    shutil.copytree(installed / "bin", checkout / ".tools" / "bin", copy_function=os.symlink)
    (checkout / ".tools" / "stamps" / "flux-schema").unlink(missing_ok=True)

    done = _install(checkout, "--require")

    assert "flux-schema: skipped, there is no go on PATH; its verdicts as recorded" in done.stderr
    assert done.returncode == 0


def test_a_folder_that_is_not_the_source_of_the_pinned_flux_schema_is_refused(checkout: Path) -> None:
    source = checkout / "flux-schema"
    source.mkdir()
    (source / "go.mod").touch()
    (source / "go.sum").touch()

    done = _install(checkout, FABRICGEN_FLUX_SCHEMA_SOURCE=str(source))

    assert f"flux-schema: skipped, FABRICGEN_FLUX_SCHEMA_SOURCE: {source} is not the source of v0.11.0; " in (
        done.stderr
    )


def test_a_folder_without_a_module_is_no_source_of_flux_schema(checkout: Path) -> None:
    done = _install(checkout, FABRICGEN_FLUX_SCHEMA_SOURCE=str(checkout))

    assert "flux-schema: skipped, FABRICGEN_FLUX_SCHEMA_SOURCE: there is no " in done.stderr


@pytest.mark.tools
@pytest.mark.parametrize("name", ["kubectl", "goyaml", "kubeconform", "apiserver", "talos-1.12"])
def test_what_is_there_already_needs_neither_go_nor_an_index(
    name: str, checkout: Path, tool: Callable[[str], str]
) -> None:
    (checkout / ".tools").symlink_to(Path(tool(name)).parent.parent)

    done = _install(checkout)

    assert f"{name}: already there\n" in done.stderr


def test_a_program_from_other_pins_is_not_taken_for_the_pinned_one(checkout: Path) -> None:
    (checkout / ".tools" / "bin").mkdir(parents=True)
    (checkout / ".tools" / "stamps").mkdir()
    (checkout / ".tools" / "bin" / "goyaml").touch(mode=0o755)
    (checkout / ".tools" / "stamps" / "goyaml").write_text("pins of another day", encoding="utf-8")

    done = _install(checkout)

    assert "goyaml: skipped, there is no go on PATH\n" in done.stderr
