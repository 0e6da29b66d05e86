"""Reading versions as people write them. Used by the description's fields and by every table here."""

import re

from semver import Version

__all__ = ["Minor", "Version", "format_minor", "format_range", "minor_of", "parse_minor", "parse_version"]

Minor = tuple[int, int]

_TWO_PARTS = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)")


def parse_version(text: str) -> Version:
    """Return the version that `text` names: a leading v, a pre-release and a build such as +k3s1 are fine.

    Raises ValueError with a sentence for people; two parts ("1.34") are refused, since a release has three.
    """
    if _TWO_PARTS.fullmatch(text):
        bare = text.removeprefix("v")
        raise ValueError(f"{text!r} names a minor; an exact patch release is needed, such as {bare}.0")
    try:
        return Version.parse(text.removeprefix("v"))
    except ValueError:
        raise ValueError(f"{text!r} is not a version such as 1.34.2") from None


def parse_minor(text: str) -> Minor:
    """Return the minor that `text` names: "1.12", "v1.12" or a whole version. Raises ValueError with a sentence."""
    if match := _TWO_PARTS.fullmatch(text):
        return int(match[1]), int(match[2])
    try:
        return minor_of(parse_version(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a minor such as 1.12") from None


def minor_of(version: Version) -> Minor:
    """Return major and minor of `version`."""
    return version.major, version.minor


def format_minor(minor: Minor) -> str:
    """Return `minor` as people write it, such as "1.12"."""
    return f"{minor[0]}.{minor[1]}"


def format_range(first: Minor, last: Minor) -> str:
    """Return the minors from `first` to `last`, both included, as people write them: "1.30 to 1.35"."""
    return format_minor(first) if first == last else f"{format_minor(first)} to {format_minor(last)}"
