"""Reading versions and minors."""

import pytest

from fabricgen.versions import Version, format_minor, format_range, minor_of, parse_minor, parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.34.2", Version(1, 34, 2)),
        ("v1.12.5", Version(1, 12, 5)),
        ("1.34.9+k3s1", Version(1, 34, 9, build="k3s1")),
        ("v1.14.0-rc.1", Version(1, 14, 0, prerelease="rc.1")),
        ("1.37.0-rc.0+k3s2", Version(1, 37, 0, prerelease="rc.0", build="k3s2")),
    ],
)
def test_a_version_is_read_in_the_forms_that_people_write(text: str, version: Version) -> None:
    assert parse_version(text) == version
    assert parse_version(text).build == version.build


@pytest.mark.parametrize("text", ["1.34", "v1.34"])
def test_two_parts_are_refused_because_a_patch_release_is_needed(text: str) -> None:
    sentence = f"'{text}' names a minor; an exact patch release is needed, such as 1.34.0"
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        parse_version(text)


@pytest.mark.parametrize(
    "text", ["", "latest", "1", "1.2.3.4", "1.02.3", "vv1.2.3", "1.2.x", " 1.2.3", "1.2.3\n", "~1.2.3"]
)
def test_what_is_not_a_version_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a version such as 1\.34\.2$"):
        parse_version(text)


@pytest.mark.parametrize("text", ["1.12", "v1.12", "1.12.5", "v1.12.5", "1.12.0-rc.1"])
def test_a_minor_is_read_alone_or_out_of_a_version(text: str) -> None:
    assert parse_minor(text) == (1, 12)


@pytest.mark.parametrize("text", ["", "1", "v1", "1.x", "1.012", "one.two"])
def test_what_is_not_a_minor_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a minor such as 1\.12$"):
        parse_minor(text)


def test_a_minor_is_written_as_it_is_read() -> None:
    assert format_minor(parse_minor("1.9")) == "1.9"


def test_minors_sort_by_number_and_not_by_text() -> None:
    assert minor_of(parse_version("1.9.6")) < minor_of(parse_version("1.10.0"))


def test_a_range_of_one_minor_is_that_minor() -> None:
    assert format_range((1, 30), (1, 35)) == "1.30 to 1.35"
    assert format_range((1, 1), (1, 1)) == "1.1"
