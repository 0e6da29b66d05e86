"""What is in the wheel is enough to render and to validate: templates and the bundle of schemas ship inside it.

Nothing is read from the checkout, and the whole installation stays small.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
BUNDLE = "fabricgen/schemas/_bundle/"


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


def test_the_bundle_of_schemas_is_in_the_wheel_and_is_small(wheel: Path) -> None:
    inside = [one for one in zipfile.ZipFile(wheel).infolist() if one.filename.startswith(BUNDLE)]

    minors = {f"{BUNDLE}1.{minor}" for minor in range(29, 38)}
    assert {one.filename for one in inside} == minors | {f"{BUNDLE}definitions.jsonl"}
    assert sum(one.compress_size for one in inside) < 500_000


def test_the_installed_wheel_knows_the_kinds_of_kubernetes(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        "from fabricgen.schemas import Kind; from fabricgen.schemas.bundle import BundledSchemas as B;"
        "s = B('1.29').find(Kind('apps', 'v1', 'Deployment')); print(s.origin, sorted(s.body['properties']))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "Kubernetes 1.29 ['apiVersion', 'kind', 'metadata', 'spec', 'status']\n"


def test_an_installation_with_all_that_it_requires_is_at_most_120_mb(wheel: Path) -> None:
    own = sum(one.file_size for one in zipfile.ZipFile(wheel).infolist())
    required = {one.name: one for one in _required(distribution("fabricgen"))}

    total = own + sum(_size(one) for one in required.values())

    assert {"pydantic", "pydantic_core"} <= set(required)
    assert total < 120_000_000


def _required(installed: Distribution) -> Iterator[Distribution]:
    """Yield what a distribution requires here to run, and what that requires in turn."""
    for text in installed.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found = distribution(requirement.name)
            yield found
            yield from _required(found)


def _size(installed: Distribution) -> int:
    """Return the bytes of all files, without those that Python compiles when they are first used."""
    files = [Path(str(file.locate())) for file in installed.files or () if file.suffix != ".pyc"]
    return sum(file.stat().st_size for file in files)


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
