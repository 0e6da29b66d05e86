"""Scalars that YAML readers disagree about: all of them are found, and nothing else."""

import pytest

from fabricgen.yamlio import read_document


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("y", "true for Kubernetes and YAML 1.1, the text 'y' for YAML 1.2"),
        ("N", "false for Kubernetes and YAML 1.1, the text 'N' for YAML 1.2"),
        ("Yes", "true for Kubernetes and YAML 1.1, the text 'Yes' for YAML 1.2"),
        ("no", "false for Kubernetes and YAML 1.1, the text 'no' for YAML 1.2"),
        ("on", "true for Kubernetes and YAML 1.1, the text 'on' for YAML 1.2"),
        ("OFF", "false for Kubernetes and YAML 1.1, the text 'OFF' for YAML 1.2"),
        ("0755", "the number 493 for Kubernetes and YAML 1.1, the number 755 for YAML 1.2"),
        ("0o7", "the number 7 for Kubernetes and YAML 1.2, the text '0o7' for YAML 1.1"),
        ("0b11", "the number 3 for Kubernetes and YAML 1.1, the text '0b11' for YAML 1.2"),
        ("0b-1", "the number -1 for Kubernetes, the text '0b-1' for YAML 1.1 and YAML 1.2"),
        ("089", "the number 89.0 for Kubernetes, the text '089' for YAML 1.1, the number 89 for YAML 1.2"),
        ("1_000", "the number 1000 for Kubernetes and YAML 1.1, the text '1_000' for YAML 1.2"),
        ("1e3", "the number 1000.0 for Kubernetes and YAML 1.2, the text '1e3' for YAML 1.1"),
        ("-.5", "the number -0.5 for Kubernetes and YAML 1.2, the text '-.5' for YAML 1.1"),
        ("12:30:45", "the text '12:30:45' for Kubernetes and YAML 1.2, the number 45045 for YAML 1.1"),
        ("1:30.5", "the text '1:30.5' for Kubernetes and YAML 1.2, the number 90.5 for YAML 1.1"),
        ("2001-01-01", "the text '2001-01-01' for Kubernetes and YAML 1.2, a date for YAML 1.1"),
        (".inf", "an error for Kubernetes, the number inf for YAML 1.1 and YAML 1.2"),
        (".NaN", "an error for Kubernetes, the number nan for YAML 1.1 and YAML 1.2"),
        ("=", "the text '=' for Kubernetes and YAML 1.2, an error for YAML 1.1"),
        ("<<", "the text '<<' for Kubernetes and YAML 1.2, an error for YAML 1.1"),
        ("1e19", "the number 1e+19 for Kubernetes and YAML 1.2, the text '1e19' for YAML 1.1"),
    ],
)
def test_what_readers_disagree_about_is_told_with_who_reads_what(written: str, readings: str) -> None:
    (ambiguity,) = read_document(f"a:\n  - '{written}'\n  - {written}\n").ambiguous[-1:]

    assert ambiguity.path == ("a", 1)
    assert ambiguity.position == (3, 5)
    assert ambiguity.text == written
    assert ambiguity.readings == readings


@pytest.mark.parametrize(
    "written",
    [
        "no way",
        "true",
        "FALSE",
        "~",
        "null",
        "1",
        "-1",
        "0",
        "1.5",
        "1.0e+3",
        "0x1f",
        "1.2.3",
        "1:a",
        "none",
        "yEs",
    ],
)
def test_what_all_readers_take_alike_is_not_ambiguous(written: str) -> None:
    assert read_document(f"a: {written}\n").ambiguous == ()


def test_a_whole_number_beyond_64_bits_is_ambiguous_since_go_makes_it_a_float() -> None:
    document = read_document("a: 18446744073709551617\n")

    assert document.value == {"a": 1.8446744073709552e19}
    assert document.ambiguous[0].readings == (
        "the number 1.8446744073709552e+19 for Kubernetes, "
        "the number 18446744073709551617 for YAML 1.1 and YAML 1.2"
    )


def test_a_lone_exclamation_mark_makes_text_of_a_scalar_but_not_for_every_reader() -> None:
    document = read_document("a: ! 12\n")

    assert document.value == {"a": "12"}
    assert (
        document.ambiguous[0].readings
        == "text for Kubernetes and YAML 1.2, whatever it looks like for YAML 1.1"
    )


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_a_character_that_breaks_lines_for_some_readers_only_is_ambiguous(character: str) -> None:
    document = read_document(f"a: b\nc: [d, 'e{character}f']\n")

    (ambiguity,) = document.ambiguous
    assert ambiguity.path == ("c", 1)
    assert ambiguity.position == (2, 8)
    assert ambiguity.readings == (
        f"with U+{ord(character):04X} as a line break for Kubernetes and YAML 1.1, "
        "as an ordinary character for YAML 1.2"
    )


@pytest.mark.parametrize("written", ["'no'", '"0755"', "|-\n  on", "!!str yes"])
def test_text_that_is_marked_as_text_is_not_ambiguous(written: str) -> None:
    assert read_document(f"a: {written}\n").ambiguous == ()


def test_keys_are_ambiguous_too() -> None:
    (ambiguity,) = read_document("a:\n  on: x\n").ambiguous

    assert ambiguity.path == ("a", "true")
    assert ambiguity.position == (2, 3)
    assert ambiguity.text == "on"


def test_a_merge_key_is_ambiguous() -> None:
    (ambiguity,) = read_document("a: &x {b: 1}\nc:\n  <<: *x\n").ambiguous

    assert ambiguity.path == ("c", "<<")
    assert ambiguity.position == (3, 3)
    assert ambiguity.readings == "a merge for Kubernetes and YAML 1.1, an ordinary key for YAML 1.2"
