"""`.fabricgen.yaml` at the root of a repository: what a repository always wants of lint.

No pydantic: five keys do not pay for the quarter of a second that its models of a description take to load.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, Final, get_args

from fabricgen.errors import Path, Problem, ProblemsError
from fabricgen.finding import Severity
from fabricgen.lint.globs import matches_any
from fabricgen.lint.selection import names_rule
from fabricgen.yamlio import YamlDocument, YamlSyntaxError, decode, read_document, read_limited

NAME: Final = ".fabricgen.yaml"
_IGNORE_KEYS: Final = ("rule", "paths", "reason")
_LEVELS: Final = get_args(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """A rule (or family, or glob) that does not count in some files, or in none; `file` and `line` say so."""

    rule: str
    paths: tuple[str, ...]
    reason: str
    file: str = NAME
    line: int = 0
    column: int = 0

    def covers(self, rule: str, file: str) -> bool:
        """Tell whether it suppresses findings of the rule in the file."""
        return names_rule((self.rule,), rule) and (not self.paths or matches_any(self.paths, file))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the file says; `baseline` is a path from the root of the repository."""

    ignore: tuple[Ignore, ...] = ()
    exclude: tuple[str, ...] = ()
    fail_on: Severity | None = None
    baseline: str = ""
    rules: tuple[str, ...] = ()


def read_settings(root: FilePath) -> Settings:
    """Return what `.fabricgen.yaml` in `root` says; all empty where there is none.

    Raises:
        ProblemsError: with everything that is wrong in it, each with line, path and the nearest right key.
    """
    file = root / NAME
    if not file.is_file():
        return Settings()
    try:
        document = read_document(decode(read_limited(file), source=str(file)), source=str(file))
    except YamlSyntaxError as error:
        raise ProblemsError(
            Problem(message=one.problem, file=str(file), line=one.line, column=one.column)
            for one in error.problems
        ) from error
    return read_document_of_settings(document, file=str(file))


def read_document_of_settings(document: YamlDocument, *, file: str) -> Settings:
    """Return the settings that a document holds. Raises ProblemsError as `read_settings`."""
    reader = _Reader(document)
    settings = reader.read()
    if reader.problems:
        raise ProblemsError(_located(one, document, file=file) for one in reader.problems)
    return settings


class _Reader:
    """Reads the keys, and keeps what is wrong with them."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self.problems: list[Problem] = []
        self._keys: Mapping[str, Callable[[Any], Any]] = {
            "ignore": self._ignores,
            "exclude": lambda value: self._texts(value, ("exclude",)),
            "failOn": self._level,
            "baseline": lambda value: self._text(value, ("baseline",)),
            "rules": self._rules,
        }

    def read(self) -> Settings:
        value = self._document.value
        if not isinstance(value, Mapping):
            if value is not None:
                self._wrong((), "is not a mapping", f"known here: {', '.join(self._keys)}")
            return Settings()
        self._known(value, tuple(self._keys), ())
        read = {key: self._keys[key](inner) for key, inner in value.items() if key in self._keys}
        return Settings(
            ignore=read.get("ignore", ()),
            exclude=read.get("exclude", ()),
            fail_on=read.get("failOn"),
            baseline=read.get("baseline", ""),
            rules=read.get("rules", ()),
        )

    def _ignores(self, value: Any) -> tuple[Ignore, ...]:  # noqa: ANN401 - as written
        if not isinstance(value, list):
            self._wrong(("ignore",), "is not a list", "write `- rule: CIL007` and `reason:` below it")
            return ()
        return tuple(
            one for number, entry in enumerate(value) if (one := self._ignore(entry, ("ignore", number)))
        )

    def _ignore(self, entry: Any, path: Path) -> Ignore | None:  # noqa: ANN401 - as written
        if not isinstance(entry, Mapping):
            self._wrong(path, "is not a mapping", f"known here: {', '.join(_IGNORE_KEYS)}")
            return None
        self._known(entry, _IGNORE_KEYS, path)
        for key in ("rule", "reason"):
            if key not in entry:
                self._wrong(path, f"has no {key}", "every entry names a rule and says why")
        place = self._document.positions[path]
        return Ignore(
            rule=self._text(entry.get("rule", " "), (*path, "rule")).upper(),
            paths=self._texts(entry.get("paths", []), (*path, "paths")),
            reason=self._text(entry.get("reason", " "), (*path, "reason")),
            line=place.line,
            column=place.column,
        )

    def _rules(self, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as written
        names = self._texts(value, ("rules",))
        if names:
            from fabricgen.plugins.rules import find_rules  # noqa: PLC0415 - most repositories name none

            self.problems += find_rules(names)[1]
        return names

    def _level(self, value: Any) -> Severity | None:  # noqa: ANN401 - as written
        if value in _LEVELS:
            level: Severity = value
            return level
        self._wrong(("failOn",), f"is {value!r}", f"write one of {', '.join(_LEVELS)}")
        return None

    def _texts(self, value: Any, path: Path) -> tuple[str, ...]:  # noqa: ANN401 - as written
        if not isinstance(value, list):
            self._wrong(path, "is not a list", "write each glob in a line of its own behind `- `")
            return ()
        return tuple(self._text(one, (*path, number)) for number, one in enumerate(value))

    def _text(self, value: Any, path: Path) -> str:  # noqa: ANN401 - as written
        if not isinstance(value, str) or not value:
            self._wrong(path, f"is {value!r}, not text", "put it in quotes")
            return ""
        return value.strip()

    def _known(self, value: Mapping[str, Any], keys: tuple[str, ...], path: Path) -> None:
        for key in value:
            if key not in keys:
                near = get_close_matches(str(key), keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(keys)}"
                self._wrong((*path, str(key)), "is not known", hint)

    def _wrong(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(Problem(message=message, path=path, hint=hint))


def _located(problem: Problem, document: YamlDocument, *, file: str) -> Problem:
    for path in _upwards(problem.path):
        if (found := document.positions.get(path)) is not None:
            return problem.at(file=file, line=found.line, column=found.column)
    return problem.at(file=file)


def _upwards(path: Path) -> Iterator[Path]:
    for length in range(len(path), -1, -1):
        yield path[:length]
