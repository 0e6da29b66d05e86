"""What a person is told about a YAML text that cannot be read."""

import pytest

from fabricgen.yamlio import YamlProblem, YamlSyntaxError, read_document, read_documents


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\tb: 2\n", "2:1: a tab is used for indentation: YAML allows only spaces"),
        ("a:\n\tb: 2\n", "2:1: a tab is used for indentation: YAML allows only spaces"),
        ("a: @x\n", "1:4: a value cannot start with '@': put it in quotes"),
        ("a: %x\n", "1:4: a value cannot start with '%': put it in quotes"),
        (
            "a: *.example.com\n",
            "1:5: no name follows the '*' or '&': put text that starts with one of them in quotes",
        ),
        (
            "a: b: c\n",
            "1:5: no key can stand here: put text that contains ': ' in quotes, or check the indentation",
        ),
        ("a: - b\n", "1:4: no list item can start here: check the indentation of the '-'"),
        ("a: ? b\n", "1:4: no key can start here: check the indentation"),
        (
            "a: 1\nb\nc: 2\n",
            "3:1: line 2 is neither a complete key (`key: value`) nor does it continue the value above it",
        ),
        (
            "- a\nb: 1\n",
            "2:1: something other than a '-' item stands in the list of line 1: check the indentation",
        ),
        (
            "a: 'x' y\n",
            "1:8: something other than a key stands in the mapping of line 1: check indentation and quotes",
        ),
        ("a: [1,\n  2\nb: 3\n", "3:2: the '[' in line 1 is not closed: expected ',' or ']' here"),
        ("a: {b: 1\n", "2:1: the '{' in line 1 is not closed: expected ',' or '}' here"),
        ("a: [,]\n", "1:5: a value is missing here"),
        ("a: 'x\nb: 1\n", "3:1: the quoted text that starts in line 1 has no closing quote"),
        ("a: 'x\n---\nb: 1\n", "2:1: the quoted text that starts in line 1 has no closing quote"),
        (
            'a: "\\d"\n',
            "1:5: no such escape after the backslash: write '\\\\' for a backslash, or use single quotes",
        ),
        ("a: !x!y 1\n", "1:4: the tag has a handle that is not declared; only plain YAML is read here"),
        ("a: | b\n  c\n", "1:6: nothing but a comment can stand on the line of a '|' or '>'"),
        (
            "[1]\n[2]\n",
            "2:1: the document ended before this line: check the indentation, or start a new document with '---'",
        ),
        ("%YAML 1.1\n%YAML 1.1\n--- 1\n", "2:1: this is not YAML: found duplicate %YAML directive"),
        (
            "%YAML 1.2\n--- 1\n",
            "1:1: Kubernetes' reader refuses a %YAML line for anything but 1.1: remove the line",
        ),
        ("a: !!binary eA==\n", "1:4: the tag !!binary is not plain data, which is all that is read here"),
        ("a: !secret x\n", "1:4: the tag !secret is not plain data, which is all that is read here"),
        ("a: !!set {b}\n", "1:4: the tag !!set is not plain data, which is all that is read here"),
        ("a: !!int x\n", "1:4: 'x' is not a value for the tag !!int"),
        ("a: !!int 1.5\n", "1:4: '1.5' is not a value for the tag !!int"),
        ("a: !!float y\n", "1:4: 'y' is not a value for the tag !!float"),
        ("a: 1\n~: 2\n", "2:1: null cannot be a key; if the text is meant, put it in quotes"),
        (
            "18446744073709551615: 2\n",
            "1:1: 18446744073709551615 cannot be a key; if the text is meant, put it in quotes",
        ),
        ("{a: 1}: 2\n", "1:1: a mapping or a list cannot be a key; if text is meant, put it in quotes"),
        (
            "a: {{ .Values.b }}\n",
            "1:5: a mapping or a list cannot be a key; if text is meant, put it in quotes",
        ),
        (
            "a: &x [1]\n*x : 2\n",
            "2:1: a mapping or a list cannot be a key; if text is meant, put it in quotes",
        ),
        ("a: *x\n", "1:4: *x repeats nothing: no &x is above it"),
        ("a: &x [1, *x]\n", "1:11: *x stands inside the value that it repeats"),
        ("a:\n  <<: 1\n", "2:3: '<<' takes a mapping or a list of mappings"),
        ("a:\n  <<: [{}, 1]\n", "2:3: '<<' takes a mapping or a list of mappings"),
        (
            "a: b\x07\n",
            '1:5: the character U+0007 is not allowed in YAML: write it as an escape in double quotes ("\\u0007")',
        ),
        (
            "a: b\n# \x00\n",
            '2:3: the character U+0000 is not allowed in YAML: write it as an escape in double quotes ("\\u0000")',
        ),
        ("a: \udc80\n", "1:4: the character U+DC80 is not allowed in YAML: is the text UTF-8?"),
        ("[" * 201, "1:201: this is nested deeper than 200 levels"),
        ("- " * 100_000, "1:401: this is nested deeper than 200 levels"),
    ],
)
def test_a_problem_is_told_in_a_plain_sentence_with_its_place(text: str, message: str) -> None:
    with pytest.raises(YamlSyntaxError) as caught:
        read_documents(text, source="x.yaml")

    assert str(caught.value) == f"x.yaml:{message}"


def test_all_duplicate_keys_and_the_first_syntax_error_are_told_at_once() -> None:
    text = "a: 1\nb: {c: 1, 'c': 2}\na: 2\n---\n1: x\n'1': y\n0x1: z\nd: [e\n"

    with pytest.raises(YamlSyntaxError) as caught:
        read_documents(text)

    assert caught.value.source == "<string>"
    assert caught.value.problems == (
        YamlProblem(line=2, column=11, problem="the key 'c' is already set in line 2, column 5"),
        YamlProblem(line=3, column=1, problem="the key 'a' is already set in line 1, column 1"),
        YamlProblem(line=6, column=1, problem="the key '1' is already set in line 5, column 1"),
        YamlProblem(line=7, column=1, problem="the key '1' is already set in line 5, column 1"),
        YamlProblem(line=9, column=1, problem="the '[' in line 8 is not closed: expected ',' or ']' here"),
    )


def test_an_own_key_over_a_merged_one_is_no_duplicate() -> None:
    assert read_document("a: &x {b: 1}\nc: {<<: *x, b: 2}\n").value["c"] == {"b": 2}


def test_a_few_lines_of_aliases_cannot_stand_for_billions_of_values() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

    with pytest.raises(YamlSyntaxError) as caught:
        read_document("\n".join(lines))

    (problem,) = caught.value.problems
    assert problem.problem == "the aliases of this document stand for more than 100,000 values"
    assert problem.line == 6


def test_aliases_cannot_nest_deeper_than_text_can() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 300))]

    with pytest.raises(YamlSyntaxError, match="this alias nests values deeper than 200 levels"):
        read_document("\n".join(lines))


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_one_document_is_expected_and_none_is_there(text: str) -> None:
    with pytest.raises(
        YamlSyntaxError, match=r"^x:1:1: there is no document here, nothing but comments at most$"
    ):
        read_document(text, source="x")


def test_one_document_is_expected_and_three_are_there() -> None:
    with pytest.raises(
        YamlSyntaxError, match=r"^x:2:1: one document is expected, and here starts the second of 3$"
    ):
        read_document("a: 1\n---\nb: 2\n---\nc: 3\n", source="x")
