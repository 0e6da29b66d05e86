"""The tables of impacts: complete for what we emit, each row with a source, each row reachable, classes in order."""

from pathlib import Path

import pytest
from described import EVERY, rendered_from, title

from fabricgen.diff.compare import address_of
from fabricgen.diff.thing import things_built
from fabricgen.documents.document import leaves
from fabricgen.impact import Edit, Impact, Versions, judge
from fabricgen.impact.judge import find_row
from fabricgen.impact.row import Row
from fabricgen.impact.table import ROWS
from fabricgen.versions.version import format_minor, parse_minor

NAMES = {
    (),
    ("apiVersion",),
    ("kind",),
    ("name",),
    ("$patch",),
    ("metadata", "name"),
    ("metadata", "namespace"),
}
"""What makes a thing another thing if it changes."""


def _title(row: Row) -> str:
    return f"{row.family}:{row.path}:{'+'.join(sorted(row.does))}:{row.since}-{row.until}:{row.whole}"


@pytest.mark.parametrize("row", ROWS, ids=_title)
def test_every_row_says_why_and_names_its_source(row: Row) -> None:
    assert row.why
    assert not row.why.endswith(".")
    assert row.source


@pytest.mark.parametrize("row", ROWS, ids=_title)
def test_every_row_is_the_answer_to_some_change(row: Row) -> None:
    minor = row.since or _before(row.until)
    versions = Versions(cilium=minor, talos=minor, k3s=minor)
    family = row.family.replace("/*", "/Some")

    found = {find_row(Edit(family=family, path=row.steps, does=does), versions=versions) for does in row.does}

    assert row in found


def _before(minor: str) -> str:
    if not minor:
        return ""
    major, number = parse_minor(minor)
    return format_minor((major, number - 1))


def test_no_two_rows_are_about_the_same() -> None:
    names = [_title(row) for row in ROWS]

    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("description", EVERY, ids=title)
def test_every_value_that_we_emit_is_known(description: Path) -> None:
    things = things_built(rendered_from(description).files)
    edits = {
        Edit(family=family, path=below)
        for thing in things
        if thing.body is not None
        for path, _ in leaves(thing.body)
        for family, below in [address_of(thing, path)]
        if below not in NAMES
    }

    assert {(one.family, one.path) for one in edits if not judge(one).source} == set()


@pytest.mark.parametrize("impact", Impact)
def test_every_class_has_a_label_a_meaning_and_a_row(impact: Impact) -> None:
    assert impact.label
    assert impact.meaning.endswith(".")
    assert any(row.impact is impact for row in ROWS)


def test_classes_go_from_nothing_to_everything() -> None:
    assert [one.label for one in sorted(Impact)] == [
        "nothing restarts",
        "agents roll",
        "traffic pauses",
        "pods must be recreated",
        "node reboots",
        "cluster must be rebuilt",
    ]


@pytest.mark.parametrize(
    ("family", "path"),
    [("values/cilium", ("noSuchKey",)), ("object/Foo.example.org", ("spec",)), ("talos", ("machine", "new"))],
)
def test_what_no_table_knows_is_unknown_and_never_nothing(family: str, path: tuple[str, ...]) -> None:
    judgement = judge(Edit(family=family, path=path))

    assert judgement.impact is None
    assert judgement.label == "unknown"


def test_the_longest_path_decides() -> None:
    assert judge(Edit(family="talos", path=("machine", "install", "disk"))).impact is Impact.NOTHING
    assert judge(Edit(family="talos", path=("machine", "install", "image"))).impact is Impact.NODE_REBOOTS


@pytest.mark.parametrize(
    ("talos", "impact"), [("1.13.9", Impact.NODE_REBOOTS), ("1.14.0", None), ("", Impact.NODE_REBOOTS)]
)
def test_versions_decide_and_without_one_the_heaviest_counts(talos: str, impact: Impact | None) -> None:
    edit = Edit(family="talos", path=("machine", "files"))

    assert judge(edit, versions=Versions(talos=talos)).impact is impact


def test_what_depends_on_what_nobody_sees_is_unknown_with_a_reason() -> None:
    judgement = judge(
        Edit(family="object/GitRepository.source.toolkit.fluxcd.io", path=("spec", "ref", "branch"))
    )

    assert judgement.impact is None
    assert "nobody sees from here" in judgement.why


def test_a_pool_of_pods_may_grow_but_not_change() -> None:
    path = ("ipam", "operator", "clusterPoolIPv4PodCIDRList", 1)

    assert judge(Edit(family="values/cilium", path=path, does="add")).impact is Impact.AGENTS_ROLL
    assert judge(Edit(family="values/cilium", path=path)).impact is Impact.CLUSTER_REBUILT
