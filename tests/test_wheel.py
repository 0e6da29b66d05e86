"""What is in the wheel is enough to render: templates ship inside it, and nothing is read from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from the checkout without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_every_template_is_in_the_wheel(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("fabricgen/_templates/")}

    ours = {path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.j2")}
    assert inside == {f"fabricgen/_templates/{path}" for path in ours}


def test_the_wheel_is_typed(wheel: Path) -> None:
    assert "fabricgen/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_the_installed_wheel_renders_what_the_checkout_renders(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    clusters = tmp_path / "clusters"
    clusters.mkdir()
    (clusters / "homeops.yaml").write_bytes((ROOT / "clusters/homeops.yaml").read_bytes())
    where = "import fabricgen; print(fabricgen.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(site)}

    home = subprocess.run(
        [sys.executable, "-c", where],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    subprocess.run(
        [sys.executable, "-m", "fabricgen", "render"],
        env=environment,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert home.stdout.startswith(str(site))
    assert _tree(tmp_path / "gitops/homeops") == _tree(ROOT / "gitops/homeops")


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
