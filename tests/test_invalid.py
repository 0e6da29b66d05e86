"""Descriptions that are refused, each with its exact message beside it; and harmless forms that are accepted.

A new rule starts with a new file in `invalid/`. `pytest --update-golden tests/test_invalid.py` writes the messages.
"""

from pathlib import Path

import pytest

from fabricgen.errors import DescriptionError, Problem, ResolveError
from fabricgen.load import load_file, load_text
from fabricgen.resolve import resolve

HERE = Path(__file__).parent
INVALID = sorted((HERE / "invalid").glob("*.yaml"))
VALID = sorted((HERE / "valid").glob("*.yaml"))


def find_problems(path: Path) -> tuple[Problem, ...]:
    try:
        loaded = load_text(path.read_text(encoding="utf-8"), file=path.name)
    except DescriptionError as error:
        return error.problems
    try:
        resolve(loaded.description)
    except ResolveError as error:
        return loaded.locate_all(error.problems)
    return ()


def expected_text(path: Path, found: str, *, update: bool) -> str:
    if update:
        path.write_text(found, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_description_is_refused_with_exactly_its_message(
    path: Path, *, update_golden: bool
) -> None:
    found = "".join(f"{problem}\n" for problem in find_problems(path))

    assert found
    assert found == expected_text(path.with_suffix(".txt"), found, update=update_golden)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_problem_has_a_file_and_a_line(path: Path) -> None:
    places = {(problem.file, problem.line > 0) for problem in find_problems(path)}

    assert places == {(path.name, True)}


def test_every_message_has_its_description_and_nothing_else_is_there() -> None:
    names = {path.name for path in (HERE / "invalid").iterdir()}

    assert names == {path.with_suffix(suffix).name for path in INVALID for suffix in (".yaml", ".txt")}


def test_no_two_invalid_descriptions_are_the_same() -> None:
    texts = [path.read_text(encoding="utf-8").partition("\n")[2] for path in INVALID]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_harmless_form_is_accepted(path: Path) -> None:
    assert resolve(load_file(path).description).name == "home"
