"""Versions: of Python, of fabricgen against what hooks and workflows pin, of programs against what descriptions want.

Which programs a cluster needs, `documents.bootstrap` knows.
"""

import platform
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import which
from typing import Final

from fabricgen import __version__
from fabricgen.cluster import Cluster
from fabricgen.doctor.automation import workflows
from fabricgen.doctor.line import Line
from fabricgen.documents.bootstrap.order import order_of
from fabricgen.versions import Version, format_minor, minor_of, parse_version

_PINNING: Final = (".pre-commit-config.yaml", "Makefile", "requirements.txt")
_PIN: Final = re.compile(
    r"fabricgen(?:\[[^\]\n]*\])?\s*==\s*(?P<exact>\d[\w.+-]*)"
    r"|fabricgen(?:\.git)?@v?(?P<tag>\d+\.\d+\.\d[\w.+-]*)"
    r"|fabricgen(?:\.git)?[\"']?[ \t]*(?:#[^\n]*)?\n(?:[ \t]*#[^\n]*\n)*[ \t]*rev:[ \t]*[\"']?v?(?P<rev>\d+\.\d+\.\d[\w.+-]*)"
)
"""`fabricgen==0.1.0` of pip, `…/fabricgen@v0.1.0` of actions and of git+https, and `rev` below `repo` of pre-commit."""
_TOLD: Final[Mapping[str, Sequence[str]]] = {
    "kubectl": ("version", "--client"),
    "talosctl": ("version", "--client", "--short"),
    "helm": ("version", "--short"),
    "flux": ("--version",),
}
_SECONDS: Final = 10


def see_python() -> Line:
    """Return the Python that runs this; an older one than is needed could not."""
    return Line(about="python", status="ok", said=f"Python {platform.python_version()}")


def see_versions(root: Path) -> Iterator[Line]:
    """Yield each place that pins another fabricgen than this one, or one line where none does."""
    places = [*(root / name for name in _PINNING), *workflows(root)]
    pins = [one for place in places if place.is_file() for one in _pins(place)]
    other = [(place, version) for place, version in pins if version != __version__]
    for place, version in other:
        yield Line(
            about="fabricgen",
            status="problem",
            said=f"{place} pins fabricgen {version}, and this is {__version__}: they may render differently",
            todo=f"write {__version__} there, or: pipx install --force fabricgen=={version}",
        )
    if pins and not other:
        yield Line(
            about="fabricgen", status="ok", said=f"fabricgen {__version__}, as is pinned {len(pins)} times"
        )
    if not pins:
        said = f"fabricgen {__version__}, and nothing pins it: others may render with another one"
        yield Line(about="fabricgen", status="note", said=said, todo="pin it in the workflow: docs/ci.md")


def _pins(place: Path) -> Iterator[tuple[str, str]]:
    """Yield `file:line` and version of each pin."""
    text = place.read_text(encoding="utf-8", errors="replace")
    for found in _PIN.finditer(text):
        group = found.lastgroup or "exact"
        line = text.count("\n", 0, found.start(group)) + 1
        yield f"{place}:{line}", found[group].rstrip(".")


def see_programs(clusters: Sequence[Cluster]) -> Iterator[Line]:
    """Yield for each program that bringing up a cluster needs whether it is there, in a version that goes with it."""
    needed: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        for tool in order_of(cluster).tools:
            needed.setdefault(tool.name, []).append(cluster)
    for name, wanting in sorted(needed.items()):
        yield from _program(name, wanting)


def _program(name: str, clusters: Sequence[Cluster]) -> Iterator[Line]:
    if which(name) is None:
        who = ", ".join(one.name for one in clusters)
        said = f"{name} is not on PATH; bringing up {who} needs it"
        yield Line(about="programs", status="note", said=said, todo=f"install {name}")
        return
    version = _version(name) if name in _TOLD else None
    if version is None:
        yield Line(about="programs", status="ok", said=f"{name} is there")
        return
    wrong = [line for one in clusters if (line := _misfit(name, version, one))]
    yield from wrong
    if not wrong:
        yield Line(about="programs", status="ok", said=f"{name} {version}")


def _version(name: str) -> Version | None:
    """Return which version a program says it has; None if it says none, or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a program of the user's, by its name
            [name, *_TOLD[name]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"v?(\d+\.\d+\.\d+)", done.stdout)
    return parse_version(found[1]) if found else None


def _misfit(name: str, version: Version, cluster: Cluster) -> Line | None:
    """Return a note if a program does not go with a cluster."""
    wanted = _FITS[name](version, cluster)
    if not wanted:
        return None
    said = f"{name} {version} is not for {cluster.name}, which wants {wanted}"
    return Line(about="programs", status="note", said=said, todo=f"install {name} {wanted}")


def _kubectl(version: Version, cluster: Cluster) -> str:
    """Source: https://kubernetes.io/releases/version-skew-policy/#kubectl."""
    kubernetes = cluster.versions.kubernetes
    fits = version.major == kubernetes.major and abs(version.minor - kubernetes.minor) <= 1
    return "" if fits else f"{format_minor(minor_of(kubernetes))}, or one minor away"


def _talosctl(version: Version, cluster: Cluster) -> str:
    """Source: https://docs.siderolabs.com/talos/v1.12/getting-started/talosctl, the note on its version."""
    docker = cluster.talos.docker if cluster.talos else None
    talos = docker.talosctl if docker else cluster.versions.talos
    return format_minor(minor_of(talos)) if talos and minor_of(talos) != minor_of(version) else ""


def _flux(version: Version, cluster: Cluster) -> str:
    """As the bootstrap wants it: the version that it installs."""
    flux = cluster.versions.flux
    return str(flux) if minor_of(flux) != minor_of(version) else ""


def _helm(version: Version, _: Cluster) -> str:
    """Registries are read since 3.8: https://helm.sh/docs/topics/registries/."""
    return "" if (version.major, version.minor) >= (3, 8) else "3.8 or newer"


_FITS: Final[Mapping[str, Callable[[Version, Cluster], str]]] = {
    "flux": _flux,
    "helm": _helm,
    "kubectl": _kubectl,
    "talosctl": _talosctl,
}
