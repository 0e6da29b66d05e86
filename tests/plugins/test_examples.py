"""The examples of docs/examples run, and are typed, beside an installed wheel; the plug-in to start from is built and used."""

import json
import os
import runpy
import shutil
import site
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import fabricgen

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
DESCRIPTION = ROOT / "clusters" / "homeops.yaml"


def _run(*words: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _wheel(source: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    _run(*command, "--wheel-dir", folder, source)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheels of fabricgen and of a copy of the plug-in.

    What they depend on is that of this environment, so that no network is needed.
    """
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(EXAMPLES / "plugin", folder / "plugin")
    wheels = [_wheel(ROOT, folder / "ours"), _wheel(folder / "plugin", folder / "theirs")]
    _run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", *wheels)
    own = _run(python, "-c", "import site; print(site.getsitepackages()[0])").strip()
    Path(own, "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    where = _run(python, "-c", "import fabricgen; print(fabricgen.__file__)", cwd=folder)
    assert where.startswith(str(folder))
    return python


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one description that switches the plug-in on."""
    more = "\ncomponents:\n  lanes: {greeting: HELLO}\nrules: [lanes]\n"
    (tmp_path / "clusters").mkdir()
    text = DESCRIPTION.read_text(encoding="utf-8") + more
    (tmp_path / "clusters" / "homeops.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_cluster_is_rendered_in_memory(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "render_in_memory.py"))["main"](ROOT / "clusters" / "goldentooth.yaml")

    assert capsys.readouterr().out.startswith("goldentooth: 17 nodes, ")


def test_the_notebook_runs_from_top_to_bottom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    path = EXAMPLES / "lint_a_tree.ipynb"
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat is typed in part

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()

    results = [cell.outputs[0].data for cell in notebook.cells if cell.cell_type == "code"]
    assert results[0]["text/plain"].isdigit()
    assert results[1]["text/plain"].startswith("Counter(")
    assert results[2]["text/markdown"].startswith("| rule | where | what |")


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads((EXAMPLES / "lint_a_tree.ipynb").read_text(encoding="utf-8"))["cells"]

    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


def test_a_rule_of_ones_own_finds_what_it_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "web.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: web}\nspec:\n  type: NodePort\n",
        encoding="utf-8",
    )

    runpy.run_path(str(EXAMPLES / "own_rule.py"))["main"](tmp_path)

    said = capsys.readouterr().out
    assert "web.yaml:5: Service web/web: spec.type: web opens a port on every node [HSE001]" in said


def test_documents_of_ones_own_are_part_of_the_tree(tmp_path: Path) -> None:
    runpy.run_path(str(EXAMPLES / "own_documents.py"))["main"](DESCRIPTION, tmp_path)

    tree = tmp_path / "homeops"
    assert 'pods: "30"' in (tree / "infrastructure" / "guests" / "guests.yaml").read_text(encoding="utf-8")
    assert "infrastructure/guests/guests.yaml" in (tree / ".fabricgen.json").read_text(encoding="utf-8")
    assert "- guests.yaml" in (tree / "flux" / "kustomization.yaml").read_text(encoding="utf-8")


def test_the_plug_in_passes_its_own_tests_where_it_is_installed(python: Path, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "plugin" / "tests", tmp_path / "tests")

    said = _run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=tmp_path)

    assert "4 passed" in said


def test_render_check_and_lint_use_the_installed_plug_in(python: Path, home: Path) -> None:
    fabricgen_ = python.parent / "fabricgen"

    _run(fabricgen_, "render", cwd=home)
    found = _run(fabricgen_, "check", "--only", "LAN", "--format", "json", cwd=home)
    linted = _run(fabricgen_, "lint", "clusters/homeops.yaml", "--only", "LAN", cwd=home)

    page = (home / "gitops" / "homeops" / "infrastructure" / "lanes" / "page.yaml").read_text(
        encoding="utf-8"
    )
    assert "title: HELLO to homeops" in page
    findings = json.loads(found)["findings"]
    assert [(one["rule"], one["message"].partition(" (")[0]) for one in findings] == [
        ("LAN002", "HELLO shouts")
    ]
    assert "warning LAN002 HELLO shouts" in linted


def test_the_same_description_is_refused_where_the_plug_in_is_not_installed(home: Path) -> None:
    with pytest.raises(fabricgen.ResolveError, match=r"components.lanes: no installed package brings"):
        fabricgen.resolve_cluster(fabricgen.load_file(home / "clusters" / "homeops.yaml"))


def test_the_examples_are_typed_against_the_installed_wheel(python: Path, tmp_path: Path) -> None:
    scripts = sorted(EXAMPLES.glob("*.py"))
    shutil.copytree(EXAMPLES / "plugin" / "src", tmp_path / "src")

    said = _run(
        *(sys.executable, "-m", "mypy", "--strict", "--python-executable", python),
        *("--config-file", os.devnull, "--cache-dir", tmp_path / "cache"),
        *scripts,
        *sorted((tmp_path / "src" / "fabricgen_lanes").glob("*.py")),
        cwd=tmp_path,
    )

    assert said.startswith("Success")
