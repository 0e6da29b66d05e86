"""Publishing to a registry that fails: what is told, and that no tag is moved before all is there."""

import ssl
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
import trustme
from loopback_registry import CUT, Stored, loopback_registry

from fabricgen.errors import PublishError
from fabricgen.publish.artifact import Artifact, build_artifact
from fabricgen.publish.credentials import Credentials
from fabricgen.publish.origin import Origin
from fabricgen.publish.reference import parse_reference
from fabricgen.publish.registry import Access, Registry

AT_ONCE = (0.0, 0.0)
FRIEND = Credentials(username="me", password="s3cret")  # noqa: S106 - of the test's own registry
STRANGER = Credentials(username="me", password="w0rse")  # noqa: S106 - as above


@pytest.fixture
def stored() -> Iterator[Stored]:
    with loopback_registry() as one:
        yield one


@pytest.fixture
def artifact() -> Artifact:
    return _artifact("one")


def _artifact(text: str) -> Artifact:
    return build_artifact({PurePosixPath("flux/a.yaml"): text.encode() * 40_000}, origin=Origin())


def _publish(
    address: str,
    artifact: Artifact,
    *,
    credentials: Credentials | None = None,
    ca_file: Path | None = None,
    plain_http: bool = True,
) -> None:
    reference = parse_reference(f"oci://{address}/one:latest")
    access = Access(credentials=credentials, plain_http=plain_http, ca_file=ca_file, waits_seconds=AT_ONCE)
    with Registry(reference, access) as registry:
        registry.upload(artifact)
        registry.tag(artifact, "latest")


def test_blobs_come_first_then_the_manifest_by_digest_and_the_tag_last(
    stored: Stored, artifact: Artifact
) -> None:
    _publish(stored.address, artifact)

    puts = [one for one in stored.asked if one.startswith("PUT")]
    assert puts == ["PUT blob", "PUT blob", "PUT manifest", "PUT manifest"]
    assert list(stored.manifests) == [artifact.digest, "latest"]
    assert stored.manifests["latest"] == artifact.manifest.content


def test_what_is_there_is_not_uploaded_again(stored: Stored, artifact: Artifact) -> None:
    _publish(stored.address, artifact)
    stored.asked.clear()

    _publish(stored.address, artifact)

    assert "PUT blob" not in stored.asked


@pytest.mark.parametrize("what", ["GET ping", "HEAD blob", "POST upload", "PUT blob", "PUT manifest"])
@pytest.mark.parametrize("answer", [CUT, 429, 500, 502, 503, 504])
def test_what_passes_is_tried_again(what: str, answer: int, stored: Stored, artifact: Artifact) -> None:
    stored.answers[what] = [answer, answer]

    _publish(stored.address, artifact)

    assert stored.tags["latest"] == artifact.manifest.content


@pytest.mark.parametrize("what", ["HEAD blob", "POST upload", "PUT blob", "PUT manifest", "HEAD manifest"])
@pytest.mark.parametrize("answer", [CUT, 401, 403, 405, 413, 500, 503])
def test_what_does_not_pass_leaves_the_tag_where_it_was(what: str, answer: int, stored: Stored) -> None:
    before = _artifact("before")
    _publish(stored.address, before)
    stored.answers[what] = [answer] * 10

    with pytest.raises(PublishError, match="nothing was published there"):
        _publish(stored.address, _artifact("after"))

    assert stored.tags == {"latest": before.manifest.content}


def test_a_registry_that_fails_after_the_tag_was_put_is_not_said_to_have_nothing(
    stored: Stored, artifact: Artifact
) -> None:
    stored.answers["HEAD manifest"] = [0, 0, 0]
    reference = parse_reference(f"oci://{stored.address}/one:latest")
    registry = Registry(reference, Access(plain_http=True, waits_seconds=AT_ONCE))
    stored.blobs.update({one.digest: one.content for one in (artifact.layer, artifact.config)})

    with registry, pytest.raises(PublishError, match="whether the tag latest names it already is not known"):
        registry.tag(artifact, "latest")


def test_a_connection_that_is_cut_in_the_middle_of_a_blob_is_told(stored: Stored, artifact: Artifact) -> None:
    stored.answers["PUT blob"] = [CUT] * 3

    with pytest.raises(PublishError, match="was cut before it was done") as caught:
        _publish(stored.address, artifact)

    assert (caught.value.exit_code, stored.blobs, stored.manifests) == (2, {}, {})
    assert stored.asked.count("PUT blob") == 3


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (
            401,
            "the registry wants credentials (401: as told); nothing was published there; `docker login` it",
        ),
        (403, "the registry denies this user to push there (403: as told)"),
        (404, "the registry has no such repository and makes none (404: as told)"),
        (405, "the registry takes no uploads: it is read-only (405: as told)"),
        (413, "takes no upload of that size (413: as told)"),
        (418, "the registry answers 418 to POST /v2/one/blobs/uploads/: as told"),
        (503, "the registry answers 503 to POST /v2/one/blobs/uploads/: as told"),
    ],
)
def test_each_refusal_is_told_with_what_the_registry_says(
    status: int, told: str, stored: Stored, artifact: Artifact
) -> None:
    stored.answers["POST upload"] = [status] * 3

    with pytest.raises(PublishError) as caught:
        _publish(stored.address, artifact)

    assert told in str(caught.value)


@pytest.mark.parametrize("wants_tokens", [False, True])
def test_credentials_are_used_as_the_registry_asks_for_them(
    wants_tokens: bool,  # noqa: FBT001 - a parameter of the test
    stored: Stored,
    artifact: Artifact,
) -> None:
    stored.user, stored.wants_tokens = "me:s3cret", wants_tokens

    _publish(stored.address, artifact, credentials=FRIEND)

    assert stored.tags["latest"] == artifact.manifest.content


def test_a_token_for_everyone_is_taken_where_there_are_no_credentials(
    stored: Stored, artifact: Artifact
) -> None:
    stored.wants_tokens = True

    _publish(stored.address, artifact)

    assert stored.tags["latest"] == artifact.manifest.content


@pytest.mark.parametrize("wants_tokens", [False, True])
def test_wrong_credentials_are_told_once_and_never_printed(
    wants_tokens: bool,  # noqa: FBT001 - a parameter of the test
    stored: Stored,
    artifact: Artifact,
    capfd: pytest.CaptureFixture[str],
) -> None:
    stored.user, stored.wants_tokens = "me:s3cret", wants_tokens

    with pytest.raises(PublishError, match="does not accept the credentials") as caught:
        _publish(stored.address, artifact, credentials=STRANGER)

    told = f"{caught.value} {capfd.readouterr()} {STRANGER}"
    assert ("w0rse" in told, stored.manifests) == (False, {})


def test_a_netrc_of_the_user_is_not_asked(
    stored: Stored, artifact: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password elsewhere\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    _publish(stored.address, artifact)

    assert set(stored.authorizations) == {""}


def test_a_password_never_travels_in_the_clear() -> None:
    reference = parse_reference("oci://registry.example.org/one:latest")

    with pytest.raises(PublishError, match="would get the password over plain HTTP"):
        Registry(reference, Access(credentials=FRIEND, plain_http=True))


def test_a_registry_that_does_not_run_is_told(artifact: Artifact) -> None:
    with loopback_registry() as gone:
        address = gone.address

    with pytest.raises(PublishError, match=f"nobody listens at {address}"):
        _publish(address, artifact)


def test_a_registry_without_a_host_is_told(artifact: Artifact) -> None:
    with pytest.raises(PublishError, match=r"there is no host of the name registry\.invalid"):
        _publish("registry.invalid", artifact)


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    one = trustme.CA()
    one.cert_pem.write_to_path(tmp_path / "ca.pem")
    return one


def _context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_a_registry_with_a_ca_of_its_own_is_trusted_by_name(
    authority: trustme.CA, artifact: Artifact, tmp_path: Path
) -> None:
    with loopback_registry(_context(authority, "127.0.0.1")) as stored:
        _publish(stored.address, artifact, plain_http=False, ca_file=tmp_path / "ca.pem")

    assert stored.tags["latest"] == artifact.manifest.content


def test_a_ca_that_nobody_knows_is_told(authority: trustme.CA, artifact: Artifact) -> None:
    with (
        loopback_registry(_context(authority, "127.0.0.1")) as stored,
        pytest.raises(PublishError, match=r"is not trusted: .*name its CA with --ca-file"),
    ):
        _publish(stored.address, artifact, plain_http=False)

    assert stored.asked == []


def test_a_certificate_for_another_host_is_told(
    authority: trustme.CA, artifact: Artifact, tmp_path: Path
) -> None:
    with (
        loopback_registry(_context(authority, "registry.example.org")) as stored,
        pytest.raises(PublishError, match="is for another host"),
    ):
        _publish(stored.address, artifact, plain_http=False, ca_file=tmp_path / "ca.pem")

    assert stored.asked == []


def test_a_registry_without_tls_is_told_where_tls_is_wanted(stored: Stored, artifact: Artifact) -> None:
    with pytest.raises(PublishError, match=r"does it serve plain HTTP\? --plain-http"):
        _publish(stored.address, artifact, plain_http=False)


@pytest.mark.parametrize(
    ("content", "told"), [(None, "No such file or directory"), ("no pem\n", "it holds no certificate in PEM")]
)
def test_a_ca_file_that_is_none_is_told(content: str | None, told: str, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(content or "", encoding="utf-8")
    wanted = file if content else tmp_path / "absent.pem"

    with pytest.raises(PublishError, match=f"cannot be used: {told}"):
        Registry(parse_reference("oci://registry.example.org/one:latest"), Access(ca_file=wanted))
