"""The page of a cluster: all that it must tell, nothing that people write as markup, nothing from the network."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from described import CLUSTERS, ROOT, title

from fabricgen.cli import main
from fabricgen.documents.markdown import code, prose, source
from fabricgen.errors import ProblemsError
from fabricgen.report import gather, page_of, write_page
from fabricgen.report.inline import inline

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:alert(1)) `<b>`"
every = pytest.mark.parametrize("path", CLUSTERS, ids=title)


class _Page(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def attributes(self, name: str) -> list[str]:
        return [found for _, attributes in self.tags if (found := attributes.get(name)) is not None]


def _page(path: Path) -> str:
    return page_of(gather(path, trees=ROOT / "gitops"))


def _hostile(tmp_path: Path) -> Path:
    text = (ROOT / "clusters" / "homeops.yaml").read_text(encoding="utf-8")
    file = tmp_path / "clusters" / "homeops.yaml"
    file.parent.mkdir()
    decisions = (
        f"decisions:\n  - {{ about: {json.dumps(HOSTILE)}, decided: {json.dumps(HOSTILE)}, because: x }}\n"
    )
    changed = re.sub(r"(?m)^decisions:\n(?:[ #].*\n)*", "", text).replace(
        "for: DHCP", f"for: {json.dumps(HOSTILE)}"
    )
    file.write_text(changed + decisions, encoding="utf-8")
    return file


@every
def test_a_page_has_every_part_with_a_heading(path: Path) -> None:
    found = _Page(_page(path))

    ids = found.attributes("id")
    wanted = {
        "main",
        "pictures",
        "findings",
        "plan",
        "versions",
        "addresses",
        "nodes",
        "decisions",
        "settings",
    }
    assert wanted <= set(ids)
    assert len(ids) == len(set(ids)), "an id is there once"


@every
def test_every_link_inside_a_page_goes_somewhere_and_every_other_one_to_a_source(path: Path) -> None:
    found = _Page(_page(path))

    links = found.attributes("href")
    assert {one.removeprefix("#") for one in links if one.startswith("#")} <= set(found.attributes("id"))
    assert [one for one in links if not one.startswith(("#", "https://", "http://"))] == []


@every
def test_a_page_names_nothing_that_would_be_loaded(path: Path) -> None:
    found = _Page(_page(path))

    assert {tag for tag, _ in found.tags} & {
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    } == set()
    assert found.attributes("src") == []
    assert found.attributes("style") == []
    assert [name for _, attributes in found.tags for name in attributes if name.startswith("on")] == []


@every
def test_the_policy_of_a_page_allows_its_own_style_and_script_alone(path: Path) -> None:
    text = _page(path)

    policy = next(one["content"] for tag, one in _Page(text).tags if tag == "meta" and one.get("http-equiv"))
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"
        for inside in re.findall(r"(?s)<style>(.*?)</style>|<script>(.*?)</script>", text)
        for inside in inside
        if inside
    ]
    assert policy == (
        f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'"
    )


@every
def test_a_page_tells_every_setting_that_the_readme_tells(path: Path) -> None:
    readme = (ROOT / "gitops" / path.stem / "README.md").read_text(encoding="utf-8")
    told = re.search(r"(?m)^(\d+) settings;", readme)

    report = gather(path, trees=ROOT / "gitops")

    assert told is not None
    assert report.size == int(told[1])


def test_the_same_repository_gives_the_same_page() -> None:
    path = ROOT / "clusters" / "talos-homelab.yaml"

    assert _page(path) == _page(path)


def test_what_people_write_is_text_on_the_page(tmp_path: Path) -> None:
    text = page_of(gather(_hostile(tmp_path), trees=tmp_path))

    found = _Page(text)
    assert sum(tag == "script" for tag, _ in found.tags) == 1
    assert {tag for tag, _ in found.tags} & {"img", "b"} == set()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert [one for one in found.attributes("href") if one.startswith("javascript:")] == []


def test_a_tree_that_is_not_there_yet_is_said_in_a_sentence(tmp_path: Path) -> None:
    report = gather(ROOT / "clusters" / "joelclaw.yaml", trees=tmp_path)

    plan = next(one for one in report.sections if one.key == "plan")
    assert plan.told.startswith("There is no tree at ")
    assert plan.tables == ()


def test_a_tree_that_differs_is_told_by_file_and_by_meaning(tmp_path: Path) -> None:
    main(["render", str(ROOT / "clusters" / "homeops.yaml"), "--output", str(tmp_path)])
    text = (ROOT / "clusters" / "homeops.yaml").read_text(encoding="utf-8")
    (tmp_path / "homeops.yaml").write_text(text.replace("mode: dsr", "mode: snat"), encoding="utf-8")

    report = gather(tmp_path / "homeops.yaml", trees=tmp_path)

    plan = next(one for one in report.sections if one.key == "plan")
    assert any("infrastructure/cilium/release.yaml" in row[0] for row in plan.tables[0].rows)
    assert "loadBalancer.mode" in plan.text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ('plain <b> & "q"', "plain &lt;b&gt; &amp; &#34;q&#34;"),
        ("`code`", "<code>code</code>"),
        ("`` a`b ``", "<code>a`b</code>"),
        ("`a.b/c`", "<code>a.<wbr>b/<wbr>c</code>"),
        (r"\*not\* bold", "*not* bold"),
        ("[docs](https://example.org/a#b)", '<a href="https://example.org/a#b" rel="noreferrer">docs</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("https://10.0.0.1:6443 alone", "https://10.0.0.1:6443 alone"),
    ],
)
def test_a_cell_of_markdown_is_html_with_nothing_but_code_and_links(markdown: str, html: str) -> None:
    assert str(inline(markdown)) == html


@pytest.mark.parametrize("text", ["a*b_c", "[x](y)", "<b>", "back\\slash", "~tilde~", "5 < 6"])
def test_what_markdown_escapes_reads_as_it_was_written(text: str) -> None:
    plain = re.sub(r"<[^>]*>", "", str(inline(prose(text))))

    assert plain.replace("&lt;", "<").replace("&gt;", ">") == text


def test_values_and_sources_become_code_and_links() -> None:
    assert str(inline(code(5))) == "<code>5</code>"
    assert 'href="https://docs.cilium.io/en/v1.20/x"' in str(
        inline(source("https://docs.cilium.io/en/v1.20/x"))
    )


def test_the_command_writes_a_page_for_each_description_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (str(ROOT / "clusters" / f"{name}.yaml") for name in ("homeops", "joelclaw"))

    done = main(["report", one, other, "--output", str(tmp_path / "pages"), "--trees", str(ROOT / "gitops")])

    said = capsys.readouterr()
    assert (done, said.err) == (0, "")
    assert said.out.splitlines() == [
        str(tmp_path / "pages" / f"{name}.html") for name in ("homeops", "joelclaw")
    ]
    assert all(
        Path(line).read_text(encoding="utf-8").startswith("<!DOCTYPE html>") for line in said.out.splitlines()
    )


def test_the_command_says_where_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(ROOT / "clusters" / "joelclaw.yaml")

    main(["report", path, "--output", str(tmp_path), "--trees", str(ROOT / "gitops"), "--format", "json"])

    assert json.loads(capsys.readouterr().out) == {"joelclaw": str(tmp_path / "joelclaw.html")}


def test_a_page_is_written_over_an_older_page_and_over_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes.html").write_text("mine", encoding="utf-8")
    page = _page(ROOT / "clusters" / "joelclaw.yaml")
    write_page(tmp_path, "joelclaw", page)

    written = write_page(tmp_path, "joelclaw", page)
    with pytest.raises(ProblemsError, match="is no report of ours"):
        write_page(tmp_path, "notes", page)

    assert written.read_text(encoding="utf-8") == page
    assert (tmp_path / "notes.html").read_text(encoding="utf-8") == "mine"


def test_a_wrong_description_writes_no_page_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong.yaml").write_text("name: wrong\n", encoding="utf-8")
    good = str(ROOT / "clusters" / "joelclaw.yaml")

    done = main(["report", good, str(tmp_path / "wrong.yaml"), "--output", str(tmp_path / "pages")])

    assert done == 2
    assert "wrong.yaml" in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


def test_a_folder_that_cannot_be_made_is_a_problem_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    path = str(ROOT / "clusters" / "joelclaw.yaml")

    done = main(["report", path, "--output", str(tmp_path / "file"), "--trees", str(ROOT / "gitops")])

    assert done == 2
    assert "cannot be written" in capsys.readouterr().err
