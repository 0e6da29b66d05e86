"""Kinds that are selected, parts that are taken out."""

import pytest

from fabricgen.errors import DescriptionError
from fabricgen.validation.selection import read_kinds, read_removals

SECRET = ("v1", "Secret")


@pytest.mark.parametrize("written", ["Secret", "v1/Secret", " Secret "])
def test_a_kind_is_selected_with_or_without_its_version(written: str) -> None:
    assert SECRET in read_kinds([written])


@pytest.mark.parametrize("written", ["secret", "v2/Secret", "apps/v1/Secret", ""])
def test_another_kind_is_not_selected(written: str) -> None:
    assert SECRET not in read_kinds([written])


def test_a_part_is_taken_out_of_every_kind_and_the_rest_stays() -> None:
    (removal,) = read_removals(["/metadata/labels"])

    left = removal.without({"kind": "Pod", "metadata": {"name": "a", "labels": {}}}, key=("v1", "Pod"))

    assert left == {"kind": "Pod", "metadata": {"name": "a"}}


def test_the_document_itself_is_left_as_it_is() -> None:
    body = {"data": {"a": "b"}}

    read_removals(["/data/a"])[0].without(body, key=SECRET)

    assert body == {"data": {"a": "b"}}


@pytest.mark.parametrize(("key", "left"), [(SECRET, {}), (("v1", "ConfigMap"), {"sops": 1})])
def test_a_part_of_one_kind_stays_in_others(key: tuple[str, str], left: dict[str, int]) -> None:
    (removal,) = read_removals(["v1/Secret:/sops"])

    assert removal.without({"sops": 1}, key=key) == left


def test_escaped_slashes_are_part_of_a_key() -> None:
    (removal,) = read_removals(["/metadata/annotations/example.com~1key"])

    left = removal.without({"metadata": {"annotations": {"example.com/key": "x", "b": "y"}}}, key=SECRET)

    assert left == {"metadata": {"annotations": {"b": "y"}}}


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": ["a"]}])
def test_a_part_that_is_not_there_is_no_matter(body: dict[str, object]) -> None:
    (removal,) = read_removals(["/data/a"])

    assert removal.without(body, key=SECRET) == body


def test_every_entry_that_names_no_part_is_told_at_once() -> None:
    with pytest.raises(DescriptionError) as caught:
        read_removals(["sops", "Secret:", "/", "/a//b", "/fine"])

    assert len(caught.value.problems) == 4
