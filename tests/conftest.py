"""What all tests share: the real tools, upstream's schemas, and the switch that rewrites golden files.

A test that needs a tool says so with a marker and the fixture. Where the tool is missing the test is skipped with the
reason; in CI, or with FABRICGEN_REQUIRE_TOOLS=1, it fails instead.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
OPTIONAL = {"flux-schema", "docker-registry"}
"""Tools that not every proxy hands out; what they say is recorded, so a missing one is no failure in CI either."""
REQUIRED = os.environ.get("FABRICGEN_REQUIRE_TOOLS") == "1" or bool(os.environ.get("CI"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the golden files instead of comparing"
    )


@pytest.fixture(scope="session", autouse=True)
def own_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests have fabricgen remember, none of the user's runs gets to see."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FABRICGEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


def _missing(reason: str) -> None:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Return a function from a tool's name to its program: in .tools/bin, or beside this Python."""

    def find(name: str) -> str:
        for folder in (ROOT / ".tools" / "bin", Path(sys.executable).parent):
            if os.access(folder / name, os.X_OK):
                return str(folder / name)
        reason = f"{name} is not installed: `make tools` says why"
        if name in OPTIONAL:
            pytest.skip(reason)
        _missing(reason)
        return name

    return find


@pytest.fixture(scope="session")
def talos_machinery(tool: Callable[[str], str]) -> Callable[..., Any]:
    """Return a function that has requests (one, or a list) answered by Talos' own machinery of a minor."""

    def prove(asked: dict[str, Any] | list[dict[str, Any]], *, minor: str = "1.12") -> Any:
        done = subprocess.run(
            [tool(f"talos-{minor}")], input=json.dumps(asked), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return prove


@pytest.fixture(scope="session")
def schemas_dir() -> Path:
    """The folder of upstream schemas: FABRICGEN_SCHEMAS, or shared/schemas beside the checkout."""
    folder = Path(os.environ.get("FABRICGEN_SCHEMAS", ROOT.parent / "shared" / "schemas"))
    if not folder.is_dir():
        pytest.skip(f"there are no upstream schemas in {folder}")
    return folder
