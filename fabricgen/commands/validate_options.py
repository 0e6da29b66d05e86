"""What `fabricgen validate` is told: kubeconform's flags, those of flux-schema that it lacks, and our own.

Read by `validate`. Nothing heavy is imported, so that help and mistakes cost nothing.
"""

from __future__ import annotations

import os

from fabricgen.commands.go_flags import read_flags
from fabricgen.commands.help_text import filled, foot
from fabricgen.commands.validate_flags import FLAGS, ONE_DASH

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Final

    from fabricgen.commands.go_flags import Flag


class Settings:
    """What the command line says; the defaults are those of a run without flags."""

    def __init__(self) -> None:
        self.paths: tuple[str, ...] = ()
        self.schema_locations: tuple[str, ...] = ()
        self.kubernetes = "master"
        self.talos = ""
        self.strict = True
        self.cel = True
        self.skip: tuple[str, ...] = ()
        self.reject: tuple[str, ...] = ()
        self.ignore_files: tuple[str, ...] = ()
        self.skip_paths: tuple[str, ...] = ()
        self.ignore_missing_schemas = False
        self.fail_fast = False
        self.jobs = 0
        self.cached = True
        self.cache_dir = ""
        self.http_cache = ""
        self.insecure = False
        self.output = "text"
        self.summary = False
        self.verbose = False
        self.color = "auto"
        self.debug = False
        self.help = False
        self.version = False


_HEAD: Final = """\
usage: fabricgen validate [FLAG]... [FILE | FOLDER | GLOB | -]...

Would the API server take these documents? Files, folders (.yaml, .yml and .json below them), globs, or `-` for
stdin, which is also read when nothing is named and something is piped in. Flags are kubeconform's, with one dash or
two, as `-flag value` or `-flag=value`.
"""
_TAIL: Final = """
What differs from kubeconform: unknown fields are refused unless --no-strict; CEL rules are evaluated unless --no-cel;
a named file is read whatever its suffix; hidden files and folders are left out of folders; a file that is named twice
is read once; flags may follow paths. flux-schema's -v is -verbose here, because kubeconform's -v is the version.
"""
EXAMPLES: Final = (
    (
        "fabricgen validate -summary -skip Secret gitops/",
        "all files below a folder, with the numbers at the end",
    ),
    ("kustomize build gitops/home/flux | fabricgen validate", "what another program prints"),
    (
        "fabricgen validate -output github gitops/",
        "in a workflow: findings stand beside the lines of a pull request",
    ),
    (
        "fabricgen validate -kubernetes-version 1.34 -strict=false gitops/",
        "as another version, unknown fields allowed",
    ),
)
EXIT_CODES: Final = "0 all valid, 1 findings, 2 the input is wrong (a flag, or a path that is not there), 3 a bug of fabricgen"
PAGE: Final = "docs/validate.md"


def read_settings(arguments: Sequence[str]) -> Settings:
    """Return what the arguments after `validate` say.

    Raises:
        ProblemsError: with every flag and value that is wrong, each with the nearest right one.
    """
    settings = Settings()
    every = [flag for flags in FLAGS.values() for flag in flags]
    paths, wrong = read_flags(arguments, every, into=settings)
    if wrong and not settings.help:
        from fabricgen.errors import Problem, ProblemsError  # noqa: PLC0415 - only a run that fails pays for it

        told = [Problem(message=message, hint=hint) for message, hint in wrong]
        raise ProblemsError([*told, Problem(message="fabricgen validate -h lists all flags")])
    settings.paths = tuple(paths)
    return settings


def default_cache(environment: Mapping[str, str]) -> str:
    """Return the folder for verdicts, after the XDG Base Directory Specification; empty when there is no home."""
    if (place := environment.get("XDG_CACHE_HOME", "")).startswith("/"):
        return os.path.join(place, "fabricgen")  # noqa: PTH118 - importing pathlib takes 8 ms
    home = environment.get("HOME") or environment.get("LOCALAPPDATA")
    return os.path.join(home, ".cache", "fabricgen") if home else ""  # noqa: PTH118 - the same


def help_text() -> str:
    """Return what `-h` prints: every flag, with all its names."""
    parts = [_paragraphs(_HEAD)]
    for title, flags in FLAGS.items():
        parts += [f"\n{title}:\n", *(line for flag in flags for line in _describe(flag))]
    return "".join(
        (*parts, "\n", _paragraphs(_TAIL), "\n", foot(EXAMPLES, exit_codes=EXIT_CODES, page=PAGE), "\n")
    )


def _paragraphs(text: str) -> str:
    return "\n\n".join(filled(one) for one in text.split("\n\n")) + "\n"


def _describe(flag: Flag) -> Iterator[str]:
    names = ", ".join(
        f"-{name}" if len(name) == 1 or name in ONE_DASH else f"--{name}" for name in flag.names
    )
    yield f"  {names} {flag.takes}".rstrip() + "\n"
    yield filled(flag.help, indent="      ") + "\n"
