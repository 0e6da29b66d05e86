"""What is shipped: the same bytes from the same source, and an installation by pip, pipx or uv that renders."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import fabricgen

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DESCRIPTION = ROOT / "clusters" / "k3s-homelab.yaml"


def _build(source: Path, output: Path, **environment: str) -> dict[str, str]:
    """Return the digests of wheel and sdist, by name."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(output), str(source)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in output.iterdir()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git knows, with time stamps and modes of its own."""
    folder = tmp_path_factory.mktemp("another place") / "fabricgen"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(lambda one: (ROOT / one).is_file(), listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
        os.utime(folder / name, (1_000_000_000, 1_000_000_000))
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    output = tmp_path_factory.mktemp("dist")
    _build(source, output)
    return next(output.glob("*.whl"))


def test_the_same_source_gives_the_same_wheel_and_sdist(source: Path, wheel: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    shutil.copytree(source, again, copy_function=shutil.copy)

    digests = _build(again, tmp_path / "dist", TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")

    first = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in wheel.parent.iterdir()}
    assert digests == first
    assert len(first) == 2


def test_the_version_comes_from_one_place(wheel: Path) -> None:
    command = ["git", "grep", "-lF", f'"{fabricgen.__version__}"', "--", "*.py", "*.toml"]

    named = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()

    assert wheel.name == f"fabricgen-{fabricgen.__version__}-py3-none-any.whl"
    assert "fabricgen/__init__.py" in named
    assert "pyproject.toml" not in named


def test_a_release_needs_a_section_of_the_changelog_and_the_tag_of_the_code(wheel: Path) -> None:
    command = [sys.executable, "scripts/release.py", "check", "v99.0.0", str(wheel.parent)]

    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert f"the tag says 99.0.0, fabricgen/__init__.py {fabricgen.__version__}" in done.stderr
    assert "CHANGELOG.md has no section '## [99.0.0] - <date>'" in done.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda one: one.stem)
def test_actions_of_others_are_pinned_by_commit(workflow: Path) -> None:
    used = re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))

    # PyPA moves this branch with each release, and asks for it to be followed.
    followed = {"pypa/gh-action-pypi-publish@release/v1"}
    assert used
    assert [one for one in used if one not in followed and not re.search(r"@[0-9a-f]{40}$", one)] == []


def test_only_the_job_that_publishes_may_sign_as_us_to_pypi() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]

    assert jobs["pypi"]["permissions"] == {"id-token": "write"}
    assert jobs["pypi"]["environment"] == "pypi"
    assert "run" not in {key for step in jobs["pypi"]["steps"] for key in step}


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()

    last = [line for line in lines if line.startswith("USER")][-1]

    assert last == "USER 65532:65532"
    assert lines.index(last) > max(index for index, line in enumerate(lines) if line.startswith("FROM"))


def test_what_the_image_is_built_from_is_not_ignored() -> None:
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8")

    assert (ROOT / ".dockerignore").read_text(encoding="utf-8") == ignored
    allowed = re.findall(r"(?m)^!(\S+)$", ignored)
    assert [one for one in allowed if one != "dist" and not (ROOT / one).exists()] == []


def _pip(tool: Callable[[str], str], wheel: Path, folder: Path) -> Path:
    del tool
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    command = [str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "venv/bin/fabricgen"


def _pipx(tool: Callable[[str], str], wheel: Path, folder: Path) -> Path:
    places = {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin")}
    command = [tool("pipx"), "install", "--python", sys.executable, str(wheel)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **places})
    return folder / "bin/fabricgen"


def _uv(tool: Callable[[str], str], wheel: Path, folder: Path) -> Path:
    places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    command = [tool("uv"), "tool", "install", "--python", sys.executable, str(wheel)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **places})
    return folder / "bin/fabricgen"


@pytest.mark.tools
@pytest.mark.parametrize("install", [_pip, _pipx, _uv], ids=["pip", "pipx", "uv tool"])
def test_an_installed_wheel_renders_and_checks(
    install: Callable[[Callable[[str], str], Path, Path], Path],
    tool: Callable[[str], str],
    wheel: Path,
    tmp_path: Path,
) -> None:
    program = install(tool, wheel, tmp_path)
    repository = tmp_path / "repository"
    (repository / "clusters").mkdir(parents=True)
    shutil.copy(DESCRIPTION, repository / "clusters")

    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    subprocess.run([program, "render"], cwd=repository, check=True, capture_output=True)
    checked = subprocess.run([program, "check"], cwd=repository, check=False, capture_output=True, text=True)

    assert version.stdout == f"fabricgen {fabricgen.__version__}\n"
    assert checked.returncode == 0, checked.stdout + checked.stderr
