import gzip
import tarfile

import pytest
from upstream_server import targz

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.pull import archive
from fabricgen.schemas.pull.archive import members_of

WANTED = "widget/values.yaml"
GOOD = (WANTED, b"replicas: 1\n")


def _member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def _refusal(data: bytes) -> str:
    with pytest.raises(SchemaError) as refused:
        members_of(data, {WANTED}, source="widget.tgz")
    return str(refused.value)


def test_only_the_wanted_members_are_read() -> None:
    data = targz(("widget/Chart.yaml", b"name: widget\n"), GOOD, ("widget/templates/a.yaml", b"{{ }}"))

    assert members_of(data, {WANTED}, source="widget.tgz") == {WANTED: b"replicas: 1\n"}


def test_folders_may_be_members() -> None:
    data = targz((_member("widget", tarfile.DIRTYPE), b""), GOOD)

    assert set(members_of(data, {WANTED}, source="widget.tgz")) == {WANTED}


@pytest.mark.parametrize(
    "name", ["../escape.yaml", "widget/../../escape.yaml", "/etc/passwd", "..\\escape.yaml", "widget/.."]
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert f"{name!r} leads out of it" in _refusal(targz(GOOD, (name, b"x")))


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
    ids=["symlink", "hardlink", "character device", "block device", "pipe"],
)
def test_what_is_neither_file_nor_folder_is_refused(kind: bytes) -> None:
    data = targz((_member("widget/evil", kind, "/etc/passwd"), b""), GOOD)

    assert "'widget/evil' is neither a file nor a folder" in _refusal(data)


def test_a_wanted_name_that_is_a_link_is_refused() -> None:
    assert "neither a file nor a folder" in _refusal(
        targz((_member(WANTED, tarfile.SYMTYPE, "/etc/passwd"), b""))
    )


def test_a_wanted_member_that_is_there_twice_is_refused() -> None:
    assert f"{WANTED} is in it twice" in _refusal(targz(GOOD, (WANTED, b"replicas: 99\n")))


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = gzip.compress(bytes(archive.MOST_BYTES + 1024))

    assert "it holds more than 64 MiB" in _refusal(bomb)


def test_a_bomb_in_a_member_is_refused() -> None:
    data = targz(("widget/zeros", bytes(archive.MOST_BYTES - 4096)), ("widget/more", bytes(8192)), GOOD)

    assert "it holds more than 64 MiB" in _refusal(data)


def test_a_member_that_claims_to_be_huge_is_refused() -> None:
    info = tarfile.TarInfo("widget/huge")
    info.size = 2**40

    data = gzip.compress(info.tobuf() + b"x" * 512)

    assert "has 1099511627776 bytes" in _refusal(data)


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)

    assert "it holds more than 3 members" in _refusal(targz(*((f"widget/{n}", b"") for n in range(4))))


def test_a_missing_member_is_named() -> None:
    assert _refusal(targz(("widget/Chart.yaml", b""))) == f"widget.tgz: the archive has no {WANTED}"


@pytest.mark.parametrize(
    "data",
    [b"", b"apiVersion: v1", b"\x1f\x8b\x08", targz(GOOD)[:-20], gzip.compress(b"no tar at all" * 100)],
    ids=["empty", "text", "a header", "cut off", "gzip of text"],
)
def test_what_is_no_whole_archive_is_refused(data: bytes) -> None:
    assert _refusal(data).startswith("widget.tgz: is no whole tar.gz archive: ")


def test_headers_within_headers_come_to_an_end() -> None:
    longname = tarfile.TarInfo("././@LongLink")
    longname.type = tarfile.GNUTYPE_LONGNAME
    longname.size = 512

    data = gzip.compress((longname.tobuf() + b"a" * 512) * 3000)

    assert _refusal(data).startswith("widget.tgz: is no whole tar.gz archive: ")
