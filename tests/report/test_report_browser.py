"""Pages in a real Chromium without a network: what a reader sees, with mouse, keys, screen reader and printer."""

import json
from copy import deepcopy
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from browsing import Tool, look
from described import CLUSTERS, EVERY, ROOT, rendered_from, title

from fabricgen import yamlio
from fabricgen.cli import main
from fabricgen.pictures.mermaid import flowchart, label
from fabricgen.pictures.style import RULES
from fabricgen.report import gather, page_of, write_page

pytestmark = pytest.mark.tools
every = pytest.mark.parametrize("path", CLUSTERS, ids=title)

_SHOWN = "[...document.querySelectorAll('#settings tbody tr')].filter((one) => one.checkVisibility()).length"
_ALL = "document.querySelectorAll('#settings tbody tr').length"
_TOLD = "document.getElementById('found').textContent"
_FOCUS = "document.activeElement.id || document.activeElement.getAttribute('href') || document.activeElement.tagName"
_WIDER = "document.documentElement.scrollWidth - innerWidth"
_LOST = "[...document.querySelectorAll('a[href^=\"#\"]')].filter((one) => !document.querySelector(one.hash)).length"
_TEXTS = """[...document.querySelectorAll('svg')].flatMap((svg) => {
  const whole = svg.viewBox.baseVal;
  return [...svg.querySelectorAll('text')].filter((one) => {
    const box = one.getBBox();
    return box.x < 0 || box.y < 0 || box.x + box.width > whole.width || box.y + box.height > whole.height;
  }).map((one) => one.textContent);
})"""
_OVER_CARDS = """[...document.querySelectorAll('svg')].flatMap((svg) => {
  const cards = [...svg.querySelectorAll('rect.card')].map((one) => one.getBBox());
  return [...svg.querySelectorAll('text')].filter((one) => {
    const box = one.getBBox();
    return cards.some((card) => box.x > card.x && box.x < card.x + card.width && box.y > card.y &&
      box.y < card.y + card.height && box.x + box.width > card.x + card.width);
  }).map((one) => one.textContent);
})"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of each cluster."""
    folder = tmp_path_factory.mktemp("pages")
    for path in CLUSTERS:
        write_page(folder, path.stem, page_of(gather(path, trees=ROOT / "gitops")))
    return folder


def _seen(tool: Tool, page: Path, *steps: dict[str, Any], **how: Any) -> dict[str, Any]:
    return look(tool, [{"file": str(page), "steps": steps, **how}])[0]


@pytest.fixture(scope="module")
def looks(pages: Path, tool: Tool) -> dict[str, dict[str, Any]]:
    """What the browser says of each page, in one start: its requests, its console, and the result of each step by name."""
    steps: dict[str, dict[str, Any]] = {
        "lost": {"eval": _LOST},
        "key": {"press": "Tab"},
        "light": {"axe": True},
        "texts": {"eval": _TEXTS},
        "cards": {"eval": _OVER_CARDS},
        "to-900": {"width": 900},
        "wider-900": {"eval": _WIDER},
        "to-1600": {"width": 1600},
        "wider-1600": {"eval": _WIDER},
        "to-dark": {"scheme": "dark"},
        "dark": {"axe": True},
        "to-400": {"width": 400},
        "wider-400": {"eval": _WIDER},
        "narrow": {"axe": True},
    }
    jobs = [{"file": str(pages / f"{path.stem}.html"), "steps": list(steps.values())} for path in CLUSTERS]
    return {
        path.stem: {**seen, "results": dict(zip(steps, seen["results"], strict=True))}
        for path, seen in zip(CLUSTERS, look(tool, jobs), strict=True)
    }


@every
def test_a_page_asks_for_nothing_and_its_console_is_silent(
    path: Path, looks: dict[str, dict[str, Any]], pages: Path
) -> None:
    seen = looks[path.stem]

    assert seen["requests"] == [f"file://{pages / path.stem}.html"]
    assert seen["console"] == []
    assert seen["results"]["lost"] == 0, "links that go nowhere"


@every
@pytest.mark.parametrize("how", ["light", "dark", "narrow"])
def test_nobody_is_kept_out(path: Path, how: str, looks: dict[str, dict[str, Any]]) -> None:
    assert looks[path.stem]["results"][how] == []


@every
@pytest.mark.parametrize("width", [400, 900, 1600])
def test_a_page_is_never_wider_than_the_window(
    path: Path, width: int, looks: dict[str, dict[str, Any]]
) -> None:
    assert looks[path.stem]["results"][f"wider-{width}"] == 0


@every
def test_no_text_of_a_picture_is_cut_off_or_runs_out_of_its_card(
    path: Path, looks: dict[str, dict[str, Any]]
) -> None:
    results = looks[path.stem]["results"]

    assert (results["texts"], results["cards"]) == ([], [])


def test_searching_shows_what_has_all_words_and_clearing_shows_all_again(pages: Path, tool: Tool) -> None:
    seen = _seen(
        tool,
        pages / "k3s-homelab.html",
        {"eval": _ALL},
        {"eval": "document.getElementById('words').focus()"},
        {"type": "WireGuard encryption"},
        {"wait": "document.getElementById('found').textContent.includes(' of ')"},
        {"eval": _SHOWN},
        {"eval": _TOLD},
        {"press": "Escape"},
        {"eval": _SHOWN},
        {"eval": _TOLD},
        {"type": "nosuchsetting"},
        {"wait": "document.getElementById('found').textContent.startsWith('0 of')"},
        {"eval": "document.getElementById('clear').click()"},
        {"eval": _SHOWN},
        {"eval": _FOCUS},
    )
    total, shown, told = seen["results"][0], seen["results"][4], seen["results"][5]

    assert 0 < shown < total
    assert told == f"{shown} of {total} settings"
    assert seen["results"][7:9] == [total, f"{total} settings"]
    assert seen["results"][12:] == [total, "words"]


def test_what_search_finds_is_said_to_whoever_does_not_see_it(pages: Path, tool: Tool) -> None:
    role = "document.getElementById('found').getAttribute('role')"

    assert _seen(tool, pages / "homeops.html", {"eval": role})["results"] == ["status"]


def test_the_keyboard_goes_from_the_skip_link_to_the_content_and_through_the_page(
    pages: Path, tool: Tool
) -> None:
    seen = _seen(
        tool,
        pages / "homeops.html",
        {"press": "Tab"},
        {"eval": _FOCUS},
        {
            "eval": "getComputedStyle(document.activeElement).left !== '-100vw' && document.activeElement.getBoundingClientRect().left >= 0"
        },
        {"press": "Enter"},
        {"eval": _FOCUS},
        {"press": "Tab"},
        {"eval": "document.activeElement.className"},
        {"eval": "getComputedStyle(document.activeElement).outlineStyle"},
    )

    assert seen["results"] == [None, "#main", True, None, "main", None, "drawing", "solid"]


def test_the_button_changes_between_light_and_dark_by_key(pages: Path, tool: Tool) -> None:
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    pressed = "document.getElementById('theme').getAttribute('aria-pressed')"

    seen = _seen(
        tool,
        pages / "homeops.html",
        {"eval": paper},
        {"eval": "document.getElementById('theme').focus()"},
        {"press": "Space"},
        {"eval": paper},
        {"eval": pressed},
        {"axe": True},
        {"press": "Enter"},
        {"eval": paper},
    )["results"]

    assert [seen[0], seen[3], seen[4], seen[5], seen[7]] == [
        "rgb(255, 255, 255)",
        "rgb(13, 17, 23)",
        "true",
        [],
        "rgb(255, 255, 255)",
    ]


def test_paper_shows_every_setting_even_of_what_was_closed_or_not_found(pages: Path, tool: Tool) -> None:
    seen = _seen(
        tool,
        pages / "talos-homelab.html",
        {"eval": "document.querySelectorAll('details').forEach((one) => { one.open = false })"},
        {"eval": "document.getElementById('words').focus()"},
        {"type": "nosuchsetting"},
        {"wait": "document.getElementById('found').textContent.startsWith('0 of')"},
        {"eval": _SHOWN},
        {"media": "print"},
        {"eval": f"[{_SHOWN}, {_ALL}]"},
        {
            "eval": "document.getElementById('search').checkVisibility() || document.querySelector('nav').checkVisibility()"
        },
        {"eval": "getComputedStyle(document.documentElement).backgroundColor"},
        scheme="dark",
    )["results"]

    assert seen[4] == 0
    assert seen[6][0] == seen[6][1] > 0
    assert seen[7:] == [False, "rgb(255, 255, 255)"], "paper is white, and has nothing to click"


def test_without_scripts_all_is_there_but_what_needs_them(pages: Path, tool: Tool) -> None:
    seen = _seen(
        tool,
        pages / "homeops.html",
        {"eval": f"[{_SHOWN}, {_ALL}]"},
        {"eval": "document.getElementById('search').hidden"},
        script=False,
    )

    assert seen["results"][0][0] == seen["results"][0][1] > 0
    assert seen["results"][1] is True


def _fleet(folder: Path) -> Path:
    """A description of 500 nodes with its tree beside it."""
    text = (ROOT / "clusters" / "goldentooth.yaml").read_text(encoding="utf-8")
    body: dict[str, Any] = deepcopy(yamlio.read_document(text, source="goldentooth").value)
    body["nodes"] = [
        {
            "name": f"n-{at}",
            "role": "worker" if at > 2 else "control-plane",
            "address": f"10.4.{1 + at // 250}.{at % 250 + 2}",
            "hardware": "pi5",
        }
        for at in range(500)
    ]
    body["networks"]["pods"] = "10.240.0.0/12"
    file = folder / "fleet.yaml"
    file.write_text(json.dumps({**body, "name": "fleet"}), encoding="utf-8")
    return file


def test_five_hundred_nodes_are_fine(tmp_path: Path, tool: Tool) -> None:
    file = _fleet(tmp_path)
    main(["render", str(file), "--output", str(tmp_path / "gitops"), "--no-cache"])
    page = write_page(tmp_path, "fleet", page_of(gather(file, trees=tmp_path / "gitops")))

    seen = _seen(
        tool,
        page,
        {"axe": True},
        {"eval": "document.querySelectorAll('#nodes tbody tr').length"},
        {"eval": _TEXTS},
        {"scheme": "dark"},
        {"axe": True},
    )

    assert seen["results"] == [[], 500, [], None, []]
    assert page.stat().st_size < 1_000_000
    assert (seen["requests"], seen["console"]) == ([f"file://{page}"], [])


def _diagrams(path: Path) -> list[str]:
    readme = rendered_from(path).texts[PurePosixPath("README.md")]
    return [one.partition("```")[0] for one in readme.split("```mermaid\n")[1:]]


def test_mermaid_itself_draws_every_picture_of_every_readme(tool: Tool) -> None:
    texts = [text for path in EVERY for text in _diagrams(path)]

    drawn = look(tool, [{"steps": [{"mermaid": texts}]}])[0]["results"][0]

    assert len(drawn) == 3 * len(EVERY)
    assert all("control plane" in one for one in drawn[::3])
    assert all("Client" in one for one in drawn[2::3])


def test_a_hostile_label_is_drawn_by_mermaid_as_it_was_written(tool: Tool) -> None:
    hostile = '"]:::x --> <script>alert(1)</script> `a` %% #quot; & end'
    text = flowchart("LR", [f"a[{label(hostile)}]:::plain"], looks=("plain",))

    seen = look(
        tool, [{"steps": [{"mermaid": [text]}, {"eval": "document.querySelectorAll('script').length"}]}]
    )[0]

    assert hostile in seen["results"][0][0]
    assert seen["results"][1] == 1, "Mermaid's own"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_of_a_picture_has_the_colours_of_the_readers_system(
    scheme: str, tmp_path: Path, tool: Tool
) -> None:
    svg = rendered_from(CLUSTERS[0]).texts
    text = next(text for name, text in svg.items() if str(name) == "pictures/addresses.svg")
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><html lang='en'><title>x</title>{text}", encoding="utf-8")

    seen = _seen(
        tool, page, {"eval": "getComputedStyle(document.querySelector('.paper')).fill"}, scheme=scheme
    )

    assert seen["results"] == [{"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]]
    assert RULES in text
