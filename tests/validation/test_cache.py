"""The verdict cache: right or empty, never wrong."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fabricgen.digests import digest_of
from fabricgen.validation.cache import Cache, open_cache, stamp_of
from fabricgen.validation.options import Options

LATER = 10**19
REVIEW: list[Any] = [[["valid", 1]], [], [], [["v1", "Pod"]]]


def _same(_: tuple[str, str]) -> str:
    return "schema-1"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "pod.yaml"
    path.write_text("kind: Pod\n", encoding="utf-8")
    return path


@pytest.fixture
def saved(tmp_path: Path, manifest: Path) -> Callable[..., Cache]:
    """A cache that was saved with the review of `manifest`; the function opens it again."""

    def open_again(options: Options | None = None, digest: Callable[[tuple[str, str]], str] = _same) -> Cache:
        return open_cache(tmp_path / "cache", options or Options(), digest=digest)

    cache = open_again()
    cache.learn(
        str(manifest),
        stamp=stamp_of(str(manifest)),
        digest=digest_of(manifest.read_bytes()),
        review=REVIEW,
    )
    cache.save(digest=_same, now=LATER)
    return open_again


def _known(cache: Cache, manifest: Path) -> list[Any] | None:
    return cache.known(str(manifest), stamp_of(str(manifest)))


def test_an_unchanged_file_is_known(saved: Callable[..., Cache], manifest: Path) -> None:
    assert _known(saved(), manifest) == REVIEW


def test_an_unchanged_file_is_not_read(saved: Callable[..., Cache], manifest: Path) -> None:
    stamp = stamp_of(str(manifest))
    manifest.unlink()

    assert saved().known(str(manifest), stamp) == REVIEW


def test_a_file_with_another_time_and_the_same_content_is_known(
    saved: Callable[..., Cache], manifest: Path
) -> None:
    os.utime(manifest, ns=(1, 1))

    assert _known(saved(), manifest) == REVIEW


def test_a_changed_file_of_the_same_length_is_not_known(saved: Callable[..., Cache], manifest: Path) -> None:
    manifest.write_text("kind: Pox\n", encoding="utf-8")

    assert _known(saved(), manifest) is None


def test_a_file_that_changed_just_before_it_was_read_is_read_again(tmp_path: Path, manifest: Path) -> None:
    stamp = stamp_of(str(manifest))
    cache = open_cache(tmp_path / "cache", Options(), digest=_same)
    cache.learn(str(manifest), stamp=stamp, digest=digest_of(manifest.read_bytes()), review=REVIEW)
    cache.save(digest=_same, now=stamp[1] + 1)
    manifest.write_text("kind: Pox\n", encoding="utf-8")

    again = open_cache(tmp_path / "cache", Options(), digest=_same)

    assert again.known(str(manifest), stamp) is None


def test_another_schema_makes_everything_unknown_that_it_judged(
    saved: Callable[..., Cache], manifest: Path
) -> None:
    assert _known(saved(digest=lambda _: "schema-2"), manifest) is None


def test_a_schema_that_is_gone_makes_unknown_too(saved: Callable[..., Cache], manifest: Path) -> None:
    assert _known(saved(digest=lambda _: ""), manifest) is None


@pytest.mark.parametrize(
    "options", [Options(strict=False), Options(cel=False), Options(kubernetes="1.30"), Options(every=True)]
)
def test_other_options_have_a_cache_of_their_own(
    saved: Callable[..., Cache], manifest: Path, options: Options
) -> None:
    assert _known(saved(options), manifest) is None


@pytest.mark.parametrize("options", [Options(jobs=7), Options(fail_fast=True)])
def test_options_that_change_no_verdict_share_a_cache(
    saved: Callable[..., Cache], manifest: Path, options: Options
) -> None:
    assert _known(saved(options), manifest) == REVIEW


def _forge(data: bytes) -> bytes:
    return digest_of(data).encode() + b"\n" + data


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"valid", b"vixid"),
        lambda data: b"\x00" * len(data),
        lambda _: _forge(b"[]"),
        lambda _: _forge(b"{}"),
        lambda _: _forge(b"null"),
        lambda _: _forge(b'{"kinds": 3, "entries": []}'),
        lambda _: _forge(b'{"kinds": [], "entries": {"a": 1}}'),
        lambda _: _forge(json.dumps({"kinds": [["v1"]], "entries": {}}).encode()),
    ],
)
def test_a_damaged_cache_is_as_good_as_none(
    tmp_path: Path, saved: Callable[..., Cache], manifest: Path, damage: Callable[[bytes], bytes]
) -> None:
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(damage(file.read_bytes()))

    assert _known(saved(), manifest) is None


def test_what_two_runs_learn_is_one_or_the_other_and_whole(tmp_path: Path) -> None:
    first = open_cache(tmp_path / "cache", Options(), digest=_same)
    second = open_cache(tmp_path / "cache", Options(), digest=_same)
    first.learn("a", stamp=[1, 1, 1, 1], digest="a", review=REVIEW)
    second.learn("b", stamp=[1, 1, 1, 1], digest="b", review=REVIEW)

    first.save(digest=_same, now=LATER)
    second.save(digest=_same, now=LATER)

    assert set(open_cache(tmp_path / "cache", Options(), digest=_same).entries) == {"b"}


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way", encoding="utf-8")
    cache = open_cache(tmp_path / "cache", Options(), digest=_same)
    cache.learn("a", stamp=[1, 1, 1, 1], digest="a", review=REVIEW)

    cache.save(digest=_same, now=LATER)

    assert (tmp_path / "cache").read_text(encoding="utf-8") == "a file in the way"


def test_saving_leaves_no_other_file_behind(tmp_path: Path, saved: Callable[..., Cache]) -> None:
    saved().save(digest=_same, now=LATER)

    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_names_that_are_not_unicode_are_kept(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "cache", Options(), digest=_same)
    cache.learn("caf\udce9.yaml", stamp=[1, 1, 1, 1], digest="a", review=REVIEW)

    cache.save(digest=_same, now=LATER)

    assert "caf\udce9.yaml" in open_cache(tmp_path / "cache", Options(), digest=_same).entries
