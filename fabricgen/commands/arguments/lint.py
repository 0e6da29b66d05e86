"""The arguments of `fabricgen lint`. What they do is in `lint`."""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Read a GitOps repository, infer what each cluster's network looks like, and tell what cannot work, will bite, or is "
    "worth knowing. Needs no configuration, no cluster and no network."
)
EXAMPLES = (
    ("fabricgen lint", "the repository that this folder is in"),
    ("fabricgen lint kubernetes/apps --only CIL,RTE", "two families of rules, findings below one folder"),
    ("fabricgen lint --since origin/main --format github", "in a pull request: only what it changed"),
    ("fabricgen lint --fix --diff", "what can be fixed, shown and not written"),
    (
        "fabricgen lint --update-baseline --baseline known.json",
        "what is found now is known; only what is new is told afterwards",
    ),
    ("fabricgen explain RTE001", "what a rule is about"),
)
EXIT_CODES = "0 nothing of the chosen severity, 1 findings, 2 the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/lint.md"
FORMS = ("text", "json", "sarif", "github", "junit", "markdown")
"""Those of `lint.output`, told here once more so that `--help` imports nothing; a test compares."""


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a repository, a folder or file of one, or a description (default: this folder); all of the repository is "
        "read, and findings below PATH are told",
    )
    _add_what(one)
    _add_known(one)
    _add_fixes(one)
    _add_how(one)


def add_rules(one: argparse.ArgumentParser) -> None:
    """Add which rules count."""
    rules = {"action": "append", "default": [], "metavar": "RULES"}
    one.add_argument("--only", help="only these rules: ids, families or globs, with commas", **rules)  # type: ignore[arg-type]  # the mapping's values differ in type
    one.add_argument("--skip", help="all but these rules", **rules)  # type: ignore[arg-type]  # as above


def _add_what(one: argparse.ArgumentParser) -> None:
    add_rules(one)
    one.add_argument(
        "--since",
        default="",
        metavar="REF",
        help="only what changed since a Git ref, and what depends on it",
    )
    one.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        help="exit 1 from this severity up (default: failOn of .fabricgen.yaml, else error)",
    )


def _add_known(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="findings that are known and not told (default: baseline of .fabricgen.yaml)",
    )
    one.add_argument(
        "--update-baseline",
        action="store_true",
        help="write what is found now to the baseline, and tell nothing",
    )


def _add_fixes(one: argparse.ArgumentParser) -> None:
    one.add_argument("--fix", action="store_true", help="show as a diff what can be fixed, and fix it")
    one.add_argument("--diff", "--dry-run", action="store_true", help="with --fix: show, and write nothing")
    one.add_argument("--watch", action="store_true", help="lint again whenever a file is saved, until Ctrl-C")


def _add_how(one: argparse.ArgumentParser) -> None:
    one.add_argument("--format", choices=FORMS, default="text", help="how to print (default: text)")
    add_color(one)


def add_color(one: argparse.ArgumentParser) -> None:
    """Add whether there are colours."""
    one.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours: auto is on a terminal, unless NO_COLOR is set (default: auto)",
    )
