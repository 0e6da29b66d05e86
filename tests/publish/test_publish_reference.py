"""References: what is taken, what is refused, and that a password in one is not repeated."""

import pytest

from fabricgen.errors import PublishError
from fabricgen.publish.reference import Reference, parse_reference


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tags"),
    [
        ("oci://ghcr.io/me/home:latest", "ghcr.io", "me/home", ("latest",)),
        ("oci://localhost/home:v1", "localhost", "home", ("v1",)),
        ("oci://localhost:5000/a/b-c/d_e.f:v1", "localhost:5000", "a/b-c/d_e.f", ("v1",)),
        ("oci://[::1]:5000/home:v1", "[::1]:5000", "home", ("v1",)),
    ],
)
def test_a_reference_has_registry_repository_and_tag(
    text: str, registry: str, repository: str, tags: tuple[str, ...]
) -> None:
    assert parse_reference(text) == Reference(registry=registry, repository=repository, tags=tags)


def test_further_tags_follow_and_come_once() -> None:
    assert parse_reference("oci://ghcr.io/me/home:v1", tags=("latest", "v1")).tags == ("v1", "latest")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ghcr.io/me/home:latest", "does not begin with oci://"),
        ("oci://ghcr.io:latest", "names no registry"),
        ("oci:///home:latest", "names no registry"),
        ("oci://ghcr.io/Me/home:latest", "names no repository: 'Me/home'"),
        ("oci://ghcr.io/me/:latest", "names no repository"),
        ("oci://ghcr.io/me/home", "names no tag, and neither does --tag"),
        ("oci://ghcr.io/me/home:", "has the tag '', which no registry takes"),
        ("oci://ghcr.io/me/home:a b", "has the tag 'a b'"),
        ("oci://ghcr.io/me/home@sha256:0123", "has an @"),
        ("oci://me:hunter2@ghcr.io/me/home:latest", "has an @"),
    ],
)
def test_a_wrong_reference_is_refused_with_the_right_form(text: str, told: str) -> None:
    with pytest.raises(PublishError) as caught:
        parse_reference(text)

    message = str(caught.value)
    assert told in message
    assert "write it as oci://ghcr.io/owner/cluster:latest" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("registry", "loopback"),
    [("127.0.0.1:5000", True), ("localhost", True), ("[::1]:5000", True), ("192.168.1.2:5000", False)],
)
def test_loopback_is_this_machine(registry: str, loopback: bool) -> None:  # noqa: FBT001 - what is expected
    assert Reference(registry=registry, repository="one", tags=("a",)).is_loopback is loopback


def test_docker_hub_serves_by_another_name() -> None:
    assert parse_reference("oci://docker.io/me/home:latest").served_by == "index.docker.io"
