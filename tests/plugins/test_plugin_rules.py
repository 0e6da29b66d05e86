"""Rules of other packages: switched on by name, with ids of their own, found, selected, suppressed and explained like ours."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from foreign_packages import RULES, install

import fabricgen
from fabricgen.cli import main
from fabricgen.lint.own import told_rules
from fabricgen.plugins.installed import installed
from fabricgen.plugins.rules import OURS, rules_of

Site = Callable[..., None]
ROOT = Path(__file__).parents[2]
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata: {a: b}\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A function that installs packages where Python finds them."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    installed.cache_clear()
    rules_of.cache_clear()
    yield lambda *words, **entries: install(folder, *words, **entries)
    installed.cache_clear()
    rules_of.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("acme"):
            del sys.modules[name]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    (folder / "kubernetes").mkdir(parents=True)
    (folder / "kubernetes" / "map.yaml").write_text(MAP, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def _house(site: Site, ids: str = "['HSE001', 'HSE002']", severity: str = "warning") -> None:
    site(
        "acme-house", "acme_house", RULES.format(ids=ids, severity=severity), rules="house = acme_house:RULES"
    )


def _on(repository: Path, names: str = "[house]") -> None:
    (repository / ".fabricgen.yaml").write_text(f"rules: {names}\n", encoding="utf-8")


def test_rules_that_the_repository_names_are_found(site: Site, repository: Path) -> None:
    _house(site)
    _on(repository)

    found = fabricgen.lint_path(repository)

    assert [(one.rule, one.line) for one in found if one.rule.startswith("HSE")] == [
        ("HSE001", 4),
        ("HSE002", 4),
    ]


def test_rules_that_nobody_names_are_not_looked_at(site: Site, repository: Path) -> None:
    _house(site)

    assert [one for one in fabricgen.lint_path(repository) if one.rule.startswith("HSE")] == []


def test_they_are_selected_and_suppressed_like_ours(site: Site, repository: Path) -> None:
    _house(site)
    _on(repository)
    commented = MAP.replace("\ndata:", "\n# fabricgen: ignore HSE001 it is a demo\ndata:")
    (repository / "kubernetes" / "map.yaml").write_text(commented, encoding="utf-8")

    assert [one.rule for one in fabricgen.lint_path(repository, only=["HSE"])] == ["HSE002"]
    assert [
        one.rule for one in fabricgen.lint_path(repository, skip=["HSE002"]) if one.rule[:3] in {"HSE", "LNT"}
    ] == []


def test_explain_tells_them(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    _house(site)

    assert main(["explain", "HSE001"]) == 0

    assert capsys.readouterr().out.startswith("HSE001: No ConfigMaps")


def test_sarif_describes_them(site: Site, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _house(site)
    _on(repository)

    main(["lint", "--format", "sarif"])

    assert '"HSE001"' in capsys.readouterr().out


def test_a_render_is_refused_by_an_error_of_a_rule_that_the_description_names(site: Site) -> None:
    _house(site, severity="error")
    text = (ROOT / "clusters" / "homeops.yaml").read_text(encoding="utf-8") + "\nrules: [house]\n"
    component = _any_component()
    cluster = fabricgen.resolve_cluster(fabricgen.load_text(text, file="clusters/homeops.yaml"))

    with pytest.raises(fabricgen.CheckFailedError, match="HSE001"):
        fabricgen.render_cluster(fabricgen.add_component(cluster, component, name="about"))


def _any_component() -> fabricgen.Component[fabricgen.Options]:
    def drafts(cluster: fabricgen.Cluster, options: fabricgen.Options) -> Iterator[fabricgen.Draft]:
        says = fabricgen.Setting(path=("data", "n"), value=f"{cluster.name}{options}", why="a", source="b")
        base = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
        yield fabricgen.Draft(
            path="infrastructure/about/a.yaml", parts=(fabricgen.Part(base=base, settings=(says,)),)
        )

    return fabricgen.Component(drafts=drafts, options=fabricgen.Options, why="a")


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ("['CIL900']", "house of acme-house 1.2.0: the ids of rules in CIL are fabricgen's own"),
        ("['SEC001']", "the ids of rules in SEC are fabricgen's own"),
        ("['house1']", "'house1' is no id of a rule; three capital letters or digits and three digits are"),
        ("['HSE001', 'HSE001']", "house of acme-house 1.2.0: there are two rules HSE001"),
        ("[]", "house of acme-house 1.2.0 is to be a tuple of fabricgen.Rule, and is empty"),
        ("[1 / 0]", "house of acme-house 1.2.0 cannot be loaded: ZeroDivisionError"),
    ],
)
def test_wrong_rules_are_refused_with_the_package_and_the_line(
    site: Site, repository: Path, ids: str, said: str
) -> None:
    _house(site, ids)
    _on(repository)

    with pytest.raises(fabricgen.ProblemsError, match=r"\.fabricgen\.yaml:1: rules\[0\]: ") as refused:
        fabricgen.lint_path(repository)

    assert said in str(refused.value)


def test_two_packages_with_one_id_are_both_named(site: Site, repository: Path) -> None:
    _house(site)
    text = RULES.format(ids="['HSE002']", severity="info")
    site("acme-flat", "acme_flat", text, rules="flat = acme_flat:RULES")
    _on(repository, "[house, flat]")

    with pytest.raises(fabricgen.ProblemsError) as refused:
        fabricgen.lint_path(repository)

    said = "rules[1]: the rule HSE002 is brought by house of acme-house 1.2.0 and by flat of acme-flat 1.2.0"
    assert said in str(refused.value)


def test_a_set_that_is_not_installed_is_refused_with_the_nearest(site: Site, repository: Path) -> None:
    _house(site)
    _on(repository, "[huose]")

    with pytest.raises(fabricgen.ProblemsError, match="brings the set of rules huose; did you mean house"):
        fabricgen.lint_path(repository)


def test_rules_of_a_script_hold_without_a_package(repository: Path) -> None:
    namespace: dict[str, tuple[fabricgen.Rule, ...]] = {}
    exec(RULES.format(ids="['HSE001']", severity="info"), namespace)  # noqa: S102 - ours

    found = fabricgen.lint_path(repository, only=["HSE001"], rules=namespace["RULES"])

    assert [one.rule for one in found] == ["HSE001"]


def test_a_fix_of_theirs_is_made_like_ours(site: Site, repository: Path) -> None:
    edit = 'fabricgen.Edit.of(item, "set", ("data", "a"), "c")'
    text = RULES.format(ids="['HSE001']", severity="warning").replace(
        'yield fabricgen.Hit.at(item, ("data",), "is a ConfigMap")',
        f"if item.get('data', 'a') == 'b': yield fabricgen.Hit.at(item, ('data',), 'says b', {edit})",
    )
    site("acme-house", "acme_house", text, rules="house = acme_house:RULES")
    _on(repository)

    main(["lint", "--fix", "--only", "HSE001"])

    assert "data: {a: c}" in (repository / "kubernetes" / "map.yaml").read_text(encoding="utf-8")


def test_no_id_of_ours_is_left_to_others() -> None:
    assert {one.id[:3] for one in told_rules()} == OURS
