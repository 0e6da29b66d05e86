"""`fabricgen validate`: would the API server take these documents?"""

from __future__ import annotations

import os
import stat
import sys
from io import TextIOWrapper

from fabricgen import __version__
from fabricgen.commands.progress import Progress
from fabricgen.commands.terminal import colorful
from fabricgen.commands.validate_options import default_cache, help_text, read_settings
from fabricgen.validation.output import COUNTING_FORMS, Style, open_report

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final, TextIO

    from fabricgen.commands.validate_options import Settings
    from fabricgen.validation.options import Options
    from fabricgen.validation.output import Report
    from fabricgen.validation.result import Summary, Verdict

_STDIN: Final = "-"
_WITH_NUMBERS: Final = ("text", "pretty", "json", "github")


def run(arguments: Sequence[str]) -> int:
    """Validate what the arguments after `validate` name. Returns 1 if anything is not valid.

    Raises:
        ProblemsError: a flag is wrong, a path leads nowhere, or nothing is named and nothing is piped in.
    """
    settings = read_settings(arguments)
    if settings.help or settings.version:
        print(help_text() if settings.help else f"fabricgen {__version__}", end="" if settings.help else "\n")
        return 0
    paths = settings.paths or _piped()
    from fabricgen.validation.run import validate  # noqa: PLC0415 - help needs no schemas

    options = options_of(settings)
    if settings.debug:
        print(f"fabricgen {__version__}: {options}", file=sys.stderr)
    stdin = sys.stdin.buffer if _STDIN in paths else None
    with Progress("validate") as progress:
        report = _report(settings, progress, stdin=tuple(paths) == (_STDIN,))
        results = _then_end(progress, validate(paths, options, stdin=stdin))
        return tell(results, report=report, settings=settings)


def _then_end(progress: Progress, results: Iterable[Verdict | Summary]) -> Iterator[Verdict | Summary]:
    """Yield the results; the line of progress is gone for good before the summary."""
    from fabricgen.validation.result import Summary  # noqa: PLC0415 - help needs no types

    for result in results:
        if isinstance(result, Summary):
            progress.end()
        yield result


def tell(results: Iterable[Verdict | Summary], *, report: Report, settings: Settings) -> int:
    """Give all results to the report; return 1 if anything is not valid, else 0."""
    from fabricgen.validation.result import Summary  # noqa: PLC0415 - help needs no types

    for result in results:
        if isinstance(result, Summary):
            report.finish(result)
            _talk(result, settings=settings)
            return 1 if result.invalid or result.errors else 0
        report.add(result)
    raise RuntimeError("the run ended without a summary")


def _talk(summary: Summary, *, settings: Settings) -> None:
    """Say on stderr what would else pass in silence: that nothing was there, and kinds that have no schema."""
    if not summary.files:
        print("no .yaml, .yml or .json file found", file=sys.stderr)
    if summary.missing and not (settings.summary and settings.output in _WITH_NUMBERS):
        from fabricgen.validation.output.sentences import missing_line  # noqa: PLC0415 - seldom needed

        print(missing_line(summary), file=sys.stderr)
    for rule in summary.unchecked:
        print(f"a rule of a schema is not checked: {rule}", file=sys.stderr)


def options_of(settings: Settings) -> Options:
    """Return what the engine is told."""
    from fabricgen.validation.options import NEWEST_KUBERNETES, Options  # noqa: PLC0415 - help needs no options

    cache = (settings.cache_dir or default_cache(os.environ)) if settings.cached else ""
    return Options(
        schema_locations=settings.schema_locations or ("default",),
        kubernetes=NEWEST_KUBERNETES if settings.kubernetes == "master" else settings.kubernetes,
        talos=settings.talos,
        strict=settings.strict,
        cel=settings.cel,
        skip=settings.skip,
        reject=settings.reject,
        ignore_files=settings.ignore_files,
        ignore_missing_schemas=settings.ignore_missing_schemas,
        skip_paths=settings.skip_paths,
        jobs=settings.jobs,
        fail_fast=settings.fail_fast,
        every=settings.verbose or settings.output in COUNTING_FORMS,
        cache=cache or None,
        http_cache=settings.http_cache or None,
        insecure=settings.insecure,
    )


def _piped() -> tuple[str, ...]:
    """Return `-` if something is piped in; a terminal, `/dev/null` and a closed stdin are nothing.

    Raises:
        ProblemsError: there is nothing to read.
    """
    try:
        piped = not stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        piped = False
    if piped:
        return (_STDIN,)
    from fabricgen.errors import Problem, ProblemsError  # noqa: PLC0415 - only a run that fails pays for it

    hint = "fabricgen validate gitops/, or kustomize build . | fabricgen validate"
    raise ProblemsError(
        [Problem(message="there is nothing to validate: no path is named, nothing is piped in", hint=hint)]
    )


def _report(settings: Settings, progress: Progress, *, stdin: bool) -> Report:
    out: TextIO = sys.stdout
    if isinstance(out, TextIOWrapper):  # a file's name, and the locale, may hold what the other cannot write
        out.reconfigure(encoding="utf-8", errors="replace")
    style = Style(
        summary=settings.summary,
        verbose=settings.verbose,
        color=colorful(settings.color),
        stdin=stdin,
        root=_root() if settings.output in {"sarif", "github"} else "",
    )
    return open_report(settings.output, out=progress.out(sys.stdout), style=style)


def _root() -> str:
    from fabricgen.validation.output.places import find_root  # noqa: PLC0415 - two forms need it

    return find_root(os.getcwd())  # noqa: PTH109 - importing pathlib takes 8 ms
