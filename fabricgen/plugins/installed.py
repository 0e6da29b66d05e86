"""Finds what packages bring under an entry point, and loads it. Fed by names that people wrote; used by `adding` and `rules`.

Source: https://packaging.python.org/en/latest/specifications/entry-points/.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from fabricgen.errors import Problem, ProblemsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What one package brings under one name, not loaded yet."""

    name: str
    package: str
    version: str
    entry: EntryPoint

    @property
    def told(self) -> str:
        """How people name it: `lanes of acme-fabric 1.2.0`."""
        return f"{self.name} of {self.package} {self.version}".rstrip()

    def load(self) -> Any:  # noqa: ANN401 - whatever the entry point names
        """Return the object. Raises ProblemsError with the package's name, whatever goes wrong in it."""
        try:
            return self.entry.load()
        except Exception as error:
            message = f"the plug-in {self.told} cannot be loaded: {type(error).__name__}: {error}"
            hint = f"update or mend {self.package}; it is to give {self.entry.value}"
            raise ProblemsError([Problem(message=message, hint=hint)]) from error


@lru_cache(maxsize=2)
def installed(group: str) -> Mapping[str, tuple[Installed, ...]]:
    """Return what all packages bring under an entry point's group, by name; by package within."""
    found: dict[str, dict[tuple[str, str], Installed]] = {}
    for entry in entry_points(group=group):
        package = entry.dist.name if entry.dist else "an unknown package"
        version = entry.dist.version if entry.dist else ""
        one = Installed(name=entry.name, package=package, version=version, entry=entry)
        found.setdefault(entry.name, {})[package, entry.value] = one
    return {name: tuple(found[name][key] for key in sorted(found[name])) for name in sorted(found)}


def find_one(group: str, name: str, *, kind: str) -> Installed:
    """Return what the only package brings under `name`; `kind` is what people call it.

    Raises ProblemsError if no package does, with the nearest name, or if several do.
    """
    known = installed(group)
    brought = known.get(name, ())
    if not brought:
        hint = _nearest(name, known)
        raise ProblemsError([Problem(message=f"no installed package brings the {kind} {name}", hint=hint)])
    if len(brought) > 1:
        packages = " and ".join(f"{one.package} {one.version}" for one in brought)
        message = f"the {kind} {name} is brought by {packages}"
        raise ProblemsError([Problem(message=message, hint="uninstall all but one of them")])
    return brought[0]


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    if near:
        return f"did you mean {near[0]}?"
    others = ", ".join(known)
    there = f"installed are {others}; " if others else ""
    return f"{there}install the package that brings it beside fabricgen"
