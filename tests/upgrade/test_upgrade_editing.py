"""Versions written into descriptions: every other byte stays."""

from pathlib import Path

import pytest
from described import CLUSTERS, title

import fabricgen
from fabricgen.upgrade.editing import edit_description
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.pins import Pin, pins_of
from fabricgen.upgrade.products import Product
from fabricgen.versions.version import parse_version

NEXT: dict[Product, str] = {
    "talos": "1.14.9",
    "kubernetes": "1.37.2",
    "k3s": "1.36.4+k3s1",
    "cilium": "1.20.9",
    "flux": "2.10.0",
}
EVERY = [
    (path, pin)
    for path in CLUSTERS
    for pin in pins_of(fabricgen.load_file(path).description)
    if pin.product in NEXT
]


def _move(pin: Pin, after: str) -> Move:
    assert pin.product is not None
    return Move(product=pin.product, before=pin.version, after=parse_version(after))


def _pins(text: str) -> dict[str, Pin]:
    return {pin.name: pin for pin in pins_of(fabricgen.load_text(text, file="it.yaml").description)}


def _different(before: str, after: str) -> list[str]:
    """The lines of `after` that `before` does not have at their place, for texts of equally many lines."""
    assert before.count("\n") == after.count("\n")
    return [new for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]


@pytest.mark.parametrize(
    ("path", "pin"),
    [(path, pin) for path, pin in EVERY if pin.name != "talos"],
    ids=[f"{title(path)}-{pin.name}" for path, pin in EVERY if pin.name != "talos"],
)
def test_an_edit_changes_the_one_line_and_nothing_else(path: Path, pin: Pin) -> None:
    text = path.read_text(encoding="utf-8")
    assert pin.product is not None

    edited = edit_description(text, fabricgen.load_file(path), [_move(pin, NEXT[pin.product])])

    (line,) = _different(text, edited)
    assert line == text.splitlines()[
        text.splitlines().index(line.replace(NEXT[pin.product], str(pin.version)))
    ].replace(str(pin.version), NEXT[pin.product])
    assert str(_pins(edited)[pin.name].version) == NEXT[pin.product]


def test_a_contract_that_is_written_stays() -> None:
    path = next(one for one in CLUSTERS if one.stem == "goldentooth")
    text = path.read_text(encoding="utf-8")
    loaded = fabricgen.load_file(path)

    edited = edit_description(text, loaded, [_move(_pins(text)["talos"], "1.13.12")])

    assert edited == text.replace("version: v1.12.5", "version: v1.13.12")


def test_a_contract_that_followed_the_version_is_written_down_before_it_would_change() -> None:
    path = next(one for one in CLUSTERS if one.stem == "homeops")
    text = path.read_text(encoding="utf-8")

    edited = edit_description(text, fabricgen.load_file(path), [_move(_pins(text)["talos"], "1.14.4")])

    assert edited == text.replace("    version: v1.13.12\n", "    version: v1.14.4\n    contract: v1.13\n")


def test_a_patch_of_talos_writes_no_contract() -> None:
    path = next(one for one in CLUSTERS if one.stem == "homeops")
    text = path.read_text(encoding="utf-8")

    edited = edit_description(text, fabricgen.load_file(path), [_move(_pins(text)["talos"], "1.13.13")])

    assert edited == text.replace("v1.13.12", "v1.13.13")


def test_in_docker_talosctl_goes_along_and_no_contract_is_written() -> None:
    path = next(one for one in CLUSTERS if one.stem == "joelclaw")
    text = path.read_text(encoding="utf-8")

    edited = edit_description(text, fabricgen.load_file(path), [_move(_pins(text)["talos"], "1.14.4")])

    assert edited == text.replace("version: v1.12.4", "version: v1.14.4").replace(
        "talosctl: v1.12.4", "talosctl: v1.14.4"
    )


def test_quotes_and_what_stands_behind_a_version_stay() -> None:
    path = next(one for one in CLUSTERS if one.stem == "homeops")
    text = path.read_text(encoding="utf-8").replace(
        "version: 1.18.6\n", "version: '1.18.6'  # of the mirror\n"
    )
    loaded = fabricgen.load_text(text, file="homeops.yaml")

    edited = edit_description(text, loaded, [_move(_pins(text)["cilium"], "1.18.12")])

    assert edited == text.replace("'1.18.6'", "'1.18.12'")


def test_windows_line_ends_stay() -> None:
    path = next(one for one in CLUSTERS if one.stem == "homeops")
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    loaded = fabricgen.load_text(text, file="homeops.yaml")

    edited = edit_description(text, loaded, [_move(_pins(text)["cilium"], "1.18.12")])

    assert edited == text.replace("version: 1.18.6\r\n", "version: 1.18.12\r\n")


def test_crds_that_followed_cilium_get_a_pin() -> None:
    path = next(one for one in CLUSTERS if one.stem == "talos-homelab")
    text = path.read_text(encoding="utf-8")
    move = Move(product="gateway-api", before=parse_version("1.6.1"), after=parse_version("1.7.0"))

    edited = edit_description(text, fabricgen.load_file(path), [move])

    assert str(_pins(edited)["gateway-api"].version) == "1.7.0"
    assert edited.replace("      version: 1.7.0\n", "") == text
