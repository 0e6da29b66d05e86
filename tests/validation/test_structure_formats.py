"""Formats take what the API server takes."""

import pytest
from structures import custom, thing, told

TAKEN = [
    ("date-time", "2026-01-31T08:00:00Z"),
    ("date-time", "2026-01-31t08:00:00.25+01:00"),
    ("datetime", "2024-02-29T23:59:59Z"),
    ("date", "2024-02-29"),
    ("duration", "1h30m"),
    ("duration", "3d"),
    ("duration", "2 weeks"),
    ("duration", "-1.5s"),
    ("cidr", "10.0.0.1/8"),
    ("cidr", "010.0.0.0/08"),
    ("cidr", "fd00::/64"),
    ("ipv4", "10.0.0.1"),
    ("ipv4", "010.0.0.1"),
    ("ipv6", "fe80::1"),
    ("ipv6", "::ffff:10.0.0.1"),
    ("hostname", "example.com"),
    ("hostname", "9"),
    ("hostname", "é.example"),
    ("uri", "https://example.com/a%20b"),
    ("uri", "/path"),
    ("email", "a@example.com"),
    ("email", "A <a@example.com>"),
    ("uuid", "0123456789ABCDEF0123456789abcdef"),
    ("uuid4", "01234567-89ab-4def-8123-456789abcdef"),
    ("byte", "aGVsbG8="),
    ("mac", "00:1a:2B:3c:4d:5e"),
    ("mac", "001a.2b3c.4d5e"),
    ("hexcolor", "#FFF"),
    ("rgbcolor", "rgb(0, 255,10)"),
    ("ssn", "123-45-6789"),
    ("k8s-short-name", "a-b"),
    ("k8s-long-name", "a.b"),
    ("password", ""),
    ("time", "whatever"),
    ("idn-hostname", "..."),
    ("int32", "text"),
]
REFUSED = [
    ("date-time", "2026-02-30T08:00:00Z"),
    ("date-time", "2026-01-31T24:00:00Z"),
    ("date-time", "2026-01-31 08:00:00Z"),
    ("date-time", "2026-01-31T08:00:00"),
    ("date", "2023-02-29"),
    ("date", "2023-2-9"),
    ("duration", "1"),
    ("duration", "soon"),
    ("cidr", "10.0.0.0"),
    ("cidr", "10.0.0.0/33"),
    ("cidr", "10.0.0.256/8"),
    ("cidr", "fd00::/129"),
    ("cidr", "10.0.0.0/"),
    ("ipv4", "10.0.0"),
    ("ipv4", "fe80::1"),
    ("ipv6", "10.0.0.1"),
    ("ipv6", "fe80::1%eth0"),
    ("ipv6", "1:2"),
    ("hostname", "-a"),
    ("hostname", "a_b"),
    ("hostname", "a." * 130 + "com"),
    ("uri", "example.com"),
    ("uri", ""),
    ("uri", "http://a b/"),
    ("uri", "http://a:port/"),
    ("uri", "/a%2"),
    ("email", "a"),
    ("uuid", "01234567"),
    ("uuid4", "01234567-89ab-3def-8123-456789abcdef"),
    ("byte", "a"),
    ("mac", "00:1a"),
    ("hexcolor", "#FFFF"),
    ("rgbcolor", "rgb(0,256,0)"),
    ("ssn", "1"),
    ("k8s-short-name", "a.b"),
    ("k8s-long-name", "A"),
]


@pytest.mark.parametrize(("name", "text"), TAKEN)
def test_a_text_of_its_format_is_taken(name: str, text: str) -> None:
    assert custom({"type": "string", "format": name}).holds(thing(text))


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_text_of_no_such_format_is_refused(name: str, text: str) -> None:
    judged = custom({"type": "string", "format": name})

    assert not judged.holds(thing(text))
    assert told(judged, thing(text))[0].startswith(f"spec: {text!r} is not "[:60])
