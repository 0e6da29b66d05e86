"""What can be wrong with a YAML text, and how a person is told.

Used by everything that reads; libyaml's own messages are turned into plain sentences here.
"""

from typing import TYPE_CHECKING, Any

from fabricgen.yamlio.limits import MOST_PROBLEMS
from fabricgen.yamlio.parsed import Position, YamlProblem

if TYPE_CHECKING:  # importing PyYAML takes 10 ms, and who only writes or reads the fast way does not need it
    from yaml import Mark, MarkedYAMLError


class YamlSyntaxError(ValueError):
    """A text cannot be read; `problems` holds all that was found, in the order of the text."""

    def __init__(self, source: str, problems: tuple[YamlProblem, ...]) -> None:
        """Keep the problems of the text that is named `source`."""
        self.source = source
        self.problems = problems
        lines = (f"{source}:{found.line}:{found.column}: {found.problem}" for found in problems)
        super().__init__("\n".join(lines))


class StopReading(Exception):  # noqa: N818 - it ends the reading; the error is the problem that it carries
    """A text cannot be read beyond `problem`."""

    def __init__(self, problem: YamlProblem) -> None:
        """Stop at `problem`."""
        super().__init__(problem.problem)
        self.problem = problem


class Problems:
    """Collects what is wrong with a text and yet lets reading go on."""

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.found: list[YamlProblem] = []

    def add(self, place: object, sentence: str) -> None:
        """Add what `sentence` tells, at `place`, an event or a mark.

        Raises:
            StopReading: when there are so many already that nobody will read more.
        """
        if len(self.found) >= MOST_PROBLEMS:
            raise StopReading(problem_at(place, f"there is more; only the first {MOST_PROBLEMS} are told"))
        self.found.append(problem_at(place, sentence))


def find_position(place: object) -> Position:
    """The position of an event's start, or of a mark."""
    mark: Any = getattr(place, "start_mark", place)
    return Position(1, 1) if mark is None else Position(mark.line + 1, mark.column + 1)


def problem_at(place: object, sentence: str) -> YamlProblem:
    """The problem that `sentence` tells, at `place`, an event or a mark."""
    line, column = find_position(place)
    return YamlProblem(line=line, column=column, problem=sentence)


# libyaml 0.2.5, src/scanner.c and src/parser.c: the part of its message that tells the problems apart,
# and what to say instead. {start} is the line where the surrounding construct begins.
_SENTENCES = (
    (
        "mapping values are not allowed",
        "no key can stand here: put text that contains ': ' in quotes, or check the indentation",
    ),
    (
        "block sequence entries are not allowed",
        "no list item can start here: check the indentation of the '-'",
    ),
    ("mapping keys are not allowed", "no key can start here: check the indentation"),
    (
        "could not find expected ':'",
        "line {start} is neither a complete key (`key: value`) nor does it continue the value above it",
    ),
    (
        "did not find expected '-' indicator",
        "something other than a '-' item stands in the list of line {start}: check the indentation",
    ),
    (
        "did not find expected key",
        "something other than a key stands in the mapping of line {start}: check indentation and quotes",
    ),
    ("did not find expected ',' or ']'", "the '[' in line {start} is not closed: expected ',' or ']' here"),
    ("did not find expected ',' or '}'", "the '{{' in line {start} is not closed: expected ',' or '}}' here"),
    ("did not find expected node content", "a value is missing here"),
    (
        "did not find expected <document start>",
        "the document ended before this line: check the indentation, or start a new document with '---'",
    ),
    ("found unexpected end of stream", "the quoted text that starts in line {start} has no closing quote"),
    (
        "found unexpected document indicator",
        "the quoted text that starts in line {start} has no closing quote",
    ),
    (
        "found unknown escape character",
        "no such escape after the backslash: write '\\\\' for a backslash, or use single quotes",
    ),
    ("found undefined tag handle", "the tag has a handle that is not declared; only plain YAML is read here"),
    (
        "did not find expected alphabetic or numeric character",
        "no name follows the '*' or '&': put text that starts with one of them in quotes",
    ),
    (
        "did not find expected comment or line break",
        "nothing but a comment can stand on the line of a '|' or '>'",
    ),
    ("tab character", "a tab is used for indentation: YAML allows only spaces"),
)


def explain_syntax_error(error: "MarkedYAMLError", *, text: str) -> YamlProblem:
    """The problem that libyaml found in `text`, as a sentence that says what to do."""
    mark = error.problem_mark or error.context_mark
    sentence = _explain_character(mark, text=text) if _is_about_a_character(error) else _explain(error)
    return YamlProblem(
        line=mark.line + 1 if mark else 1,
        column=mark.column + 1 if mark else 1,
        problem=sentence,
    )


def _is_about_a_character(error: "MarkedYAMLError") -> bool:
    return "cannot start any token" in (error.problem or "")


def _explain_character(mark: "Mark | None", *, text: str) -> str:
    found = text[mark.index : mark.index + 1] if mark else ""
    if found == "\t":
        return "a tab is used for indentation: YAML allows only spaces"
    return f"a value cannot start with {found!r}: put it in quotes"


def _explain(error: "MarkedYAMLError") -> str:
    start = error.context_mark.line + 1 if error.context_mark else 1
    problem = error.problem or "the text cannot be read"
    for part, sentence in _SENTENCES:
        if part in problem:
            return sentence.format(start=start)
    return f"this is not YAML: {problem}"
