"""Laws of reading: the fast way gives what the exact way gives, which gives what Kubernetes' own reader gives."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from reading_laws import check_reading, check_splitting, check_value, is_read_fast
from yaml_texts import edited, yaml_texts

from fabricgen.yamlio import YamlSyntaxError, read_value, split_documents

Tool = Callable[[str], str]

ROOT = Path(__file__).parents[2]
TREES = sorted(ROOT.glob("gitops/*/**/*.yaml"))
# One of each shape is enough: texts in the order of their length, every twentieth.
REAL = tuple(
    sorted({path.read_text(encoding="utf-8") for path in TREES if path.stat().st_size < 4000}, key=len)[::20]
)
CORPUS = sorted((ROOT / "tests" / "fuzz" / "corpus").iterdir())

many = settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
# Not shrunk, because that would start the Go program thousands of times.
few = settings(
    deadline=None,
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def read_with_go(tool: Tool, texts: list[str]) -> list[str]:
    done = subprocess.run(
        [tool("goyaml")], input="\0".join(texts).encode(), stdout=subprocess.PIPE, check=True
    )
    lines = done.stdout.decode().split("\n")[:-1]
    return [
        "error" if line.startswith("error: ") else to_json(json.loads(line, parse_int=float))
        for line in lines
    ]


def read_ourselves(text: str) -> str:
    try:
        return to_json(json.loads(json.dumps(read_value(text)), parse_int=float))
    except YamlSyntaxError:
        return "error"


def to_json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


@many
@given(text=yaml_texts | edited(REAL))
@example("a: |\n  b")
@example("a: >\n b\n\n  c\n d\n")
@example("&x\n- *x\n")
@example("a: &x\n  b: *x\n")
@example("a: &x\n- *x\n")
@example("a: {b: no}\n")
@example("&y no\n")
@example("a: |\n    b\n  &c d: e\n")
@example("a: |\n  b\n  c: 'd\n &e f: g\n h'\n")
@example("a: 1234567e-5\n")
def test_the_fast_way_reads_what_the_exact_way_reads(text: str) -> None:
    check_value(text)


@many
@given(text=yaml_texts | edited(REAL) | st.text("ab:-.#%' \n\r\t\x85\u2028|>{}[]&*", max_size=30))
@example("a: 1\n--- {b: 2}\n---\n# c\n--- # d\nc: 3")
@example("%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n--- b\n")
@example("--- |\n a\n---\nb\n...\n")
@example("a: 'b\n---\nc'\n")
@example("a\u2028--- b\r--- c\r\n---\r\nd")
@example("a: b # c\rd: e\n---\n... # f\n---\n...#\n")
def test_chunks_are_read_as_the_whole_is(text: str) -> None:
    check_splitting(text)


@many
@given(data=st.binary() | (yaml_texts | edited(REAL)).map(str.encode))
@example(b"\xef\xbb\xbfa: 1")
@example("a: é".encode("latin-1"))
@example("a: é".encode("utf-16"))
def test_no_bytes_at_all_raise_anything_but_our_own_error(data: bytes) -> None:
    check_reading(data)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_the_fuzzer_once_found_keeps_the_laws(path: Path) -> None:
    check_reading(path.read_bytes())


@pytest.mark.tools
@few
@given(
    texts=st.lists(
        (yaml_texts | edited(REAL)).filter(lambda text: "\0" not in text), min_size=30, max_size=30
    )
)
def test_what_is_read_the_fast_way_is_what_kubernetes_reads(tool: Tool, texts: list[str]) -> None:
    fast = ["a: 1\n"] + [text for text in texts if text.endswith("\n") and is_read_fast(text)]

    read = zip(fast, map(read_ourselves, fast), read_with_go(tool, fast), strict=True)

    # Go reads the first document of a text only, and never sees what is wrong after it.
    assert [text for text, ours, theirs in read if ours not in ("error", theirs)] == []


def test_what_we_write_is_read_the_fast_way() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in TREES}

    slow = [
        path
        for path, text in texts.items()
        if not all(is_read_fast(chunk.text) for chunk in split_documents(text))
    ]

    assert slow == []
