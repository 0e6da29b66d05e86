"""Edits of one document: only the lines that are meant change, and what cannot be done so is refused."""

from difflib import ndiff
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabricgen.yamlio import dump_document, read_value
from fabricgen.yamlio.edits import CannotEditError, Edit, edit_document

TEXT = """\
apiVersion: v1  # first
kind: HelmRelease
metadata:
    name: "cilium"   # an odd indentation
spec:
  # about values
  values:
    loadBalancer:   { mode: dsr, a: 1 }
    automount: true # dead
    # about ipam

    ipam:
      mode: 'kubernetes'   # quoted
    long: this is a very long line that somebody
      folded over two
    list:
    - a
    -   b
    ports:
      - x: 1
        y1: yes
    base: &a
      k: v
    other: *a
    text: |
      # no comment
      mode: dsr
    octal: 0755
    empty:
    last: null
"""
VALUES = ("spec", "values")


def _changes(*edits: Edit) -> list[str]:
    before, after = TEXT.splitlines(), edit_document(TEXT, edits).splitlines()
    return [line for line in ndiff(before, after) if line.startswith(("+", "-"))]


@pytest.mark.parametrize(
    ("edit", "changes"),
    [
        (
            Edit("set", (*VALUES, "ipam", "mode"), "cluster-pool"),
            ["-       mode: 'kubernetes'   # quoted", "+       mode: 'cluster-pool'   # quoted"],
        ),
        (
            Edit("set", (*VALUES, "loadBalancer", "mode"), "snat"),
            ["-     loadBalancer:   { mode: dsr, a: 1 }", "+     loadBalancer:   { mode: snat, a: 1 }"],
        ),
        (Edit("remove", (*VALUES, "automount")), ["-     automount: true # dead"]),
        (
            Edit("rename", (*VALUES, "automount"), "autoMount"),
            ["-     automount: true # dead", "+     autoMount: true # dead"],
        ),
        (
            Edit("set", (*VALUES, "bpf", "masquerade"), value=True),
            ["+     bpf:", "+       masquerade: true"],
        ),
        (Edit("append", (*VALUES, "list"), "yes"), ['+     - "yes"']),
        (
            Edit("append", (*VALUES, "ports"), {"x": 2, "y": "on"}),
            ["+       - x: 2", '+         "y": "on"'],
        ),
        (Edit("set", ("metadata", "namespace"), "kube-system"), ["+     namespace: kube-system"]),
        (Edit("set", (*VALUES, "empty", "a", "b"), 1), ["+       a:", "+         b: 1"]),
        (
            Edit("set", (*VALUES, "long"), "short"),
            [
                "+     long: short",
                "-     long: this is a very long line that somebody",
                "-       folded over two",
            ],
        ),
        (Edit("remove", (*VALUES, "last")), ["-     last: null"]),
        (Edit("remove", (*VALUES, "list", 0)), ["-     - a"]),
        (Edit("set", (*VALUES, "octal"), 8), ["-     octal: 0755", "+     octal: 8"]),
    ],
    ids=lambda value: f"{value.operation} {value.path[-1]}" if isinstance(value, Edit) else "",
)
def test_only_the_lines_that_are_meant_change(edit: Edit, changes: list[str]) -> None:
    assert _changes(edit) == changes


def test_several_edits_are_made_together() -> None:
    changes = _changes(
        Edit("remove", (*VALUES, "automount")), Edit("set", (*VALUES, "ipam", "mode"), "cluster-pool")
    )

    assert [line[:1] for line in changes] == ["-", "-", "+"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Edit("set", (*VALUES, "base", "k"), "w"), "an alias"),
        (Edit("set", (*VALUES, "text", "mode"), "snat"), "is text in this file"),
        (Edit("remove", (*VALUES, "nothing")), "there is no nothing to change"),
        (Edit("rename", (*VALUES, "automount"), "ipam"), "there is a key ipam already"),
        (Edit("append", (*VALUES, "ipam"), 1), "is no list"),
        (Edit("remove", ()), "whole document"),
    ],
)
def test_what_cannot_be_done_in_place_is_refused(edit: Edit, reason: str) -> None:
    with pytest.raises(CannotEditError, match=reason):
        edit_document(TEXT, [edit])


WORDS = st.sampled_from(["a", "b1", "mode", "yes", "0755", "x: y", "# c", "kube-system", "null", "1e3", ""])
TREES = st.recursive(
    WORDS | st.integers(-5, 5) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
BODIES = st.dictionaries(WORDS, TREES, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(body=BODIES, value=TREES, key=WORDS)
def test_a_set_value_is_read_back_and_nothing_else_changes(
    body: dict[str, Any], value: Any, key: str
) -> None:
    text = dump_document(body)

    edited = edit_document(text, [Edit("set", (key,), value)])

    assert read_value(edited) == {**body, key: value}


@settings(max_examples=60, deadline=None)
@given(body=BODIES)
def test_removing_a_key_leaves_all_others_as_they_were(body: dict[str, Any]) -> None:
    first, *others = body
    text = dump_document(body)

    edited = edit_document(text, [Edit("remove", (first,))])

    assert read_value(edited) == {key: body[key] for key in others}
