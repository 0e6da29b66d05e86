"""The site of docs/: every page has its place, every link inside leads somewhere, and nothing is fetched to read it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from page_runner import ROOT

DOCS = ROOT / "docs"
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if not {"_build", "examples"} & set(path.parts)]
WITHOUT_FENCES = re.compile(r"(?ms)^ *(```+).*?^ *\1$")
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")
TREES = {
    page: re.findall(r"(?ms)^```\{toctree\}\n(.*?)^```$", page.read_text(encoding="utf-8")) for page in PAGES
}


def _entries(page: Path) -> set[Path]:
    lines = [line for tree in TREES[page] for line in tree.splitlines() if line and line[0] != ":"]
    return {found for line in lines for found in page.parent.glob(f"{line}.md")}


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub and the site give the headings of a page."""
    text = WITHOUT_FENCES.sub("", page.read_text(encoding="utf-8"))
    headings = [re.sub(r"[`*\[\]\\]|\(.*?\)(?=$)", "", one) for one in re.findall(r"(?m)^#+ (.*)$", text)]
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def _broken_links(page: Path) -> list[str]:
    text = WITHOUT_FENCES.sub("", page.read_text(encoding="utf-8"))
    inside = [
        link.partition("#") for link in LINK.findall(text) if "://" not in link and "mailto:" not in link
    ]
    places = [(page.parent / name if name else page, anchor) for name, _, anchor in inside]
    return [
        f"{place}#{anchor}"
        for place, anchor in places
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in _anchors(place))
    ]


def test_every_page_has_its_place_on_the_site() -> None:
    placed = {entry for page in PAGES for entry in _entries(page)}

    homeless = [page for page in PAGES if page not in placed and page.parent.name != "rules"]

    assert homeless == [DOCS / "index.md"]


def test_every_entry_of_the_site_is_a_page() -> None:
    lines = [
        (page, line)
        for page, trees in TREES.items()
        for tree in trees
        for line in tree.splitlines()
        if line and line[0] != ":"
    ]

    assert [line for page, line in lines if not list(page.parent.glob(f"{line}.md"))] == []


def test_every_link_to_a_file_or_heading_leads_there() -> None:
    broken = {str(page.relative_to(ROOT)): _broken_links(page) for page in (ROOT / "README.md", *PAGES)}

    assert {page: links for page, links in broken.items() if links} == {}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site without the pages of single rules, which are most of it and all alike."""
    output = tmp_path_factory.mktemp("site")
    subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--builder", "html", "--quiet", "--quiet"),
            *("-D", "exclude_patterns=_build,examples,rules/[A-Z]*[0-9].md", str(DOCS), str(output)),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
    )
    return output


def test_reading_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    fetching = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"(?:https?:)?//[^\"]*")
    styling = re.compile(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"']*")

    pages = {path: fetching.findall(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    styles = {path: styling.findall(path.read_text(encoding="utf-8")) for path in site.rglob("*.css")}

    assert len(pages) > 20
    assert [found for found in (*pages.values(), *styles.values()) if found] == []


def test_search_works_from_a_file_that_lies_beside_the_pages(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")

    assert index.startswith("Search.setIndex(")
    assert "lbipam" in index
    assert 'src="searchindex.js"' in (site / "search.html").read_text(encoding="utf-8")


def test_the_site_has_a_light_and_a_dark_side(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")

    assert "theme-toggle" in page
    assert (
        "prefers-color-scheme: dark"
        in "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
        or "prefers-color-scheme: dark" in page
    )


@pytest.mark.tools
def test_a_browser_without_a_network_finds_a_page_by_a_word(site: Path, tool: Callable[[str], str]) -> None:
    steps = [
        {"wait": "document.querySelectorAll('#search-results li').length > 0"},
        {"eval": "document.querySelector('#search-results').innerText"},
    ]
    jobs = json.dumps([{"file": f"{site}/search.html?q=serviceselector", "steps": steps}])

    done = subprocess.run([tool("browser")], input=jobs, capture_output=True, text=True, check=True)

    (seen,) = json.loads(done.stdout)
    assert "Pin an address for a Service" in seen["results"][1]
    assert [address for address in seen["requests"] if not address.startswith("file://")] == []
