"""Laws of reading and writing YAML, with the real readers of the world as judges."""

import contextlib
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml
import yaml_rs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from strategies import TRICKY_TEXTS, bodies, find_paths, foreign_texts, plain_texts, scraps_of_yaml, texts

from fabricgen.yamlio import YamlSyntaxError, dump_document, inline, read_document, read_documents
from fabricgen.yamlio.strings import to_line

Write = Callable[[Any], str]
Read = Callable[[str], object]
Tool = Callable[[str], str]

# Starting the Go program takes longer than what it reads, so it gets many texts at once.
BATCHES = st.lists(bodies | texts.map(lambda text: {text: [text]}), min_size=50, max_size=50)

many = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
# Not shrunk, because that would start the Go program thousands of times.
few = settings(
    deadline=None,
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class TextDates(yaml.CSafeLoader):
    """PyYAML as a reader of YAML 1.1, but for dates, which JSON has no place for."""


TextDates.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if not tag.endswith(":timestamp")]
    for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_ourselves(text: str) -> object:
    return read_document(text).value


def read_as_yaml_11(text: str) -> object:
    return yaml.load(text, Loader=TextDates)  # noqa: S506 - a safe loader, and of fewer types


def read_as_yaml_12(text: str) -> object:
    return yaml_rs.loads(text, parse_datetime=False)


def read_with_go(tool: Tool, written: list[str]) -> list[str]:
    """What Kubernetes' own reader makes of each text: JSON, or "error"."""
    done = subprocess.run(
        [tool("goyaml")], input="\0".join(written).encode(), stdout=subprocess.PIPE, check=True
    )
    lines = done.stdout.decode().split("\n")[:-1]
    return ["error" if line.startswith("error: ") else compare_numbers_as_floats(line) for line in lines]


def to_json(value: object) -> str:
    """JSON in which 1, 1.0 and true differ."""
    return json.dumps(value, sort_keys=True)


def compare_numbers_as_floats(text: str) -> str:
    """JSON in which 1 and 1.0 do not differ: Go's has no other way to write a whole float."""
    return to_json(json.loads(text, parse_int=float))


def read_as_json(text: str) -> str:
    """What we read, as Go would give it: JSON of the first document, or "error"."""
    try:
        documents = read_documents(text)
        read = json.dumps(documents[0].value if documents else None, allow_nan=False)
    except ValueError:
        return "error"
    return compare_numbers_as_floats(read)


def read_scalar_as_yaml_11(text: str) -> object:
    try:
        return yaml.load(text, Loader=TextDates)  # noqa: S506 - a safe loader, and of fewer types
    except (yaml.YAMLError, ValueError) as error:
        return error


@pytest.mark.parametrize("read", [read_ourselves, read_as_yaml_11, read_as_yaml_12])
@pytest.mark.parametrize("write", [dump_document, inline])
@many
@given(body=bodies)
def test_what_is_written_is_read_back_by_every_python_reader(write: Write, read: Read, body: object) -> None:
    assert to_json(read(write(body))) == to_json(body)


@pytest.mark.parametrize("read", [read_ourselves, read_as_yaml_11, read_as_yaml_12])
@pytest.mark.parametrize("write", [dump_document, inline])
@pytest.mark.parametrize("text", TRICKY_TEXTS)
def test_every_tricky_text_is_read_back_as_value_and_as_key(write: Write, read: Read, text: str) -> None:
    body = {"a": text, "b": [text], "c": {text: text}}

    assert read(write(body)) == body


@pytest.mark.tools
@pytest.mark.parametrize("write", [dump_document, inline])
@few
@given(batch=BATCHES)
def test_what_is_written_is_read_back_by_kubernetes(tool: Tool, write: Write, batch: list[object]) -> None:
    read = read_with_go(tool, [write(body) for body in batch])

    assert read == [compare_numbers_as_floats(json.dumps(body)) for body in batch]


@pytest.mark.tools
@pytest.mark.parametrize("write", [dump_document, inline])
@few
@given(numbers=st.lists(st.integers(-(2**63), 2**64 - 1), min_size=1, max_size=200))
def test_kubernetes_reads_every_digit_of_a_whole_number(tool: Tool, write: Write, numbers: list[int]) -> None:
    written = [write({"a": number}) for number in numbers]

    done = subprocess.run(
        [tool("goyaml")], input="\0".join(written).encode(), stdout=subprocess.PIPE, check=True
    )

    assert done.stdout.decode().split("\n") == [*(f'{{"a":{number}}}' for number in numbers), ""]


@pytest.mark.tools
@pytest.mark.parametrize("write", [dump_document, inline])
def test_every_tricky_text_is_read_back_by_kubernetes(tool: Tool, write: Write) -> None:
    body = {"values": list(TRICKY_TEXTS), "keys": {text: text for text in TRICKY_TEXTS}}

    assert read_with_go(tool, [write(body)]) == [to_json(body)]


@many
@given(body=bodies)
def test_nothing_that_is_written_is_ambiguous_and_every_value_has_a_position(body: object) -> None:
    document = read_document(inline(body))

    assert document.ambiguous == ()
    assert set(document.positions) == set(find_paths(body))


@many
@given(body=st.dictionaries(texts, st.dictionaries(texts, texts, max_size=3), min_size=1, max_size=3))
def test_the_position_of_an_entry_is_where_its_key_is_written(body: dict[str, dict[str, str]]) -> None:
    text = dump_document(body)
    positions = read_document(text).positions
    lines = text.split("\n")

    found = {path: lines[line - 1][column - 1 :] for path, (line, column) in positions.items()}

    assert [
        path for path, rest in found.items() if path and not rest.startswith(f"{to_line(str(path[-1]))}:")
    ] == []


@many
@given(body=bodies)
def test_writing_what_was_read_changes_nothing(body: Any) -> None:
    text = dump_document(body)

    assert dump_document(read_document(text).value) == text


@many
@given(body=bodies, header=st.text(), data=st.data())
def test_no_comment_changes_what_is_read(body: Any, header: str, data: st.DataObject) -> None:
    comments = data.draw(st.dictionaries(st.sampled_from(find_paths(body)), st.text() | texts))

    text = dump_document(body, comments=comments, header=header)

    assert to_json(read_ourselves(text)) == to_json(body)
    assert to_json(read_as_yaml_11(text)) == to_json(body)
    assert to_json(read_as_yaml_12(text)) == to_json(body)


@pytest.mark.tools
@few
@given(plain=st.lists(plain_texts, min_size=500, max_size=500))
def test_a_plain_scalar_is_what_kubernetes_takes_it_for(tool: Tool, plain: list[str]) -> None:
    written = [f"a: {text}" for text in plain] + [f"{text}: a" for text in plain]

    assert [read_as_json(text) for text in written] == read_with_go(tool, written)


@many
@given(plain=plain_texts)
def test_a_plain_scalar_that_yaml_11_takes_for_something_else_is_ambiguous(plain: str) -> None:
    document = read_document(f"- {plain}")

    assert document.ambiguous or read_scalar_as_yaml_11(f"- {plain}") == document.value


@pytest.mark.tools
@few
@given(dumped=st.lists(foreign_texts, min_size=15, max_size=15))
def test_what_others_write_is_what_kubernetes_takes_it_for(tool: Tool, dumped: list[str]) -> None:
    assert [read_as_json(text) for text in dumped] == read_with_go(tool, dumped)


@pytest.mark.tools
@few
@given(scraps=st.lists(scraps_of_yaml, min_size=200, max_size=200))
def test_any_text_that_we_read_is_what_kubernetes_takes_it_for(tool: Tool, scraps: list[str]) -> None:
    ours = [read_as_json(text) for text in scraps]

    theirs = read_with_go(tool, scraps)

    assert [(a, b) for a, b in zip(ours, theirs, strict=True) if a not in ("error", b)] == []


@many
@given(text=st.text() | scraps_of_yaml)
def test_no_text_at_all_raises_anything_but_our_own_error(text: str) -> None:
    with contextlib.suppress(YamlSyntaxError):
        read_documents(text)
