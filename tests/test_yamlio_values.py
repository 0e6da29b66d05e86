"""One document's value: which texts the fast parser is trusted with, and that the rest is read exactly."""

import subprocess
import sys

import pytest

from fabricgen.yamlio import YamlSyntaxError, read_value
from fabricgen.yamlio.familiar import is_familiar

EVERYDAY = """\
# a Deployment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # short
  labels: {app: web, "tier": front}
  annotations:
    example.org/10.0.0.0: '{"a": [1, 2]}'
    note: Text that goes on
      in the next line (with 'quotes', [brackets] & more)
spec:
  replicas: 3
  ratio: 0.75
  empty: {}
  nothing:
  template:
    spec:
      containers:
      - name: web
        image: quay.io/a/web:v1.2@sha256:0a1b
        args: ["--port=80", --verbose, -c]
        command:
        - /bin/sh
        - -c
        - |
          set -e
            echo "$(date):\tno"

          exit 0
        resources: &small
          limits: {cpu: 100m, memory: 1Gi}
        env:
        - name: PORT
          value: &port "8080"
        - {name: SAME, value: x}
      - name: other
        resources: *small
        cidr: 10.0.0.0/8
        port: *port
        schedule: 0 * * * *
        rule: '!has(self.a) ||
          self.b == ''c'''
        text: "one \\
          \\ two"
"""


def test_everyday_documents_are_read_the_fast_way() -> None:
    body = read_value(EVERYDAY)

    assert is_familiar(EVERYDAY)
    spec = body["spec"]["template"]["spec"]["containers"]
    assert body["metadata"]["labels"] == {"app": "web", "tier": "front"}
    assert (body["spec"]["replicas"], body["spec"]["ratio"], body["spec"]["nothing"]) == (3, 0.75, None)
    assert spec[0]["command"][2] == 'set -e\n  echo "$(date):\tno"\n\nexit 0\n'
    assert spec[1]["resources"] == {"limits": {"cpu": "100m", "memory": "1Gi"}}
    assert spec[1]["rule"] == "!has(self.a) || self.b == 'c'"
    assert spec[1]["text"] == "one  two"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\n", {"a": False}),
        ("a: y # why\n", {"a": True}),
        ("- On\n", [True]),
        ("a: {b: off}\n", {"a": {"b": False}}),
        ("a: [y, n]\n", {"a": [True, False]}),
        ("a:\n  yes\n", {"a": True}),
        ("a: &x no\n", {"a": False}),
        ("&x no\n", False),
        ("no: 1\n", {"false": 1}),
        ("true: 1\n", {"true": 1}),
        ("1: 1\n", {"1": 1}),
        ("{y: 1}\n", {"true": 1}),
        ("a: 0755\n", {"a": 493}),
        ("a: 0o7\n", {"a": 7}),
        ("a: 1_000\n", {"a": 1000}),
        ("a: 1e3\n", {"a": 1000.0}),
        ("a: 1234567e-5\n", {"a": 12.34567}),
        ("a: 99999999999999999999\n", {"a": 1e20}),
        ("a: 18446744073709551615\n", {"a": 18446744073709551615}),
        ("a: 2001-01-01\n", {"a": "2001-01-01"}),
        ("a: 12:30:45\n", {"a": "12:30:45"}),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: |\n  b", {"a": "b"}),
        ("a: |\n  b\n", {"a": "b\n"}),
        ("a: |\r\n  b\r\nc: d\r\n", {"a": "b\n", "c": "d"}),
        ("a: b\u2028  c\n", {"a": "b\u2028c"}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("a: !!str 1\n", {"a": "1"}),
        ("? a\n: b\n", {"a": "b"}),
        ("# nothing\n", None),
        ("", None),
        ("null\n", None),
    ],
)
def test_what_yaml_1_2_takes_for_something_else_is_read_as_kubernetes_reads_it(
    text: str, value: object
) -> None:
    found = read_value(text)

    assert found == value
    assert repr(found) == repr(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "<string>:3:1: the key 'a' is already set in line 1, column 1"),
        ("a: \udc80\n", "<string>:1:4: the character U+DC80 is not allowed in YAML: is the text UTF-8?"),
        ("a: [.NaN]\n", "<string>:1:5: .NaN is no number that JSON has, or Kubernetes"),
        ("a: &x\n  b: *x\n", "<string>:2:6: *x stands inside the value that it repeats"),
        ("a: &x\n- *x\n", "<string>:2:3: *x stands inside the value that it repeats"),
        ("a: |\n    b\n  &c d: e\n",
         "<string>:3:3: something other than a key stands in the mapping of line 1: check indentation and quotes"),
        ("a: 1\n---\nb: 2\n", "<string>:2:1: one document is expected, and here starts the second of 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_by_the_exact_reader(text: str, message: str) -> None:
    with pytest.raises(YamlSyntaxError) as caught:
        read_value(text)

    assert str(caught.value) == message


def test_aliases_repeat_values_that_are_not_shared() -> None:
    body = read_value("a: &x\n  b: [1]\nc: *x\n")

    body["a"]["b"].append(2)

    assert body["c"] == {"b": [1]}


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        (
            "from fabricgen.yamlio import dump_document; dump_document({'a': 'b'})",
            ("yaml", "yaml_rs", "jsonschema_rs"),
        ),
        (
            "from fabricgen.yamlio import split_documents; split_documents('a: 1')",
            ("yaml", "yaml_rs", "jsonschema_rs"),
        ),
        ("from fabricgen.yamlio import read_value; read_value('a: 1')", ("yaml", "pathlib")),
        (
            "from fabricgen.yamlio import read_document; read_document('a: 1')",
            ("yaml_rs._yaml_rs", "jsonschema_rs"),
        ),
    ],
)
def test_nothing_is_imported_before_it_is_needed(program: str, absent: tuple[str, ...]) -> None:
    # Without `site`, which on some machines imports much of the standard library for editable installations.
    search = f"import sys; sys.path[:] = {sys.path!r}; {program}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-S", "-c", search], capture_output=True, text=True, check=True)

    assert set(absent) & set(done.stdout.split()) == set()


def test_a_merge_with_its_tag_as_kustomize_writes_it_is_a_merge() -> None:
    assert read_value("a: &a {b: 1}\nc:\n  !!merge <<: *a\n  d: 2\n")["c"] == {"b": 1, "d": 2}
