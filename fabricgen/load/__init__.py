"""Text -> Description, remembering where each value was written.

Fed by clusters/<name>.yaml; feeds `resolve`, and `pipeline`, which places the problems of later steps by it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Final

from pydantic import ValidationError

from fabricgen.description import Description
from fabricgen.errors import DescriptionError, Path, Problem
from fabricgen.load.source import read_source
from fabricgen.load.validation import explain_errors
from fabricgen.secrets import hide_secrets
from fabricgen.yamlio import Ambiguity, Position, YamlDocument, YamlSyntaxError, read_document

__all__ = ["Loaded", "load_file", "load_text"]

# Controls but for tabs and line feeds, other line ends, and what turns text around (<https://trojansource.codes/>).
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A description, and where in `file` each of its values stands; `file` is named as the user named it.

    Example:
        >>> loaded.description.name, loaded.positions["name",].line
        ('homeops', 5)
    """

    description: Description
    file: str
    positions: Mapping[Path, Position]

    def locate(self, problem: Problem) -> Problem:
        """Return the problem with the place of its path, or of the nearest value around it that was written."""
        return _locate(problem, file=self.file, positions=self.positions)

    def locate_all(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems with their places, in the order of the file."""
        return tuple(_in_order(problems, file=self.file, positions=self.positions))


def load_file(path: FilePath) -> Loaded:
    """Return the description in the file `path`.

    Raises:
        DescriptionError: the file cannot be read, or as `load_text`.

    Example:
        >>> fabricgen.load_file(Path("clusters/homeops.yaml")).description.name
        'homeops'
    """
    return load_text(read_source(path), file=str(path))


def load_text(text: str, *, file: str) -> Loaded:
    """Return the description that `text` writes; `file` is its name in messages.

    Raises:
        DescriptionError: with every problem, in the order of the text: what is not YAML, what YAML readers
            disagree about, unknown and missing keys, values that are not what they should be. None shows a secret.

    Example:
        >>> fabricgen.load_text(text, file="clusters/homeops.yaml").description.name
        'homeops'
    """
    try:
        document = read_document(text, source=file)
    except YamlSyntaxError as error:
        found = (
            Problem(message=one.problem, file=file, line=one.line, column=one.column)
            for one in error.problems
        )
        raise DescriptionError(hide_secrets(one, None) for one in found) from error
    problems = [*_ambiguities(document), *_unseen(document.value, ())]
    try:
        description = Description.model_validate(document.value)
    except ValidationError as error:
        unclear = {problem.path for problem in problems}
        problems += [one for one in explain_errors(error.errors(), document.value) if one.path not in unclear]
    else:
        if not problems:
            return Loaded(description=description, file=file, positions=document.positions)
    # Outside the except clause: pydantic's own error shows the values, and a traceback must not.
    located = _in_order(problems, file=file, positions=document.positions)
    raise DescriptionError(hide_secrets(one, document.value) for one in located)


def _ambiguities(document: YamlDocument) -> list[Problem]:
    return [
        Problem(
            message=f"{found.text} is {found.readings}",
            path=found.path,
            hint=_how_to_be_clear(found),
        )
        for found in document.ambiguous
    ]


def _unseen(value: object, path: Path) -> Iterator[Problem]:
    """Yield texts with characters that a terminal, a page or an editor obeys instead of showing them."""
    if isinstance(value, Mapping | list):
        entries = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, one in entries:
            yield from _unseen(one, (*path, key))
    elif isinstance(value, str) and (found := _UNSEEN.search(value)):
        message = f"holds U+{ord(found[0]):04X}, a character that is obeyed and not shown"
        yield Problem(message=message, path=path, hint="write the text without it")


def _how_to_be_clear(found: Ambiguity) -> str:
    plain = "true or false" if re.search(r"\b(true|false)\b", found.readings) else "the plain decimal number"
    return f'write {plain}, or quote it: "{found.text}"'


def _in_order(problems: Iterable[Problem], *, file: str, positions: Mapping[Path, Position]) -> list[Problem]:
    located = [_locate(problem, file=file, positions=positions) for problem in dict.fromkeys(problems)]
    return sorted(located, key=lambda problem: (problem.line, problem.column))


def _locate(problem: Problem, *, file: str, positions: Mapping[Path, Position]) -> Problem:
    ancestors = (problem.path[:length] for length in range(len(problem.path), -1, -1))
    position = next((positions[path] for path in ancestors if path in positions), None)
    if position is None:
        return problem.at(file=file)
    return problem.at(file=file, line=position.line, column=position.column)
