"""The flags of `fabricgen validate`: kubeconform's, those of flux-schema that it lacks, and our own.

Read by `validate_options`. Sources: `kubeconform -h` of 0.8.0, `flux-schema validate --help` of 0.11.0.
"""

from __future__ import annotations

from fabricgen.commands.go_flags import Flag, more, number, one_of, switch, switch_off, text, words
from fabricgen.validation.output import FORMS

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final


def _version(value: str, _: object) -> str:
    """Return a Kubernetes version without its `v`; which ones there are schemas for is not decided here."""
    plain = value.removeprefix("v")
    parts = plain.split(".")
    numbers = all(part.isascii() and part.isdigit() for part in parts)
    if plain != "master" and not (numbers and len(parts) in {2, 3}):
        raise ValueError(
            f"{value!r} is no version of Kubernetes", "such as 1.36 or 1.36.2, or master for the newest"
        )
    return plain


def _minor(value: str, _: object) -> str:
    """Return a minor of Talos without its `v` and its patch."""
    major, dot, rest = value.removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    if not (dot and major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()):
        raise ValueError(f"{value!r} is no version of Talos", "such as 1.12")
    return f"{major}.{minor}"


def _name_glob(value: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return a regular expression for files whose own name, or that of a folder above them, matches a glob."""
    signs = {"*": "[^/]*", "?": "[^/]"}
    pattern = "".join(signs.get(char, char if char.isalnum() else f"\\x{{{ord(char):x}}}") for char in value)
    return (*before, f"(?:^|/){pattern}(?:/|$)")


FLAGS: Final[Mapping[str, tuple[Flag, ...]]] = {
    "Which files and documents": (
        Flag(
            "ignore-filename-pattern",
            sets="ignore_files",
            takes="REGEX",
            read=more,
            help="leave files out whose path matches this anywhere (RE2, as in Go); repeatable",
        ),
        Flag(
            "skip-file",
            sets="ignore_files",
            takes="GLOB",
            read=_name_glob,
            help="leave files and folders of this name out; repeatable. What is hidden is left out anyway",
        ),
        Flag(
            "skip",
            "skip-kind",
            sets="skip",
            takes="KIND,...",
            read=words,
            help="do not judge these kinds: Secret, v1/Secret, apps/v1/Deployment; repeatable",
        ),
        Flag(
            "reject",
            sets="reject",
            takes="KIND,...",
            read=words,
            help="refuse these kinds, whatever is in them; repeatable",
        ),
        Flag(
            "skip-json-path",
            sets="skip_paths",
            takes="POINTER",
            read=more,
            help="take a part out before judging, of all kinds or of one: /sops, v1/Secret:/data/key; repeatable",
        ),
    ),
    "How they are judged": (
        Flag(
            "kubernetes-version",
            sets="kubernetes",
            takes="VERSION",
            read=_version,
            help="the Kubernetes whose kinds are meant, such as 1.36 or 1.36.2 (default: the newest)",
        ),
        Flag(
            "talos-version",
            sets="talos",
            takes="VERSION",
            read=_minor,
            help="the Talos whose configs are meant, such as 1.12 (default: the one under which they fit best)",
        ),
        Flag(
            "strict",
            sets="strict",
            read=switch,
            help="refuse unknown fields and duplicate keys, as the API server does. This is the default here",
        ),
        Flag(
            "no-strict",
            sets="strict",
            read=switch_off,
            help="let unknown fields pass, as kubeconform does without -strict",
        ),
        Flag(
            "no-cel",
            "skip-cel-rules",
            sets="cel",
            read=switch_off,
            help="do not evaluate x-kubernetes-validations; kubeconform never does",
        ),
        Flag(
            "exit-on-error",
            "fail-fast",
            sets="fail_fast",
            read=switch,
            help="stop at the first document that is not valid",
        ),
    ),
    "Schemas": (
        Flag(
            "schema-location",
            "s",
            sets="schema_locations",
            takes="PLACE",
            read=more,
            help="where schemas are looked for: default, a folder, an address, or kubeconform's template of one; "
            "repeatable, in this order (default: default)",
        ),
        Flag(
            "ignore-missing-schemas",
            "skip-missing-schemas",
            sets="ignore_missing_schemas",
            read=switch,
            help="skip kinds that have no schema rather than fail; they are named at the end",
        ),
        Flag(
            "cache",
            sets="http_cache",
            takes="FOLDER",
            read=text,
            help="keep schemas that are fetched over HTTP in this folder",
        ),
        Flag(
            "insecure-skip-tls-verify",
            sets="insecure",
            read=switch,
            help="do not check the certificate of a schema's server: whoever sits between can change the schema",
        ),
    ),
    "Output": (
        Flag(
            "output",
            "o",
            sets="output",
            takes="FORM",
            read=one_of(*FORMS),
            help=f"{', '.join(FORMS[:-1])} or {FORMS[-1]} (default: text)",
        ),
        Flag(
            "summary", sets="summary", read=switch, help="end with the numbers (text, pretty, json, github)"
        ),
        Flag(
            "verbose",
            sets="verbose",
            read=switch,
            help="tell of valid and skipped documents too; tap and junit always do, sarif never",
        ),
        Flag(
            "color",
            sets="color",
            takes="WHEN",
            read=one_of("auto", "always", "never"),
            help="colours of pretty: auto (on a terminal, unless NO_COLOR is set), always or never",
        ),
        Flag("debug", sets="debug", read=switch, help="say on stderr what the run uses"),
    ),
    "Running": (
        Flag(
            "n",
            "goroutines",
            "jobs",
            "concurrent",
            sets="jobs",
            takes="NUMBER",
            read=number,
            help="processes that work at once (default: 0, one for each core)",
        ),
        Flag(
            "cache-dir",
            sets="cache_dir",
            takes="FOLDER",
            read=text,
            help="where verdicts on unchanged files are kept (default: fabricgen in XDG_CACHE_HOME or ~/.cache)",
        ),
        Flag(
            "no-cache",
            sets="cached",
            read=switch_off,
            help="neither use verdicts of earlier runs nor keep any",
        ),
        Flag("h", "help", sets="help", read=switch, help="show this"),
        Flag("v", "version", sets="version", read=switch, help="show the version"),
    ),
}

ONE_DASH: Final = frozenset(
    (
        "cache",
        "debug",
        "exit-on-error",
        "ignore-filename-pattern",
        "ignore-missing-schemas",
        "insecure-skip-tls-verify",
        "kubernetes-version",
        "output",
        "reject",
        "schema-location",
        "skip",
        "strict",
        "summary",
        "verbose",
    )
)
"""Flags that kubeconform has, which people know with one dash."""
