"""A folder with small descriptions, and fabricgen run in it as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

DESCRIPTION = """\
name: NAME
kubernetes: 1.34.2
distribution: { talos: { version: v1.12.5 } }
endpoint: { host: 10.0.0.5 }
networks:
  { nodes: 10.0.0.0/24, router: 10.0.0.1, pods: 10.244.0.0/16, services: 10.96.0.0/12,
    loadBalancers: { default: { cidr: 10.0.0.240/28 } } }
nodes: [{ name: cp-1, role: control-plane, address: 10.0.0.11, disk: /dev/nvme0n1 }]
cni: { cilium: { version: 1.19.6, hubble: { enabled: true, ui: { hostname: hubble.home.lan } } } }
flux: { version: 2.9.5, operatorVersion: 0.58.1, git: { url: "https://github.com/me/home" } }
"""


def write_description(folder: Path, name: str) -> Path:
    """Write a description to clusters/<name>.yaml; return its path from `folder`."""
    path = Path("clusters", f"{name}.yaml")
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(DESCRIPTION.replace("NAME", name), encoding="utf-8")
    return path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fabricgen", *arguments]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run fabricgen in `folder`, with the memory in `folder`/cache and temporary files in `folder`/tmp."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(folder: Path) -> dict[str, str]:
    (folder / "tmp").mkdir(exist_ok=True)
    return {**os.environ, "FABRICGEN_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "tmp")}


def tree_of(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder, by path."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
