import time
from collections.abc import Iterator

import pytest
from upstream_server import HASTY, Answer, Upstream, serving

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.pull.fetch import Fetcher, Patience

ADDRESS = "https://raw.example/a/file.yaml"
PATH = "/raw.example/a/file.yaml"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as server:
        yield server


def _refusal(upstream: Upstream, patience: Patience = HASTY) -> str:
    with pytest.raises(SchemaError) as refused:
        upstream.fetcher(patience).fetch(ADDRESS)
    return str(refused.value)


def test_a_mirror_serves_the_file_under_host_and_path(upstream: Upstream) -> None:
    upstream.put(ADDRESS, b"whole")

    assert upstream.fetcher().fetch(ADDRESS) == b"whole"
    assert upstream.asked == [PATH]


def test_a_mirror_may_end_with_a_slash(upstream: Upstream) -> None:
    upstream.put(ADDRESS, b"whole")

    assert Fetcher(mirror=f"{upstream.url}/", patience=HASTY).fetch(ADDRESS) == b"whole"


@pytest.mark.parametrize(
    "mirror",
    ["mirror.example", "file:///srv/mirror", "ftp://mirror.example", "https://", "https://m.example/?q=1"],
)
def test_what_is_no_web_address_is_no_mirror(mirror: str) -> None:
    with pytest.raises(SchemaError, match="an address such as"):
        Fetcher(mirror=mirror)


def test_a_missing_file_is_asked_for_once_and_both_addresses_are_named(upstream: Upstream) -> None:
    refusal = _refusal(upstream)

    assert refusal == (
        f"{ADDRESS} (from {upstream.url}{PATH}): the server says 404 Not Found; does this version exist?"
    )
    assert upstream.asked == [PATH]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_passing_fault_is_tried_again(upstream: Upstream, status: int) -> None:
    upstream.put(ADDRESS, Answer(status=status), Answer(body=b"whole"))

    assert upstream.fetcher().fetch(ADDRESS) == b"whole"
    assert len(upstream.asked) == 2


def test_a_fault_that_stays_is_told_after_three_tries(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(status=503))

    assert "the server says 503 Service Unavailable" in _refusal(upstream)
    assert len(upstream.asked) == 3


def test_a_refusal_is_not_tried_again(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(status=403))

    assert "the server says 403 Forbidden" in _refusal(upstream)
    assert len(upstream.asked) == 1


def test_half_a_file_is_no_file(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(body=b"half", length=8))

    assert "the file broke off after 4 of 8 bytes" in _refusal(upstream)


def test_half_a_file_is_fetched_again(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(body=b"half", length=8), Answer(body=b"whole"))

    assert upstream.fetcher().fetch(ADDRESS) == b"whole"


def test_a_file_in_chunks_is_whole_when_its_end_is_told(upstream: Upstream) -> None:
    chunks = Answer(body=b"5\r\nwhole\r\n0\r\n\r\n", headers={"Transfer-Encoding": "chunked"})
    upstream.put(ADDRESS, chunks)

    assert upstream.fetcher().fetch(ADDRESS) == b"whole"


def test_chunks_without_an_end_are_no_file(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(body=b"5\r\nwhole\r\n9\r\nha", headers={"Transfer-Encoding": "chunked"}))

    assert "the connection broke" in _refusal(upstream)


def test_a_file_of_unknown_length_is_refused(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(body=b"whole?", length=-1))

    assert "does not say how long the file is" in _refusal(upstream)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"x" * 11),
        Answer(body=b"b\r\nxxxxxxxxxxx\r\n0\r\n\r\n", headers={"Transfer-Encoding": "chunked"}),
    ],
    ids=["announced", "in chunks"],
)
def test_a_file_that_is_too_large_is_refused(upstream: Upstream, answer: Answer) -> None:
    upstream.put(ADDRESS, answer)

    refusal = _refusal(upstream, Patience(most_bytes=10, pauses_seconds=()))

    assert "than 10" in refusal
    assert len(upstream.asked) == 1


def test_a_silent_server_is_waited_for_no_longer_than_said(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(body=b"h", length=2, hangs=True))
    started = time.monotonic()

    refusal = _refusal(upstream, Patience(silence_seconds=0.1, pauses_seconds=(0,)))

    assert "no answer within 0.1 s" in refusal
    assert time.monotonic() - started < 2


def test_a_server_that_is_not_there_is_waited_for_once() -> None:
    with serving() as gone:
        fetcher = gone.fetcher()
    with pytest.raises(SchemaError, match="cannot be reached"):
        fetcher.fetch(ADDRESS)

    with pytest.raises(SchemaError, match="tried before"):
        fetcher.fetch("https://raw.example/another")


def test_a_redirect_within_the_mirror_is_followed(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(status=302, headers={"Location": "/elsewhere"}))
    upstream.put("https://elsewhere", b"whole")

    assert upstream.fetcher().fetch(ADDRESS) == b"whole"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://127.0.0.1:9/x", "which is not https"),
        ("ftp://127.0.0.1/x", "which is not https"),
        ("file:///etc/passwd", "is not allowed"),
    ],
)
def test_a_redirect_away_from_https_is_refused(upstream: Upstream, target: str, why: str) -> None:
    upstream.put(ADDRESS, Answer(status=302, headers={"Location": target}))

    assert why in _refusal(upstream)


def test_redirects_in_a_circle_come_to_an_end(upstream: Upstream) -> None:
    upstream.put(ADDRESS, Answer(status=302, headers={"Location": PATH}))

    assert "the server says 302" in _refusal(upstream)


def test_after_a_stop_nothing_is_fetched(upstream: Upstream) -> None:
    fetcher = upstream.fetcher()
    fetcher.stop()

    with pytest.raises(SchemaError, match="was interrupted"):
        fetcher.fetch(ADDRESS)
    assert upstream.asked == []
