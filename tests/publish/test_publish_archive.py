"""The archive and the artifact: the same bytes for the same files, whatever the machine."""

import gzip
import io
import json
import tarfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabricgen.errors import PublishError
from fabricgen.publish.archive import gzip_stored, pack_files
from fabricgen.publish.artifact import build_artifact
from fabricgen.publish.content import content_of_folder
from fabricgen.publish.origin import Origin

FILES = {
    PurePosixPath("flux/kustomization.yaml"): b"kind: Kustomization\n",
    PurePosixPath("infrastructure/cilium/values.yaml"): b"x: 1\n" * 30_000,
    PurePosixPath("infrastructure/über.yaml"): "name: Zoë\n".encode(),
}
ORIGIN = Origin(
    source="https://example.org/fleet.git",
    revision="main@sha1:5394cb7f48332b2de7c17dd8b8384bbc84b7e738",
    created="2026-01-02T03:04:05Z",
)


@given(st.binary(max_size=200_000))
def test_what_is_packed_comes_out_as_it_was(content: bytes) -> None:
    assert gzip.decompress(gzip_stored(content)) == content


@pytest.mark.parametrize("size", [0, 1, 0xFFFE, 0xFFFF, 0x10000, 2 * 0xFFFF, 2 * 0xFFFF + 1])
def test_blocks_end_where_deflate_wants_them(size: int) -> None:
    assert gzip.decompress(gzip_stored(b"x" * size)) == b"x" * size


def test_the_digest_is_the_same_on_every_machine_and_python() -> None:
    artifact = build_artifact(FILES, origin=ORIGIN)

    assert artifact.layer.digest == "sha256:b6155edf21bdfb1cab243a8ef4a3ffe44cc77add005637db0884bc186d2f8d6f"
    assert artifact.digest == "sha256:5ea5dbbbc1d8df7989d78c8f1200d5be0e4299731e38871e09141aab63432664"


def test_the_order_in_which_files_are_found_does_not_matter() -> None:
    turned = dict(reversed(FILES.items()))

    assert build_artifact(turned, origin=ORIGIN) == build_artifact(FILES, origin=ORIGIN)


def test_members_have_no_owner_no_time_and_one_mode() -> None:
    with tarfile.open(fileobj=io.BytesIO(pack_files(FILES))) as archive:
        members = archive.getmembers()

    assert [one.name for one in members] == sorted(str(path) for path in FILES)
    assert {(one.mtime, one.uid, one.gid, one.uname, one.gname, one.mode, one.type) for one in members} == {
        (0, 0, 0, "", "", 0o644, tarfile.REGTYPE)
    }


def test_the_manifest_has_fluxs_media_types_and_annotations() -> None:
    manifest = json.loads(build_artifact(FILES, origin=ORIGIN).manifest.content)

    assert manifest["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    assert manifest["config"]["mediaType"] == "application/vnd.cncf.flux.config.v1+json"
    assert [one["mediaType"] for one in manifest["layers"]] == [
        "application/vnd.cncf.flux.content.v1.tar+gzip"
    ]
    assert manifest["annotations"] == {
        "org.opencontainers.image.source": ORIGIN.source,
        "org.opencontainers.image.revision": ORIGIN.revision,
        "org.opencontainers.image.created": ORIGIN.created,
    }


def test_what_is_not_known_of_the_origin_is_left_out() -> None:
    assert "annotations" not in json.loads(build_artifact(FILES, origin=Origin()).manifest.content)


def _folder(root: Path, *, names: str, mode: int) -> Path:
    root.mkdir()
    for name in names:
        (root / name).write_text(name, encoding="utf-8")
        (root / name).chmod(mode)
    return root


def test_times_modes_and_order_on_disk_do_not_matter(tmp_path: Path) -> None:
    first = _folder(tmp_path / "first", names="abc", mode=0o600)
    second = _folder(tmp_path / "second", names="cba", mode=0o666)
    (second / ".git").mkdir()
    (second / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")

    assert content_of_folder(first) == content_of_folder(second)


@pytest.mark.parametrize("what", ["absent", "empty", "linked"])
def test_a_folder_that_cannot_be_published_is_refused(what: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "link.yaml").symlink_to("elsewhere.yaml")

    with pytest.raises(PublishError, match=r"is no folder|has no file in it|is a symbolic link"):
        content_of_folder(tmp_path / what)
