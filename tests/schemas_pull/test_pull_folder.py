import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from upstream_server import Answer, Upstream, chart, crd, serving, yaml_of

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import Entry, Pin, hash_of, read_lock
from fabricgen.schemas.pull.folder import open_folder
from fabricgen.schemas.pull.pull import OWN, Outcome, import_crds, prune, pull, verify

FLUX = Pin("flux", "2.9.5")
METALLB = Pin("metallb", "0.15.2")
TALOS = Pin("talos", "1.12.5")
INSTALL = "https://github.com/fluxcd/flux2/releases/download/v2.9.5/install.yaml"
MANIFEST = "https://raw.githubusercontent.com/metallb/metallb/v0.15.2/config/manifests/metallb-native.yaml"
CHART = "https://github.com/metallb/metallb/releases/download/metallb-chart-0.15.2/metallb-0.15.2.tgz"
CONFIG = "https://raw.githubusercontent.com/siderolabs/talos/v1.12.5/pkg/machinery/config/schemas/config.schema.json"
WIDGET = "example.org/widget_v1.json"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as server:
        server.put(INSTALL, yaml_of(crd("Widget"), {"apiVersion": "v1", "kind": "Namespace"}))
        server.put(MANIFEST, yaml_of(crd("Pool", group="metallb.io")))
        server.put(CHART, chart("metallb"))
        server.put(CONFIG, b'{"$defs": {"a": {"description": "A.", "type": "string"}}, "oneOf": []}')
        yield server


def _quiet(text: str) -> None:
    """Show no progress."""


def _pull(folder: Path, upstream: Upstream, *pins: Pin, update: bool = False) -> tuple[Outcome, ...]:
    return pull(folder, pins, fetcher=upstream.fetcher(), update=update, progress=_quiet)


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_pull_writes_schemas_and_their_lock(tmp_path: Path, upstream: Upstream) -> None:
    outcomes = _pull(tmp_path, upstream, FLUX, METALLB, TALOS)

    assert [(outcome.pin, outcome.status, outcome.files) for outcome in outcomes] == [
        (FLUX, "fetched", 1),
        (METALLB, "fetched", 3),
        (TALOS, "fetched", 1),
    ]
    assert sorted(_content(tmp_path)) == [
        "flux/2.9.5/example.org/widget_v1.json",
        "lock.json",
        "metallb/0.15.2/chart/values.schema.json",
        "metallb/0.15.2/chart/values.yaml",
        "metallb/0.15.2/metallb.io/pool_v1.json",
        "talos/1.12.5/config.schema.json",
    ]


def test_the_lock_names_addresses_and_hashes_and_nothing_of_this_machine(
    tmp_path: Path, upstream: Upstream
) -> None:
    _pull(tmp_path, upstream, FLUX)

    schema = (tmp_path / "flux/2.9.5" / WIDGET).read_bytes()
    body = yaml_of(crd("Widget"), {"apiVersion": "v1", "kind": "Namespace"})
    assert json.loads((tmp_path / "lock.json").read_bytes()) == {
        "format": 1,
        "components": {
            "flux": {"2.9.5": {"files": {WIDGET: hash_of(schema)}, "sources": {INSTALL: hash_of(body)}}}
        },
    }


def test_descriptions_are_left_out(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX, METALLB, TALOS)

    schemas = {path: body for path, body in _content(tmp_path).items() if path.endswith(".json")}
    assert not [path for path, body in schemas.items() if b"description" in body]


def test_the_order_of_what_is_wanted_changes_no_byte(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path / "one", upstream, FLUX, METALLB)
    _pull(tmp_path / "other", upstream, METALLB, FLUX)

    assert _content(tmp_path / "one") == _content(tmp_path / "other")


def test_a_second_pull_asks_for_nothing_and_changes_nothing(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX, METALLB)
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in _content(tmp_path)}
    upstream.asked.clear()

    outcomes = _pull(tmp_path, upstream, FLUX, METALLB)

    assert [(outcome.status, outcome.files) for outcome in outcomes] == [("unchanged", 1), ("unchanged", 3)]
    assert upstream.asked == []
    assert {path: (tmp_path / path).stat().st_mtime_ns for path in _content(tmp_path)} == before


def test_what_is_there_needs_no_server(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX)
    with serving() as gone:
        pass

    assert _pull(tmp_path, gone, FLUX)[0].status == "unchanged"


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda place: place.write_text("{}")], ids=["deleted", "edited"]
)
def test_a_damaged_file_is_fetched_again(
    tmp_path: Path, upstream: Upstream, damage: Callable[[Path], object]
) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    place = tmp_path / "flux/2.9.5" / WIDGET
    damage(place)

    assert _pull(tmp_path, upstream, FLUX)[0].status == "fetched"
    assert _content(tmp_path) == before


def test_a_file_that_changed_upstream_is_refused_and_the_old_one_stays(
    tmp_path: Path, upstream: Upstream
) -> None:
    _pull(tmp_path, upstream, FLUX)
    (tmp_path / "flux/2.9.5" / WIDGET).unlink()
    before = _content(tmp_path)
    expected = read_lock(tmp_path)[FLUX].sources[INSTALL]
    other = yaml_of(crd("Widget", spec={"type": "object"}))
    upstream.put(INSTALL, other)

    outcome = _pull(tmp_path, upstream, FLUX)[0]

    assert outcome.status == "failed"
    assert outcome.problem == (
        f"flux 2.9.5: HASH MISMATCH {INSTALL}: expected sha256 {expected} (the lock), got {hash_of(other)}; "
        "a released file should never change: find out why, then take the new one over with --update"
    )
    assert _content(tmp_path) == before


def test_an_update_takes_over_what_changed_upstream(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX)
    upstream.put(INSTALL, yaml_of(crd("Gadget")))

    assert _pull(tmp_path, upstream, FLUX, update=True)[0].status == "fetched"
    assert sorted(_content(tmp_path)) == ["flux/2.9.5/example.org/gadget_v1.json", "lock.json"]
    assert verify(tmp_path) == ()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=404), "the server says 404 Not Found"),
        (Answer(status=500), "the server says 500"),
        (Answer(body=b"kind: Custom", length=99), "the file broke off after 12 of 99 bytes"),
        (Answer(body=b"kind: [", hangs=True, length=99), "no answer within"),
        (Answer(body=b"<html><body>Sign in</body></html>"), "no object stands here"),
        (Answer(body=b"kind: [unfinished"), "is not closed"),
        (Answer(body=b""), "there is no CustomResourceDefinition in it"),
        (Answer(body=yaml_of({**crd(), "spec": {}})), "spec.versions is missing"),
    ],
    ids=["404", "500", "half a file", "time-out", "a web page", "no YAML", "empty", "no schema"],
)
def test_what_fails_leaves_no_trace_and_keeps_no_other_back(
    tmp_path: Path, upstream: Upstream, answer: Answer, why: str
) -> None:
    upstream.put(INSTALL, answer)

    outcomes = _pull(tmp_path, upstream, FLUX, TALOS)

    assert [outcome.status for outcome in outcomes] == ["failed", "fetched"]
    assert outcomes[0].problem.startswith("flux 2.9.5: ")
    assert why in outcomes[0].problem
    assert sorted(_content(tmp_path)) == ["lock.json", "talos/1.12.5/config.schema.json"]
    assert {path.name for path in tmp_path.iterdir()} == {"lock.json", "talos"}


def test_a_component_with_one_bad_file_is_not_written_at_all(tmp_path: Path, upstream: Upstream) -> None:
    upstream.put(CHART, b"no archive")

    outcome = _pull(tmp_path, upstream, METALLB)[0]

    assert f"{CHART}: is no whole tar.gz archive" in outcome.problem
    assert _content(tmp_path) == {}


def test_a_failed_update_keeps_the_old_schemas(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    upstream.put(INSTALL, Answer(status=404))

    _pull(tmp_path, upstream, FLUX, update=True)

    assert _content(tmp_path) == before


def test_an_interrupt_leaves_what_was_whole(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(tmp_path, [FLUX, METALLB], fetcher=upstream.fetcher(), update=True, progress=interrupt)

    assert _content(tmp_path) == before
    assert {path.name for path in tmp_path.iterdir()} == {"lock.json", "flux"}


def test_a_pull_that_is_killed_leaves_what_was_whole_and_the_next_one_finishes(
    tmp_path: Path, upstream: Upstream
) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    whole = upstream.answers[
        "/raw.githubusercontent.com" + CONFIG.removeprefix("https://raw.githubusercontent.com")
    ]
    upstream.put(CONFIG, Answer(body=b"{", length=99, hangs=True))
    arguments = ["schemas", "pull", "--flux", "2.9.5", "--talos", "1.12.5", "--mirror", upstream.url]
    command = [sys.executable, "-m", "fabricgen", *arguments, "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        upstream.wait_for(CONFIG)
        running.send_signal(signal.SIGKILL)
    upstream.put(CONFIG, *whole)

    assert _content(tmp_path) == before
    assert [outcome.status for outcome in _pull(tmp_path, upstream, FLUX, TALOS)] == ["unchanged", "fetched"]
    assert verify(tmp_path) == ()


@pytest.mark.parametrize("left", [(), ("half.json",)], ids=["nothing in its place", "another in its place"])
def test_what_was_moved_aside_by_a_killed_update_comes_back(
    tmp_path: Path, upstream: Upstream, left: tuple[str, ...]
) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    aside = tmp_path / ".pull/old/flux"
    aside.mkdir(parents=True)
    (tmp_path / "flux/2.9.5").rename(aside / "2.9.5")
    for name in left:
        (tmp_path / "flux/2.9.5").mkdir()
        (tmp_path / "flux/2.9.5" / name).write_text("{}")

    with open_folder(tmp_path) as folder:
        assert folder.is_intact(FLUX)

    assert _content(tmp_path) == before
    assert not (tmp_path / ".pull").exists()


def test_an_update_that_was_killed_after_the_lock_was_written_counts(
    tmp_path: Path, upstream: Upstream
) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    aside = tmp_path / ".pull/old/flux/2.9.5"
    aside.mkdir(parents=True)
    (aside / "old.json").write_text("{}")

    with open_folder(tmp_path):
        pass

    assert _content(tmp_path) == before


def test_a_file_stands_where_the_folder_should_be(tmp_path: Path, upstream: Upstream) -> None:
    (tmp_path / "schemas").write_text("")

    with pytest.raises(SchemaError, match="schemas: the system refuses to write it: File exists"):
        _pull(tmp_path / "schemas", upstream, FLUX)


def test_a_file_in_the_place_of_a_component_keeps_only_that_one_back(
    tmp_path: Path, upstream: Upstream
) -> None:
    (tmp_path / "flux").write_text("mine")

    outcomes = _pull(tmp_path, upstream, FLUX, TALOS)

    assert [outcome.status for outcome in outcomes] == ["failed", "fetched"]
    assert "the system refuses to write it" in outcomes[0].problem
    assert (tmp_path / "flux").read_text() == "mine"
    assert not (tmp_path / ".pull").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, upstream: Upstream) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(SchemaError, match="the system refuses to write it: Permission denied"):
        _pull(tmp_path / "schemas", upstream, FLUX)


def test_two_pulls_at_once_do_not_mix(tmp_path: Path, upstream: Upstream) -> None:
    with (
        open_folder(tmp_path),
        pytest.raises(SchemaError, match="another `fabricgen schemas` is writing here"),
    ):
        _pull(tmp_path, upstream, FLUX)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<<<<<<< HEAD\n{}", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is no lock of format 1"),
        ('{"format": 2}', "is no lock of format 1"),
        ('{"format": 1}', "components: a mapping is expected"),
        ('{"format": 1, "components": {"flux": []}}', "flux: a mapping is expected"),
        ('{"format": 1, "components": {"flux": {"2.9.5": {"files": {}}}}}', "flux 2.9.5: sources: a mapping"),
        (
            '{"format": 1, "components": {"..": {"2.9.5": {"files": {}, "sources": {}}}}}',
            "'..' cannot be the name",
        ),
        (
            '{"format": 1, "components": {"flux": {"2.9.5": {"files": {"../../../etc/passwd": "0"}, "sources": {}}}}}',
            "flux 2.9.5: '../../../etc/passwd' is no path below the folder",
        ),
        (
            '{"format": 1, "components": {"flux": {"2.9.5": {"files": {"a/b.json": 5}, "sources": {}}}}}',
            "flux 2.9.5: a/b.json: 5 is no sha256",
        ),
    ],
)
def test_a_lock_that_was_edited_by_hand_is_refused(
    tmp_path: Path, upstream: Upstream, text: str, why: str
) -> None:
    (tmp_path / "lock.json").write_text(text)

    with pytest.raises(SchemaError) as refused:
        _pull(tmp_path, upstream, FLUX)

    assert str(refused.value).startswith(f"{tmp_path}/lock.json: ")
    assert why in str(refused.value)
    assert upstream.asked == []


def test_a_hash_that_was_edited_in_the_lock_is_set_right_by_the_next_pull(
    tmp_path: Path, upstream: Upstream
) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    hashed = hash_of(before["flux/2.9.5/" + WIDGET])
    (tmp_path / "lock.json").write_text(before["lock.json"].decode().replace(hashed, "0" * 64))

    assert _pull(tmp_path, upstream, FLUX)[0].status == "fetched"
    assert _content(tmp_path) == before


def test_pruning_removes_what_nobody_wants_and_keeps_what_was_imported(
    tmp_path: Path, upstream: Upstream
) -> None:
    _pull(tmp_path, upstream, FLUX, TALOS)
    import_crds(tmp_path, {"mine.yaml": yaml_of(crd("Gadget"))})

    outcomes = prune(tmp_path, [TALOS])

    assert outcomes == (Outcome(pin=FLUX, status="removed"),)
    assert set(read_lock(tmp_path)) == {TALOS, OWN}
    assert {path.name for path in tmp_path.iterdir()} == {"lock.json", "own", "talos"}


def test_an_import_replaces_what_was_imported_before(tmp_path: Path) -> None:
    import_crds(tmp_path, {"a.yaml": yaml_of(crd("Widget")), "b.yaml": yaml_of(crd("Gadget"))})

    assert import_crds(tmp_path, {"a.yaml": yaml_of(crd("Widget"))}) == (WIDGET,)

    assert sorted(_content(tmp_path)) == ["lock.json", f"own/imported/{WIDGET}"]
    assert read_lock(tmp_path)[OWN].sources == {"a.yaml": hash_of(yaml_of(crd("Widget")))}


def test_an_import_makes_the_very_schema_that_a_pull_makes(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX)
    import_crds(tmp_path, {"a.yaml": yaml_of(crd("Widget"))})

    content = _content(tmp_path)
    assert content[f"own/imported/{WIDGET}"] == content[f"flux/2.9.5/{WIDGET}"]


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        (
            {"a.yaml": b"kind: Namespace", "b.yaml": b""},
            "there is no CustomResourceDefinition in a.yaml, b.yaml",
        ),
        ({}, "there is no CustomResourceDefinition in no file at all"),
        ({"a.yaml": b"[", "b.yaml": b"- 1"}, "b.yaml:1: no object stands here"),
        (
            {"a.yaml": yaml_of(crd()), "b.yaml": yaml_of(crd(spec={"type": "object"}))},
            f"b.yaml: {WIDGET} is defined in another file too, differently",
        ),
    ],
)
def test_an_import_that_fails_changes_nothing(tmp_path: Path, sources: dict[str, bytes], why: str) -> None:
    import_crds(tmp_path, {"old.yaml": yaml_of(crd("Gadget"))})
    before = _content(tmp_path)

    with pytest.raises(SchemaError) as refused:
        import_crds(tmp_path, sources)

    assert why in str(refused.value)
    assert _content(tmp_path) == before


def test_verify_names_what_is_changed_missing_or_foreign(tmp_path: Path, upstream: Upstream) -> None:
    _pull(tmp_path, upstream, FLUX, METALLB)
    (tmp_path / "flux/2.9.5" / WIDGET).write_text("{}")
    (tmp_path / "metallb/0.15.2/chart/values.yaml").unlink()
    (tmp_path / "metallb/0.15.2/notes.txt").write_text("mine")

    changed, missing, foreign = verify(tmp_path)

    assert "widget_v1.json: is not the file that the lock names (its sha256 differs)" in changed
    assert "values.yaml: is in the lock and cannot be read: No such file or directory" in missing
    assert "notes.txt: is not in the lock; nothing reads it" in foreign


def test_there_is_nothing_to_verify_before_a_pull(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="nothing was pulled into this folder"):
        verify(tmp_path)


def test_a_write_that_fails_puts_everything_back(
    tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pull(tmp_path, upstream, FLUX)
    before = _content(tmp_path)
    entry = Entry(sources={}, files={"a.json": hash_of(b"{}")})

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(SchemaError, match="No space left on device"), open_folder(tmp_path) as folder:  # noqa: PT012 - the folder closes in it
        monkeypatch.setattr(Path, "replace", refuse)
        folder.replace(FLUX, entry, {"a.json": b"{}"})

    assert _content(tmp_path) == before
    assert not (tmp_path / ".pull").exists()
