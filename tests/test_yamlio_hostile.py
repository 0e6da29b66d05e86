"""Texts made to hurt: each ends in a sentence or a value, soon, and without much memory."""

import resource
import subprocess
import sys
import time

import pytest

MOST_SECONDS = 5
MOST_MEMORY = 500 * 2**20

PROGRAM = """
import sys
from fabricgen.yamlio import YamlSyntaxError, read_value, split_documents
text = eval(sys.argv[1])
try:
    print([type(read_value(chunk.text)).__name__ for chunk in split_documents(text)])
except YamlSyntaxError as error:
    print(len(error.problems), error.problems[0].problem)
"""

NESTED = "1 this is nested deeper than 200 levels"
TOO_MANY = "1 this document has more than 250,000 values"
TOO_LONG = (
    "1 this document has more than 8,388,608 characters, the most that is read; the API server takes 3 MiB"
)
COPIES = "1 the aliases of this document stand for more than 100,000 values"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'[' * 200_000", NESTED),
        ("'- ' * 200_000 + 'a\\n'", NESTED),
        ("'{a: ' * 200_000", NESTED),
        ("''.join(' ' * n + 'a:\\n' for n in range(2000))", NESTED),
        ("'a: ' + 'x' * 9_000_000", TOO_LONG),
        ("'a: ' + '9' * 8_000_000", "['dict']"),
        ("'9' * 8_000_000 + ': a'",
         "1 no key can stand here: put text that contains ': ' in quotes, or check the indentation"),
        ("''.join(f'k{n}: 1\\n' for n in range(600_000))", TOO_MANY),
        ("'[' + 'no,' * 2_500_000 + ']'", TOO_MANY),
        ("'-\\n' * 4_000_000", TOO_MANY),
        ("'[' * 198 + ','.join('a' for _ in range(240_000)) + ']' * 198", "['list']"),
        ("'a: 1\\n' * 1_000_000", "201 the key 'a' is already set in line 1, column 1"),
        ("''.join(f'a{n}: &x{n} 1\\n' for n in range(200_000))", "['dict']"),
        ("'a: &x\\n  b: c\\n' + ''.join(f'k{n}: *x\\n' for n in range(200_000))", COPIES),
        ("'a0: &a0 x\\n' + ''.join(f'a{n}: &a{n} [{\", \".join([f\"*a{n - 1}\"] * 9)}]\\n' for n in range(1, 10))",
         COPIES),
        ("'a0: &a0\\n  x: y\\n' + ''.join(f'a{n}: &a{n}\\n' + f'  b: *a{n - 1}\\n  c: *a{n - 1}\\n' for n in range(1, 30))",
         COPIES),
        ("'a: |\\n' + '\\n' * 8_000_000 + '  x\\n'", "['dict']"),
        ("''.join(' ' * (n * 7 % 60 // 2 * 2) + 'a: |\\n' for n in range(200_000))",
         "1 something other than a key stands in the mapping of line 1: check indentation and quotes"),
        ("'---\\n' * 2_000_000", "[]"),
        ("'---\\x00\\n'",
         '1 the character U+0000 is not allowed in YAML: write it as an escape in double quotes ("\\u0000")'),
    ],
)  # fmt: skip
def test_a_hostile_text_ends_soon_in_little_memory(text: str, told: str) -> None:
    start = time.process_time()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, text],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY)),
    )

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.stdout.rstrip("\n"), done.stderr) == (told, "")
    assert after.ru_utime - before.ru_utime + time.process_time() - start < MOST_SECONDS
