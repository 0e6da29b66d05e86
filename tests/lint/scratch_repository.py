"""Scratch repositories for the tests of lint: files by path, and a Git repository around them where one is needed."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: cilium
  namespace: kube-system
spec:
  interval: 1h
  chart:
    spec:
      chart: cilium
      version: 1.19.6
      sourceRef: { kind: HelmRepository, name: cilium }
  values:
    kubeProxyReplacement: true
    loadBalancer:
      mode: dsr
"""
"""A release that RTE001 finds on line 16."""


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files and return the folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git in the folder, as nobody in particular, and return what it prints."""
    who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def commit_all(folder: Path) -> None:
    """Make the folder a Git repository in which everything is committed, on the branch `main`."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=all")


def kustomization(name: str, *, path: str, depends_on: str = "") -> str:
    """Return a Flux Kustomization."""
    waits = f"  dependsOn: [{{ name: {depends_on} }}]\n" if depends_on else ""
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\n"
        "kind: Kustomization\n"
        f"metadata: {{ name: {name}, namespace: flux-system }}\n"
        "spec:\n"
        "  interval: 1h\n"
        f"  path: ./{path}\n"
        "  prune: true\n"
        f"{waits}"
        "  sourceRef: { kind: GitRepository, name: flux-system }\n"
    )
