"""Laws: nothing raises, the quick answer and the precise one agree, and nothing is told twice."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structures import GOOD, structure

pytestmark = pytest.mark.schemas
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["No", "1", "10.0.0.0/8", "1h", "a.b", "A_b", "Always", "50%", "x" * 300, "\ud800"])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_given = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    match value:
        case dict():
            inner = list(value.items())
        case list():
            inner = list(enumerate(value))
        case _:
            inner = []
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """Return a good object with a value, or a key, put somewhere in it."""
    kind = draw(st.sampled_from(sorted(GOOD)))
    body = copy.deepcopy(GOOD[kind])
    *parents, last = draw(st.sampled_from(_places(body)[1:]))
    here: Any = body
    for part in parents:
        here = here[part]
    target = here[last]
    if isinstance(target, dict) and draw(st.booleans()):
        target[draw(st.text(max_size=5) | st.sampled_from(["name", "spec", "metadata", "ports"]))] = draw(
            _values
        )
    elif isinstance(target, list) and target and draw(st.booleans()):
        target.append(copy.deepcopy(target[0]))
    else:
        here[last] = draw(_values)
    return kind, body


@_given
@given(mutated=_mutated())
def test_the_quick_answer_and_the_precise_one_agree(mutated: tuple[str, Any], schemas_dir: Path) -> None:
    kind, body = mutated
    judged = structure(schemas_dir, kind)

    problems = judged.problems(body)

    assert judged.holds(body) is (problems == ())
    assert len(set(problems)) == len(problems)
    assert all(problem.message for problem in problems)


@_given
@given(body=_values, kind=st.sampled_from(sorted(GOOD)))
def test_any_value_is_judged_without_raising(body: Any, kind: str, schemas_dir: Path) -> None:
    judged = structure(schemas_dir, kind)

    assert not judged.holds(body)
    assert judged.problems(body)


@_given
@given(mutated=_mutated())
def test_judging_leaves_the_object_as_it_is(mutated: tuple[str, Any], schemas_dir: Path) -> None:
    kind, body = mutated
    before = copy.deepcopy(body)
    judged = structure(schemas_dir, kind)

    judged.holds(body)
    judged.problems(body)

    assert body == before
