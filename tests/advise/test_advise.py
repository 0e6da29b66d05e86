"""Advice: verdicts that follow from reasons, reasons that have a source or a sum, and the lines where memory counts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from described import CLUSTERS, EVERY, ROOT, title

import fabricgen
from fabricgen.advise import Advice, Reason, advise, text_of
from fabricgen.advise.figures import MAP_SHARE, PARTS
from fabricgen.advise.memory import HEAVY_SHARE, NOTE_SHARE, heavy_below, memory_of
from fabricgen.advise.reason import WEIGHTS
from fabricgen.advise.verdict import agrees, verdict_of
from fabricgen.cluster import Cluster
from fabricgen.commands.advise import advice_at

HERE = Path(__file__).parent
VERDICTS = {
    "goldentooth": "yes, with notes",
    "homeops": "yes, with notes",
    "joelclaw": "not yet",
    "k3s-homelab": "yes, with notes",
    "talos-homelab": "yes",
}
PINNED = [ROOT / f"clusters/{name}.yaml" for name in ("joelclaw", "goldentooth")]


def cluster_of(name: str, changes: Mapping[str, str] = {}) -> Cluster:
    """Return one of the five clusters, with pieces of its description replaced."""
    text = (ROOT / f"clusters/{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return fabricgen.resolve_cluster(fabricgen.load_text(text, file=f"{name}.yaml"))


def advice_of(name: str, changes: Mapping[str, str] = {}) -> Advice:
    return advise(cluster_of(name, changes))


def reason(advice: Advice, name: str) -> Reason:
    (found,) = [one for one in advice.reasons if one.name == name]
    return found


@pytest.fixture(params=EVERY, ids=title)
def any_advice(request: pytest.FixtureRequest) -> Advice:
    """The advice for one of the five clusters or of the golden cases."""
    return advice_at(request.param)


@pytest.mark.parametrize("path", CLUSTERS, ids=title)
def test_each_cluster_has_its_verdict(path: Path) -> None:
    assert advice_at(path).verdict == VERDICTS[title(path)]


@pytest.mark.parametrize("path", PINNED, ids=title)
def test_the_advice_reads_as_it_is_pinned(path: Path, *, update_golden: bool) -> None:
    text = text_of(advice_at(path)) + "\n"
    pinned = HERE / f"{title(path)}.txt"
    _ = update_golden and pinned.write_text(text, encoding="utf-8")

    assert text == pinned.read_text(encoding="utf-8")


def test_every_reason_has_a_source_or_a_sum(any_advice: Advice) -> None:
    bare = [one.name for one in any_advice.reasons if "https://" not in one.source and "=" not in one.total]

    assert bare == []


def test_every_trigger_and_everything_that_could_be_off_has_its_sum_or_its_source(any_advice: Advice) -> None:
    assert [one.name for one in any_advice.triggers if "=" not in one.total] == []
    assert [one.key for one in any_advice.spare if "https://" not in one.source] == []
    assert [one.what for one in any_advice.kernels if "https://" not in one.source] == []


def test_every_weight_is_explained(any_advice: Advice) -> None:
    unexplained = [one.name for one in any_advice.reasons if one.weight not in WEIGHTS[one.side]]

    assert unexplained == []


def test_the_sum_is_the_sum_of_its_terms(any_advice: Advice) -> None:
    terms, _, result = any_advice.total.partition(" = ")

    assert eval(terms) == int(result) == any_advice.score  # noqa: S307 - digits and signs of our own


def test_every_part_says_where_its_figure_comes_from() -> None:
    assert [part.name for part in PARTS if "https://" not in part.source] == []
    assert [part.name for part in PARTS if (part.low is None) != (part.high is None)] == []


# Memory


def _of_memory(mib: int) -> Advice:
    return advice_of("joelclaw", {"4GiB": f"{mib}MiB"})


def test_the_share_is_the_sum_over_the_memory() -> None:
    (row,) = memory_of(*_considered("joelclaw"))

    assert (row.low, row.high) == (330 + 17 + 18 + 10, 575 + 100 + 39 + 10)
    assert row.total == "330 + 17 + 18 + 10 = 375 MiB, 575 + 100 + 39 + 10 = 724 MiB, of 4 GiB"
    assert row.share == pytest.approx(724 / 4096)


def _considered(name: str) -> tuple[Cluster, Any]:
    considered = cluster_of(name).considered
    assert considered is not None
    return considered.cluster, considered.cluster.cilium


def test_memory_counts_against_from_its_share_on() -> None:
    least = heavy_below(_considered("joelclaw")[1])

    assert reason(_of_memory(least - 32), "memory").side == "against"
    assert reason(_of_memory(least + 32), "memory").side == "note"


def test_the_line_is_where_parts_and_maps_are_the_share() -> None:
    cilium = _considered("joelclaw")[1]
    least = heavy_below(cilium)

    assert (575 + 100 + 39 + least * MAP_SHARE) / least <= HEAVY_SHARE
    assert (575 + 100 + 39 + (least - 1) * MAP_SHARE) / (least - 1) > HEAVY_SHARE


@pytest.mark.parametrize(("mib", "side"), [(15000, "note"), (15200, "fact")])
def test_memory_is_noted_from_its_share_on(mib: int, side: str) -> None:
    expected = (714 + round(mib * MAP_SHARE)) / mib

    assert (expected >= NOTE_SHARE) == (side == "note")
    assert reason(_of_memory(mib), "memory").side == side


def test_nodes_with_as_little_memory_are_told_together() -> None:
    told = reason(advice_of("goldentooth"), "memory")

    assert "each of 16 nodes (pi4, pi5)" in told.text
    assert told.side == "note"


def test_small_boards_turn_the_note_into_a_reason_against() -> None:
    told = reason(advice_of("goldentooth", {"memory: 8GiB": "memory: 4GiB"}), "memory")

    assert told.value == -2
    assert "9 to 18 % of the 4 GiB" in told.text


def test_memory_that_is_not_told_is_said_and_not_guessed() -> None:
    told = reason(advice_of("goldentooth", {"    memory: 32GiB\n": ""}), "memory-unknown")

    assert "of velaryon:" in told.text
    assert told.weight == 0


def test_envoy_counts_only_where_it_runs() -> None:
    told = advice_of("joelclaw", {"l7Proxy: true": "l7Proxy: false"})

    assert reason(told, "memory").text.startswith("358 to 624 MiB")
    assert "Envoy" not in [part.name for part in told.parts]


def test_a_figure_that_nobody_published_is_not_made_up() -> None:
    told = advice_of("goldentooth")

    assert "no figure with a source is known" in reason(told, "memory-unmeasured").text
    assert {part.name for part in told.parts if part.low is None} == {"Hubble's relay", "Hubble's interface"}


# Features and kernels


def test_joelclaw_is_told_the_four_things_that_would_change_the_answer() -> None:
    told = advice_of("joelclaw")

    assert [one.name for one in told.triggers] == ["machines", "isolation", "flows", "gateway-api"]
    assert told.triggers[0].total == "-6 + 4 = -2"


def test_a_thing_that_came_true_is_a_trigger_no_more() -> None:
    told = advice_of(
        "joelclaw",
        {"enabled: false\n        because: flows between": "enabled: true\n        because: flows between"},
    )

    assert "flows" not in [one.name for one in told.triggers]
    assert reason(told, "hubble").value == 2


def test_policies_weigh_less_where_k3s_enforces_them_itself() -> None:
    text = {
        '              http:\n                - { method: GET, path: "/.*" }\n                - { method: POST, path: "/api/.*" }\n': "",
        'fqdns: [api.github.com, "*.githubusercontent.com"]': "cidrs: [140.82.112.0/20]",
    }

    assert reason(advice_of("k3s-homelab"), "policies").value == 3
    assert reason(advice_of("k3s-homelab", text), "policies").value == 1


def test_talos_tells_its_kernel_and_k3s_does_not() -> None:
    assert reason(advice_of("goldentooth"), "kernel").side == "fact"
    assert (
        "Talos 1.12.5 has 6.18.1 or newer; asked for: 5.18 for BBR in pods"
        in reason(advice_of("goldentooth"), "kernel").text
    )
    assert "the description does not tell" in reason(advice_of("k3s-homelab"), "kernel").text
    assert "docker's machine" in reason(advice_of("joelclaw"), "kernel").text


def test_what_nothing_uses_could_be_off() -> None:
    told = {one.key: one for one in advice_of("goldentooth").spare}

    assert told["l7Proxy: false"].total == "17 x 17 = 289 MiB, 17 x 100 = 1700 MiB"
    assert "l7Proxy: false" not in {one.key for one in advice_of("k3s-homelab").spare}


def test_all_nodes_together_are_a_sum() -> None:
    assert advice_of("joelclaw").cost == (
        "1 x 330 to 575 + 1 x 17 to 100 + 1 x 18 to 39 + 10 of maps = 375 to 724 MiB"
    )


# The verdict


def _reason(side: Any, weight: int) -> Reason:
    return Reason(name="x", side=side, weight=weight, about="x", text="x")


@pytest.mark.parametrize(
    ("reasons", "verdict"),
    [
        ([], "no need"),
        ([("against", 2), ("note", 0)], "no need"),
        ([("for", 2), ("against", 2)], "not yet"),
        ([("for", 3), ("against", 2)], "yes, with notes"),
        ([("for", 1), ("note", 0)], "yes, with notes"),
        ([("for", 1), ("fact", 0)], "yes"),
    ],
)
def test_the_verdict_follows_from_the_sum(reasons: list[tuple[str, int]], verdict: str) -> None:
    assert verdict_of(_reason(*one) for one in reasons) == verdict


def test_without_anything_asked_for_there_is_no_need() -> None:
    told = advice_at(ROOT / "tests/golden/k3s-flannel-dual-stack/cluster.yaml")

    assert told.verdict == "no need"
    assert told.supposed
    assert told.described is None
    assert told.version == "1.20.2"


@pytest.mark.parametrize(("described", "same"), [("not yet", True), ("soon", False), ("never", True)])
def test_the_descriptions_own_verdict_is_compared(described: str, *, same: bool) -> None:
    told = advice_of("joelclaw", {"verdict: not yet": f"verdict: {described}"})

    assert told.described is not None
    assert told.described.agrees == same
    assert ("one of them is out of date" in text_of(told)) != same


def test_soon_goes_with_yes_only() -> None:
    assert agrees("soon", "yes, with notes")
    assert not agrees("never", "yes")


def test_a_cluster_that_neither_has_nor_considers_cilium_has_to_be_supposed_first() -> None:
    path = ROOT / "tests/golden/k3s-flannel-dual-stack/cluster.yaml"
    cluster = fabricgen.resolve_cluster(fabricgen.load_file(path))

    with pytest.raises(ValueError, match="has no Cilium and considers none"):
        advise(cluster)
